"""A session in its course: what it was given, as later sessions see it, and last time's parameters beside today's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.numbers import number, some
from devicelog.observation.layout import NANO
from devicelog.record.caveats import Quantity, dose
from devicelog.treatment.kept import protocol_of
from devicelog.treatment.past import Amount, Parameters, Past, local
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.record.record import Record

#: Figures of a zone: metric here, dose of the record, unit.
_DOSES: tuple[tuple[str, Quantity, str], ...] = (
    ("injections", "injections", "count"),
    ("volume", "volume", "mL"),
    ("charge", "charge", "mA*min"),
)
#: Means of a zone: metric here, metric of the devices.
_MEANS = (
    ("mean depth", "depth"),
    ("volume per trigger", "volume"),
    ("mean current", "current_measured"),
    ("mean voltage", "voltage"),
)
_MILLISECONDS = 60_000
#: What a person can state where the device does not.
_GIVEN_UNITS = {"electrode_area": "cm**2"}


def past_of(record: Record) -> Past:
    """A session as the course of its subject sees it later.

    Raises IndexError for a record without a first entry.
    """
    opened = record.statements.last(Kind.OPENED)
    return Past(
        session=record.session,
        started=local(record.wall(0), str(record.started.get("host", {}).get("zone"))),
        family=family_of(record.protocol),
        treated=treated(record),
        simulated=record.simulated,
        training=opened is not None and opened.now.get("training") is True,
        parameters=parameters_of(record),
        settings=settings_of(record),
    )


def family_of(protocol: Mapping[str, Any] | None) -> str | None:
    """The family of a session's treatment protocol; None if it has none or what it kept cannot be read."""
    if protocol is None:
        return None
    if "family" in protocol:
        return str(protocol["family"])
    try:
        return protocol_of(protocol, where="the session's treatment protocol").family
    except (BadInputError, LookupError, TypeError, AttributeError):  # of a ledger that was changed
        return None


def treated(record: Record) -> bool:
    """Whether anything was given: an injection, a volume, or a current that flowed; never in a session refused."""
    if record.statements.of(Kind.REFUSED):
        return False
    totals = record.tally.session
    if totals.triggers or totals.volume:
        return True
    current = record.spreads.get((None, "current_measured"))
    if current is not None and current.count:
        return current.high > 0
    return totals.samples > 0


def parameters_of(record: Record) -> Parameters:
    """What was given, for the session and for each zone; what nobody knows is left out."""
    zones: list[str | None] = [None, *record.tally.zones]
    found = {zone: dict(_amounts(record, zone)) for zone in zones}
    return {zone: amounts for zone, amounts in found.items() if amounts}


def _amounts(record: Record, zone: str | None) -> Iterator[tuple[str, Amount]]:
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    for metric, quantity, unit in _DOSES:
        given = dose(record, zone, quantity)
        if given.value:
            yield metric, Amount(Decimal(number(given.value)), unit, given.at_least)
    for metric, of in _MEANS:
        spread = record.spreads.get((zone, of))
        if spread is not None and spread.count:
            yield metric, Amount(Decimal(number(spread.mean)), spread.unit)
    if totals.elapsed_ms:
        yield "duration", Amount(Decimal(number(Decimal(totals.elapsed_ms) / _MILLISECONDS)), "min")


def settings_of(record: Record) -> dict[str, str]:
    """The settings of the devices at the end, as people read them; those of a second device say whose they are."""
    found: dict[str, str] = {}
    for link in record.devices:
        columns = [column for layout in record.layouts.values() if layout.link == link for column in layout.columns]
        units = _GIVEN_UNITS | {column.metric: column.unit for column in columns if column.unit is not None}
        for name, value in record.tally.settings(link).items():
            key = name if len(record.devices) == 1 else f"device {link} {name}"
            found[key] = _setting(value, units.get(name))
    return found


def _setting(value: Any, unit: str | None) -> str:
    if unit is None:
        return str(value)
    text = plain(Decimal(value) / NANO)
    return text if unit in {"1", "count"} else f"{text} {unit}"


# -- last time beside today ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure of last time beside that of today; None where one of them has none."""

    zone: str | None
    what: str
    last: Amount | None
    today: Amount | None

    @property
    def change(self) -> Decimal | None:
        """Today against last time, in percent; None where one of them is not known exactly."""
        if self.last is None or self.today is None or not self.last.value or self.last.unit != self.today.unit:
            return None
        if self.last.at_least or self.today.at_least:
            return None
        return ((self.today.value - self.last.value) / self.last.value * 100).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class SettingBeside:
    """One setting of last time beside that of today."""

    name: str
    last: str | None
    today: str | None


@dataclass(frozen=True, slots=True)
class LastTime:
    """The session before and what differs; before today's has begun, today's figures are None."""

    last: Past
    figures: tuple[Beside, ...]
    settings: tuple[SettingBeside, ...]

    def content(self) -> dict[str, Any]:
        """In plain JSON types."""
        return {
            "session": self.last.session,
            "started": self.last.started.isoformat(),
            "figures": [
                {
                    "zone": one.zone,
                    "what": one.what,
                    "last": _quantity(one.last),
                    "today": _quantity(one.today),
                    "change_percent": number(one.change) if one.change is not None else None,
                }
                for one in self.figures
            ],
            "settings": [{"name": one.name, "last": one.last, "today": one.today} for one in self.settings],
        }


def beside(last: Past, today: Record | Past | None = None) -> LastTime:
    """Last time's parameters beside today's: zone by zone, figure by figure, those that only one has among them."""
    now = None if today is None else today if isinstance(today, Past) else past_of(today)
    theirs: Parameters = now.parameters if now is not None else {}
    figures: list[Beside] = []
    for zone in dict.fromkeys([*last.parameters, *theirs]):
        before, after = last.parameters.get(zone, {}), theirs.get(zone, {})
        figures += [Beside(zone, what, before.get(what), after.get(what)) for what in dict.fromkeys([*before, *after])]
    settings = now.settings if now is not None else {}
    names = dict.fromkeys([*last.settings, *settings])
    pairs = tuple(SettingBeside(name, last.settings.get(name), settings.get(name)) for name in names)
    return LastTime(last, tuple(figures), pairs)


def _quantity(amount: Amount | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    bound = {"at_least": True} if amount.at_least else {}
    return {"value": number(amount.value), "unit": amount.unit, **bound}


# -- a session's own place in its course -----------------------------------------------------------------------


def course_content(record: Record) -> dict[str, Any] | None:
    """What was found of the course when the session was opened, with its overrides; None: nobody looked."""
    stated = record.statements.last(Kind.COURSE)
    if stated is None:
        return None
    told = {name: value for name, value in stated.now.items() if name != "at"}
    overrides = [
        {"of": made.now.get("of"), "reason": made.now.get("reason"), "by": made.now.get("by")}
        for made in record.statements.of(Kind.OVERRIDE)
        if str(made.now.get("of", "")).startswith("course:")
    ]
    return {**told, "overrides": overrides}


def course_text(course: Mapping[str, Any]) -> str:
    """Where a session stands in its course, in words, of what `course_content` gives."""
    said = f"session {course['earlier'] + 1} of the course {course['family']}"
    if course["last"] is not None:
        said += f", {some(course['days'], 'day')} after session {course['last']}"
    if course.get("phase") in ("top-up", "new course"):
        said += f" ({course['phase']})"
    return said
