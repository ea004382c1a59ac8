"""A form that is sent twice is taken once: a second tap, or a browser that sends again what it had no answer to.

A form of which that matters has a name of its own. What such a form said last is kept in memory with what came of it:
for half a minute the same again is answered with the same, and nothing is done. A form that says something else is
another one, and one that was refused may be sent again. Locking, disabling and the like stand outside: they are done
however often.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.responses import HTMLResponse, RedirectResponse, Response

from devicelog import clock
from devicelog.errors import NotNowError
from devicelog.web.forms import Form

#: The field that holds the name of a form.
ONCE = "once"
#: So long (ns) what came of a form is the answer to the same again, of so many forms.
_KEPT_NS = 30 * 1_000_000_000
_MOST = 200
#: A second one waits so long (s) for the first, and so many do: each keeps a thread.
_PATIENCE_S = 20.0
_MOST_WAITING = 4
#: What can be sent a second time as it is.
_WHOLE = (HTMLResponse, RedirectResponse)


def new_name() -> str:
    """A name for a form that is about to be shown."""
    return secrets.token_hex(8)


@dataclass(slots=True)
class _Sent:
    """What a form said, as a digest, and what came of it; None while it is being taken, and where it was refused."""

    said: bytes
    at_ns: int
    answer: Response | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Repeats:
    """What forms said last; safe in several threads."""

    def __init__(self) -> None:
        self._sent: dict[bytes, _Sent] = {}
        self._secret = secrets.token_bytes(32)
        self._guard = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)

    def once(self, form: Form, of: tuple[str, ...], take: Callable[[], Response]) -> Response:
        """What `take` makes of a form; of one that was sent already, what was made of it then.

        `of` is whose form it is, and of which page. Raises NotNowError if the first is still taken after a while.
        """
        if not form.has(ONCE):
            return take()
        key = self._digest(*of, form.text(ONCE))
        mine = _Sent(self._digest(*(f"{name}\0{text}" for name in form for text in form.all(name))), clock.boot_ns())
        while (first := self._first(key, mine)) is not mine:
            answer = self._awaited(first)
            if answer is not None:
                return answer
        return self._taken(key, mine, take)

    def _taken(self, key: bytes, mine: _Sent, take: Callable[[], Response]) -> Response:
        try:
            answer = take()
            if answer.status_code < 400 and isinstance(answer, _WHOLE):
                mine.answer = answer
            return answer
        finally:
            if mine.answer is None:
                with self._guard:
                    if self._sent.get(key) is mine:
                        del self._sent[key]
            mine.done.set()

    def _first(self, key: bytes, mine: _Sent) -> _Sent:
        """The one that said the same before; this one if there is none."""
        with self._guard:
            known = self._sent.get(key)
            if known is not None and known.said == mine.said and mine.at_ns - known.at_ns < _KEPT_NS:
                return known
            self._sent = {of: one for of, one in self._sent.items() if mine.at_ns - one.at_ns < _KEPT_NS}
            while len(self._sent) >= _MOST:
                del self._sent[next(iter(self._sent))]
            self._sent[key] = mine
            return mine

    def _awaited(self, first: _Sent) -> Response | None:
        """What came of the first one; None if it was refused."""
        if not first.done.is_set():
            if not self._waiting.acquire(blocking=False):
                raise _still_at_work()
            try:
                first.done.wait(_PATIENCE_S)
            finally:
                self._waiting.release()
        if not first.done.is_set():
            raise _still_at_work()
        return first.answer

    def _digest(self, *parts: str) -> bytes:
        """Of what was typed nothing is kept that could be read, or guessed."""
        said = "\0".join(f"{len(part)}\0{part}" for part in parts)
        return hmac.new(self._secret, said.encode("utf-8", "surrogatepass"), sha256).digest()


def _still_at_work() -> NotNowError:
    return NotNowError("this form was sent already and is still being taken; wait a moment, and look what came of it.")
