"""What people state of a session: each statement is an entry, made during the session or behind its end.

A statement behind the end adds to what was recorded and replaces nothing; who made it and when is in its content. It is
the line that an `act` chunk gives, so a replay finds it again. docs/ledger.md has the fields of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devicelog.ledger.ledger import Chain, Kind, Line, encode

#: What people state, and receipts of what they had delivered; the devices have no part in it.
STATED = frozenset(
    {
        Kind.OPENED,
        Kind.HISTORY,
        Kind.SCREENING,
        Kind.OVERRIDE,
        Kind.CONSENT,
        Kind.PATCH_TEST,
        Kind.CONSULTATION,
        Kind.PRODUCT,
        Kind.SYRINGE,
        Kind.SYRINGE_IN_USE,
        Kind.LEFTOVER,
        Kind.EXPLAINED,
        Kind.CONSUMABLE,
        Kind.POINTS,
        Kind.COURSE,
        Kind.SKIPPED,
        Kind.REFUSED,
        Kind.PAUSED,
        Kind.RESUMED,
        Kind.EVENT,
        Kind.ALARM_ACKNOWLEDGED,
        Kind.NOTE,
        Kind.REACTION,
        Kind.AFTERCARE,
        Kind.ADVERSE_EVENT,
        Kind.FOLLOW_UP,
        Kind.PHOTOGRAPH,
        Kind.REVIEWED,
        Kind.SIGNED,
        Kind.DELIVERED,
    }
)

#: What may be stated of a session that is over; such a statement is late, and says when it was made.
LATE = STATED - {
    Kind.OPENED,
    Kind.OVERRIDE,
    Kind.SYRINGE_IN_USE,
    Kind.COURSE,
    Kind.SKIPPED,
    Kind.REFUSED,
    Kind.PAUSED,
    Kind.RESUMED,
    Kind.ALARM_ACKNOWLEDGED,
}


def value_at(content: Mapping[str, Any], path: str) -> Any:
    """What a field of a statement says, such as `lot` or `ingredients.1.name` (the first of a list); None if nothing.

    Raises LookupError for a part of a list that is not there.
    """
    value: Any = content
    for step in path.split("."):
        value = _part(value, step) if isinstance(value, list) else (value or {}).get(step)
    return value


def _part(value: list[Any], step: str) -> Any:
    """A part of a list, counted from 1."""
    if not step.isdecimal() or not 1 <= int(step) <= len(value):
        raise LookupError(f"there is no part {step}")
    return value[int(step) - 1]


def changed(content: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """The content with another value in a field; what was given stays as it is. Raises LookupError as `value_at`."""
    step, _, rest = path.partition(".")
    if not rest:
        return {**content, step: new}
    inside = content[step]
    if isinstance(inside, list):
        place, _, rest = rest.partition(".")
        one = changed(_part(inside, place), rest, new) if rest else new
        at = int(place)
        return {**content, step: [*inside[: at - 1], one, *inside[at:]]}
    return {**content, step: changed(inside, rest, new)}


def late(last: Line, kind: Kind, content: Mapping[str, Any]) -> Line:
    """The line of a late statement behind the last line of a session, at the moment of that one."""
    entry = (last.number + 1, last.entry().t_us, kind.value, content)
    return Chain(last.number, last.hash).append(encode(entry))
