"""The live view of a capture: rows above the guess, on any terminal and on none; it never harms the capture."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from devicelog.capture.row import CapturedLink, Happened, Header, Row
from devicelog.driver import SerialSettings
from devicelog.terminal import live_capture
from devicelog.terminal.live_capture import LiveCapture
from devicelog.testing.simulated import BEGINS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import VirtualClock

GUN = (Path(__file__).parents[1] / "captures" / "reference-mesogun.bin").read_bytes()


@pytest.fixture
def view_on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., LiveCapture]:
    """A view on a terminal of 100 by 24, or where there is none."""

    def view(file: io.StringIO, *, terminal: bool = True) -> LiveCapture:
        console = Console(file=file, force_terminal=terminal, width=100, height=24, highlight=False, _environ={})
        monkeypatch.setattr(live_capture, "console", lambda: console)
        links = (CapturedLink.of(1, "serial port", SerialSettings(9600, 7, "E")),)
        header = Header(software="devicelog 0", begun="", boot_ns=BEGINS.boot_ns, links=links)
        writer: Any = SimpleNamespace(header=header, path=Path("board.capture"), begun=BEGINS)
        return LiveCapture(writer)

    return view


def rows(data: bytes, size: int = 64) -> list[Row]:
    return [
        Row(t_us=at * 1000, link=1, kind=Happened.RECEIVED, hex=data[at : at + size].hex())
        for at in range(0, len(data), size)
    ]


def test_a_terminal_shows_setting_last_rows_and_guess(
    virtual_clock: VirtualClock, view_on: Callable[..., LiveCapture]
) -> None:
    file = io.StringIO()
    with view_on(file) as view:
        for row in rows(GUN):
            view.show(row)
        virtual_clock.at(2)
        view.refresh()
        drawn = file.getvalue()

    assert "CAPTURE  00:02" in drawn
    assert "serial port, 9600 baud, 7E1, DTR low, RTS low" in drawn
    assert GUN[-10:].hex(" ").upper()[-8:] in drawn
    assert "strong: lines of text that end in CR LF" in drawn
    assert len(drawn.splitlines()) <= 26


def test_it_draws_at_most_four_times_a_second(virtual_clock: VirtualClock, view_on: Callable[..., LiveCapture]) -> None:
    file = io.StringIO()
    with view_on(file) as view:
        sizes = []
        for tick in range(100):
            virtual_clock.at(1 + tick / 100)
            view.refresh()
            sizes.append(len(file.getvalue()))

    assert len(set(sizes)) <= 4


def test_without_a_terminal_each_row_is_printed_whole(view_on: Callable[..., LiveCapture]) -> None:
    file = io.StringIO()
    with view_on(file, terminal=False) as view:
        for row in rows(GUN):
            view.show(row)

    lines = file.getvalue().splitlines()
    assert bytes.fromhex("".join(line[17:65] for line in lines)) == GUN
    assert "\x1b" not in file.getvalue()


def test_a_view_that_fails_is_switched_off_and_the_capture_goes_on(
    view_on: Callable[..., LiveCapture], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    view = view_on(io.StringIO())
    monkeypatch.setattr(live_capture, "row_lines", lambda _: 1 / 0)

    with view:
        for row in rows(GUN):
            view.show(row)

    assert view.overview.received == len(GUN)
    assert capsys.readouterr().err.count("switched off; the capture goes on") == 1
