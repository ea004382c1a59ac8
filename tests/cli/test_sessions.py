"""`devicelog sessions`: the list, what narrows it, and bad dates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Store


def test_every_session_is_listed_with_its_marks(store: Store) -> None:
    shown = store.run("sessions").stdout

    for session in store.sessions.values():
        assert session in shown
    assert shown.count("SIMULATED") == len(store.sessions)
    assert "NO LIMITS" in shown


def test_json_lists_what_the_table_shows(store: Store) -> None:
    found = json.loads(store.run("sessions", "--json").stdout)

    assert [session["session"] for session in found] == list(store.sessions.values())
    assert [session["protocol"] for session in found] == ["meso-face-gun-intradermal", "noneedle-ionto-dc-face", None]
    assert found[0]["devices"] == ["MG-REF SIM-MG-0001"]
    assert all(session["simulated"] and session["state"] == "ended" for session in found)


def test_a_subject_narrows_the_list(store: Store) -> None:
    assert len(json.loads(store.run("sessions", "--subject", "test", "--json").stdout)) == len(store.sessions)
    nobody = store.run("sessions", "--subject", "P99", "--json")

    assert json.loads(nobody.stdout) == []
    assert "P99" in nobody.stderr


@pytest.mark.parametrize(
    ("since", "count"),
    [("2000-01-01", 3), ("2099-01-01", 0), ("2026-01-01T08:00:00Z", 3), ("2026-01-02T00:00:00+01:00", 0)],
)
def test_since_narrows_the_list(store: Store, since: str, count: int) -> None:
    assert len(json.loads(store.run("sessions", "--since", since, "--json").stdout)) == count


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "", "01.02.2026"])
def test_a_bad_date_is_one_sentence(store: Store, since: str) -> None:
    result = store.run("sessions", "--since", since)

    assert result.exit_code == 2
    assert "expected a date such as 2026-01-31" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--protocol", "meso-face"), ["gun"]),
        (("--device", "sim-nn-0001"), ["current"]),
        (("--device", "reference-mesogun", "--zone", "left_cheek"), ["gun"]),
        (("--alarm", "high"), ["current"]),
        (("--alarm", "injection depth"), ["gun"]),
        (("--unsigned",), ["gun", "current", "unlimited"]),
        (("--signed",), []),
        (("--lot", "A1"), []),
        (("--practitioner", "TEST", "--until", "2026-01-01"), ["gun", "current", "unlimited"]),
        (("--until", "2025-12-31"), []),
    ],
)
def test_sessions_are_found_by_what_was_done_in_them(store: Store, options: tuple[str, ...], names: list[str]) -> None:
    found = json.loads(store.run("sessions", *options, "--json").stdout)

    assert [session["session"] for session in found] == [store.sessions[name] for name in names]


def test_a_search_for_nothing_is_one_sentence(store: Store) -> None:
    result = store.run("sessions", "--zone", " ")

    assert result.exit_code == 2
    assert "'--zone': found nothing to look for" in result.stderr
