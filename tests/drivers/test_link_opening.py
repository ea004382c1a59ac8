"""Opening a port, and what may be sent there: one sentence for each that cannot be opened, declared queries only."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest
import serial

from devicelog.chunk import ChunkKind
from devicelog.driver import Effect, Query, SerialSettings
from devicelog.errors import BadInputError, PortError, QueryNotAllowedError
from devicelog.link.link import Link
from devicelog.link.serial_port import open_port
from devicelog_drivers.reference_mesogun import DRIVER

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from tests.drivers.conftest import Line, RunningLink

Start = Callable[..., "RunningLink"]
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


# -- settings that a pseudo-terminal does not have ----------------------------------------------------------------

SETTINGS = [SerialSettings(9600, 8, "E", 1), SerialSettings(9600, 7, "E", 1), SerialSettings(9600, 7, "O", 2)]
SETTING_NAMES = [f"{setting.bytesize}{setting.parity}{setting.stopbits}" for setting in SETTINGS]


@needs_pty
@pytest.mark.parametrize("settings", SETTINGS, ids=SETTING_NAMES)
def test_a_pseudo_terminal_is_opened_again_and_again_with_any_parity(line: Line, settings: SerialSettings) -> None:
    driver = replace(DRIVER, serial=settings)

    for turn in range(4):
        with open_port(str(line.path), driver) as port:
            line.send(b"again %d" % turn)
            assert port.read(7) == b"again %d" % turn


@needs_pty
def test_a_port_that_is_no_pseudo_terminal_is_not_opened_otherwise_than_its_driver_says(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = replace(DRIVER, serial=SETTINGS[0])
    monkeypatch.setattr("devicelog.link.serial_port._is_pseudo_terminal", lambda _: False)
    open_port(str(line.path), driver).close()

    with pytest.raises(PortError, match=r"cannot be opened .*Invalid argument"):
        open_port(str(line.path), driver)


# -- nothing is sent that is not declared ------------------------------------------------------------------------


@needs_pty
def test_only_declared_queries_without_effect_are_sent_on_opening(line: Line, start: Start) -> None:
    asked = Query(b"ID?\r\n", Effect.NONE, "identity", on_open=True)
    not_asked = Query(b"CAP?\r\n", Effect.NONE, "capabilities")
    harmful = Query(b"CLEAR\r\n", Effect.CLEARS_ALARM, "clears the alarm", on_open=True)
    reading = start(str(line.path), replace(DRIVER, queries=(harmful, asked, not_asked)))

    reading.until(lambda reading: bool(reading.of(ChunkKind.QUIET)))

    assert line.heard() == b"ID?\r\n"
    assert reading.of(ChunkKind.SENT) == [b"ID?\r\n"]


@needs_pty
def test_a_driver_without_queries_listens_only(line: Line, start: Start) -> None:
    reading = start(str(line.path), replace(DRIVER, queries=()))

    reading.until(lambda reading: bool(reading.of(ChunkKind.QUIET)))

    assert line.heard() == b""


@needs_pty
@pytest.mark.parametrize(
    "request_", [b"", b"START\r\n", b"ID?", b"ID?\r\nSTART\r\n", b"id?\r\n", b"LOG? 1,-2\r\n", b"LOG? 1,2,3,4\r\n"]
)
def test_anything_else_is_refused_before_a_byte_leaves(line: Line, request_: bytes) -> None:
    link = Link(1, str(line.path), DRIVER, SimpleQueue())
    link.open()

    with pytest.raises(QueryNotAllowedError, match=r"is not a query of reference-mesogun; nothing was sent\."):
        link._send(request_)
    link._send(b"LOG? 17,4294967295\r\n")

    heard = line.heard()
    link._close()
    assert heard == b"LOG? 17,4294967295\r\n"


@needs_pty
def test_a_query_can_be_asked_while_the_line_is_read(line: Line, start: Start) -> None:
    log = Query(b"LOG? #,#\r\n", Effect.NONE, "memory")
    reading = start(str(line.path), replace(DRIVER, queries=(log,)))
    reading.until_opened()

    reading.link.ask(b"LOG? 3,9\r\n")
    reading.until(lambda reading: bool(reading.of(ChunkKind.SENT)))

    assert line.heard() == b"LOG? 3,9\r\n"
    assert reading.of(ChunkKind.SENT) == [b"LOG? 3,9\r\n"]


@needs_pty
@pytest.mark.parametrize("request_", [b"CLEAR\r\n", b"START\r\n", b""])
def test_a_query_with_an_effect_cannot_be_asked(line: Line, start: Start, request_: bytes) -> None:
    harmful = Query(b"CLEAR\r\n", Effect.CLEARS_ALARM, "clears the alarm")
    reading = start(str(line.path), replace(DRIVER, queries=(harmful,)))

    with pytest.raises(QueryNotAllowedError, match=r"is not a query of .* without an effect .* nothing was sent"):
        reading.link.ask(request_)
    reading.until(lambda reading: len(reading.of(ChunkKind.QUIET)) > 1)

    assert line.heard() == b""


@needs_pty
def test_what_was_asked_of_a_line_that_went_away_is_not_asked_of_the_one_that_comes_back(
    line: Line, start: Start
) -> None:
    log = Query(b"LOG? #,#\r\n", Effect.NONE, "memory")
    reading = start(str(line.path), replace(DRIVER, queries=(log,)))
    reading.until_opened()
    line.unplug()
    reading.until_lost()

    reading.link.ask(b"LOG? 3,9\r\n")
    line.plug()
    reading.until_opened(2)
    reading.until(lambda reading: len(reading.of(ChunkKind.QUIET)) > 1)

    assert line.heard() == b""


# -- opening ---------------------------------------------------------------------------------------------------


def test_dtr_and_rts_are_low_and_the_port_is_exclusive_when_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, ...]] = []

    class Port(serial.Serial):  # type: ignore[misc]
        def open(self) -> None:
            seen.append((self.dtr, self.rts, self.exclusive, self.baudrate, self.bytesize, self.parity, self.stopbits))

    def for_url(url: str, *, do_not_open: bool, **settings: Any) -> Port:
        assert do_not_open
        port = Port(None, **settings)
        port.port = url
        return port

    monkeypatch.setattr(serial, "serial_for_url", for_url)

    open_port("/dev/ttyGUN", DRIVER)

    assert seen == [(False, False, True, 115_200, 8, "N", 1)]


@needs_pty
def test_a_port_in_use_is_one_sentence_and_the_first_reader_keeps_it(line: Line, start: Start) -> None:
    reading = start(str(line.path))
    reading.until_opened()

    with pytest.raises(PortError, match=f"^the port {line.path} is in use by another program; end that program"):
        Link(2, str(line.path), DRIVER, SimpleQueue()).open()

    line.send(b"still mine")
    reading.until(lambda reading: reading.received == b"still mine")


def test_a_missing_port_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PortError, match=f"^the port {tmp_path / 'ttyNONE'} is not there; check the cable"):
        open_port(str(tmp_path / "ttyNONE"), DRIVER)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (serial.SerialException(13, "could not open port: [Errno 13] Permission denied"), "may not be opened by this"),
        (serial.SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.')"), "is in use"),
        (serial.SerialException("could not open port 'COM9': FileNotFoundError(2, ...)"), "is not there"),
        (serial.SerialException(16, "Device or resource busy"), "is in use by another program"),
        (OSError(5, "Input/output error"), "cannot be opened"),
    ],
)
def test_a_port_that_cannot_be_opened_is_one_sentence_with_what_to_do(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: serial.Serial) -> None:
        raise error

    monkeypatch.setattr(serial.Serial, "open", refuse)

    with pytest.raises(PortError) as told:
        open_port("/dev/ttyGUN", DRIVER)

    assert sentence in str(told.value)
    assert str(told.value).startswith("the port /dev/ttyGUN ")
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 3


@pytest.mark.parametrize("url", ["nonsense://gun", "socket://", "socket://127.0.0.1"])
def test_what_is_no_port_at_all_is_bad_input_in_one_sentence(url: str) -> None:
    with pytest.raises((BadInputError, PortError)) as told:
        open_port(url, DRIVER)

    assert url in str(told.value)
    assert "\n" not in str(told.value)


def test_nobody_at_the_other_end_of_a_socket_is_not_possible_now(peer: socket.socket) -> None:
    number = peer.getsockname()[1]
    peer.close()

    with pytest.raises(PortError, match=r"^the port socket://127\.0\.0\.1:\d+ cannot be opened"):
        open_port(f"socket://127.0.0.1:{number}", DRIVER)
