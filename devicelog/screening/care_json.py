"""Care times as plain JSON, for `--json` and whoever asks over a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.screening.rules_json import sources_content
from devicelog.units import plain

if TYPE_CHECKING:
    from decimal import Decimal

    from devicelog.screening.care import Care, CareClaim, CareItem


def care_content(care: Care) -> dict[str, Any]:
    """The care times as plain JSON."""
    return {
        **care.named,
        "title": care.title,
        "status": care.status.value,
        "notes": care.notes,
        "lowered": list(care.lowered),
        "care": [_item(item) for item in care.items],
        "expectations": [
            {"code": one.code, "text_for_patient": one.text_for_patient, "claims": list(map(_claim, one.claims))}
            for one in care.expectations
        ],
        "sources": sources_content(care.sources),
    }


def _item(item: CareItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "when": item.when.value,
        "duration": _duration(item.seconds),
        "text_for_patient": item.text_for_patient,
        "sources_disagree": item.sources_disagree,
        "chosen_by": item.chosen_by,
        "claims": list(map(_claim, item.claims)),
    }


def _claim(claim: CareClaim) -> dict[str, Any]:
    duration = _duration(claim.seconds) if claim.seconds is not None else None
    return {"source": claim.source, "says": claim.says, "quote_short": claim.quote_short, "duration": duration}


def _duration(seconds: Decimal) -> dict[str, str]:
    return {"value": plain(seconds), "unit": "s"}
