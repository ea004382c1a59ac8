"""A clinic with two practitioners and three patients: who may see whom is told by who treated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devicelog.search.upkeep import catch_up
from devicelog.store import people
from devicelog.store.writer import Writer
from tests.amending.clinic import record_session

ANN, BEA = "Dr. Ann Berg", "Dr. Bea Conti"
UNIT = ("reference-noneedle", "current-limits")


@dataclass(frozen=True, slots=True)
class Sessions:
    """The ids of the sessions and of the people: Ann's two of one patient, a third that broke off, and Bea's one."""

    first: str
    second: str
    flow: str
    broken: str
    other: str
    patient: str
    other_patient: str


def fill(store: Path) -> Sessions:
    """Record them all."""
    with Writer.open(store) as writer:
        record_session(writer, 1, ends=True, practitioner=ANN)
        record_session(writer, 61, ends=True, practitioner=ANN)
        record_session(
            writer,
            70,
            ends=True,
            practitioner=ANN,
            subject="P-3",
            protocol="noneedle-ionto-dc-face",
            device=UNIT,
        )
        record_session(writer, 80, ends=True, practitioner=BEA, subject="P-2")
        record_session(writer, 90, ends=False, practitioner=ANN)
        for number, name, born in (("P-1", "Clara Winter", "1984-05-17"), ("P-2", "Dora Sommer", "1990-01-02")):
            people.change(writer, people.known(writer, number), {"name": name, "birth_date": born}, by="a test")
        rows = writer.sessions()
        patients = [people.known(writer, number).id for number in ("P-1", "P-2")]
    with Writer.open(store, create=False) as writer:  # closes what broke off
        catch_up(writer)
    first, second, flow, other, broken = (row.id for row in rows)
    return Sessions(first, second, flow, broken, other, *patients)
