"""datapackage.json: the tables for programs, as a Tabular Data Package of Frictionless Data, version 1.

https://specs.frictionlessdata.io/tabular-data-package/, /data-resource/, /table-schema/ and /csv-dialect/. Beside what
these ask for a field has `unit`, and `ucum` where UCUM has a code for it. A foreign key is stated only if it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from devicelog.export.csv.table import Field, Type, Written
from devicelog.export.session import ExportedSession
from devicelog.export.ucum import UCUM
from devicelog.numbers import rfc3339
from devicelog.record.as_json import PURPOSE
from devicelog.record.caveats import marks

FILE = "datapackage.json"

_TYPES: Mapping[Type, dict[str, Any]] = {
    Type.NUMBER: {"type": "number"},
    Type.WHOLE: {"type": "integer"},
    Type.TEXT: {"type": "string"},
    # The default form of the specification has whole seconds only.
    Type.TIME: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    Type.DATE: {"type": "date"},
    Type.YES_NO: {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
}
_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
    "header": True,
}


def content(session: ExportedSession, tables: Sequence[Written]) -> bytes:
    """The file, of the tables as they were written."""
    record = session.record
    found = marks(record)
    package = {
        "profile": "tabular-data-package",
        "name": f"devicelog-{_name(record.session)}",
        "id": str(uuid5(NAMESPACE_URL, f"urn:devicelog:{session.source.installation}:{record.session}:{FILE}")),
        "title": f"Treatment session {record.session}",
        "description": " ".join([PURPOSE, *(f"{mark}." for mark in found.values())]),
        "created": rfc3339(record.wall(record.last_us)),
        "session": record.session,
        "software": session.software,
        "simulated": record.simulated,
        "marks": list(found),
        "resources": [_resource(one, tables) for one in tables],
    }
    return msgspec.json.format(msgspec.json.encode(package), indent=2) + b"\n"


def _resource(one: Written, tables: Sequence[Written]) -> dict[str, Any]:
    table = one.table
    heads = {field.name: field.head for field in table.fields}
    schema: dict[str, Any] = {"fields": [_field(field) for field in table.fields], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = [heads[name] for name in table.key]
    refers = [_reference(name, one, to, tables) for name, to in table.refers.items()]
    if any(refers):
        schema["foreignKeys"] = [reference for reference in refers if reference is not None]
    return {
        "profile": "tabular-data-resource",
        "name": _name(table.file.removesuffix(".csv")),
        "path": table.file,
        "title": table.title,
        "description": f"{table.title}. An empty cell is a missing value.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": one.size,
        "hash": f"sha256:{one.sha256}",
        "dialect": _DIALECT,
        "schema": schema,
    }


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if field.required else {}
    if field.least is not None:
        constraints["minimum"] = field.least
    if field.words:
        constraints["enum"] = list(field.words)
    said: dict[str, Any] = {"name": field.head, **_TYPES[field.type], "description": field.meaning}
    if field.unit:
        said["unit"] = field.unit
        if field.unit in UCUM:
            said["ucum"] = UCUM[field.unit].code
    for name in ("basis", "category", "source"):
        if getattr(field, name):
            said[name] = getattr(field, name)
    return {**said, "constraints": constraints} if constraints else said


def _reference(name: str, one: Written, to: tuple[str, str], tables: Sequence[Written]) -> dict[str, Any] | None:
    """The foreign key of a column; None if a value of it does not stand there."""
    file, of = to
    other = next((table for table in tables if table.table.file == file), None)
    if other is None or not set(one.values[name]) <= set(other.values[of]):
        return None
    return {
        "fields": [one.table.fields[one.table.place(name)].head],
        "reference": {
            "resource": _name(file.removesuffix(".csv")),
            "fields": [other.table.fields[other.table.place(of)].head],
        },
    }


def _name(text: str) -> str:
    """A text as the name of a resource: small letters, digits, points, hyphens and low lines."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower())
