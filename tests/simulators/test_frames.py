"""Faults strike frames, whatever a frame is: a line, what the device cuts, or all that it sent at one moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from devicelog.errors import BadInputError
from devicelog_simulators.faults import FaultScript
from devicelog_simulators.faulty import FaultyDevice, with_faults

FRAMES = [bytes([0xA5, number, 0x0A, 0xFF]) for number in range(1, 4)]


class Binary:
    """Sends three frames at one moment; each holds a byte that would end a line of text."""

    def __init__(self) -> None:
        self.finished = False

    def advance(self, _seconds: float) -> bytes:
        sent = b"" if self.finished else b"".join(FRAMES)
        self.finished = True
        return sent

    def answer(self, _request: bytes) -> bytes:
        return b""


class Cutting(Binary):
    """Says where its frames end."""

    def cut(self, sent: bytes) -> list[bytes]:
        return [sent[start : start + 4] for start in range(0, len(sent), 4)]

    def kind(self, sent: bytes) -> str:
        return f"{sent[1]}"


def faulty(device: Binary, **fault: object) -> FaultyDevice:
    script = FaultScript.model_validate({"faults": [fault]})
    return with_faults(device, script.faults, seed=1, path=Path("faults.toml"))


def test_a_fault_strikes_the_frame_that_the_device_has_cut() -> None:
    device = faulty(Cutting(), kind="drop", frame=2)

    assert device.advance(0.1) == FRAMES[0] + FRAMES[2]
    assert device.unstruck == []


def test_a_fault_strikes_the_type_that_the_device_names() -> None:
    assert faulty(Cutting(), kind="drop", frame=1, type="3").advance(0.1) == FRAMES[0] + FRAMES[1]


def test_bytes_that_are_no_text_are_one_frame_where_nobody_cuts_them() -> None:
    assert faulty(Binary(), kind="drop", frame=1).advance(0.1) == b""


def test_a_fault_whose_moment_never_came_is_named() -> None:
    device = faulty(Binary(), kind="drop", frame=2)

    assert device.advance(0.1) == b"".join(FRAMES)
    assert device.unstruck == [1]


@pytest.mark.parametrize(("kind", "method"), [("reset", "reboot"), ("clock_step", "step_clock")])
def test_a_fault_that_the_device_cannot_have_names_the_method_that_it_lacks(kind: str, method: str) -> None:
    more = {"by": "1 s"} if kind == "clock_step" else {}

    with pytest.raises(BadInputError, match=f"found '{kind}'; this simulator has no such fault.*no method '{method}'"):
        faulty(Binary(), kind=kind, at="1 s", **more)
