"""The same request twice is one: `Idempotency-Key`, as draft-ietf-httpapi-idempotency-key-header has it.

Answers are kept in memory, by token. That a session was begun with a key is an act in the chain of seals besides, so
that a retry after the station was killed begins no second one either.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header

from devicelog.web.api.problem import ProblemError

if TYPE_CHECKING:
    from devicelog.web.api.caller import Caller

#: So many answers are kept.
_MOST = 1000

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="A name of this request, the same at each retry of it.",
    ),
]


@dataclass(slots=True)
class Once:
    """A request with a key; `before` is what it was answered with, None at the first time."""

    of: str
    digest: bytes
    before: Any = None
    is_over: bool = field(default=False, repr=False)

    def keep(self, answer: Any) -> None:
        """What it is answered with from now on."""
        self.before, self.is_over = answer, True


class Keys:
    """Safe in several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, Once] = {}
        self._guard = threading.Lock()

    @contextmanager
    def once(self, caller: Caller, key: str | None, *said: str) -> Iterator[Once]:
        """A request; what fails may be tried again. A problem for a key of another request, or one that is at work."""
        digest = sha256("\0".join(said).encode()).digest()
        if key is None:
            yield Once("", digest)
            return
        one = self._claim(name_of(caller, key), digest)
        try:
            yield one
        finally:
            if not one.is_over:
                with self._guard:
                    self._kept.pop(one.of, None)

    def _claim(self, of: str, digest: bytes) -> Once:
        with self._guard:
            known = self._kept.get(of)
            if known is None:
                self._make_room()
                self._kept[of] = known = Once(of, digest)
                return known
        if known.digest != digest:
            raise ProblemError(422, "this Idempotency-Key was sent with another request; give each its own.")
        if not known.is_over:
            raise ProblemError(409, "the request with this Idempotency-Key is still at work; ask again.")
        return known

    def _make_room(self) -> None:
        """Forget the oldest answers; a request that is at work stays known, however many there are."""
        over = (of for of, one in list(self._kept.items()) if one.is_over)
        while len(self._kept) >= _MOST and (oldest := next(over, None)) is not None:
            del self._kept[oldest]


def name_of(caller: Caller, key: str) -> str:
    """A key of a token, as it is kept: neither can be read from it."""
    return sha256(f"{caller.id}\0{key}".encode()).hexdigest()
