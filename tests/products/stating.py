"""Somebody states products and syringes in a session on a virtual clock."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from tests.products.kit import product, syringe

if TYPE_CHECKING:
    from devicelog.products.doses import Origin
    from devicelog.record.record import Record
    from tests.conftest import Session

HYAL = product(1)
LIDO = product(2, name="Lido", holds="2 % (w/v)")
MIXED = syringe(1, (1, "1.5"), (2, "0.5"))
PURE = syringe(2, (1, "0.5"))


def state(session: Session, kind: Kind, **said: Any) -> None:
    """Somebody states something now."""
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **said}), link=NO_LINK)


def acknowledge(session: Session, *by: str) -> None:
    """Each of them has seen the newest alarm, a second apart."""
    alarm = next(entry for entry in reversed(session.entries) if entry.kind == Kind.ALARM)
    for name in by:
        session.seconds += 1
        state(session, Kind.ALARM_ACKNOWLEDGED, alarm=alarm.content["alarm"], since=alarm.t_us, by=name)


def prepare(session: Session) -> None:
    """Two products, a syringe of three parts of one and one of the other, and one with the first alone."""
    for one in (HYAL, LIDO):
        state(session, Kind.PRODUCT, **one.content())
    for prepared in (MIXED, PURE):
        state(session, Kind.SYRINGE, **prepared.content())


def use(session: Session, number: int) -> None:
    state(session, Kind.SYRINGE_IN_USE, syringe=number, because="chosen")


def volumes(record: Record) -> dict[tuple[Origin, str | None], str]:
    """How many mL came from where, into which zone."""
    return {(one.origin, one.zone): f"{Decimal(one.volume) / 10**9}" for one in record.doses.given(record.tally)}
