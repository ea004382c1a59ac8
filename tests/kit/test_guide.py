"""What docs/driver-authors.md shows is as it says; its tests run beside those of the written package."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from devicelog import driver
from devicelog.driver import Driver
from devicelog.testing.declarations import DeclarationPromises
from devicelog.testing.vectors import read_vectors
from tests.kit.conftest import REPOSITORY
from tests.kit.guide import BLOCKS, GUIDE, PYTHON, TESTS

SUITE = next(text for text in PYTHON if "DriverConformance" in text)


def test_the_values_that_the_guide_shows_are_complete() -> None:
    names: dict[str, Any] = {**vars(driver), "replace": __import__("dataclasses").replace}
    values = [text for text in PYTHON if text not in (*TESTS, SUITE) and "Driver(..." not in text]
    for text in sorted(values, key=lambda text: "class Decoder" not in text):
        exec(compile(text, "driver-authors.md", "exec"), names)

    drivers = [value for value in names.values() if isinstance(value, Driver)]

    assert len(drivers) == 5
    for shown in drivers:
        promises = type("Shown", (DeclarationPromises,), {"driver": shown})()
        promises.test_every_unit_is_known_measures_the_right_thing_and_is_exact()
        promises.test_reports_are_declared_in_full()
        promises.test_what_is_counted_and_added_up_is_declared_as_that()
        promises.test_queries_are_declared_in_full_and_asked_unbidden_only_without_effect()
        promises.test_a_logbook_is_read_with_declared_queries_without_effect()
        promises.test_the_driver_says_what_it_is_and_where_its_knowledge_comes_from()


def test_the_vector_that_the_guide_shows_is_one(tmp_path: Path) -> None:
    (shown,) = [json.loads(text) for kind, text in BLOCKS if kind == "json"]
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps([shown]), encoding="utf-8")

    assert [vector.meaning for vector in read_vectors(path)] == [shown["meaning"]]


def test_the_suite_that_the_guide_shows_names_what_there_is() -> None:
    from devicelog.testing.conformance import DriverConformance

    declared = {name for one in DriverConformance.__mro__ for name in vars(one).get("__annotations__", {})}
    for name in re.findall(r"^    (\w+) = ", SUITE, re.MULTILINE):
        assert name in dir(DriverConformance) or name in declared, name


def test_what_the_guide_links_to_is_there() -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", GUIDE)]

    assert links
    assert [link for link in links if not (REPOSITORY / "docs" / link).exists()] == []
