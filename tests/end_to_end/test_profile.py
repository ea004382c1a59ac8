"""A device profile in the place of a driver: recorded from a Modbus server by others, kept, checked, begun anew."""

from __future__ import annotations

import hashlib
import json
import tomllib
from decimal import Decimal
from functools import reduce
from operator import xor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import devicelog_drivers.profiles
from devicelog import registry
from devicelog.capture.file import CaptureWriter
from devicelog.capture.row import CapturedLink, Header, Row
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import SerialSettings
from devicelog.testing.simulated import BEGINS
from tests.profile.modbus_server import ModbusServer
from tests.pump_line import queries_in

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

pytestmark = pytest.mark.skipif("modbus" not in registry.engines(), reason="the engines are not installed here")

SHIPPED = Path(str(devicelog_drivers.profiles.__file__)).parent
TEMPLATE = SHIPPED / "modbus-injector.toml"


@pytest.fixture
def board(box: Devicelog) -> Path:
    """A profile made of the template, as docs/profiles.md says."""
    text = TEMPLATE.read_text(encoding="utf-8").replace('name = "modbus-injector"', 'name = "oem-board"')
    path = box.root / "board.toml"
    path.write_text(text, encoding="utf-8")
    return path


def treat(server: ModbusServer, triggers: int) -> None:
    """The board has given so many shots of 20.3 µL since it was switched on."""
    server.input(0, "I", 4_294_967_290 + triggers & 0xFFFF_FFFF)
    server.input(2, "I", triggers)
    server.input(4, "I", 203 * triggers)
    server.input(6, "h", -2550)
    server.input(7, "H", 1)
    server.holding(0, "H", 203)
    server.holding(1, "f", 4.1)
    server.holding(3, "H", 5)


@pytest.mark.parametrize("words", ["ABCD", "CDAB"])
def test_a_board_of_others_is_recorded_to_the_last_digit_in_both_word_orders(
    box: Devicelog, board: Path, words: str
) -> None:
    board.write_text(board.read_text(encoding="utf-8").replace('order = "ABCD"', f'order = "{words}"'), "utf-8")
    with ModbusServer(words) as server:
        treat(server, 3)
        with box.record(server.url, driver=str(board)) as recording:
            recording.wait_for_entry("observation", 3)
            treat(server, 12)
            recording.wait_for_entry("interval", 1)
            assert recording.end() == 0
        driver = registry.driver(str(board))
        heard = queries_in(server.heard, [query.request for query in driver.queries])

    with box.reader() as reader:
        chunks = list(reader.chunks(reader.session("last").number))
    assert heard == [chunk.data for chunk in chunks if chunk.kind is ChunkKind.SENT]
    assert server.heard == b"".join(heard)

    (interval,) = box.of("interval")
    assert interval["given"] == {"triggers_total": "9", "triggers_session": "9", "volume_session": "0.1827"}
    shown = box("show", "last", "--json").document
    assert Decimal(shown["totals"]["injections"]["volume"]["value"]) == Decimal("0.1827")
    assert shown["totals"]["injections"]["volume_basis"] == "commanded"
    assert "volume: commanded" in box("show", "last").out
    device = shown["devices"][0]
    assert device["settings"]["depth_set"] == {"value": "4.1", "unit": "mm"}
    assert device["settings"]["dose_set"] == {"value": "0.0203", "unit": "mL"}
    assert device["settings"]["needles"] == {"value": "5", "unit": "count"}
    assert (device["identities"][0]["model"], device["identities"][0]["firmware"]) == ("B-3", "1.2")
    assert box.of("bad_frame") == []
    box("verify")


def test_a_session_is_decoded_again_by_the_profile_that_it_keeps(box: Devicelog, board: Path, tmp_path: Path) -> None:
    text = board.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    with ModbusServer() as server:
        treat(server, 3)
        with box.record(server.url, driver=str(board)) as recording:
            recording.wait_for_entry("observation", 3)
            treat(server, 12)
            recording.wait_for_entry("interval", 1)
            assert recording.end() == 0

    board.unlink()  # gone

    box("replay", "last")
    kept = box.of("started")[0]["devices"][0]["profile"]
    assert (kept["sha256"], kept["text"]) == (digest, text)
    assert digest[:12] in box("show", "last").out
    box("export", "last", "--to", str(tmp_path))
    exported = "".join(file.read_text("utf-8") for file in tmp_path.rglob("devices.csv"))
    assert digest in exported

    board.write_text(text.replace("scale = 0.1          #", "scale = 0.2          #"), "utf-8")  # another reading
    other = box("replay", "last", "--driver", str(board), "--json", code=1).document
    assert other["same"] is False
    box("replay", "last", "--driver", str(board), "--accept", "--by", "Dr A", "--reason", "the scale was wrong")
    board.unlink()
    box("replay", "last")
    assert Decimal(box("show", "last", "--json").document["totals"]["injections"]["volume"]["value"]) == Decimal(
        "0.3654"
    )
    box("verify")


def test_profile_check_says_everything_that_is_wrong_with_its_line(box: Devicelog, board: Path) -> None:
    text = board.read_text(encoding="utf-8")
    board.write_text(text.replace("function = 4", "function = 6").replace('basis = "gauge"', ""), "utf-8")

    done = box("profile", "check", str(board), code=2)

    lines = done.out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{board}, line ") for line in lines)
    assert "function: found the function code 6, expected one that only reads" in lines[0]
    assert "basis: found nothing, expected one of gauge, absolute" in lines[1]
    sentence = box.refuses(*box.recording("socket://127.0.0.1:9", driver=str(board)))
    assert "and 1 more, see `devicelog profile check`" in sentence


def test_profile_check_holds_vectors_against_the_profile(box: Devicelog, board: Path) -> None:
    vectors = SHIPPED / "modbus-injector.vectors.toml"

    box("profile", "check", str(board), "--vectors", str(vectors))
    board.write_text(board.read_text(encoding="utf-8").replace('order = "ABCD"', 'order = "CDAB"'), "utf-8")
    done = box("profile", "check", str(board), "--vectors", str(vectors), "--json", code=1)

    assert done.document["holds"] is False
    assert any("123456 triggers" in problem for problem in done.document["problems"])


def test_the_name_of_an_installed_driver_is_refused_before_anybody_records_with_it(box: Devicelog, board: Path) -> None:
    text = board.read_text(encoding="utf-8").replace('"oem-board"', '"new-era"')
    board.write_text(text, encoding="utf-8")
    line = text[: text.index("name = ")].count("\n") + 1
    taken = f"{board}, line {line}, name: found 'new-era', which is the name of an installed driver"

    (problem,) = box("profile", "check", str(board), code=2).out.splitlines()
    new = ("profile", "new", "--engine", "lines", "--name", "new-era", "--model", "a board", "--baudrate", "9600")

    assert problem == f"{taken}, expected one of its own."
    assert taken in box.refuses(*box.recording("socket://127.0.0.1:9", driver=str(board)))
    assert "name: found 'new-era'" in box.refuses(*new, "--to", str(box.root / "new.toml"))
    assert not (box.root / "new.toml").exists()


def test_a_profile_is_shown_with_its_file_its_bytes_and_who_its_device_says_it_is(box: Devicelog, board: Path) -> None:
    digest = hashlib.sha256(board.read_bytes()).hexdigest()

    shown, document = box("drivers", str(board)).out, box("drivers", str(board), "--json").document
    checked = box("profile", "check", str(board)).out

    assert f"oem-board  from the file {board}, sha256 {digest}, read by the engine modbus of devicelog" in shown
    assert "dgus-tap  from an installed profile, sha256 " in box("drivers", "dgus-tap").out
    assert document["profile"] == {"file": str(board), "sha256": digest, "engine": "modbus"}
    for said in (shown, checked):
        assert "may send     01 04 00 00 00 0A 70 0D  (what was given so far; every 1 s; effect none)" in said
        assert "identity (identity): maker, model, firmware, serial" in said
    assert document["queries"][1] == {
        "request": "01 04 00 00 00 0A 70 0D",
        "text": None,
        "has_numbers": False,
        "effect": "none",
        "purpose": "what was given so far",
        "on_open": False,
        "every_s": 1.0,
    }
    identities = {"identity": ["maker", "model", "firmware", "serial"]}
    assert box("profile", "check", str(board), "--json").document["identities"] == document["identities"] == identities


def test_queries_that_are_text_are_shown_as_hex_and_text(box: Devicelog) -> None:
    shown = box("drivers", "btx-gemini").out

    assert 'may send     74 69 6D 65 0D 0A  "time\\r\\n"  (the device\'s clock; every 10 s; effect none)' in shown
    assert shown.count("each # (23) stands for a decimal number") == 1
    assert "b'" not in shown


def test_an_engine_is_no_driver_and_says_how_a_profile_is_begun(box: Devicelog) -> None:
    sentence = box.refuses("drivers", "modbus")

    assert "it is an engine of device profiles" in sentence
    assert "`devicelog profile new --engine modbus` begins one" in sentence


@pytest.fixture
def captured(box: Devicelog) -> Path:
    """A capture of a device that sends NMEA sentences at 4800 baud, 7E1."""
    rows = [b"GPGGA,%06d,%d,N" % (number, number * 37) for number in range(60)]
    lines = [b"$%b*%02X\r\n" % (row, reduce(xor, row)) for row in rows]
    path = box.root / "board.capture"
    link = CapturedLink.of(1, "/dev/ttyUSB0", SerialSettings(baudrate=4800, bytesize=7, parity="E"))
    header = Header(software="devicelog 0", begun="2026-01-01T09:00:00.000000Z", boot_ns=BEGINS.boot_ns, links=(link,))
    with CaptureWriter(path, header) as writer:
        for number, line in enumerate(lines):
            chunk = Chunk(1, ChunkKind.RECEIVED, BEGINS.boot_ns + number * 10**8, BEGINS.wall_ns, line)
            row = Row.of(chunk, BEGINS)
            assert row is not None
            writer.write(row)
    return path


def test_a_new_profile_takes_port_framing_and_check_from_a_capture(box: Devicelog, captured: Path) -> None:
    path = box.root / "new.toml"
    shown = box("capture", "show", str(captured), "--guess").out
    guessed = box("capture", "show", str(captured), "--json").document["links"][0]["guess"]["claim"]["profile"]

    words = ("profile", "new", "--from-capture", str(captured), "--name", "board", "--model", "Board 3")
    done = box(*words, "--to", str(path))

    line = {"begins": "$", "ends": ["\r\n"], "check": "xor8-hex", "separator": "*", "covers": "body"}
    assert guessed == {"engine": "lines", "tables": {"line": line}}
    assert 'profile   engine = "lines"; [line] begins = "$"' in shown
    assert "which is a guess" in done.err
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    assert written["engine"] == "lines"
    assert written["serial"] | {"baudrate": 4800, "bytesize": 7, "parity": "E", "stopbits": 1} == written["serial"]
    assert written["line"] | line == written["line"]
    box("profile", "check", str(path))
    assert "has no link 2; expected one of 1" in box.refuses(*words, "--link", "2", "--to", str(box.root / "b.toml"))


@pytest.mark.parametrize("missing", ["--engine", "--name", "--model", "--to"])
def test_at_the_end_of_the_input_the_option_that_lacks_is_named(box: Devicelog, missing: str) -> None:
    given = {"--engine": "lines", "--name": "board", "--model": "Board 3", "--to": str(box.root / "new.toml")}
    words = [word for option, value in given.items() if option != missing for word in (option, value)]

    done = box("profile", "new", *words, code=2)

    assert f"give it as {missing}." in done.err
    if missing == "--engine":
        assert "Engine (dgus, lines, modbus)" in done.err
    assert not (box.root / "new.toml").exists()


def test_answers_may_come_through_a_pipe_and_the_baud_rate_has_a_default(box: Devicelog) -> None:
    path = box.root / "new.toml"

    done = box.fed("profile", "new", "--to", str(path), typed="lines\nboard\nBoard 3\n")

    assert done.code == 0, done.err
    assert tomllib.loads(path.read_text(encoding="utf-8"))["serial"]["baudrate"] == 19_200


@pytest.mark.parametrize("engine", ["modbus", "lines", "dgus"])
def test_a_new_profile_passes_the_check_at_once_and_nothing_is_overwritten(box: Devicelog, engine: str) -> None:
    words = ("profile", "new", "--engine", engine, "--name", "new-board", "--model", 'Maker "3"', "--baudrate", "9600")
    path = box.root / "new.toml"

    box(*words, "--to", str(path))

    assert json.loads(box("profile", "check", str(path), "--json").out)["holds"] is True
    assert "is there already" in box.refuses(*words, "--to", str(path))
    assert box("drivers", str(path), "--json").document["serial"]["baudrate"] == 9600
