"""Lines that people type on a page for devices without a cable: said back first, put among the bytes when confirmed.

    say_back(link, line) ─▶ a ticket ─▶ keep(ticket): a chunk of that link, once

A ticket is of this process. One that is not known, because the station was started again since, keeps nothing: the line
is said back anew, and whoever typed it sees whether it counts already.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog import clock
from devicelog.chunk import Chunk, ChunkKind
from devicelog.live.meaning import Meaning

if TYPE_CHECKING:
    from devicelog.keyboard.typist import SaidBack
    from devicelog.recorder.plan import Bound

#: The URL of what is typed on a page.
PAGE = "page://"
#: So many tickets are known; whoever confirms an older one is asked again.
_MOST = 500
#: So many of the last lines are offered again.
_AGAIN = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that counts, and when it was confirmed (ns since boot); `is_new`: it was not before."""

    link: int
    line: str
    boot_ns: int
    is_new: bool = True


class Typing:
    """Of one session in progress; from any thread. `put` takes a chunk into the recording, or raises NotNowError."""

    def __init__(self, devices: Sequence[Bound], put: Callable[[Chunk], None]) -> None:
        self.devices = {bound.link: bound for bound in devices if _is_typed_here(bound)}
        self._put = put
        self._tickets: dict[str, tuple[int, str]] = {}
        self._kept: dict[str, Kept] = {}
        self._refused: dict[int, str] = {}
        self._again: dict[int, list[str]] = {}
        self._lock = threading.Lock()

    def say_back(self, link: int, line: str, settings: Mapping[str, Any]) -> tuple[SaidBack | None, str]:
        """What a line means while these settings hold, and the ticket that keeps it; None for one that says nothing.

        A line that cannot be read has no ticket. It counts nothing, and is kept as it was typed, once.
        """
        said = Meaning(self.devices[link].driver, link, lambda: settings)(line)
        if said is None:
            return None, ""
        with self._lock:
            if not said.readable:
                if self._refused.get(link) != line:
                    self._refused[link] = line
                    self._type(link, line)
                return said, ""
            self._refused.pop(link, None)
            ticket = secrets.token_urlsafe(12)
            self._tickets[ticket] = (link, line)
            _shorten(self._tickets)
        return said, ticket

    def keep(self, ticket: str, link: int, line: str) -> Kept | None:
        """Let the line of a ticket count, if it is this one; None if it is not. Asked again, it counts no more."""
        with self._lock:
            before = self._kept.get(ticket)
            if before is not None and (before.link, before.line) == (link, line):
                return Kept(link, line, before.boot_ns, is_new=False)
            if self._tickets.pop(ticket, None) != (link, line):
                return None
            kept = self._kept[ticket] = Kept(link, line, self._type(link, line))
            _shorten(self._kept)
            lines = self._again.setdefault(link, [])
            self._again[link] = [line, *(each for each in lines if each != line)][:_AGAIN]
        return kept

    def again(self, link: int) -> tuple[str, ...]:
        """The last different lines that count, the newest first."""
        return tuple(self._again.get(link, ()))

    def _type(self, link: int, line: str) -> int:
        stamp = clock.now()
        self._put(Chunk(link, ChunkKind.RECEIVED, stamp.boot_ns, stamp.wall_ns, f"{line}\n".encode()))
        return stamp.boot_ns


def _is_typed_here(bound: Bound) -> bool:
    """Whether nobody else types for it: a file, a pipe or a simulator may be in the middle of a line."""
    return bound.driver.is_typed and (bound.url.startswith(PAGE) or bound.url == "keyboard://")


def _shorten(known: dict[str, Any]) -> None:
    while len(known) > _MOST:
        del known[next(iter(known))]
