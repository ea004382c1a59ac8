"""What people state of the session of `everything`, a statement of every kind, with every field of docs/ledger.md."""

from __future__ import annotations

from typing import Any

from devicelog.ledger import Kind

SESSION = "20260921-141320-Marker1"
STARTED, CONSENT, TAKEN, EXPIRY, FOLLOWS, EARLIER, ENDED_ON = (
    "2026-09-21",
    "2026-09-14",
    "2026-09-20",
    "2027-03-31",
    "2026-10-05",
    "2026-08-15",
    "2026-01-07",
)
BORN = "1984-05-17"
DAYS = (BORN, STARTED, CONSENT, TAKEN, EXPIRY, FOLLOWS, EARLIER, ENDED_ON)
WALL = f"{STARTED}T14:13:20.000000Z"
AT = {"wall": f"{FOLLOWS}T09:00:00.000000Z", "zone": "+02:00"}
RULES = {"id": "contraindications", "version": "1", "sha256": "aa" * 32}
BY = "Dr. Marker Treats"
Said = tuple[Kind, Any]


def steps() -> list[Said]:
    opened = {
        "by": BY,
        "role": "physician",
        "registration": "GMC Marker",
        "place": "Marker Street 1",
        "supervisor": "Dr. Marker Boss",
    }
    consent = {
        "given": "yes",
        "form": "Marker form 12",
        "version": "Marker 3",
        "taken_by": "Nurse Marker",
        "on": CONSENT,
        "risks_discussed": "yes",
        "cooling_off": "yes",
        "photographs": "no",
        "by": BY,
    }
    screening = {
        "code": "epilepsy",
        "question": "Marker?",
        "answer": "yes",
        "severity": "stop",
        "raises": "stop",
        "rules": RULES,
        "why": "Marker is 17",
        "disagreeing": ["Marker"],
        "ended": ENDED_ON,
        "detail": "Marker fell",
        "by": BY,
    }
    product = {
        "product": 1,
        "name": "Hyal",
        "maker": "Acme",
        "lot": "LOT-77",
        "expiry": EXPIRY,
        "expiry_printed": EXPIRY[:7],
        "use": "product",
        "ingredients": [{"name": "hyaluronic acid", "concentration": "10", "unit": "mg/mL"}],
        "drawn": "3",
        "unit": "mL",
        "by": BY,
    }
    return [
        (Kind.OPENED, opened),
        (
            Kind.COURSE,
            {
                "family": "meso-face",
                "earlier": 1,
                "last": f"{EARLIER.replace('-', '')}-101500-Marker0",
                "days": 37,
                "phase": "course",
                "before": 0,
                "unassigned": 0,
                "by": BY,
            },
        ),
        (Kind.HISTORY, {"reviewed": "yes", "by": BY, "text": "Marker was ill"}),
        (Kind.SCREENING, screening),
        (
            Kind.OVERRIDE,
            {
                "of": "screening:epilepsy",
                "reason": "Marker insists",
                "by": BY,
                "rules": RULES,
                "specialist": "Dr. Marker Nerve",
            },
        ),
        (Kind.OVERRIDE, {"of": "zone:Marker's dimple", "reason": "Marker insists", "by": BY}),
        (Kind.CONSENT, consent),
        (Kind.PATCH_TEST, {"done": "yes", "product": "Hyal", "on": CONSENT, "result": "Marker itched", "by": BY}),
        (Kind.CONSULTATION, {"on": CONSENT, "text": "Marker asked", "by": BY}),
        (Kind.PRODUCT, product),
        (
            Kind.SYRINGE,
            {
                "syringe": 1,
                "label": "for Marker",
                "parts": [{"product": 1, "volume": "3"}],
                "volume": "3",
                "unit": "mL",
                "by": BY,
            },
        ),
        (Kind.CONSUMABLE, {"what": "needle", "gauge": 30, "length": "4", "needles": 1, "lot": "N-5", "by": BY}),
        (Kind.SKIPPED, {"step": "patch test", "reason": "Marker had no time", "by": BY}),
        (Kind.REFUSED, {"because": ["screening:epilepsy", "zone:Marker's dimple"], "by": BY}),
    ]


def happenings(alarmed_us: int) -> list[Said]:
    """What is stated while it is recorded; the first alarm began at that moment of the session."""
    return [
        (Kind.EVENT, {"code": "pain", "zone": "forehead", "text": "Marker cried", "by": BY}),
        (Kind.PAUSED, {"by": BY, "because": "Marker telephoned"}),
        (Kind.RESUMED, {"by": BY}),
        (Kind.ALARM_ACKNOWLEDGED, {"alarm": 1, "since": alarmed_us, "by": BY}),
        (Kind.NOTE, {"text": "Marker was nervous", "by": BY}),
        (
            Kind.POINTS,
            {"zone": "forehead", "code": "forehead", "drawing": "face-front", "points": [["0.5", "0.25"]], "by": BY},
        ),
        (Kind.ENDING, {"because": "Marker was tired"}),
    ]


def afterwards() -> list[Said]:
    """What is stated behind the end, and two amendments."""
    late = {"by": BY, "at": AT}
    said: list[Said] = [
        (Kind.LEFTOVER, {"syringe": 1, "left": "2.8", "wasted": "0", "unit": "mL", **late}),
        (Kind.EXPLAINED, {"of": "syringe:1", "reason": "Marker spilled it", **late}),
        (
            Kind.REACTION,
            {"codes": ["redness"], "severity": "mild", "text": "Marker is red", "happened": FOLLOWS, **late},
        ),
        (
            Kind.AFTERCARE,
            {
                "leaflet": "Marker's leaflet",
                "version": "Marker 1",
                "given": STARTED,
                "care": RULES,
                "due": [{"code": "sun", "until": f"{FOLLOWS}T14:13:20+02:00", "text_for_patient": "dear Marker"}],
                **late,
            },
        ),
        (
            Kind.ADVERSE_EVENT,
            {
                "code": "nodule",
                "severity": "mild",
                "began": FOLLOWS,
                "action": "Marker rests",
                "reported_to": "Marker office",
                "text": "Marker called",
                **late,
            },
        ),
        (Kind.FOLLOW_UP, {"on": FOLLOWS, "text": "Marker comes again", **late}),
        (
            Kind.PHOTOGRAPH,
            {"file": f"marker-{TAKEN}.jpg", "sha256": "ee" * 32, "when": "before", "taken": TAKEN, **late},
        ),
        (Kind.REVIEWED, {"role": "physician", "text": "Marker is well", **late}),
        (
            Kind.SIGNED,
            {
                "role": "physician",
                "registration": "GMC Marker",
                "meaning": "authorship",
                "entries": 3,
                "head": "ff" * 32,
                "missing": ["skipped: patch test (Marker had no time)"],
                **late,
            },
        ),
        (
            Kind.DELIVERED,
            {
                "delivery": "marker-1",
                "target": "mllp://marker.example:2575",
                "format": "hl7",
                "what": "hl7_mdm_t02.hl7",
                "messages": ["Marker-0001"],
                "sha256": "dd" * 32,
                "bytes": 4711,
                "of": {"entries": 3, "head": "ff" * 32},
                "answered": {"status": "AA", "code": "AA", "id": "Marker-0001", "resources": 1},
                "tries": 1,
                "unanswered": 0,
                **late,
            },
        ),
    ]
    return said
