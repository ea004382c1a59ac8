"""A device is asked who it is by harmless queries only, and listened to; what a driver does wrong is one sentence."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.attach.introduction import asking, meet
from devicelog.driver import Effect, Event, Identity, Query
from devicelog.errors import BadInputError, NotNowError, PortError, StrangerError
from devicelog_drivers import kds_legato, new_era, reference_mesogun
from tests.pump_line import PumpLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devicelog.driver import Driver

NOTHING: frozenset[Effect] = frozenset()
GUN = reference_mesogun.DRIVER
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


@pytest.fixture
def gun() -> Iterator[PumpLine]:
    """A gun whose time runs fast."""
    with PumpLine(registry.simulator("reference-mesogun").start(1, None), speed=20) as line:
        yield line


def requests(driver: Driver) -> list[bytes]:
    return [query.request for query in driver.queries]


def test_only_what_is_asked_on_opening_without_effect_is_left_of_a_driver() -> None:
    assert requests(asking(GUN, NOTHING)) == [b"ID?\r\n"]
    assert requests(asking(kds_legato.DRIVER, NOTHING)) == [b"@version\r\n"]


def test_a_device_that_can_only_be_asked_with_an_effect_is_not_asked_unless_that_is_allowed() -> None:
    with pytest.raises(BadInputError, match="--allow clears_alarm"):
        asking(new_era.DRIVER, NOTHING)
    allowed = asking(new_era.DRIVER, frozenset({Effect.CLEARS_ALARM}))
    assert {query.effect for query in allowed.queries} == {Effect.CLEARS_ALARM}


def test_a_query_with_an_effect_is_left_out_where_another_asks_the_same_without() -> None:
    harmful = Query(b"WHO!\r\n", Effect.DESTRUCTIVE_READ, "who it is, and forgets it", on_open=True)
    assert requests(asking(replace(GUN, queries=(harmful, *GUN.queries)), NOTHING)) == [b"ID?\r\n"]


@needs_pty
def test_a_device_says_who_it_is(gun: PumpLine) -> None:
    identity = meet(GUN, gun.url, NOTHING)
    assert identity is not None
    assert (identity.model, identity.serial) == ("MG-REF", "SIM-MG-0001")
    assert gun.heard == b"ID?\r\n"


@needs_pty
def test_a_device_that_says_by_itself_who_it_is_is_listened_to_and_gets_not_one_byte(gun: PumpLine) -> None:
    identity = meet(replace(GUN, queries=()), gun.url, NOTHING)
    assert identity is not None
    assert identity.serial == "SIM-MG-0001"
    assert gun.heard == b""


@needs_pty
def test_a_device_that_reports_and_does_not_say_who_it_is_has_no_identity(gun: PumpLine) -> None:
    assert meet(replace(GUN, decoder=Anonymous), gun.url, NOTHING, seconds=1) is None


@needs_pty
def test_a_port_on_which_nothing_can_be_read_is_said(gun: PumpLine) -> None:
    with pytest.raises(StrangerError, match="is nothing that kds-legato reads"):
        meet(kds_legato.DRIVER, gun.url, NOTHING, seconds=1)


def test_a_port_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="is not there"):
        meet(GUN, str(tmp_path / "ttyGONE"), NOTHING)


class Anonymous:
    """Reads everything but who the device is."""

    def __init__(self) -> None:
        self._decoder = GUN.decoder()

    def feed(self, data: bytes) -> list[Event]:
        return [event for event in self._decoder.feed(data) if not isinstance(event, Identity)]

    def end(self) -> list[Event]:
        return self._decoder.end()


class Broken:
    """A decoder that fails on the first byte."""

    def feed(self, _data: bytes) -> list[Event]:
        raise ZeroDivisionError

    def end(self) -> list[Event]:
        return []


class Unmade(Broken):
    """A decoder that cannot even be made."""

    def __init__(self) -> None:
        raise ZeroDivisionError


@needs_pty
@pytest.mark.parametrize("decoder", [Broken, Unmade])
def test_a_driver_that_fails_is_said_in_one_sentence(gun: PumpLine, decoder: type[Broken]) -> None:
    with pytest.raises(NotNowError, match=r"the driver reference-mesogun failed \(ZeroDivisionError"):
        meet(replace(GUN, decoder=decoder), gun.url, NOTHING)
