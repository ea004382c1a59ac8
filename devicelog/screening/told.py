"""The care times that were told, as an `aftercare` statement keeps them: which list, until when each thing holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from devicelog.screening.care import Care


def told_content(care: Care, ended: datetime) -> dict[str, Any]:
    """`care` (id, version, sha256) and `due` (code, until, text_for_patient), after a session that ended then.

    It stands by itself, so that what was told can be read when the list is another one.
    """
    return {"care": care.named, "due": due_content(care, ended)}


def due_content(care: Care, ended: datetime) -> list[dict[str, str]]:
    """Until when each thing holds, the first over first."""
    return [
        {"code": one.item.code, "until": one.until.isoformat(), "text_for_patient": one.item.text_for_patient}
        for one in care.due(ended)
    ]


def due_lines(content: Mapping[str, Any]) -> list[str]:
    """What a statement keeps of care times, for people; none where it keeps none."""
    if "care" not in content:
        return []
    care = content["care"]
    held = [
        f"until {datetime.fromisoformat(one['until']):%Y-%m-%d %H:%M}  {one['text_for_patient']}"
        for one in content["due"]
    ]
    return [f"care times {care['id']}, version {care['version']}:", *held]
