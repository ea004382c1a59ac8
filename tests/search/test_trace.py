"""From a lot to whom it was given, and how much of it where: said only where it follows from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.amending.correcting import correct
from devicelog.clock import Stamp
from devicelog.ledger import Kind
from devicelog.record.used import used
from devicelog.recorder.act import act
from devicelog.search.digest import VERSION
from devicelog.search.lots import lots_of
from devicelog.search.trace import similar, trace
from devicelog.store.projection import Projection
from devicelog.stored import record_of
from tests.conftest import BEGINS

if TYPE_CHECKING:
    from collections.abc import Callable

    from devicelog.products.product import Product
    from devicelog.store.reader import SessionRow
    from devicelog.store.writer import Writer
    from tests.conftest import Gun


def state(gun: Gun, kind: Kind, **content: Any) -> None:
    at = round(gun.session.seconds * 1e9)
    gun.session.recorder.handle(act(Stamp(BEGINS.boot_ns + at, BEGINS.wall_ns + at), kind, **content))


def take(gun: Gun, number: int, lot: str, drawn: str) -> None:
    """A product is taken."""
    product = {"product": number, "name": f"P{number}", "maker": "M", "lot": lot, "expiry": None, "use": "product"}
    state(gun, Kind.PRODUCT, **product, ingredients=[], drawn=drawn, unit="mL", by="A")


def mix(gun: Gun, number: int, **volumes: str) -> None:
    """A syringe is filled: `mix(gun, 1, p1="1", p2="3")`."""
    parts = [{"product": int(name[1:]), "volume": volume} for name, volume in volumes.items()]
    state(gun, Kind.SYRINGE, syringe=number, label="s", parts=parts, volume="1", unit="mL", by="A")
    state(gun, Kind.SYRINGE_IN_USE, syringe=number, because="chosen")


def test_a_dose_follows_from_the_device_s_volume_and_the_mix(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun(zones=("cheek",))
    take(gun, 1, "A1", "1")
    take(gun, 2, "B1", "3")
    mix(gun, 1, p1="1", p2="3")

    for _ in range(10):
        gun.inject(volume=20_000)

    first, second = lots_of(gun.session.end().record)
    assert (first.lot, first.drawn, first.given) == ("A1", "1", "0.05")
    assert [(one.zone, one.volume) for one in second.zones] == [("cheek", "0.15")]


def test_each_syringe_has_its_own_dose(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    take(gun, 1, "A1", "1")
    take(gun, 2, "B1", "3")
    mix(gun, 1, p1="1")
    gun.inject(volume=20_000)
    mix(gun, 2, p2="1")
    gun.inject(volume=30_000)

    first, second = lots_of(gun.session.end().record)
    assert (first.given, second.given) == ("0.02", "0.03")


def test_a_volume_that_is_only_a_lower_bound_is_no_dose(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    take(gun, 1, "A1", "1")
    mix(gun, 1, p1="1")
    gun.inject()
    gun.inject(volume=None)

    [lot] = lots_of(gun.session.end().record)

    assert lot.given is None


def test_a_product_that_was_in_no_syringe_was_given_nowhere(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    take(gun, 1, "A1", "1")
    take(gun, 2, "B1", "1")
    mix(gun, 1, p1="1")
    gun.inject()

    _, other = lots_of(gun.session.end().record)

    assert other.zones == []


def _holds(writer: Writer, number: int, text: bytes) -> bool:
    return any(text in line.body for line in writer.lines(number))


def test_where_a_syringe_is_not_known_any_product_may_have_been_given(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    take(gun, 1, "A1", "1")
    take(gun, 2, "B1", "1")
    mix(gun, 1, p1="1")
    state(gun, Kind.SYRINGE_IN_USE, syringe=7, because="chosen")
    gun.inject()

    for lot in lots_of(gun.session.end().record):
        assert [(one.zone, one.volume) for one in lot.zones] == [("cheek", None)]


@pytest.mark.parametrize("lot", ["A24000", "a24000", "  A24000 "])
def test_a_lot_is_traced_to_every_session_and_subject(writer: Writer, lot: str) -> None:
    traced = trace(writer, lot)

    with_lot = [row for row in writer.sessions() if _holds(writer, row.number, b'"A24000"')]
    assert [taken.session.session for taken in traced.taken] == [row.id for row in with_lot]
    assert set(traced.subjects) == {row.subject for row in with_lot}
    assert len(with_lot) > 1


def test_a_recall_reads_the_ledgers_where_nothing_is_kept(writer: Writer) -> None:
    expected = trace(writer, "A24000")
    Projection(writer, VERSION).drop()

    assert trace(writer, "A24000") == expected


def test_a_product_narrows_where_two_makers_have_one_number(writer: Writer) -> None:
    assert trace(writer, "A24000", "ha 1 %").taken == trace(writer, "A24000").taken
    assert trace(writer, "A24000", "Saline").taken == []


def test_a_misread_lot_is_answered_with_what_is_spelt_alike(writer: Writer) -> None:
    assert trace(writer, "A2400").taken == []
    assert "a24000" in similar(writer, "A2400")
    assert "a24000" not in similar(writer, "A24000")


def test_of_a_lot_whose_session_was_refused_nothing_was_given(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    take(gun, 1, "A1", "1")
    state(gun, Kind.REFUSED, because=["product:A1"], by="A")

    [lot] = lots_of(gun.session.end().record)

    assert (lot.drawn, lot.given, lot.zones) == ("1", "0", [])


def test_a_lot_that_was_corrected_is_found_under_both_numbers_and_told_apart(writer: Writer) -> None:
    [first, *_] = trace(writer, "A24000").taken
    row = writer.session(first.session.session)
    place = next(one.number for one in used_products(writer, row) if one.lot == "A24000")
    correct(writer, row, f"product.{place}.lot", "A24999", by="Ann", role=None, reason="misread")

    old, new = trace(writer, "a24000"), trace(writer, "A24999")

    assert row.id not in {taken.session.session for taken in old.taken}
    assert [(one.session.session, one.lot.lot) for one in old.corrected] == [(row.id, "A24999")]
    assert [one.session.session for one in new.taken] == [row.id]
    assert new.corrected == []
    assert "a24000" not in similar(writer, "A24000")


def used_products(writer: Writer, row: SessionRow) -> list[Product]:
    return used(record_of(writer, row)).products
