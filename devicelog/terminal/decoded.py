"""What a driver makes of a capture, as people see it: the entries of a session that nobody stores, and their sum."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.numbers import some
from devicelog.store.reader import SessionRow
from devicelog.terminal.entry import EntryTeller
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.ledger import Entry

#: What says nothing about the device.
_PASSED_OVER = {Kind.STARTED, Kind.LAYOUT, Kind.LINK_OPENED, Kind.RECONCILED}


class Decoded:
    """Tells the entries of a capture in their order, and counts them."""

    def __init__(self) -> None:
        self._teller = EntryTeller(SessionRow(0, "capture", "", "", "ended"))
        self._counted: Counter[str] = Counter()

    def counts(self, entry: Entry) -> bool:
        """Take an entry; whether it is one to show."""
        self._teller.learn(entry)
        self._counted[entry.kind] += 1
        return entry.kind not in _PASSED_OVER

    def line(self, entry: Entry, raw: bytes) -> str:
        """An entry as one line; a bad frame with its bytes."""
        bytes_of = f": {raw.hex(' ').upper()}" if raw else ""
        return f"{entry.t_us / 1_000_000:12.4f}  {entry.kind:<16} {clean(self._teller.said(entry))}{bytes_of}"

    def document(self, entry: Entry, raw: bytes) -> dict[str, Any]:
        """An entry for `--json`."""
        bytes_of = {"hex": raw.hex(" ").upper()} if raw else {}
        return {"t_us": entry.t_us, "kind": entry.kind, "content": self._teller.content(entry), **bytes_of}

    @property
    def readings(self) -> int:
        return self._counted[Kind.OBSERVATION]

    def totals(self) -> dict[str, int]:
        return {
            "readings": self.readings,
            "bad_frames": self._counted[Kind.BAD_FRAME],
            "devices": self._counted[Kind.DEVICE_BOUND],
        }

    def summary(self) -> str:
        """What came of it, in a sentence."""
        named = self._counted[Kind.DEVICE_BOUND]
        who = f"a device said who it is {some(named, 'time')}" if named else "no device said who it is"
        return f"{some(self.readings, 'reading')}, {some(self._counted[Kind.BAD_FRAME], 'bad frame')}; {who}"
