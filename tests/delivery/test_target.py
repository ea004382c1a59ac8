"""Where to: a folder, a FHIR server, an HL7 listener; nothing leaves this computer in the clear unless it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from devicelog.delivery.target import Receiver, target
from devicelog.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "receiver", "name"),
    [
        ("/mnt/records", Receiver.FOLDER, "/mnt/records"),
        ("file:///mnt/my%20records", Receiver.FOLDER, "/mnt/my records"),
        ("fhir+https://emr.example/r4", Receiver.FHIR, "fhir+https://emr.example/r4"),
        ("https://EMR.example/r4/", Receiver.FHIR, "fhir+https://emr.example/r4"),
        ("https://emr.example:443/r4", Receiver.FHIR, "fhir+https://emr.example/r4"),
        ("https://emr.example:8443", Receiver.FHIR, "fhir+https://emr.example:8443"),
        ("http://127.0.0.1:8080/fhir", Receiver.FHIR, "fhir+http://127.0.0.1:8080/fhir"),
        ("http://[::1]:8080/fhir", Receiver.FHIR, "fhir+http://[::1]:8080/fhir"),
        ("mllps://engine:2575", Receiver.HL7, "mllps://engine:2575"),
        ("MLLP://localhost:2575/", Receiver.HL7, "mllp://localhost:2575"),
    ],
)
def test_a_target_has_one_name_however_it_is_typed(text: str, receiver: Receiver, name: str) -> None:
    found = target(text)
    assert (found.receiver, found.name) == (receiver, name)


def test_a_path_is_taken_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("out", "./out", "file:out"):
        assert target(text).folder == tmp_path / "out"


@pytest.mark.parametrize("text", ["http://10.0.0.7/fhir", "fhir+http://emr/fhir", "mllp://engine:2575"])
def test_a_record_goes_to_another_computer_in_the_clear_only_if_that_is_said(text: str) -> None:
    with pytest.raises(BadInputError, match="in the clear"):
        target(text)
    assert not target(text, unencrypted=True).encrypted


@pytest.mark.parametrize(
    "text", ["https://ann:s3cret@emr/fhir", "mllps://ann:s3cret@engine:1", "https://emr/fhir?token=s3cret"]
)
def test_a_secret_in_a_target_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInputError) as refused:
        target(text)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["", "ftp://host/x", "https://", "mllps://engine", "mllps://engine:2575/x", "https://h:99999/", "https://[::1/x"],
)
def test_what_is_no_target_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInputError, match="expected"):
        target(text)
