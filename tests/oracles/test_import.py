"""A server holds a session once, however often it is sent; sessions share whom and what they share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from devicelog.export.fhir import bundles
from tests.oracles.oracle import ask


def changed(bundle: dict[str, Any]) -> dict[str, Any]:
    """The bundle as it must not be: each resource created anew."""
    for entry in bundle["entry"]:
        entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
    return bundle


@pytest.fixture(scope="module")
def sent(exports: Mapping[str, Path]) -> dict[str, Any]:
    """What the server holds after all transactions were sent twice."""
    found: dict[str, Any] = ask("import_twice.mjs", *[folder / bundles.TRANSACTION for folder in exports.values()])
    return found


def test_every_entry_is_taken_and_nothing_is_there_twice(sent: dict[str, Any]) -> None:
    assert sent["statuses"] == []
    assert sent["first"] == sent["second"]
    assert len(set(sent["ids"])) == len(sent["ids"])


def test_what_the_server_holds_is_what_was_sent(sent: dict[str, Any], exports: Mapping[str, Path]) -> None:
    entries = [
        one["resource"]
        for folder in exports.values()
        for one in json.loads((folder / bundles.TRANSACTION).read_bytes())["entry"]
    ]
    assert sent["ids"] == sorted({f"{one['resourceType']}/{one['id']}" for one in entries})


def test_every_reference_leads_somewhere_on_the_server(sent: dict[str, Any]) -> None:
    assert sent["unresolved"] == []


def test_no_identifier_was_rewritten_into_a_reference(sent: dict[str, Any]) -> None:
    assert [value for value in sent["identifiers"] if value in sent["ids"]] == []


def test_the_server_would_show_doubles(exports: Mapping[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "doubled.json"
    file.write_text(json.dumps(changed(json.loads((exports["empty"] / bundles.TRANSACTION).read_bytes()))))
    found = ask("import_twice.mjs", file)
    assert {kind: 2 * count for kind, count in found["first"].items()} == found["second"]
