"""What a station counts for metrics: each line once, and never in the way of a recording."""

from __future__ import annotations

from devicelog import clock
from devicelog.ledger import Line, encode
from devicelog.station.counts import Counts


def line(number: int, t_us: int, kind: str, content: object) -> Line:
    return Line(number, encode((number, t_us, kind, content)), bytes(32))


def test_entries_kinds_and_links_are_counted() -> None:
    counts = Counts()
    counts.begin()
    now = clock.boot_ns()
    counts.take([line(1, 0, "started", {}), line(2, 0, "link_opened", {"link": 1})], lambda t_us: now + t_us * 1000)
    counts.take([line(3, 5, "bad_frame", {"link": 1}), line(4, 9, "link_lost", {"link": 1})], lambda _: now)
    assert (counts.entries, counts.kinds["bad_frame"], counts.kinds["link_lost"]) == (4, 1, 1)
    assert counts.links_up == frozenset()
    assert sum(counts.latencies) == 2
    counts.take([line(5, 9, "link_restored", {"link": 1})], lambda _: now)
    assert counts.links_up == {1}


def test_a_latency_is_the_time_from_the_arrival_of_the_newest_bytes() -> None:
    counts = Counts()
    arrived = clock.boot_ns() - 3600_000_000_000
    counts.take([line(1, 0, "note", {}), line(2, 7, "note", {})], lambda t_us: arrived + t_us * 1000)
    assert counts.latencies[-1] == 1  # longer than any bound
    assert int(counts.latency_sum) // 60 == 60


def test_a_line_that_makes_no_sense_stops_nothing() -> None:
    counts = Counts()
    counts.take([Line(1, b"nonsense", bytes(32))], lambda t_us: t_us)
    assert counts.entries == 1
