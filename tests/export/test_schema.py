"""The schema that lies beside session.json describes every record, and nothing more than what is in one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from devicelog import registry
from devicelog.export import chosen
from devicelog.export.folder.package import export
from devicelog.export.json import session_json
from devicelog.ledger import Kind
from devicelog.products.consumable import Needle
from devicelog.products.syringe import Leftover
from devicelog.record.as_json import content
from devicelog.store.reader import Reader
from devicelog.stored import record_of
from devicelog.testing.simulated import record_session
from tests.export.fhir.sessions import went_on
from tests.products.kit import product, syringe

SCHEMA: dict[str, Any] = json.loads(session_json.schema())

#: What the device says, and what else is different, in sessions that have something of everything.
SCRIPTS: Mapping[str, Mapping[str, Any]] = {
    "whole": {},
    "running": {"ended": False},
    "no limits, no zones": {"protocol": None, "zones": ()},
    "nobody there": {"says": []},
    "gap, repeat, conflict, bad frame, another device, a note": {
        "says": [
            {"id": "SN-1", "simulated": False},
            {"report": "settings", "values": [None]},
            {"report": "injection", "values": [0, 20_000, 1500, "N"]},
            b"not a frame\n",
            {"report": "injection", "values": [4, None, None, None]},
            {"report": "injection", "values": [4, None, None, None]},
            {"report": "injection", "values": [5, 7, 1500, "N"], "units": ["", "ML", "um", ""]},
            Kind.NOTE,
            {"id": "SN-2"},
            {"report": "../Odd report", "values": ["@x"]},
        ],
        "acts": {Kind.NOTE: {"text": "a note"}},
    },
    "products": {
        "says": [
            {"id": "SN-1"},
            {"report": "settings", "values": [1]},
            {"report": "injection", "values": [0, 20_000, 1500, "N"]},
            Kind.PRODUCT,
            Kind.SYRINGE,
            Kind.SYRINGE_IN_USE,
            Kind.CONSUMABLE,
            {"report": "injection", "values": [1, 20_000, 1500, "N"]},
            Kind.LEFTOVER,
        ],
        "acts": {
            Kind.PRODUCT: product(1, lot=None).content(),
            Kind.SYRINGE: syringe(1, (1, "2")).content(),
            Kind.SYRINGE_IN_USE: {"syringe": 1, "because": "chosen"},
            Kind.CONSUMABLE: Needle(30, Decimal(4), 1, None, "Ann").content(),
            Kind.LEFTOVER: Leftover(1, Decimal(1), Decimal(0), "Ann").content(),
        },
    },
}


def _validator() -> Any:
    jsonschema: Any = import_module("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def _export(store: Path, to: Path) -> Any:
    with Reader.open(store) as reader:
        folder = export(reader, "last", to, chosen(["json"])).folder
        record = content(record_of(reader, reader.session("last")))
    document = json.loads((folder / "session.json").read_bytes(), parse_float=pytest.fail)
    assert document["record"] == record
    return document


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_describes_every_record(store: Path, session: Callable[..., Path], tmp_path: Path, name: str) -> None:
    session(**SCRIPTS[name])

    assert [error.message for error in _validator().iter_errors(_export(store, tmp_path / "out"))] == []


@pytest.mark.parametrize(
    ("model", "scenario", "protocol"),
    [
        ("reference-mesogun", "face-limits", "meso-face-gun-intradermal"),
        ("reference-noneedle", "current-limits", "noneedle-ionto-dc-face"),
        ("reference-noneedle", "current-limits", "meso-face-gun-intradermal"),
    ],
)
def test_it_describes_what_the_simulators_give(
    store: Path, tmp_path: Path, model: str, scenario: str, protocol: str
) -> None:
    simulator = registry.simulator(model)
    device = simulator.start(1, simulator.scenarios[scenario])
    record_session(registry.driver(model), device, store, protocol=protocol, zones=["forehead"])

    assert [error.message for error in _validator().iter_errors(_export(store, tmp_path / "out"))] == []


def test_it_describes_a_recording_that_went_on_after_its_process_was_killed() -> None:
    said = {**content(went_on().record), "host": {"boot_id": "b", "zone": "+00:00", "installation": "i"}}
    whole = type(_validator())({"$ref": "#/$defs/record", "$defs": SCHEMA["$defs"]})

    assert [stop["by"] for stop in said["stops"]] == ["wall clock", "no clock"]
    assert [error.message for error in whole.iter_errors(json.loads(json.dumps(said)))] == []


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


@pytest.mark.parametrize("name", ["whole", "products"])
def test_it_is_strict(store: Path, session: Callable[..., Path], tmp_path: Path, name: str) -> None:
    """A field more anywhere in the record is an error, except in what is passed on as it was recorded."""
    session(**SCRIPTS[name])
    document = _export(store, tmp_path / "out")
    record = document["record"]
    open_ended = [record["host"], record["protocol"], record["observations"], record["spreads"]]
    open_ended += [record["given_settings"], *[zone["spreads"] for zone in record["zones"]]]
    open_ended += [part for device in record["devices"] for part in _objects(device)]
    validator = _validator()
    for part in _objects(record):
        if not any(part is one for one in open_ended):
            part["more"] = None
            assert not validator.is_valid(document), part
            del part["more"]
    assert validator.is_valid(document)
    for field in record.keys() - {"products"}:  # not there if nobody stated any
        kept = record.pop(field)
        assert not validator.is_valid(document), field
        record[field] = kept
