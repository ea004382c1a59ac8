"""Whoever registered a webhook is told once of what happens, whatever fails on the way; and nobody else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.account import Role
from devicelog.amending.signing import sign as sign_off
from devicelog.delivery import courier as couriers
from devicelog.delivery import webhook
from devicelog.delivery.courier import Courier
from devicelog.delivery.outcome import NotNow, Outcome
from devicelog.errors import NotNowError
from devicelog.record.response import Meaning
from devicelog.store import outbox
from devicelog.store.outbox import Content, State
from devicelog.store.reader import Reader
from tests.waiting import until
from tests.web.admin.people import visitor
from tests.web.api.clinic import WHO, begun, client, over
from tests.web.api.receiver import Receiver, dripping, receiving
from tests.web.served import served_alone
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from devicelog.store.writer import Writer
    from tests.web.served import Served

HOOKS = "/api/v1/webhooks"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr("devicelog.delivery.delay.FIRST", 0.05)
    monkeypatch.setattr("devicelog.delivery.courier.LOOK", 0.05)
    with receiving() as one:
        yield one


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[Served, httpx.Client]]:
    """A station of the test's own, whose courier may end, and a program."""
    with served_alone(tmp_path / "station") as station, client(station) as program:
        yield station, program


def registered(program: httpx.Client, receiver: Receiver, *events: str) -> dict[str, Any]:
    answer = program.post(HOOKS, json={"url": receiver.url, "events": list(events) or ["session.closed"]})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def a_session(station: Served, program: httpx.Client) -> str:
    session = begun(program)
    over(station, program, session)
    return session


def _dead(_: object) -> None:
    raise NotNowError("it was killed.")


def test_events_come_signed_and_hold_no_patient(station: Served, program: httpx.Client, receiver: Receiver) -> None:
    hook = registered(program, receiver, "session.opened", "session.closed", "session.signed")
    session = a_session(station, program)
    until(lambda: len(receiver.got) == 2, "opened and closed were told")

    def sign(writer: Writer) -> None:
        row, given = writer.session(session), {"role": "physician", "registration": None, "despite_missing": True}
        sign_off(writer, row, by=WHO, meaning=Meaning.AUTHORSHIP, **given)  # type: ignore[arg-type]

    station.station.desk.do(sign)
    until(lambda: len(receiver.got) == 3, "signed was told")
    assert [one.said["type"] for one in receiver.got] == ["session.opened", "session.closed", "session.signed"]
    for one in receiver.got:
        assert one.is_signed_with(hook["secret"])
        assert one.said.keys() == {"type", "timestamp", "data"}
        assert one.said["data"].keys() == {"session", "entry"}
        assert one.said["data"]["session"] == session
    shown = program.get(f"{HOOKS}/{hook['webhook']}").json()
    assert "secret" not in shown
    program.delete(f"{HOOKS}/{hook['webhook']}")


def test_what_fails_is_tried_again_under_the_same_id(
    station: Served, program: httpx.Client, receiver: Receiver
) -> None:
    hook = registered(program, receiver)
    receiver.answers = [500, 0, 302]
    session = a_session(station, program)
    until(lambda: len(receiver.got) == 4, "it was tried until it was taken")
    assert len({one.id for one in receiver.got}) == 1
    assert len({one.body for one in receiver.got}) == 1
    assert receiver.got[0].said["data"]["session"] == session
    until(lambda: program.get(f"{HOOKS}/{hook['webhook']}").json()["waiting"] == 0, "it is written down")
    program.delete(f"{HOOKS}/{hook['webhook']}")


def test_a_receiver_that_never_answers_holds_up_neither_a_recording_nor_another_receiver(
    station: Served, program: httpx.Client, receiver: Receiver
) -> None:
    receiver.free.clear()
    with receiving() as other:
        slow, quick = [registered(program, receiver) for _ in range(5)], registered(program, other)
        for _ in range(2):
            a_session(station, program)
        until(lambda: len(other.got) == 2, "the other one was told of both")
        assert len(receiver.got) == len(slow)
        receiver.free.set()
        until(lambda: len(receiver.got) == 2 * len(slow), "it is told in order when it is back")
        for hook in (*slow, quick):
            program.delete(f"{HOOKS}/{hook['webhook']}")


def test_nothing_is_lost_by_a_kill_before_the_row_or_while_it_is_sent(
    alone: tuple[Served, httpx.Client], receiver: Receiver
) -> None:
    station, program = alone
    store, desk = station.station.store, station.station.desk
    hook = registered(program, receiver)
    target = f"{outbox.WEBHOOK}:{hook['webhook']}"
    first = a_session(station, program)
    until(lambda: len(receiver.got) == 1, "the first was told")
    station.hall.courier.close()
    # when: a session ends and nobody writes a row of it; and of the row before nobody knows what became of it
    second = a_session(station, program)
    receiver.got.clear()
    anew = Courier(store, desk.do, lambda: 0.5)
    with Reader.open(store) as reader:
        assert not [row for row in outbox.open_deliveries(reader) if row.content.target == target]
    anew.start()
    until(lambda: len(receiver.got) == 1, "the second was told")
    anew.close()
    assert receiver.got[0].said["data"]["session"] == second
    third = a_session(station, program)
    receiver.free.clear()
    dying = Courier(store, desk.do, lambda: 0.5)
    dying.start()
    until(lambda: len(receiver.got) == 2, "the third is being told")
    dying._do = _dead
    dying.close()
    with Reader.open(store) as reader:
        (row,) = [one for one in outbox.open_deliveries(reader) if one.content.target == target]
    assert row.state is State.SENDING
    receiver.free.set()
    back = Courier(store, desk.do, lambda: 0.5)
    back.start()
    until(lambda: len(receiver.got) == 3, "it is told again")
    # then: under the same id, and the first is not told again
    assert receiver.got[1].id == receiver.got[2].id
    assert [one.said["data"]["session"] for one in receiver.got] == [second, third, third]
    assert first not in {one.said["data"]["session"] for one in receiver.got}
    back.close()
    program.delete(f"{HOOKS}/{hook['webhook']}")


def test_an_event_whose_row_could_not_be_answered_for_is_told_once(
    station: Served, program: httpx.Client, receiver: Receiver
) -> None:
    station.hall.courier.close()
    hook = registered(program, receiver, "session.opened", "session.closed")
    session = a_session(station, program)
    late = iter([False, True])  # the desk writes the second row, and nobody hears of it

    def do(job: Any) -> Any:
        answer = station.station.desk.do(job)
        if next(late, False):
            raise NotNowError("the store has not answered in time.")
        return answer

    one = Courier(station.station.store, do, lambda: 0.5)
    with pytest.raises(NotNowError):
        one._turn()
    one.start()
    until(lambda: len(receiver.got) >= 2, "both were told")
    until(lambda: program.get(f"{HOOKS}/{hook['webhook']}").json()["waiting"] == 0, "nothing else is to be told")
    one.close()
    assert [one.said["type"] for one in receiver.got] == ["session.opened", "session.closed"]
    assert {one.said["data"]["session"] for one in receiver.got} == {session}
    program.delete(f"{HOOKS}/{hook['webhook']}")


def test_a_fault_of_ours_is_no_reason_to_try_again_at_once_for_ever(
    station: Served, program: httpx.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.hall.courier.close()
    failed: list[str] = []

    def failing(url: str, secret: bytes, content: Content) -> Outcome:
        if url.endswith("/wrong"):
            failed.append(content.id)
            raise RuntimeError
        return webhook.send(url, secret, content)

    monkeypatch.setattr(couriers, "send", failing)
    hook = registered(program, receiver)
    wrong = program.post(HOOKS, json={"url": f"{receiver.url}/wrong"}).json()
    one = Courier(station.station.store, station.station.desk.do, lambda: 0.5)
    one.start()
    for told in (1, 2):
        a_session(station, program)
        until(lambda told=told: len(receiver.got) == told, "the other one was told")  # type: ignore[misc]
    one.close()
    assert len(failed) == 1, "it is left alone for a while"
    for each in (hook, wrong):
        program.delete(f"{HOOKS}/{each['webhook']}")


def test_an_answer_that_only_drips_in_is_waited_for_no_longer_than_another(station: Served) -> None:
    with dripping() as url:
        content = Content("msg_1", "webhook:1", outbox.WEBHOOK, "session.closed", "a test", "2026-11-22T10:00:00Z")
        outcome = webhook.send(url, b"secret", content, longest=0.3)
    assert isinstance(outcome, NotNow)
    assert outcome.unanswered
    assert "in time" in outcome.why


def test_after_seven_days_an_event_is_told_no_more(
    alone: tuple[Served, httpx.Client], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    station, program = alone
    monkeypatch.setattr(couriers, "GIVEN_UP", -1)
    receiver.answers = [503]
    station.hall.courier.close()
    one = Courier(station.station.store, station.station.desk.do, lambda: 0.5)
    hook = registered(program, receiver)
    a_session(station, program)
    one.start()
    until(lambda: program.get(f"{HOOKS}/{hook['webhook']}").json()["last_state"] == "refused", "it is given up")
    one.close()
    (shown,) = program.get(HOOKS).json()["webhooks"]
    assert (shown["waiting"], shown["last_why"]) == (0, "it answered HTTP 503")
    assert program.delete(f"{HOOKS}/{hook['webhook']}").status_code == 204
    assert program.get(HOOKS).json() == {"webhooks": []}
    assert program.delete(f"{HOOKS}/{hook['webhook']}").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "http://10.0.0.1/hook",
        "http://localhost.example.org/hook",
        "http://169.254.169.254/latest",
        "https://user:secret@example.org/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https:///nowhere",
        "https://example.org:99999/",
        "https://example.org/#x",
        "https://example.org/\r\nx: y",
        "javascript:alert(1)",
        "//example.org",
        "https://[::1",
        "x" * 600,
    ],
)
def test_an_address_that_could_reach_what_it_should_not_is_refused(program: httpx.Client, url: str) -> None:
    answer = program.post(HOOKS, json={"url": url})
    assert answer.status_code == 422, answer.text
    assert "secret@" not in answer.text


def test_no_more_are_told_than_each_have_a_thread(
    alone: tuple[Served, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    station, program = alone
    monkeypatch.setattr("devicelog.store.webhooks.MOST", 2)
    wanted: dict[str, str | list[str]] = {"url": "http://127.0.0.1:9/hook", "events": ["session.closed"]}
    assert [program.post(HOOKS, json=wanted).status_code for _ in range(3)] == [201, 201, 422]
    admin = visitor(station.accounts, "Ada Admin", Role.ADMIN)
    with Visit(station.url, token=admin.token) as visit:
        visit.get("/administration/webhooks")
        refused = visit.post("/administration/webhooks", **wanted)
    assert "webhooks are told already" in refused.text
    assert len(program.get(HOOKS).json()["webhooks"]) == 2


def test_only_whoever_may_manage_webhooks_sees_them(station: Served) -> None:
    with client(station, "sessions:read", "sessions:write", "entries:read") as other:
        assert other.get(HOOKS).status_code == 403
        assert other.post(HOOKS, json={"url": "https://example.org/"}).status_code == 403
