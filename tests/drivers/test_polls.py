"""Which query goes next: one at a time, each in its period; silence is tried again, and then in another dialect."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from devicelog.driver import Effect, Polling, Query
from devicelog.link.polls import Polls

WHO = Query(b"who\r", Effect.NONE, "identity", on_open=True)
FAST = Query(b"fast\r", Effect.NONE, "volume", every=1.0)
SLOW = Query(b"slow\r", Effect.NONE, "rate", every=5.0)
POLLING = Polling(ends=(b"\n:", b"\n>"), timeout=0.5, retries=1, pause=0.02)


class Asked:
    """A line on which time passes in steps of 10 ms; `reply` says what comes back at once."""

    def __init__(self, *queries: Query, allowed: frozenset[Effect] = frozenset(), polling: Polling = POLLING) -> None:
        self.polls = Polls(queries, polling, allowed)
        self.now = 100.0
        self.polls.begin(self.now)
        self.sent: list[tuple[float, bytes]] = []

    def run(self, seconds: float, reply: bytes = b"1 ul\r\n:") -> list[bytes]:
        """What is sent in that time."""
        before = len(self.sent)
        for _ in range(round(seconds * 100)):
            request = self.polls.take(self.now)
            if request is not None:
                self.sent.append((round(self.now - 100, 2), request))
                if reply:
                    self.polls.heard(reply, self.now)
            self.now += 0.01
        return [request for _, request in self.sent[before:]]


def test_all_is_asked_at_first_and_then_each_in_its_period() -> None:
    line = Asked(WHO, FAST, SLOW)

    asked = line.run(10.5)

    assert asked[:3] == [WHO.request, FAST.request, SLOW.request]
    assert (asked.count(WHO.request), asked.count(FAST.request), asked.count(SLOW.request)) == (1, 11, 3)
    assert [at for at, request in line.sent if request == FAST.request][1:] == [float(n) for n in range(1, 11)]


def test_no_query_goes_before_the_reply_to_the_last_one_is_over() -> None:
    line = Asked(WHO, FAST)

    assert line.run(0.3, reply=b"\nhalf a rep") == [WHO.request]
    line.polls.heard(b"ly\r\n", line.now)
    assert line.run(0.1) == []
    line.polls.heard(b":", line.now)
    assert line.run(0.1) == [FAST.request]


def test_the_end_of_a_reply_is_found_across_two_reads() -> None:
    line = Asked(WHO, FAST)
    line.run(0.01, reply=b"1 ul\r\n")

    line.polls.heard(b">", line.now)

    assert line.run(0.1) == [FAST.request]


def test_a_reply_without_end_bytes_is_over_when_the_driver_finds_it_whole() -> None:
    line = Asked(WHO, FAST)
    line.polls = Polls([WHO, FAST], replace(POLLING, ends=(), is_whole=lambda request, came: came == request[::-1]))
    line.polls.begin(line.now)

    assert line.run(0.1, reply=WHO.request[::-1][:2]) == [WHO.request]
    line.polls.heard(WHO.request[::-1][2:], line.now)
    assert line.run(0.1, reply=b"") == [FAST.request]


def test_a_query_in_the_place_of_whose_reply_an_alarm_came_goes_again_at_once() -> None:
    line = Asked(WHO, FAST)
    line.polls = Polls([WHO, FAST], replace(POLLING, is_displaced=lambda _, came: b"alarm" in came))
    line.polls.begin(line.now)

    asked = line.run(0.01, reply=b"alarm\r\n:") + line.run(0.5)

    assert asked == [WHO.request, WHO.request, FAST.request]


def test_a_device_that_tells_nothing_but_alarms_is_asked_the_rest_all_the_same() -> None:
    line = Asked(WHO, FAST)
    line.polls = Polls([WHO, FAST], replace(POLLING, is_displaced=lambda _, came: b"alarm" in came))
    line.polls.begin(line.now)

    assert line.run(0.5, reply=b"alarm\r\n:") == [WHO.request] * 2 + [FAST.request] * 2


def test_a_driver_that_fails_over_a_reply_costs_a_time_out_and_no_more() -> None:
    def fail(_request: bytes, _came: bytes) -> bool:
        raise ValueError("no idea")

    line = Asked(WHO, FAST)
    line.polls = Polls([WHO, FAST], replace(POLLING, ends=(), is_whole=fail))
    line.polls.begin(line.now)

    assert line.run(0.4) == [WHO.request]
    assert line.run(0.3) == [WHO.request]  # asked on opening, so it goes first after a time-out


def test_between_a_reply_and_the_next_query_is_a_pause() -> None:
    line = Asked(WHO, FAST)
    line.run(0.05)

    (first, _), (second, _) = line.sent

    assert round(second - first, 2) == POLLING.pause


def test_a_query_to_which_nothing_comes_is_sent_again_as_often_as_the_driver_says() -> None:
    line = Asked(FAST)

    asked = line.run(1.1, reply=b"")

    assert asked == [FAST.request] * 3  # once, once more, and as it is due again
    assert [at for at, _ in line.sent][:2] == [0.0, 0.52]


def test_after_a_reply_that_never_ended_who_is_there_goes_first() -> None:
    line = Asked(WHO, FAST, SLOW)
    line.run(0.2)

    assert line.run(1.5, reply=b"something") == [FAST.request, WHO.request]
    assert line.run(0.5)[:1] == [WHO.request]


def test_where_nothing_comes_back_the_next_dialect_is_tried_and_the_first_one_again() -> None:
    basic = replace(FAST, request=b"basic\r", dialect="basic")
    safe = replace(FAST, request=b"safe\r", dialect="safe")
    line = Asked(basic, safe)

    asked = line.run(3.2, reply=b"")

    assert asked == [basic.request] * 2 + [safe.request] * 2 + [basic.request] * 2 + [safe.request]


def test_a_dialect_that_is_answered_stays() -> None:
    line = Asked(replace(FAST, dialect="basic"), replace(SLOW, dialect="safe"))

    assert set(line.run(20)) == {FAST.request}


def test_what_opens_a_session_or_destroys_what_it_reads_goes_only_if_it_was_allowed() -> None:
    opens = replace(FAST, effect=Effect.OPENS_SESSION)
    destroys = replace(SLOW, effect=Effect.DESTRUCTIVE_READ)

    assert Asked(opens, destroys).run(10) == []
    assert set(Asked(opens, destroys, allowed=frozenset({Effect.OPENS_SESSION})).run(10)) == {opens.request}


def test_what_acknowledges_an_alarm_goes_unasked() -> None:
    assert Asked(replace(FAST, effect=Effect.CLEARS_ALARM)).run(0.1) == [FAST.request]


def test_what_is_asked_for_besides_goes_first_and_in_its_turn() -> None:
    line = Asked(WHO, FAST, SLOW)
    line.run(0.3)

    line.polls.ask(b"LOG? 1,2\r")
    line.polls.ask(b"LOG? 1,2\r")

    assert line.run(0.3) == [b"LOG? 1,2\r"]


def test_a_line_that_was_opened_again_begins_anew() -> None:
    line = Asked(WHO, FAST)
    line.run(0.3, reply=b"half")

    line.polls.begin(line.now)

    assert line.run(0.2) == [WHO.request, FAST.request]


# -- what is destroyed by reading --------------------------------------------------------------------------------

TAKEN = Query(b"take\r", Effect.DESTRUCTIVE_READ, "what was given since it was asked last", every=2.0)
ALLOWED = frozenset({Effect.DESTRUCTIVE_READ})


def test_a_query_that_destroys_what_it_reads_is_never_sent_again_before_its_time() -> None:
    line = Asked(TAKEN, allowed=ALLOWED)

    line.run(6.5, reply=b"")

    assert [at for at, _ in line.sent] == [0.0, 2.0, 4.0, 6.0]


def test_in_no_dialect_is_it_sent_again_before_its_time() -> None:
    line = Asked(replace(TAKEN, dialect="a"), replace(FAST, dialect="b"), allowed=ALLOWED)

    line.run(6.5, reply=b"")

    taken = [at for at, request in line.sent if request == TAKEN.request]
    assert len(taken) > 1
    assert all(after - before >= 2.0 for before, after in pairwise(taken))


def test_it_is_not_sent_again_because_something_else_came_in_the_place_of_its_reply() -> None:
    line = Asked(TAKEN, allowed=ALLOWED)
    line.polls = Polls([TAKEN], replace(POLLING, is_displaced=lambda _request, _came: True), ALLOWED)
    line.polls.begin(line.now)

    assert line.run(1.9) == [TAKEN.request]


def test_a_reply_that_stalls_is_over_before_its_timeout() -> None:
    line = Asked(FAST, SLOW, polling=replace(POLLING, timeout=3.0, inter_byte=0.2))

    assert line.run(0.15, reply=b"1.2") == [FAST.request]
    line.polls.heard(b"5", line.now)  # it goes on within the time
    assert line.run(0.15) == []
    assert line.run(0.15) == [SLOW.request]


def test_a_reply_that_comes_drop_by_drop_is_over_after_its_timeout() -> None:
    line = Asked(FAST, SLOW, polling=replace(POLLING, inter_byte=0.2))
    line.run(0.01, reply=b"1")

    for _ in range(10):
        asked = line.run(0.1)
        line.polls.heard(b"1", line.now)
        if asked:
            break
    assert line.sent[1] == (0.52, SLOW.request)


def test_silence_before_the_first_byte_is_no_stall() -> None:
    line = Asked(FAST, polling=replace(POLLING, inter_byte=0.1))

    assert line.run(0.45, reply=b"") == [FAST.request]


def test_a_query_may_have_a_timeout_and_retries_of_its_own() -> None:
    patient, stubborn = Asked(replace(FAST, timeout=2.0)), Asked(replace(FAST, retries=3), WHO)

    patient.run(4.5, reply=b"")
    asked = stubborn.run(3.0, reply=b"")

    assert [round(at) for at, _ in patient.sent] == [0, 2, 4]
    assert asked[:5] == [FAST.request] * 4 + [WHO.request]
