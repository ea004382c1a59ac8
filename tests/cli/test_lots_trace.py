"""`devicelog lots trace` and `devicelog stats`, as a person and as a program call them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from bench.clinic_years import Years
from devicelog.bodymap.names import names
from devicelog.cli import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        Years(folder / "store").fill(12)
    return folder


@pytest.fixture
def run(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DEVICELOG_KEYS", str(clinic / "keys"))

    def command(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, [*words, "--store", str(clinic / "store")], env={"COLUMNS": "200"})
        assert result.exit_code == code, result.output
        return result

    return command


def test_a_recall_lists_sessions_subjects_and_doses(run: Any) -> None:
    shown = run("lots", "trace", "A24000")

    found = json.loads(run("lots", "trace", "A24000", "--json").stdout)
    assert found["sessions"]
    for taken in found["sessions"]:
        assert taken["session"] in shown.stdout
        assert taken["drawn"] == {"value": "1.5", "unit": "mL"}
        assert sum(float(zone["given"]["value"]) for zone in taken["zones"]) == pytest.approx(
            float(taken["given"]["value"])
        )
    assert {one["subject"] for one in found["subjects"]} == {taken["subject"] for taken in found["sessions"]}
    assert f"{len(found['subjects'])} subjects" in shown.stderr


def test_a_person_reads_names_of_zones_and_amounts_to_the_nanolitre(run: Any) -> None:
    shown = " ".join(run("lots", "trace", "A24000").stdout.split())
    zones = [
        zone
        for taken in json.loads(run("lots", "trace", "A24000", "--json").stdout)["sessions"]
        for zone in taken["zones"]
    ]

    assert zones
    for zone in zones:
        name = names().get(zone["zone"], zone["zone"])
        assert f"{name} {Decimal(zone['given']['value']):.6f}".rstrip("0").rstrip(".") in shown
    assert re.search(r"\d\.\d{7}", shown) is None


def test_the_clinic_s_numbers_are_shown_only_when_asked_for(run: Any) -> None:
    plain = run("lots", "trace", "A24000", "--json")
    asked = json.loads(run("lots", "trace", "A24000", "--json", "--show-references").stdout)

    assert "P-" not in plain.stdout
    assert all(one["reference"].startswith("P-") for one in asked["subjects"])
    (read,) = json.loads(run("accesses", "--json").stdout)
    assert (read["what"], read["subjects"]) == ("lots trace", [one["subject"] for one in asked["subjects"]])


def test_a_lot_that_nobody_had_is_said_so_with_what_is_like_it(run: Any) -> None:
    nobody = run("lots", "trace", "A2400")

    assert nobody.stdout == ""
    assert "was taken for no session of this store; taken were lots spelt much alike: a24000" in nobody.stderr


def test_no_lot_is_one_sentence(run: Any) -> None:
    assert "found nothing to look for" in run("lots", "trace", " ", code=2).stderr


def test_statistics_are_tables_json_and_a_drawing(run: Any, tmp_path: Path) -> None:
    shown = run("stats", "--by", "week", "--svg", str(tmp_path / "stats.svg")).stdout
    found = json.loads(run("stats", "--by", "week", "--json").stdout)

    for title in ("Sessions by week", "Alarms of each treatment protocol", "measured against set", "Gaps by cause"):
        assert title in shown
    assert found["sessions"] == sum(period["sessions"] for period in found["periods"]) == 12
    assert ElementTree.parse(tmp_path / "stats.svg").getroot().tag.endswith("svg")


def test_statistics_of_no_sessions_are_one_line(run: Any) -> None:
    nothing = run("stats", "--until", "2000-01-01")

    assert nothing.stdout == ""
    assert "no sessions" in nothing.stderr
