"""What the replies of the Legato and Elite pumps say: reports, units, and the reading of each.

A value comes with the unit that suits it at that moment (1.69023 ul now, 1.2 ml later), and without its name: what it
is follows from the query that it answers. The clock and `version` alone name themselves. Units are a closed table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from devicelog.driver import Category, Condition, Identity, Metric, Priority, Reading, Report, ReportKind, Value
from devicelog.driver.logbook import DeviceTime
from devicelog_drivers.legato.replies import Reply

_VOLUMES = {"ml": "milliliter", "ul": "microliter", "nl": "nanoliter", "pl": "picoliter"}
_TIMES = {"min": "minute", "hr": "hour", "sec": "second"}
_RATES = {f"{volume}/{time}": f"{name} / {per}" for volume, name in _VOLUMES.items() for time, per in _TIMES.items()}
#: The greatest rate of the Legato 100 series in mL a second: 88.28 mL/min with a syringe of 60 mL, as dealers state it.
_FASTEST = Decimal("1.472")
#: 01:30:00 is told without a unit, and is a number of seconds.
_SECONDS = {"seconds": "second", "": "second"}
_PROMPTS: dict[int | str, Condition] = {"*": Condition(Priority.MEDIUM, "the pump has stalled")}
_STATE = Metric("state", Category.STATE, conditions=_PROMPTS)

_NUMBER = r"([0-9]{1,12}(?:\.[0-9]{1,12})?)"
_MEASURED = re.compile(rf"{_NUMBER}(?: ([A-Za-z%/]{{1,12}})|(%))")
_LIMITS = re.compile(rf"{_NUMBER} ([A-Za-z/]{{1,12}}) to {_NUMBER} ([A-Za-z/]{{1,12}})")
_CLOCK_FACE = re.compile(r"([0-9]{2}):([0-5][0-9]):([0-5][0-9])")

#: The values of a reply and their unit tokens; None if it has another form.
_Values = tuple[tuple[Value, ...], tuple[str, ...]] | None


def _measured(text: str) -> _Values:
    """1.69023 ul, or 15%."""
    match = _MEASURED.fullmatch(text)
    return ((Decimal(match[1]),), (match[2] or match[3],)) if match is not None else None


def _limits(text: str) -> _Values:
    """25.0404 nl/min to 26.0035 ml/min."""
    match = _LIMITS.fullmatch(text)
    return ((Decimal(match[1]), Decimal(match[3])), (match[2], match[4])) if match is not None else None


def _time(text: str) -> _Values:
    """30 seconds, or 01:30:00."""
    match = _CLOCK_FACE.fullmatch(text)
    if match is None:
        return _measured(text)
    hours, minutes, seconds = (int(part) for part in match.groups())
    return (Decimal(hours * 3600 + minutes * 60 + seconds),), ("",)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query is answered with: the report of its values, how they are read, and the words for "no value"."""

    report: Report
    read: Callable[[str], _Values]
    absent: str = ""


def _answer(
    name: str, *metrics: Metric, read: Callable[[str], _Values] = _measured, absent: str = "", running: bool = False
) -> Answer:
    units = tuple(next(iter(metric.wire_units)) for metric in metrics)
    kind = ReportKind.INTERVAL if running else ReportKind.STATUS
    return Answer(Report(name, kind, (*metrics, _STATE), (*units, "")), read, absent)


def _volume(name: str) -> Metric:
    return Metric(name, Category.SETTING, "mL", _VOLUMES)


def _amount(name: str) -> Metric:
    return Metric(name, Category.AMOUNT, "mL", _VOLUMES, basis="commanded", max_rate=_FASTEST)


def _rate(name: str) -> Metric:
    return Metric(name, Category.SETTING, "mL/h", _RATES)


def _setting(name: str, unit: str, tokens: dict[str, str]) -> Metric:
    return Metric(name, Category.SETTING, unit, tokens)


#: What each query is answered with.
ANSWERS = {
    "ivolume": _answer("infused", _amount("volume_session"), running=True),
    "wvolume": _answer("withdrawn", _amount("volume_withdrawn")),
    "irate": _answer("infusion_rate", _rate("rate_set")),
    "wrate": _answer("withdrawal_rate", _rate("withdrawal_rate_set")),
    "irate lim": _answer("infusion_limits", _rate("rate_lowest"), _rate("rate_highest"), read=_limits),
    "wrate lim": _answer(
        "withdrawal_limits", _rate("withdrawal_rate_lowest"), _rate("withdrawal_rate_highest"), read=_limits
    ),
    "tvolume": _answer("target", _volume("volume_set"), absent="Target volume not set"),
    "ttime": _answer("target_time", _setting("time_set", "s", _SECONDS), read=_time, absent="Target time not set"),
    "diameter": _answer("diameter", _setting("diameter", "mm", {"mm": "millimeter"})),
    "svolume": _answer("syringe", _volume("syringe_volume")),
    "force": _answer("force", _setting("force_set", "1", {"%": "percent"})),
}
#: Everything else that a pump says, and values of which nobody can tell what they are.
MESSAGE = Report(
    "message",
    ReportKind.STATUS,
    (Metric("asked", Category.STATE), Metric("text", Category.STATE), _STATE),
    ("", "", ""),
)
REPORTS = (*(answer.report for answer in ANSWERS.values()), MESSAGE)

#: The clock, as a Legato with firmware 3.0.6 told it: month/day/year, 12 hours, no zone.
CLOCK_FORM = "%m/%d/%y %I:%M:%S %p"
_CLOCK = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{2} [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M")
_VERSION = {"Firmware": "firmware", "Pump address": "address", "Serial number": "serial"}


def identity(reply: Reply) -> Identity | None:
    """What `version` answers, the one reply that names itself; None for any other."""
    stated = {key: value.strip() for key, _, value in (line.partition(":") for line in reply.lines)}
    if set(_VERSION) != set(stated) or not all(stated.values()):
        return None
    serial = stated["Serial number"]
    more = {"address": stated["Pump address"]}
    return Identity("Legato or Elite", serial, stated["Firmware"], reply.at, serial.startswith("SIM-"), more)


def device_time(reply: Reply) -> DeviceTime | None:
    """What the pump's clock says, which names itself by its form; None for any other reply."""
    is_clock = len(reply.lines) == 1 and _CLOCK.fullmatch(reply.lines[0]) is not None
    return DeviceTime(reply.lines[0], reply.at) if is_clock else None


def reading(asked: str | None, reply: Reply) -> Reading:
    """A reply to a query (None: nobody can tell to which): its values, or its words."""
    text = " | ".join(line.strip() for line in reply.lines)
    answer = ANSWERS.get(asked) if asked is not None else None
    found = answer.read(text) if answer is not None else None
    if answer is not None and found is not None:
        return Reading(answer.report.name, (*found[0], reply.prompt), reply.at, (*found[1], ""))
    if answer is not None and text == answer.absent:
        return Reading(answer.report.name, (None, reply.prompt), reply.at)
    return Reading(MESSAGE.name, (asked, text, reply.prompt), reply.at)
