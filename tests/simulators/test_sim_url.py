"""`sim://` URLs: a simulated device behind pyserial's own interface."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import pytest
import serial

from devicelog.errors import UnknownNameError
from devicelog_simulators import reference_mesogun
from devicelog_simulators.urls.running import device_at, forget_all
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("installed", "handler")
URL = "sim://reference-mesogun?seed=1&speed=max"


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """pyserial knows `sim://`, and no device runs yet."""
    monkeypatch.setattr(serial, "protocol_handler_packages", ["devicelog_simulators.urls"])
    yield
    forget_all()


def _open(url: str, **settings: Any) -> Any:
    return serial.serial_for_url(url, **{"timeout": 0.2} | settings)


def _read_all(port: Any) -> bytes:
    got = b""
    while data := port.read(max(1, port.in_waiting)):
        got += data
    return got


def _when_plugged(url: str) -> Any:
    opened: list[Any] = []

    def opens() -> bool:
        with contextlib.suppress(serial.SerialException):
            opened.append(_open(url, timeout=60))
        return bool(opened)

    until(opens, "the line to come back")
    return opened[0]


def test_everything_that_the_device_sends_is_read() -> None:
    with _open(URL) as port:
        assert reference_mesogun.start(1, None).advance(3600) == _read_all(port)


def test_a_read_returns_what_there_is_at_its_timeout() -> None:
    with _open("sim://reference-mesogun?speed=1", timeout=0.3) as port:
        began = time.monotonic()
        got = port.read(100_000)

        assert time.monotonic() - began >= 0.3
        assert got.startswith(b"$DLR1,ID,")


def test_a_read_without_timeout_gives_exactly_the_size_and_with_zero_does_not_wait() -> None:
    with _open(URL, timeout=None) as port:
        assert len(port.read(3_000)) == 3_000
    with _open("sim://reference-mesogun?speed=0.01", timeout=0) as port:
        assert port.read(10) == b""


def test_a_query_is_answered() -> None:
    with _open("sim://reference-mesogun?speed=0.01") as port:
        assert port.write(b"CAP?\r\n") == 6
        assert port.read(port.in_waiting).startswith(b"$DLR1,CAP,")


def test_the_same_device_goes_on_when_it_is_opened_again() -> None:
    with _open(URL) as port:
        port.read(5_000)
    with _open(URL) as port:
        again = port.read(5_000)

    assert again in reference_mesogun.start(1, None).advance(3600)
    assert b"DLR1,HB,1,0,1," not in again


def test_a_device_at_its_end_makes_room_for_a_new_one_and_run_tells_two_apart() -> None:
    with _open(URL) as port:
        first = _read_all(port)
    with _open(URL) as port, _open(f"{URL}&run=2") as other:
        assert first == _read_all(port) == _read_all(other)


def test_a_device_that_came_to_its_end_while_nobody_listened_makes_room_for_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "sim://reference-mesogun?speed=1000"
    with _open(url) as port:
        port.read(100)
    hours_later = time.monotonic() + 7_200
    with monkeypatch.context() as later:
        later.setattr(device_at(url).player, "_clock", lambda: hours_later)
        port = _open(url)

    with port:
        assert port.read(9).startswith(b"$DLR1,ID,")


def test_a_device_that_was_left_makes_room_when_asked_and_one_that_is_read_stays() -> None:
    with _open(URL) as port:
        first = port.read(5_000)
    closed = serial.serial_for_url(URL, do_not_open=True)
    closed.renew()
    with _open(URL) as port:
        assert port.read(2_000) == first[:2_000]
        closed.renew()
        assert port.read(3_000) == first[2_000:]
    with _open(URL) as port:
        assert port.read(100) not in first


def test_a_line_in_use_cannot_be_opened_twice() -> None:
    with _open(URL), pytest.raises(serial.SerialException, match="already open"):
        _open(URL)


@pytest.mark.parametrize("speed", ["max", "20"])
def test_an_unplug_ends_reads_refuses_opens_and_then_goes_on(
    tmp_path: Path, speed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devicelog_simulators.player.OUTAGE", 2.0)
    faults = tmp_path / "faults.toml"
    faults.write_text('faults = [{ kind = "unplug", at = "30 s", for = "40 s" }]', encoding="utf-8")
    url = f"sim://reference-mesogun?speed={speed}&faults={faults}"

    port = _open(url)
    before = b""
    with pytest.raises(serial.SerialException, match="unplugged"):  # noqa: PT012
        while True:
            before += port.read(64)
    with pytest.raises(serial.SerialException, match="unplugged"):
        port.write(b"ID?\r\n")
    port.close()
    with pytest.raises(serial.SerialException, match="unplugged at the moment"):
        _open(url)
    with _when_plugged(url) as port:
        after = port.read(200)

    session = reference_mesogun.start(1, None).advance(3600)
    assert session.startswith(before)
    assert before.endswith(b"\r\n")
    assert after in session
    assert after not in session[: len(before) + 200]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"{URL}&sped=3", "found the option 'sped'; expected one of seed, speed"),
        ("sim://reference-mesogun?speed=fast", "found speed=fast; expected 'max' or a number above 0"),
        ("sim://reference-mesogun?speed=0", "found speed=0"),
        ("sim://reference-mesogun?seed=x", "found seed=x; expected a whole number"),
        ("sim://reference-mesogun?scenario=nose.toml", "nose.toml cannot be read"),
        ("sim://reference-mesogun?faults=none.toml", "none.toml cannot be read"),
    ],
)
def test_a_wrong_url_is_refused_with_what_was_found_and_expected(url: str, said: str) -> None:
    with pytest.raises(serial.SerialException) as refused:
        _open(url)

    assert said in str(refused.value)


def test_the_url_of_a_simulator_that_is_not_installed_is_bad_input_before_anything_is_opened() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'reference-mesogun'") as refused:
        serial.serial_for_url("sim://reference-mesogum?seed=1", do_not_open=True)

    assert "reference-mesogun, reference-noneedle." in str(refused.value)


def test_a_closed_port_cannot_be_read_and_closes_twice() -> None:
    port = _open(URL)
    port.close()
    port.close()

    with pytest.raises(serial.PortNotOpenError):
        port.read()
    assert not port.is_open
