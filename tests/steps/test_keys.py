"""Keys during a recording: a line grows, counts at Enter, and is dropped by Esc; what cannot be is refused there."""

from __future__ import annotations

from typing import Any

import pytest

from devicelog.keyboard.typist import SaidBack, Typist
from devicelog.ledger import Kind
from devicelog.steps.keys import KeyChoices, Keys, Zone

ZONES = {"forehead": Zone("forehead", "Forehead"), "face.orbital": Zone("face.orbital", "Eye", "no current there")}

QUESTIONS = {"epilepsy": "Epilepsy", "heart_disease": "Heart disease", "active_implant": "Implant", "cancer": "Cancer"}


class AtWork:
    """Somebody at the keys; `stated` is what came of them."""

    def __init__(self, syringes: dict[int, str] | None = None) -> None:
        self.stated: list[tuple[Kind, dict[str, Any]]] = []
        labels = {1: "left", 2: "right"} if syringes is None else syringes
        choices = KeyChoices(["forehead", "face.orbital"], ZONES.get, labels, "Dr. Test", QUESTIONS)
        self.keys = Keys(choices, lambda kind, content: self.stated.append((kind, content)))

    def type(self, text: str) -> AtWork:
        assert self.keys.press(text.encode()) == b"", "nothing of it is for anybody else"
        return self


@pytest.mark.parametrize(
    ("typed", "kind", "content"),
    [
        ("z1\r", Kind.ZONE, {"zone": "forehead", "because": "chosen by a key"}),
        ("zforehead\r", Kind.ZONE, {"zone": "forehead", "because": "chosen by a key"}),
        ("s2\r", Kind.SYRINGE_IN_USE, {"syringe": 2, "because": "chosen by a key"}),
        ("p\r", Kind.PAUSED, {"by": "Dr. Test"}),
        ("pthe telephone\r", Kind.PAUSED, {"by": "Dr. Test", "because": "the telephone"}),
        ("nwarm skin\r", Kind.NOTE, {"text": "warm skin", "by": "Dr. Test"}),
        ("n\x7fz\x08warm\r", Kind.NOTE, {"text": "warm", "by": "Dr. Test"}),
        ("e3\r", Kind.EVENT, {"code": "pain", "by": "Dr. Test"}),
        ("e3 left side\r", Kind.EVENT, {"code": "pain", "text": "left side", "by": "Dr. Test"}),
        ("econtact_lost\r", Kind.EVENT, {"code": "contact_lost", "by": "Dr. Test"}),
        ("e6 sneezed\r", Kind.EVENT, {"code": "other", "text": "sneezed", "by": "Dr. Test"}),
        ("cepilepsy\r", Kind.SCREENING, {"code": "epilepsy", "by": "Dr. Test"}),
        ("cepil as a child\r", Kind.SCREENING, {"code": "epilepsy", "detail": "as a child", "by": "Dr. Test"}),
        ("näch\r", Kind.NOTE, {"text": "äch", "by": "Dr. Test"}),
    ],
)
def test_a_line_counts_at_enter_and_not_before(typed: str, kind: Kind, content: dict[str, Any]) -> None:
    person = AtWork().type(typed[:-1])
    assert person.stated == []
    assert person.keys.prompt.title

    person.type(typed[-1])

    assert person.stated == [(kind, content)]
    assert person.keys.prompt.said.startswith("kept: ")
    assert not person.keys.in_use


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("z3\r", "found '3', expected a number of the list, or the name or code of a zone"),
        ("zelbow\r", "found 'elbow', expected a number of the list, or the name or code of a zone"),
        ("z\r", "found '', expected a number of the list"),
        ("s3\r", "found '3', expected the number of a syringe (1, 2)"),
        ("sleft\r", "found 'left', expected the number of a syringe"),
        ("n  \r", "found an empty note, expected words"),
        ("e9\r", "found '9', expected a number of the list"),
        ("can\r", "found 'an', expected the code of a question"),
        ("cgout\r", "found 'gout', expected the code of a question"),
        ("c\r", "found '', expected the code of a question"),
        ("e6\r", "found '6', expected what happened"),
    ],
)
def test_what_cannot_be_is_refused_at_the_prompt_and_states_nothing(typed: str, because: str) -> None:
    person = AtWork().type(typed)

    assert person.stated == []
    assert person.keys.prompt.refused
    assert f" refused: {because}" in person.keys.prompt.said
    assert not person.keys.in_use, "the next key begins afresh"


def test_a_line_that_was_refused_is_gone_when_the_next_one_begins() -> None:
    person = AtWork().type("znosz\rz1\r")

    assert person.stated == [(Kind.ZONE, {"zone": "forehead", "because": "chosen by a key"})]
    assert person.keys.prompt.said == "kept: zone Forehead"


def test_a_refused_line_is_said_with_all_that_was_typed() -> None:
    person = AtWork().type("e9 she fainted\r")

    assert person.keys.prompt.said.startswith("event refused: found '9 she fainted', expected")


def test_a_key_that_means_nothing_is_said_so() -> None:
    assert AtWork().type("q").keys.prompt.said == "found 'q', expected one of z s p n e c ?"


def test_the_zones_of_the_list_have_their_names_on_the_body_map() -> None:
    assert AtWork().type("z").keys.prompt.choices == ("1 Forehead", "2 Eye")


def test_esc_drops_the_line_and_arrows_do_nothing() -> None:
    person = AtWork().type("nwro\x1b[Ang\x1b")

    assert person.stated == []
    assert person.keys.prompt.said == "dropped"
    assert person.type("\rx\r").stated == [], "keys that mean nothing do nothing"


def test_a_pause_is_ended_by_the_same_key() -> None:
    person = AtWork().type("p\r")
    assert person.keys.prompt.paused
    person.type("p")
    assert person.keys.prompt.title == "resume"

    person.type("\r")

    assert [kind for kind, _ in person.stated] == [Kind.PAUSED, Kind.RESUMED]
    assert not person.keys.prompt.paused


def test_an_excluded_zone_is_said_at_once_and_can_be_entered() -> None:
    person = AtWork().type("z2\r")

    assert person.stated == [(Kind.ZONE, {"zone": "face.orbital", "because": "chosen by a key"})]
    assert "EXCLUDED: no current there" in person.keys.prompt.said


def test_the_questions_that_may_be_meant_are_shown_while_a_code_is_typed() -> None:
    person = AtWork().type("c")
    assert person.keys.prompt.choices == tuple(QUESTIONS)

    person.type("an")

    assert person.keys.prompt.title == "contraindication learned"
    assert person.keys.prompt.choices == ("active_implant", "cancer")


def test_without_a_syringe_the_key_says_so() -> None:
    assert "no syringe was prepared" in AtWork({}).type("s1\r").keys.prompt.said


def test_beside_a_typed_driver_a_line_that_begins_with_a_colon_is_for_the_keys() -> None:
    person = AtWork()
    typist = Typist(lambda line: SaidBack(f"would mean {line}", readable=True), person.keys)

    handed_on = typist.press(b"shots 40\r\r:z1\r:nat 10:30\rshots 4\r\r")

    assert handed_on == b"shots 40\nshots 4\n", "the driver's lines and no other"
    assert person.stated == [
        (Kind.ZONE, {"zone": "forehead", "because": "chosen by a key"}),
        (Kind.NOTE, {"text": "at 10:30", "by": "Dr. Test"}),
    ]


def test_beside_a_typed_driver_a_colon_within_its_line_is_its_own() -> None:
    person = AtWork()
    typist = Typist(lambda line: SaidBack(f"would mean {line}", readable=True), person.keys)

    assert typist.press(b"device A:z1\r\r") == b"device A:z1\n"
    assert person.stated == []


def test_beside_a_typed_driver_a_line_for_no_key_is_said_and_reaches_nobody() -> None:
    person = AtWork()
    typist = Typist(lambda line: SaidBack(f"would mean {line}", readable=True), person.keys)

    assert typist.press(b":quit") == b""
    assert person.keys.prompt.said.startswith("found 'quit', expected one of z s p n e c ?")
    assert typist.press(b"\rshots 4\r\r") == b"shots 4\n"

    assert person.keys.prompt.refused
    assert person.stated == []
