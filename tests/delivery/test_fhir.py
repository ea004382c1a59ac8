"""To a FHIR server: each entry of the answer counts, and what a server does wrong is either tried again or told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog.delivery import fhir as sending
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken
from devicelog.delivery.target import target
from devicelog.errors import BadInputError
from devicelog.store.outbox import Means
from tests.delivery import fhir_server as server_of
from tests.delivery.authority import Authority
from tests.delivery.fhir_server import Act, FhirServer, answer, outcome

BUNDLE = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "transaction",
        "id": "b-1",
        "entry": [{"request": {"method": "PUT", "url": f"Patient/{n}"}} for n in range(3)],
    }
).encode()
LONG = Means(timeout=30)
#: For what hangs, so that nobody waits long.
SHORT = Means(timeout=0.2)


def _told(_done: int, _total: int) -> None:
    """Nobody looks."""


def _send(server: FhirServer, means: Means = LONG, data: bytes = BUNDLE) -> Outcome:
    return sending.send(target(server.url), means, data, _told)


def _response(*statuses: str, **more: object) -> dict[str, object]:
    entries = [{"response": {"status": status, **more}} for status in statuses]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


def test_a_transaction_is_posted_to_the_base_whole(fhir: FhirServer) -> None:
    told: list[tuple[int, int]] = []
    data = BUNDLE[:-1] + b', "padding": "' + b"x" * 300_000 + b'"}'

    outcome_ = sending.send(target(fhir.url), LONG, data, lambda done, total: told.append((done, total)))

    assert outcome_ == Taken({"status": 200, "resources": 3, "id": "answer-1"})
    ((headers, body),) = fhir.requests
    assert body == data
    assert headers["Content-Type"] == "application/fhir+json"
    assert headers["Content-Length"] == str(len(data))
    assert "Transfer-Encoding" not in headers
    assert told == sorted(told)
    assert told[-1] == (len(data), len(data))


@pytest.mark.parametrize(
    ("act", "why", "said"),
    [
        (answer(400, outcome("Patient.name is wrong")), "HTTP 400", "Patient.name is wrong at Bundle.entry[0]"),
        (answer(403, b"not you"), "HTTP 403", "not you"),
        (answer(404), "HTTP 404", None),
        (answer(302, location="https://elsewhere.example/login"), "HTTP 302", "https://elsewhere.example/login"),
        (answer(307, location="/other"), "HTTP 307", "/other"),
        (answer(200, b"<html>log in"), "without a transaction response", "<html>log in"),
        (answer(200, b""), "without a transaction response", None),
        (answer(200, outcome("all well?")), "without a transaction response", "all well? at Bundle.entry[0]"),
        (answer(200, _response("201", "200 OK")), "2 of 3 resources", None),
        (answer(200, _response()), "0 of 3 resources", None),
        (
            answer(200, _response("201 Created", "422", "412", outcome=outcome("no such code"))),
            "2 failed, the first at entry 2 with 422",
            "no such code at Bundle.entry[0]",
        ),
        (answer(200, {"resourceType": "Bundle", "entry": [{}, None, {"response": 7}]}), "3 failed", None),
    ],
)
def test_what_a_server_will_not_have_is_told_in_its_words(
    fhir: FhirServer, act: Act, why: str, said: str | None
) -> None:
    fhir.acts = [act]
    found = _send(fhir)
    assert isinstance(found, Refused)
    assert why in found.why
    assert found.said == said


@pytest.mark.parametrize(
    ("act", "unanswered", "after"),
    [
        (answer(503, Retry_After="120"), False, 120.0),
        (answer(429, Retry_After="7"), False, 7.0),
        (answer(500, outcome("no disk")), False, None),
        (answer(408), False, None),
        (answer(503, Retry_After="soon"), False, None),
        (answer(200, _response("201", "503", "429")), False, None),
        (server_of.take_and_hang_up, True, None),
        (server_of.take_and_say_half, True, None),
        (server_of.take_and_hang, True, None),
    ],
)
def test_what_may_come_right_is_tried_again(fhir: FhirServer, act: Act, unanswered: bool, after: float | None) -> None:
    fhir.acts = [act]
    found = _send(fhir, SHORT if act is server_of.take_and_hang else LONG)
    assert isinstance(found, NotNow)
    assert (found.unanswered, found.after) == (unanswered, after)


def test_an_answer_without_end_is_given_up(fhir: FhirServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_LONGEST", 1000)
    fhir.acts = [answer(200, b"x" * 100_000)]
    found = _send(fhir)
    assert isinstance(found, NotNow)
    assert "too long" in found.why


def test_a_server_that_is_not_there_got_nothing(fhir: FhirServer) -> None:
    with FhirServer() as gone:
        pass
    found = _send(gone)
    assert isinstance(found, NotNow)
    assert not found.unanswered
    assert "cannot be reached" in found.why


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("Sun, 22 Nov 2026 10:00:30 GMT", 30.0), ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0), ("-5", None), ("", None)],
)
def test_a_retry_after_is_a_number_or_a_date(text: str, seconds: float | None) -> None:
    at_ten = 1_795_341_600_000_000_000
    assert sending.retry_after(text, at_ten) == seconds


# -- who is spoken to ------------------------------------------------------------------------------------------


def test_the_token_goes_to_the_server_and_to_nobody_it_points_to(fhir: FhirServer, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    file.chmod(0o600)
    with FhirServer() as other:
        fhir.acts = [answer(307, location=other.url.removeprefix("fhir+"))]
        found = _send(fhir, Means(token=str(file)))
    assert isinstance(found, Refused)
    assert [headers["Authorization"] for headers, _ in fhir.requests] == ["Bearer s3cret"]
    assert other.requests == []


def test_no_proxy_and_no_password_of_the_environment_is_used(
    fhir: FhirServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with FhirServer() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url.removeprefix("fhir+").removesuffix("/fhir"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert isinstance(_send(fhir), Taken)
        assert proxy.requests == []
    ((headers, _),) = fhir.requests
    assert "Authorization" not in headers


def test_a_server_is_believed_by_its_authority(authority: Authority) -> None:
    with FhirServer(authority.context()) as server:
        untrusted = _send(server)
        trusted = _send(server, Means(ca=str(authority.ca)))
    assert isinstance(untrusted, NotNow)
    assert "certificate is not trusted" in untrusted.why
    assert not untrusted.unanswered
    assert isinstance(trusted, Taken)
    assert len(server.requests) == 1


def test_a_server_that_asks_who_we_are_is_shown_a_certificate(authority: Authority) -> None:
    known = Means(ca=str(authority.ca), certificate=str(authority.client))
    with FhirServer(authority.context(asks_for_certificate=True)) as server:
        assert isinstance(_send(server, Means(ca=str(authority.ca))), NotNow)
        assert isinstance(_send(server, known), Taken)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda file: file.chmod(0o640), "can be read by others"),
        (lambda file: file.write_text(""), "does not hold one token"),
        (lambda file: file.write_text("two tokens"), "does not hold one token"),
        (lambda file: file.write_text("x\r\nX-Evil: 1"), "does not hold one token"),
        (lambda file: file.unlink(), "cannot be read"),
    ],
)
def test_a_token_file_that_cannot_be_used_is_told_without_its_content(
    fhir: FhirServer, tmp_path: Path, spoil: Callable[[Path], object], why: str
) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret")
    file.chmod(0o600)
    spoil(file)
    with pytest.raises(BadInputError, match=why) as refused:
        _send(fhir, Means(token=str(file)))
    assert "s3cret" not in str(refused.value)
    assert fhir.requests == []
