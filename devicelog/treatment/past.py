"""An earlier session as a course sees it: when it was, of which family, whether it treated, and with what.

Whoever can read sessions makes these (a fold of the record, or a projection that keeps `content`); nothing here reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from devicelog.units import plain

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in a record's unit; `at_least`: it is a lower bound."""

    value: Decimal
    unit: str
    at_least: bool = False

    def __str__(self) -> str:
        value = plain(round(self.value, 3))
        unit = f" {self.unit}" if self.unit != "count" else ""
        return f"{'at least ' if self.at_least else ''}{value}{unit}"


#: Amounts by metric, by zone; the zone None is the whole session.
Parameters = Mapping[str | None, Mapping[str, Amount]]


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier session.

    `started` is aware and in the local time that the session itself recorded. `family` is that of its treatment
    protocol, None if it had none. `treated`: something was given, and it was not refused. `settings` are those of its
    devices as people read them.
    """

    session: str
    started: datetime
    family: str | None
    treated: bool
    simulated: bool
    training: bool = False
    parameters: Parameters = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day on the clinic's calendar."""
        return self.started.date()

    @property
    def sentence(self) -> str:
        """What was given and set, for whoever opens the next one; to three digits behind the point."""
        given = ", ".join(f"{metric} {amount}" for metric, amount in self.parameters.get(None, {}).items())
        were = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.settings.items())
        said = f"last time ({self.day}, session {self.session}): {given or 'nothing that is known'}"
        return f"{said}; settings: {were}" if were else said

    def counts(self, *, simulated: bool) -> bool:
        """Whether it counts in a course: it treated a person; a simulated one only beside a simulated one."""
        return self.treated and not self.training and (simulated or not self.simulated)

    def content(self) -> dict[str, Any]:
        """In plain JSON types: what `past_from` reads."""
        return {
            "session": self.session,
            "started": self.started.isoformat(),
            "family": self.family,
            "treated": self.treated,
            "simulated": self.simulated,
            "training": self.training,
            "parameters": [
                {
                    "zone": zone,
                    "metric": metric,
                    "value": plain(amount.value),
                    "unit": amount.unit,
                    **({"at_least": True} if amount.at_least else {}),
                }
                for zone, amounts in self.parameters.items()
                for metric, amount in amounts.items()
            ],
            "settings": dict(self.settings),
        }


def past_from(content: Mapping[str, Any]) -> Past:
    """The session that `Past.content` described; KeyError or ValueError for anything else."""
    parameters: dict[str | None, dict[str, Amount]] = {}
    for one in content["parameters"]:
        amount = Amount(Decimal(one["value"]), one["unit"], one.get("at_least", False))
        parameters.setdefault(one["zone"], {})[one["metric"]] = amount
    return Past(
        session=content["session"],
        started=datetime.fromisoformat(content["started"]),
        family=content["family"],
        treated=content["treated"],
        simulated=content["simulated"],
        training=content["training"],
        parameters=parameters,
        settings=dict(content["settings"]),
    )


def local(moment: datetime, zone: str) -> datetime:
    """An aware moment in the local time of an offset such as "+01:00"; UTC if the text is none."""
    found = _OFFSET.fullmatch(zone)
    if found is None:
        return moment.astimezone(timezone(timedelta()))
    shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return moment.astimezone(timezone(-shift if found[1] == "-" else shift))
