"""All that is tried at a station at this moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from devicelog import clock
from devicelog.errors import NotNowError
from devicelog.station.trial import CLOSING, Trial

#: So many lines are tried at once.
MOST = 4


class Trials:
    """The trials of a station. A session comes first: `kept_away` ends them all.

    Nobody opens a port under the guard: one that hangs would hold a session up. A trial is among the others before it
    opens its port, so that it is ended with them.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._trials: dict[str, Trial] = {}

    def __iter__(self) -> Iterator[Trial]:
        return iter(list(self._trials.values()))

    def begin(self, trial: Trial, check: Callable[[], None]) -> None:
        """Begin one, in the place of the person's last; comes back when its ports are open.

        `check` raises NotNowError if its port is not free, and is asked with nothing else under way. Raises what
        `Trial.begin` raises.
        """
        with self._guard:
            at_work = [one for one in self if not one.is_over]
            own = [one for one in at_work if one.by == trial.by]
            if len(at_work) - len(own) >= MOST:
                raise NotNowError(f"{MOST} ports are being tried already; wait for the end of one.")
            check()
            kept = [one for one in self if not one.is_over or (one.shown.seconds and one.by != trial.by)]
            self._trials = {one.id: one for one in (*kept, trial)}
        _end(own, "you have begun other test readings since; look at those.")
        trial.begin()

    def get(self, id_: str) -> Trial | None:
        """The one of that id; None if it is forgotten."""
        return self._trials.get(id_)

    @contextmanager
    def kept_away(self) -> Iterator[None]:
        """End all, and let none begin meanwhile: a session opens its ports."""
        with self._guard:
            _end(self, "a session was begun, which comes first; try again when it has ended.")
            yield

    def make_room(self) -> None:
        """End all: the station ends."""
        _end(self, "the station is ending; try again when it is back.")


def _end(trials: Iterable[Trial], why: str) -> None:
    """End them together; comes back when their ports are closed, or if that takes too long."""
    ended = list(trials)
    for one in ended:
        one.stop(why)
    until = clock.boot_ns() + round(CLOSING * 1e9)
    for one in ended:
        one.await_end((until - clock.boot_ns()) / 1e9)
