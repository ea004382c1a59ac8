"""All that stands on the pages of a record, in its order; plain data, which `session.typ` sets."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.export.pdf.afterwards import notes, reactions
from devicelog.export.pdf.amendments import amendments
from devicelog.export.pdf.before import before
from devicelog.export.pdf.block import Section
from devicelog.export.pdf.heading import Heading, heading
from devicelog.export.pdf.limits import limits_reached, other_alarms
from devicelog.export.pdf.products import doses, products, syringes
from devicelog.export.pdf.recording import device, gaps, totals
from devicelog.export.pdf.signing import completeness, is_unsigned, signed
from devicelog.export.pdf.zones import treatment
from devicelog.export.session import ExportedSession
from devicelog.record import amounts
from devicelog.record.as_json import PURPOSE

_PROVES = (
    "Whoever keeps this line can show with devicelog verify --seal that the record was set back, cut off or written "
    "anew since. A signature above says who pressed the key and under which name; it is no qualified signature."
)


@dataclass(frozen=True, slots=True)
class Page:
    """The head, the sections, and what stands at the end.

    The first `across` sections are always as wide as the page; `sign` asks for lines to sign on by hand.
    """

    heading: Heading
    sections: list[Section]
    across: int
    sign: bool
    seal: str
    proves: str
    purpose: str
    made: str


def page(session: ExportedSession) -> Page:
    """The pages of a session."""
    record = session.record
    first = [section for section in (before(record), products(record), treatment(record)) if section is not None]
    found = [
        doses(record),
        limits_reached(record),
        other_alarms(record),
        reactions(record),
        device(record),
        gaps(record),
        totals(record),
        syringes(record),
        amendments(record),
        notes(record),
        completeness(record),
        signed(record),
    ]
    return Page(
        heading=heading(session),
        sections=[*first, *(section for section in found if section is not None)],
        across=len(first),
        sign=is_unsigned(record),
        seal=session.seal_said,
        proves=_PROVES if session.seal_text is not None else "",
        purpose=PURPOSE,
        made=_made(session),
    )


def _made(session: ExportedSession) -> str:
    """From what: no clock is read, so the same record gives the same page on any day."""
    record = session.record
    last = f"{amounts.local(record, record.last_us):%Y-%m-%d %H:%M:%S}"
    return f"Made by {session.software} from the entries 1 to {record.entries} of the ledger, the last one of {last}."
