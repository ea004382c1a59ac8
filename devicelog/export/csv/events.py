"""The table of every entry that is no observation, so that the tables together leave nothing out."""

from __future__ import annotations

from devicelog.export.csv.table import ENTRY, LINK, OF_LINK, Table, TableWriter, moment, required, text
from devicelog.export.session import ExportedSession
from devicelog.ledger import Entry, Kind, encode
from devicelog.ledger.amendment import held
from devicelog.numbers import seconds


class EventTable:
    """That of one session."""

    table = Table(
        "events.csv",
        "Everything else that the ledger holds, entry by entry",
        (
            ENTRY,
            *map(required, moment("", "when it happened")),
            required(text("kind", "kind of entry, as docs/ledger.md lists them")),
            LINK,
            required(
                text(
                    "content",
                    "the rest of the entry as JSON; the text of the treatment protocol is in session.json only",
                )
            ),
        ),
        ("entry",),
        OF_LINK,
    )

    def __init__(self, session: ExportedSession) -> None:
        self._wall = session.record.clock.text

    def write(self, entry: Entry, writer: TableWriter) -> None:
        """Write the row of an entry; nothing for an observation."""
        if entry.kind == "observation":
            return
        event = held(entry.content) if entry.kind == Kind.AMENDED else entry
        if event.kind == Kind.OBSERVATION:
            return
        content = {key: value for key, value in event.content.items() if key != "link"}
        if event.kind == Kind.STARTED and content["protocol"] is not None:
            content["protocol"] = {key: v for key, v in content["protocol"].items() if key != "text"}
        if event is not entry:
            content = {"amendment": entry.content["amendment"], "entry": event.number, event.kind: content}
        when = (self._wall(event.t_us), seconds(event.t_us))
        writer.row([entry.number, *when, entry.kind, event.content.get("link"), encode(content).decode()])
