"""Every kind of fault does what it says, at its time, and the same again under the same seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.errors import BadInputError
from devicelog_simulators import kds_legato, reference_mesogun, reference_noneedle
from devicelog_simulators.faults import read_faults
from devicelog_simulators.faulty import FaultyDevice, with_faults

if TYPE_CHECKING:
    from pathlib import Path

Reader = Callable[[bytes], list[Any]]
Faulty = Callable[[str], FaultyDevice]


@pytest.fixture
def faulty(tmp_path: Path) -> Faulty:
    """A meso-gun with the faults of a script."""

    def make(script: str) -> FaultyDevice:
        path = tmp_path / "faults.toml"
        path.write_text(script, encoding="utf-8")
        return with_faults(reference_mesogun.start(1, None), read_faults(path), seed=1, path=path)

    return make


@pytest.fixture
def clean() -> bytes:
    """A minute without faults."""
    return reference_mesogun.start(1, None).advance(60)


def _seqs(frames: list[Any]) -> list[int]:
    return [f.name[1] for f in frames if f.numbered]


def test_without_faults_nothing_changes(faulty: Faulty, clean: bytes) -> None:
    assert clean == faulty("faults = []").advance(60)


def test_split_delivers_the_same_bytes_in_pieces_over_time(faulty: Faulty, clean: bytes) -> None:
    device = faulty('faults = [{ kind = "split", frame = 3, pieces = 3, pause = "200 ms" }]')

    arrived = [device.advance(0.1) for _ in range(9)]

    assert [place for place, piece in enumerate(arrived) if piece] == [0, 1, 3]
    assert clean == b"".join(arrived) + device.advance(59.1)


def test_an_answer_waits_for_the_rest_of_a_split_frame(faulty: Faulty, read: Reader) -> None:
    device = faulty('faults = [{ kind = "split", frame = 3, pieces = 2, pause = "1 s" }]')
    begun = device.advance(0.1)

    assert device.answer(b"CAP?\r\n") == b""
    assert [f.kind for f in read(begun + device.advance(1))][:4] == ["ID", "CFG", "HB", "CAP"]


def test_drop_loses_frames_that_the_memory_still_holds(faulty: Faulty, read: Reader) -> None:
    device = faulty('faults = [{ kind = "drop", type = "INJ", frame = 2, count = 2 }]')

    seqs = _seqs(read(device.advance(20)))
    missing = sorted(set(range(max(seqs))) - set(seqs))

    assert len(missing) == 2
    assert f",LOG,INJ,{missing[0]},".encode() in device.answer(f"LOG? {missing[0]},{missing[0]}\r\n".encode())


def test_duplicate_sends_the_very_same_frame_again(faulty: Faulty, clean: bytes) -> None:
    arrived = faulty('faults = [{ kind = "duplicate", frame = 5, copies = 2 }]').advance(60)

    fifth = clean.splitlines(keepends=True)[4]

    assert clean.replace(fifth, fifth * 3) == arrived


def test_flip_turns_over_one_bit(faulty: Faulty, clean: bytes) -> None:
    arrived = faulty('faults = [{ kind = "flip", frame = 5 }]').advance(60)

    differing = [a ^ b for a, b in zip(clean, arrived, strict=True) if a != b]

    assert len(differing) == 1
    assert differing[0].bit_count() == 1


@pytest.mark.parametrize("place", ['at = "5500 ms"', "frame = 7", "frame = 7, inside = true"])
def test_noise_adds_bytes_and_takes_none(faulty: Faulty, clean: bytes, place: str) -> None:
    arrived = faulty(f'faults = [{{ kind = "noise", {place}, bytes = 50, content = "zeros" }}]').advance(60)

    assert len(clean) + 50 == len(arrived)
    assert clean == arrived.replace(bytes(50), b"")


def test_silence_is_time_that_runs_on_unheard(faulty: Faulty, read: Reader) -> None:
    device = faulty('faults = [{ kind = "silence", at = "10 s", for = "5 s" }]')

    device.advance(10.5)
    assert device.answer(b"ID?\r\n") == b""
    assert device.advance(4.4) == b""
    assert device.plugged
    assert 15_000 <= read(device.advance(2))[0].uptime <= 16_000


def test_unplug_loses_what_is_sent_meanwhile(faulty: Faulty, read: Reader) -> None:
    device = faulty('faults = [{ kind = "unplug", at = "10 s", for = "5 s" }]')

    before = _seqs(read(device.advance(12)))
    assert not device.plugged
    assert device.answer(b"ID?\r\n") == b""
    after = _seqs(read(device.advance(8)))

    assert device.plugged
    assert after[0] - before[-1] > 3


def test_reset_is_the_next_boot_with_everything_from_zero(faulty: Faulty, read: Reader) -> None:
    frames = read(faulty('faults = [{ kind = "reset", at = "30 s" }]').advance(60))

    second = [f for f in frames if f.numbered and f.name[0] == 2]
    shots = [f for f in second if f.kind == "INJ"]

    assert (second[0].kind, second[0].name, second[0].uptime) == ("CFG", (2, 0), 0)
    assert list(range(len(second))) == _seqs(second)
    assert shots[0].fields[3] == "1"
    assert int(shots[0].fields[4]) > 180_220


@pytest.mark.parametrize(("field", "place"), [("seq", 0), ("uptime", 1), ("triggers_total", 4)])
def test_wrap_takes_a_counter_over_its_end(faulty: Faulty, read: Reader, field: str, place: int) -> None:
    frames = read(faulty(f'faults = [{{ kind = "wrap", field = "{field}", at = "20 s" }}]').advance(60))

    values = [int(f.fields[place]) for f in frames if f.kind == "INJ" or (f.numbered and place < 3)]
    high = [value for value in values if value > 2**31]

    assert 1 <= len(high) <= 4
    assert min(high) >= 2**32 - 2_000
    assert values[-1] < 100_000


def test_wrap_at_the_very_beginning_is_before_the_first_frame(faulty: Faulty, read: Reader) -> None:
    frames = read(faulty('faults = [{ kind = "wrap", field = "seq", at = "0 s", before = 2 }]').advance(3))

    assert _seqs(frames)[:4] == [2**32 - 2, 2**32 - 1, 0, 1]


def test_clock_step_moves_the_uptime_and_nothing_else(faulty: Faulty, read: Reader, clean: bytes) -> None:
    frames = read(faulty('faults = [{ kind = "clock_step", at = "10500 ms", by = "-4 s" }]').advance(60))

    steps = {b.uptime - a.uptime for a, b in zip(frames, read(clean), strict=True) if b.numbered}

    assert {0, 4_000} == steps


def test_conflict_gives_one_number_to_two_contents(faulty: Faulty, read: Reader) -> None:
    script = 'faults = [{ kind = "conflict", type = "INJ", frame = 3, field = "dose", value = 30000 }]'

    shots = [f.fields for f in read(faulty(script).advance(30)) if f.kind == "INJ"]

    assert shots[2][:3] == shots[3][:3]
    assert (shots[2][5], shots[3][5]) == ("20000", "30000")


@pytest.mark.parametrize("value", [-5, 1_000_000_000_000])
def test_impossible_is_a_wrong_value_under_a_right_checksum(faulty: Faulty, read: Reader, value: int) -> None:
    device = faulty(f'faults = [{{ kind = "impossible", at = "6 s", field = "dose", value = {value} }}]')

    doses = [f.fields[5] for f in read(device.advance(30)) if f.kind == "INJ"]

    assert doses.count(str(value)) == 1


def test_wrong_device_answers_after_a_replug_with_another_serial_number(faulty: Faulty, read: Reader) -> None:
    device = faulty('faults = [{ kind = "wrong_device", at = "10 s", for = "2 s", serial = "SIM-MG-9999" }]')

    device.advance(11)
    assert not device.plugged
    frames = read(device.advance(5))

    assert (frames[0].kind, frames[0].fields[1]) == ("ID", "SIM-MG-9999")
    assert frames[1].name == (2, 0)
    assert read(device.answer(b"LOG? 0,100,1\r\n"))[0].fields == ("0", "100", "1", "0", "")


def test_faults_are_seeded_and_do_not_depend_on_how_time_is_cut(faulty: Faulty) -> None:
    script = """
    faults = [
        { kind = "noise", at = "3 s" }, { kind = "flip", frame = 9 }, { kind = "split", frame = 12 },
        { kind = "unplug", at = "20 s", for = "3 s" }, { kind = "reset", at = "30 s" },
        { kind = "noise", frame = 40, inside = true },
    ]
    """
    whole, cut = faulty(script), faulty(script)

    assert whole.advance(60) == b"".join(cut.advance(0.25) for _ in range(240))


def test_a_long_session_with_faults_is_still_fast_and_comes_to_its_end(faulty: Faulty, read: Reader) -> None:
    device = faulty('faults = [{ kind = "unplug", at = "299 s", for = "60 s" }]')

    device.advance(45 * 60)

    assert device.finished


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('faults = [{ kind = "drop" }]', "fault 1: found {'kind': 'drop'}; expected one of 'at'"),
        ('faults = [{ kind = "drop", frame = 1 }, { kind = "rust", frame = 1 }]', "fault 2: found"),
        ('faults = [{ kind = "unplug", at = "1 s", for = "1" }]', "fault 1, field 'for': found '1'"),
        ('faults = [{ kind = "unplug", at = "1 s", for = "5 ms" }]', "fault 1, field 'for'"),
        ('faults = [{ kind = "impossible", frame = 1, field = "dosis", value = 1 }]', "fault 1, field 'field'"),
    ],
)
def test_a_bad_script_is_named_with_file_fault_and_field(faulty: Faulty, script: str, said: str) -> None:
    with pytest.raises(BadInputError) as refused:
        faulty(script)

    assert "faults.toml" in str(refused.value)
    assert said in str(refused.value)


def test_a_fault_that_the_device_cannot_have_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text('faults = [{ kind = "wrap", at = "1 s", field = "triggers_total" }]', encoding="utf-8")

    with pytest.raises(BadInputError, match="fault 1, field 'field': found 'triggers_total'; expected one of seq, upt"):
        with_faults(reference_noneedle.start(1, None), read_faults(path), seed=1, path=path)


# -- replies are frames, too ---------------------------------------------------------------------------------------

VERSION = b"@version\r\n"
VOLUME = b"@ivolume\r\n"


@pytest.fixture
def asked(tmp_path: Path) -> Faulty:
    """A pump that says nothing by itself, with the faults of a script."""

    def make(script: str) -> FaultyDevice:
        path = tmp_path / "faults.toml"
        path.write_text(script, encoding="utf-8")
        device = with_faults(kds_legato.SIMULATOR.start(1, None), read_faults(path), seed=1, path=path)
        device.advance(0.1)
        return device

    return make


def test_a_reply_is_a_frame_that_faults_strike_and_count(asked: Faulty) -> None:
    whole = asked("faults = []").answer(VERSION)
    device = asked('faults = [{ kind = "flip", frame = 2, bit = 8 }, { kind = "drop", frame = 3 }]')

    replies = [device.answer(VERSION) for _ in range(4)]

    assert whole.count(b"\n") > 3
    assert replies == [whole, whole[:1] + bytes([whole[1] ^ 1]) + whole[2:], b"", whole]
    assert device.unstruck == []


def test_a_late_reply_comes_when_time_has_passed_and_the_next_one_behind_it(asked: Faulty) -> None:
    version, volume = (asked("faults = []").answer(query) for query in (VERSION, VOLUME))
    device = asked('faults = [{ kind = "late", frame = 1, by = "800 ms" }]')

    arrived = [device.answer(VERSION), device.advance(0.5), device.answer(VOLUME), device.advance(0.5)]

    assert arrived == [b"", b"", b"", version + volume]
    assert device.finished is False
    assert device.answer(VOLUME) == volume


def test_a_fault_of_the_line_strikes_behind_a_reply(asked: Faulty) -> None:
    device = asked('faults = [{ kind = "unplug", frame = 2, for = "1 s" }]')

    replies = [device.answer(VERSION) for _ in range(3)]

    assert [bool(reply) for reply in replies] == [True, True, False]
    assert not device.plugged
    device.advance(1.1)
    assert device.answer(VERSION) == replies[0]
