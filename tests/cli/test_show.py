"""`devicelog show`: the summary in words and the record as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Store


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_a_summary_says_who_what_and_how_much(store: Store) -> None:
    shown = store.run("show", store.sessions["gun"]).stdout
    text = _flat(shown)

    assert "SIMULATED" in shown.splitlines()[0]
    assert "UNAPPROVED PROTOCOL: meso-face-gun-intradermal version 1 is example" in shown.splitlines()[1]
    assert "UNVERIFIED DRIVER: reference-mesogun" in shown.splitlines()[2]
    assert f"Session {store.sessions['gun']}, ended" in text
    assert "(the clinic's number test)" in text
    assert "Practitioner test" in text
    assert "MG-REF SIM-MG-0001, firmware FW1.0.0, SIMULATED" in text
    assert "not verified on any real device" in text
    assert "23 injections, 0.5 mL" in text
    assert "purged, no patient dose: 0.1 mL" in text
    assert "20 within, 1 warning, 2 exceeded, 0 not evaluable" in text
    assert "volume: commanded; depth: extension" in text
    assert "Gaps None" in text
    assert "Missing - practitioner: nobody stated role, registration and place" in text


def test_what_is_missing_is_what_signing_finds_missing_by_aspect(store: Store) -> None:
    document = json.loads(store.run("show", store.sessions["gun"], "--json").stdout)
    shown = store.run("show", store.sessions["gun"]).stdout.splitlines()

    begin = shown.index("Missing")
    lines = []
    for line in shown[begin + 1 :]:
        if not line.startswith("  "):
            break
        lines.append(line.strip())
    said = " ".join(lines)
    for item in document["completeness"]:
        for what in item["missing"]:
            assert what in said, item["aspect"]
    assert sum(line.startswith("- ") for line in lines) < sum(len(item["missing"]) for item in document["completeness"])


def test_the_chart_is_drawn_into_a_file_beside_what_is_said(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "chart.svg"

    shown = store.run("show", store.sessions["gun"], "--chart", str(file)).stdout

    assert shown == store.run("show", store.sessions["gun"]).stdout
    drawn = ElementTree.parse(file).getroot()
    said = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "volume so far, mL" in said
    assert "volume: 0.5 mL" in (drawn.findtext("{http://www.w3.org/2000/svg}desc") or "")


def test_zones_have_a_row_each_and_their_sum(store: Store) -> None:
    rows = [line.split() for line in store.run("show", store.sessions["gun"]).stdout.splitlines()]

    assert ["Forehead", "13", "13", "0.3", "1.311", "1.511", "1.69"] in rows
    assert any(row[:5] == ["Cheek,", "left", "10", "10", "0.2"] for row in rows)
    assert not any("left_cheek" in row for row in rows)
    assert any(row[:4] == ["all", "23", "23", "0.5"] for row in rows)


def test_an_alarm_has_priority_shape_words_and_peak(store: Store) -> None:
    text = _flat(store.run("show", store.sessions["gun"]).stdout)

    assert "■ MEDIUM" in text
    assert "injection depth 4.1 mm is above the hard limit of 4 mm; peak 4.1 mm in 1 reading" in text


def test_alarms_stand_under_the_facts_the_most_urgent_first_with_their_source_in_words(store: Store) -> None:
    lines = store.run("show", store.sessions["current"]).stdout.splitlines()

    heads = [line.split()[0] for line in lines if line[:1].isalpha()]
    assert heads[heads.index("Device") + 1 :][:2] == ["Verdicts", "Alarms"]
    shapes = [line.split()[1] for line in lines if line.strip()[:1] in ("▲", "■", "●")]
    assert shapes == sorted(shapes, key=["HIGH", "MEDIUM", "LOW"].index)
    assert "grade L: clinic page; " in _flat("\n".join(lines))


def test_an_engineering_choice_is_said_in_words_once(store: Store) -> None:
    text = _flat(store.run("show", store.sessions["gun"]).stdout)

    assert text.count("grade E: engineering choice") == text.count("[E E]: limit of meso-face-gun-intradermal 1")


def test_limits_have_the_units_of_other_views(store: Store) -> None:
    shown = store.run("protocols", "noneedle-ionto-dc-face").stdout

    assert "0.5 mA/cm² [IONREV L]" in shown
    assert "40 mA·min [ADII M]" in shown
    assert "**" not in shown


def test_a_current_is_told_with_basis_and_charge(store: Store) -> None:
    text = _flat(store.run("show", store.sessions["current"]).stdout)

    assert "▲ HIGH" in text
    assert "mA/cm²" in text
    assert "current measured: dc; voltage: peak" in text
    assert "charge 1.5" in text
    assert "**" not in text
    assert "mA*min" not in text


def test_a_session_without_limits_says_so_at_the_top(store: Store) -> None:
    shown = store.run("show", store.sessions["unlimited"]).stdout

    assert "NO LIMITS" in shown.splitlines()[1]
    assert "Verdicts" in shown
    assert "nothing was checked" in shown


def test_json_is_one_document_with_units(store: Store) -> None:
    document = json.loads(store.run("show", store.sessions["gun"], "--json").stdout)

    assert document["session"] == store.sessions["gun"]
    assert list(document["marks"]) == ["simulated", "protocol_unapproved", "driver_unverified"]
    assert document["marks"]["simulated"].startswith("SIMULATED: ")
    assert document["totals"]["injections"]["volume"] == {"value": "0.5", "unit": "mL"}
    assert document["totals"]["injections"]["purged"] == {"value": "0.1", "unit": "mL"}
    assert document["totals"]["current"] is None
    assert [zone["zone"] for zone in document["zones"]] == ["forehead", "left_cheek"]
    assert document["zones"][1]["spreads"]["depth"]["high"] == {"value": "4.1", "unit": "mm"}
    assert document["spreads"]["depth"]["basis"] == "extension"
    assert document["started"].endswith("Z")
    assert document["verdicts"] == {"within": 20, "warning": 1, "exceeded": 2, "not_evaluable": 0}
    assert all(figure["agrees"] for figure in document["reconciliation"])


def test_json_holds_no_float(store: Store) -> None:
    def refuse(text: str) -> Any:
        raise AssertionError(f"a float: {text}")

    for name in store.sessions.values():
        json.loads(store.run("show", name, "--json").stdout, parse_float=refuse)


def test_an_unknown_session_is_one_sentence(store: Store) -> None:
    result = store.run("show", "nope")

    assert result.exit_code == 2
    assert "no session is called 'nope'" in str(result.exception)


def test_last_and_a_beginning_name_a_session(store: Store) -> None:
    assert store.sessions["unlimited"] in store.run("show", "last").stdout
