"""A clinic's own treatment protocol, made of another one: limits changed, each with a source, the rest as it was.

--set 'injection depth: soft=1.5 mm, hard=3 mm [LOCAL2026 M]'
       limit ──┘        side=amount [KEY GRADE], or side=none
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from devicelog.errors import BadInputError, UnitError, UnknownNameError
from devicelog.treatment.difference import limit_text
from devicelog.treatment.protocol import Citation, DerivedFrom, Grade, Limit, Source, Status, TreatmentProtocol
from devicelog.treatment.protocol_file import amount, parse
from devicelog.treatment.protocol_text import text_of_protocol

_SIDE = re.compile(r"(soft|hard)\s*=\s*([^\[\],=]+?)\s*(?:\[\s*(\S+)\s+([A-Z])\s*\])?")
_ID = re.compile(r"[a-z0-9-]+")
_EXAMPLE = "'injection depth: soft=1.5 mm, hard=3 mm [KEY M]'"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a limit as it shall be: None removes it; without a citation the clinic itself is the source."""

    value: Decimal | None
    source: Citation | None


@dataclass(frozen=True, slots=True)
class Change:
    """What `--set` asks for."""

    limit: str
    sides: Mapping[str, Side]


def parse_change(text: str, base: TreatmentProtocol) -> Change:
    """What a `--set` means; raises BadInputError, UnitError, or UnknownNameError for a limit that the base has not."""
    name, colon, rest = text.partition(":")
    limit = {limit.name: limit for limit in base.limits}.get(" ".join(name.split()))
    if colon and limit is None:
        raise UnknownNameError(f"limit of {base.id}", name.strip(), [one.name for one in base.limits])
    if limit is None or not rest.strip():
        raise BadInputError(f"{text!r} is no change of a limit; expected one such as {_EXAMPLE}.")
    sides: dict[str, Side] = {}
    for part in rest.split(","):
        found = _SIDE.fullmatch(part.strip())
        if found is None or found[1] in sides:
            raise BadInputError(f"{part.strip()!r} in {text!r} is no value of a limit; expected {_EXAMPLE}.")
        sides[found[1]] = Side(_value(found[2], limit), _citation(found[3], found[4], text))
    return Change(limit.name, sides)


def _value(text: str, limit: Limit) -> Decimal | None:
    if text == "none":
        return None
    try:
        return amount(text, limit.unit)
    except UnitError as error:
        raise UnitError(f"{limit.name}: {error}") from None


def _citation(key: str | None, grade: str | None, text: str) -> Citation | None:
    if key is None:
        return None
    if grade not in {one.value for one in Grade}:
        raise BadInputError(
            f"the grade {grade!r} in {text!r} is none; expected {', '.join(one.value for one in Grade)}."
        )
    return Citation(key, Grade(grade))


def parse_source(text: str) -> tuple[str, Source]:
    """`KEY=TITLE | WHERE` as a row of the sources; raises BadInputError."""
    key, equals, rest = text.partition("=")
    title, bar, where = rest.partition("|")
    if not (equals and bar and key.strip() and title.strip() and where.strip()):
        raise BadInputError(f"{text!r} is no source; expected 'KEY=TITLE | WHERE'.")
    return key.strip(), Source(title.strip(), where.strip())


def derive(
    base: TreatmentProtocol,
    *,
    new_id: str,
    version: str,
    by: str,
    changes: Sequence[Change] = (),
    title: str | None = None,
    sources: Iterable[tuple[str, Source]] = (),
) -> TreatmentProtocol:
    """The new protocol, unapproved, as its file's text reads back.

    Raises BadInputError for an id that cannot be one or a base with an overlay, ProtocolFileError if what was asked for
    contradicts itself.
    """
    if _ID.fullmatch(new_id) is None or new_id == "none":
        raise BadInputError(f"{new_id!r} is no id of a treatment protocol; expected a name of a-z, 0-9 and '-'.")
    if base.overlay is not None:
        raise BadInputError(
            f"{base.name} is a protocol under an overlay; derive from {base.id}, which keeps its overlays."
        )
    clinic = f"clinic:{by}"
    limits = {limit.name: limit for limit in base.limits}
    for change in changes:
        limits[change.limit] = _changed(limits[change.limit], change, clinic, f"{base.id} {base.version}")
    known = {**base.sources, **dict(sources)}
    if any(source.key == clinic for limit in limits.values() for source in _sources(limit)):
        known[clinic] = Source(f"Decision of the clinic, by {by}", "no clinical source")
    new = replace(
        base,
        id=new_id,
        version=version,
        title=title if title is not None else base.title,
        status=Status.UNAPPROVED,
        evidence_note=f"Of {base.id} {base.version}: {base.evidence_note}" if base.evidence_note else "",
        limits=tuple(limits.values()),
        sources=known,
        derived_from=DerivedFrom(base.id, base.version, base.sha256),
    )
    return parse(text_of_protocol(new), where=new_id)


def _changed(limit: Limit, change: Change, clinic: str, base: str) -> Limit:
    """A limit with new values; what stays keeps its source. A hard value where there was none latches."""
    had_hard, note = limit.hard is not None, f"{base} has {limit_text(limit)}. {limit.note}".strip()
    for name, side in change.sides.items():
        if side.value is None and side.source is not None:
            raise BadInputError(f"{limit.name}: {name}=none has no value, and so no source; expected it without.")
        source = None if side.value is None else side.source or Citation(clinic, Grade.ENGINEERING_CHOICE)
        limit = (
            replace(limit, soft=side.value, soft_source=source)
            if name == "soft"
            else replace(limit, hard=side.value, hard_source=source)
        )
    if limit.soft is None and limit.hard is None:
        raise BadInputError(f"{limit.name} has neither soft nor hard any more; a limit must keep one of them.")
    return replace(limit, latching=limit.hard is not None and (limit.latching or not had_hard), note=note)


def _sources(limit: Limit) -> Iterable[Citation]:
    return (source for source in (limit.soft_source, limit.hard_source) if source is not None)
