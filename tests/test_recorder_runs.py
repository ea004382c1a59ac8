"""Readings that come many at once are taken at one go: the entries are those of one frame at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devicelog_drivers import reference_mesogun
from tests.conftest import dlr1

if TYPE_CHECKING:
    from tests.conftest import Session

#: What a frame may do other than be the next one: the change of its sequence, uptime, boot and counter, its amounts.
Step = dict[str, Any]
PLAIN: Step = {}
ODD = st.sampled_from(
    [
        {"sequence": 3},
        {"sequence": 0},
        {"sequence": -2},
        {"uptime": -40},
        {"uptime": 70_000_000},
        {"boot": 1, "sequence": -10_000},
        {"depth": 3_900},
        {"depth": 9_000},
        {"depth": None},
        {"volume": 900_000},
        {"volume": None},
        {"mode": "P"},
        {"mode": "C"},
        {"fault": 2},
        {"fault": None},
        {"noise": b"\0$$\r\n"},
    ]
)
STEPS = st.lists(st.one_of(st.just(PLAIN), st.just(PLAIN), st.just(PLAIN), ODD), min_size=1, max_size=60)


def frames(steps: list[Step]) -> list[bytes]:
    """A frame a step, each as the last one goes on but for what the step says."""
    sent, sequence, uptime, boot, fault = [], 1, 1_000, 7, 0
    for triggers, step in enumerate(steps, start=1):
        sequence = max(1, sequence + step.get("sequence", 1))
        uptime = max(0, uptime + step.get("uptime", 30))
        boot += step.get("boot", 0)
        fault = step.get("fault", fault if step else 0)
        amounts = (step.get("volume", 20_000), step.get("depth", 1_500), -24_500)
        frame = dlr1("INJ", sequence, uptime, boot, triggers, triggers, *amounts, step.get("mode", "N"), fault)
        sent.append(step.get("noise", b"") + frame)
    return sent


def session_of(new_session: type[Session], pieces: list[bytes], protocol: str | None) -> Session:
    session = new_session(reference_mesogun.DRIVER, protocol=protocol, zones=["cheek"])
    session.receive(dlr1("ID", "MG", "SN1", "1.0"))
    session.receive(dlr1("CFG", 1, 1_000, 7, "needles=1,depth=extension,volume=commanded"))
    for piece in pieces:
        session.receive(piece)
    return session.end()


@pytest.mark.parametrize("protocol", ["meso-face-gun-intradermal", None])
@settings(max_examples=150, deadline=None)
@example(steps=[PLAIN] * 200)
@example(steps=[PLAIN] * 20 + [{"volume": 900_000}] + [PLAIN] * 20)
@given(steps=STEPS)
def test_a_run_gives_the_entries_of_its_frames_one_by_one(
    new_session: type[Session], protocol: str | None, steps: list[Step]
) -> None:
    sent = frames(steps)

    at_one_go = session_of(new_session, [b"".join(sent)], protocol)
    one_by_one = session_of(new_session, sent, protocol)

    bodies = [line.body for line in at_one_go.recorder.lines]
    assert bodies == [line.body for line in one_by_one.recorder.lines]
    assert at_one_go.recorder.tally.zones == one_by_one.recorder.tally.zones
    assert at_one_go.recorder.tally.session == one_by_one.recorder.tally.session


def test_a_limit_reached_within_a_run_is_an_alarm_at_its_own_reading(new_session: type[Session]) -> None:
    sent = frames([PLAIN] * 10 + [{"depth": 9_000}] + [PLAIN] * 10)

    session = session_of(new_session, [b"".join(sent)], "meso-face-gun-intradermal")

    verdicts = [content[3] for content in session.of("observation") if len(content[2]) == 10]
    assert [number for number, verdict in enumerate(verdicts) if verdict == 2] == [10]
