"""`devicelog capture` on ptys: what is shown is in the file, nothing unasked is sent, and drivers read it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from devicelog.capture.file import CaptureFile
from devicelog_simulators import kds_legato, new_era
from tests.conftest import dlr1
from tests.end_to_end.processes import NOWHERE
from tests.end_to_end.running import DEVICELOG, PATIENCE, wait_until
from tests.faults.ptys import WAYS, Line, at_wrong_baud
from tests.pump_line import PumpLine
from tests.waiting import killed_when_late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.running import Devicelog

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")
GUN = (Path(__file__).parents[1] / "captures" / "reference-mesogun.bin").read_bytes()


class Capturing:
    """`devicelog capture` while it runs; leaving the context kills what still runs."""

    def __init__(self, box: Devicelog, *words: str) -> None:
        self.file = box.root / "device.capture"
        self.out, self.err = box.root / "out", box.root / "err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            streams = (NOWHERE, out.fileno(), err.fileno())
            self.process = box.begin("capture", *words, "--to", str(self.file), streams=streams)
        wait_until(lambda: b"listening" in self.err.read_bytes() or self.process.poll() is not None, "the capture")
        lines = sum(not word.startswith("-") for word in words)
        wait_until(lambda: self.is_open(lines) or self.process.poll() is not None, "the port")

    def is_open(self, lines: int) -> bool:
        return self.file.exists() and self.file.read_bytes().count(b'"opened"') >= min(lines, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def received(self, link: int = 1) -> bytes:
        """What the file holds of a line."""
        rows = CaptureFile(self.file).rows()
        return b"".join(row.data for row in rows if row.kind == "received" and row.link == link)

    def wait_for(self, data: bytes, link: int = 1) -> None:
        wait_until(lambda: len(self.received(link)) >= len(data), f"{len(data)} bytes")

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def wire(box: Devicelog) -> Iterator[Line]:
    """The device's end of a line."""
    line = Line(box.root / "ttyBOARD")
    line.plug()
    yield line
    line.unplug()


@pytest.mark.parametrize("way", WAYS)
def test_whatever_the_pieces_every_byte_is_in_the_file_in_its_order(box: Devicelog, wire: Line, way: str) -> None:
    with Capturing(box, str(wire.path)) as capture:
        for pause, piece in WAYS[way](GUN):
            time.sleep(min(pause, 0.02))
            wire.send_all(piece)
        capture.wait_for(GUN)
        assert capture.end() == 0

    assert capture.received() == GUN
    assert [row.t_us for row in CaptureFile(capture.file).rows()] == sorted(
        row.t_us for row in CaptureFile(capture.file).rows()
    )


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (signal.SIGINT, "asked by the user"),
        (signal.SIGTERM, "asked by the system"),
        (signal.SIGHUP, "asked by the system"),
    ],
)
def test_a_signal_ends_it_in_order_with_the_guess(box: Devicelog, wire: Line, number: int, why: str) -> None:
    with Capturing(box, str(wire.path)) as capture:
        wire.send_all(GUN)
        capture.wait_for(GUN)
        assert capture.end(number) == 0

    last = list(CaptureFile(capture.file).rows())[-1]
    assert (last.kind, last.text) == ("ended", why)
    assert "CRC-16/CCITT-FALSE" in capture.out.read_text(encoding="utf-8")


def test_it_ends_by_itself_after_the_time_that_was_given(box: Devicelog, wire: Line) -> None:
    done = box("capture", str(wire.path), "--to", "device.capture", "--for", "500 ms")

    assert done.code == 0
    assert "nothing came yet" in done.out
    assert list(CaptureFile(box.root / "device.capture").rows())[-1].text == "the time was over"


def test_what_was_shown_survives_kill_9(box: Devicelog, wire: Line) -> None:
    chance = random.Random(1)
    for turn in range(3):
        with Capturing(box, str(wire.path)) as capture:
            sent = wire.send(dlr1("HB", 0, 0, 1, "I", 0))
            wait_until(partial(shown_by, capture), "a line of what came")
            deadline = time.monotonic() + chance.random() / 2
            while time.monotonic() < deadline:
                sent += wire.send(dlr1("HB", sent, 0, 1, "I", 0))
            capture.process.kill()
            capture.process.wait(PATIENCE)
        shown = shown_by(capture)
        assert shown, f"nothing was shown in turn {turn}"
        assert capture.received().startswith(shown)
        done = box("capture", "show", str(capture.file), "--guess")
        assert "text" in done.out
        assert "has no end" in done.err or "not whole" in done.err
        capture.file.unlink()
        with contextlib.suppress(OSError):
            wire.unplug()
        wire.plug()


def shown_by(capture: Capturing) -> bytes:
    """The bytes in the whole lines that it has printed."""
    lines = capture.out.read_bytes().decode().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n") and "port opened" not in line]
    return b"".join(bytes.fromhex(line[17 : 17 + 48]) for line in whole)


def test_nothing_reaches_the_device(box: Devicelog, wire: Line) -> None:
    with Capturing(box, str(wire.path)) as capture:
        wire.send_all(b"who are you\r\nID?\r\n" + GUN)
        capture.wait_for(GUN)
        heard = wire.heard()
        assert capture.end() == 0

    assert heard == wire.heard() == b""


def test_a_line_that_goes_away_and_comes_back_is_told_and_goes_on(box: Devicelog, wire: Line) -> None:
    with Capturing(box, str(wire.path)) as capture:
        wire.send_all(b"before")
        capture.wait_for(b"before")
        wire.unplug()
        wait_until(lambda: b'"lost"' in capture.file.read_bytes(), "the loss")
        wire.plug()
        wait_until(lambda: capture.file.read_bytes().count(b'"opened"') == 2, "the line")
        wire.send_all(b"behind")
        capture.wait_for(b"beforebehind")
        assert capture.end() == 0

    assert [row.kind for row in CaptureFile(capture.file).rows()] == [
        *("opened", "received", "lost", "opened", "received", "ended"),
    ]


def test_two_lines_are_kept_in_one_file_each_read_with_its_line(box: Devicelog, wire: Line) -> None:
    other = Line(box.root / "ttyDISPLAY")
    other.plug()
    with Capturing(box, str(wire.path), str(other.path)) as capture:
        wait_until(lambda: capture.file.read_bytes().count(b'"opened"') == 2, "both ports")
        for number in range(40):
            wire.send_all(b"\x5a\xa5\x08\x82\x1b\x00%02d:00" % number)
            other.send_all(b"\x5a\xa5\x03\x82OK" if number % 3 else b"\x5a\xa5\x06\x83\x10\x80\x01\x00%c" % number)
            time.sleep(0.01)
        capture.wait_for(bytes(40 * 11))
        capture.wait_for(bytes(14 * 9 + 26 * 6), link=2)
        assert capture.end() == 0
    other.unplug()

    links = box("capture", "show", str(capture.file), "--json").document["links"]

    assert [link["bytes"] for link in links] == [40 * 11, 14 * 9 + 26 * 6]
    assert links[1]["guess"]["claim"]["framing"] == "DGUS header"
    assert links[0]["guess"]["claim"]["frames"] == 40


def test_the_view_names_a_port_that_is_set_too_fast(box: Devicelog, wire: Line) -> None:
    heard = at_wrong_baud(GUN[:800], sent=9600, read=19_200)
    with Capturing(box, str(wire.path), "--baud=19200", "--format=7E1") as capture:
        wire.send_all(heard)
        capture.wait_for(heard)
        assert capture.end() == 0

    done = box("capture", "show", str(capture.file))
    assert "19200 baud, 7E1, DTR low, RTS low" in done.out
    assert "each bit comes about 2 times" in done.out


# -- what comes of a capture -----------------------------------------------------------------------------------


@pytest.fixture
def captured(box: Devicelog, wire: Line) -> Path:
    """A capture of the gun, and of the beginning of noise."""
    with Capturing(box, str(wire.path), "--origin=the simulator of this repository, seed 1") as capture:
        wire.send_all(GUN + b"\xff\xfe\n")
        capture.wait_for(GUN + b"\xff\xfe\n")
        capture.end()
    return capture.file


def test_show_through_a_pipe_has_every_byte_and_no_colour(box: Devicelog, captured: Path) -> None:
    done = box("capture", "show", str(captured))

    assert "\x1b" not in done.out
    assert "origin the simulator of this repository, seed 1" in done.out
    lines = done.out.splitlines()
    rows = lines[2 : next(place for place, line in enumerate(lines) if line.startswith("link 1: "))]
    shown = [line[17:65] for line in rows if "port opened" not in line and "ended: " not in line]
    assert bytes.fromhex("".join(shown)) == GUN + b"\xff\xfe\n"


def test_show_stops_quietly_when_nobody_reads_on(box: Devicelog, captured: Path) -> None:
    command = [*DEVICELOG, "capture", "show", str(captured)]
    shown = subprocess.Popen(command, env=box.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with shown as process, killed_when_late(process):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()

    assert b"Traceback" not in error


def test_a_driver_reads_a_capture_and_a_bad_frame_has_its_bytes(box: Devicelog, captured: Path) -> None:
    done = box("capture", "decode", str(captured), "--driver", "reference-mesogun")
    document = box("capture", "decode", str(captured), "--driver", "reference-mesogun", "--json").document

    assert "volume 0.02 mL" in done.out
    assert ": FF FE" in done.out
    assert "1 bad frame; a device said who it is 1 time" in done.err
    assert document["readings"] == done.out.count("observation ")
    assert [entry["hex"][:5] for entry in document["entries"] if entry["kind"] == "bad_frame"] == ["FF FE"]
    assert not box.store.exists()


def test_a_driver_that_reads_nothing_in_it_is_an_exit_code(box: Devicelog, captured: Path) -> None:
    done = box("capture", "decode", str(captured), "--driver", "new-era", code=1)

    assert "0 readings" in done.err


def test_the_json_of_a_capture_is_one_document(box: Devicelog, captured: Path) -> None:
    document: dict[str, Any] = box("capture", "show", str(captured), "--json").document

    assert document["ended"] == "asked by the user"
    assert document["cut_off"] is False
    claim = document["links"][0]["guess"]["claim"]
    assert claim["checksum"]["algorithm"] == "CRC-16/CCITT-FALSE"
    assert claim["sureness"] == "strong"
    assert len(claim["pieces"]) == claim["frames"]


# -- what is refused -------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_left_as_it_is(box: Devicelog, wire: Line, captured: Path) -> None:
    before = captured.read_bytes()

    sentence = box.refuses("capture", str(wire.path), "--to", str(captured))

    assert "overwrites nothing" in sentence
    assert captured.read_bytes() == before


def test_a_port_that_is_not_there_leaves_no_file_behind(box: Devicelog) -> None:
    sentence = box.sentence("capture", "/dev/ttyNONE", "--to", "device.capture", code=3)

    assert "is not there" in sentence
    assert not (box.root / "device.capture").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--format", "9N1"), "is no format; expected data bits, parity, stop bits"),
        (("--baud", "0"), "not in the range"),
        (("--for", "5"), "has no unit"),
        (("--to", "nowhere/device.capture"), "the folder nowhere is not there"),
    ],
)
def test_bad_options_are_told_in_one_sentence(box: Devicelog, wire: Line, words: tuple[str, str], why: str) -> None:
    to = () if words[0] == "--to" else ("--to", "device.capture")

    assert why in box.refuses("capture", str(wire.path), *to, *words)


def test_the_same_port_twice_is_refused(box: Devicelog, wire: Line) -> None:
    assert "given twice" in box.refuses("capture", str(wire.path), str(wire.path), "--to", "device.capture")


@pytest.mark.parametrize("words", [("show",), ("decode", "--driver", "new-era")], ids=["show", "decode"])
def test_what_is_no_capture_is_refused(box: Devicelog, words: tuple[str, ...]) -> None:
    (box.root / "readme.txt").write_text("no capture", encoding="utf-8")

    assert "is no capture" in box.refuses("capture", *words, "readme.txt")
    assert "cannot be read" in box.refuses("capture", *words, "nothing.txt")


# -- a driver is named -------------------------------------------------------------------------------------------


def asked(capture: Capturing) -> list[bytes]:
    return [row.data for row in CaptureFile(capture.file).rows() if row.kind == "sent"]


def test_the_device_of_a_named_driver_is_asked_and_the_queries_are_kept(box: Devicelog) -> None:
    with PumpLine(kds_legato.SIMULATOR.start(1, None)) as line:
        with Capturing(box, f"kds-legato@{line.url}", "--no-live") as capture:
            wait_until(lambda: len(asked(capture)) > 6, "seven queries")
            assert capture.end() == 0
        heard = line.heard

    assert heard == b"".join(asked(capture))
    assert b"asking what kds-legato asks without an effect on the device" in capture.err.read_bytes()
    assert "volume_session" in box("capture", "decode", str(capture.file), "--driver", "kds-legato", "--json").out


def test_a_query_with_an_effect_is_not_sent_for_a_capture(box: Devicelog) -> None:
    with PumpLine(new_era.SIMULATOR.start(1, None)) as line:
        with Capturing(box, f"new-era@{line.url}", "--no-live", "--for", "2 s") as capture:
            assert capture.process.wait(PATIENCE) == 0
        heard = line.heard

    assert heard == b""
    assert asked(capture) == []
    assert b"sending nothing, because what could be asked has an effect" in capture.err.read_bytes()


def test_a_port_alone_is_only_listened_to(box: Devicelog) -> None:
    with PumpLine(kds_legato.SIMULATOR.start(1, None)) as line:
        with Capturing(box, line.url, "--no-live", "--for", "2 s") as capture:
            assert capture.process.wait(PATIENCE) == 0
        heard = line.heard

    assert heard == b""
    assert b"listening, and sending nothing; what comes" in capture.err.read_bytes()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["kds-legat@/dev/ttyX"], "no driver is called 'kds-legat'; did you mean 'kds-legato'?"),
        (["kds-legato@"], "'kds-legato@' is not a device; expected DRIVER@URL"),
        (["kds-legato@/dev/ttyX", "--baud", "9600"], "names a driver, which sets the port; leave it out"),
        (["manual@keyboard"], "manual reads what a person types, so that there is no line; give a port"),
    ],
)
def test_a_driver_that_cannot_be_meant_is_one_sentence(box: Devicelog, words: list[str], says: str) -> None:
    done = box("capture", *words, "--to", str(box.root / "no.capture"), code=2)

    assert says in done.err
    assert not (box.root / "no.capture").exists()
