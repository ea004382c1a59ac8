"""Links that come back: the fast numbers of what `python -m tests.faults.links` does in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import links
from tests.faults.heard import Heard
from tests.faults.ptys import at_wrong_baud
from tests.faults.two_recorders import two_recorders

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog, Warm
    from tests.faults.heard import Counts

pytest.importorskip("pty", reason="this machine has no ptys")


@pytest.fixture
def box(tmp_path: Path, warm: Warm) -> Devicelog:
    from tests.end_to_end.running import Devicelog

    return Devicelog(tmp_path / "box", warm)


def _all_kept(counts: Counts) -> None:
    assert counts.broken(timed=False) == [], counts


def test_a_line_that_is_unplugged_again_and_again_is_accounted_for(box: Devicelog) -> None:
    _all_kept(links.unplugs(box, 6, away=(0.1, 0.8)))


def test_every_complete_frame_before_a_cut_is_recorded(box: Devicelog) -> None:
    _all_kept(links.cuts_in_frames(box, 30))


def test_noise_a_wrong_baud_rate_and_a_flood_invent_nothing_and_take_bounded_memory(box: Devicelog) -> None:
    _all_kept(links.noise_and_flood(box, 100_000, wrong_baud=3.5, flood=0.5))


def test_the_same_bytes_in_any_pieces_give_the_same_entries(box: Devicelog) -> None:
    _all_kept(links.splits(box, 25))


def test_a_second_recorder_is_told_who_has_the_port_and_who_the_store(
    box: Devicelog, tmp_path: Path, warm: Warm
) -> None:
    from tests.end_to_end.running import Devicelog

    _all_kept(two_recorders(box, Devicelog(tmp_path / "other", warm)))


def test_the_check_of_gaps_can_fail() -> None:
    layout = {"layout": 1, "report": "injection", "columns": [{"metric": "sequence"}]}
    entries: list[Any] = [_Entry("layout", layout)]
    entries += [_Entry("observation", [1, 0, [number], None, []]) for number in (0, 1, 5)]

    assert Heard.of(entries).unaccounted == [2, 3, 4]


def test_a_right_baud_rate_changes_nothing_and_a_wrong_one_everything() -> None:
    data = b"$DLR1,HB,1,1,1,R,0*0000\r\n"

    assert at_wrong_baud(data, read=115_200) == data
    assert b"DLR" not in at_wrong_baud(data, read=57_600)


class _Entry:
    def __init__(self, kind: str, content: Any) -> None:
        self.kind = kind
        self.content = content
