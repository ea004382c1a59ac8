"""A reply that does not name its quantity is paired with a query only where no other can be meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devicelog_drivers.outstanding import MOST, Outstanding

NAMES = ("volume", "rate", "diameter")


def outstanding() -> Outstanding:
    return Outstanding(frozenset({"version"}))


def test_a_reply_is_that_of_the_one_query_that_waits() -> None:
    waiting = outstanding()
    waiting.sent("volume")

    assert waiting.unnamed() == "volume"
    assert waiting.unnamed() is None


def test_a_late_reply_is_not_paired_with_the_query_behind_it() -> None:
    waiting = outstanding()
    waiting.sent("volume")
    waiting.sent("rate")

    assert waiting.unnamed() is None
    assert waiting.unnamed() is None


def test_a_reply_that_names_itself_brings_all_in_step_again() -> None:
    waiting = outstanding()
    for name in ("volume", "rate", "version"):
        waiting.sent(name)
    waiting.unnamed()

    waiting.named("version")
    waiting.sent("diameter")

    assert waiting.unnamed() == "diameter"


def test_a_late_reply_before_the_one_that_names_itself_is_still_its_own() -> None:
    waiting = outstanding()
    waiting.sent("volume")
    waiting.sent("version")

    assert waiting.unnamed() == "volume"


def test_a_second_answer_to_who_is_there_takes_no_query_with_it() -> None:
    waiting = outstanding()
    waiting.sent("version")
    waiting.sent("version")
    waiting.named("version")
    waiting.sent("volume")

    waiting.named("version")

    assert waiting.unnamed() == "volume"


def test_more_queries_than_a_device_can_owe_are_not_kept_and_nothing_is_paired_until_a_name_comes() -> None:
    waiting = outstanding()
    for _ in range(MOST + 1):
        waiting.sent("volume")
    assert waiting.unnamed() is None

    waiting.sent("version")
    waiting.named("version")
    waiting.sent("volume")

    assert waiting.unnamed() == "volume"


@given(st.lists(st.tuples(st.sampled_from((*NAMES, "version")), st.sampled_from(("answered", "lost", "late")))))
def test_whatever_is_lost_or_late_no_reply_of_a_device_that_answers_in_order_is_paired_wrongly(
    asked: list[tuple[str, str]],
) -> None:
    waiting = outstanding()
    late: list[str] = []

    def arrive(name: str) -> None:
        if name == "version":
            waiting.named(name)
        else:
            assert waiting.unnamed() in (name, None)

    for name, fate in asked:
        waiting.sent(name)
        if fate != "lost":
            late.append(name)
        if fate == "answered":
            for reply in late:
                arrive(reply)
            late.clear()
