"""What a polled device gave lies between two of its answers: counts with an interval, and never a moment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from devicelog.chunk import ChunkKind
from tests.polled_gun import COUNTED, DRIVER, OTHER, Lines, Session


def test_nine_shots_a_second_asked_once_a_second_are_intervals_with_counts_and_no_moments() -> None:
    session = Session()
    for second in range(11):
        session.say(second + 1.0, f"{9 * second} {180 * second} ul 0 R")
    session.end(12)

    intervals = session.of("interval")
    assert [interval["given"] for interval in intervals] == [{"triggers_session": "9", "volume_session": "0.18"}] * 10
    assert [(i["since"], i["until"]) for i in intervals] == [(s * 1_000_000, (s + 1) * 1_000_000) for s in range(1, 11)]
    assert len(session.of("observation")) == 11  # one for each answer, none for a shot
    totals = session.record.tally.session
    assert (totals.triggers, totals.volume_ml, totals.elapsed_ms) == (90, Decimal("1.8"), 9_000)


def test_the_first_answer_only_says_where_the_counters_stand() -> None:
    session = Session()
    session.say(1, "500 10000 ul 0 R")

    assert session.of("interval") == []
    assert session.record.tally.session.triggers == 0


def test_what_was_not_given_is_no_interval_and_the_next_one_begins_at_the_last_answer() -> None:
    session = Session()
    for at, count in ((1, 0), (2, 0), (3, 0), (4, 2)):
        session.say(at, f"{count} {count * 20} ul 0 R")

    (interval,) = session.of("interval")
    assert (interval["since"], interval["until"]) == (3_000_000, 4_000_000)


def test_a_unit_that_changes_between_two_answers_changes_no_amount() -> None:
    session = Session()
    for at, volume in ((1, "990 ul"), (2, "999.5 ul"), (3, "1.0105 ml"), (4, "1.02 ml")):
        session.say(at, f"0 {volume} 0 R")

    given = [interval["given"]["volume_session"] for interval in session.of("interval")]
    assert given == ["0.0095", "0.011", "0.0095"]
    assert session.record.tally.session.volume_ml == Decimal("0.03")


def test_an_answer_without_a_value_is_bridged_and_not_taken_for_zero() -> None:
    session = Session()
    for at, volume in ((1, "100"), (2, "-"), (3, "140")):
        session.say(at, f"0 {volume} ul 0 R")

    (interval,) = session.of("interval")
    assert (interval["since"], interval["given"]) == (1_000_000, {"volume_session": "0.04"})


def late(session: Session, *arrivals: tuple[float, str]) -> list[tuple[int, int, str]]:
    """Asked at 1, 2 and, because the reply was late, again at 2.5 s; since, until and triggers of what was given."""
    session.handle(1.0, ChunkKind.SENT, b"?\n")
    session.say(1.02, "10 - ul 0 R")
    for asked in (2.0, 2.5):
        session.handle(asked, ChunkKind.SENT, b"?\n")
    for at, lines in arrivals:
        session.handle(at, ChunkKind.RECEIVED, lines.encode())
    session.handle(3.5, ChunkKind.SENT, b"?\n")
    session.say(3.52, "40 - ul 0 R")
    return [(i["since"], i["until"], i["given"]["triggers_session"]) for i in session.of("interval")]


def test_a_late_reply_and_that_to_the_query_sent_again_in_one_read_are_of_no_moments_that_anybody_knows() -> None:
    assert late(Session(), (2.9, "19 - ul 0 R\n27 - ul 0 R\n")) == [
        (1_020_000, 2_900_000, "9"),
        (1_020_000, 2_900_000, "8"),
        (2_900_000, 3_520_000, "13"),
    ]


def test_nor_are_they_in_two_reads_close_together() -> None:
    assert late(Session(), (2.9, "19 - ul 0 R\n"), (2.915, "27 - ul 0 R\n")) == [
        (1_020_000, 2_900_000, "9"),
        (1_020_000, 2_915_000, "8"),
        (2_915_000, 3_520_000, "13"),
    ]


def test_what_a_late_reply_leaves_room_for_is_no_jump() -> None:
    counter = replace(COUNTED.metrics[0], max_rate=9)
    session = Session(replace(DRIVER, reports=(replace(COUNTED, metrics=(counter, *COUNTED.metrics[1:])), OTHER)))

    found = late(session, (2.9, "11 - ul 0 R\n27 - ul 0 R\n"))

    assert [given for _, _, given in found] == ["1", "16", "13"]
    assert not any("odd" in interval for interval in session.of("interval"))


# -- counters that go back -------------------------------------------------------------------------------------


def test_a_counter_that_is_back_at_zero_was_reset_and_what_is_known_is_a_lower_bound() -> None:
    session = Session()
    for at, count in ((1, 10), (2, 19), (3, 0), (4, 5)):
        session.say(at, f"{count} {count * 20} ul 0 R")

    assert [interval.get("odd") for interval in session.of("interval")] == [
        None,
        {"triggers_session": "reset", "volume_session": "reset"},
        None,
    ]
    assert session.record.tally.session.triggers == 9 + 5
    assert any("began again at zero" in alarm["text"] for alarm in session.of("alarm"))
    assert (
        "1 interval in which a device's counter began again, jumped or was cleared unheard"
        in session.record.missing_things()
    )


def test_after_a_restart_that_the_device_tells_of_its_new_count_is_what_was_given_at_least() -> None:
    session = Session()
    session.say(1, "10 200 ul 0 R")
    session.say(2, "3 60 ul 1 R")

    (interval,) = session.of("interval")
    assert interval["given"] == {"triggers_session": "3", "volume_session": "0.06"}
    assert set(interval["odd"].values()) == {"reset"}


def test_a_counter_that_went_over_its_end_has_lost_nothing() -> None:
    counter = replace(COUNTED.metrics[0], modulus=1 << 16, max_rate=9)
    session = Session(replace(DRIVER, reports=(replace(COUNTED, metrics=(counter, *COUNTED.metrics[1:])), OTHER)))
    session.say(1, "65530 0 ul 0 R")
    session.say(2, "3 180 ul 0 R")

    (interval,) = session.of("interval")
    assert interval["given"] == {"triggers_session": "9", "volume_session": "0.18"}
    assert "odd" not in interval


def test_more_triggers_than_the_device_can_give_in_the_time_are_no_triggers() -> None:
    counter = replace(COUNTED.metrics[0], max_rate=9)
    session = Session(replace(DRIVER, reports=(replace(COUNTED, metrics=(counter, *COUNTED.metrics[1:])), OTHER)))
    session.say(1, "10 0 ul 0 R")
    session.say(2, "500 0 ul 0 R")

    (interval,) = session.of("interval")
    assert (interval["given"], interval["odd"]) == ({}, {"triggers_session": "anomaly"})


def test_a_counter_that_goes_back_for_no_reason_gives_nothing_and_says_so() -> None:
    session = Session()
    session.say(1, "100 2000 ul 0 R")
    session.say(2, "90 2020 ul 0 R")

    (interval,) = session.of("interval")
    assert interval["given"] == {"volume_session": "0.02"}
    assert interval["odd"] == {"triggers_session": "anomaly"}
    assert session.record.tally.session.triggers == 0


# -- gaps ------------------------------------------------------------------------------------------------------


def test_over_a_gap_nothing_is_missing_because_the_counters_ran_on() -> None:
    session = Session()
    session.say(1, "10 200 ul 0 R")
    session.handle(1.5, ChunkKind.LOST, b"unplugged")
    session.handle(9, ChunkKind.OPENED, b"test")
    session.say(10, "28 560 ul 0 R")

    (closed,) = session.of("gap_closed")
    (interval,) = session.of("interval")
    assert closed["missing"] == 0
    assert (interval["since"], interval["until"]) == (1_000_000, 10_000_000)
    assert interval["given"]["triggers_session"] == "18"


def test_a_device_that_answers_everything_but_its_counters_is_silent() -> None:
    session = Session()
    session.say(1, "10 200 ul 0 R")
    for at in range(2, 8):
        session.say(at, "not now")

    assert [gap["since"] for gap in session.of("gap")] == [1_000_000]


def test_a_device_without_a_serial_number_that_comes_back_may_be_another_and_that_is_said() -> None:
    session = Session()
    session.say(1, "id")
    session.handle(2, ChunkKind.LOST, b"unplugged")
    session.handle(3, ChunkKind.OPENED, b"test")
    session.say(4, "id")

    assert [entry["serial"] for entry in session.of("device_confirmed")] == [""]
    assert any("it may be another" in alarm["text"] for alarm in session.of("alarm"))


# -- limits, zones, effects ------------------------------------------------------------------------------------


def test_totals_are_held_against_their_limits_and_single_injections_are_not_evaluable() -> None:
    session = Session(protocol="meso-face-gun-intradermal", zones=("forehead",))
    for at in range(1, 8):
        session.say(at, f"{at * 50} {at * 1000} ul 0 R")
    session.end(9)

    alarms = [alarm["text"] for alarm in session.of("alarm")]
    assert any("single injections are not seen" in text for text in alarms)
    assert any("volume_total" in alarm.get("name", "") for alarm in session.of("alarm"))
    assert session.record.verdicts["exceeded"] > 0


def test_what_was_given_before_a_pause_belongs_to_the_zone_before_it() -> None:
    session = Session()
    session.say(1, "0 0 ul 0 R")
    session.say(2, "9 180 ul 0 P")
    session.say(3, "9 180 ul 0 R")
    session.say(4, "12 240 ul 0 R")

    zones = session.record.tally.zones
    assert {name: totals.triggers for name, totals in zones.items()} == {"a": 9, "b": 3}


def test_that_a_query_does_something_to_the_device_is_said_once_for_each_opening() -> None:
    session = Session()
    for at in (1, 2):
        session.handle(at, ChunkKind.SENT, b"?\n")
    session.handle(3, ChunkKind.LOST, b"unplugged")
    session.handle(4, ChunkKind.OPENED, b"test")
    session.handle(5, ChunkKind.SENT, b"?\n")

    assert session.of("asked") == [{"link": 1, "effect": "clears_alarm", "purpose": "counters"}] * 2


def test_a_decoder_is_told_what_was_sent_in_its_place_among_the_bytes() -> None:
    session = Session()
    session.handle(1, ChunkKind.SENT, b"?\n")

    decoder = session.recorder.sources[1].decoder
    assert isinstance(decoder, Lines)
    assert decoder.asked == [b"?\n"]


class Raises(Lines):
    """A decoder that cannot bear to be told."""

    def sent(self, request: bytes) -> None:
        raise ValueError(request)


def test_a_decoder_that_raises_when_it_is_told_is_at_fault_and_the_session_goes_on() -> None:
    session = Session(replace(DRIVER, decoder=Raises))
    session.handle(1, ChunkKind.SENT, b"?\n")
    session.say(2, "1 20 ul 0 R")

    assert [fault["link"] for fault in session.of("driver_fault")] == [1]
    assert len(session.of("observation")) == 1


@pytest.mark.parametrize("count", [0, 9])
def test_the_fold_of_the_entries_is_what_the_recorder_counted(count: int) -> None:
    session = Session()
    for second in range(20):
        session.say(second, f"{count * (second % 7)} {20 * count * (second % 7)} ul 0 {'P' if second == 9 else 'R'}")
    session.end(30)

    for name in ("triggers", "polled", "injections", "volume", "elapsed_ms"):
        assert getattr(session.record.tally.session, name) == getattr(session.recorder.tally.session, name), name
