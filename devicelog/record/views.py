"""What a record says of one alarm, gap, counter, device or moment, as people see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from devicelog.driver import Origin
from devicelog.record.accounting import Account
from devicelog.treatment.citation import source_text
from devicelog.treatment.totals import evident_ms

if TYPE_CHECKING:
    from devicelog.record.record import Record

#: The serial number of a device that never said who it is.
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody has seen an alarm: who (None: it was not said) and when."""

    t_us: int
    by: str | None


@dataclass(slots=True)
class AlarmView:
    """An alarm as people see it; times in microseconds of the session, `ended_us` None while it is open."""

    number: int
    priority: str
    text: str
    latching: bool
    began_us: int
    ended_us: int | None = None
    peak: str | None = None
    unit: str | None = None
    readings: int | None = None
    zone: str | None = None
    limit: int | None = None
    limit_name: str | None = None
    severity: str | None = None
    bound: str | None = None
    protocol: dict[str, Any] | None = None
    citation: dict[str, str] | None = None
    acknowledged: list[Acknowledged] = field(default_factory=list)

    @classmethod
    def began(cls, content: Mapping[str, Any], t_us: int) -> AlarmView:
        """One that begins as its entry says."""
        return cls(
            number=content["alarm"],
            priority=content["priority"],
            text=content["text"],
            latching=content["latching"],
            began_us=t_us,
            peak=content.get("value"),
            unit=content.get("unit"),
            zone=content.get("zone"),
            limit=content.get("limit"),
            limit_name=content.get("name"),
            severity=content.get("severity"),
            bound=content.get("bound"),
            protocol=content.get("protocol"),
            citation=content.get("citation"),
        )

    @property
    def source(self) -> str | None:
        """Whose number was breached: "hard limit 0.05 mL [MMFAQ L] of meso-face-gun-intradermal 1"; None: not said."""
        return source_text(
            {
                "severity": self.severity,
                "bound": self.bound,
                "unit": self.unit,
                "protocol": self.protocol,
                "citation": self.citation,
            }
        )


@dataclass(slots=True)
class GapView:
    """A stretch for which a device's data is missing; `missing` counts its reports if the device numbers them.

    `serial` is of the device that was on the line before it. `filled` counts what was read back from its memory,
    `because` says why no more was; None: nothing was asked for, or it still is.
    """

    number: int
    link: int
    serial: str
    cause: str
    since_us: int
    until_us: int | None = None
    missing: int | None = None
    filled: int = 0
    because: str | None = None


@dataclass(frozen=True, slots=True)
class CounterView:
    """What happened to a device's counter at a moment: `what` is the kind of its entry."""

    t_us: int
    link: int
    what: str
    metric: str
    before: int
    now: int


@dataclass(slots=True)
class DeviceView:
    """A device of the session: what was planned for its link and who it said it was.

    `last` is what its newest report measured, in billionths of the record's unit; None: it came without a value.
    """

    link: int
    plan: dict[str, Any]
    connected: bool = False
    identities: list[dict[str, Any]] = field(default_factory=list)
    last: dict[str, int | None] = field(default_factory=dict)
    bad_frames: int = 0
    repeats: int = 0
    conflicts: int = 0
    recalled: int = 0
    account: Account = field(default_factory=Account)

    def opened(self, t_us: int) -> None:
        """Its port is open. What a person types and the second line of a device need not be heard to be there."""
        self.connected = True
        self.account.opened(t_us, evident_ms(self.plan.get("expected_interval_ms")) * 1000)
        if self.typed:  # nobody types every second, and what is typed is of the time before
            self.account.idle(t_us, idle=True)
        if self.typed or self.plan.get("first", self.link) != self.link:
            self.account.heard(t_us)

    @property
    def serial(self) -> str:
        return str(self.identities[-1]["serial"]) if self.identities else UNKNOWN

    @property
    def typed(self) -> bool:
        """Whether a person typed what it showed."""
        return self.plan.get("origin") == Origin.TYPED

    @property
    def simulated(self) -> bool:
        """Whether it said that it is not real; if it was changed, whether one of the devices did."""
        return any(identity["simulated"] for identity in self.identities)


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """An amendment as its entry says it, and the record as it was before (None: it holds no other version of it).

    `number` is that of its entry.
    """

    content: dict[str, Any]
    before: Record | None
    number: int


class WallClock:
    """The host's wall time (UTC) of a session's moments, by the last time that was stated before each of them."""

    def __init__(self) -> None:
        self._anchors: list[tuple[int, datetime]] = []
        self._minute = _Minute(0, 0, 0, "")
        self.steps = 0
        """How often the clock was set."""

    def add(self, t_us: int, wall: str, *, was_set: bool = False) -> None:
        """Take a stated time; `was_set`: because somebody set the clock."""
        self._anchors.append((t_us, datetime.fromisoformat(wall)))
        self._minute = _Minute(0, 0, 0, "")
        self.steps += was_set

    @property
    def is_set(self) -> bool:
        """Whether any time was stated."""
        return bool(self._anchors)

    def at(self, t_us: int) -> datetime:
        """The wall time of a moment; IndexError before any time was stated."""
        at_us, wall = next((a for a in reversed(self._anchors) if a[0] <= t_us), self._anchors[0])
        return wall + timedelta(microseconds=t_us - at_us)

    def text(self, t_us: int) -> str:
        """The same as `numbers.rfc3339` writes it; most moments of a list are in the minute of the one before."""
        minute = self._minute
        if not minute.since_us <= t_us < minute.until_us:
            minute = self._minute = self._minute_of(t_us)
        digits = str(_LEADING + t_us - minute.begin_us)
        return f"{minute.text}{digits[1:3]}.{digits[3:]}Z"

    def texts(self, moments: Sequence[int]) -> list[str]:
        """The same of several moments, in order."""
        if moments:
            self.text(moments[0])
        minute = self._minute
        if not moments or max(moments) >= minute.until_us or min(moments) < minute.since_us:
            return [self.text(t_us) for t_us in moments]
        begin, text = minute.begin_us, minute.text
        return [f"{text}{(at := t_us - begin) // 1_000_000:02d}.{at % 1_000_000:06d}Z" for t_us in moments]

    def _minute_of(self, t_us: int) -> _Minute:
        wall = self.at(t_us)
        begin = t_us - wall.second * 1_000_000 - wall.microsecond
        set_ = [at_us for at_us, _ in self._anchors[1:]]
        since = max([begin, *(at_us for at_us in set_ if at_us <= t_us)])
        until = min([begin + _MINUTE_US, *(at_us for at_us in set_ if at_us > t_us)])
        return _Minute(since, until, begin, f"{wall:%Y-%m-%dT%H:%M:}")


#: A minute in microseconds, and what is added to a part of it so that its eight digits are all written.
_MINUTE_US = 60_000_000
_LEADING = 100_000_000


@dataclass(frozen=True, slots=True)
class _Minute:
    """A minute of the wall clock: its beginning in the session, as text, and from when until when the clock kept it."""

    since_us: int
    until_us: int
    begin_us: int
    text: str
