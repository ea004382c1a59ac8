"""A record that does not arrive: it waits and goes later under the same id, or the refusal is final and told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog.store.outbox import State
from tests.delivery import listener as listener_of
from tests.delivery.conftest import Clinic, Said
from tests.delivery.fhir_server import FhirServer, answer, outcome
from tests.delivery.listener import Listener
from tests.waiting import PATIENCE

Devicelog = Callable[..., Said]
ONCE = ("--wait", "1 ms")


def _deliver(devicelog: Devicelog, to: object, *more: object) -> Said:
    return devicelog("deliver", "last", "--to", to, *ONCE, "--json", *more)


def test_what_cannot_be_delivered_waits_and_goes_later(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer) -> None:
    fhir.acts = [answer(503), answer(500)]
    assert _deliver(devicelog, fhir.url).code == 3
    (waiting,) = devicelog("outbox", "--json").document
    assert (waiting["state"], waiting["tries"], waiting["why"]) == ("waiting", 1, "the server answered HTTP 503")
    assert devicelog("outbox", "run").code == 0, "it is not due yet"
    assert len(fhir.requests) == 1
    assert devicelog("outbox", "run", "--all").code == 3
    assert devicelog("outbox", "run", "--all").code == 0
    assert len({body for _, body in fhir.requests}) == 1
    assert devicelog("outbox", "--json").document == []
    (receipt,) = clinic.receipts()
    assert (receipt["tries"], receipt["unanswered"]) == (3, 0)


def test_deliver_goes_on_for_as_long_as_it_may(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devicelog.delivery.delay.FIRST", 0.01)
    monkeypatch.setattr("devicelog.delivery.running._STORE_IN_USE", 0.01)
    fhir.acts = [answer(503)] * 3
    assert devicelog("deliver", "last", "--to", fhir.url, "--wait", "60 s").code == 0
    assert len(fhir.requests) == 4


def test_what_was_never_answered_is_sent_again_under_the_same_id_and_that_is_said(
    clinic: Clinic, devicelog: Devicelog, listener: Listener
) -> None:
    listener.acts = [listener_of.hang_up]
    first = _deliver(devicelog, listener.url)
    assert first.code == 3
    assert "may have arrived" in first.document["tried"][0]["why"]

    second = devicelog("deliver", "last", "--to", listener.url, *ONCE)

    assert second.code == 0
    assert "sent again under the same ids" in second.err
    assert listener.messages[0] == listener.messages[1]
    assert len(listener.documents) == 1
    (receipt,) = clinic.receipts()
    assert (receipt["tries"], receipt["unanswered"], receipt["messages"]) == (2, 1, list(listener.documents))


def test_a_second_order_of_the_same_is_the_same_delivery(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer
) -> None:
    fhir.acts = [answer(503)] * 2
    for _ in range(2):
        assert _deliver(devicelog, fhir.url).code == 3
    assert [row.content.tries for row in clinic.outbox()] == [2]
    assert _deliver(devicelog, fhir.url).code == 0
    assert len(clinic.receipts()) == 1


def test_a_refusal_is_final_and_told_in_the_receivers_words(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer
) -> None:
    fhir.acts = [answer(422, outcome("Anna Example is no patient here\x1b[31m"))]
    said = devicelog("deliver", "last", "--to", fhir.url)
    assert said.code == 1
    assert "HTTP 422" in said.err
    assert "Anna Example is no patient here" in said.err
    assert "\x1b" not in said.err
    assert devicelog("outbox", "run", "--all").code == 0
    assert len(fhir.requests) == 1
    assert clinic.receipts() == []


def test_what_a_receiver_said_of_a_patient_goes_with_the_patients_key(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer, tmp_path: Path
) -> None:
    fhir.acts = [answer(422, outcome("Anna Example is no patient here"))]
    _deliver(devicelog, fhir.url)
    assert "Anna Example" in devicelog("outbox").out
    (key,) = (tmp_path / "clinic" / "keys").glob("*/subjects/*")
    key.unlink()
    assert "Anna Example" not in devicelog("outbox").out
    (row,) = clinic.outbox()
    assert "Anna Example" not in str(row)


def test_the_operational_log_has_nothing_of_the_record(
    clinic: Clinic, devicelog: Devicelog, fhir: FhirServer, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret")
    token.chmod(0o600)
    fhir.acts = [answer(422, outcome("Anna Example is no patient here"))]
    words = [sys.executable, "-m", "devicelog", "deliver", "last", "--to", fhir.url, "--token-file", str(token)]
    logging = {"DEVICELOG_LOG": str(tmp_path / "log"), "DEVICELOG_LOG_LEVEL": "debug"}

    done = subprocess.run(
        words, env=os.environ | logging, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert done.returncode == 1
    assert "Anna Example" in done.stderr
    assert "Traceback" not in done.stderr
    logged = (tmp_path / "log").read_text()
    assert "delivery tried" in logged
    for secret in ("Anna", "s3cret", "Nurse"):
        assert secret not in logged
    assert "s3cret" not in str(clinic.outbox()) + done.stdout + done.stderr
    assert fhir.requests[0][0]["Authorization"] == "Bearer s3cret"


def test_a_token_is_read_at_each_try(clinic: Clinic, devicelog: Devicelog, fhir: FhirServer, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("old")
    token.chmod(0o600)
    fhir.acts = [answer(503)]
    assert _deliver(devicelog, fhir.url, "--token-file", token).code == 3
    token.unlink()
    assert devicelog("outbox", "run", "--all").code == 3
    assert len(fhir.requests) == 1
    token.write_text("new")
    token.chmod(0o600)
    assert devicelog("outbox", "run", "--all").code == 0
    assert [headers["Authorization"] for headers, _ in fhir.requests] == ["Bearer old", "Bearer new"]


def test_a_cancelled_delivery_is_not_tried(clinic: Clinic, devicelog: Devicelog, listener: Listener) -> None:
    listener.acts = [listener_of.hang_up]
    assert _deliver(devicelog, listener.url).code == 3
    said = devicelog("outbox", "cancel", "1")
    assert said.code == 0
    assert "the receiver may have it" in said.err
    assert devicelog("outbox", "run", "--all").code == 0
    assert len(listener.messages) == 1
    assert devicelog("outbox", "cancel", "1").code == 2
    assert devicelog("outbox", "cancel", "7").code == 2


def test_what_waits_of_a_subject_that_is_erased_does_not_go_out_by_itself(
    clinic: Clinic, devicelog: Devicelog, listener: Listener
) -> None:
    listener.acts = [listener_of.hang_up]
    assert _deliver(devicelog, listener.url).code == 3
    assert devicelog("subjects", "erase", clinic.row().subject, "--yes", "--reason", "asked").code == 0
    assert devicelog("outbox", "run", "--all").code == 0
    assert len(listener.messages) == 1
    (row,) = clinic.outbox()
    assert row.state is State.CANCELLED
    assert _deliver(devicelog, listener.url).code == 0, "who orders it after the erasure gets it"
