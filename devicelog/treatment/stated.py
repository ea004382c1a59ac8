"""What a person states of a device without a cable: so many triggers, so much volume, since the statement before.

Each trigger has the depth and the volume that were stated last. A stated volume (what the syringe or the display says)
is of everything since the volume stated before: where each trigger had one, the two are held against each other and
nothing is added; where one had none, or there was no trigger, what is left of it was given as well. A correction stands
in the place of the last statement, and counts where that counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devicelog.driver import Category
from devicelog.observation.layout import NANO, Layout, nano
from devicelog.treatment.intervals import Interval, Replaced, Statement

#: What each trigger's depth and volume are taken from: the settings in force.
EACH = {"volume": "volume_set", "depth": "depth_set"}
_TRIGGERS, _VOLUME = "triggers_given", "volume_given"


@dataclass(frozen=True, slots=True)
class _Span:
    """What was stated since the last volume: triggers, what their volumes add up to, and where some had none."""

    triggers: int = 0
    without_volume: int = 0
    volume: int = 0
    zones: frozenset[str | None] = frozenset()


@dataclass(frozen=True, slots=True)
class _Stated:
    """A metric, its amount in billionths of the record's unit, and half of the last place in which it was stated."""

    metric: str
    amount: int
    tolerance: int


@dataclass(frozen=True, slots=True)
class _Last:
    """The last statement: what was stated before it, what came of it, and the zone that was in use."""

    before: _Span
    interval: Interval
    metric: str
    zone: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A volume as a person stated it, what the triggers add up to, and half of the last place that he stated."""

    stated: int
    added_up: int
    tolerance: int


class Statements:
    """The statements of one link, in their order; each is of triggers or of a volume."""

    def __init__(self) -> None:
        self._span = _Span()
        self._since_us: int | None = None
        self._last: _Last | None = None

    @property
    def are_open(self) -> bool:
        """Whether triggers were stated behind the last volume."""
        return self._span.triggers > 0

    def see(
        self, layout: Layout, values: Sequence[Any], now_us: int, settings: Mapping[str, Any], zone: str | None
    ) -> tuple[Interval, Compared | None]:
        """What was given since the statement before, and what it can be held against.

        A first statement has no beginning: it is of its own moment.
        """
        since_us = now_us if self._since_us is None else self._since_us
        return self._state(_stated(layout, values), (since_us, now_us), settings, zone, None)

    def correct(
        self, layout: Layout, values: Sequence[Any], now_us: int, settings: Mapping[str, Any]
    ) -> tuple[Interval, Compared | None] | None:
        """What a correction puts in the place of the last statement; None if that was of something else, or none."""
        last, stated = self._last, _stated(layout, values)
        if last is None or stated.metric not in (last.metric, ""):
            return None
        said = last.interval.stated
        assert said is not None
        self._span = last.before
        replaced = Replaced(last.interval.given, said.each, said.without_volume)
        return self._state(stated, (last.interval.since_us, now_us), settings, last.zone, replaced)

    def _state(
        self,
        stated: _Stated,
        time_us: tuple[int, int],
        settings: Mapping[str, Any],
        zone: str | None,
        replaced: Replaced | None,
    ) -> tuple[Interval, Compared | None]:
        before = self._span
        each: dict[str, int] = {}
        given: dict[str, int] = {}
        without, counts_in, compared = 0, zone, None
        if stated.metric == _TRIGGERS:
            each = {name: settings[setting] for name, setting in EACH.items() if settings.get(setting) is not None}
            self._span, given, without = _with_triggers(before, stated.amount, each.get("volume"), zone)
        elif stated.metric == _VOLUME:
            given, without, counts_in = _with_volume(before, stated.amount, zone)
            self._span, compared = _Span(), _compared(before, stated)
        said = Statement(each, counts_in, without, replaced)
        interval = Interval(*time_us, given, stated=said)
        self._since_us = time_us[1]
        self._last = _Last(before, interval, stated.metric, zone) if stated.metric else None
        return interval, compared


def _with_triggers(
    span: _Span, triggers: int, volume: int | None, zone: str | None
) -> tuple[_Span, dict[str, int], int]:
    """Triggers of a volume each: what is stated since the last volume, what was given, how many have no volume."""
    count = triggers // NANO
    if volume is None:
        later = _Span(span.triggers + count, span.without_volume + count, span.volume, span.zones | {zone})
        return later, {_TRIGGERS: triggers}, count
    later = _Span(span.triggers + count, span.without_volume, span.volume + count * volume, span.zones)
    return later, {_TRIGGERS: triggers, _VOLUME: count * volume}, 0


def _with_volume(span: _Span, volume: int, zone: str | None) -> tuple[dict[str, int], int, str | None]:
    """What a stated volume adds, how many triggers have a volume by it (less than none), and where it counts.

    What triggers without a volume in several zones were given belongs to none of these.
    """
    if span.triggers and not span.without_volume:
        return {}, 0, zone
    rest = max(0, volume - span.volume)
    return {_VOLUME: rest}, -span.without_volume, zone if span.zones <= {zone} else None


def _compared(span: _Span, stated: _Stated) -> Compared | None:
    """A stated volume beside what the triggers add up to, if these say anything about it."""
    if not span.volume or (span.without_volume and stated.amount >= span.volume):
        return None
    return Compared(stated.amount, span.volume, stated.tolerance)


def _stated(layout: Layout, values: Sequence[Any]) -> _Stated:
    """The one thing that a statement states; no metric: it takes back and states nothing."""
    for column, value in zip(layout.columns, values, strict=True):
        if column.category is Category.GIVEN and value is not None:
            exponent = Decimal(str(value)).as_tuple().exponent
            assert isinstance(exponent, int)
            half = nano(Decimal(5).scaleb(exponent - 1), column.scale)
            return _Stated(column.metric, nano(value, column.scale), half)
    return _Stated("", 0, 0)
