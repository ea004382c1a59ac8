"""A device of a live view in words and figures, as every view shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.chunk import ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.live.device import identity, link_text, place
from devicelog.live.figures import figures
from devicelog.live.marks import live_marks
from devicelog.live.state import LiveState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import VirtualClock


def _state(session: Any, virtual_clock: VirtualClock) -> LiveState:
    virtual_clock.at(session.seconds)
    state = LiveState()
    state.take(session.recorder.lines)
    return state


def test_a_gun_is_said_with_its_identity_link_figures_and_place(
    mesogun: Callable[..., Any], virtual_clock: VirtualClock
) -> None:
    gun = mesogun(zones=("left_cheek",))
    parts = [{"product": 1, "volume": "1"}]
    prepared = {"syringe": 2, "label": "right tray", "parts": parts, "volume": "1", "unit": "mL", "by": "Ann"}
    for kind, content in ((Kind.SYRINGE, prepared), (Kind.SYRINGE_IN_USE, {"syringe": 2, "because": "chosen"})):
        gun.session.put(ChunkKind.ACT, encode({"kind": kind.value, **content}), link=0)
    gun.inject(depth=1_500)
    state = _state(gun.session, virtual_clock)
    device = state.record.devices[1]
    found = place(state, device)

    assert "SN1" in identity(device)
    assert link_text(state, device) == "connected"
    assert figures(state, device) == [("INJECTIONS", "1"), ("VOLUME mL", "0.02"), ("LAST DEPTH mm", "1.50")]
    assert found is not None
    assert (found.zone, found.syringe) == ("zone Cheek, left", "syringe 2 right tray")
    assert found.given == "1 injection, 0.02 mL"
    assert live_marks(state.record) == ["SIMULATED", "NO LIMITS"]


def test_of_a_lost_link_no_value_is_held_and_a_dose_is_a_lower_bound(
    mesogun: Callable[..., Any], virtual_clock: VirtualClock
) -> None:
    gun = mesogun()
    gun.inject(depth=1_500)
    gun.session.lose()
    gun.session.wait(4)
    state = _state(gun.session, virtual_clock)

    assert link_text(state, state.record.devices[1]) == "LOST for 00:04"
    assert figures(state, state.record.devices[1]) == [
        ("INJECTIONS, at least", "1"),
        ("VOLUME mL, at least", "0.02"),
        ("LAST DEPTH mm", "–"),
    ]
