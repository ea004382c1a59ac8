"""What people type on the page for a device without a cable: said back first, and kept when it is confirmed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from devicelog.live.device import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from devicelog.recorder.plan import Bound
    from devicelog.station.running import Running
    from devicelog.station.typing import Kept
    from devicelog.web.forms import Form
    from devicelog.web.live.seen import Seen

#: No longer line is taken from a page (characters); what a driver reads may be shorter.
LONGEST = 500
#: How often and how long (s) it is looked whether a line is durable.
_LOOKS, _LOOK = 80, 0.025
#: A moment of the session's clock is of whole µs.
_ROUNDED_US = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """The line of one device as one tablet sees it.

    `outcome` ends the name of a text: "" before anything was typed, "means" (with `ticket`, confirm it), "refused",
    "nothing" for a line that says nothing, "kept", "waiting" for one that is kept and
    not durable yet, "dropped". `said` is the line in other words, or why it cannot be read.
    """

    link: int
    name: str
    examples: tuple[str, ...]
    again: tuple[str, ...] = ()
    line: str = ""
    ticket: str = ""
    outcome: str = ""
    said: str = ""


def entries(seen: Seen) -> tuple[Entry, ...]:
    """One for each device that people type for on this page."""
    return tuple(_entry(seen, bound) for bound in seen.running.typing.devices.values())


def entry_of(form: Form, seen: Seen) -> Entry | None:
    """The one that a form is of; None if it is of none."""
    text = form.text("link")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    bound = seen.running.typing.devices.get(number)
    return _entry(seen, bound) if bound is not None else None


async def typed(form: Form, seen: Seen, entry: Entry, unreadable: Callable[[str], str]) -> Entry:
    """What becomes of a line that was sent: it is kept if it was said back before, and else said back.

    `unreadable` gives the sentence of that name for what no driver is asked about. Belongs to the event loop; drivers
    are asked in a thread of their own.
    """
    line, running = form.text("line"), seen.running
    if form.has("drop"):
        return replace(entry, outcome="dropped")
    if not line:
        return entry
    if len(line) > LONGEST or not line.isprintable():
        said = unreadable("live-error-long" if len(line) > LONGEST else "live-error-line")
        return replace(entry, line="", outcome="refused", said=said)
    ticket = form.text("said")
    kept = running.typing.keep(ticket, entry.link, line) if ticket else None
    if kept is not None:
        return await _durable(seen, entry, kept)
    return await _said_back(running, seen, entry, line)


async def _said_back(running: Running, seen: Seen, entry: Entry, line: str) -> Entry:
    settings = dict(seen.record.tally.settings(entry.link))
    said, ticket = await run_in_threadpool(running.typing.say_back, entry.link, line, settings)
    if said is None:
        return replace(entry, outcome="nothing")
    return replace(entry, line=line, ticket=ticket, outcome="means" if ticket else "refused", said=said.text)


async def _durable(seen: Seen, entry: Entry, kept: Kept) -> Entry:
    """Say that a line counts when it is on disk, and no sooner."""
    again = seen.running.typing.again(entry.link)
    entry = replace(entry, again=again, said=kept.line)
    for _ in range(_LOOKS):
        moment = seen.record.stops.moment(kept.boot_ns) - _ROUNDED_US
        if seen.state.said_us(entry.link) >= moment:
            return replace(entry, outcome="kept")
        await asyncio.sleep(_LOOK)
    return replace(entry, outcome="waiting")


def _entry(seen: Seen, bound: Bound) -> Entry:
    name = identity(seen.record.devices[bound.link])
    return Entry(bound.link, name, bound.driver.examples, seen.running.typing.again(bound.link))
