"""The order of the steps, enforced: statements in, and in one sentence what is out of order, missing or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.steps.reason import reason
from devicelog.steps.step import ASKED, Step, after, before, step_of

_BY = {"by": ("name", "the name of who decided it")}
_REASON = {"reason": ("reason", "the reason in words"), **_BY}

#: What a statement must say, because without it nobody can tell who decided what, and why: the word, and what helps.
_REQUIRED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    Kind.OPENED: _BY,
    Kind.SKIPPED: _REASON,
    Kind.OVERRIDE: _REASON,
    Kind.EXPLAINED: _REASON,
    Kind.REFUSED: _BY,
    Kind.NOTE: {"text": ("text", "words")},
    Kind.REVIEWED: _BY,
    Kind.SIGNED: {**_BY, "meaning": ("meaning", "what the signature means")},
}


class OutOfOrderError(BadInputError):
    """A statement that does not stand in its place; names what was found, what was expected and what to do."""


class Steps:
    """The steps of one session as far as they were taken; `take` lets the next statement in, or raises."""

    def __init__(self) -> None:
        self._taken: dict[Step, str] = {}

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """One more statement, in order.

        Raises OutOfOrderError for one before its turn or behind it, BadInputError for one without a reason or a name.
        """
        complain(kind, content)
        step = step_of(kind, content)
        if step is None:
            if Step.OPENED not in self._taken:
                raise _early(_called(kind), Step.OPENED)
            return
        self.enter(step, skipped=kind == Kind.SKIPPED)

    def enter(self, step: Step, *, skipped: bool = False) -> None:
        """A step is taken or skipped; raises OutOfOrderError unless all before it were."""
        missing = next((one for one in before(step) if one not in self._taken), None)
        if missing is not None:
            raise _early(step, missing)
        if step in ASKED:
            self._asked(step, skipped=skipped)
        self._taken.setdefault(step, "skipped" if skipped else "taken")

    def _asked(self, step: Step, *, skipped: bool) -> None:
        """A step that people are asked about is taken once, skipped once, and not gone back to."""
        how = self._taken.get(step)
        if how == "skipped" or (how == "taken" and skipped):
            raise OutOfOrderError(f"found {step} {'skipped' if skipped else 'stated'}, and it was {how} before.")
        later = next((one for one in after(step) if one in self._taken), None)
        if later is not None and not (step is Step.PRODUCTS and later is not Step.CLOSED):
            raise OutOfOrderError(f"found {step} after {later}; expected it before, so state it in its place.")

    def missing(self, until: Step = Step.DEVICE) -> list[Step]:
        """The steps before one that were neither taken nor skipped."""
        return [step for step in before(until) if step not in self._taken]


def complain(kind: str, content: Mapping[str, Any]) -> None:
    """Refuse a statement without what it must say; raises BadInputError."""
    for name, (word, expected) in _REQUIRED.get(kind, {}).items():
        if _is_empty(content.get(name)):
            of = content.get("step" if kind == Kind.SKIPPED else "of")
            about = f"the {_called(kind)} of {of}" if of else f"the {_called(kind)}"
            raise BadInputError(f"{about} has no {word}; found an empty text, expected {expected}.")
        if name == "reason" and isinstance(content[name], str):
            _hold_reason(kind, content)


def _hold_reason(kind: str, content: Mapping[str, Any]) -> None:
    try:
        reason(content["reason"])
    except BadInputError as error:
        of = content.get("step" if kind == Kind.SKIPPED else "of")
        raise BadInputError(f"the reason for the {_called(kind)} of {of}: {error}") from None


def require(steps: Steps, statements: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Let statements in one by one; raises as `Steps.take` does."""
    for kind, content in statements:
        steps.take(kind, content)


def _early(found: str, missing: Step) -> OutOfOrderError:
    skip = ", or skip it with a reason" if missing in ASKED else ""
    return OutOfOrderError(f"found {found} before {missing}; expected {missing}{skip}.")


def _called(kind: str) -> str:
    return {Kind.SKIPPED: "skip", Kind.REVIEWED: "review", Kind.SIGNED: "signature"}.get(
        Kind(kind), str(kind).replace("_", " ")
    )


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
