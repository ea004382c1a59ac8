"""The shipped codes are those of the table, each with its words, and the page lists them all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files as shipped
from typing import Any

import pytest
from fhir.resources.R4B.codesystem import CodeSystem
from fhir.resources.R4B.namingsystem import NamingSystem
from fhir.resources.R4B.valueset import ValueSet

from devicelog.bodymap.zones import load
from devicelog.export.fhir import codes, ids
from devicelog.export.fhir.terminology_resources import NAMING
from tests.export import terminology

_MODELS: Mapping[str, Any] = {"CodeSystem": CodeSystem, "ValueSet": ValueSet, "NamingSystem": NamingSystem}


def test_the_files_that_ship_are_those_that_the_table_makes() -> None:
    folder = shipped("devicelog.export.fhir") / "terminology"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == terminology.files()


def test_the_page_has_the_tables_that_the_codes_make() -> None:
    page = terminology.PAGE.read_text(encoding="utf-8")
    assert terminology.with_tables(page) == page


@pytest.mark.parametrize("name", terminology.files())
def test_another_program_reads_every_file(name: str) -> None:
    data = json.loads(terminology.files()[name])
    read = _MODELS[data["resourceType"]].model_validate(data)
    assert read.id == data["id"]


def test_every_code_is_in_one_group_and_says_what_it_means() -> None:
    grouped = [one.code for group in codes.GROUPS.values() for one in group]
    assert sorted(grouped) == sorted(codes.CODES)
    assert len(set(grouped)) == len(grouped)
    for one in codes.CODES.values():
        assert one.display.strip()
        assert one.definition.strip()
        assert one.code == one.code.strip()


def test_every_zone_of_the_body_map_is_in_its_code_system() -> None:
    system = json.loads(terminology.files()["CodeSystem-devicelog-body-map.json"])

    def below(concepts: list[dict[str, object]]) -> list[str]:
        return [code for one in concepts for code in [str(one["code"]), *below(one.get("concept", []))]]  # type: ignore[arg-type]

    assert sorted(below(system["concept"])) == sorted(load().zones)
    assert system["count"] == len(load().zones)


def test_every_system_of_identifiers_is_described() -> None:
    systems = {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    assert systems == set(NAMING)
