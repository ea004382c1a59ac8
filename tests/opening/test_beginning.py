"""How a session is begun by any part of the program: looked up, stated, refused or warned about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.errors import UnknownNameError
from devicelog.ledger.beginning import Beginning, Through
from devicelog.opening.prepared import Prepared
from devicelog.opening.refusing import keep_refused
from devicelog.opening.setting import rules_of, setting_of
from devicelog.opening.stated import UNASKED
from devicelog.opening.stating import unasked
from devicelog.opening.warnings import warnings
from devicelog.record.steps import refused_because
from devicelog.steps.draft import Draft
from devicelog.store.reader import Reader
from devicelog.stored import record_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.opening.conftest import Clinic


def test_a_setting_can_be_shown_without_writing(clinic: Clinic) -> None:
    draft, start = clinic.draft(), clock.now()
    protocol = Prepared.of(draft, clinic.writer.folder.path).protocol
    with Reader.open(clinic.writer.folder.path) as reader:
        shown = setting_of(reader, draft, protocol, start, rules=rules_of(None), simulated=True)
        assert reader.subject("P-7") is None, "whom it would be of is not known yet"

    assert (shown.practitioner, shown.protocol) == ("Dr A. Example", protocol)
    assert shown.course is not None
    assert shown.body_map is not None


def test_what_is_named_is_looked_up_before_a_store_is_there(clinic: Clinic, tmp_path: Path) -> None:
    draft, _ = clinic.draft().with_session(devices=["no-such-gun@sim://reference-mesogun"])

    with pytest.raises(UnknownNameError, match="no-such-gun"):
        Prepared.of(draft, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_where_nobody_is_asked_every_step_is_skipped_and_nothing_refused(clinic: Clinic) -> None:
    draft, _ = Draft(session=clinic.draft().session).with_session(
        protocol="noneedle-electroporation-face", zones=["face.orbital.left"]
    )
    prepared, start = Prepared.of(draft, clinic.writer.folder.path), clock.now()
    setting = setting_of(clinic.writer, draft, prepared.protocol, start, rules=rules_of(None), simulated=True)

    said = unasked(draft, setting, start)

    assert [stop.of for stop in said.opening.stops] == ["zone:face.orbital.left"]
    assert not said.stops
    assert {(skip.step, skip.reason) for skip in said.draft.skips} == {
        (step, UNASKED) for step in ("history", "screening", "consent", "patch test", "consultation", "products")
    }


def test_a_refused_session_is_kept_without_its_devices(clinic: Clinic) -> None:
    prepared, said = clinic.stated(clinic.draft(consent='[consent]\ngiven = "no"\n'))
    plan = prepared.plan(clinic.writer, said, Beginning(Through.TERMINAL))

    (why, ended) = keep_refused(clinic.writer, plan, prepared.protocol, said)

    assert why.startswith("consent was not given; to open the session all the same, override screening:consent_missing")
    assert ended == f"session {plan.session} was refused: no device was read, and what was stated is kept"
    record = record_of(clinic.writer, clinic.writer.session(plan.session))
    assert list(refused_because(record)) == ["screening:consent_missing"]
    assert not record.devices


def test_what_must_be_known_is_said_when_a_session_begins(clinic: Clinic) -> None:
    draft, _ = clinic.draft().with_session(zones=["left_thigh"])
    prepared, said = clinic.stated(draft)

    found = list(warnings(prepared.plan(clinic.writer, said, Beginning(Through.TERMINAL))))

    assert "the driver reference-mesogun has not been verified on any real device" in found
    assert any("is example-unapproved; nobody here has approved it" in warning for warning in found)
    assert any(warning.startswith("the zone left_thigh is not on the body map") for warning in found)
