"""Where the record comes from: its ledger and seal, who treated, what assembled it, and each amendment.

A signature over the bytes is not here: it is in Bundle.signature, because a resource cannot sign the document that it
is in (devicelog.export.fhir.signature).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from devicelog.export.fhir import devices, ids, people
from devicelog.export.fhir.elements import Json, concept, hl7, identifier, said, shown
from devicelog.export.fhir.resources import Resources
from devicelog.ledger.beginning import Through
from devicelog.numbers import entries as counted
from devicelog.record.as_json import zones
from devicelog.record.caveats import amended
from devicelog.record.record import Record

_PARTICIPANT = "provenance-participant-type"


def provenances(found: Resources, composition: Json, subject: Json) -> list[Json]:
    """One of the record, and one of each amendment, the newest last; `subject` is what was amended."""
    return [_of_the_record(found, composition), *_amendments(found, subject)]


def _of_the_record(found: Resources, composition: Json) -> Json:
    head = deque(found.session.source.lines(), maxlen=1)[0]
    seal = found.session.seal_text
    entities = [_entity("source", ids.LEDGER_HEAD, head.hash.hex(), f"Ledger with {counted(head.number)}")]
    if seal is not None:
        entities.append(_entity("source", ids.SEAL, seal, "The last seal of the session"))
    entities += [{"role": "source", "what": device} for device in devices.all_devices(found)]
    return found.add(
        "Provenance",
        found.id("provenance"),
        f"Assembled from the ledger, whose last hash is {head.hash.hex()}. Seal: {seal or 'not sealed yet'}",
        {
            "target": [composition],
            "occurredPeriod": {"start": found.started, "end": found.until},
            "recorded": found.made_at,
            "activity": hl7("v3-DataOperation", "CREATE", "create"),
            "agent": [
                *_agent("author", "Author", people.treating(found)),
                *_agent("enterer", "Enterer", _beginner(found)),
                *_agent("assembler", "Assembler", people.recorder(found)),
                *_agent("assembler", "Assembler", people.software(found, found.session.software)),
            ],
            "entity": entities,
        },
    )


def _beginner(found: Resources) -> Json | None:
    """Who began the session; a token of the API is no person, and known by its name alone."""
    begun = found.record.started.get("begun", {})
    name = begun.get("by")
    return {"display": name} if name and begun["through"] == Through.API else people.person(found, name)


def _amendments(found: Resources, subject: Json) -> list[Json]:
    made = []
    for view in found.record.amendments:
        content = view.content
        told = f"Amendment {content['amendment']}: {amended(content)}; reason: {said(content['reason'])}"
        changes = [
            f"{one.get('name') or one['field']}: {said(one['old']) or 'nothing'} became {said(one['new']) or 'nothing'}"
            for one in content.get("changes", ())
        ]
        changes += [f"before it: {zone}" for zone in _zones(view.before)] if view.before is not None else []
        at = content.get("at") or {}
        body = {
            "target": [subject],
            "recorded": at.get("wall") or found.made_at,
            "reason": [concept(said(content["reason"]))],
            "activity": hl7("v3-DataOperation", "UPDATE", "revise"),
            "agent": _agent("author", "Author", people.person(found, content.get("by")))
            or _agent("assembler", "Assembler", people.recorder(found)),
            "entity": [
                _entity("revision", ids.ENTRY, f"{found.record.session}/{view.number}", "; ".join([told, *changes]))
            ],
        }
        made.append(
            found.add("Provenance", found.id("amendment", content["amendment"]), "; ".join([told, *changes]), body)
        )
    return made


def _zones(before: Record) -> Iterator[str]:
    """What was given in each zone, as the record had it."""
    for zone in zones(before):
        injected, current = zone["totals"]["injections"], zone["totals"]["current"]
        told = [str(zone["zone"])]
        if injected is not None:
            told.append(shown(injected["volume"], at_least=injected["volume_lower_bound"]))
        if current is not None:
            told.append(shown(current["charge"], at_least=current["charge_lower_bound"]))
        yield " ".join(told)


def _agent(code: str, display: str, who: Json | None) -> list[Json]:
    return [{"type": hl7(_PARTICIPANT, code, display), "who": who}] if who is not None else []


def _entity(role: str, system: str, value: str, display: str) -> Json:
    """Something that is no resource: by what identifies it."""
    return {"role": role, "what": {"identifier": identifier(system, value), "display": display}}
