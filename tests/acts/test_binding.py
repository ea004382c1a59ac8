"""Bindings are acts in the chain of seals, folded: what holds, and what was taken back or replaced."""

from __future__ import annotations

from typing import Any

from devicelog.acts.binding import DEVICE_BOUND, DEVICE_UNBOUND, Binding, Bindings
from devicelog.driver import Identity
from devicelog.ledger import Seal, encode
from devicelog.link.adapter import Adapter

FTDI = Adapter("0403:6001", "A1", "1-1.2", "")


def act(number: int, name: str, **content: Any) -> Seal:
    """An act as the store holds it, with more fields than are of interest here."""
    place = {"seal": number, "wall": f"2026-01-0{number}T00:00:00Z", "installation": "store-1", "previous": "00"}
    return Seal(encode({**place, "act": name, **content}), b"")


def bound(number: int, serial: str, **more: Any) -> Seal:
    content = {"model": "MG", "serial": serial, "adapter": FTDI, "alone": True, **more}
    return act(number, DEVICE_BOUND, **Binding("reference-mesogun", "/dev/ttyUSB0", "Ann", **content).content())


def test_a_binding_holds_from_its_act_on() -> None:
    [one] = Bindings([bound(3, "SN1")])

    assert (one.number, one.wall, one.by) == (3, "2026-01-03T00:00:00Z", "Ann")
    assert (one.name, one.adapter) == ("reference-mesogun#SN1", FTDI)


def test_a_binding_that_was_taken_back_holds_no_more_and_is_not_forgotten() -> None:
    known = Bindings([bound(1, "SN1"), bound(2, "SN2"), act(3, DEVICE_UNBOUND, binding=1, by="Bob")])

    assert [one.serial for one in known] == ["SN2"]
    assert [(one.serial, ended.by, ended.wall) for one, ended in known.past] == [("SN1", "Bob", "2026-01-03T00:00:00Z")]


def test_a_binding_takes_the_place_of_those_that_it_replaces_in_one_act() -> None:
    known = Bindings([bound(1, "SN1"), bound(2, "SN2"), bound(3, "SN2", replaces=(1, 2))])

    assert [one.number for one in known] == [3]
    assert [one.number for one, _ in known.past] == [1, 2]


def test_other_acts_and_acts_that_cannot_be_read_say_nothing_of_bindings() -> None:
    acts = [act(1, "subject_erased", subject="subject-1"), act(2, DEVICE_BOUND, driver=7), Seal(b"\xff{", b"")]

    assert len(Bindings([*acts, bound(3, "SN1"), act(4, DEVICE_UNBOUND, binding=99, by="Bob")])) == 1


def test_a_device_is_told_by_model_and_serial_number() -> None:
    [one] = Bindings([bound(1, "SN1")])

    assert one.is_of(Identity("MG", "SN1", "FW9", 0))
    assert not one.is_contradicted_by(Identity("MG", "SN1", "FW9", 0))
    for other in (Identity("MG", "SN2", "", 0), Identity("PUMP", "SN1", "", 0), Identity("MG", "", "", 0)):
        assert not one.is_of(other)
        assert one.is_contradicted_by(other)


def test_a_device_without_a_serial_number_is_contradicted_by_another_model_only() -> None:
    [one] = Bindings([bound(1, "")])

    assert one.name == "reference-mesogun@/dev/ttyUSB0"
    assert not one.is_of(Identity("MG", "", "", 0))
    assert not one.is_contradicted_by(Identity("MG", "SN7", "", 0))
    assert one.is_contradicted_by(Identity("PUMP", "", "", 0))


def test_what_a_device_calls_itself_cannot_write_over_a_terminal() -> None:
    [one] = Bindings([bound(1, "SN\x1b[2J\n1")])

    assert one.serial == "SN\x1b[2J\n1"
    assert one.name.isprintable()
    assert one.who.isprintable()
