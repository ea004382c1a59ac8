"""A device that is unplugged in a treatment goes on into its memory; afterwards the session has all of it, once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

SCENARIO = """simulator = "reference-mesogun"
title = "sixty injections"

[[steps]]
do = "idle"
for = "4 s"

[[steps]]
do = "shots"
count = 60
dose = "0.02 mL"
depth = "1.5 mm"
every = "500 ms"

[[steps]]
do = "end"

[[steps]]
do = "idle"
for = "60 s"
"""
FAULTS = '[[faults]]\nkind = "unplug"\nat = "10 s"\nfor = "15 s"\n'


def _files(folder: Path) -> list[str]:
    scenario, faults = folder / "sixty.toml", folder / "unplug.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    faults.write_text(FAULTS, encoding="utf-8")
    return ["--scenario", str(scenario), "--faults", str(faults), "--speed", "5"]


@pytest.mark.parametrize("line", ["pty", "socket"])
def test_what_an_unplugged_device_did_meanwhile_is_in_the_session_once(box: Devicelog, line: str) -> None:
    given = _files(box.root) + (["--socket"] if line == "socket" else ["--link", str(box.root / "gun")])
    with box.simulator("reference-mesogun", *given) as url, box.record(url) as recording:
        recording.wait_for_entry("gap_filled")
        recording.wait_for_entry("reconciled")
        assert recording.end() == 0

    entries = box.entries()
    [closed] = [entry.content for entry in entries if entry.kind == "gap_closed"]
    [filled] = [entry.content for entry in entries if entry.kind == "gap_filled"]
    assert closed["missing"] == filled["filled"] > 10
    assert filled["missing"] == 0
    live = [entry.content[2] for entry in entries if entry.kind == "observation"]
    remembered = [entry.content["values"] for entry in entries if entry.kind == "from_memory"]
    times = Counter((values[2], values[0]) for values in [*live, *remembered])
    assert set(times.values()) == {1}
    assert [number for _, number in sorted(times)] == list(range(len(times)))

    shown = box("show", "last", "--json").document
    assert shown["totals"]["injections"]["triggers"] == 60
    assert shown["totals"]["injections"]["volume"] == {"value": "1.2", "unit": "mL"}
    assert shown["totals"]["injections"]["injections_lower_bound"] is False
    assert [gap["read_back"] for gap in shown["gaps"]] == [filled["filled"]]
    assert [figure["agrees"] for figure in shown["reconciliation"]] == [True, True]
    [account] = shown["accounting"]
    assert account["recalled"]["value"] != "0"
    text = box("show", "last").out
    assert f"{filled['filled']} reports read back from its memory, 0 reports missing" in text
    box("verify")
    box("replay", "last")


def test_only_declared_queries_left_the_host(box: Devicelog) -> None:
    given = [*_files(box.root), "--link", str(box.root / "gun")]
    with box.simulator("reference-mesogun", *given) as url, box.record(url) as recording:
        recording.wait_for_entry("gap_filled")
        assert recording.end() == 0

    with box.reader() as reader:
        chunks = list(reader.chunks(reader.session("last").number))
    sent = [chunk.data for chunk in chunks if chunk.kind == "sent"]
    assert {data for data in sent if not data.startswith(b"LOG? ")} == {b"ID?\r\n"}
    assert any(data.startswith(b"LOG? ") for data in sent)
