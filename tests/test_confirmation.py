"""What devices say of themselves is held against the bindings: before a session is begun, and while it lasts."""

from __future__ import annotations

from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from devicelog.acts.binding import DEVICE_BOUND, Binding, Bindings
from devicelog.attach import confirmation as module
from devicelog.attach.confirmation import Confirmation
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import Event, Identity
from devicelog.errors import NotNowError, StrangerError
from devicelog.ledger import Seal, encode
from devicelog.patience import Endless
from devicelog.recorder.plan import Bound
from devicelog.recorder.source import Source
from devicelog_drivers import new_era
from devicelog_drivers.reference_mesogun import DRIVER
from tests.conftest import dlr1

if TYPE_CHECKING:
    from devicelog.driver import Driver

URL = "sim://reference-mesogun"


def known(*serials: str, model: str = "MG", urls: tuple[str, ...] = (URL, "sim://other")) -> Bindings:
    """Bindings of guns with these serial numbers, each to a port of its own, numbered from 1."""
    acts = [
        Binding("reference-mesogun", url, "Ann", model=model, serial=serial).content()
        | {"seal": number, "act": DEVICE_BOUND}
        for number, (serial, url) in enumerate(zip(serials, urls, strict=False), start=1)
    ]
    return Bindings(Seal(encode(act), b"") for act in acts)


def found(driver: Driver = DRIVER, binding: int | None = 1) -> tuple[Bound, ...]:
    """The plan of a session with one device, by default one that was found by its binding."""
    return (Bound(1, driver, "test", URL, binding=binding),)


def queue(*data: bytes) -> SimpleQueue[Chunk]:
    """What comes from the line."""
    waiting: SimpleQueue[Chunk] = SimpleQueue()
    for piece in data:
        waiting.put(Chunk(1, ChunkKind.RECEIVED, 0, 0, piece))
    return waiting


def identity(serial: str) -> bytes:
    return dlr1("ID", "MG", serial, "FW1", "sim=1")


def test_all_that_came_until_a_device_was_confirmed_is_handed_on_in_order() -> None:
    before, who, after = dlr1("HB", 0, 0, 1, "R", 0), identity("SN1"), b"later"
    line = queue(before, who[:10], who[10:], after)

    taken = Confirmation(found(), known("SN1")).wait([], line, Endless())

    assert [chunk.data for chunk in taken] == [before, who[:10], who[10:]]
    assert line.get_nowait().data == after


def test_a_stranger_is_refused_with_where_it_belongs() -> None:
    confirmation = Confirmation(found(), known("SN1", "SN2"))

    with pytest.raises(StrangerError, match=r"MG SN2 \(which is bound to the port sim://other\); expected MG SN1"):
        confirmation.wait([], queue(identity("SN2")), Endless())


def test_a_device_that_tells_no_serial_number_any_more_is_a_stranger() -> None:
    mute = replace(DRIVER, decoder=Nameless)
    with pytest.raises(StrangerError, match="MG without a serial number"):
        Confirmation(found(mute), known("SN1")).wait([], queue(b"$"), Endless())


def test_silence_names_the_effect_that_nobody_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)

    with pytest.raises(StrangerError, match=r"has not said who it is .* \(--allow opens_session\)"):
        Confirmation(found(new_era.DRIVER), known("SN1")).wait([], queue(), Endless())


class Nameless:
    """A decoder of a device that tells its model only."""

    def feed(self, data: bytes) -> list[Event]:
        return [Identity("MG", "", "", len(data))]

    def end(self) -> list[Event]:
        return []


class Broken:
    """A decoder that fails on the first byte."""

    def feed(self, _data: bytes) -> list[Event]:
        raise ZeroDivisionError

    def end(self) -> list[Event]:
        return []


def test_a_driver_that_fails_before_the_device_is_confirmed_is_said() -> None:
    broken = replace(DRIVER, decoder=Broken)
    with pytest.raises(NotNowError, match=r"failed .* before the device had said who it is"):
        Confirmation(found(broken), known("SN1")).wait([], queue(b"$"), Endless())


@pytest.mark.parametrize(("binding", "serial"), [(None, "SN1"), (1, "")], ids=["named", "without a serial number"])
def test_who_was_named_or_has_no_serial_number_is_not_waited_for(binding: int | None, serial: str) -> None:
    assert not Confirmation(found(binding=binding), known(serial)).is_due


def test_what_contradicts_a_binding_is_said_once_and_again_when_the_device_changes() -> None:
    [bound] = devices = found(binding=None)
    confirmation, source = Confirmation(devices, known("SN1", "SN2")), Source(bound, Endless())

    def say(serial: str) -> list[str]:
        source.identity = Identity("MG", serial, "", 0)
        return [text for _, text in confirmation.doubts({1: source})]

    assert list(confirmation.doubts({1: source})) == []
    assert say("SN1") == []
    said = say("SN2")
    assert said == [
        f"MG SN2 is on {URL}, and bound there is MG SN1",
        f"MG SN2 is on {URL}, and is bound to the port sim://other",
    ]
    assert list(confirmation.doubts({1: source})) == []
    assert say("SN3") == [f"MG SN3 is on {URL}, and bound there is MG SN1"]


def test_without_bindings_nothing_is_contradicted() -> None:
    [bound] = devices = found(binding=None)
    source = Source(bound, Endless())
    source.identity = Identity("MG", "SN1", "", 0)

    assert list(Confirmation(devices, Bindings()).doubts({1: source})) == []
