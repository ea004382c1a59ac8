"""Lists and searches follow what was recorded: while it runs, after a kill, and kept by the next that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.search.digest import VERSION
from devicelog.store.projection import Projection

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

GUN = "reference-mesogun"


def found(box: Devicelog, *words: str) -> list[Any]:
    """State and device of the sessions that are found."""
    return [(one["state"], one["devices"]) for one in box("sessions", *words, "--json").document]


def missing(box: Devicelog) -> list[str]:
    with box.reader() as reader:
        return [row.state for row in Projection(reader, VERSION).missing()]


def test_a_session_is_found_while_it_runs_when_it_was_killed_and_afterwards(box: Devicelog) -> None:
    gun = ["MG-REF SIM-MG-0001"]
    with box.record("sim://reference-mesogun?speed=500&seed=1", "--zone", "face.chin") as recording:
        recording.wait_for_entry("observation")
        assert found(box, "--zone", "face") == [("running", gun)]
        recording.kill()

    assert found(box, "--device", "sim-mg-0001") == [("running", gun)]
    assert missing(box) == ["running"]

    box(*box.recording("sim://reference-mesogun?speed=max&seed=2"), "--for", "100 ms")

    assert missing(box) == []
    assert found(box, "--device", "sim-mg-0001") == [("interrupted", gun)]
    assert [state for state, _ in found(box)] == ["interrupted", "ended"]


def test_what_is_kept_for_searches_follows_every_command_that_changes_a_session(box: Devicelog) -> None:
    box(*box.recording("sim://reference-mesogun?speed=max&seed=2", protocol="none"), "--until-quiet", "300 ms")
    by, reason = ("--by", "Ann"), ("--reason", "misread")
    last = str(box.entries()[-1].number)
    for words in (
        ("add", "follow-up", "last", "2026-12-06", *by),
        ("add", "points", "last", "forehead", "--point", "0.4,0.25", *by),
        ("amend", "last", "practitioner", "Dr. Other", *by, *reason),
        ("amend", "last", "--zone", "left cheek", "--from", "1", "--to", last, *by, *reason),
        ("review", "last", *by, "--role", "nurse"),
        ("sign", "last", *by, "--role", "nurse", "--meaning", "review", "--despite-missing"),
        ("subjects", "erase", "P-1", *by, *reason, "--yes"),
    ):
        box(*words)
        assert missing(box) == [], words

    gun = ("ended", ["MG-REF SIM-MG-0002"])
    assert found(box, "--practitioner", "dr. other") == [gun]
    assert found(box, "--zone", "face.cheek") == found(box, "--zone", "left cheek") == [gun]
    assert found(box, "--signed") == [gun]
