"""The tools of `make torture` at small sizes: each finds nothing in what is whole, and its control is caught."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from devicelog import registry
from devicelog.testing.damage import SPOILS, Damage
from tests.end_to_end.running import Warm
from tests.faults.acknowledged import acknowledged_in, judge
from tests.faults.broken_parts import break_part
from tests.faults.damaged_frames import clean_frames, damaged_frames, most_by_chance
from tests.faults.fuzz.engine import mutate
from tests.faults.fuzz.targets import PLANTED, target
from tests.faults.killed_recordings import kill_recordings
from tests.faults.long_session import long_session
from tests.faults.pieces import any_pieces
from tests.faults.replays import replay_everything
from tests.faults.sequences import run_sequences, run_with_a_store_that_loses
from tests.faults.sessions import COURSES
from tests.faults.stored_sessions import record_course
from tests.faults.unchecked import inventing, unchecked
from tests.profile.profiles import PROFILES

DRIVERS = ("reference-mesogun", "reference-noneedle")
FILES = ("log-query", "protocol", "profile", "faults", "scenario", "export")


# -- damaged frames ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("driver", [*DRIVERS, "modbus-injector", "alaris-query"])
def test_of_damaged_frames_no_more_pass_than_the_check_lets_through_and_no_clean_one_is_missed(driver: str) -> None:
    counts = damaged_frames(driver, 3_000)

    assert counts.damaged.total() == 3_000
    assert set(counts.damaged) == set(Damage)
    assert counts.beyond_chance == []
    assert (counts.exceptions, counts.lost, counts.lost_first) == (0, 0, 0)
    assert counts.greatest_state < 64 * 1024


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_decoder_without_its_check_is_caught(driver: str) -> None:
    with unchecked():
        assert damaged_frames(driver, 1_000).beyond_chance


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_decoder_that_tells_bad_frames_as_good_ones_is_caught(driver: str) -> None:
    assert damaged_frames(driver, 1_000, decoder=lambda: inventing(driver)).beyond_chance


def test_a_decoder_that_raises_is_caught() -> None:
    class Raising:
        def feed(self, data: bytes) -> list[object]:
            raise ValueError(data[:10])

        def end(self) -> list[object]:
            return []

    counts = damaged_frames("reference-mesogun", 1_000, decoder=Raising)  # type: ignore[arg-type]

    assert counts.exceptions > 0
    assert counts.lost > 0, "clean frames that were never decoded are missed"


@pytest.mark.parametrize("damage", Damage)
def test_the_same_seed_gives_the_same_damage(damage: Damage) -> None:
    frame, other = clean_frames("reference-mesogun")[5:7]

    assert SPOILS[damage](frame, other, Random(3)) == SPOILS[damage](frame, other, Random(3))


def test_chance_allows_what_a_poisson_distribution_says() -> None:
    assert most_by_chance(0.0) == 0
    assert most_by_chance(1.0) == 6
    assert most_by_chance(16.0) == 33


# -- what was acknowledged ---------------------------------------------------------------------------------------


def test_the_judge_sees_what_is_lost_and_what_is_doubled(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("ACK s/1\nACK s/2\nACK s/3\nACK s/", encoding="utf-8")
    said = acknowledged_in(out)

    assert said == ["s/1", "s/2", "s/3"]
    assert judge(said, ["s/1", "s/2", "s/3", "s/4"]).holds
    assert judge(said, ["s/1", "s/3"]).lost == ("s/2",)
    assert judge(said, ["s/1", "s/2", "s/2", "s/3"]).doubled == ("s/2",)


def test_kills_lose_nothing_that_was_acknowledged(tmp_path: Path, warm: Warm) -> None:
    counts = kill_recordings(tmp_path, 10, seed=7, warm=warm)

    assert counts.kills == 10
    assert counts.acknowledged > 0
    assert counts.holds, counts


def test_a_recorder_that_acknowledges_before_it_commits_is_caught(tmp_path: Path, warm: Warm) -> None:
    counts = kill_recordings(tmp_path, 6, first="tests.faults.liars:acknowledge_before_commit", warm=warm)

    assert counts.lost > 0


# -- the rest ----------------------------------------------------------------------------------------------------


def test_a_device_says_the_same_in_whatever_pieces_it_arrives() -> None:
    assert any_pieces(1, courses=COURSES[:1]).differing == []


def test_a_decoder_that_forgets_what_is_unfinished_is_caught() -> None:
    assert any_pieces(1, courses=COURSES[:1], forgetful=True).differing


def test_a_driver_that_raises_is_noticed_and_the_others_record_on(tmp_path: Path, warm: Warm) -> None:
    found = break_part(tmp_path, "driver_raises", warm=warm, timed=False)

    assert found.holds, str(found)


@pytest.mark.parametrize("part", ["writer_hangs", "writer_stalls"])
def test_a_store_that_does_not_answer_is_noticed_and_loses_nothing(tmp_path: Path, warm: Warm, part: str) -> None:
    found = break_part(tmp_path, part, warm=warm, timed=False)

    assert found.holds, str(found)


def test_a_long_session_is_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    counts = long_session(tmp_path, 0.02, 8)

    assert counts.verifies
    assert counts.kept == counts.made > 700
    assert len(counts.resident) == len(counts.open_files) > 10


def test_what_was_kept_decodes_again_to_the_same_entries(tmp_path: Path) -> None:
    for number, course in enumerate(COURSES[::2]):
        record_course(tmp_path / str(number), course)

    counts = replay_everything(tmp_path)

    assert (counts.stores, counts.sessions) == (2, 2)
    assert counts.differing == []


def test_sequences_of_anything_leave_store_and_model_in_agreement() -> None:
    counts = run_sequences(20, 30)

    assert counts.disagreement == ""
    assert counts.sequences >= 20
    assert counts.steps > 200


def test_a_store_that_loses_entries_is_caught() -> None:
    assert run_with_a_store_that_loses(20, 30).disagreement


@pytest.mark.parametrize("name", [*DRIVERS, *FILES])
def test_anything_at_all_is_read_or_refused_in_a_sentence(name: str) -> None:
    assert mutate(target(name), 60, 1, 0) == 60


def test_a_planted_fault_is_found() -> None:
    with pytest.raises(AssertionError):
        mutate(target(PLANTED), 1_000, 1, 0)


def test_every_installed_driver_and_shipped_profile_is_tried() -> None:
    from tests.faults.torture.checks import checks

    tried = {check.of for check in checks() if check.id == "F13"}

    assert tried == set(registry.drivers()) | set(PROFILES)
