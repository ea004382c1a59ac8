"""What was asked and agreed before the treatment: history, screening, consent, patch test, skipped steps, overrides."""

from __future__ import annotations

from collections.abc import Iterator

from devicelog.export.pdf.block import Block, Facts, Lines, Section, Table, cut, room_for, short
from devicelog.ledger import Kind
from devicelog.ledger.sealed import words
from devicelog.numbers import some
from devicelog.record import amounts
from devicelog.record.record import Record
from devicelog.record.screening import Screening, raised, screening_of, why
from devicelog.record.statements import Statement
from devicelog.record.steps import Progress, StepView, has_steps, refused_because, steps_of
from devicelog.steps.step import ASKED, Step

#: So many findings, and codes of unanswered questions, are shown.
_FINDINGS, _CODES = 8, 10
#: What is said of a step that was not taken.
_PROGRESS = {
    Progress.SKIPPED: "SKIPPED",
    Progress.UNANSWERED: "NOBODY ANSWERED",
    Progress.NOT_YET: "NEITHER STATED NOR SKIPPED",
}
#: What a product step says stands in the table of products.
_SHOWN = tuple(step for step in ASKED if step is not Step.PRODUCTS)


def before(record: Record) -> Section:
    """The section; a session whose steps were never stated says so."""
    blocks: list[Block] = []
    if has_steps(record):
        steps = [view for view in steps_of(record) if view.step in _SHOWN or _is_skipped_product(view)]
        loud = [place for place, view in enumerate(steps) if view.progress is not Progress.TAKEN]
        blocks.append(Facts([(view.step.value.capitalize(), _told(view)) for view in steps], loud))
    screening = screening_of(record)
    if screening is not None:
        blocks += _screening(screening)
    others = list(_other_overrides(record))
    if others:
        blocks.append(Lines(others))
    because = refused_because(record)
    if because:
        blocks.append(Lines([f"REFUSED because of {', '.join(because)}"], is_loud=True))
    word = (
        "" if blocks else "Not stated: history, screening, consent and patch test were not recorded with this session."
    )
    return Section("Before treatment", blocks, word)


def _is_skipped_product(view: StepView) -> bool:
    return view.step is Step.PRODUCTS and view.progress is not Progress.TAKEN


def _told(view: StepView) -> str:
    """A step as the screen has it: how far it is, what was said, by whom and when."""
    count = len(view.unanswered)
    unanswered = f"{some(count, 'question')} unanswered" if count and view.progress is Progress.TAKEN else ""
    when = f"at {amounts.since_start(view.t_us)}" if view.t_us is not None else ""
    when = f"later, {view.at[:16].replace('T', ' ')} UTC" if view.at is not None else when
    by = f"by {view.by}" if view.by else ""
    progress = _PROGRESS.get(view.progress, "")
    told = [
        progress,
        view.said,
        short(view.text),
        short(view.why),
        unanswered,
        " ".join(one for one in (by, when) if one),
    ]
    return "; ".join(one for one in told if one)


# -- screening -------------------------------------------------------------------------------------------------


def _screening(screening: Screening) -> Iterator[Block]:
    """How many questions, by which rules; what was raised, the strictest first; and what nobody answered."""
    unanswered = screening.unanswered
    unknown = [code for code in unanswered if screening.holding[code].now["answer"] == "unknown"]
    silent = [code for code in unanswered if code not in unknown]
    rules = "; ".join(f"{one['id']}, version {one['version']}, sha256 {one['sha256'][:12]}" for one in screening.rules)
    asked = len(screening.holding)
    head = f"Screening: {some(asked, 'question')}, {asked - len(silent)} answered; rules {rules or 'not stated'}."
    yield Lines([head])
    found = [made for made in screening.findings if raised(made) == "stop" or made.now["code"] not in unanswered]
    if found:
        shown, more = cut(found, len(found), _FINDINGS, "screening.csv")
        yield Table(
            "what the screening raised",
            ["severity", "finding", "what was said, and override"],
            [(raised(made).upper(), why(made), _answered(screening, made)) for made in shown],
            wide=(1, 2),
            loud=[place for place, made in enumerate(shown) if raised(made) == "stop"],
        )
        yield from more
    most = room_for(_CODES)
    lacking = [
        f"{what}: {', '.join(map(amounts.words, codes[:most]))}"
        + (f" and {len(codes) - most} more, see screening.csv or session.json" if len(codes) > most else "")
        for what, codes in (("Answered with unknown", unknown), ("NOT ANSWERED", silent))
        if codes
    ]
    if lacking:
        yield Lines(lacking, is_loud=True)


def _answered(screening: Screening, made: Statement) -> str:
    """What was written beside an answer, and by whom and why its stop was overridden."""
    said, content = [], made.now
    if content.get("detail") is not None:
        said.append(short(words(content["detail"])))
    override = screening.override_of(content["code"])
    if override is not None:
        said.append(_override(override))
    elif raised(made) == "stop" and content.get("from") == "learned":
        said.append(f"LEARNED {'after' if made.late else 'during'} the session")
    elif raised(made) == "stop" and not made.late:
        said.append("NOT OVERRIDDEN")
    if made.late:
        said.append(f"said behind the end of the recording by {content.get('by')}")
    return "; ".join(said)


def _override(made: Statement) -> str:
    content = made.now
    opinion = f"; opinion of {content['specialist']}" if content.get("specialist") else ""
    return f"OVERRIDDEN by {content['by']}: {short(words(content['reason']))}{opinion}"


def _other_overrides(record: Record) -> Iterator[str]:
    """Overrides of what the screening did not find: of products, of the course, of questions that raised nothing."""
    screening = screening_of(record)
    found = {f"screening:{made.now['code']}" for made in screening.findings} if screening is not None else set()
    for made in record.statements.of(Kind.OVERRIDE):
        if made.now["of"] not in found:
            yield f"{amounts.words(made.now['of'])}: {_override(made)}"
