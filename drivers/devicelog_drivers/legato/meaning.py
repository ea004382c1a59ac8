"""What the replies of the Legato and Elite pumps say: reports, units, and the reading of each.

A value comes with the unit that suits it at that moment (1.69023 ul now, 1.2 ml later), and without its name: what it
is follows from the query that it answers. Units are a closed table.
"""

from __future__ import annotations

import re
from decimal import Decimal

from devicelog.driver import Category, Condition, Identity, Metric, Priority, Reading, Report, ReportKind
from devicelog_drivers.legato.replies import Reply

_VOLUMES = {"ml": "milliliter", "ul": "microliter", "nl": "nanoliter", "pl": "picoliter"}
_TIMES = {"min": "minute", "hr": "hour", "sec": "second"}
_RATES = {f"{volume}/{time}": f"{name} / {per}" for volume, name in _VOLUMES.items() for time, per in _TIMES.items()}
#: The greatest rate of the Legato 100 series in mL a second: 88.28 mL/min with a syringe of 60 mL, as dealers state it.
_FASTEST = Decimal("1.472")
_PROMPTS: dict[int | str, Condition] = {"*": Condition(Priority.MEDIUM, "the pump has stalled")}
_STATE = Metric("state", Category.STATE, conditions=_PROMPTS)


def _value(name: str, kind: ReportKind, metric: Metric) -> Report:
    return Report(name, kind, (metric, _STATE), (next(iter(metric.wire_units)), ""))


def _amount(name: str) -> Metric:
    return Metric(name, Category.AMOUNT, "mL", _VOLUMES, basis="commanded", max_rate=_FASTEST)


#: The report of each query whose reply is one value.
VALUES = {
    "ivolume": _value("infused", ReportKind.INTERVAL, _amount("volume_session")),
    "wvolume": _value("withdrawn", ReportKind.STATUS, _amount("volume_withdrawn")),
    "irate": _value("infusion_rate", ReportKind.STATUS, Metric("rate_set", Category.SETTING, "mL/h", _RATES)),
    "wrate": _value("withdrawal_rate", ReportKind.STATUS, Metric("rate_set", Category.SETTING, "mL/h", _RATES)),
    "tvolume": _value("target", ReportKind.STATUS, Metric("volume_set", Category.SETTING, "mL", _VOLUMES)),
    "diameter": _value("diameter", ReportKind.STATUS, Metric("diameter", Category.SETTING, "mm", {"mm": "millimeter"})),
}
#: Everything else that a pump says, and values of which nobody can tell what they are.
MESSAGE = Report(
    "message",
    ReportKind.STATUS,
    (Metric("asked", Category.STATE), Metric("text", Category.STATE), _STATE),
    ("", "", ""),
)
REPORTS = (*VALUES.values(), MESSAGE)

_ABSENT = frozenset({"Target volume not set"})
_MEASURED = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?) ([A-Za-z%/]{1,12})")
_VERSION = {"Firmware": "firmware", "Pump address": "address", "Serial number": "serial"}


def identity(reply: Reply) -> Identity | None:
    """What `version` answers, the one reply that names itself; None for any other."""
    stated = {key: value.strip() for key, _, value in (line.partition(":") for line in reply.lines)}
    if set(_VERSION) != set(stated) or not all(stated.values()):
        return None
    serial = stated["Serial number"]
    more = {"address": stated["Pump address"]}
    return Identity("Legato or Elite", serial, stated["Firmware"], reply.at, serial.startswith("SIM-"), more)


def reading(asked: str | None, reply: Reply) -> Reading:
    """A reply to a query (None: nobody can tell to which): its value, or its words."""
    report = VALUES.get(asked) if asked is not None else None
    text = " | ".join(line.strip() for line in reply.lines)
    if report is not None and text in _ABSENT:
        return Reading(report.name, (None, reply.prompt), reply.at)
    value = _MEASURED.fullmatch(text)
    if report is None or value is None:
        return Reading(MESSAGE.name, (asked, text, reply.prompt), reply.at)
    return Reading(report.name, (Decimal(value[1]), reply.prompt), reply.at, (value[2], ""))
