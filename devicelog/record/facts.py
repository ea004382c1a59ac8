"""Who treated, when, against which limits and with what, in the words of every reader."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.ledger.beginning import Through
from devicelog.numbers import some
from devicelog.record import amounts
from devicelog.record.accounting import State
from devicelog.record.in_lists import local_minute
from devicelog.treatment.kept import approver, named
from devicelog.units import plain

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.stops import Stop
    from devicelog.record.views import CounterView, DeviceView, GapView

#: So many stops are told in a sentence.
_MOST_STOPS = 5
#: By which way a session was begun.
_WAYS = {
    Through.TERMINAL: "in a terminal",
    Through.PAGE: "on a page of the station",
    Through.API: "through the API of the station",
}


def practitioner(record: Record) -> str:
    """Who treated; and who was named before, where that was corrected."""
    before = [one.old for one in record.statements.first if one.field == "practitioner"]
    was = f" (first recorded as {', then '.join(map(str, before))})" if before else ""
    return f"{record.started['practitioner']}{was}"


def times(record: Record) -> str:
    """From when to when, with the offset of the clock on the wall, and how long."""
    begin, end = amounts.local(record, 0), amounts.local(record, record.last_us)
    until = f"{end:%H:%M:%S}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M:%S}"
    offset = record.started.get("host", {}).get("zone", "+00:00")
    return f"{begin:%Y-%m-%d %H:%M:%S} – {until} (UTC{offset}), {amounts.since_start(record.last_us)}"


def protocol(record: Record) -> str:
    """The treatment protocol, its digest, and who approved it."""
    kept = record.protocol
    if kept is None:
        return "none"
    approved, zone = kept.get("approved"), record.started.get("host", {}).get("zone")
    by = (
        f"approved by {approver(approved)} at {local_minute(approved['at'], zone)}"
        if approved
        else "approved by nobody here"
    )
    name = f"{named(kept)}, sha256 {kept['sha256'][:12]}"
    return f"{name}, {kept['status']}, {by}"


def device(view: DeviceView) -> str:
    """What a device said of itself, by which driver, and what was odd on its line."""
    plan = view.plan
    verified = f"verified on {plan['verified_on']}" if plan.get("verified_on") else "not verified on any real device"
    verified = "typed by a person, sent by no device" if view.typed else verified
    profile = f", profile sha256 {plan['profile']['sha256'][:12]}" if "profile" in plan else ""
    driver = f"driver {plan['driver']} {plan['driver_version']}{profile} ({verified})"
    who = [
        f"{identity['model']} {identity['serial'] or 'without a serial number'}"
        f"{', firmware ' + identity['firmware'] if identity['firmware'] else ''}"
        f"{', SIMULATED' if identity['simulated'] else ''}"
        for identity in view.identities
    ] or ["a device that never said who it is"]
    counts = ((view.bad_frames, "bad frame"), (view.repeats, "repeat"), (view.conflicts, "conflict"))
    odd = [some(count, noun) for count, noun in counts if count]
    line = f" on the {plan['direction']}'s line" if "direction" in plan else ""
    return f"{', then '.join(who)}{line}; {driver}{'; ' if odd else ''}{', '.join(odd)}"


def period(begin_us: int, end_us: int | None) -> str:
    """A stretch of a session: 02:10–03:00, or "still open" at its end."""
    end = amounts.since_start(end_us) if end_us is not None else "still open"
    return f"{amounts.since_start(begin_us)}–{end}"


def stops(record: Record) -> str:
    """How often the recorder was not running and went on, for how long, and how that is known."""
    found = record.stops.all
    shown = [
        f"from {amounts.since_start(one.since_us)}, {one.text}{_updated(record, one)}" for one in found[:_MOST_STOPS]
    ]
    more = [f"and {some(len(found) - len(shown), 'time')} more"] if len(found) > len(shown) else []
    return f"the recorder was not running {some(len(found), 'time')}: {'; '.join([*shown, *more])}"


def _updated(record: Record, stop: Stop) -> str:
    """What went on, where that is another version than the one that began."""
    return f", then by {stop.software}" if stop.software != record.started.get("software") else ""


def begun(record: Record) -> str | None:
    """By which way the session was begun, and by whom; None where the record does not say it."""
    said = record.started.get("begun")
    if said is None:
        return None
    way = _WAYS.get(said["through"], said["through"])
    return f"{way}, by {said['by']}" if said.get("by") else way


def gap(record: Record, one: GapView) -> str:
    """Of which device, why, and what is missing."""
    view = record.devices[one.link]
    missing = "an unknown number of reports" if one.missing is None else some(one.missing, "report")
    filled = f", {some(one.filled, 'report')} read back from its memory" if one.filled else ""
    why = f" ({one.because})" if one.because is not None and one.missing != 0 else ""
    return f"{view.plan['driver']} {one.serial}: {one.cause}{filled}, {missing} missing{why}"


def counter(record: Record, seen: CounterView) -> str:
    """What happened to a counter of a device besides going up."""
    name = f"{record.devices[seen.link].plan['driver']}: {amounts.words(seen.metric)}"
    said = {"wrapped": "wrapped", "reset": "began again", "anomaly": "JUMPED"}[seen.what]
    return f"{amounts.since_start(seen.t_us)}  {name} {said}, {seen.before} to {seen.now}"


def account(record: Record, view: DeviceView) -> str:
    """What the whole time of a device was."""
    until = record.last_us
    lasted = [(s.value, us) for s, us in view.account.seconds(until).items() if us and s is not State.GAP]
    lasted += [(f"gap ({cause})", us) for cause, us in view.account.causes(until).items()]
    said = ", ".join(f"{what} {plain((Decimal(us) / 1_000_000).quantize(Decimal('0.001')))} s" for what, us in lasted)
    return f"{view.plan['driver']} {view.serial}: {said}" if said else "no time passed"
