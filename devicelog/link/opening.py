"""A port on its way to being open: on a thread of its own, because some adapters let whoever opens them wait for long.

    port(open)  waits for it, and not for ever
    give_up()   whoever waits is told; a port that opens all the same is closed at once

Until it is closed, a port that opened late keeps others from it: who finds it taken waits, and tries once more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, ClassVar

from devicelog import clock
from devicelog.errors import PortError
from devicelog.link.serial_port import PORT_ERRORS
from devicelog.link.whereabouts import real_name

#: A port may take so long to open (s); one in a network connects and agrees on its settings for up to 11 s.
PATIENCE = 15.0
#: How long one that somebody gave up is waited for (s).
LATE = 5.0


class _Try:
    """One call that opens a port; begun at once, and among those `under_way` until it has come back."""

    under_way: ClassVar[tuple[_Try, ...]] = ()
    _guard: ClassVar = threading.Lock()

    def __init__(self, name: str, open_: Callable[[], Any]) -> None:
        self.name = name
        self.port: Future[Any] = Future()
        self.over = threading.Event()
        self._open = open_
        with _Try._guard:
            _Try.under_way = (*_Try.under_way, self)
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def _run(self) -> None:
        try:
            port = self._open()
        except BaseException as error:
            if self.port.set_running_or_notify_cancel():
                self.port.set_exception(error)
        else:
            self._hand_over(port)
        finally:
            with _Try._guard:
                _Try.under_way = tuple(one for one in _Try.under_way if one is not self)
            self.over.set()

    def _hand_over(self, port: Any) -> None:
        if self.port.set_running_or_notify_cancel():
            self.port.set_result(port)
            return
        with suppress(*PORT_ERRORS):  # nobody waits for it any more
            port.close()


class Opening:
    """Of one port, for one who waits. `give_up` may come first, and from any thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._try: _Try | None = None
        self._is_given_up = False

    def port(self, open_: Callable[[], Any]) -> Any:
        """The port that `open_` opens; raises what it raises, PortError if that takes too long or was given up."""
        name = real_name(self._url)
        late = [one for one in _Try.under_way if one.name == name and one.port.cancelled()]
        try:
            return self._opened(name, open_)
        except PortError:
            if not late or self._is_given_up or not _are_over(late):
                raise
            return self._opened(name, open_)

    def give_up(self) -> None:
        """Wait no more."""
        self._is_given_up = True
        one = self._try
        if one is not None:
            one.port.cancel()

    def _opened(self, name: str, open_: Callable[[], Any]) -> Any:
        if self._is_given_up:
            raise self._given_up()
        self._try = one = _Try(name, open_)
        if self._is_given_up:  # between the two lines above
            one.port.cancel()
        try:
            return one.port.result(PATIENCE)
        except CancelledError:
            raise self._given_up() from None
        except TimeoutError:
            if not one.port.cancel():  # it opened at that very moment
                return one.port.result()
            found = f"the port {self._url} has not opened within {PATIENCE:g} s"
            raise PortError(f"{found}; plug its adapter in again, or check the other end, and try again.") from None
        except BaseException:  # a signal, too: nobody waits any more
            one.port.cancel()
            raise
        finally:
            self._try = None

    def _given_up(self) -> PortError:
        return PortError(f"the port {self._url} was given up before it was open; try again.")


def _are_over(late: Sequence[_Try]) -> bool:
    """Whether all of them have come back, at the latest after a while."""
    until = clock.boot_ns() + round(LATE * 1e9)
    return all(one.over.wait(max(0.0, (until - clock.boot_ns()) / 1e9)) for one in late)
