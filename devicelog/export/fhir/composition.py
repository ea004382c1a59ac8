"""The document's first resource: title, status, who attests, and the sections, which any viewer can show as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from devicelog.export.fhir import ids, people
from devicelog.export.fhir.elements import Json, concept, identifier, loinc, narrative, own, paragraph, period
from devicelog.export.fhir.resources import TEST_DATA, Resources
from devicelog.record.signatures import SignatureView, Status, signatures, status

#: How a signature's meaning is an attestation: composition-attestation-mode has four words.
_MODES = {"authorship": "professional", "review": "professional", "approval": "official", "responsibility": "legal"}
_TITLE_MARKS = {"simulated": "SIMULATED", "refused": "REFUSED", "deidentified": "DE-IDENTIFIED", "typed": "TYPED"}
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title and code, what it says, and the resources that say it to programs.

    `empty` is why it has none, where there is a reason: notasked or unavailable.
    """

    title: str
    code: Json
    parts: Sequence[str]
    entries: Sequence[Json] = field(default_factory=tuple)
    empty: str | None = None

    def body(self) -> Json:
        """As the Composition has it. A section has entries or a reason why it has none, never both (cmp-2)."""
        text = narrative(*([part for part in self.parts if part] or [paragraph("Nothing was stated")]))
        entries = list({one["reference"]: one for one in self.entries}.values())
        reason = None if entries or self.empty is None else concept(None, {"system": _EMPTY, "code": self.empty})
        return {"title": self.title, "code": self.code, "text": text, "entry": entries, "emptyReason": reason}


def composition_id(found: Resources) -> str:
    return found.id("composition")


def composition(found: Resources, sections: Sequence[Section], encounter: Json, procedure: Json) -> Json:
    """The whole record, by its sections."""
    title = f"Record of the treatment session {found.record.session}"
    loud = [word for mark, word in _TITLE_MARKS.items() if mark in found.marks]
    who = people.treating(found)
    return {
        "resourceType": "Composition",
        "id": composition_id(found),
        "meta": {
            "security": [TEST_DATA] if found.record.simulated else [],
            "tag": found.tags(*found.marks),
        },
        "text": narrative(paragraph(title), *(paragraph(mark) for mark in found.marks.values())),
        "identifier": identifier(ids.SESSION, found.record.session),
        "status": _status(found),
        "type": loinc("28570-0", "Provider-unspecified Procedure note", "Record of a treatment session"),
        "subject": people.patient(found),
        "encounter": encounter,
        "date": found.made_at,
        "author": [one for one in (who, people.software(found, found.session.software)) if one is not None],
        "title": f"{' '.join(f'[{word}]' for word in loud)} {title}".strip(),
        "attester": [_attester(found, one) for one in signatures(found.record)],
        "custodian": people.clinic(found),
        "event": [
            {
                "period": period(found.started, found.until if found.record.state != "running" else None),
                "detail": [procedure],
            }
        ],
        "section": [section.body() for section in sections],
    }


def _status(found: Resources) -> str:
    """Preliminary until somebody signed; amended when something was corrected, or added behind a signature."""
    signed = status(found.record)
    if found.record.amendments or signed in (Status.AMENDED, Status.ADDED):
        return "amended"
    return "final" if signed is Status.SIGNED else "preliminary"


def _attester(found: Resources, one: SignatureView) -> Json:
    at = one.at["wall"] if one.at else None
    party = people.in_role(found, one.by, one.role, one.registration)
    return {"mode": _MODES.get(one.meaning, "professional"), "time": at, "party": party}


def section(
    title: str, code: Any, parts: Sequence[str], entries: Sequence[Json] = (), empty: str | None = None
) -> Section:
    """A section under a LOINC code (a pair of code and display) or under one of devicelog's own."""
    coded = own(code, title) if isinstance(code, str) else loinc(code[0], code[1], title)
    return Section(title, coded, parts, entries, empty)
