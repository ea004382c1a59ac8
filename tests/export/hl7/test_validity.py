"""Both messages are valid HL7 v2.6 by a program that others wrote, for every kind of session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hl7apy import load_reference
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message as Parsed
from hl7apy.exceptions import HL7apyException
from hl7apy.factories import datatype_factory
from hl7apy.parser import parse_field, parse_message
from hl7apy.v2_6 import get_base_datatypes

from devicelog.export.hl7.message import VERSION
from tests.export.fhir.sessions import KINDS
from tests.export.hl7.conftest import Exported, exported, gun_session
from tests.export.hl7.reader import Message, Segment

#: Types that version 2.6 has and hl7apy's list of them lacks; nothing else that it warns of may occur.
_NEWER = {f"Warning: Value {name} not in table HL70125 in element OBX.OBX_2" for name in ("CWE", "DTM")}


_STRICT = VALIDATION_LEVEL.STRICT


def parsed(message: Message) -> Parsed:
    """A message as hl7apy reads it. It takes the value of an OBX for short texts, so that the PDF is left out here."""
    data = re.sub("(application\\^pdf\\^Base64\\^)[A-Za-z0-9+/=]+", r"\1AAAA", message.data.decode())
    return parse_message(data, validation_level=_STRICT, find_groups=True)


def hold_to_its_type(row: Segment) -> None:
    """Raise what hl7apy finds wrong with the value of an OBX as one of its type."""
    if row[2] in get_base_datatypes():
        datatype_factory(row[2], row[5], VERSION, _STRICT)
    elif row[2]:
        structure = ("sequence", load_reference(row[2], "Datatypes_Structs", VERSION), row[2], "VALUE", None, -1)
        parse_field(row[5], "OBX_5", VERSION, None, _STRICT, structure).validate()


def findings(message: Message, folder: Path) -> set[str]:
    """What hl7apy says of a message beside that it is valid; its exception if it is not."""
    report = folder / "report"
    report.unlink(missing_ok=True)
    assert parsed(message).validate(report_file=str(report))
    for row in message.all("OBX"):
        hold_to_its_type(row)
    return set(report.read_text().splitlines())


@pytest.mark.parametrize("kind", ["gun", "typed", "empty", "nasty"])
def test_both_messages_are_valid(kinds: Mapping[str, Exported], kind: str, tmp_path: Path) -> None:
    assert findings(kinds[kind].document, tmp_path) == set()
    assert findings(kinds[kind].observations, tmp_path) <= _NEWER


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("document", b"|PN|AP|", b"||AP|"),
        ("document", b"\rPV1|", b"\rZZ9|"),
        ("document", b"^Base64^", b"^^"),
        ("document", b"\rEVN|T02|2026", b"\rEVN|T02|yesterday"),
        ("observations", b"|NM|alarms^", b"|DTM|alarms^"),
        ("observations", b"1.3.1.1|0|", b"1.3.1.1|none|"),
        ("observations", b"\rOBX|2|", b"\rOBX|two|"),
    ],
)
def test_the_validator_sees_what_is_wrong(
    kinds: Mapping[str, Exported], kind: str, old: bytes, new: bytes, tmp_path: Path
) -> None:
    data = getattr(kinds["empty"], kind).data
    assert old in data
    with pytest.raises((HL7apyException, ValueError)):
        findings(Message(data.replace(old, new)), tmp_path)


def test_the_validator_reads_the_structure_that_was_meant(kinds: Mapping[str, Exported]) -> None:
    document, observations = parsed(kinds["empty"].document), parsed(kinds["empty"].observations)

    assert document.msh.msh_9.to_er7() == "MDM^T02^MDM_T02"
    assert document.txa.txa_16.to_er7() == "session.pdf"
    result = observations.oru_r01_patient_result
    assert result.oru_r01_patient.pid.pid_3[0].to_er7().startswith("subject^")
    found = result.oru_r01_order_observation.oru_r01_observation
    assert len(found) == len(kinds["empty"].observations.all("OBX"))


def test_the_values_of_a_long_session_are_of_their_types(kinds: Mapping[str, Exported]) -> None:
    for kind in ("current", "running"):
        for row in kinds[kind].observations.all("OBX"):
            hold_to_its_type(row)


@pytest.mark.parametrize("kind", ["refused", "interrupted", "erased", "corrected", "zone_corrected", "several_needles"])
def test_whatever_became_of_a_session_its_messages_are_valid(kind: str, tmp_path: Path) -> None:
    made = exported(KINDS[kind]().record)
    assert findings(made.document, tmp_path) == set()
    for row in made.observations.all("OBX"):
        hold_to_its_type(row)


def test_a_refused_session_says_so_in_both_messages() -> None:
    made = exported(KINDS["refused"]().record)
    for message in (made.document, made.observations):
        assert any(part.startswith("REFUSED") for one in message.segments for part in one.fields)
    assert [row[5] for row in made.observations.rows("injections")] in ([], ["0"])


def test_a_pdf_of_as_many_bytes_as_every_engine_takes_is_valid(tmp_path: Path) -> None:
    made = exported(gun_session().end().record, pdf=b"%" * 49_000)
    assert findings(made.document, tmp_path) == set()
