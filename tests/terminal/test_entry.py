"""One entry in words and as JSON."""

from __future__ import annotations

import json

from devicelog.ledger import Chain, Line, encode
from devicelog.store.reader import SessionRow
from devicelog.terminal.entry import EntryTeller


def test_the_kind_of_a_line_is_seen_without_reading_it(recorded: dict[str, list[Line]]) -> None:
    for lines in recorded.values():
        assert all(line.kind == line.entry().kind for line in lines)


def test_a_unit_that_is_not_known_is_told_as_sent() -> None:
    column = {"metric": "volume", "category": "measurement", "token": "shots", "fault": "the unit is not known"}
    layout = {"layout": 1, "link": 1, "report": "injection", "kind": "injection", "columns": [column]}
    chain = Chain()
    lines = [
        chain.append(encode((1, 0, "layout", layout))),
        chain.append(encode((2, 1500, "observation", 1, 10, [7], 3, []))),
    ]
    row = SessionRow(1, "S", "subject", "2026-01-01T00:00:00.000000Z", "running")
    told = json.loads(list(EntryTeller(row).tell(lines, None, as_json=True))[1])

    assert told["content"]["values"]["volume"]["sent"] == 7
    assert told["content"]["verdict"] == "not evaluable"
    assert told["time"] is None
    assert "7 shots, as sent" in list(EntryTeller(row).tell(lines, None, as_json=False))[1]
