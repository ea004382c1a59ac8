"""One limit held against one running value: the verdict of each reading, and the alarm while it is breached."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from devicelog.ledger import Verdict
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.protocol import Direction, Limit, Severity
from devicelog.units import plain

_NONE, _SOFT, _HARD = Verdict.WITHIN, Verdict.WARNING, Verdict.EXCEEDED
_NEVER = 1 << 200
_SEVERITY = {_SOFT: Severity.SOFT, _HARD: Severity.HARD}

#: What an alarm says of the source of a limit's soft or hard value.
Cite = Callable[[Limit, Severity], dict[str, Any]]


def _uncited(_limit: Limit, _severity: Severity) -> dict[str, Any]:
    return {}


class Judge:
    """Holds whole-number values (`scale` for each record unit) against a limit.

    `total` reads the value where it is a running total, which only grows: a breach that nothing can add to is settled,
    unless somebody takes back what he stated (`reconsider`).
    A value at the limit plus its tolerance is within. A breach that goes from soft to hard ends one alarm and begins
    another. `trip` is the least value that can matter, so that the caller can pass over the rest without a call; but
    not while the judge is `busy`: a breach lasts or waits for its delay, or values were missing (`blind`).
    """

    def __init__(
        self,
        limit: Limit,
        scale: int,
        alarms: AlarmBook,
        total: Callable[[], int] | None = None,
        cite: Cite = _uncited,
        **details: Any,
    ) -> None:
        self.limit = limit
        self.scale = scale
        self._alarms = alarms
        self._total = total
        self._cite = cite
        self._details = details
        self._sign = -1 if limit.direction is Direction.MIN else 1
        self._soft, self._hard = self._raw(limit.soft), self._raw(limit.hard)
        self.trip = min(self._soft, self._hard)
        self.level = _NONE
        self.busy = self.blind = False
        self._worst = self._kept = 0
        self._count = 0
        self._since: int | None = None

    def _raw(self, bound: Decimal | None) -> int:
        """The greatest whole value that is still within; exact, because values are whole numbers."""
        if bound is None:
            return _NEVER
        within = bound * self._sign + self.limit.tolerance
        return int((within * self.scale).to_integral_value(rounding="ROUND_FLOOR"))

    @property
    def condition(self) -> Hashable:
        return ("limit", self.limit.number, *sorted(self._details.items()))

    @property
    def settled(self) -> bool:
        """Whether the verdict on a running total can change no more."""
        return self._total is not None and self.level == (_HARD if self._hard != _NEVER else _SOFT)

    def judge(self, value: int, at_ms: int) -> int:
        """The verdict on a value at a time (ms of the treatment), and what it does to the alarm."""
        signed = value * self._sign
        found = _HARD if signed > self._hard else _SOFT if signed > self._soft else _NONE
        if found > self.level:
            if self._lasted(at_ms):
                self._change(found, value)
        else:
            self._since = None
            if (level := self._held(signed, found)) != self.level:
                self._change(level, value)
        self.busy = self.level != _NONE or self._since is not None
        if self.level == _NONE:
            return found
        self._count += 1
        if signed > self._worst or self._count == 1:
            self._worst = signed
        return found

    def keep_peak(self) -> None:
        """Remember where a running total stands that is about to become less."""
        if self._total is not None and self.level != _NONE:
            self._kept = max(self._kept, self._total())

    def reconsider(self, at_ms: int) -> None:
        """Look at a running total again that may have become less, because somebody took back what he stated."""
        if self._total is not None:
            self.judge(self._total(), at_ms)

    def _held(self, signed: int, found: int) -> int:
        """The present level, until the value has come back by the hysteresis."""
        if found == self.level:
            return found
        bound = self._hard if self.level == _HARD else self._soft
        back = bound - int(abs(bound) * self.limit.hysteresis)
        return self.level if signed > back else found

    def _lasted(self, at_ms: int) -> bool:
        if self._since is None:
            self._since = at_ms
        return at_ms - self._since >= self.limit.delay * 1000

    def _closing(self) -> dict[str, Any]:
        """What the end of the alarm says of its worst moment."""
        if self._total is not None:
            return {"peak": self._shown(max(self._total(), self._kept)), "unit": self.limit.unit}
        return {"peak": self._shown(self._worst * self._sign), "unit": self.limit.unit, "readings": self._count}

    def _change(self, level: int, value: int) -> None:
        if self.level != _NONE:
            because = "went on to the hard limit" if level > self.level else None
            self._alarms.end(self.condition, because=because)
        self.level = level
        self._since = None
        self._count = self._kept = 0
        if level == _NONE:
            return
        severity = _SEVERITY[level]
        limit = self.limit
        bound = limit.soft if severity is Severity.SOFT else limit.hard
        assert bound is not None
        side = "below" if limit.direction is Direction.MIN else "above"
        where = f" in {self._details['zone']}" if "zone" in self._details else ""
        found = f"{limit.name} {self._shown(value)} {limit.unit}{where}"
        text = f"{found} is {side} the {severity} limit of {plain(bound)} {limit.unit}"
        self._alarms.begin(
            self.condition,
            limit.priority(severity),
            text,
            latching=limit.latches(severity),
            limit=limit.number,
            name=limit.name,
            severity=severity.value,
            value=self._shown(value),
            bound=plain(bound),
            unit=limit.unit,
            closing=self._closing,
            **self._cite(limit, severity),
            **self._details,
        )

    def _shown(self, value: int) -> str:
        return plain((Decimal(value) / self.scale).quantize(Decimal("1e-9")))
