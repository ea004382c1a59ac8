"""The codes of devicelog's own as FHIR R4 resources, for a server that is to know them: see export/fhir/terminology/.

    CodeSystem    the codes of `codes.py`, and those of each version of the body map together
    ValueSet      the codes of one group
    NamingSystem  what the values of an identifier system are

The shipped files are made of this (`make table`), so that nobody needs devicelog to load them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from devicelog.bodymap.zones import BodyMap
from devicelog.export.fhir import codes, ids

Json = dict[str, Any]

#: A NamingSystem must have a date: that of the first version of these systems.
_DATE = "2026-11-22"
_PUBLISHER = "devicelog"

#: What an identifier of each system is.
NAMING: Mapping[str, tuple[str, str]] = {
    ids.SESSION: ("Session", "The id of a session, such as 20261122-150407-4c3b"),
    ids.DOCUMENT: ("Document", "The id of a session, a stroke, and the number of its last entry or a file of it"),
    ids.SUBJECT: ("Subject", "The random id by which a ledger knows the person who was treated"),
    ids.INSTALLATION: ("Installation", "The random id of one installation of devicelog"),
    ids.PERSON: ("Person", "A UUID made of an installation and the name of somebody who works there"),
    ids.DEVICE: ("Device", "A UUID made of what a device says that it is"),
    ids.SOFTWARE: ("Software", "A program and its version"),
    ids.PRODUCT: ("Product", "A UUID made of a session and a product that was stated in it"),
    ids.LEDGER_HEAD: ("LedgerHead", "The SHA-256 that covers all entries of a ledger up to one, hexadecimal"),
    ids.SEAL: ("Seal", "A seal of a ledger as text"),
    ids.ENTRY: ("Entry", "A session and the number of an entry of its ledger"),
    ids.SHA256: ("Sha256", "The SHA-256 of a file, hexadecimal"),
    ids.REGISTRATION: ("Registration", "A number in a register of a profession, as it was stated: register and number"),
}


def resources(body_map: BodyMap) -> Iterator[Json]:
    """Every resource; its file is `<type>-<id>.json`."""
    yield _code_system()
    yield _body_map(body_map)
    for name, group in codes.GROUPS.items():
        yield _value_set(name, group)
    for system, (name, description) in NAMING.items():
        yield _naming_system(system, name, description)


def file_name(resource: Json) -> str:
    """Where a resource is in the folder."""
    return f"{resource['resourceType']}-{resource['id']}.json"


def written(resource: Json) -> bytes:
    """A resource as its file has it."""
    return msgspec.json.format(msgspec.json.encode(resource), indent=2) + b"\n"


def _code_system() -> Json:
    return {
        "resourceType": "CodeSystem",
        "id": "devicelog",
        "url": codes.SYSTEM,
        "name": "DevicelogCodes",
        "title": "Codes of devicelog",
        "status": "active",
        "experimental": False,
        "publisher": _PUBLISHER,
        "description": "What a record of devicelog says where no official code is known to fit.",
        "caseSensitive": True,
        "content": "complete",
        "count": len(codes.CODES),
        "concept": [_concept(one) for one in codes.CODES.values()],
    }


def _concept(one: codes.Concept) -> Json:
    return {"code": one.code, "display": one.display, "definition": one.definition}


def _body_map(body_map: BodyMap) -> Json:
    """The zones of the newest version of the map; a code keeps its meaning in every later one."""
    return {
        "resourceType": "CodeSystem",
        "id": "devicelog-body-map",
        "url": codes.BODY_MAP,
        "version": body_map.version,
        "name": "DevicelogBodyMap",
        "title": "Zones of devicelog's body map",
        "status": "active",
        "experimental": False,
        "publisher": _PUBLISHER,
        "description": "Places of a treatment. What stands before the last dot of a code is the zone around it.",
        "caseSensitive": True,
        "hierarchyMeaning": "part-of",
        "content": "complete",
        "count": len(body_map.zones),
        "concept": _zones(body_map, None),
    }


def _zones(body_map: BodyMap, parent: str | None) -> list[Json]:
    found = []
    for zone in body_map.zones.values():
        if zone.parent == parent:
            inside = _zones(body_map, zone.code)
            found.append({"code": zone.code, "display": zone.name, **({"concept": inside} if inside else {})})
    return found


def _value_set(name: str, group: tuple[codes.Concept, ...]) -> Json:
    return {
        "resourceType": "ValueSet",
        "id": f"devicelog-{name}",
        "url": f"urn:devicelog:value-set:{name}",
        "name": f"Devicelog{name.capitalize()}",
        "title": f"Codes of devicelog: {name}",
        "status": "active",
        "experimental": False,
        "publisher": _PUBLISHER,
        "compose": {"include": [{"system": codes.SYSTEM, "concept": [{"code": one.code} for one in group]}]},
    }


def _naming_system(system: str, name: str, description: str) -> Json:
    return {
        "resourceType": "NamingSystem",
        "id": f"devicelog-{system.rpartition(':')[2]}",
        "name": f"Devicelog{name}",
        "status": "active",
        "kind": "identifier",
        "date": _DATE,
        "publisher": _PUBLISHER,
        "description": f"{description}.",
        "uniqueId": [{"type": "uri", "value": system, "preferred": True}],
    }
