"""The same seed gives the same ledger content, host stamps aside."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.running import Devicelog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devicelog.ledger import Entry
    from tests.end_to_end.running import Warm

#: Protocol and scenario of each simulator: both go beyond limits.
SESSIONS = {
    "reference-mesogun": ("meso-face-gun-intradermal", "face-limits"),
    "reference-noneedle": ("noneedle-ionto-dc-face", "current-limits"),
}
#: What an entry says of the host, of this one session, or of the port.
OF_THE_HOST = {"at", "session", "subject", "host", "devices", "port", "received"}


def _without_host(entries: list[Entry]) -> list[tuple[str, Any]]:
    """Every entry without its time."""
    return [
        (entry.kind, entry.content)
        if isinstance(entry.content, list)
        else (entry.kind, {key: value for key, value in entry.content.items() if key not in OF_THE_HOST})
        for entry in entries
    ]


def _treatment(entries: list[Entry]) -> list[tuple[str, Any]]:
    """What was treated, and what was made of it.

    The query on opening is answered a moment earlier or later on another line. Where the answer falls between the other
    frames decides their sequence numbers, where they end in the bytes, and when the device next says that it is alive.
    """
    layouts = {e.content["layout"]: e.content for e in entries if e.kind == "layout"}
    found: list[tuple[str, Any]] = []
    for entry in entries:
        if entry.kind == "observation":
            number, _, values, verdict, breached = entry.content
            columns = [column["metric"] for column in layouts[number]["columns"]]
            named = {name: value for name, value in zip(columns, values, strict=True) if name != "sequence"}
            if layouts[number]["report"] not in ("settings", "status"):
                found.append((layouts[number]["report"], (named, verdict, breached)))
        elif entry.kind in ("alarm", "alarm_ended", "zone", "reconciled", "device_bound", "gap", "gap_closed"):
            found.append((entry.kind, {key: value for key, value in entry.content.items() if key != "entry"}))
    return found


@contextlib.contextmanager
def _line(box: Devicelog, kind: str, name: str) -> Iterator[str]:
    """The URL of the same device on a line of some kind."""
    scenario = SESSIONS[name][1]
    if kind == "sim":
        yield f"sim://{name}?seed=5&speed=max&scenario={scenario}"
        return
    given = ["--socket"] if kind == "socket" else ["--link", str(box.root / "device")]
    with box.simulator(name, "--seed", "5", "--speed", "max", "--scenario", scenario, *given) as url:
        yield url


def _recorded(folder: Path, warm: Warm, kind: str, name: str) -> list[Entry]:
    box = Devicelog(folder, warm)
    with _line(box, kind, name) as url:
        words = box.recording(url, driver=name, protocol=SESSIONS[name][0])
        box(*words, "--zone", "forehead", "--zone", "left_cheek", "--until-quiet", "700 ms")
    return box.entries()


@pytest.mark.parametrize(("name", "line"), [("reference-mesogun", "pty"), ("reference-noneedle", "socket")])
def test_the_same_seed_on_another_line_gives_the_same_content(tmp_path: Path, warm: Warm, name: str, line: str) -> None:
    ledgers = {kind: _recorded(tmp_path / kind, warm, kind, name) for kind in ("sim", line)}
    assert _treatment(ledgers["sim"]) == _treatment(ledgers[line])
    assert {"alarm", "reconciled", "device_bound"} <= {kind for kind, _ in _treatment(ledgers["sim"])}


def test_the_same_seed_on_the_same_line_gives_the_same_entries(tmp_path: Path, warm: Warm) -> None:
    one, other = (_recorded(tmp_path / folder, warm, "sim", "reference-mesogun") for folder in ("one", "other"))
    assert _without_host(one) == _without_host(other)


def test_another_seed_gives_other_content(box: Devicelog) -> None:
    words = ("--until-quiet", "500 ms")
    for seed in (1, 2):
        box(*box.recording(f"sim://reference-mesogun?seed={seed}&speed=max"), *words)
    one, other = (box.entries(session) for session in box.states())
    assert _treatment(one) != _treatment(other)
