"""What a change of a device's counter means: a step, a wrap, a reset or an anomaly; by rule, never guessed.

A counter that goes up no faster than its device can count has stepped. One that goes down has wrapped if it has a
modulus and the step over it could have been counted in the time, has been reset if the device restarted or if it is
about zero: it could have counted from there, and is nearer to it than to where it stood. Anything else is an anomaly.
Where nobody says how fast a counter may go, nothing that goes down without a restart can be told from a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from devicelog.driver import Metric

#: Time that a change may have taken beyond the time between two reports: reports queue, and hosts stamp late (us).
_SLACK_US = 1_000_000


class Change(StrEnum):
    STEP = "step"
    WRAP = "wrap"
    RESET = "reset"
    ANOMALY = "anomaly"
    LOST = "lost"
    """Reading cleared it at the device, and what was read did not arrive."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a change is; `delta` was counted at least (None: nobody knows), `exact` says whether it is all."""

    change: Change
    delta: int | None
    exact: bool


def is_about_zero(before: int, now: int) -> bool:
    """Whether what went down began again, as far as its value tells: it is nearer to zero than to where it stood."""
    return now < before - now


def most_in(metric: Metric, elapsed_us: int, per: int = 1) -> int | None:
    """The most that a counter or amount may go up in a time, in parts of which `per` are one; None: nobody says."""
    return None if metric.max_rate is None else int(metric.max_rate * per * (elapsed_us + _SLACK_US) // 1_000_000)


def classify(before: int, now: int, metric: Metric, *, elapsed_us: int, restarted: bool) -> Finding:
    """What the change of a counter from `before` to `now` in a time is; `restarted`: its device did in between."""
    most = most_in(metric, elapsed_us)
    if restarted and metric.zeroed:
        return Finding(Change.RESET, now, exact=False)
    delta = now - before
    if delta >= 0:
        fast = most is not None and delta > most
        return Finding(Change.ANOMALY, None, exact=False) if fast else Finding(Change.STEP, delta, exact=True)
    if most is not None and metric.modulus is not None and delta % int(metric.modulus) <= most:
        return Finding(Change.WRAP, delta % int(metric.modulus), exact=True)
    if restarted or (most is not None and now <= most and is_about_zero(before, now)):
        return Finding(Change.RESET, now, exact=False)
    return Finding(Change.ANOMALY, None, exact=False)


#: No value of a counter.
_NEVER = -1


class Counter:
    """One counter of one device. `next` is what a plain step of one leads to; negative before its first value.

    `counted` is what was counted before the last wrap or reset since the last settlement. `fault` says in words why the
    whole since then is not known exactly.
    """

    __slots__ = ("_before", "_ended", "counted", "fault", "metric", "next", "settled")

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.forget()

    def forget(self) -> None:
        """Another device's counter stands wherever it stands."""
        self.next = _NEVER
        self.counted = self.settled = 0
        self.fault = ""
        self._ended: int | None = None
        self._before: int | None = None

    @property
    def value(self) -> int | None:
        """Where it was seen last; None if it never was, or not since the device restarted."""
        return None if self.next == _NEVER else self.next - 1

    @property
    def total(self) -> int | None:
        """What it counted since the last settlement; None if it was not seen."""
        value = self.value
        return None if value is None else self.counted + value - self.settled

    def goes_on_with(self, values: Sequence[object]) -> bool:
        """Whether these are plain steps of one."""
        return values == tuple(range(self.next, self.next + len(values)))

    def see(self, now: int, elapsed_us: int) -> tuple[int, Finding] | None:
        """Take a value that is no plain step of one: where it stood before, and what that means. None for the first."""
        restarted = self._before is not None
        before, ended = self._before if restarted else self.value, self._ended
        self.next, self._ended, self._before = now + 1, None, None
        if before is None:
            return None
        if ended is not None and now == ended + 1:  # the end of a treatment did not begin it again
            self.settled = ended
            return ended, Finding(Change.STEP, 1, exact=True)
        found = classify(before, now, self.metric, elapsed_us=elapsed_us, restarted=restarted)
        if not restarted:
            self._add(found, before)
        return before, found

    def _add(self, found: Finding, before: int) -> None:
        if found.change is Change.WRAP:
            assert self.metric.modulus is not None
            self.counted += int(self.metric.modulus)
        elif found.change is Change.RESET:
            self.counted += before - self.settled
            self.settled = 0
            self.fault = "began again at zero in between"
        elif found.change is Change.ANOMALY:
            self.fault = "jumped in between"

    def remember(self, value: int) -> None:
        """A value that was read back from the device's memory; one that is newer than the last seen counts."""
        if self.value is not None and value > self.value:
            self.next = value + 1

    def restart(self) -> None:
        """The device restarted: what comes next is no plain step, and what was counted before is settled."""
        value, self.counted, self.settled, self.fault, self._ended = self.value, 0, 0, "", None
        if value is None:
            return
        if self.metric.zeroed and value == 0:
            self.next = 1  # it stood at zero before, too
        else:
            self.next, self._before = _NEVER, value
            self.settled = 0 if self.metric.zeroed else value

    def settle(self) -> None:
        """The sum was held against it: a new count begins, at zero if that is what it does then."""
        self.counted, self.fault = 0, ""
        if self.value is None:
            return
        if self.metric.zeroed:
            self._ended, self.next, self.settled = self.value, 1, 0
        else:
            self.settled = self.value
