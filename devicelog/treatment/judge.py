"""One limit held against one running value: the verdict of each reading, and the alarm while it is breached."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from devicelog.ledger import Verdict
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.protocol import Direction, Limit, Severity
from devicelog.units import plain

_NONE, _SOFT, _HARD = Verdict.WITHIN, Verdict.WARNING, Verdict.EXCEEDED
_NEVER = 1 << 200
_SEVERITY = {_SOFT: Severity.SOFT, _HARD: Severity.HARD}


class Judge:
    """Holds whole-number values (`scale` for each record unit) against a limit.

    A value at the limit plus its tolerance is within. A breach that goes from soft to hard ends one alarm and begins
    another. `trip` is the least value that can matter, so that the caller can pass over the rest without a call.
    """

    def __init__(self, limit: Limit, scale: int, alarms: AlarmBook, **details: Any) -> None:
        self.limit = limit
        self._scale = scale
        self._alarms = alarms
        self._details = details
        self._sign = -1 if limit.direction is Direction.MIN else 1
        self._soft, self._hard = self._raw(limit.soft), self._raw(limit.hard)
        self.trip = min(self._soft, self._hard)
        self.level = _NONE
        self._worst = 0
        self._count = 0
        self._since: int | None = None

    def _raw(self, bound: Decimal | None) -> int:
        """The greatest whole value that is still within; exact, because values are whole numbers."""
        if bound is None:
            return _NEVER
        within = bound * self._sign + self.limit.tolerance
        return int((within * self._scale).to_integral_value(rounding="ROUND_FLOOR"))

    @property
    def condition(self) -> Hashable:
        return ("limit", self.limit.number, *sorted(self._details.items()))

    def judge(self, value: int, at_ms: int) -> int:
        """The verdict on a value at a time (ms of the treatment), and what it does to the alarm."""
        signed = value * self._sign
        found = _HARD if signed > self._hard else _SOFT if signed > self._soft else _NONE
        if found != self.level or found == _NONE:
            level = found if found > self.level else self._held(signed, found)
            if level > self.level and not self._lasted(at_ms):
                return found
            if level != self.level:
                self._change(level, value)
            if level == _NONE:
                self._since = None
                return found
        self._count += 1
        if signed > self._worst or self._count == 1:
            self._worst = signed
        return found

    def _held(self, signed: int, found: int) -> int:
        """The present level, until the value has come back by the hysteresis."""
        if self.level == _NONE:
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
        return {"peak": self._shown(self._worst * self._sign), "unit": self.limit.unit, "readings": self._count}

    def _change(self, level: int, value: int) -> None:
        if self.level != _NONE:
            because = "went on to the hard limit" if level > self.level else None
            self._alarms.end(self.condition, because=because)
        self.level = level
        self._count = 0
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
            **self._details,
        )

    def _shown(self, value: int) -> str:
        return plain((Decimal(value) / self._scale).quantize(Decimal("1e-9")))
