"""What people stated of a session, in the order in which they did, with what was corrected of it since.

An amendment with another version of the session begins the record anew. What people stated during the recording comes
again then; each statement keeps the number under which it first stood, by which corrections name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Entry, Kind
from devicelog.ledger.statement import changed, value_at

if TYPE_CHECKING:
    from devicelog.record.views import DeviceView

#: The first entry of a session, of which the practitioner can be corrected.
FIRST = 1


@dataclass(frozen=True, slots=True)
class Correction:
    """A field of a statement that an amendment corrected: what stood there, what stands there since, who, why, when."""

    field: str
    old: Any
    new: Any
    amendment: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as its entry says it; `late`: it was made behind the end of the recording, as its `at` says.

    `number` is that of its entry where it first stood in the ledger.
    """

    number: int
    t_us: int
    kind: str
    content: dict[str, Any]
    late: bool
    corrections: list[Correction] = field(default_factory=list)

    @property
    def now(self) -> dict[str, Any]:
        """What it says with all corrections."""
        return corrected(self.content, self.corrections)


class Statements:
    """All of a session; those behind the end are of every version of it.

    `older` are those of the version before. `first` are corrections of the session's first entry, `lost` those of a
    statement that is not there, which only a damaged ledger has.
    """

    def __init__(self, older: Statements | None = None) -> None:
        self._made: list[Statement] = []
        self._older = [made for made in older if not made.late] if older is not None else []
        self._behind = [made for made in older if made.late] if older is not None else []
        self.first: list[Correction] = list(older.first) if older is not None else []
        self.lost: list[Correction] = list(older.lost) if older is not None else []

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._made)

    def take(self, entry: Entry, *, late: bool, devices: Iterable[DeviceView] = ()) -> Statement:
        """One more; the time that it took is no gap of these devices that nobody could explain."""
        for device in devices if entry.t_us else ():
            device.account.stated()
        older = self._came_before(entry) if not late else None
        number, corrections = (older.number, list(older.corrections)) if older is not None else (entry.number, [])
        made = Statement(number, entry.t_us, entry.kind, entry.content, late, corrections)
        self._made.append(made)
        return made

    def _came_before(self, entry: Entry) -> Statement | None:
        """The same statement in the version before; those that say the same are taken in their order."""
        for place, made in enumerate(self._older):
            if (made.kind, made.content) == (entry.kind, entry.content):
                return self._older.pop(place)
        return None

    def over(self) -> None:
        """The recording is over: what was stated behind the end of an older version is stated of this one, too."""
        for made in self._behind:
            again = Statement(made.number, made.t_us, made.kind, made.content, True, list(made.corrections))
            self._made.append(again)
        self._behind = []

    def correct(self, amendment: Mapping[str, Any]) -> None:
        """An amendment corrects what was stated."""
        for change in amendment.get("changes", ()):
            made = Correction(change["field"], change["old"], change["new"], amendment)
            if change["entry"] == FIRST:
                self.first.append(made)
                continue
            of = next((one for one in self._made if one.number == change["entry"]), None)
            (of.corrections if of is not None else self.lost).append(made)

    def of(self, *kinds: Kind) -> list[Statement]:
        """Those of these kinds, in order."""
        return [made for made in self._made if made.kind in kinds]

    def last(self, kind: Kind) -> Statement | None:
        """The last one of a kind: what it says stands in the place of those before it."""
        return next((made for made in reversed(self._made) if made.kind == kind), None)

    def numbered(self, number: int) -> Statement | None:
        """That of an entry."""
        return next((made for made in self._made if made.number == number), None)


def corrected(content: dict[str, Any], corrections: list[Correction]) -> dict[str, Any]:
    """A content with corrections; LookupError for one of a part that is not there."""
    for one in corrections:
        content = changed(content, one.field, one.new)
    return content


def chain(statement: Statement, path: str) -> list[Any]:
    """All values that a field had, the one that was stated first."""
    made = [one.new for one in statement.corrections if one.field == path]
    return [value_at(statement.content, path), *made]
