"""`devicelog show`: the summary in words and the record as JSON."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.cli import amounts
from devicelog.cli.alarms import alarm_text
from devicelog.cli.summary import print_summary
from devicelog.record import Record, fold
from devicelog.record_content import content

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Store


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_a_summary_says_who_what_and_how_much(store: Store) -> None:
    shown = store.run("show", store.sessions["gun"]).stdout
    text = _flat(shown)

    assert "SIMULATED" in shown.splitlines()[0]
    assert "PROTOCOL EXAMPLE-UNAPPROVED" in shown.splitlines()[1]
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
    assert "Missing None" in text


def test_zones_have_a_row_each_and_their_sum(store: Store) -> None:
    rows = [line.split() for line in store.run("show", store.sessions["gun"]).stdout.splitlines()]

    assert ["forehead", "13", "13", "0.3", "1.311", "1.511", "1.69"] in rows
    assert any(row[:4] == ["left_cheek", "10", "10", "0.2"] for row in rows)
    assert any(row[:4] == ["all", "23", "23", "0.5"] for row in rows)


def test_an_alarm_has_priority_shape_words_and_peak(store: Store) -> None:
    text = _flat(store.run("show", store.sessions["gun"]).stdout)

    assert "■ MEDIUM" in text
    assert "injection depth 4.1 mm is above the hard limit of 4 mm; peak 4.1 mm in 1 reading" in text


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


def test_a_zone_alarm_names_its_zone(mesogun: Callable[..., Any]) -> None:
    gun = mesogun("meso-face-gun-intradermal", zones=("left_cheek",))
    for _ in range(26):
        gun.session.seconds += 1
        gun.inject()

    (alarm,) = gun.session.record.alarms.values()

    assert alarm.zone == "left_cheek"
    assert "left cheek" in alarm_text(alarm)


def test_a_lost_link_is_a_gap_and_makes_the_record_incomplete(
    mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.lose()
    gun.session.wait(5)
    print_summary(gun.session.end().record)
    text = _flat(capsys.readouterr().out)

    assert "link lost, an unknown number of reports missing" in text
    assert "Missing - " in text


def test_long_lists_are_cut(mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    gun = mesogun()
    gun.inject()
    for _ in range(30):
        gun.session.lose()
        gun.session.wait(1)
        gun.session.reopen()
        gun.inject()
    print_summary(gun.session.end().record)

    assert "... and 10 more, see `devicelog entries S1 --kind gap`" in capsys.readouterr().out


def test_nothing_of_a_device_or_person_steers_the_terminal(
    mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    record = mesogun().session.end().record
    record.started["practitioner"] = "Dr \x1b[2J\u202eEvil"
    print_summary(record)
    shown = capsys.readouterr().out

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[2J" in shown


def test_a_terminal_without_unicode_gets_the_same_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    print_summary(fold(line.entry() for line in store.lines("current")))
    stream.flush()
    shown = stream.buffer.getvalue().decode("ascii")

    assert "^ HIGH" in shown
    assert "mA/cm2" in shown
    assert "?" not in shown


def test_the_summary_can_go_to_stderr(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(fold(line.entry() for line in store.lines("gun")), to_stderr=True)
    shown = capsys.readouterr()

    assert shown.out == ""
    assert "23 injections" in shown.err


def test_a_session_without_an_entry_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(Record())

    assert "no entry" in capsys.readouterr().out
    assert content(Record())["state"] == "running"


def test_json_is_one_document_with_units(store: Store) -> None:
    document = json.loads(store.run("show", store.sessions["gun"], "--json").stdout)

    assert document["session"] == store.sessions["gun"]
    assert document["marks"] == {
        "simulated": True,
        "interrupted": False,
        "running": False,
        "no_limits": False,
        "protocol_unapproved": True,
    }
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


def test_what_is_not_known_is_null_with_a_reason(noneedle: Callable[..., Any]) -> None:
    unit = noneedle(current=None)
    unit.flow(1000, 5)
    found = content(unit.session.end().record)

    assert found["totals"]["current"]["charge"] is None
    assert "basis" in found["totals"]["current"]["charge_unknown"]
    assert found["totals"]["injections"] is None


def test_a_volume_that_was_not_reported_is_not_zero(mesogun: Callable[..., Any]) -> None:
    gun = mesogun()
    gun.inject(volume=None)
    found = content(gun.session.end().record)["totals"]["injections"]

    assert (found["triggers"], found["volume"], found["without_volume"]) == (1, None, 1)


def test_an_unknown_session_is_one_sentence(store: Store) -> None:
    result = store.run("show", "nope")

    assert result.exit_code == 2
    assert "no session is called 'nope'" in str(result.exception)


def test_last_and_a_beginning_name_a_session(store: Store) -> None:
    assert store.sessions["unlimited"] in store.run("show", "last").stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("zone volume_total 0.52 mL is above", "zone volume total 0.52 mL is above"),
        ("charge 41 mA*min is above 40 mA*min", "charge 41 mA·min is above 40 mA·min"),
        ("density 0.462333333 mA/cm**2", "density 0.462333 mA/cm²"),
        ("injections 101 count is above the soft limit of 100 count", "injections 101 is above the soft limit of 100"),
    ],
)
def test_sentences_are_in_words(text: str, told: str) -> None:
    assert amounts.sentence(text) == told


def test_numbers_have_no_noise() -> None:
    assert amounts.amount(Decimal("-0.00000000001"), "mL") == "0 mL"
    assert amounts.amount(Decimal(1) / 3, "mm") == "0.333 mm"
    assert amounts.amount(Decimal(100), "count") == "100"
