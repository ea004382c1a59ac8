"""Sessions of every kind, folded without a store, and as messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from devicelog.bodymap.zones import load
from devicelog.export.hl7.mdm import mdm
from devicelog.export.hl7.oru import oru
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.record.record import Record
from devicelog.treatment.protocol_file import limits_kept
from devicelog_drivers import reference_mesogun, reference_noneedle
from tests.conftest import Gun, Session, Unit
from tests.export.hl7.reader import Message
from tests.products.stating import acknowledge, prepare, state, use
from tests.typed_lines import GUN, typing

#: Whatever separates, ends or frames something in HL7, and letters that are none of Latin.
NASTY = 'Dr |^~\\& "" O\'Neil\nof\r\nroom\t2\x0b\x1c\x85\u2028李雷 \U0001f9ea'
PDF = b"%PDF-1.7 a page\n"


@dataclass
class Source:
    """What a message says of a session beside its record."""

    id: str = "S1"
    installation: str = "store-0011223344556677"
    reference: str | None = "P-0017"
    name: str | None = None
    birth_date: str | None = None

    def seals(self) -> Iterator[Any]:
        return iter(())


@dataclass
class Exported:
    """A session and its two messages."""

    session: ExportedSession
    document: Message = field(init=False)
    observations: Message = field(init=False)

    def __post_init__(self) -> None:
        self.document, self.observations = Message(mdm(self.session)), Message(oru(self.session))


def exported(record: Record, *, pdf: bytes = PDF, **source: Any) -> Exported:
    """A record as messages, with a PDF of the test's own."""
    limits = {limit.number: limit.name for limit in limits_kept(record.protocol)}
    of: Any = Source(**source)
    session = ExportedSession(of, record, limits, {}, "devicelog test")
    session.given(session_pdf.pdf, pdf)
    return Exported(session)


def gun_session() -> Session:
    """Two zones, two products, an injection that is too large, one without a volume, a gap and a purge."""
    session = Session(
        reference_mesogun.DRIVER,
        protocol="meso-face-gun-intradermal",
        zones=("forehead", "chin"),
        body_map=load().content(),
    )
    state(session, Kind.OPENED, by="Dr A", role="physician", registration="GMC 7654321", place="Room 2")
    prepare(session)
    use(session, 1)
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    gun.inject(mode="P")
    for _ in range(30):
        session.wait(1)
        gun.inject()
    gun.inject(volume=60_000)
    acknowledge(session, "Dr A")
    gun.inject(volume=None)
    session.lose()
    session.wait(3)
    session.reopen()
    gun.identify("SN1")
    gun.sequence += 4
    gun.inject()
    gun.finish()
    state(session, Kind.NOTE, text="all well", by="Dr A")
    return session


def current_session() -> Session:
    """Direct current, for a while above its limit."""
    session = Session(reference_noneedle.DRIVER, protocol="noneedle-ionto-dc-face", zones=("full_face",))
    unit = Unit(session, current="dc", wave="dc", area=1200)
    unit.flow(1_500, 20)
    unit.flow(9_000, 5)
    unit.finish(25_000, None)
    return session


def nasty_record() -> Record:
    """A session whose texts hold everything that could break a message."""
    session = Session(reference_mesogun.DRIVER, zones=(NASTY,))
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    gun.inject()
    session.lose()
    acknowledge(session, NASTY, "")
    state(session, Kind.NOTE, text=NASTY, by=NASTY)
    record = session.end().record
    record.started["practitioner"] = NASTY
    return record


def _records() -> Mapping[str, Record]:
    return {
        "gun": gun_session().end().record,
        "current": current_session().end().record,
        "typed": typing(*GUN, "shots 12", "volume 0.6 mL", protocol=None, zones=("cheek",)).end().record,
        "empty": Session(reference_mesogun.DRIVER).end().record,
        "running": gun_session().record,
        "nasty": nasty_record(),
    }


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Exported]:
    """A session of every kind, by its name."""
    return {name: exported(record) for name, record in _records().items()}


@pytest.fixture(scope="session")
def gun(kinds: Mapping[str, Exported]) -> Exported:
    return kinds["gun"]
