"""What is counted is a lower bound: no wrong digit, no wrong unit and no doubtful answer becomes a patient's dose."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.chunk import ChunkKind
from devicelog_drivers import kds_legato, new_era
from tests.polled_gun import COUNTED, DRIVER, OTHER, Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.driver import Metric


def gun(triggers: Metric = COUNTED.metrics[0], volume: Metric = COUNTED.metrics[1]) -> Session:
    """A session with the polled gun whose counter or amount is declared in another way."""
    counted = replace(COUNTED, metrics=(triggers, volume, *COUNTED.metrics[2:]))
    return Session(replace(DRIVER, reports=(counted, OTHER)))


#: 0.1 mL a second at most.
SLOW = replace(COUNTED.metrics[1], max_rate=Decimal("0.1"))
#: A register of 16 bits that counts tenths of a microlitre.
SHORT = replace(SLOW, modulus=Decimal("6.5536"))


def said(session: Session, volumes: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """What was given of these volumes, one a second, and what was odd about it."""
    for second, volume in enumerate(volumes):
        session.say(second + 1.0, f"0 {volume if ' ' in volume else f'{volume} ul'} 0 R")
    session.end(len(volumes) + 2.0)
    return [(i["given"].get("volume_session"), i.get("odd", {}).get("volume_session")) for i in session.of("interval")]


def total(session: Session) -> Decimal:
    return session.record.tally.session.volume_ml


def jumps(session: Session) -> int:
    return sum("volume_session jumped" in alarm["text"] for alarm in session.of("alarm"))


# -- one wrong answer ------------------------------------------------------------------------------------------


def test_a_jump_beyond_the_greatest_rate_gives_nothing_and_the_next_answer_goes_on_from_the_last_good_one() -> None:
    session = gun(volume=SLOW)

    assert said(session, ["1000", "1010", "9020", "1030"]) == [("0.01", None), (None, "anomaly"), ("0.02", None)]
    assert total(session) == Decimal("0.03")
    assert jumps(session) == 1


@pytest.mark.parametrize("volume", [SLOW, COUNTED.metrics[1]], ids=["with a greatest rate", "without"])
def test_what_a_step_gave_is_taken_back_if_the_next_answer_goes_back_below_it(volume: Metric) -> None:
    session = gun(volume=volume)

    found = said(session, ["1000", "1010", "1080", "1030", "1040"])

    assert found == [("0.01", None), ("0.07", None), ("-0.05", "anomaly"), ("0.01", None)]
    assert total(session) == Decimal("0.04")
    assert jumps(session) == 1


def test_an_answer_that_is_too_low_for_once_takes_nothing_away_for_good() -> None:
    session = gun(volume=SLOW)

    found = said(session, ["1000", "1010", "210", "1030"])

    assert found == [("0.01", None), ("-0.01", "anomaly"), ("0.03", None)]
    assert total(session) == Decimal("0.03")


def test_a_zero_for_once_is_said_to_be_a_reset_and_what_was_given_before_does_not_count_again() -> None:
    session = gun(volume=SLOW)

    assert said(session, ["10", "20", "0", "30"]) == [("0.01", None), ("0", "reset"), ("0.01", None)]
    assert total(session) == Decimal("0.02")


def test_two_answers_that_agree_elsewhere_say_where_the_device_stands_and_nothing_is_guessed_of_the_way_there() -> None:
    session = gun(volume=SLOW)

    found = said(session, ["1000", "5000", "5010", "5020"])

    assert found == [(None, "anomaly"), ("0.01", None), ("0.01", None)]
    assert total(session) == Decimal("0.02")


def test_a_wrong_digit_in_a_count_of_triggers_is_taken_back_as_well() -> None:
    session = gun(replace(COUNTED.metrics[0], max_rate=20, modulus=1 << 16))
    for second, triggers in enumerate([18, 20, 28, 21, 22]):
        session.say(second, f"{triggers} - ul 0 R")

    assert session.record.tally.session.triggers == 4
    assert [i["given"] for i in session.of("interval")][2] == {"triggers_session": "-7"}


def test_a_limit_that_only_a_wrong_answer_broke_is_broken_no_more() -> None:
    session = Session(protocol="meso-face-gun-intradermal", zones=("forehead",))
    for second, volume in enumerate(["0", "20", "40020", "40", "60"]):
        session.say(second + 1.0, f"{second} {volume} ul 0 R")

    alarms = [alarm["alarm"] for alarm in session.of("alarm") if "volume_total" in alarm.get("name", "")]
    assert alarms
    assert set(alarms) <= {entry["alarm"] for entry in session.of("alarm_ended")}
    assert session.record.tally.session.volume_ml == Decimal("0.06")


@settings(max_examples=40)
@given(
    steps=st.lists(st.integers(0, 50), min_size=2, max_size=30),
    wrong=st.integers(0, 10_000),
    place=st.integers(0, 30),
    declared=st.sampled_from([SLOW, SHORT, COUNTED.metrics[1]]),
)
def test_one_wrong_answer_behind_the_first_never_makes_a_total_too_great_nor_loses_what_came_before_it(
    steps: list[int], wrong: int, place: int, declared: Metric
) -> None:
    shown = [1_000]
    for step in steps:
        shown.append(shown[-1] + step)
    place = 1 + place % (len(shown) - 2) if len(shown) > 3 else 1
    heard = [*shown[:place], wrong, *shown[place + 1 :], shown[-1], shown[-1]]
    session = gun(volume=declared)

    said(session, [str(volume) for volume in heard])

    assert total(session) == Decimal(shown[-1] - shown[0]) / 1000


# -- units -----------------------------------------------------------------------------------------------------


def test_a_unit_that_grows_while_its_number_goes_on_is_a_jump() -> None:
    session = gun()

    found = said(session, ["20.04 ul", "20.06 ul", "20.08 ml", "20.10 ml", "20.12 ml"])

    assert found == [("0.00002", None), (None, "anomaly"), ("0.02", None), ("0.02", None)]
    assert jumps(session) == 1


def test_a_unit_that_is_wrong_for_once_gives_nothing() -> None:
    session = gun()

    assert said(session, ["1.69 ul", "1.70 ml", "1.71 ul"]) == [(None, "anomaly"), ("0.00002", None)]


# -- the end of a register -------------------------------------------------------------------------------------


def test_an_amount_that_went_over_its_end_has_lost_nothing() -> None:
    session = gun(volume=SHORT)

    assert said(session, ["6530", "6550.5", "6.9", "16.9"]) == [("0.0205", None), ("0.01", None), ("0.01", None)]
    assert jumps(session) == 0


# -- pumps -----------------------------------------------------------------------------------------------------


def pump_said(driver: Any, replies: Sequence[tuple[bytes, bytes]]) -> Session:
    """A session with a pump that answers each query, one a second."""
    session = Session(driver, zones=("forehead",))
    for second, (query, reply) in enumerate(replies):
        session.handle(second + 1.0, ChunkKind.SENT, query)
        session.handle(second + 1.02, ChunkKind.RECEIVED, reply)
    return session


def test_one_flipped_bit_in_the_volume_of_a_new_era_pump_is_no_dose() -> None:
    volumes = ["1.000", "1.117", "1.234", "9.351", "1.468"]
    session = pump_said(new_era.DRIVER, [(b"00DIS\r", b"\x0200II%sW0.000ML\x03" % v.encode()) for v in volumes])

    assert total(session) == Decimal("0.468")
    assert jumps(session) == 1


def test_a_new_era_pump_whose_unit_changes_in_mid_session_gives_no_millilitres() -> None:
    volumes = [b"20.02W0.000UL", b"20.04W0.000UL", b"20.08W0.000ML", b"20.10W0.000ML"]
    session = pump_said(new_era.DRIVER, [(b"00DIS\r", b"\x0200II%s\x03" % volume) for volume in volumes])

    assert total(session) == Decimal("0.02002")
    assert jumps(session) == 1


def test_a_legato_whose_unit_jumps_gives_no_millilitres() -> None:
    volumes = [b"1.69 ul", b"1.70 ml", b"1.71 ul"]
    session = pump_said(kds_legato.DRIVER, [(b"@ivolume\r\n", b"\n%s\r\n>" % volume) for volume in volumes])

    assert total(session) == Decimal("0.00002")
    assert jumps(session) == 1
