"""Watches the threads of a session's links: one that died or hangs is noticed, said and replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from devicelog import clock
from devicelog.chunk import Chunk, Fault, fault
from devicelog.link.link import Link

#: Between two looks (s). A look counts no more than this, so that a computer that slept is not a thread that hung.
LOOK = 0.5
#: A thread that did nothing for so long hangs; while it opens a port it may take longer (s).
HUNG, HUNG_OPENING = 3.5, 15.0
#: A thread that has to be replaced again and again is replaced ever more seldom, at last this far apart (s).
MOST_PATIENCE = 60.0


@dataclass(slots=True)
class _Seen:
    """What was seen of one link: its last beat, for how long it was the same, and when it may be replaced again."""

    beat: int = -1
    still: float = 0.0
    replaced: int = 0
    not_before: float = 0.0


class Watch:
    """Looks at `links` and puts others into their places; `put` takes the chunk that says why."""

    def __init__(self, links: list[Link], put: Callable[[Chunk], None]) -> None:
        self._links = links
        self._put = put
        self._seen = [_Seen() for _ in links]
        self._looked = clock.boot_ns() / 1e9
        self._log = structlog.get_logger()

    def look(self) -> None:
        """Call it often; it looks twice a second."""
        now = clock.boot_ns() / 1e9
        if now - self._looked < LOOK:
            return
        self._looked = now
        for place, (link, seen) in enumerate(zip(self._links, self._seen, strict=True)):
            why = _what_is_wrong(link, seen)
            if why is not None and now >= seen.not_before:
                self._replace(place, link, why)
                seen.replaced += 1
                seen.still, seen.beat = 0.0, -1
                seen.not_before = now + min(LOOK * 2**seen.replaced, MOST_PATIENCE)

    def _replace(self, place: int, link: Link, why: str) -> None:
        self._log.error("reader failed", link=link.number, why=why)
        link.abandon()
        stamp = clock.now()
        self._put(fault(link.number, stamp.boot_ns, stamp.wall_ns, Fault.READER_FAILED, why))
        self._links[place] = link.successor()
        self._links[place].start()


def _what_is_wrong(link: Link, seen: _Seen) -> str | None:
    if not link.alive:
        return "the thread that reads the port has died"
    if link.beat != seen.beat:
        seen.beat, seen.still = link.beat, 0.0
        return None
    seen.still += LOOK
    limit = HUNG_OPENING if link.opening else HUNG
    return f"the thread that reads the port has done nothing for {limit:g} s" if seen.still >= limit else None
