"""One tablet that looks on: a small queue of what it is to be sent, and the whole anew where it did not keep up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devicelog.web.live.access import View

#: More frames than these do not wait for a tablet.
MOST = 8

#: A language and a kind of view: those who share them are sent the same.
Audience = tuple[str, "View"]


class Tablet:
    """Belongs to the event loop. `whole` gives all that its audience sees now, as one message.

    `after` is where it is led when a session that it saw is over.
    """

    def __init__(self, audience: Audience, whole: Callable[[], bytes], after: Callable[[str], str]) -> None:
        self.audience = audience
        self.after = after
        self.is_over = False
        self._whole = whole
        self._waiting: deque[bytes] = deque()
        self._is_behind = True
        self._news = asyncio.Event()
        self._news.set()

    @property
    def is_behind(self) -> bool:
        """Whether it is sent the whole next."""
        return self._is_behind

    def put(self, message: bytes) -> None:
        """Send a frame, unless so many wait that the whole is shorter."""
        if self.is_over or self._is_behind:
            return
        if len(self._waiting) >= MOST:
            self.renew()
            return
        self._waiting.append(message)
        self._news.set()

    def renew(self) -> None:
        """Send the whole instead of all that waits."""
        self._waiting.clear()
        self._is_behind = True
        self._news.set()

    def end(self, message: bytes = b"") -> None:
        """Send this, and nothing after it."""
        if not self.is_over:
            self.is_over = True
            self._waiting.clear()
            self._is_behind = False
            self._waiting.append(message)
            self._news.set()

    async def next(self) -> bytes:
        """What is to be sent next, all of it; empty when that was all."""
        while True:
            if self._is_behind:
                self._is_behind = False
                return self._whole()
            if self._waiting:
                messages = b"".join(self._waiting)
                self._waiting.clear()
                return messages
            if self.is_over:
                return b""
            self._news.clear()
            await self._news.wait()
