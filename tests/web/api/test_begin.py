"""What keeps a program from beginning a session, and a retry from beginning a second one."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.store.orders import ordered_with
from devicelog.store.reader import Reader
from devicelog.web.api.keys import Keys
from tests.web.api.clinic import WHO, client, ended, over, plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.web.served import Served

SESSIONS = "/api/v1/sessions"


def test_a_retry_with_its_key_begins_no_second_session(station: Served, program: httpx.Client) -> None:
    key = {"idempotency-key": "order-1"}
    first = program.post(SESSIONS, json=plan(), headers=key)
    again = program.post(SESSIONS, json=plan(), headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    session = first.json()["session"]
    assert again.json()["session"] == session
    assert program.post(SESSIONS, json=plan(subject="P-8"), headers=key).status_code == 422
    begun = program.get(f"{SESSIONS}/{session}").json()["begun"]
    assert (begun["through"], begun["by"][:14]) == ("api", "token program ")
    over(station, program, session)
    # the station was started again and remembers nothing but what it holds
    station.hall.keys._kept = Keys()._kept
    late = program.post(SESSIONS, json=plan(), headers=key)
    assert (late.json()["session"], late.json()["state"], late.json()["repeated"]) == (session, "ended", True)
    with client(station) as other, Reader.open(station.station.store) as reader:
        assert ordered_with(reader, "x" * 64) is None
        answer = other.post(SESSIONS, json=plan(device="reference-mesogun"), headers=key)  # a key is a token's own
        assert answer.status_code != 201


def test_a_session_that_its_plan_stops_is_refused_and_kept(program: httpx.Client) -> None:
    stopped: dict[str, Any] = plan()
    stopped["consent"] = {"given": "no"}
    answer = program.post(SESSIONS, json=stopped)
    assert answer.status_code == 422
    said = answer.json()
    assert any("consent was not given" in stop for stop in said["stops"])
    listed = program.get(f"{SESSIONS}/{said['session']}").json()
    assert listed["marks"]["refused"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"devices": []}, "session devices"),
        ({"devices": ["/etc/passwd@/dev/ttyUSB0"]}, "session devices"),
        ({"devices": ["reference-mesogun@/dev/../etc/passwd"]}, "session devices"),
        ({"devices": ["manual@keyboard://"]}, "session devices"),
        ({"devices": ["reference-mesogun@socket://evil.example:1"]}, "session devices"),
        ({"protocol": "../../protocol.toml"}, "treatment protocol"),
        ({"protocol": "no-such-protocol"}, "no-such-protocol"),
        ({"screening": "/etc/hostname"}, "screening"),
        ({"subject": ""}, "subject"),
        ({"practitioner": None}, "practitioner"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_is_wrong(
    station: Served, program: httpx.Client, change: dict[str, Any], words: str
) -> None:
    wrong = plan()
    wrong["session"] |= change
    answer = program.post(SESSIONS, json=wrong)
    assert answer.status_code == 422, answer.text
    assert any(words in one for one in answer.json()["problems"]), answer.text
    assert station.station.current is None


def test_a_step_that_is_left_out_is_a_problem(program: httpx.Client) -> None:
    wrong = plan()
    del wrong["patch_test"]
    answer = program.post(SESSIONS, json=wrong)
    assert "patch test" in answer.json()["detail"]


def test_a_device_that_is_not_there_is_a_conflict_and_nothing_is_recorded(
    station: Served, program: httpx.Client
) -> None:
    answer = program.post(SESSIONS, json=plan(device="reference-mesogun@/dev/ttyNOWHERE"))
    assert answer.status_code == 409, answer.text
    assert station.station.current is None


_REFUSED: list[dict[str, Any]] = [
    {"kind": "note", "by": WHO},
    {"kind": "note", "text": "x", "by": ""},
    {"kind": "note", "text": "x", "by": " "},
    {"kind": "event", "by": WHO},
    {"kind": "event", "code": "other", "by": WHO},
    {"kind": "zone", "zone": "moon", "by": WHO},
    {"kind": "syringe", "syringe": 9, "by": WHO},
    {"kind": "pause", "zone": "forehead", "by": WHO},
    {"kind": "amputation", "by": WHO},
    {"kind": "note", "text": "x\x00", "by": WHO},
]


def test_a_statement_that_cannot_be_is_refused(program: httpx.Client, running: str) -> None:
    for said in _REFUSED:
        answer = program.post(f"{SESSIONS}/{running}/statements", json=said)
        assert answer.status_code == 422, (said, answer.text)
        assert answer.json()["detail"].endswith(".")


_NUMBERS = count(1)


@pytest.fixture
def running(program: httpx.Client) -> Iterator[str]:
    """A session in progress, of somebody who was not treated before."""
    answer = program.post(SESSIONS, json=plan(subject=f"P-9{next(_NUMBERS)}"))
    assert answer.status_code == 201, answer.text
    yield answer.json()["session"]
    ended(program, answer.json()["session"])


def test_what_is_over_takes_no_statement_and_may_be_ended_again(program: httpx.Client, running: str) -> None:
    ended(program, running)
    said = {"kind": "note", "text": "late", "by": WHO}
    assert program.post(f"{SESSIONS}/{running}/statements", json=said).status_code == 409
    assert ended(program, running)["state"] == "ended"
