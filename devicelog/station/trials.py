"""All that is tried at a station at this moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devicelog.errors import NotNowError
from devicelog.station.trial import Trial

#: So many lines are tried at once.
MOST = 4


class Trials:
    """The trials of a station. A session comes first: `kept_away` ends them all."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._trials: dict[str, Trial] = {}

    def __iter__(self) -> Iterator[Trial]:
        return iter(list(self._trials.values()))

    def begin(self, trial: Trial, check: Callable[[], None]) -> None:
        """Begin one; `check` raises NotNowError if its port is not free, and is asked with nothing else under way."""
        with self._guard:
            self._trials = {one.id: one for one in self if not one.is_over or one.shown.seconds}
            at_work = [one for one in self if not one.is_over]
            for old in [one for one in self if one.by == trial.by]:
                old.end()
                self._trials.pop(old.id)
            if len([one for one in at_work if one.by != trial.by]) >= MOST:
                raise NotNowError(f"{MOST} ports are being tried already; wait for the end of one.")
            check()
            trial.begin()
            self._trials[trial.id] = trial

    def get(self, id_: str) -> Trial | None:
        """The one of that id; None if it is forgotten."""
        return self._trials.get(id_)

    @contextmanager
    def kept_away(self) -> Iterator[None]:
        """End all, and let none begin meanwhile: a session opens its ports."""
        with self._guard:
            for one in self:
                one.end()
            yield

    def make_room(self) -> None:
        """End all: the station ends."""
        for one in self:
            one.end()
