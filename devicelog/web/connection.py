"""A connection that may not last without a request: whoever sends or takes slowly on purpose keeps no place for long.

uvicorn closes a connection that is silent between two requests, and no other: one that sends nothing, or its request
byte by byte, or that never reads its answers, could stay for good. Here a request has to be there, whole, within a
bounded time, and what is sent has to be taken; and so many connections of one address at most are open; those of this
computer itself are not counted. Where there is no more room, whoever has asked for nothing, or taken nothing, for the
longest time makes room for the next (`make_room`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from devicelog.web.settings import is_loopback

#: The head of a request comes within so long, and all of it within so much more (s).
HEAD_S, BODY_S = 10.0, 30.0
#: What waits to be taken is taken within so long (s); a long answer waits in pieces (`web/security.py`).
TAKEN_S = 60.0
#: Connections of one other address at the same time: tablets with some tabs each have six to a dozen.
MOST_OF_ONE = 64


class BoundedConnection(H11Protocol):
    """One connection, over HTTP/1.1."""

    _of: ClassVar[Counter[str]] = Counter()
    #: Those to which no answer is due, or who do not take it, and since when in the event loop's time (s); the ones
    #: first that have been so for the longest time.
    _idle: ClassVar[dict[BoundedConnection, float]] = {}
    #: Address and port of all that are open; where there is TLS, it was agreed on.
    met: ClassVar[set[tuple[str, int] | None]] = set()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._limit: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None
        self._address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.met.add(self.client)
        address = self.client[0] if self.client is not None else ""
        if not is_loopback(address):
            self._address = address
            self._of[address] += 1
            if self._of[address] > MOST_OF_ONE:
                transport.abort()
                return
        self._expect(HEAD_S)
        self._idle[self] = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        self._is_taken()
        self._idle.pop(self, None)
        self.met.discard(self.client)
        if self._address:
            self._of[self._address] -= 1
            if self._of[self._address] <= 0:
                del self._of[self._address]
            self._address = ""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before or self._limit is not None:
            self._look(is_new=self.cycle is not before)
        elif before is None or before.response_complete:
            self._expect(HEAD_S)  # the first bytes of another request
        self._sort()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # between two requests there is uvicorn's own bound; what is left of the last answer has to be taken
        self._expect(TAKEN_S if self.transport.is_closing() else None)
        self._look(is_new=True)  # the next one may be there already
        self._idle.pop(self, None)
        self._sort()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect(TAKEN_S)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(TAKEN_S, self.transport.abort)
        self._sort()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_taken()
        self._sort()

    def _is_taken(self) -> None:
        """What waited to be taken was, or nobody is there to take it."""
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _look(self, *, is_new: bool) -> None:
        """The head is there, or all of it."""
        if self.cycle is None or self.cycle.response_complete:
            return
        if not self.cycle.more_body:
            self._expect(None)
        elif is_new:
            self._expect(BODY_S)

    def _sort(self) -> None:
        """Note whether an answer is due and taken; whoever dawdles over it keeps his place among those without one."""
        cycle, is_taken = self.cycle, not self.flow.write_paused
        if cycle is not None and not cycle.response_complete and not cycle.more_body and is_taken:
            self._idle.pop(self, None)
        elif not self.transport.is_closing():
            self._idle.setdefault(self, self.loop.time())

    @classmethod
    def idle_since(cls) -> float | None:
        """On the event loop: since when the one has asked or taken nothing that `make_room` ends; None if none has."""
        loop = asyncio.get_running_loop()
        return next((since for one, since in cls._idle.items() if one.loop is loop), None)

    @classmethod
    def make_room(cls) -> bool:
        """On the event loop: end the one that has asked or taken nothing for the longest time; False if none has."""
        loop = asyncio.get_running_loop()
        oldest = next((one for one in cls._idle if one.loop is loop), None)
        if oldest is None:
            return False
        del cls._idle[oldest]
        oldest.transport.abort()
        return True

    def _expect(self, seconds: float | None) -> None:
        """Let it end unless what is waited for comes in so many seconds; None: nothing is."""
        if self._limit is not None:
            self._limit.cancel()
        self._limit = self.loop.call_later(seconds, self._end) if seconds is not None else None

    def _end(self) -> None:
        self._limit = None
        self.transport.abort()
