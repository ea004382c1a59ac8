"""Typing beside the live view: a line is said back before it counts, and what cannot be read is told at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from devicelog.keyboard.keyboard import Keyboard
from devicelog.keyboard.typist import Prompt, SaidBack, Typist
from devicelog.live.meaning import Meaning
from devicelog.live.state import LiveState
from devicelog.terminal.typing import prompt_lines
from devicelog_drivers.manual import DRIVER
from tests.conftest import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def typist() -> Typist:
    """Somebody who types for the driver manual."""
    return Typist(Meaning(DRIVER, 1, dict))


# -- keys ------------------------------------------------------------------------------------------------------


def test_a_line_counts_at_the_second_enter_and_not_before() -> None:
    somebody = typist()

    assert somebody.press(b"shots 40\r") == b""
    assert somebody.prompt.waits
    assert somebody.press(b"\r") == b"shots 40\n"
    assert somebody.prompt.line == ""


def test_a_line_that_was_said_back_can_still_be_changed_or_dropped() -> None:
    somebody = typist()

    somebody.press(b"shots 40\r\x7f1")
    assert somebody.prompt == Prompt("shots 41")
    somebody.press(b"\r\x1b")

    assert somebody.prompt == Prompt()
    assert somebody.press(b"\r") == b""


def test_what_cannot_be_read_is_told_at_once_and_handed_on_once() -> None:
    somebody = typist()

    assert somebody.press(b"dose 0.02\r") == b"dose 0.02\n"
    said = somebody.prompt.said
    assert said is not None
    assert said.text.startswith("not read: dose has no unit")
    assert somebody.press(b"\r") == b"", "the same line is not handed on again"
    assert somebody.press(b" mL\r\r") == b"dose 0.02 mL\n", "it can be mended where it stands"


@pytest.mark.parametrize("keys", [b"\r", b"   \r\r", b"# a remark\r\r"])
def test_what_says_nothing_is_not_handed_on(keys: bytes) -> None:
    assert typist().press(keys) == b""


def test_arrow_keys_and_a_letter_in_two_pieces_do_no_harm() -> None:
    somebody = typist()

    somebody.press(b"volume 800\x1b[A\x1b[3~ \xc2")
    somebody.press(b"\xb5L")

    assert somebody.prompt.line == "volume 800 µL"


# -- saying back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("shots 40", "shots 40, of no stated dose, of no stated depth"),
        ("dose 20 uL shots 40", "dose 0.02 mL; shots 40, of 0.02 mL, makes 0.8 mL, of no stated depth"),
        ("correct shots 4", "in the place of the last: shots 4, of no stated dose, of no stated depth"),
        ("correct nothing", "in the place of the last: nothing"),
        ("current 400 uA mean", "current basis mean; current measured 0.4 mA"),
        ("level 5", "level 5"),
        ("device Acme 3 serial 0417", "device Acme 3, serial number 0417"),
        ("device needle serial none", "device needle, no number"),
    ],
)
def test_a_line_is_said_back_in_the_units_of_the_record(line: str, said: str) -> None:
    assert Meaning(DRIVER, 1, dict)(line) == SaidBack(said, readable=True)


def test_what_was_stated_before_is_said_back_with_the_shots_that_it_holds_for() -> None:
    session = Session(DRIVER)
    session.receive(b"dose 0.02 mL depth 1.5 mm\n")
    state = LiveState()
    state.take(session.recorder.lines)

    said = Meaning(DRIVER, 1, lambda: state.record.tally.settings(1))("shots 40")

    assert said == SaidBack("shots 40, of 0.02 mL, makes 0.8 mL, 1.5 mm deep", readable=True)


@pytest.mark.parametrize(
    ("prompt", "below"),
    [
        (Prompt(), "Enter says back what it means"),
        (Prompt("shots 4", SaidBack("shots 4", readable=True), waits=True), "ENTER KEEPS:"),
        (Prompt(said=SaidBack("shots 4", readable=True)), "kept: shots 4"),
        (Prompt("shot", SaidBack("not read: the word", readable=False)), "not read: the word"),
    ],
)
def test_the_foot_of_the_screen_says_how_a_line_stands(prompt: Prompt, below: str) -> None:
    line, under = prompt_lines(prompt, 60)

    assert prompt.line in line.plain
    assert below in under.plain
    assert max(line.cell_len, under.cell_len) <= 60


# -- where lines come from -------------------------------------------------------------------------------------


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "typed"
    os.mkfifo(path)
    return path


@pytest.fixture
def keyboard(pipe: Path) -> Iterator[Keyboard]:
    opened = Keyboard.open(str(pipe))
    yield opened
    opened.close()


def test_every_process_that_writes_into_a_pipe_may_go_away(pipe: Path, keyboard: Keyboard) -> None:
    for line in (b"shots 1\n", b"shots 2\n"):
        pipe.write_bytes(line)
        assert keyboard.read(1.0) == line

    assert keyboard.read(0.01) == b""


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"missing cannot be read: No such file or directory"):
        Keyboard.open(str(tmp_path / "missing"))


def test_the_end_of_typing_is_silence() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"shots 1\n")
    os.close(writing)
    keyboard = Keyboard(reading, owns=True)

    assert [keyboard.read(0.01) for _ in range(3)] == [b"shots 1\n", b"", b""]
    keyboard.close()
