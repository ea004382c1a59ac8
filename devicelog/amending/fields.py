"""Which fields of which statements a person can correct, and what each may hold; a closed list.

What is not here is not corrected by hand: what a device sent, what the program worked out, signatures and digests.
In a name `*` stands for each part of a list.
"""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.amending.values import (
    TEXT,
    WORDS,
    Amount,
    Count,
    Day,
    Expires,
    Moment,
    Number,
    OneOf,
    Several,
    Value,
    Zone,
)
from devicelog.ledger import Kind
from devicelog.products.amounts import UNITS
from devicelog.record.response import Reaction, Severity, When

ANSWER = OneOf(("yes", "no", "unknown", "not asked"))
ASKED = OneOf(("yes", "no", "not asked"))
SEVERITY = OneOf.of(Severity)
REACTIONS = Several(tuple(Reaction), alone=Reaction.NONE)
WHEN = OneOf.of(When)
_DAY, _MOMENT, _COUNT, _NUMBER, _ML = Day(), Moment(), Count(), Number(), Amount("mL")

#: Of the first entry.
PRACTITIONER = "practitioner"

FIELDS: Mapping[Kind, Mapping[str, Value]] = {
    Kind.OPENED: {"by": WORDS, "role": WORDS, "registration": WORDS, "place": WORDS, "supervisor": WORDS},
    Kind.HISTORY: {"reviewed": ASKED, "by": WORDS, "text": TEXT},
    Kind.SCREENING: {"answer": ANSWER, "ended": _DAY, "detail": TEXT, "by": WORDS},
    Kind.OVERRIDE: {"reason": TEXT, "by": WORDS},
    Kind.CONSENT: {
        "given": ASKED,
        "form": WORDS,
        "version": WORDS,
        "taken_by": WORDS,
        "on": _DAY,
        "risks_discussed": ASKED,
        "cooling_off": ASKED,
        "photographs": ASKED,
        "by": WORDS,
    },
    Kind.PATCH_TEST: {"done": ASKED, "product": WORDS, "on": _DAY, "result": TEXT, "by": WORDS},
    Kind.CONSULTATION: {"on": _DAY, "by": WORDS, "text": TEXT},
    Kind.PRODUCT: {
        "name": WORDS,
        "maker": WORDS,
        "lot": WORDS,
        "expiry": Expires(),
        "use": OneOf(("product", "anaesthetic", "diluent")),
        "ingredients.*.name": WORDS,
        "ingredients.*.concentration": _NUMBER,
        "ingredients.*.unit": OneOf(UNITS),
        "drawn": _ML,
        "by": WORDS,
    },
    Kind.SYRINGE: {"label": WORDS, "parts.*.volume": _ML, "by": WORDS},
    Kind.LEFTOVER: {"left": _ML, "wasted": _ML, "by": WORDS},
    Kind.EXPLAINED: {"reason": TEXT, "by": WORDS},
    Kind.CONSUMABLE: {
        "what": OneOf(("needle", "electrode")),
        "gauge": _COUNT,
        "length": Amount("mm"),
        "needles": _COUNT,
        "type": WORDS,
        "area": Amount("cm**2"),
        "lot": WORDS,
        "by": WORDS,
    },
    Kind.SKIPPED: {"reason": TEXT, "by": WORDS},
    Kind.EVENT: {"code": WORDS, "zone": Zone(), "text": TEXT, "by": WORDS},
    Kind.NOTE: {"text": TEXT, "by": WORDS},
    Kind.REACTION: {"codes": REACTIONS, "severity": SEVERITY, "happened": _MOMENT, "by": WORDS, "text": TEXT},
    Kind.AFTERCARE: {"leaflet": WORDS, "version": WORDS, "given": _MOMENT, "by": WORDS},
    Kind.ADVERSE_EVENT: {
        "code": WORDS,
        "severity": SEVERITY,
        "began": _MOMENT,
        "action": TEXT,
        "reported_to": WORDS,
        "text": TEXT,
        "by": WORDS,
    },
    Kind.FOLLOW_UP: {"on": _DAY, "by": WORDS, "text": TEXT},
    Kind.PHOTOGRAPH: {"file": WORDS, "when": WHEN, "taken": _MOMENT, "by": WORDS},
}

#: What names one of several statements of a kind.
KEYS: Mapping[Kind, str] = {
    Kind.PRODUCT: "product",
    Kind.SYRINGE: "syringe",
    Kind.SCREENING: "code",
    Kind.LEFTOVER: "syringe",
    Kind.EXPLAINED: "of",
    Kind.OVERRIDE: "of",
    Kind.SKIPPED: "step",
}
#: Of which a session has one; what is stated last stands in the place of what was stated before.
ONE = frozenset({Kind.OPENED, Kind.HISTORY, Kind.CONSENT, Kind.PATCH_TEST, Kind.CONSULTATION})
