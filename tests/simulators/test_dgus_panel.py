"""The simulated display bus carries the frames of the public firmware, and its runs last as long as there.

Frames: Marlin and dwinhmi/DWIN_DGUS_HMI (acknowledgement, reading of a page), github.com/Saoskywalker/DEMO (its map),
blog.csdn.net/TDO_Andy/article/details/125871154 (the checksum of a TGUS clone).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog_simulators import dgus_panel
from devicelog_simulators.dgus_frames import frame
from devicelog_simulators.dgus_panel import Panel, PanelScenario
from devicelog_simulators.faults import read_faults
from devicelog_simulators.faulty import with_faults

if TYPE_CHECKING:
    from pathlib import Path

ACK = bytes.fromhex("5A A5 03 82 4F 4B")
READ_PAGE = bytes.fromhex("5A A5 04 83 00 14 01")
TIME_30_00 = bytes.fromhex("5A A5 08 82 1B 00 33 30 3A 30 30")
TIME_29_59 = bytes.fromhex("5A A5 08 82 1B 00 32 39 3A 35 39")
MODE_B = bytes.fromhex("5A A5 08 82 1B 04 20 20 42 20 20")
LEVEL_5 = bytes.fromhex("5A A5 08 82 1B 08 20 20 30 35 20")
FREQUENCY_25 = bytes.fromhex("5A A5 08 82 1B 0C 32 35 2E 30 20")
RUNNING = bytes.fromhex("5A A5 05 82 10 01 00 01")
STOPPED = bytes.fromhex("5A A5 05 82 10 01 00 00")
KEY_START = bytes.fromhex("5A A5 06 83 10 80 01 00 16")


def page(number: int) -> bytes:
    return bytes.fromhex("5A A5 07 82 00 84 5A 01 00") + bytes([number])


def time(text: str) -> bytes:
    return bytes.fromhex("5A A5 08 82 1B 00") + text.encode("ascii")


def panel(*steps: dict[str, Any], seed: int = 1, **device: Any) -> Panel:
    scenario = {"simulator": "dgus-panel", "title": "test", "device": device, "steps": list(steps)}
    return Panel(PanelScenario.model_validate(scenario), seed)


def press(*keys: str, **more: Any) -> list[dict[str, Any]]:
    return [{"do": "press", "key": key, **more} for key in keys]


def wait(seconds: float) -> dict[str, Any]:
    return {"do": "wait", "for": f"{seconds} s"}


def frames(sent: bytes) -> list[bytes]:
    """Frames by their length byte, each with its head."""
    found = []
    while sent:
        assert sent[:2] == b"\x5a\xa5"
        found.append(sent[: sent[2] + 3])
        sent = sent[sent[2] + 3 :]
    return found


def board_frames(device: Panel, seconds: float = 4_000) -> list[bytes]:
    return frames(device.advance_lines(seconds)[0])


# -- the published frames --------------------------------------------------------------------------------------


def test_a_page_is_shown_with_time_level_and_mode_as_the_firmware_writes_them() -> None:
    device = panel(*press("enter", "bio1", *["level_up"] * 5, "mode_up", "start"), wait(1.1))

    sent = board_frames(device)

    assert sent[0] == READ_PAGE
    assert sent[2] == page(0)
    entered = sent.index(page(16))
    assert sent[entered + 1] == TIME_30_00
    assert sent[-4:] == [LEVEL_5, MODE_B, RUNNING, TIME_29_59]


def test_the_adjusted_frequency_is_the_published_text() -> None:
    assert FREQUENCY_25 in board_frames(panel(*press("enter", "adjust")))


def test_keys_go_up_from_the_display_and_every_write_is_acknowledged() -> None:
    board, display = panel(*press("enter", "bio1", "start")).advance_lines(10)

    assert KEY_START in frames(display)
    written = [sent for sent in frames(board) if sent[3] == 0x82]
    assert frames(display).count(ACK) == len(written)


def test_a_display_without_acknowledgements_sends_keys_only() -> None:
    _, display = panel(*press("enter", "bio1", "start"), ack=False).advance_lines(10)

    assert ACK not in display
    assert [sent[3:6] for sent in frames(display)[1:]] == [b"\x83\x10\x80"] * 3


def test_checksums_are_those_of_dwin_and_of_the_clone() -> None:
    assert frame(0x83, bytes.fromhex("00 0F 01"), "modbus") == bytes.fromhex("5A A5 06 83 00 0F 01 ED 90")
    assert frame(0x83, bytes.fromhex("00 0F 01 14 10"), "modbus") == bytes.fromhex("5A A5 08 83 00 0F 01 14 10 43 F0")
    assert frame(0x81, bytes.fromhex("00 10"), "xmodem") == bytes.fromhex("5A A5 05 81 00 10 1E 5B")


# -- what happens ----------------------------------------------------------------------------------------------


def test_a_whole_run_lasts_1801_seconds_by_the_display_and_the_time_begins_anew_with_the_icon_off() -> None:
    device = panel(*press("enter", "bio1", "start", every="1 s"), wait(3_000))
    assert board_frames(device, 2.5)[-1] == RUNNING

    assert board_frames(device, 1_799.9)[-1] == time("00:01")
    assert board_frames(device, 1.0) == [time("00:00")]
    assert board_frames(device, 0.0) == []
    assert board_frames(device, 1.0) == [STOPPED, TIME_30_00]
    assert board_frames(device, 1_000) == []
    assert device.truth["seconds run"] == "1801"


def test_a_pause_keeps_the_time_and_counts_what_really_ran() -> None:
    device = panel(*press("enter", "bio1"), *press("start", every="10 s", times=3), wait(1))

    sent = board_frames(device)

    assert sent.count(RUNNING) == 2
    assert sent.count(STOPPED) == 1
    assert time("29:40") not in sent[: sent.index(STOPPED)]
    assert device.truth["seconds run"] == "21"
    assert device.truth["runs"] == "2"


def test_another_page_in_the_middle_of_a_run_sets_level_mode_and_run_to_zero() -> None:
    device = panel(*press("enter", "bio1", "level_up", "start", every="5 s"), *press("scrubber"), wait(10))
    device.advance(20.4)

    sent = board_frames(device, 30)

    assert sent[:3] == [STOPPED, page(17), TIME_30_00]
    assert sent[3][6:] == b"  00 "
    assert len(sent) == 5
    assert device.truth["seconds run"] == "5"


def test_levels_and_times_stay_within_what_the_firmware_allows() -> None:
    device = panel(*press("enter", "bio1"), *press("level_up", times=14), *press("time_up", times=40))
    sent = board_frames(device)
    assert max(f[6:] for f in sent if f[4:6] == b"\x1b\x08") == b"  10 "
    assert sent[-1] == time("60:00")

    down = panel(*press("enter", "bio1"), *press("level_down"), *press("time_down", times=40))
    assert board_frames(down)[-1] == time("01:00")


def test_keys_of_another_page_do_nothing() -> None:
    device = panel(*press("level_up", "start", "enter", "start", "clean", "level_up"))

    sent = board_frames(device)

    assert not [data for data in sent if data[4:6] in (b"\x10\x01", b"\x1b\x08")]
    assert device.truth["keys"] == "6"


def test_after_a_reset_the_board_begins_with_its_first_page() -> None:
    device = panel(*press("enter", "bio1", "start", every="5 s"), {"do": "reset"}, wait(5))

    sent = board_frames(device)

    assert [data[3:6] for data in sent[-3:]] == [b"\x83\x00\x14", b"\x82\x1f\x00", b"\x82\x00\x84"]
    assert device.truth["seconds run"] == "5"


def test_bottle_and_liquid_are_icons() -> None:
    sent = board_frames(panel(*press("enter", "clean", "bottle_c"), {"do": "full"}))

    assert sent[-2:] == [bytes.fromhex("5A A5 05 82 10 06 00 02"), bytes.fromhex("5A A5 05 82 10 0E 00 01")]


def test_english_pages_have_other_numbers() -> None:
    assert page(36) in board_frames(panel(*press("enter", "bio1"), language=20))


# -- lines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["board", "display", "both"])
def test_a_tapped_line_carries_what_goes_over_it_in_order_however_time_is_cut(line: str) -> None:
    steps = [*press("enter", "bio1", "start"), wait(90), *press("start")]
    board, display = panel(*steps).advance_lines(200)
    device = panel(*steps, line=line)

    tapped = b"".join(device.advance(0.05) for _ in range(4_000))

    if line == "both":
        assert sorted(frames(tapped)) == sorted(frames(board) + frames(display))
        assert frames(tapped)[3] == ACK
    else:
        assert tapped == {"board": board, "display": display}[line]


def test_it_says_its_name_and_that_it_is_no_real_one() -> None:
    assert b"SIM-DG-0007" in panel(wait(1), seed=7).advance(1)


def test_what_is_sent_to_it_is_not_answered_but_counted() -> None:
    device = panel(wait(1))

    assert device.answer(b"\x5a\xa5\x04\x83\x00\x14\x01") == b""
    assert device.truth["bytes heard"] == "7"


@pytest.mark.parametrize("name", dgus_panel.SIMULATOR.scenarios)
def test_shipped_scenarios_end(name: str) -> None:
    device = dgus_panel.start(1, dgus_panel.SIMULATOR.scenarios[name])
    sent = b"".join(device.advance(5) for _ in range(400))

    assert device.finished
    assert len(frames(sent)) > 40
    assert float(device.truth["seconds run"]) >= 20


def test_fault_scripts_strike_whole_frames_by_their_command(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    kinds = ['kind = "lose"\ntype = "82"\nframe = 2', 'kind = "flip"\nbit = 40\ntype = "83"\nframe = 1']
    kinds += ['kind = "noise"\nbytes = 20\nat = "3 s"', 'kind = "drop"\ntype = "82"\nframe = 5']
    script.write_text("".join(f"[[faults]]\n{kind}\n" for kind in kinds), encoding="utf-8")
    steps = [*press("enter", "bio1", "start", "clean"), wait(5)]
    right = panel(*steps).advance(10)
    faulty = with_faults(panel(*steps), read_faults(script), seed=1, path=script)

    sent = faulty.advance(10)

    dropped = [data for data in frames(right) if data[3] == 0x82][4]
    flipped = bytearray(READ_PAGE)
    flipped[5] ^= 1
    assert sent.startswith(flipped)
    assert len(sent) == len(right) - 1 + 20 - len(dropped)
