"""A profile can say what is expected of the device behind a port: USB ids as a hint, what it calls itself, a number."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devicelog.acts.binding import Bindings
from devicelog.attach import bind as bind_module
from devicelog.attach import choice as choice_module
from devicelog.attach.bind import bind_device
from devicelog.attach.choice import Choice, unlikely_ports
from devicelog.attach.confirmation import Confirmation
from devicelog.driver import Identity
from devicelog.errors import StrangerError
from devicelog.link import ports as ports_module
from devicelog.link.adapter import Adapter
from devicelog.patience import Endless
from devicelog.recorder.plan import Bound
from devicelog.recorder.source import Source
from devicelog.store.writer import Writer
from tests.profile.profiles import HEAD, LINES, driver_of, problems_of

if TYPE_CHECKING:
    from pathlib import Path

WHO = """
[[query]]
name = "who"
purpose = "who it is"
request = "ID?\\n"
effect = "none"
on_open = true

[[report]]
name = "identity"
kind = "identity"
query = "who"
fields = { separator = ";", count = 2 }

[[report.metric]]
name = "model"
category = "state"
field = 0

[[report.metric]]
name = "serial"
category = "state"
field = 1
"""
EXPECTED = """
[identity]
usb = ["0403:6001", "1fe9:5101"]
models = ["MG-1", "MG-1B"]
serial_required = true
"""
GUN = HEAD.format(engine="lines") + EXPECTED + LINES[LINES.index("[line]") :] + WHO
DRIVER = driver_of(GUN)
PORT = "/dev/ttyUSB7"


def said(line: bytes) -> Identity:
    """Who a device is that answers this."""
    decoder = DRIVER.decoder()
    decoder.sent(b"ID?\n")  # type: ignore[attr-defined]
    (event,) = decoder.feed(line + b"\r\n")
    assert isinstance(event, Identity)
    return event


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"MG-1;S7", None),
        (b"MG-1B;S7", None),
        (b"MG-2;S7", "says it is 'MG-2', expected MG-1 or MG-1B"),
        (b"MG-1; ", "tells no serial number, expected one"),
    ],
)
def test_a_device_is_held_against_what_the_profile_expects_of_it(line: bytes, fault: str | None) -> None:
    assert DRIVER.recognition.fault(said(line)) == fault
    assert DRIVER.recognition.fault(None) == "says nothing of what it is, expected MG-1 or MG-1B"


@pytest.mark.parametrize("who", [said(b"MG-2;S7"), said(b"MG-1;"), None])
def test_a_device_that_is_not_the_one_of_the_profile_is_not_bound(
    who: Identity | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(bind_module, "meet", lambda *_: who)
    choice = Choice("gun.toml", DRIVER, "devicelog", "sim://gun")

    with Writer.open(tmp_path / "store") as writer:
        with pytest.raises(StrangerError, match=r"by board; nothing was bound: check device and driver\."):
            bind_device(writer, choice, by="Ann", allowed=frozenset(), seconds=1.0, replace=False)
        monkeypatch.setattr(bind_module, "meet", lambda *_: said(b"MG-1;S7"))
        outcome = bind_device(writer, choice, by="Ann", allowed=frozenset(), seconds=1.0, replace=False)

    assert (outcome.binding.model, outcome.binding.serial) == ("MG-1", "S7")


def test_on_a_named_port_another_device_is_recorded_and_said_as_an_alarm() -> None:
    bound = Bound(1, DRIVER, "test", "sim://gun")
    confirmation = Confirmation((bound,), Bindings())
    source = Source(bound, Endless())

    source.identity = said(b"MG-2;S7")
    told = [text for _, text in confirmation.doubts({1: source})]
    source.identity = said(b"MG-1;S7")

    assert told == ["the device on sim://gun says it is 'MG-2', expected MG-1 or MG-1B, by board"]
    assert list(confirmation.doubts({1: source})) == []


@pytest.mark.parametrize(("usb", "doubted"), [("0403:6001", False), ("1FE9:5101", False), ("1A86:7523", True)])
def test_usb_ids_are_a_hint_that_is_said_and_refuses_nothing(
    usb: str, doubted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice_module, "adapters", lambda: {PORT: Adapter(usb, "FT1", "1-1", "")})

    doubts = list(unlikely_ports([Choice("gun.toml", DRIVER, "devicelog", PORT)]))

    assert bool(doubts) == doubted
    for doubt in doubts:
        assert "board is on a port with the USB ids 1A86:7523, expected 0403:6001 or 1FE9:5101" in doubt
    unknown = Choice("gun.toml", replace(DRIVER, recognition=type(DRIVER.recognition)()), "devicelog", PORT)
    assert list(unlikely_ports([unknown])) == []


def test_ports_names_the_drivers_whose_devices_have_such_usb_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from devicelog.cli.ports import command

    about = {"device": PORT, "manufacturer": "BTX", "product": "Gemini", "serial_number": None, "location": "1-1"}
    infos = [SimpleNamespace(**about, vid=0x1FE9, pid=0x5201), SimpleNamespace(**about, vid=0x0403, pid=0x6001)]
    monkeypatch.setattr(ports_module, "list_ports", lambda: infos)
    args = ["--store", str(tmp_path / "none")]

    shown, listed = (CliRunner().invoke(command, [*args, *more]) for more in ((), ("--json",)))

    assert "  USB ids of     btx-gemini (a hint; `devicelog bind` asks the device)\n" in shown.stdout
    assert [port["hints"] for port in json.loads(listed.stdout)] == [["btx-gemini"], []]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"0403:6001"', '"0403-6001"', "found '0403-6001', expected a list of USB ids"),
        ("serial_required = true", 'serial_required = "yes"', "serial_required: found 'yes', expected true or false"),
        ("serial_required", "serial", "found a key that is not known, expected one of usb, models, serial_required"),
        ('name = "serial"', 'name = "number"', "expected a report of kind identity with a metric 'serial'"),
        ('name = "model"', 'name = "make"', "expected a report of kind identity with a metric 'model'"),
    ],
)
def test_what_no_device_could_fulfil_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    assert old in GUN

    (problem,) = problems_of(GUN.replace(old, new, 1))

    assert says in problem
    assert problem.startswith("line ")
