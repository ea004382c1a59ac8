"""A recording that was killed is whole, closed by the next one, and replays (tests/faults has the many kills)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog


def test_a_killed_session_replays_as_it_was(box: Devicelog) -> None:
    with box.record("sim://reference-noneedle?speed=500", driver="reference-noneedle") as recording:
        acknowledged = recording.wait_for(700)[:700]
        recording.kill()
    assert list(box.states().values()) == ["running"]
    box("verify")
    box("replay", "last")
    box(*box.recording("sim://reference-mesogun?speed=max"), "--for", "100 ms")
    killed, after = box.states()
    assert [box.states()[killed], box.states()[after]] == ["interrupted", "ended"]
    assert box.entries(killed)[-1].kind == "interrupted"
    assert box("entries", killed, "--ids").out.split()[:700] == acknowledged
    assert box("show", killed, "--json").document["state"] == "interrupted"
    box("replay", killed)
    box("verify")
