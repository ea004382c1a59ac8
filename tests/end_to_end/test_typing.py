"""What has no cable is typed: into a named pipe, standard input, or beside the live view; alone or beside a device."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import termios
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from tests.end_to_end.running import wait_until
from tests.end_to_end.terminal import Terminal
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys"),
    pytest.mark.skipif("manual" not in registry.drivers(), reason="the driver manual is not installed here"),
]
#: At a terminal the steps of a session would be asked first.
UNASKED = ["--no-ask", "a test of what is typed"]
GUN = "device Acme Injector 3 serial 0417\nneedles 1\nbasis depth extension\n"


def type_into(pipe: Path, *lines: str) -> None:
    """Let a process of its own type, and go away again."""
    subprocess.run(
        ["sh", "-c", 'cat > "$0"', str(pipe)],
        input="".join(f"{line}\n" for line in lines).encode(),
        timeout=PATIENCE,
        check=True,
    )


@pytest.fixture
def pipe(box: Devicelog) -> Path:
    os.mkfifo(box.root / "typed")
    return box.root / "typed"


# -- from another process --------------------------------------------------------------------------------------


def test_lines_of_other_processes_are_recorded_and_marked_in_every_view_and_export(box: Devicelog, pipe: Path) -> None:
    with box.record(f"keyboard://{pipe}", driver="manual") as recording:
        recording.wait_for_entry("link_opened")
        type_into(pipe, *GUN.splitlines(), "dose 0.02 mL depth 1.5 mm", "shots 40")
        recording.wait_for_entry("interval", 1)
        type_into(pipe, "dose 0.02", "correct shots 50", "volume 1.0 mL")
        recording.wait_for_entry("interval", 3)
        assert recording.end() == 0

    assert "not read, and kept as it was typed: dose has no unit; expected one of mL" in recording.err
    assert "is typed by a person" in recording.err
    kinds = [entry.kind for entry in box.entries()]
    assert not {"gap", "link_lost", "alarm"} & set(kinds)
    document = box("show", "last", "--json").document
    assert document["totals"]["injections"]["volume"] == {"value": "1", "unit": "mL"}
    assert document["devices"][0]["origin"] == "typed"
    assert document["marks"]["typed"].startswith("TYPED: ")
    assert document["reconciliation"][0]["agrees"] is True
    assert "TYPED" in box("show", "last").out
    assert "typed, given: triggers given 40" in box("entries", "last").out
    assert box("sessions", "--json").document[0]["typed"] is True
    assert "was typed by a person" in box("verify").out
    box("replay", "last")

    box("export", "last", "--to", "out")
    (folder,) = (box.root / "out").iterdir()
    for table in ("given.csv", "correction.csv", "volume_set.csv"):
        rows = csv.DictReader((folder / table).read_text(encoding="utf-8").splitlines())
        assert {row["origin"] for row in rows} == {"typed"}
    assert "- TYPED: " in (folder / "README.txt").read_text(encoding="utf-8")
    assert "was typed by a person" in box("verify", "out").out


def test_a_device_on_a_cable_and_one_without_are_one_session(box: Devicelog, pipe: Path) -> None:
    gun = "reference-mesogun@sim://reference-mesogun?seed=1&speed=max"
    with box.record(f"keyboard://{pipe}", "--device", gun, driver="manual") as recording:
        recording.wait_for_entry("reconciled")
        type_into(pipe, "device needle serial none", "needles 1", "volume 0.5 mL")
        recording.wait_for_entry("interval")
        assert recording.end() == 0

    document = box("show", "last", "--json").document
    assert Decimal(document["totals"]["injections"]["volume"]["value"]) == Decimal("2.5")
    assert [device.get("origin") for device in document["devices"]] == ["typed", None]
    assert "typed" in document["marks"]
    box("verify")
    box("replay", "last")


# -- standard input --------------------------------------------------------------------------------------------


def test_the_end_of_typing_is_no_end_of_the_link(box: Devicelog) -> None:
    words = [*box.recording("keyboard", driver="manual"), "--for", "2 s"]

    done = box.fed(*words, typed=f"{GUN}shots 30\nvolume 1,2 ml\nshots 4")

    assert done.code == 0, done.err
    kinds = [entry.kind for entry in box.entries()]
    assert not {"gap", "link_lost"} & set(kinds)
    document = box("show", "last", "--json").document
    assert document["totals"]["injections"]["triggers"] == 30, "the last line was never entered"
    (account,) = document["accounting"]
    assert {piece["state"] for piece in account["pieces"]} <= {"idle", "gap"}
    assert set(account["causes"]) <= {"the port was not open yet"}
    bad = [entry.content["reason"] for entry in box.entries() if entry.kind == "bad_frame"]
    assert bad == ["the line was not finished with Enter"]


def test_a_card_is_read_first_as_if_it_were_typed(box: Devicelog) -> None:
    card = box.root / "gun.txt"
    card.write_text(f"# the gun in room 2\n{GUN}dose 0.02 mL", encoding="utf-8")
    words = [*box.recording(f"keyboard://{card}", driver="manual"), "--for", "2 s"]

    assert box.fed(*words, typed="shots 3\n").code == 0

    document = box("show", "last", "--json").document
    assert document["devices"][0]["serial"] == "0417"
    assert document["totals"]["injections"]["volume"] == {"value": "0.06", "unit": "mL"}


# -- a simulated typist ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "triggers", "volume", "agree", "bad"),
    [
        ("typed", 100, "2", [True], 0),
        ("typed-slips", 40, "0.8", [False], 2),
        ("typed-needle", 50, "2", [], 0),
    ],
)
def test_a_simulated_typist_is_recorded_to_the_last_digit(
    box: Devicelog, scenario: str, triggers: int, volume: str, agree: list[bool], bad: int
) -> None:
    url = f"sim://manual?seed=1&speed=max&scenario={scenario}"

    box(*box.recording(url, driver="manual"), "--zone", "forehead", "--zone", "left_cheek", "--until-quiet", "1 s")

    document = box("show", "last", "--json").document
    given = document["totals"]["injections"]
    assert (given["triggers"], given["volume"]["value"], given["volume_lower_bound"]) == (triggers, volume, False)
    assert [figure["agrees"] for figure in document["reconciliation"]] == agree
    assert document["devices"][0]["bad_frames"] == bad
    assert document["devices"][0]["serial"] == "SIM-TY-0001"
    assert {"simulated", "typed"} <= set(document["marks"])
    box("verify")
    box("replay", "last")


# -- at a terminal ---------------------------------------------------------------------------------------------


def test_a_line_beside_the_live_view_is_said_back_and_counts_at_the_second_enter(box: Devicelog) -> None:
    card = box.root / "gun.txt"
    card.write_text(GUN, encoding="utf-8")
    words = [word for word in box.recording(f"keyboard://{card}", driver="manual") if word != "--no-live"] + UNASKED

    with Terminal(box, *words) as terminal:
        before = terminal.modes()
        terminal.wait_for("type ▸")
        assert not terminal.modes() & (termios.ICANON | termios.ECHO)
        terminal.type("dose 0.02 mL\r")
        terminal.wait_for("ENTER KEEPS:")
        terminal.wait_for("dose 0.02 mL")
        terminal.type("\r")
        terminal.wait_for("kept: dose 0.02 mL")
        terminal.type("shots 41\x7f0\r")
        terminal.wait_for("shots 40, of 0.02 mL, makes 0.8 mL, of no stated depth")
        assert box.entries()[-1].kind != "interval", "nothing counts before it was said back and confirmed"
        terminal.type("\r")
        terminal.wait_for("kept: shots 40")
        terminal.type("shots 1,200\r")
        terminal.wait_for("not read: '1,200' could be 1.200 or 1200")
        terminal.type("\x1bshots 999\r")
        terminal.wait_for("shots 999")
        terminal.type("\x1b")
        wait_until(lambda: sum(entry.kind == "bad_frame" for entry in box.entries()) == 1, "the refused line")
        assert terminal.end() == 0
        assert terminal.modes() == before

    assert "TYPED" in terminal.screen
    assert box("show", "last", "--json").document["totals"]["injections"]["volume"]["value"] == "0.8"
    box("verify")


def test_a_terminal_is_given_back_when_the_system_ends_the_recording(box: Devicelog) -> None:
    words = [word for word in box.recording("keyboard", driver="manual") if word != "--no-live"] + UNASKED

    with Terminal(box, *words) as terminal:
        before = terminal.modes()
        terminal.wait_for("type ▸")
        terminal.process.send_signal(signal.SIGTERM)
        wait_until(lambda: terminal.look() and terminal.process.poll() is not None, "the end of the recording")
        assert terminal.process.returncode == 0
        assert terminal.modes() == before


# -- what is refused -------------------------------------------------------------------------------------------


def test_a_keyboard_is_no_device_that_sends(box: Devicelog) -> None:
    sentence = box.refuses(*box.recording("keyboard", driver="reference-mesogun"))

    assert "a keyboard is no device; give its port, or the driver manual for what is typed." in sentence


def test_a_page_is_no_device_either_and_a_command_has_none(box: Devicelog) -> None:
    assert "a page is no device" in box.refuses(*box.recording("page", driver="reference-mesogun"))
    sentence = box.refuses(*box.recording("page", driver="manual"))
    assert "manual is to be typed on a page, and only a station has pages; expected manual@keyboard" in sentence


@pytest.mark.parametrize("port", ["/dev/ttyS0", "socket://127.0.0.1:1", "sim://reference-mesogun"])
def test_what_a_device_sends_is_never_marked_as_typed(box: Devicelog, port: str) -> None:
    sentence = box.refuses(*box.recording(port, driver="manual"))

    assert f"the driver manual reads what a person types, and nobody types at {port}" in sentence
    assert "expected manual@keyboard" in sentence


@pytest.mark.parametrize("url", ["keyboard", "sim://manual"])
def test_what_is_typed_needs_no_binding(box: Devicelog, url: str) -> None:
    sentence = box.refuses("bind", f"manual@{url}", "--by", "Ann")

    assert "what is typed needs no binding; record with `--device manual@keyboard`" in sentence


def test_there_is_one_keyboard(box: Devicelog) -> None:
    words = box.recording("keyboard", driver="manual")

    assert "is given twice" in box.refuses(*words, "--device", "manual@keyboard://")


def test_lines_that_are_not_there_are_named(box: Devicelog) -> None:
    sentence = box.sentence(*box.recording("keyboard://nowhere.txt", driver="manual"), code=2)

    assert "nowhere.txt cannot be read: No such file or directory" in sentence
