"""What is shown of a device that is tried: its newest values in their units, and what came last, in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devicelog.acts.binding import printable
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import Category, Driver, Identity
from devicelog.ledger import Entry, Kind, Line
from devicelog.live.device import identity
from devicelog.live.pieces import Stream, bad_bytes
from devicelog.live.state import LinkState, LiveState
from devicelog.observation.layout import Column
from devicelog.units import plain

#: So many of the last happenings are shown, and of a bad frame so many bytes.
_LINES, _BYTES = 14, 48
#: What says nothing about the device, or is told otherwise.
_PASSED_OVER = {Kind.STARTED, Kind.LAYOUT, Kind.ENDED, Kind.RECONCILED, Kind.OBSERVATION, Kind.BAD_FRAME}
#: By which a recorder keeps its books, and nobody treats.
_BOOKKEEPING = {Category.SEQUENCE, Category.UPTIME, Category.EPOCH}
#: Of an entry without words of its own, what is said.
_SAID = ("text", "cause", "error", "port", "why", "state", "value", "model", "serial", "reason")


@dataclass(frozen=True, slots=True)
class Value:
    """The newest value of a metric, as text in `unit` ("": a code or a count); `at` is seconds from the start."""

    metric: str
    value: str
    unit: str
    category: str
    at: float


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that came: when (s from the beginning), of which kind, and in words; a bad frame with its bytes."""

    at: float
    kind: str
    text: str
    bytes: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a trial at a moment; `doubt` is what its driver does not expect of such a device."""

    seconds: float = 0.0
    link: str = LinkState.WAITING.value
    identity: str | None = None
    simulated: bool = False
    doubt: str | None = None
    heard: int = 0
    readings: int = 0
    bad: int = 0
    values: tuple[Value, ...] = ()
    lines: tuple[Happened, ...] = ()


class Teller:
    """Takes what a recorder made of each chunk, and says what is to be shown."""

    def __init__(self, driver: Driver, links: Sequence[int]) -> None:
        self._driver = driver
        self._state = LiveState()
        self._streams = {link: Stream() for link in links}
        self._values: dict[str, Value] = {}
        self._lines: deque[Happened] = deque(maxlen=_LINES)
        self._readings = self._bad = 0

    @property
    def is_known(self) -> bool:
        """Whether the device has said who it is."""
        return any(device.identities for device in self._state.record.devices.values())

    def take(self, lines: Sequence[Line], chunk: Chunk | None) -> None:
        """The entries that a chunk made."""
        if chunk is not None and chunk.kind is ChunkKind.RECEIVED:
            self._streams[chunk.link].take(chunk.data)
        self._state.take(lines)
        for line in lines:
            self._note(line.entry())

    def shown(self, seconds: float) -> Shown:
        """What is shown after so many seconds."""
        devices = list(self._state.record.devices.values())
        known = next((device for device in devices if device.identities), None)
        return Shown(
            seconds,
            self._state.link_state(known or devices[0])[0].value,
            printable(identity(known)) if known is not None else None,
            known.simulated if known is not None else False,
            self._doubt(known.identities[-1]) if known is not None else None,
            sum(stream.count for stream in self._streams.values()),
            self._readings,
            self._bad,
            tuple(self._values.values()),
            tuple(reversed(self._lines)),
        )

    def _doubt(self, said: dict[str, Any]) -> str | None:
        fault = self._driver.recognition.fault(Identity(said["model"], said["serial"], said["firmware"], 0))
        return printable(fault) if fault is not None else None

    def _note(self, entry: Entry) -> None:
        at = entry.t_us / 1e6
        if entry.kind == Kind.OBSERVATION:
            self._readings += 1
            self._reading(at, entry.content)
        elif entry.kind == Kind.BAD_FRAME:
            self._bad += 1
            raw = bad_bytes(entry, self._streams)[:_BYTES].hex(" ").upper()
            self._lines.append(Happened(at, "bad", printable(str(entry.content["reason"])), raw))
        elif entry.kind not in _PASSED_OVER:
            self._lines.append(Happened(at, "other", printable(_words(entry))))

    def _reading(self, at: float, content: Any) -> None:
        layout = self._state.record.layouts[content[0]]
        told = []
        for column, value in zip(layout.columns, content[2], strict=True):
            if value is None or column.category in _BOOKKEEPING:
                continue
            made = _value(column, value, at)
            self._values[f"{layout.report} {column.metric}"] = made
            told.append(f"{made.metric} {made.value} {made.unit}".rstrip())
        self._lines.append(Happened(at, "reading", printable(f"{layout.report}: {', '.join(told)}")))


def _value(column: Column, value: Any, at: float) -> Value:
    """A value in the record's unit; as sent, with the token as sent, where its unit is not known."""
    made = column.resolve(value)
    unit = column.unit if column.factor is not None else column.token
    text = plain(made) if isinstance(made, Decimal) else str(made)
    shown = "" if unit in (None, "count") else str(unit)
    return Value(column.metric.replace("_", " "), printable(text), printable(shown), column.category.value, at)


def _words(entry: Entry) -> str:
    """An entry of a kind that has no words of its own here: its kind, and what it says in short."""
    content = entry.content if isinstance(entry.content, dict) else {}
    said = [str(content[key]) for key in _SAID if isinstance(content.get(key), str | int) and content[key] != ""]
    return f"{str(entry.kind).replace('_', ' ')}{': ' if said else ''}{', '.join(said)}"[:300]
