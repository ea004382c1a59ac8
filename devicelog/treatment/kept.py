"""A session's own copy of its treatment protocol: what the first entry holds of it, and how that is read back.

What reads protocol files is imported on use: with pydantic it is half the time that `show` takes to start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from devicelog.clock import told
from devicelog.treatment.protocol import Channel, TreatmentProtocol


def kept(protocol: TreatmentProtocol, approved: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a session keeps of its treatment protocol; `approved` is who approved it, by name, role and time.

    `sources` is the table that the citations of alarms refer to: a session without it has alarms without citations.
    """
    return {
        "id": protocol.id,
        "family": protocol.family,
        "version": protocol.version,
        "title": protocol.title,
        "status": protocol.status.value,
        "sha256": protocol.sha256,
        "text": protocol.text,
        "sources": {key: {"title": one.title, "where": one.where} for key, one in protocol.sources.items()},
        "approved": dict(approved) if approved is not None else None,
        **({"overlay": protocol.overlay} if protocol.overlay is not None else {}),
    }


def protocol_of(content: Mapping[str, Any], *, where: str) -> TreatmentProtocol:
    """The treatment protocol as a session kept it, its overlay applied.

    Raises ProtocolFileError if its text is no treatment protocol, KeyError if it kept none.
    """
    from devicelog.treatment.protocol_file import parse

    protocol = parse(content["text"], where=where)
    overlay = content.get("overlay")
    return protocol.with_overlay(str(overlay)) if overlay is not None else protocol


def cites(content: Mapping[str, Any] | None) -> bool:
    """Whether alarms of a session name the source of the limit that was breached."""
    return content is not None and "sources" in content


def named(content: Mapping[str, Any]) -> str:
    """A kept treatment protocol in words: id, version and overlay."""
    return f"{content['id']}, version {content['version']}{_overlay(content)}"


def _overlay(content: Mapping[str, Any]) -> str:
    return f" with the overlay {content['overlay']}" if "overlay" in content else ""


def approver(approved: Mapping[str, Any]) -> str:
    """Who approved, by name and role."""
    role = approved.get("role")
    return f"{approved['by']}, {role}" if role else str(approved["by"])


def notes(content: Mapping[str, Any]) -> Iterator[str]:
    """What must be said of a session's treatment protocol when it begins."""
    yield _approval(content)
    yield from _unjudged(content)


def _unjudged(content: Mapping[str, Any]) -> Iterator[str]:
    """Limits that no session can be held against: nobody records what they need."""
    for limit in protocol_of(content, where=str(content["id"])).limits:
        if limit.channel is Channel.AREAL_DOSE:
            what = f"{limit.name} of {content['id']} is NOT EVALUABLE: no area of a zone is recorded"
            yield f"{what}; the record has the dose of each ingredient in each zone, to be held against it by hand"


def _approval(content: Mapping[str, Any]) -> str:
    """Who approved it, or that nobody did."""
    approved = content["approved"]
    name = f"{content['id']} version {content['version']}{_overlay(content)}"
    if approved is None:
        return f"the treatment protocol {name} is {content['status']}; nobody here has approved it"
    example = "; not the example of that name that comes with devicelog" if _hides_example(content) else ""
    return f"the treatment protocol is {name}, approved by {approver(approved)} at {told(approved['at'])}{example}"


def _hides_example(content: Mapping[str, Any]) -> bool:
    """Whether a shipped example has the same id and another text."""
    from devicelog.treatment.protocol_file import shipped

    path = shipped().get(str(content["id"]))
    return path is not None and path.read_text(encoding="utf-8") != content["text"]
