"""What the replies of the NE-1000 family say (user manual 1200-01): reports, units, and the reading of each.

Every reply begins with address and status. Volumes and rates have at most four digits and a point, so that the step of
a volume grows with it: it is recorded with each. Units are a closed table; `ML` is millilitre, whatever others call so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from devicelog.driver import Category, Condition, Identity, Metric, Priority, Reading, Report, ReportKind, Value

_VOLUMES = {"ML": "milliliter", "UL": "microliter"}
_RATES = {
    "MM": "milliliter / minute",
    "MH": "milliliter / hour",
    "UM": "microliter / minute",
    "UH": "microliter / hour",
}
_CLEARED = "; reading it has cleared it at the pump"
_ALARMS: dict[int | str, Condition] = {
    "R": Condition(Priority.MEDIUM, f"the pump was reset: its power was interrupted{_CLEARED}", latching=True),
    "S": Condition(Priority.MEDIUM, f"the pump's motor has stalled{_CLEARED}", latching=True),
    "T": Condition(Priority.MEDIUM, f"the pump's safe mode timed out{_CLEARED}", latching=True),
    "E": Condition(Priority.MEDIUM, f"the pump has an error in its program{_CLEARED}", latching=True),
    "O": Condition(Priority.MEDIUM, f"the phase of the pump's program is out of range{_CLEARED}", latching=True),
}
_PUSHED: dict[int | str, Condition] = {
    f"{code} unasked": Condition(means.priority, means.text.removesuffix(_CLEARED)) for code, means in _ALARMS.items()
}
_REFUSALS: dict[int | str, Condition] = {
    code: Condition(Priority.LOW, f"the pump refuses a query: {text}", latching=True)
    for code, text in {
        "?": "not recognised",
        "?NA": "not applicable now",
        "?OOR": "out of range",
        "?COM": "an invalid packet",
        "?IGN": "ignored",
    }.items()
}
#: No pump of the family is known to be faster, in mL a second: 6120 mL/h with a syringe of 60 mL (NE-1010; the maker's
#: "Rates and Specifications" as programs of others quote it).
_FASTEST = Decimal("1.7")
#: The report of the pump's framing, and what it says of a pump in Safe framing that nobody asks in it.
FRAMING, UNASKED = "framing", "safe, not asked"
_FRAMINGS: dict[int | str, Condition] = {
    UNASKED: Condition(
        Priority.MEDIUM,
        "the pump speaks in Safe framing and is asked nothing in it, so that its values are missing; "
        "`--allow opens_session` lets it be asked, which arms its time-out SAF: "
        "it then stops when the recording ends or the cable is pulled",
    )
}
_STATE = Metric("state", Category.STATE)
_ALARM = Metric("alarm", Category.STATE, conditions=_ALARMS | _PUSHED)


def _report(name: str, kind: ReportKind, *metrics: Metric) -> Report:
    """State and alarm, and what else a reply of this kind says; units are those of the first token of each table."""
    every = (_STATE, _ALARM, *metrics)
    return Report(name, kind, every, tuple(next(iter(metric.wire_units), "") for metric in every))


REPORTS = (
    _report(
        "dispensed",
        ReportKind.INTERVAL,
        Metric("volume_session", Category.AMOUNT, "mL", _VOLUMES, basis="commanded", max_rate=_FASTEST),
        Metric("volume_withdrawn", Category.AMOUNT, "mL", _VOLUMES, basis="commanded", max_rate=_FASTEST),
        Metric("volume_step", Category.MEASUREMENT, "mL", _VOLUMES),
        Metric("resets", Category.EPOCH),
    ),
    _report("status", ReportKind.STATUS, Metric("cleared_by", Category.STATE)),
    _report("rate", ReportKind.STATUS, Metric("rate_set", Category.SETTING, "mL/h", _RATES)),
    _report("volume", ReportKind.STATUS, Metric("volume_set", Category.SETTING, "mL", _VOLUMES)),
    _report("direction", ReportKind.STATUS, Metric("direction", Category.SETTING)),
    _report("diameter", ReportKind.STATUS, Metric("diameter", Category.SETTING, "mm", {"": "millimeter"})),
    _report("safe_timeout", ReportKind.STATUS, Metric("safe_timeout", Category.SETTING, "s", {"": "second"})),
    _report("refusal", ReportKind.STATUS, Metric("refusal", Category.STATE, conditions=_REFUSALS)),
    _report("number", ReportKind.STATUS, Metric("number", Category.STATE)),
    Report(FRAMING, ReportKind.STATUS, (Metric("framing", Category.STATE, conditions=_FRAMINGS),), ("",)),
)
#: Whose replies say by their form what they are; a plain number may be a diameter or a time-out.
NAMING = frozenset({"VER", "DIS", "RAT", "VOL", "DIR"})

_NUMBER = rb"((?=[0-9.]{1,5}(?![0-9.]))(?![0-9]{5})[0-9]*\.?[0-9]*)"
_UNIT = rb"([A-Z]{2})"
#: Model, upgrade, and behind the first V the firmware: a text, which may have letters (`NE1002XV3.79b`).
_VERSION = re.compile(rb"([A-Z]{2}[0-9]{2,5})([A-Z0-9]*?)V([!-~]{1,16})")

#: Makes the rest of a reading: report, values behind state and alarm, and their unit tokens; the name of the query.
Said = tuple[str, tuple[Value, ...], tuple[str, ...], str | None]


class _NoNumberError(ValueError):
    """A point without a digit."""


def _decimal(text: bytes) -> Decimal:
    if text == b"." or not text:
        raise _NoNumberError
    return Decimal(text.decode("ascii"))


def _dispensed(match: re.Match[bytes], resets: int) -> Said:
    infused, withdrawn = _decimal(match[1]), _decimal(match[2])
    unit = match[3].decode("ascii")
    step = Decimal(1).scaleb(int(infused.as_tuple().exponent))
    return "dispensed", (infused, withdrawn, step, resets), (unit, unit, unit, ""), "DIS"


def _rate(match: re.Match[bytes], _resets: int) -> Said:
    unit = match[2].decode("ascii")
    report, name = ("volume", "VOL") if unit in _VOLUMES else ("rate", "RAT")
    return report, (_decimal(match[1]),), (unit,), name


def _direction(match: re.Match[bytes], _resets: int) -> Said:
    return "direction", (match[0].decode("ascii"),), ("",), "DIR"


def _refusal(match: re.Match[bytes], _resets: int) -> Said:
    return "refusal", (match[0].decode("ascii"),), ("",), None


def _number(match: re.Match[bytes], _resets: int) -> Said:
    return "number", (match[0].decode("ascii"),), ("",), None


def _nothing(_match: re.Match[bytes], _resets: int) -> Said:
    return "status", (None,), ("",), None


_FORMS: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes], int], Said]], ...] = (
    (re.compile(rb"I%bW%b%b" % (_NUMBER, _NUMBER, _UNIT)), _dispensed),
    (re.compile(_NUMBER + _UNIT), _rate),
    (re.compile(rb"INF|WDR"), _direction),
    (re.compile(rb"\?(?:NA|OOR|COM|IGN)?"), _refusal),
    (re.compile(rb""), _nothing),
    (re.compile(_NUMBER), _number),
)


def said(data: bytes, resets: int) -> Said | None:
    """What the data behind the status say; None if no reply has this form."""
    for form, read in _FORMS:
        match = form.fullmatch(data)
        if match is not None:
            try:
                return read(match, resets)
            except _NoNumberError:
                return None
    return None


def plain_number(name: str, text: Value) -> Said:
    """A plain number that answers a certain query."""
    value = Decimal(str(text))
    return ("diameter", (value,), ("",), name) if name == "DIA" else ("safe_timeout", (value,), ("",), name)


def reading(state: str, alarm: str | None, said: Said, at: int) -> Reading:
    """A reading of a reply with its state and alarm."""
    report, values, units, _ = said
    return Reading(report, (state, alarm, *values), at, ("", "", *units))


def identity(data: bytes, at: int) -> Identity | None:
    """What `VER` answers: model, upgrade and firmware; the pump tells no serial number."""
    match = _VERSION.fullmatch(data)
    if match is None:
        return None
    model, upgrade, firmware = (match[place].decode("ascii") for place in (1, 2, 3))
    more = {"upgrade": upgrade} if upgrade else {}
    return Identity(model, "", firmware, at, "SIM" in upgrade, more)
