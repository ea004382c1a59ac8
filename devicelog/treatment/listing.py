"""Treatment protocols as plain JSON: `protocols --json` says each with its limits, sources, overlays and approvals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devicelog.treatment.protocol import Citation, Limit, TopUp, TreatmentProtocol


class Approved(Protocol):
    """An approval as the store tells it."""

    @property
    def id(self) -> str:
        """The id of what was approved."""

    @property
    def sha256(self) -> str:
        """The text that was approved."""

    @property
    def withdrawn(self) -> Mapping[str, Any] | None:
        """What took it back."""

    def content(self) -> dict[str, Any]:
        """As listed."""


def content(protocol: TreatmentProtocol, approvals: Iterable[Approved]) -> dict[str, Any]:
    """A protocol, the approval of this version that stands, and every approval of its id, those taken back too."""
    of_id = [one for one in approvals if one.id == protocol.id]
    standing = [one for one in of_id if one.sha256 == protocol.sha256 and one.withdrawn is None]
    return {
        "id": protocol.id,
        "name": protocol.name,
        "family": protocol.family,
        "version": protocol.version,
        "title": protocol.title,
        "status": protocol.status.value,
        "approved": standing[-1].content() if standing else None,
        "approvals": [one.content() for one in of_id],
        "modality": protocol.modality.value,
        "area": protocol.area,
        "sha256": protocol.sha256,
        "derived_from": asdict(protocol.derived_from) if protocol.derived_from is not None else None,
        "overlay": protocol.overlay,
        "overlays": [{"name": one.name, "note": one.note} for one in protocol.overlays],
        "excluded_zones": list(protocol.excluded_zones),
        "top_up": _top_up(protocol.top_up),
        "limits": [limit_content(limit) for limit in protocol.limits],
        "sources": {key: {"title": one.title, "where": one.where} for key, one in protocol.sources.items()},
    }


def limit_content(limit: Limit) -> dict[str, Any]:
    """A limit; values as decimal text in its unit."""
    return {
        "number": limit.number,
        "name": limit.name,
        "scope": limit.scope.value,
        "channel": limit.channel.value,
        "statistic": limit.statistic.value if limit.statistic else None,
        "direction": limit.direction.value,
        "unit": limit.unit,
        "soft": limit.soft,
        "hard": limit.hard,
        "soft_source": _citation(limit.soft_source),
        "hard_source": _citation(limit.hard_source),
        "documented": limit.documented,
    }


def _citation(source: Citation | None) -> dict[str, str] | None:
    return {"key": source.key, "grade": source.grade.value} if source is not None else None


def _top_up(top_up: TopUp | None) -> dict[str, Any] | None:
    if top_up is None:
        return None
    return {
        "after": plain(top_up.after),
        "until": plain(top_up.until),
        "unit": "day",
        "source": _citation(top_up.source),
    }
