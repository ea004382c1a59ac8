"""Which query goes next, and when: one at a time, each in its own period. Pure: it is told the time and what came.

A reply is over when one of the byte strings has come that the driver names, when the driver finds it whole (a wire
format without end bytes), when it stalls, or when its time is over; what it means is not asked here. Once a reply did
not end in time, the queries that are sent on opening go first, so that a decoder which waits for a reply that names
itself is in step again before anything else is asked. A query in the place of whose reply an alarm came is asked again
at once. Where not one byte comes back, the device may speak another dialect, and the next one is tried; nothing is sent
that would make it change its own. A query that destroys what it reads never goes again before its time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from devicelog.driver import Effect, Polling, Query

#: What is sent without asking anybody: reading that changes nothing, and reading that acknowledges an alarm, which is
#: in the reply and so in the record.
UNASKED = frozenset({Effect.NONE, Effect.CLEARS_ALARM})

#: What is longer is no reply: its end is not looked for any more (bytes).
_LONGEST_REPLY = 4096


class Polls:
    """The queries of one line; times in seconds on any clock that never goes back."""

    def __init__(self, queries: Sequence[Query], polling: Polling, allowed: frozenset[Effect] = frozenset()) -> None:
        self._polling = polling
        by_itself = [query for query in queries if query.every is not None or query.on_open]
        may_go = [query for query in by_itself if query.effect in UNASKED | allowed]
        names = dict.fromkeys(query.dialect for query in may_go)
        self._own = {query.request: query for query in queries}
        self._dialects = [[query for query in may_go if query.dialect == name] for name in names] or [[]]
        self._once = frozenset(query.request for query in may_go if query.effect is Effect.DESTRUCTIVE_READ)
        self._longest = max((len(end) for end in polling.ends), default=1)
        self.begin(0.0)

    def begin(self, now: float) -> None:
        """The line was opened: nothing is known of the device, and everything is due."""
        self._asked: deque[bytes] = deque()
        self._dialect = 0
        self._awaited: bytes | None = None
        self._again: bytes | None = None
        self._until = self._latest = self._free = now
        self._tries = 0
        self._tail, self._came = b"", False
        self._reply = b""
        self._not_before: dict[bytes, float] = {}
        self._all_due(now)

    def ask(self, request: bytes) -> None:
        """Put a query first that is asked for besides the periods."""
        if request in self._due:
            self._due[request] = 0.0
        elif request not in self._asked:
            self._asked.append(request)

    def heard(self, data: bytes, now: float) -> None:
        """Bytes came."""
        if self._awaited is None:
            return
        self._came = True
        tail = self._tail + data
        is_short = len(self._reply) <= _LONGEST_REPLY
        self._reply += data if is_short else b""
        if any(end in tail for end in self._polling.ends) or (is_short and self._found(self._polling.is_whole)):
            self._ended(now)
        elif self._polling.inter_byte is not None:
            self._until = min(self._latest, now + self._polling.inter_byte)
        self._tail = tail[-self._longest :]

    def _found(self, of_reply: Callable[[bytes, bytes], bool] | None) -> bool:
        """What the driver says of what came behind the query."""
        if of_reply is None or self._awaited is None:
            return False
        try:
            return of_reply(self._awaited, self._reply)
        except Exception:  # a driver that fails costs no more than a time-out
            return False

    def _ended(self, now: float) -> None:
        """The reply is over; a query in the place of whose reply something else came goes again."""
        if self._may_go_again and self._found(self._polling.is_displaced):
            self._tries += 1
            self._again = self._awaited
        else:
            self._tries = 0
        self._over(now)

    @property
    def _may_go_again(self) -> bool:
        """Whether the query may be sent again; one that destroys what it reads would take more away."""
        own = self._own.get(self._awaited) if self._awaited is not None else None
        retries = own.retries if own is not None and own.retries is not None else self._polling.retries
        return self._awaited not in self._once and self._tries < retries

    def rest(self, now: float) -> float:
        """Seconds in which nothing is to be sent."""
        if self._awaited is not None:
            return self._until - now
        waiting = self._asked or self._again is not None
        due = self._free if waiting else max(self._free, min(self._due.values(), default=now + 1.0))
        return max(0.0, due - now)

    def take(self, now: float) -> bytes | None:
        """The query that is to be sent now, if any."""
        if self._awaited is not None and now >= self._until:
            self._expire(now)
        if self._awaited is not None or now < self._free:
            return None
        request = self._next(now)
        if request is not None:
            own = self._own.get(request)
            timeout = own.timeout if own is not None and own.timeout is not None else self._polling.timeout
            self._awaited, self._until = request, now + timeout
            self._latest = self._until
            self._tail, self._came = b"", False
            self._reply = b""
        return request

    def _next(self, now: float) -> bytes | None:
        if self._again is not None:
            request, self._again = self._again, None
            return request
        if self._asked:
            return self._asked.popleft()
        query = min(self._dialects[self._dialect], key=lambda query: self._due[query.request], default=None)
        if query is None or self._due[query.request] > now:
            return None
        period = query.every if query.every is not None else float("inf")
        self._due[query.request] = max(self._due[query.request] + period, now)
        if query.request in self._once:
            self._not_before[query.request] = self._due[query.request]
        return query.request

    def _expire(self, now: float) -> None:
        """The reply did not end in time."""
        if not self._came and self._may_go_again:
            self._tries += 1
            self._again = self._awaited
        elif not self._came:
            self._tries = 0
            self._dialect = (self._dialect + 1) % len(self._dialects)
            self._all_due(now)
        else:
            self._tries = 0
        for query in self._dialects[self._dialect]:
            if query.on_open and query.request not in self._once:
                self._due[query.request] = 0.0
        self._over(now)

    def _over(self, now: float) -> None:
        self._awaited, self._free = None, now + self._polling.pause

    def _all_due(self, now: float) -> None:
        """All of the dialect is due, but for what must not go again before its time."""
        requests = [query.request for query in self._dialects[self._dialect]]
        self._due = {request: max(now, self._not_before.get(request, now)) for request in requests}
