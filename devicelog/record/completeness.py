"""Whether a record has all that a treatment record should have, aspect by aspect; looked at before it is signed.

The aspects are those of the field table of a treatment record (pages and codes of practice of the UK, rules for
electronic records). Nothing here decides whether a session may be signed: what is missing is named in the signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.ledger.resumption import By
from devicelog.numbers import some
from devicelog.record.caveats import injects
from devicelog.record.missing import of_devices, of_reports, of_the_end, of_treatment
from devicelog.record.screening import raised
from devicelog.record.unexplained import of_syringes

if TYPE_CHECKING:
    from devicelog.record.record import Record


@dataclass(frozen=True, slots=True)
class Item:
    """One aspect of a record, and what it lacks in words."""

    aspect: str
    missing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.missing

    def content(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"aspect": self.aspect, "holds": self.holds, "missing": list(self.missing)}


def completeness(record: Record) -> list[Item]:
    """Every aspect that concerns this record, in the order of a session."""
    return [Item(aspect, tuple(missing(record))) for aspect, missing in _ASPECTS.items()]


def lacking(record: Record) -> list[str]:
    """All that is missing, each with its aspect before it."""
    return [f"{item.aspect}: {what}" for item in completeness(record) for what in item.missing]


def lacking_by_aspect(record: Record) -> list[str]:
    """The same in as few lines as it takes: one for each aspect, or for several that lack the same."""
    aspects: dict[tuple[str, ...], list[str]] = {}
    for item in completeness(record):
        if item.missing:
            aspects.setdefault(item.missing, []).append(item.aspect)
    return [f"{', '.join(names)}: {'; '.join(missing)}" for missing, names in aspects.items()]


def _devices(record: Record) -> Iterator[str]:
    yield from of_the_end(record)
    yield from of_devices(record)
    yield from of_treatment(record)


def _clock(record: Record) -> Iterator[str]:
    if record.clock.steps:
        yield f"the computer's clock was set {some(record.clock.steps, 'time')} during the session"
    for stop in record.stops.all:
        if stop.by is not By.BOOT:
            yield f"the recorder was not running, and the computer was restarted: {stop.text}"


def _limits(record: Record) -> Iterator[str]:
    protocol = record.protocol
    if protocol is None:
        yield "no treatment protocol was chosen, nothing was checked"
    elif protocol.get("approved") is None:
        yield "the treatment protocol was approved by nobody here"
    unknown = record.verdicts["not evaluable"]
    if unknown:
        names = dict.fromkeys(
            str(alarm.limit_name)
            for alarm in record.alarms.values()
            if alarm.text.startswith(f"{alarm.limit_name} cannot be evaluated")
        )
        of = f": {', '.join(names)}" if names else ""
        yield f"{some(unknown, 'report')} could not be held against the limits{of}"


def _syringes(record: Record) -> Iterator[str]:
    yield from (f"{one}; nobody explained it" for one in of_syringes(record))


def _totals(record: Record) -> Iterator[str]:
    explained = {made.now.get("of") for made in record.statements.of(Kind.EXPLAINED)}
    for figure in record.reconciled:
        if not figure["agrees"] and f"device:{figure['link']}:{figure['metric']}" not in explained:
            yield f"{figure['metric'].replace('_', ' ')} of link {figure['link']} differs and nobody explained it"
    for found in record.unreconciled:
        yield f"link {found['link']} could not be held against its own totals: {found['why']}"


def _practitioner(record: Record) -> Iterator[str]:
    opened = _said(record, Kind.OPENED)
    if opened is None:
        yield "nobody stated role, registration and place"
        return
    for field in ("role", "registration", "place"):
        if not opened.get(field):
            yield f"the {field} was not stated"


def _history(record: Record) -> Iterator[str]:
    yield from _answered(record, Kind.HISTORY, "reviewed", "the medical history")


def _screening(record: Record) -> Iterator[str]:
    answers = {made.now.get("code"): made for made in record.statements.of(Kind.SCREENING)}
    if not answers:
        yield _skipped(record, "screening") or "no question was asked"
    open_ = [code for code, made in answers.items() if made.now.get("answer") in (None, "not asked", "unknown")]
    if open_:
        yield f"without an answer: {', '.join(map(str, open_))}"
    overridden = {made.now.get("of") for made in record.statements.of(Kind.OVERRIDE)}
    for code, made in answers.items():
        stops = raised(made) == "stop" and made.now.get("answer") in ("yes", "no", "unknown")
        if stops and f"screening:{code}" not in overridden:
            when = "was learned when it had begun" if made.now.get("from") == "learned" else "no override was recorded"
            yield f"{code} stops such a treatment, and {when}"


def _consent(record: Record) -> Iterator[str]:
    yield from _answered(record, Kind.CONSENT, "given", "consent")
    consent = _said(record, Kind.CONSENT)
    if consent is not None and consent.get("given") == "yes":
        for field in ("form", "version", "taken_by"):
            if not consent.get(field):
                yield f"the {field.replace('_', ' ')} was not stated"


def _products(record: Record) -> Iterator[str]:
    if not injects(record):
        return
    products = {made.now.get("product"): made.now for made in record.statements.of(Kind.PRODUCT)}
    if not products:
        yield _skipped(record, "products") or "no product was stated"
    for number, product in products.items():
        for field in ("lot", "expiry"):
            if not product.get(field):
                yield f"the {field} of product {number} was not stated"
    left = {made.now.get("syringe") for made in record.statements.of(Kind.LEFTOVER)}
    for made in record.statements.of(Kind.SYRINGE):
        syringe = made.now.get("syringe")
        if syringe not in left:
            yield f"what was left in syringe {syringe} was not stated"
    if not record.statements.of(Kind.CONSUMABLE):
        yield "no needle was stated"


def _zones(record: Record) -> Iterator[str]:
    tally = record.tally
    for name in ("triggers", "samples"):
        nowhere = getattr(tally.session, name) - sum(getattr(totals, name) for totals in tally.zones.values())
        if nowhere:
            yield f"{nowhere} of {getattr(tally.session, name)} {name} belong to no zone"


def _response(record: Record) -> Iterator[str]:
    if not record.statements.of(Kind.REACTION):
        yield "reactions were not stated, not even that there were none"


def _aftercare(record: Record) -> Iterator[str]:
    if not record.statements.of(Kind.AFTERCARE):
        yield _skipped(record, "aftercare") or "that a leaflet was given was not stated"


def _said(record: Record, kind: Kind) -> Mapping[str, Any] | None:
    """What counts of a kind of which the last one counts."""
    last = record.statements.last(kind)
    return last.now if last is not None else None


def _answered(record: Record, kind: Kind, field: str, what: str) -> Iterator[str]:
    said = _said(record, kind)
    if said is None:
        yield _skipped(record, kind.value) or f"nobody stated whether {what} was {field}"
    elif said.get(field) != "yes":
        yield f"{what}: {said.get(field) or 'not stated'}"


def _skipped(record: Record, step: str) -> str | None:
    """Who skipped a step; why is in the entry."""
    for made in record.statements.of(Kind.SKIPPED):
        if made.now.get("step") == step:
            return f"skipped by {made.now.get('by', 'nobody named')}"
    return None


_ASPECTS: Mapping[str, Callable[[Record], Iterator[str] | list[str]]] = {
    "practitioner": _practitioner,
    "history": _history,
    "screening": _screening,
    "consent": _consent,
    "products": _products,
    "syringes": _syringes,
    "devices": _devices,
    "gaps": of_reports,
    "clock": _clock,
    "limits": _limits,
    "device totals": _totals,
    "zones": _zones,
    "reactions": _response,
    "aftercare": _aftercare,
}
