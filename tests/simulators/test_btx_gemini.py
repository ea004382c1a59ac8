"""The simulated electroporator says what the published fixtures say, and its card fills as its scenario tells.

Frames are those of github.com/PyLabRobot/pylabrobot (btx/file_transfer_control_tests.py); whether they were recorded
from a device, nobody says. A simulated serial number stands in the place of theirs.
"""

from __future__ import annotations

import struct
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.errors import BadInputError
from devicelog_simulators import btx_gemini
from devicelog_simulators.btx_gemini import Gemini
from devicelog_simulators.btx_scenario import BtxScenario
from devicelog_simulators.faults import read_faults
from devicelog_simulators.faulty import with_faults

if TYPE_CHECKING:
    from pathlib import Path

THEIRS, OURS = "1135421", "SIM-BT-0001"
IDLE = {"do": "idle", "for": "1 h"}
RUN = {
    "do": "run",
    "voltage": 2300,
    "columns": 3,
    "measured": [{"voltage": "2303.53 V", "time_constant": "5021 us", "load": "199 ohm"}],
}
FIRST = r"\BTXDATA\2026-03\260309\153425.TXT"
LINES = """Date/Time: 03/09/2026 3:34:25 PM
Model: BTX Gemini
Mode: Electroporation
Serial Number: 1135421
GUI Software Version: 4.0.4
DC Pulse Generator Firmware Version: 4.0.4
Auto-PrePulse: On
Protocol Name: !PLR_154635
Protocol Type: Exponential
Pulse Amplitude: 2300 V
Number of Pulses: 1
Pulse Interval: 0 sec
Electrode Gap: 2.0 mm
Plate Columns: 3
Resistance: 200 ohms
Capacitance: 25 uF
PrePulse External Load: 5000 ohms
Droop: 0.0%
Pulse 1 Voltage: 2303.53 V
Pulse 1 Time Constant: 5021 us
Pulse 1 Total Load: 199 ohms
Protocol Result: Complete
Status: 0x00000000.00000000 - No error."""
TABLE = (
    "Date (MM/DD/YYYY)\tTime (HHMMSS)\tModel\tMode\tSerial Number\tGUI Firmware\tDC Firmware\tAuto-PrePulse\n"
    "03/09/2026\t3:34:25 PM\tBTX Gemini\tElectroporation\t1135421\t4.0.4\t4.0.4\tOn\n\n"
    "Protocol Name\tProtocol Type\tPulse Amplitude (V)\t# of Pulses\tPulse Interval (sec)\tGap (mm)\t"
    "Plate Columns\tResistance (Ohms)\tCapacitance (uF)\n"
    "!PLR_0309160010\tExponential\t2300\t1\t0\t3.0\t3\t200\t25\n\n"
    "PrePulse:\tExternal Load (Ohms):\t5000\tDroop (%):\t0.0\n"
    "DC Pulses\tVoltage (V)\tTime Constant (us)\tTotal Load (Ohms)\n"
    "Pulse 1\t2303.53\t5021\t199\n\n"
    "Protocol Result\tStatus Code\n"
    "Complete\t0x00000000.00000000\t(No error.)"
)


def gemini(*steps: dict[str, Any], seed: int = 1, tables: dict[str, Any] | None = None, **device: Any) -> Gemini:
    scenario = {
        "simulator": "btx-gemini",
        "title": "test",
        "device": {"clock": datetime(2026, 3, 9, 15, 34, 25), **device},  # noqa: DTZ001
        "steps": list(steps) or [IDLE],
        **(tables or {}),
    }
    return Gemini(BtxScenario.model_validate(scenario), seed)


def said(device: Any, command: str) -> str:
    reply: bytes = device.answer(command.encode("ascii") + b"\r\n")
    return reply.decode("ascii")


def log_of(**run: Any) -> str:
    device = gemini({**RUN, **run}, IDLE)
    device.advance(60)
    return said(device, f"sdsend {FIRST}").replace(OURS, THEIRS)


# -- the published replies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("version", "BTX Gemini 4.0.4\nSerial number: 1135421\n:"),
        ("sn", "1135421\n:"),
        ("isprog", "Y\n:"),
        (r"sddir \BTXDATA", "sddir \\BTXDATA\n2026-03\nnotes\n:"),
        (
            'cat "*.BTX"',
            "Method name      Size\n---------------  ----\nCD               1\n\n1 file(s) using 1 steps\n:",
        ),
    ],
)
def test_a_reply_has_the_published_bytes(command: str, reply: str) -> None:
    card = [{"path": FIRST, "text": "x"}, {"path": r"\BTXDATA\notes\a.txt", "text": "x"}]
    methods = [{"name": "CD", "voltage": 25, "gap": "2 mm"}]

    assert said(gemini(tables={"card": card, "methods": methods}), command).replace(OURS, THEIRS) == reply


def test_a_file_is_sent_between_its_command_and_the_prompt() -> None:
    text = "Protocol Name: H16_C\nProtocol Result: Complete"

    assert (
        said(gemini(tables={"card": [{"path": FIRST, "text": text}]}), f"sdsend {FIRST}")
        == f"sdsend {FIRST}\n{text}\n:\n"
    )


def test_the_log_of_a_run_is_the_published_one_in_both_layouts() -> None:
    assert log_of(name="!PLR_154635") == f"sdsend {FIRST}\n{LINES}\n:\n"
    assert log_of(name="!PLR_0309160010", gap="3 mm", layout="table") == f"sdsend {FIRST}\n{TABLE}\n:\n"


def test_counters_of_the_line_have_a_failed_line_that_is_no_error() -> None:
    device = gemini()
    for _ in range(3):
        said(device, "sn")

    assert said(device, "status") == "\nSuccessful Tx: 3\nSuccessful Rx: 4\nFailed: 0\nRetries: 0\n:"
    assert said(gemini(statistics="stat"), "status") == "Command error: unknown command\n:"


def test_stored_methods_have_the_published_bytes() -> None:
    square = {"name": "TESTSQUARE", "wave": "square", "voltage": 2400, "duration": "500 us", "pulses": 3}
    methods = [
        {**square, "interval": "2 s", "gap": "2 mm"},
        {"name": "JJ", "voltage": 25, "resistance": 50, "capacitance": 300, "gap": "2 mm"},
    ]
    device = gemini(tables={"methods": methods})

    payload = bytes.fromhex(said(device, 'sendmtd "TESTSQUARE"').removeprefix("meth ").removesuffix("\nmend\n:"))
    assert payload.hex().upper() == (
        "01000000544553545351554152450000000000000000000000000000000000000100000000000000"
        "6009000000000000F401000000000000000000000000000003000000D00700000000004000000000"
        "000000000000000000000000000000000000000000000000"
    )
    assert said(device, 'sendmtd "JJ"') == (
        "meth 010000004A4A00000000000000000000000000000000000000000000000000000000000000000000"
        "19000000000000000000000000000000320000002C01000001000000000000000000004000000000"
        "000000000000000000000000000000000000000000000000\nmend\n:"
    )
    assert struct.unpack_from("<f", payload, 72) == (2.0,)
    assert said(device, 'sendmtd "XX"') == "Get method failed\n:"


# -- what happens ----------------------------------------------------------------------------------------------


def test_logs_appear_when_their_runs_are_over_under_the_time_at_which_they_began() -> None:
    device = gemini({"do": "idle", "for": "10 s"}, {**RUN, "for": "5 s"}, {"do": "idle", "for": "30 s"})
    folder = r"sddir \BTXDATA\2026-03\260309"

    device.advance(14.9)
    assert said(device, folder) == "Error: no such folder\n:"
    device.advance(0.2)
    assert said(device, folder) == f"{folder}\n153435.TXT\n:"
    assert device.runs[0].at == 10_000


def test_a_late_log_comes_later_and_a_missing_one_never() -> None:
    device = gemini({**RUN, "log_after": "20 s"}, {**RUN, "log": "missing"}, IDLE)

    device.advance(21.9)
    assert device.files == {}
    device.advance(3_000)
    assert list(device.files) == [device.runs[0].path]
    assert len(device.runs) == 2
    assert device.truth["runs"] == "2"


def test_a_log_in_parts_is_short_at_first_and_whole_later() -> None:
    device = gemini({**RUN, "log": "in_parts"}, IDLE)

    device.advance(2.1)
    first = device.files[FIRST]
    device.advance(3)

    assert first.endswith("Pulse 1 Total Load: 199 ohms\n")
    assert device.files[FIRST] == device.runs[0].text
    assert device.runs[0].text.startswith(first)


def test_after_the_clock_is_set_back_a_second_log_takes_the_name_of_the_first() -> None:
    device = gemini({**RUN, "name": "A"}, {"do": "clock", "by": "-2 s"}, {**RUN, "name": "B"}, IDLE)
    device.advance(3)
    assert "Protocol Name: A" in device.files[FIRST]
    device.advance(3)

    assert list(device.files) == [FIRST]
    assert "Protocol Name: B" in device.files[FIRST]
    assert [run.path for run in device.runs] == [FIRST, FIRST]


@pytest.mark.parametrize(
    ("seconds", "drift", "text"),
    [
        (0, 0, "03/09/2026 3:34:25 PM"),
        (30_334, 0, "03/09/2026 11:59:59 PM"),
        (30_335, 0, "03/10/2026 12:00:00 AM"),
        (73_535, 0, "03/10/2026 12:00:00 PM"),
        (10_000, 500, "03/09/2026 6:21:10 PM"),
        (10_000, -500, "03/09/2026 6:21:00 PM"),
    ],
)
def test_the_clock_is_american_has_twelve_hours_and_drifts(seconds: int, drift: int, text: str) -> None:
    device = gemini({"do": "idle", "for": "100 h"}, drift_ppm=drift)
    device.advance(seconds)

    assert said(device, "time") == f"{text}\n:"


def test_measured_values_are_near_what_is_set_and_follow_the_seed() -> None:
    def measured(seed: int) -> str:
        device = gemini({"do": "run", "voltage": 400, "pulses": 2, "interval": "1.5 s"}, IDLE, seed=seed)
        device.advance(10)
        return device.runs[0].text.partition("Droop")[2]

    assert measured(1) == measured(1)
    assert measured(1) != measured(2)
    assert "Pulse 2 Voltage: " in measured(1)
    voltage = float(measured(1).partition("Pulse 1 Voltage: ")[2].partition(" V")[0])
    assert 398 <= voltage <= 402
    assert voltage != 400


# -- what it does not do ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["meth 0100", "mend", 'delm "CD"'])
def test_a_command_that_changes_stored_methods_is_refused_and_counted(command: str) -> None:
    device = gemini(tables={"methods": [{"name": "CD", "voltage": 25, "gap": "2 mm"}]})

    assert said(device, command).startswith("Command error:")
    assert device.truth["forbidden commands"] == "1"
    assert device.heard == [command.encode()]
    assert "CD" in said(device, 'cat "*.BTX"')


@pytest.mark.parametrize("command", [r"sddir \NOWHERE", r"sdsend \BTXDATA\x.TXT"])
def test_a_path_that_is_not_there_is_an_error(command: str) -> None:
    assert said(gemini(), command).startswith("Error: ")


def test_lapses_give_errors_late_split_and_no_replies() -> None:
    lapses = [
        {"at": "0 s", "for": "1 s", "error": "Error: SD card busy"},
        {"at": "1 s", "for": "1 s", "mute": True},
        {"at": "2 s", "for": "1 s", "late": "200 ms", "split": "100 ms"},
    ]
    device = gemini(tables={"lapses": lapses})

    assert said(device, "sn") == "Error: SD card busy\n:"
    device.advance(1)
    assert said(device, "sn") == ""
    device.advance(1)
    assert said(device, "sn") == ""
    first = device.advance(0.301)
    assert first + device.advance(0.1) == b"SIM-BT-0001\n:"
    assert 0 < len(first) < 13
    assert device.truth["bytes heard"] == "12"


def test_a_command_may_come_in_pieces() -> None:
    device = gemini()

    assert device.answer(b"s") == b""
    assert device.answer(b"n\r\nis") == b"SIM-BT-0001\n:"
    assert device.answer(b"prog\r\n") == b"Y\n:"


def test_another_device_can_take_its_place(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[faults]]\nkind = "wrong_device"\nserial = "SIM-BT-0099"\nat = "1 s"\n', encoding="utf-8")
    device = with_faults(gemini(), read_faults(script), seed=1, path=script)
    device.advance(4)

    assert said(device, "sn") == "SIM-BT-0099\n:"


@pytest.mark.parametrize("name", btx_gemini.SIMULATOR.scenarios)
def test_shipped_scenarios_end_and_give_the_same_card_however_time_is_cut(name: str) -> None:
    def played(step: float) -> dict[str, str]:
        device = btx_gemini.start(5, btx_gemini.SIMULATOR.scenarios[name])
        for _ in range(round(200 / step)):
            device.advance(step)
        assert device.finished
        return device.files

    assert played(0.05) == played(200)
    assert played(200)


def test_a_bad_scenario_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('simulator = "btx-gemini"\ntitle = "t"\nsteps = [{ do = "run", voltage = 4000 }]\n', "utf-8")

    with pytest.raises(BadInputError, match=r"bad\.toml: step 1, field 'voltage': found 4000; expected less than"):
        btx_gemini.start(1, path)
