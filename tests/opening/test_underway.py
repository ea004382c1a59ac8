"""A session that is being opened outlasts its page, and each answer has its time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devicelog import clock
from devicelog.opening.setting import rules_of, setting_of
from devicelog.opening.stated import Stated
from devicelog.opening.stating import planned
from devicelog.opening.underway import Moment, Underway, decode, encode, moment
from devicelog.steps.draft_json import of_json, to_json
from devicelog.subject import Subject
from devicelog.treatment.protocol import Modality

if TYPE_CHECKING:
    from tests.opening.conftest import Clinic

_S = 1_000_000_000


def _later(seconds: int, since: Moment) -> Moment:
    return _moved(since, seconds)


def _moved(one: Moment, seconds: int, boot: str | None = None) -> Moment:
    return Moment(one.boot_ns + seconds * _S, one.wall_ns + seconds * _S, boot or one.boot)


def test_a_draft_is_the_same_again_from_its_bytes(clinic: Clinic) -> None:
    draft, now = clinic.draft(), moment()
    assert of_json(to_json(draft)) == draft
    made = Underway(now, person=Subject("P-9", "Jane"), intended=Modality.INJECTION).noted(
        "consent", {"consent-given": ["yes"]}, now
    )
    made = made.taken("screening", draft, _later(5, now), steps=frozenset({"subject"}))

    assert decode(encode(made)) == made
    assert decode(b"{}") is None
    assert decode(encode(made).replace(b'"version":1', b'"version":9')) is None


def test_an_answer_keeps_the_time_at_which_it_was_typed_until_it_says_something_else(clinic: Clinic) -> None:
    draft, begun = clinic.draft(), moment()
    (code, *_) = draft.answers or {}
    field = f"screening-{code}-answer"
    typed = Underway(begun).noted("screening", {field: ["yes"]}, _later(10, begun))
    typed = typed.noted("screening", {field: ["yes"], "history-text": ["x"]}, _later(20, begun))
    typed = typed.noted("screening", {field: ["no"]}, _later(30, begun))

    taken = typed.taken("screening", draft, _later(60, begun))
    again = taken.taken("screening", replace(draft, history=None), _later(90, begun))

    assert taken.times["screening", code] == _later(30, begun), "when it was answered, not when it was gone on"
    assert again.times["screening", code] == _later(30, begun), "it says the same"
    assert taken.times["history",] == _later(60, begun)
    assert ("history",) not in again.times


def test_what_was_answered_before_the_computer_was_restarted_has_the_time_of_the_opening() -> None:
    now, here = clock.now(), moment()
    draft, _ = Underway(here).draft.with_session(place="Room 2")
    before = _moved(here, -60, boot="another run")
    underway = Underway(before).taken("subject", draft, _later(-10, here))

    assert underway.start(now) == _later(-10, here).stamp
    assert underway.stamps(now) == {("session",): _later(-10, here).stamp}
    assert Underway(before).start(now) == now
    assert replace(underway, times={("session",): before}).stamps(now) == {}


def test_each_statement_of_a_session_has_the_time_of_its_answer(clinic: Clinic) -> None:
    draft, begun = clinic.draft(), moment()
    underway = Underway(begun).taken("screening", replace(draft, consent=None), _later(10, begun))
    underway = underway.taken("consent", draft, _later(40, begun))
    now = _later(60, begun).stamp
    setting = setting_of(clinic.writer, draft, None, underway.start(now), rules=rules_of(None), simulated=True)

    said: Stated = replace(planned(draft, setting, underway.start(now)), asked=underway.stamps(now))

    after = {chunk.boot_ns - begun.boot_ns for chunk in said.chunks(clinic.writer, clinic.writer.subject_for("P-7"))}
    assert after == {10 * _S, 40 * _S}
