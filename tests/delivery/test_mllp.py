"""To an HL7 listener: a message is there when its own acknowledgement says so; else it is sent again under its id."""

from __future__ import annotations

import pytest

from devicelog.delivery import mllp
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken
from devicelog.delivery.target import target
from devicelog.store.outbox import Means
from tests.delivery import listener as listener_of
from tests.delivery.authority import Authority
from tests.delivery.listener import Act, Listener

MESSAGE = b"MSH|^~\\&|devicelog|C|EMR|H|20261122||MDM^T02^MDM_T02|ID-1|P|2.6|||NE|AL\rPID|1\r"
LONG = Means(timeout=30)
#: For what hangs, so that nobody waits long.
SHORT = Means(timeout=0.2)


def _told(_done: int, _total: int) -> None:
    """Nobody looks."""


def _send(server: Listener, means: Means = LONG, data: bytes = MESSAGE) -> Outcome:
    return mllp.send(target(server.url), means, data, _told)


def test_a_message_is_framed_and_its_acknowledgement_kept(listener: Listener) -> None:
    told: list[tuple[int, int]] = []
    data = MESSAGE + b"OBX|1|ED|||^application^pdf^Base64^" + b"QUJD" * 100_000 + b"\r"

    found = mllp.send(target(listener.url), LONG, data, lambda done, total: told.append((done, total)))

    assert found == Taken({"code": "AA", "id": "ACK-7"})
    assert listener.messages == [data]
    assert told[-1] == (len(data), len(data))


def test_several_messages_of_a_file_go_one_after_the_other(listener: Listener) -> None:
    second = MESSAGE.replace(b"ID-1", b"ID-2")
    assert isinstance(_send(listener, data=MESSAGE + second), Taken)
    assert listener.messages == [MESSAGE, second]

    listener.acts = [listener_of.take, listener_of.refuse]
    assert isinstance(_send(listener, data=MESSAGE + second), Refused)


@pytest.mark.parametrize("act", [listener_of.take, listener_of.drop_by_drop, listener_of.late])
def test_an_acknowledgement_is_read_however_it_comes(listener: Listener, act: Act) -> None:
    listener.acts = [act]
    assert _send(listener) == Taken({"code": "AA", "id": "ACK-7"})


def test_a_commit_is_enough_where_no_application_is_asked(listener: Listener) -> None:
    listener.acts = [listener_of.commit]
    assert _send(listener, data=MESSAGE.replace(b"|NE|AL", b"|AL|NE")) == Taken({"code": "CA", "id": "ACK-7"})


def test_behind_a_commit_the_application_is_heard(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    listener.acts = [listener_of.commit_then_error, listener_of.commit]
    found = _send(listener)
    assert isinstance(found, Refused)
    assert found.said == "not filed"
    monkeypatch.setattr(mllp, "_BEHIND_COMMIT", 0.1)
    assert _send(listener) == Taken({"code": "CA", "id": "ACK-7"}), "it says nothing: what is committed is there"


def test_what_a_listener_will_not_have_is_told_in_its_words(listener: Listener) -> None:
    listener.acts = [listener_of.refuse]
    found = _send(listener)
    assert isinstance(found, Refused)
    assert found.why == "the listener answered AE"
    assert found.said == "PID-3 is unknown: the patient is not here: 101^Required field missing^HL70357"


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (listener_of.hang_up, "closed before the acknowledgement"),
        (listener_of.half, "closed before the acknowledgement"),
        (listener_of.hang, "no acknowledgement came in time"),
        (listener_of.of_another, "only one of another message"),
        (listener_of.busy_frame, "no acknowledgement was answered"),
        (listener_of.endless, "longer than"),
    ],
)
def test_what_was_not_acknowledged_may_have_arrived(listener: Listener, act: Act, why: str) -> None:
    listener.acts = [act]
    found = _send(listener, SHORT if act is listener_of.hang else LONG)
    assert isinstance(found, NotNow)
    assert found.unanswered
    assert why in found.why


def test_a_listener_that_is_not_there_got_nothing() -> None:
    with Listener() as gone:
        pass
    found = _send(gone)
    assert isinstance(found, NotNow)
    assert not found.unanswered


def test_what_would_end_its_frame_is_not_sent(listener: Listener) -> None:
    assert isinstance(_send(listener, data=MESSAGE + b"NTE|\x1c\r"), Refused)
    assert listener.messages == []


def test_a_listener_is_believed_by_its_authority(authority: Authority) -> None:
    with Listener(authority.context()) as server:
        untrusted = _send(server)
        assert _send(server, Means(ca=str(authority.ca))) == Taken({"code": "AA", "id": "ACK-7"})
    assert isinstance(untrusted, NotNow)
    assert "certificate is not trusted" in untrusted.why
    assert not untrusted.unanswered
    assert len(server.messages) == 1


def test_a_plain_listener_behind_tls_got_nothing(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mllp, "_CONNECT", 0.2)
    found = mllp.send(target(listener.url.replace("mllp://", "mllps://")), SHORT, MESSAGE, _told)
    assert isinstance(found, NotNow)
    assert not found.unanswered
    assert listener.messages == []
