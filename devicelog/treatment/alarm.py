"""Alarms: a condition with a beginning, a peak and an end; one condition is one alarm, however long it lasts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from devicelog.driver import Priority
from devicelog.ledger import Kind

#: Writes an entry: its kind and its content.
Write = Callable[[Kind, dict[str, Any]], None]


@dataclass(slots=True)
class Alarm:
    """One open alarm; `closing` says at its end what the worst moment was."""

    number: int
    closing: Callable[[], dict[str, Any]]


class AlarmBook:
    """The open alarms of a session, by condition; writes an entry at the beginning and at the end of each."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._count = 0
        self.open: dict[Hashable, Alarm] = {}

    def begin(
        self,
        condition: Hashable,
        priority: Priority,
        text: str,
        *,
        latching: bool = False,
        closing: Callable[[], dict[str, Any]] = dict,
        **details: Any,
    ) -> None:
        """Open an alarm unless its condition is open already."""
        if condition in self.open:
            return
        self._count += 1
        self.open[condition] = Alarm(self._count, closing)
        known = {key: value for key, value in details.items() if value is not None}
        content = {"alarm": self._count, "priority": priority.value, "latching": latching, "text": text, **known}
        self._write(Kind.ALARM, content)

    def end(self, condition: Hashable, *, because: str | None = None) -> None:
        """End an alarm if its condition is open."""
        alarm = self.open.pop(condition, None)
        if alarm is not None:
            self._write(
                Kind.ALARM_ENDED,
                {"alarm": alarm.number, **alarm.closing(), **({"because": because} if because else {})},
            )

    def of_memory(self) -> AlarmBook:
        """The same book for what is read back of a time before: marked as such, and apart from what is so now."""
        return _OfMemory(self)

    def end_all(self, because: str) -> None:
        """End every open alarm, in the order of their beginning."""
        for condition in list(self.open):
            self.end(condition, because=because)


class _OfMemory(AlarmBook):
    """Passes on to another book. What is open there is not said again; `end_all` ends only what was begun here."""

    def __init__(self, book: AlarmBook) -> None:
        self._book = book
        self._begun: dict[Hashable, None] = {}

    def begin(
        self,
        condition: Hashable,
        priority: Priority,
        text: str,
        *,
        latching: bool = False,
        closing: Callable[[], dict[str, Any]] = dict,
        **details: Any,
    ) -> None:
        if condition in self._book.open:
            return
        self._begun[condition] = None
        said = f"read back from memory: {text}"
        told = {**details, "from_memory": True}
        self._book.begin(("memory", condition), priority, said, latching=latching, closing=closing, **told)

    def end(self, condition: Hashable, *, because: str | None = None) -> None:
        if condition in self._begun:
            del self._begun[condition]
            self._book.end(("memory", condition), because=because)

    def end_all(self, because: str) -> None:
        for condition in list(self._begun):
            self.end(condition, because=because)
