"""F23: the kept bytes of every session that the other checks made, decoded again."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

from devicelog_drivers.dlr1.decoder import Dlr1Decoder
from tests.faults.replays import ReplayCounts, replay_everything
from tests.faults.sessions import COURSES
from tests.faults.stored_sessions import record_course
from tests.faults.torture.check import Outcome


def everything(folder: Path) -> Outcome:
    """Replay the stores beside this check's own folder, and one with a driver that reads otherwise than it did."""
    record_course(folder / "control", COURSES[0])
    counts = replay_everything(folder.parent)
    control = _with_another_driver(folder / "control")
    caught = bool(control.differing)
    return Outcome(
        not counts.differing and counts.sessions > 0 and caught,
        f"{counts.stores} stores, {counts.sessions:,} sessions, {counts.entries:,} entries; "
        f"{counts.passed_over} stores passed over, of recordings with a broken driver or without their keys",
        f"{len(counts.differing)} sessions differ" + "".join(f"; {what[:300]}" for what in counts.differing[:1]),
        f"a decoder that drops each fifth event: {'caught' if caught else 'NOT CAUGHT'}",
    )


def _with_another_driver(store: Path) -> ReplayCounts:
    """A replay by a decoder that leaves events out."""
    honest = Dlr1Decoder.feed

    def feed(self: Dlr1Decoder, data: bytes) -> list[object]:
        return [event for event in honest(self, data) if event.at % 5]

    with mock.patch.object(Dlr1Decoder, "feed", feed):
        return replay_everything(store)
