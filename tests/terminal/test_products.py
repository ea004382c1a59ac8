"""What a terminal says of products: doses with their bounds, expired lots, syringes that do not add up."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.products.consumable import Needle
from devicelog.products.expiry import Expiry
from devicelog.products.syringe import Leftover
from devicelog.terminal.summary import print_summary
from tests.products.kit import product, syringe

if TYPE_CHECKING:
    import pytest

    from devicelog.record.record import Record
    from tests.conftest import Gun, Session

MIXED = syringe(1, (1, "1.5"), (2, "0.5"), label="face")
LIDO = product(
    2, name="Lido\x1b[2J", inside="lidocaine", holds="2 % (w/v)", expiry=Expiry.of("2025-11"), drawn=Decimal(1)
)


def state(session: Session, kind: Kind, **said: object) -> None:
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **said}), link=NO_LINK)


def shown(record: Record, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of the summary as a file would have them, single blanks between words."""
    screen = io.StringIO()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.delenv("COLUMNS", raising=False)
    print_summary(record)
    return [" ".join(line.split()) for line in screen.getvalue().splitlines()]


def recorded(gun: Gun) -> Record:
    session = gun.session
    for one in (product(1), LIDO):
        state(session, Kind.PRODUCT, **one.content())
    state(session, Kind.SYRINGE, **MIXED.content())
    state(session, Kind.CONSUMABLE, **Needle(30, Decimal(4), 5, "N77", "Ann").content())
    state(session, Kind.SYRINGE_IN_USE, syringe=1, because="chosen")
    for zone in ("left_cheek", "right_cheek"):
        state(session, Kind.ZONE, zone=zone)
        for _ in range(20):
            gun.inject(20_000)
    state(session, Kind.LEFTOVER, **Leftover(1, Decimal(1), Decimal(0), "Ann").content())
    gun.finish()
    return session.end().record


def test_the_summary_has_products_doses_syringes_and_lots(
    mesogun: Callable[..., Gun], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = shown(recorded(mesogun(zones=())), monkeypatch)

    assert (
        "1 Hyal, Maker Ltd, lot A1, expires 2027-05-31, the end of 2027-05 as printed; product, hyaluronic acid"
        in " ".join(lines)
    )
    assert any(line.startswith("2 Lido�[2J, Maker Ltd, lot A2, EXPIRED 2025-11-30") for line in lines)
    assert "5 needles 30 G, 4 mm, lot N77" in lines
    assert "Hyal, lot A1 left_cheek 0.3 mL" in lines
    assert "all 0.6 mL" in lines
    assert "lidocaine left_cheek 2 mg" in lines
    assert any(line.startswith("syringe 1 (face) 3 : 1 of products 1, 2 2 0.8 0 1 0 0.2 DIFFERS") for line in lines)
    assert any(line.startswith("to be explained: syringe 1 (face) differs by 0.2 mL") for line in lines)
    assert "Hyal, lot A1 2 1.5 0.6 0 0.75 0 0.15" in lines


def test_a_lower_bound_and_what_came_from_no_syringe_are_said(
    mesogun: Callable[..., Gun], monkeypatch: pytest.MonkeyPatch
) -> None:
    gun = mesogun(zones=("left_cheek",))
    gun.inject(30_000)
    lines = shown(recorded(gun), monkeypatch)

    assert "Hyal, lot A1 left_cheek ≥ 0.3 mL" in lines
    assert "an unknown product left_cheek ≥ 0.03 mL" in lines
    assert "0.03 mL in left_cheek came from no stated syringe" in lines
    assert "at least: of 0.03 mL nobody knows of which product" in lines


def test_nothing_is_said_where_nobody_stated_a_product(
    mesogun: Callable[..., Gun], monkeypatch: pytest.MonkeyPatch
) -> None:
    gun = mesogun()
    gun.inject()

    lines = shown(gun.session.end().record, monkeypatch)

    assert not {"Products", "Doses", "Syringes", "Lots"} & set(lines)
