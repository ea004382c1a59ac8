"""Messages and acknowledgements of HL7 v2, as listeners write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.delivery.ack import Verdict, acknowledgement, control_id, messages, wants_application

MESSAGE = b"MSH|^~\\&|devicelog|C|EMR|H|20261122||MDM^T02^MDM_T02|ID-1|P|2.6|||AL|NE\rPID|1\r"


def test_a_file_is_as_many_messages_as_it_has_headers() -> None:
    second = MESSAGE.replace(b"ID-1", b"ID-2")
    assert messages(MESSAGE + b"\r" + second) == [MESSAGE, second]
    assert [control_id(one) for one in (MESSAGE, second)] == ["ID-1", "ID-2"]


@pytest.mark.parametrize("data", [b"", b"PID|1\r", MESSAGE + b"\x1c", MESSAGE + b"\x0b"])
def test_what_cannot_be_framed_is_no_message(data: bytes) -> None:
    with pytest.raises(ValueError, match="HL7"):
        messages(data)


def test_an_application_is_waited_for_only_where_it_was_asked() -> None:
    assert not wants_application(MESSAGE)
    assert wants_application(MESSAGE.replace(b"|AL|NE", b"|AL|AL"))


@pytest.mark.parametrize(
    ("text", "code", "verdict", "words"),
    [
        ("MSH|^~\\&|L|||||| |A-1|P|2.6\rMSA|AA|ID-1\r", "AA", Verdict.TAKEN, ""),
        ("MSH|^~\\&|L|||||||A-1|P|2.6\nMSA|AA|ID-1\n", "AA", Verdict.TAKEN, ""),
        ("MSH|^~\\&|L|||||||A-1|P|2.6\r\nMSA|ca|ID-1|\r\n", "CA", Verdict.TAKEN, ""),
        ("MSH#^~\\&#L#######A-1#P#2.6\rMSA#AR#ID-1#no such type\r", "AR", Verdict.REFUSED, "no such type"),
        (
            "MSH|^~\\&|L|||||||A-1|P|2.6\rMSA|AE|ID-1\rERR|||101^missing|E||||the patient is not here\r",
            "AE",
            Verdict.REFUSED,
            "the patient is not here: 101^missing",
        ),
    ],
)
def test_an_acknowledgement_in_whatever_way_it_is_written(text: str, code: str, verdict: Verdict, words: str) -> None:
    said = acknowledgement(text.encode())
    assert (said.code, said.of, said.verdict, said.words) == (code, "ID-1", verdict, words)


def _read(data: bytes) -> str:
    try:
        return acknowledgement(data).code
    except ValueError as error:
        return str(error)


@given(st.binary(max_size=80))
def test_whatever_comes_is_an_acknowledgement_or_a_sentence(data: bytes) -> None:
    for received in (data, b"MSH|^~\\&|" + data, b"MSH|^~\\&|x\rMSA|" + data):
        said = _read(received)
        assert said in ("AA", "AE", "AR", "CA", "CE", "CR") or said.startswith("what came")
