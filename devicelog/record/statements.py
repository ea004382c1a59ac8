"""What people stated of a session, in the order in which they did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from devicelog.ledger import Entry, Kind
from devicelog.record.views import DeviceView


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as its entry says it; `late`: it was made behind the end of the recording, as its `at` says."""

    number: int
    t_us: int
    kind: str
    content: dict[str, Any]
    late: bool


class Statements:
    """All of a session; those behind the end are of every version of it."""

    def __init__(self) -> None:
        self._made: list[Statement] = []

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._made)

    def take(self, entry: Entry, *, late: bool, devices: Iterable[DeviceView] = ()) -> Statement:
        """One more; the time that it took is no gap of these devices that nobody could explain."""
        for device in devices if entry.t_us else ():
            device.account.stated()
        made = Statement(entry.number, entry.t_us, entry.kind, entry.content, late)
        self._made.append(made)
        return made

    def of(self, *kinds: Kind) -> list[Statement]:
        """Those of these kinds, in order."""
        return [made for made in self._made if made.kind in kinds]

    def last(self, kind: Kind) -> Statement | None:
        """The last one of a kind: what it says stands in the place of those before it."""
        return next((made for made in reversed(self._made) if made.kind == kind), None)
