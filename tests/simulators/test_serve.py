"""A simulated device on a real line: a pty, and a socket."""

from __future__ import annotations

import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from devicelog.errors import BadInputError, UnknownNameError
from devicelog_simulators import reference_mesogun
from devicelog_simulators.serve import serve
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("installed")
Reader = Callable[[bytes], list[Any]]
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


@contextmanager
def serving(**wanted: Any) -> Iterator[str]:
    """A server in a thread; gives its URL, and ends it."""
    urls: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    options = {"seed": 1, "scenario": None, "faults": None, "speed": None, "link": None, "socket": False} | wanted
    thread = threading.Thread(
        target=serve, args=("reference-mesogun",), kwargs=options | {"ready": urls.put, "stop": stop}
    )
    thread.start()
    try:
        yield urls.get(timeout=PATIENCE)
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def open_port(path: str) -> int:
    """Open a pty and throw away what is in it, as pyserial does."""
    import termios

    port = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    termios.tcflush(port, termios.TCIFLUSH)
    return port


def read_port(port: int, enough: Callable[[bytes], bool], seconds: float = PATIENCE) -> bytes:
    """Read until it is enough, the port goes away, or the time is over."""
    got = b""
    patience = time.monotonic() + seconds
    while not enough(got) and time.monotonic() < patience:
        try:
            data = os.read(port, 4096)
        except BlockingIOError:
            time.sleep(0.002)
            continue
        except OSError:
            break
        if not data:
            break
        got += data
    return got


@needs_pty
def test_a_reader_of_the_pty_gets_every_byte_from_the_beginning_and_nothing_is_echoed(tmp_path: Path) -> None:
    link = tmp_path / "ttyGUN"
    expected = reference_mesogun.start(1, None).advance(3600)

    with serving(link=link) as url:
        assert (str(link), True) == (url, link.is_symlink())
        port = open_port(url)
        got = read_port(port, lambda got: len(got) >= len(expected))
        os.write(port, b"AT\r\nCA")
        time.sleep(0.05)
        os.write(port, b"P?\r\n")
        answer = read_port(port, lambda got: got.endswith(b"\n"))
        silence = read_port(port, bool, seconds=0.1)
        os.close(port)

    assert expected == got
    assert answer.startswith(b"$DLR1,CAP,types=")
    assert silence == b""
    assert not link.is_symlink()


@needs_pty
def test_the_scenario_waits_for_its_first_reader_and_then_runs_on_without_one(read: Reader) -> None:
    with serving(speed=20.0) as url:
        time.sleep(0.3)
        port = open_port(url)
        first = read(read_port(port, lambda got: got.count(b"\n") > 4))
        os.close(port)
        time.sleep(0.5)
        port = open_port(url)
        later = [f for f in read(read_port(port, lambda got: got.count(b"\n") > 20)) if f.numbered]
        os.close(port)

    assert (first[0].kind, first[1].uptime) == ("ID", 0)
    assert later[-1].uptime > 8_000


@needs_pty
def test_a_slow_reader_loses_nothing() -> None:
    expected = reference_mesogun.start(1, None).advance(3600)

    with serving(speed=1_000_000.0) as url:
        port = open_port(url)
        time.sleep(0.5)
        got = read_port(port, lambda got: len(got) >= len(expected))
        os.close(port)

    assert expected == got


@needs_pty
def test_an_unplug_takes_pty_and_link_away_and_brings_them_back(tmp_path: Path, read: Reader) -> None:
    link = tmp_path / "ttyGUN"
    faults = tmp_path / "faults.toml"
    faults.write_text('faults = [{ kind = "unplug", at = "30 s", for = "60 s" }]', encoding="utf-8")

    with serving(link=link, faults=faults, speed=30.0) as url:  # it is away for two seconds
        port = open_port(url)
        before = read_port(port, lambda _: False)
        assert not link.is_symlink()
        os.close(port)
        until(link.is_symlink, "the line to come back")
        port = open_port(url)
        after = read_port(port, lambda got: got.count(b"\n") > 4)
        os.close(port)

    assert 29_000 <= [f for f in read(before) if f.numbered][-1].uptime <= 30_000
    assert next(f for f in read(after) if f.numbered).uptime >= 90_000


@needs_pty
def test_a_file_in_the_place_of_the_link_is_not_overwritten(tmp_path: Path) -> None:
    taken = tmp_path / "notes.txt"
    taken.write_text("keep", encoding="utf-8")

    with pytest.raises(BadInputError, match=r"notes\.txt exists and is not a link"):
        serve(
            "reference-mesogun",
            seed=1,
            scenario=None,
            faults=None,
            speed=None,
            link=taken,
            socket=False,
            ready=print,
            stop=threading.Event(),
        )
    assert taken.read_text(encoding="utf-8") == "keep"


def test_a_reader_of_the_socket_gets_every_byte_and_its_queries_answered() -> None:
    expected = reference_mesogun.start(1, None).advance(3600)

    with serving(socket=True) as url, socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as line:
        line.settimeout(5)
        got = b""
        while len(got) < len(expected):
            got += line.recv(65_536)
        line.sendall(b"CAP?\r\n")

        assert expected == got
        assert line.recv(4096).startswith(b"$DLR1,CAP,")


@pytest.mark.parametrize(("name", "scenario"), [("reference-mesogum", None), ("reference-mesogun", "fase")])
def test_unknown_names_are_answered_with_the_known_ones(name: str, scenario: str | None) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'reference-mesogun'|did you mean 'face'"):
        serve(
            name,
            seed=1,
            scenario=scenario,
            faults=None,
            speed=None,
            link=None,
            socket=True,
            ready=print,
            stop=threading.Event(),
        )
