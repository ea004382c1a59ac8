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
