"""The steps of a record: which were taken, when and by whom, which were skipped and why, what nobody answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.ledger.sealed import words
from devicelog.numbers import rfc3339, some
from devicelog.record.accounting import State
from devicelog.steps.step import ASKED, Step, in_short

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement

#: The answer of a question that nobody answered.
_NOT_ASKED = "not asked"
#: Steps without which a session must be seen to have begun, and what was not asked then.
_VITAL: Mapping[Step, str] = {Step.SCREENING: "the contraindications", Step.CONSENT: "consent"}

#: What somebody is asked beside the consent itself.
_CONSENTED = {"risks_discussed": "risks discussed", "cooling_off": "time to decide", "photographs": "photographs"}

#: What each step that people are asked about is stated by, and the answer that says whether it was done.
_STATED_BY: Mapping[Step, tuple[Kind, str | None]] = {
    Step.OPENED: (Kind.OPENED, None),
    Step.HISTORY: (Kind.HISTORY, "reviewed"),
    Step.SCREENING: (Kind.SCREENING, "answer"),
    Step.CONSENT: (Kind.CONSENT, "given"),
    Step.PATCH_TEST: (Kind.PATCH_TEST, "done"),
    Step.CONSULTATION: (Kind.CONSULTATION, "on"),
    Step.PRODUCTS: (Kind.PRODUCT, None),
    Step.REVIEWED: (Kind.REVIEWED, None),
    Step.SIGNED: (Kind.SIGNED, None),
}


class Progress(StrEnum):
    """How far a step is."""

    TAKEN = "taken"
    SKIPPED = "skipped"
    UNANSWERED = "unanswered"
    """It was come to, and nobody answered."""
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class StepView:
    """One step; `t_us` is its moment in the session, `at` the wall time of one that was stated behind the end.

    `said` is what was answered in a few words, `text` what was written beside it, `why` the reason of what was skipped,
    `unanswered` the codes of questions that nobody answered.
    """

    step: Step
    progress: Progress
    t_us: int | None = None
    at: str | None = None
    by: str | None = None
    said: str = ""
    text: str = ""
    why: str = ""
    unanswered: tuple[str, ...] = ()


def has_steps(record: Record) -> bool:
    """Whether the steps of this session were stated at all; older ones have none."""
    return bool(record.statements.of(Kind.OPENED, Kind.SKIPPED))


def steps_of(record: Record) -> list[StepView]:
    """Every step in its order."""
    skipped = {made.now.get("step"): made for made in record.statements.of(Kind.SKIPPED)}
    return [_view(record, step, skipped.get(step)) for step in Step]


def refused_because(record: Record) -> list[str]:
    """The causes for which the session was not recorded; empty if it was."""
    last = record.statements.last(Kind.REFUSED)
    return [str(cause) for cause in last.now["because"]] if last is not None else []


def overrides(record: Record) -> list[str]:
    """What was overridden, as its statements name it."""
    return list(dict.fromkeys(str(made.now["of"]) for made in record.statements.of(Kind.OVERRIDE)))


def is_paused(record: Record) -> bool:
    """Whether who treats paused and has not gone on; what the device and the alarms do is another matter."""
    said = record.statements.of(Kind.PAUSED, Kind.RESUMED)
    return bool(said) and said[-1].kind == Kind.PAUSED and record.state == "running"


def step_marks(record: Record) -> dict[str, str]:
    """Marks of a session that was refused, that began unasked, or only because somebody overrode what stops it."""
    found = {}
    because = refused_because(record)
    if because:
        found["refused"] = f"REFUSED: this session was not recorded, because of {in_short(because)}"
    unasked = unasked_before(record)
    if unasked:
        said = "; ".join(f"{' and '.join(whats)} ({why})" for why, whats in unasked.items())
        found["not_asked"] = f"NOT ASKED: {said}"
    made = record.statements.of(Kind.OVERRIDE)
    if made:
        said = "; ".join(f"{one.now['of']} by {one.now['by']}" for one in made)
        found["overrides"] = f"HAS OVERRIDES: {said}"
    return found


def is_vital(step: object) -> bool:
    """Whether a session must be seen to have begun without this step."""
    return step in _VITAL


def unasked_before(record: Record) -> dict[str, list[str]]:
    """What of screening and consent was skipped before the treatment, by its reason; what is said later alters none."""
    found: dict[str, list[str]] = {}
    for made in record.statements.of(Kind.SKIPPED):
        if (what := _VITAL.get(made.now.get("step", ""))) is not None:
            found.setdefault(words(made.now["reason"]), []).append(what)
    return found


def not_asked(record: Record) -> Iterator[str]:
    """What the steps lack, in words, for whoever asks whether the record is complete."""
    if not has_steps(record) or refused_because(record):
        return
    views = [view for view in steps_of(record) if view.step in ASKED]
    reasons: dict[str, list[str]] = {}
    for view in views:
        if view.progress is Progress.SKIPPED:
            reasons.setdefault(view.why, []).append(view.step)
    for why, steps in reasons.items():
        yield f"skipped: {', '.join(steps)} ({why})"
    for view in views:
        if view.progress is Progress.UNANSWERED:
            yield f"{view.step}: nobody answered"
        elif view.unanswered:
            yield f"{view.step}: {some(len(view.unanswered), 'question')} unanswered ({', '.join(view.unanswered)})"
        elif view.progress is Progress.NOT_YET:
            yield f"{view.step}: neither stated nor skipped"


# -- one step --------------------------------------------------------------------------------------------------


def _view(record: Record, step: Step, skipped: Statement | None) -> StepView:
    match step:
        case Step.DEVICE:
            return _device(record)
        case Step.TREATMENT:
            given = sum(record.observations.get(one.report, 0) for one in record.layouts.values() if one.kind.treats)
            said = some(given, "report") if given else ""
            return StepView(step, Progress.TAKEN if given else Progress.NOT_YET, said=said)
        case Step.CLOSED:
            over = record.state != "running"
            said = record.ended or record.state if over else ""
            return StepView(
                step, Progress.TAKEN if over else Progress.NOT_YET, record.last_us if over else None, said=said
            )
    kind, answer = _STATED_BY[step]
    made = record.statements.of(kind)
    if made:
        return _stated(step, made, answer)
    if skipped is not None:
        content = skipped.now
        why = words(content["reason"])
        return StepView(step, Progress.SKIPPED, skipped.t_us, by=content.get("by"), why=why)
    return StepView(step, Progress.NOT_YET)


def _stated(step: Step, made: list[Statement], answer: str | None) -> StepView:
    last = made[-1]
    answers = {str(one.now.get("code", step)): _is_answered(one.now, answer) for one in made}
    unanswered = tuple(code for code, is_answered in answers.items() if not is_answered)
    progress = Progress.UNANSWERED if len(unanswered) == len(answers) else Progress.TAKEN
    at = last.now.get("at", {}).get("wall") if last.late else None
    said = _said(step, [one.now for one in made], answer)
    by = last.now.get("by")
    text = words(last.now.get("text") or "")
    return StepView(step, progress, None if last.late else last.t_us, at, by, said, text, unanswered=unanswered)


def _is_answered(content: Mapping[str, Any], answer: str | None) -> bool:
    """Whether a statement answers what it is about; words alone tell of a consultation, too."""
    if answer is None or content.get(answer, _NOT_ASKED) != _NOT_ASKED:
        return True
    return answer == "on" and bool(content.get("text"))


def _said(step: Step, contents: list[dict[str, Any]], answer: str | None) -> str:
    """What was answered, in a few words; free text is not among them."""
    last = contents[-1]
    match step:
        case Step.OPENED:
            said = [last.get("role"), last.get("registration"), last.get("place")]
        case Step.SCREENING:
            counts = Counter(one["answer"] for one in {one["code"]: one for one in contents}.values())
            said = [f"{count} {reply}" for reply, count in counts.items()]
        case Step.PRODUCTS:
            said = [f"{one['name']} (lot {one.get('lot') or 'not known'})" for one in contents]
        case Step.CONSENT:
            said = [last["given"], *_named(last, "form", "version", "on")]
            asked = {what: last.get(name, _NOT_ASKED) for name, what in _CONSENTED.items()}
            said += [f"{what}: {reply}" for what, reply in asked.items() if reply != _NOT_ASKED]
        case Step.PATCH_TEST:
            result = last.get("result")
            said = [last.get(answer or ""), *_named(last, "product", "on"), f"result: {result}" if result else ""]
        case Step.CONSULTATION:
            said = [*_named(last, "on")]
        case Step.SIGNED:
            said = [last.get("meaning")]
        case _:
            said = [last.get(answer or "")]
    return ", ".join(str(word) for word in said if word)


def _named(content: Mapping[str, Any], *names: str) -> list[str]:
    """What was stated under these names, each behind its name."""
    return [f"{name} {content[name]}" for name in names if content.get(name)]


def _device(record: Record) -> StepView:
    """Bound is a device that said who it is; when, its account says: it was heard from then on."""
    said = [device for device in record.devices.values() if device.identities]
    heard = [piece.since_us for device in said for piece in device.account.pieces(record.last_us + 1)
             if piece.state is not State.GAP]  # fmt: skip
    names = ", ".join(f"{device.identities[-1]['model']} {device.serial}" for device in said)
    return StepView(Step.DEVICE, Progress.TAKEN if said else Progress.NOT_YET, min(heard, default=None), said=names)


def steps_content(record: Record) -> list[dict[str, Any]]:
    """The steps in plain JSON types, none if they were never stated; `at` is the wall time, null if it has none."""
    if not has_steps(record):
        return []
    return [
        {
            "step": view.step.value,
            "progress": view.progress.value,
            "at": view.at if view.at is not None else _wall(record, view.t_us),
            "by": view.by,
            "said": view.said or None,
            "text": view.text or None,
            "why": view.why or None,
            "unanswered": list(view.unanswered),
        }
        for view in steps_of(record)
    ]


def _wall(record: Record, t_us: int | None) -> str | None:
    return rfc3339(record.wall(t_us)) if t_us is not None else None
