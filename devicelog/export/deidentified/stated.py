"""What becomes of every field of what people state. What is not in this table is left out."""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.export.deidentified.protocol import protocol_name
from devicelog.export.deidentified.rules import (
    Each,
    Fields,
    Named,
    Rule,
    Words,
    digest,
    figures,
    kept,
    left_out,
    moment,
    no_offset,
    overridden,
    session,
    zone,
)
from devicelog.export.deidentified.sentences import CAUSES
from devicelog.ledger import Kind

_PERSON = Named("person")
_RULES = Fields({"id": kept, "version": kept, "sha256": digest})
_PARTS = Each(Fields({"product": figures, "volume": figures}))
#: Who, and when it was said, if that was later.
SAID: Mapping[str, Rule] = {"by": _PERSON, "at": Fields({"wall": moment, "zone": no_offset})}

STATED_TABLE: Mapping[Kind, Fields] = {
    Kind.OPENED: Fields(
        {**SAID, "role": kept, "supervisor": _PERSON, "training": kept, "registration": left_out, "place": left_out}
    ),
    Kind.HISTORY: Fields({**SAID, "reviewed": kept, "text": left_out}),
    Kind.SCREENING: Fields(
        {
            **SAID,
            "code": kept,
            "answer": kept,
            "severity": kept,
            "raises": kept,
            "rules": _RULES,
            "expected": kept,
            "ended": moment,
            "detail": left_out,
            "from": kept,
        }
    ),
    Kind.OVERRIDE: Fields({**SAID, "of": overridden, "reason": left_out, "rules": _RULES, "specialist": _PERSON}),
    Kind.CONSENT: Fields(
        {
            **SAID,
            "given": kept,
            "form": left_out,
            "version": left_out,
            "taken_by": _PERSON,
            "on": moment,
            "risks_discussed": kept,
            "cooling_off": kept,
            "photographs": kept,
        }
    ),
    Kind.PATCH_TEST: Fields({**SAID, "done": kept, "product": kept, "on": moment, "result": left_out}),
    Kind.CONSULTATION: Fields({**SAID, "on": moment, "text": left_out}),
    Kind.PRODUCT: Fields(
        {
            **SAID,
            "product": figures,
            "name": kept,
            "maker": kept,
            "lot": kept,
            "expiry": moment,  # `expiry_printed` goes: a month that is moved by days is none
            "use": kept,
            "ingredients": Each(Fields({"name": kept, "concentration": figures, "unit": kept, "stated": kept})),
            "drawn": figures,
            "unit": kept,
        },
        {"expiry": None},
    ),
    Kind.SYRINGE: Fields(
        {**SAID, "syringe": figures, "label": Named("syringe"), "parts": _PARTS, "volume": figures, "unit": kept}
    ),
    Kind.SYRINGE_IN_USE: Fields({**SAID, "syringe": figures, "because": Words(CAUSES)}),
    Kind.LEFTOVER: Fields(
        {
            **SAID,
            "syringe": figures,
            "left": figures,
            "wasted": figures,
            "unit": kept,
            "tolerance": Fields({"share": figures, "least": figures, "unit": kept}),
        }
    ),
    Kind.EXPLAINED: Fields({**SAID, "of": kept, "reason": left_out}),
    Kind.CONSUMABLE: Fields(
        {
            **SAID,
            "what": kept,
            "gauge": figures,
            "length": figures,
            "needles": figures,
            "type": kept,
            "area": figures,
            "lot": kept,
        }
    ),
    Kind.POINTS: Fields({**SAID, "zone": zone, "code": zone, "drawing": kept, "points": figures}),
    Kind.COURSE: Fields(
        {
            **SAID,
            "family": protocol_name,
            "earlier": figures,
            "last": session,
            "days": figures,
            "phase": kept,
            "before": figures,
            "unassigned": figures,
        }
    ),
    Kind.SKIPPED: Fields({**SAID, "step": kept, "reason": left_out}),
    Kind.REFUSED: Fields({**SAID, "because": Each(overridden)}),
    Kind.PAUSED: Fields({**SAID, "because": left_out}),
    Kind.RESUMED: Fields({**SAID, "because": left_out}),
    Kind.ALARM_ACKNOWLEDGED: Fields({**SAID, "alarm": figures, "since": figures}),
    Kind.EVENT: Fields({**SAID, "code": kept, "zone": zone, "text": left_out}),
    Kind.NOTE: Fields({**SAID, "happened": moment, "text": left_out}),
    Kind.REACTION: Fields({**SAID, "codes": kept, "severity": kept, "happened": moment, "text": left_out}),
    Kind.AFTERCARE: Fields(
        {
            **SAID,
            "leaflet": left_out,
            "version": left_out,
            "given": moment,
            "care": _RULES,
            "due": Each(Fields({"code": kept, "until": moment, "text_for_patient": left_out})),
        }
    ),
    Kind.ADVERSE_EVENT: Fields(
        {
            **SAID,
            "code": kept,
            "severity": kept,
            "began": moment,
            "happened": moment,
            "action": left_out,
            "reported_to": left_out,
            "text": left_out,
        }
    ),
    Kind.FOLLOW_UP: Fields({**SAID, "on": moment, "text": left_out}),
    Kind.PHOTOGRAPH: Fields({**SAID, "file": left_out, "sha256": digest, "when": kept, "taken": moment}),
    Kind.REVIEWED: Fields({**SAID, "role": kept, "text": left_out}),
    Kind.SIGNED: Fields(
        {
            **SAID,
            "role": kept,
            "registration": left_out,
            "meaning": kept,
            "entries": figures,
            "head": digest,
            "missing": Each(left_out),
        }
    ),
    Kind.DELIVERED: Fields(
        {
            **SAID,
            "delivery": left_out,
            "target": left_out,
            "format": kept,
            "what": kept,
            "formats": Each(kept),
            "messages": Each(left_out),
            "sha256": digest,
            "bytes": figures,
            "of": Fields({"entries": figures, "head": digest}),
            "answered": Fields({"status": kept, "code": kept, "id": left_out, "resources": figures}),
            "tries": figures,
            "unanswered": figures,
        }
    ),
}
