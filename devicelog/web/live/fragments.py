"""The parts of the live page that are swapped: what each shows, and its template.

What a fragment shows is compared with what it showed: one that did not change is neither made nor sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from devicelog.live.marks import live_marks
from devicelog.live.syringe import in_use
from devicelog.record import amounts, facts
from devicelog.record.caveats import marks, reports_missing
from devicelog.record.steps import is_paused
from devicelog.treatment.kept import named
from devicelog.web.live import places
from devicelog.web.live.access import SHOWN, View
from devicelog.web.live.alarms import alarms
from devicelog.web.live.announcing import Announced
from devicelog.web.live.chart import Recent
from devicelog.web.live.devices import devices, given_here
from devicelog.web.live.doses import LONG, bars
from devicelog.web.live.happened import happened
from devicelog.web.live.seen import Seen

#: What a template is given.
Shows = Mapping[str, Any]

_WHOLE = (View.ACTING, View.WATCHING)
_ACTING = (View.ACTING,)


class When(IntEnum):
    """When a fragment is looked at: each takes in what stands above it."""

    SECOND = 0
    """Once a second."""
    HAPPENED = 1
    """And when something happened or was stated: anything but a reading."""
    READING = 2
    """And at every reading."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One part: the id of its element, what it shows, and who sees it."""

    id: str
    shows: Callable[[Seen], Shows]
    views: tuple[View, ...]
    when: When = When.HAPPENED

    @property
    def template(self) -> str:
        return f"live/{self.id.removeprefix('live-')}.html"


def _head(seen: Seen) -> Shows:
    record = seen.record
    found = marks(record)
    said = [mark.lower().replace(", ", "-").replace(" ", "-") for mark in live_marks(record)]
    said += ["unverified-driver"] if "driver_unverified" in found else []
    said += ["caution"] if "caution" in found else []
    return {
        "marks": tuple(said),
        "paused": is_paused(record),
        "ending": seen.running.is_ending,
        "while_paused": seen.state.while_paused.said(record.tally.session),
        "protocol": named(record.protocol) if record.protocol is not None else "",
    }


def _time(seen: Seen) -> Shows:
    return {"elapsed": amounts.since_start(seen.state.now_us), "clock": seen.clock}


def _alarm(seen: Seen) -> Shows:
    found = alarms(seen)
    return {"alarm": found[0] if found else None, "others": len(found) - 1, "unseen": _unseen(found[1:])}


def _unseen(found: tuple[Any, ...]) -> int:
    return sum(not one.is_seen for one in found)


def _announced(seen: Seen) -> Announced | None:
    return seen.announcer.now(alarms(seen), seen.second)


def _shout(seen: Seen) -> Shows:
    said = _announced(seen)
    return {"said": said if said is not None and said.interrupts else None}


def _say(seen: Seen) -> Shows:
    said = _announced(seen)
    return {"said": said if said is not None and not said.interrupts else None}


def _alarms(seen: Seen) -> Shows:
    return {"alarms": alarms(seen)}


def _figures(seen: Seen) -> Shows:
    return {"devices": devices(seen)}


def _doses(seen: Seen) -> Shows:
    return {"bars": bars(seen), "long": LONG, "has_protocol": seen.record.protocol is not None}


def _place(seen: Seen) -> Shows:
    given, zone = given_here(seen), seen.record.tally.zone
    return {"given": given, "place": places.InUse(zone, seen)}


def _map(seen: Seen) -> Shows:
    return {"place": places.InUse(seen.record.tally.zone, seen)}


def _zones(seen: Seen) -> Shows:
    return {"offer": places.Offer(seen.record.tally.zone, seen)}


def _syringe(seen: Seen) -> Shows:
    during, used = seen.running.during, in_use(seen.state)
    names = during.named(used.number if used is not None else None)
    return {"syringe": used, "products": names, "can_choose": bool(during.syringes), "long": LONG}


def _syringes(seen: Seen) -> Shows:
    return {"syringes": tuple(seen.running.during.labels.items()), "used": seen.record.doses.in_use}


def _chart(seen: Seen) -> Shows:
    return {"chart": Recent(seen.running.session, seen.second, seen)}


def _happened(seen: Seen) -> Shows:
    return {"happened": happened(seen)}


def _pause(seen: Seen) -> Shows:
    return {"paused": is_paused(seen.record), "ending": seen.running.is_ending}


def _foot(seen: Seen) -> Shows:
    record = seen.record
    return {
        "gaps": len(record.gaps),
        "open_gaps": len(seen.state.open_gaps()),
        "missing": reports_missing(record) if record.gaps else None,
        "stopped": facts.stops(record) if record.stops.all else None,
        "begun": facts.begun(record),
        "bad_frames": sum(device.bad_frames for device in record.devices.values()),
        "entries": record.entries,
        "session": record.session,
    }


FRAGMENTS = (
    Fragment("live-alarm", _alarm, SHOWN),
    Fragment("live-shout", _shout, SHOWN),
    Fragment("live-say", _say, SHOWN),
    Fragment("live-figures", _figures, SHOWN, When.READING),
    Fragment("live-doses", _doses, SHOWN, When.READING),
    Fragment("live-time", _time, SHOWN, When.SECOND),
    Fragment("live-head", _head, SHOWN),
    Fragment("live-place", _place, _WHOLE, When.READING),
    Fragment("live-syringe", _syringe, _WHOLE, When.READING),
    Fragment("live-map", _map, _WHOLE),
    Fragment("live-happened", _happened, _WHOLE),
    Fragment("live-pause", _pause, _ACTING),
    Fragment("live-zones", _zones, _ACTING),
    Fragment("live-syringes", _syringes, _ACTING),
    Fragment("live-alarms", _alarms, _WHOLE),
    Fragment("live-chart", _chart, _WHOLE, When.SECOND),
    Fragment("live-foot", _foot, _WHOLE, When.SECOND),
)


def of(view: View) -> tuple[Fragment, ...]:
    """The fragments of a kind of view."""
    return tuple(one for one in FRAGMENTS if view in one.views)
