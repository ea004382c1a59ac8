"""The treatment protocol of a session: one that comes with devicelog as it is, one of a clinic's own by its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any

from devicelog.errors import BadInputError
from devicelog.export.deidentified.cover import LEFT_OUT, Cover
from devicelog.export.deidentified.rules import DROPPED, Fields, Named, kept, left_out, machine, moment, version, zone
from devicelog.treatment.protocol import Limit, Overlay, TreatmentProtocol
from devicelog.treatment.protocol_file import load, parse, shipped
from devicelog.treatment.protocol_text import text_of_protocol

_COUNTRY = re.compile(r"[A-Z]{2}")

_APPROVED = Fields({"by": Named("person"), "at": moment, "role": kept})
_SHIPPED = Fields(
    {
        "id": kept,
        "family": kept,
        "version": kept,
        "title": kept,
        "status": kept,
        "sha256": kept,
        "text": kept,
        "approved": _APPROVED,
        "overlay": kept,
    }
)
_OWN = Fields({"version": version, "title": left_out, "status": machine, "approved": _APPROVED})


def treatment_protocol(value: Any, cover: Cover) -> Any:
    """What the first entry keeps of a treatment protocol."""
    if not isinstance(value, dict):
        return DROPPED
    if _is_shipped(value):
        sources = value.get("sources")
        return _SHIPPED(value, cover) | ({"sources": sources} if sources is not None else {})
    return _OWN(value, cover) | _by_its_numbers(value, cover)


def protocol_name(value: Any, cover: Cover) -> Any:
    """The id or the family of a treatment protocol; a pseudonym for one of a clinic's own."""
    if not isinstance(value, str):
        return DROPPED
    return value if value in _known()[1] else cover.named("protocol", value)


def overlay_name(value: Any, cover: Cover) -> Any:
    """An overlay: a country's, or a pseudonym for a clinic's."""
    if not isinstance(value, str):
        return DROPPED
    return value if _COUNTRY.fullmatch(value) else cover.named("clinic", value)


def _is_shipped(value: dict[str, Any]) -> bool:
    """Whether the text is that of a file that everyone has; what stands beside it is then that file's."""
    digest = sha256(str(value.get("text", "")).encode("utf-8", "replace")).hexdigest()
    protocol = _known()[0].get(digest)
    if protocol is None:
        return False
    said = {name: getattr(protocol, name) for name in ("id", "version", "title", "sha256")}
    sources = {key: {"title": one.title, "where": one.where} for key, one in protocol.sources.items()}
    overlays = {overlay.name for overlay in protocol.overlays} | {None}
    return (
        all(value.get(name) == text for name, text in said.items())
        and value.get("family", protocol.family) == protocol.family
        and value.get("status") == protocol.status.value
        and value.get("sources", sources) == sources
        and value.get("overlay") in overlays
    )


@cache
def _known() -> tuple[dict[str, TreatmentProtocol], frozenset[str]]:
    """The shipped treatment protocols by the SHA-256 of their files, and their ids and families."""
    found = [load(path) for path in shipped().values()]
    names = {name for protocol in found for name in (protocol.id, protocol.family)}
    return {protocol.sha256: protocol for protocol in found}, frozenset(names)


def _by_its_numbers(value: dict[str, Any], cover: Cover) -> dict[str, Any]:
    """A protocol of a clinic's own: limits in their order, so that entries name the same ones, and no words."""
    names = {"id": protocol_name(str(value.get("id")), cover), "family": protocol_name(str(value.get("family")), cover)}
    applied = value.get("overlay")
    overlay = {"overlay": overlay_name(applied, cover)} if isinstance(applied, str) else {}
    try:
        bare = _bare(parse(str(value.get("text")), where="the session's treatment protocol"), cover)
        text = text_of_protocol(replace(bare, **names))
        parse(text, where="the same without its words")
    except BadInputError:
        text = ""
    return {**names, **overlay, "text": text, "sha256": sha256(text.encode()).hexdigest(), "sources": {}}


def _bare(protocol: TreatmentProtocol, cover: Cover) -> TreatmentProtocol:
    top_up = protocol.top_up
    return replace(
        protocol,
        version=version(protocol.version, cover),
        title=LEFT_OUT,
        area=LEFT_OUT,
        notes="",
        evidence_note="",
        excluded_zones=tuple(zone(one, cover) for one in protocol.excluded_zones),
        limits=tuple(_limit(limit) for limit in protocol.limits),
        overlays=tuple(_overlay(overlay, cover) for overlay in protocol.overlays),
        sources={},
        derived_from=None,
        top_up=replace(top_up, source=None) if top_up is not None else None,
    )


def _limit(limit: Limit) -> Limit:
    return replace(limit, note="", soft_source=None, hard_source=None)


def _overlay(overlay: Overlay, cover: Cover) -> Overlay:
    name = overlay_name(overlay.name, cover)
    return replace(overlay, name=name, note="", limits=tuple(_limit(one) for one in overlay.limits))
