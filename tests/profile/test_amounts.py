"""What a profile says of an amount holds in a session: where it is 0 again, and the most in a second."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pymodbus.framer import FramerRTU

from devicelog.chunk import ChunkKind
from devicelog.clock import Stamp
from devicelog.ledger.resumption import Resumption
from tests.polled_gun import Session
from tests.profile.profiles import MODBUS, driver_of, problems_of

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A register of 16 bits that counts tenths of a microlitre.
SHORT = (
    MODBUS[: MODBUS.index("[[report.metric]]")].replace("count = 2", "count = 1")
    + """
[[report.metric]]
name = "volume_session"
category = "amount"
unit = "mL"
sent_in = "uL"
scale = 0.1
basis = "commanded"
address = 0
type = "u16"
modulus = 65536
max_rate = "0.2 mL"
"""
)


#: Triggers since they were read last.
TAKEN = (
    MODBUS.replace('effect = "none"', 'effect = "destructive_read"')
    .replace("modulus = 4294967296", "since_last_read = true")
    .replace("count = 2", "count = 1")
    .replace('type = "u32"', 'type = "u16"')
)


def session_of(text: str, registers: Sequence[int | None]) -> Session:
    """A session in which the register says this, once a second; None: no reply."""
    driver = driver_of(text)
    session = Session(driver)
    for second, register in enumerate(registers):
        session.handle(second + 1.0, ChunkKind.SENT, driver.queries[0].request)
        if register is not None:
            session.handle(second + 1.02, ChunkKind.RECEIVED, reply(register))
    return session


def reply(register: int) -> bytes:
    frame = b"\x01\x04\x02" + register.to_bytes(2, "big")
    return frame + FramerRTU.compute_CRC(frame).to_bytes(2, "big")


def test_a_register_of_tenths_of_a_microlitre_goes_over_its_end_and_nothing_is_lost() -> None:
    session = session_of(SHORT, [65_000, 65_500, 464, 964])

    assert session.record.tally.session.volume_ml == Decimal("0.15")
    assert not any("odd" in interval for interval in session.of("interval"))


def test_more_than_the_profile_says_it_can_give_in_the_time_is_no_dose() -> None:
    session = session_of(SHORT, [1_000, 1_100, 33_868, 1_200])

    assert session.record.tally.session.volume_ml == Decimal("0.02")
    assert [interval.get("odd") for interval in session.of("interval")] == [None, {"volume_session": "anomaly"}, None]


def test_without_a_greatest_rate_no_wrap_is_told_from_a_fault() -> None:
    session = session_of(SHORT.replace('max_rate = "0.2 mL"\n', ""), [65_500, 464, 964])

    assert session.record.tally.session.volume_ml == Decimal("0.05")
    assert [interval.get("odd") for interval in session.of("interval")] == [{"volume_session": "anomaly"}, None]


@pytest.mark.parametrize(("scale", "modulus"), [("1", 256), ("10", 2_560)])
def test_the_end_of_a_counter_is_that_of_the_number_on_the_wire(scale: str, modulus: int) -> None:
    text = MODBUS.replace("modulus = 4294967296", f"modulus = 256\nscale = {scale}")

    assert driver_of(text).reports[0].metrics[0].modulus == modulus


def test_an_end_of_numbers_whose_unit_changes_is_refused() -> None:
    (problem,) = problems_of(SHORT.replace('sent_in = "uL"', 'units = { ul = "uL", ml = "mL" }'))

    assert "modulus: found 65536, expected none where unit tokens are sent" in problem


# -- what reading clears ---------------------------------------------------------------------------------------


def odd(session: Session) -> list[str | None]:
    return [interval.get("odd", {}).get("triggers_session") for interval in session.of("interval")]


def lost(session: Session) -> int:
    return sum("was cleared by a query whose reply is missing" in alarm["text"] for alarm in session.of("alarm"))


def test_what_a_lost_reply_has_taken_away_makes_the_next_interval_a_lower_bound() -> None:
    session = session_of(TAKEN, [5, 4, None, 3, 2])

    assert session.record.tally.session.triggers == 9
    assert odd(session) == [None, "lost", None]
    assert lost(session) == 1
    assert session.record.inexact_intervals == 1


def test_a_lost_reply_is_said_even_if_nothing_was_given_since() -> None:
    session = session_of(TAKEN, [5, 4, None, 0, 0])

    assert [interval["given"] for interval in session.of("interval")] == [
        {"triggers_session": "4"},
        {"triggers_session": "0"},
    ]
    assert odd(session) == [None, "lost"]


def test_a_reply_that_is_damaged_is_no_answer() -> None:
    session = session_of(TAKEN, [5, 4])
    session.handle(3.0, ChunkKind.SENT, driver_of(TAKEN).queries[0].request)
    session.handle(3.02, ChunkKind.RECEIVED, reply(7)[:-1] + b"\x00")
    session.handle(4.0, ChunkKind.SENT, driver_of(TAKEN).queries[0].request)
    session.handle(4.02, ChunkKind.RECEIVED, reply(1))

    assert odd(session) == [None, "lost"]


def test_what_was_cleared_last_and_never_told_is_missing_at_the_end() -> None:
    session = session_of(TAKEN, [5, 4, None])
    session.end(5)

    assert odd(session) == [None, "lost"]
    assert lost(session) == 1
    assert session.recorder.tally.session.triggers == session.record.tally.session.triggers == 4


def test_what_may_have_been_cleared_while_nobody_listened_makes_the_next_interval_a_lower_bound() -> None:
    session = session_of(TAKEN, [5, 4])
    clock = session.recorder.clock
    at = Stamp(clock.last.boot_ns + 10**9, clock.last.wall_ns + 10**9)
    session.recorder.handle(Resumption.after(clock.last, clock.boot_id, at, clock.boot_id, "test").chunk())
    session.handle(4.0, ChunkKind.OPENED, b"/dev/test")
    for second, register in enumerate([3, 2], start=5):
        session.handle(second, ChunkKind.SENT, driver_of(TAKEN).queries[0].request)
        session.handle(second + 0.02, ChunkKind.RECEIVED, reply(register))

    assert odd(session) == [None, "lost", None]
    assert lost(session) == 1
    assert session.record.tally.session.triggers == 9


def test_a_query_that_clears_nothing_may_go_unanswered() -> None:
    session = session_of(
        TAKEN.replace("destructive_read", "none").replace("since_last_read = true", "modulus = 65536"), [5, None, 9]
    )
    session.end(5)

    assert odd(session) == [None]
    assert lost(session) == 0
