"""MDM^T02 holds the PDF whole, and says which document it is, how far it is signed, and what it stands in for."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from devicelog.amending.adding import add
from devicelog.amending.correcting import correct
from devicelog.amending.signing import sign
from devicelog.export.hl7.mdm import GREATEST
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.record.response import Meaning
from devicelog.store.evidence import Evidence
from devicelog.store.writer import Writer
from tests.amending.clinic import record_session
from tests.clinic import Clinic
from tests.export.hl7.conftest import PDF, Exported, exported, gun_session


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A store with a session that ended and one that broke off; its keys are the test's own."""
    with Writer.open(tmp_path / "clinic") as writer:
        record_session(writer, 1, ends=True)
        record_session(writer, 2, ends=False)
    with Writer.open(tmp_path / "clinic", create=False):  # closes what broke off
        pass
    return Clinic(tmp_path / "clinic")


def messages(clinic: Clinic, number: int = 1) -> Exported:
    with clinic.reading() as reader:
        source = Evidence(reader).session(clinic.row(number))
        session = ExportedSession.of(source)
        return exported(session.record, installation=source.installation, reference=source.reference)


def signed(clinic: Clinic) -> None:
    given: dict[str, Any] = {"role": "nurse", "registration": "NMC 1", "despite_missing": True}
    with clinic.writing() as writer:
        sign(writer, clinic.row(), by="Ann", meaning=Meaning.AUTHORSHIP, **given)


def corrected(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        correct(writer, clinic.row(), "product.1.lot", "L2", by="Ann", role=None, reason="misread")


def test_the_pdf_comes_back_byte_for_byte(gun: Exported) -> None:
    row = gun.document.all("OBX")[0]

    source, kind, subtype, encoding, data = row.parts(5)

    assert (row[2], source, kind, subtype, encoding) == ("ED", "", "application", "pdf", "Base64")
    assert b64decode(data, validate=True) == PDF
    assert sha256(PDF).hexdigest() in gun.document.note(row)
    assert f"{len(PDF)} bytes" in gun.document.note(row)


def test_a_pdf_that_some_engines_would_cut_is_sent_whole_and_the_note_says_so() -> None:
    pdf = bytes(range(256)) * 400
    made = exported(gun_session().end().record, pdf=pdf).document
    row = made.all("OBX")[0]
    assert len(pdf) > GREATEST
    assert b64decode(row.parts(5)[4], validate=True) == pdf
    assert "compare size and digest" in made.note(row)
    assert sha256(pdf).hexdigest() in made.note(row)


def test_a_simulated_session_is_sent_for_training_and_says_so_in_words(kinds: Mapping[str, Exported]) -> None:
    assert kinds["gun"].document.one("MSH")[11] == "T"
    assert kinds["gun"].observations.one("MSH")[11] == "T"
    assert any(row[5].startswith("SIMULATED") for row in kinds["gun"].document.all("OBX"))
    assert kinds["typed"].document.one("MSH")[11] == "P"
    assert any(row[5].startswith("TYPED") for row in kinds["typed"].document.all("OBX"))


def test_every_text_line_has_an_id_of_its_own(gun: Exported) -> None:
    rows = gun.document.all("OBX")
    assert [row[1] for row in rows] == [row[4] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]


def test_a_document_is_authenticated_only_while_all_of_it_is_signed(clinic: Clinic) -> None:
    assert messages(clinic).document.one("TXA")[17] == "DO"

    signed(clinic)
    found = messages(clinic).document.one("TXA")
    assert found[17] == "AU"
    [who] = found.repetitions(22)
    assert who.split("^")[:2] == ["NMC 1", "Ann"]
    assert who.split("^")[14].endswith("+0000")

    with clinic.writing() as writer:
        add(writer, clinic.row(), Kind.NOTE, {"text": "she called", "by": "Ann"})
    assert messages(clinic).document.one("TXA")[17] == "DO"


def test_a_session_that_runs_or_broke_off_is_no_finished_document(
    clinic: Clinic, kinds: Mapping[str, Exported]
) -> None:
    assert messages(clinic, 2).document.one("TXA")[17] == "IN"
    assert messages(clinic, 2).observations.one("OBR")[25] == "A"
    assert kinds["running"].document.one("TXA")[17] == "IP"
    assert kinds["running"].observations.one("OBR")[25] == "P"
    assert {row[11] for row in kinds["running"].observations.all("OBX")} == {"P", "X"}


def test_an_amended_document_stands_in_the_place_of_the_one_with_its_number(clinic: Clinic) -> None:
    before = messages(clinic)
    corrected(clinic)
    after = messages(clinic)

    first, second = before.document.one("TXA"), after.document.one("TXA")
    assert first[12] == second[12] == second[13]
    assert first[13] == ""
    assert (first[8], first[21]) == ("", "")
    assert second[8].endswith("+0000")
    assert second[21] == "misread"
    assert {row[11] for row in after.document.all("OBX")} == {"C"}
    assert after.observations.one("OBR")[25] == "C"
    assert "lot L2" not in after.document.data.decode()
    assert [row[5] for row in after.observations.rows("product-lot")] == ["L2"]


def test_the_same_record_gives_the_same_message_and_another_one_another_control_id(clinic: Clinic) -> None:
    first = messages(clinic)
    assert messages(clinic).document.data == first.document.data
    assert messages(clinic).observations.data == first.observations.data
    corrected(clinic)
    second = messages(clinic)
    ids = [one.one("MSH")[10] for made in (first, second) for one in (made.document, made.observations)]
    assert len(set(ids)) == 4
    assert all(len(one) == 20 for one in ids)


def test_sessions_have_documents_of_their_own(clinic: Clinic) -> None:
    assert messages(clinic, 1).document.one("TXA")[12] != messages(clinic, 2).document.one("TXA")[12]


def test_the_clinics_number_goes_with_its_erasure(gun: Exported) -> None:
    [ours, clinics] = gun.document.one("PID").repetitions(3)
    assert (ours.split("^")[0], ours.split("^")[4]) == ("subject", "PI")
    assert (clinics.split("^")[0], clinics.split("^")[4]) == ("P-0017", "MR")
    erased = exported(gun_session().end().record, reference=None)
    assert len(erased.document.one("PID").repetitions(3)) == 1
    assert "P-0017" not in erased.document.data.decode() + erased.observations.data.decode()


def test_a_name_that_is_not_known_is_said_to_be_unspecified(gun: Exported) -> None:
    patient = gun.document.one("PID")
    assert (patient[5], patient[7]) == ("^^^^^^U", "")


def test_the_name_and_the_birth_date_that_are_known_are_in_both_messages() -> None:
    made = exported(gun_session().end().record, name="李雷|^~\\&", birth_date="1984-05-17")
    for message in (made.document, made.observations):
        patient = message.one("PID")
        assert (patient.parts(5)[0], patient.parts(5)[6], patient[7]) == ("李雷|^~\\&", "L", "19840517")


def test_who_treated_and_where_is_in_the_visit(gun: Exported) -> None:
    visit = gun.document.one("PV1")
    assert visit[2] == "O"
    assert visit.parts(3)[8] == "Room 2"
    assert visit.parts(7)[0] == "GMC 7654321"
    assert visit.parts(19)[0] == "S1"
