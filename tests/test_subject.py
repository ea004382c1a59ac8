"""Who a subject is, which subjects are one person, and how long records are to be kept: without a store."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.acts.merges import SUBJECTS_MERGED, SUBJECTS_PARTED, Merges
from devicelog.acts.retention import RETENTION_SET, Rule, age, rule_of, years_after
from devicelog.errors import BadInputError
from devicelog.ledger import Seal, encode
from devicelog.subject import Former, Subject, birth_date, decode
from devicelog.subject import encode as encode_subject
from devicelog.subject import given as field_given

TODAY = date(2026, 11, 22)
ANNA = Subject("P-17", "Anna Maria Müller", "1984-05-17", "0123", "likes tea")


def act(number: int, name: str, **more: Any) -> Seal:
    return Seal(encode({"act": name, "seal": number, "wall": "2026-11-22T10:00:00Z", "by": "A", **more}), b"")


def merged(number: int, subject: str, into: str) -> Seal:
    return act(number, SUBJECTS_MERGED, subject=subject, into=into)


# -- a person --------------------------------------------------------------------------------------------------


def test_what_is_sealed_of_a_person_comes_back_with_what_was_before() -> None:
    other = ANNA.changed({"name": "Anna Meyer", "contact": None}, wall="2026-11-22T10:00:00Z", by="Bo")
    assert decode(encode_subject(other)) == other
    assert (other.name, other.contact) == ("Anna Meyer", None)
    assert other.before == (Former("2026-11-22T10:00:00Z", "Bo", {"name": ANNA.name, "contact": "0123"}),)
    assert ANNA.changed({"name": ANNA.name}, wall="", by="") is ANNA


@pytest.mark.parametrize("text", ["P-17", "p-17", "müll", " MARIA ", "1984-05-17", "Anna Maria Müller"])
def test_a_person_is_found_by_number_birth_date_and_any_part_of_the_name(text: str) -> None:
    assert ANNA.matches(text)


@pytest.mark.parametrize("text", ["P-1", "1984", "tea", "0123", "Meyer"])
def test_a_person_is_not_found_by_a_part_of_the_number_or_by_contact_and_note(text: str) -> None:
    assert not ANNA.matches(text)


@pytest.mark.parametrize("text", ["17.5.1984", "1984-5-17", "1984-02-30", "1899-12-31", "2026-11-23", "19840517"])
def test_what_cannot_be_a_birth_date_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInputError, match="birth date") as caught:
        birth_date(text, TODAY)
    assert text not in str(caught.value)  # what was typed may be another thing about the patient


def test_an_empty_text_takes_a_value_away() -> None:
    assert field_given("name", "  ", TODAY) is None
    assert field_given("name", " Anna \n Müller ", TODAY) == "Anna Müller"


# -- one person ------------------------------------------------------------------------------------------------


def test_merged_subjects_are_one_person_whichever_is_asked_for() -> None:
    merges = Merges([merged(1, "a", "b"), merged(2, "b", "c"), merged(3, "d", "c")])
    assert merges.group("c") == ["c", "b", "d", "a"]
    assert merges.group("a") == merges.group("d") == merges.group("c")
    assert merges.group("e") == ["e"]


def test_a_merge_can_be_taken_back_and_leaves_the_others() -> None:
    acts = [merged(1, "a", "b"), merged(2, "b", "c"), act(3, SUBJECTS_PARTED, merge=2, subject="b")]
    merges = Merges(acts)
    assert merges.group("a") == ["b", "a"]
    assert merges.group("c") == ["c"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=20))
def test_merges_never_go_in_a_circle_and_every_subject_is_of_one_person(pairs: list[tuple[str, str]]) -> None:
    merges = Merges(merged(number, *pair) for number, pair in enumerate(pairs, start=1))
    groups = {tuple(merges.group(subject)) for subject in "abcdef"}
    assert sorted(subject for group in groups for subject in group) == list("abcdef")


def test_an_act_that_cannot_be_read_merges_nobody() -> None:
    assert list(Merges([Seal(b"{", b""), act(1, SUBJECTS_MERGED, subject="a")])) == []


# -- how long --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "born", "until"),
    [
        ("2026-11-22", None, "2034-11-22"),  # nobody knows how old: as of an adult
        ("2026-11-22", "1984-05-17", "2034-11-22"),
        ("2026-11-22", "2008-11-22", "2034-11-22"),  # 18 on that day
        ("2026-11-22", "2008-11-23", "2034-11-23"),  # 17: until the 26th birthday
        ("2026-11-22", "2009-11-22", "2035-11-22"),  # 17 on that day
        ("2026-11-22", "2009-11-23", "2034-11-23"),  # 16: until the 25th
        ("2026-11-22", "2020-01-01", "2045-01-01"),
        ("2028-02-29", None, "2036-02-29"),
        ("2024-02-29", "2004-02-29", "2032-02-29"),
    ],
)
def test_records_are_kept_so_long_after_the_last_entry(last: str, born: str | None, until: str) -> None:
    birthday = date.fromisoformat(born) if born is not None else None
    assert Rule().until(date.fromisoformat(last), birthday) == date.fromisoformat(until)


def test_a_rule_of_more_years_holds_for_minors_too() -> None:
    assert Rule(years=30).until(date(2026, 11, 22), date(2010, 1, 1)) == date(2056, 11, 22)


def test_the_last_rule_that_was_set_is_in_force() -> None:
    acts = [act(4, RETENTION_SET, years=10, minor_until=25), act(5, RETENTION_SET, years=7, minor_until=30)]
    assert rule_of([]) == Rule()
    rule = rule_of(acts)
    assert (rule.years, rule.minor_until, rule.number, rule.by) == (7, 30, 5, "A")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_nobody_is_kept_shorter_for_being_young(last: date, born: date) -> None:
    if born <= last:
        assert Rule().until(last, born) >= Rule().until(last, None)
        assert years_after(born, age(last, born)) <= date(last.year, last.month, last.day) or born.day == 29
