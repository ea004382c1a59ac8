"""What a tablet that looks on is sent, and what becomes of one that is slow; no browser, no station."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devicelog.web.live.access import View
from devicelog.web.live.pace import LEAST_NS, MOST_NS, SHARE, Pace
from devicelog.web.live.tablet import MOST, Tablet
from tests.waiting import PATIENCE


def run(look: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: the browser of other tests has an event loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, look).result(PATIENCE)


def tablet(whole: list[bytes]) -> Tablet:
    return Tablet(("en", View.ACTING), lambda: whole[-1], lambda session: f"/sessions/{session}")


def test_a_tablet_that_is_slow_is_sent_the_whole_anew_and_nothing_waits_for_it() -> None:
    async def look() -> None:
        whole = [b"whole 1;"]
        one = tablet(whole)
        assert await one.next() == b"whole 1;"
        one.put(b"a;")
        one.put(b"b;")
        assert await one.next() == b"a;b;"

        for _ in range(MOST + 5):
            one.put(b"more;")
        assert one.is_behind
        whole.append(b"whole 2;")
        assert await one.next() == b"whole 2;"
        one.put(b"c;")
        assert await one.next() == b"c;"

    run(look())


def test_a_stream_that_is_ended_says_the_last_word_and_no_more() -> None:
    async def look() -> None:
        one = tablet([b"whole;"])
        await one.next()
        one.put(b"a;")
        one.end(b"leave;")
        one.put(b"late;")
        assert await one.next() == b"leave;"
        assert await one.next() == b""

    run(look())


def test_who_waits_is_woken_by_what_is_new() -> None:
    async def look() -> None:
        one = tablet([b"whole;"])
        await one.next()
        waiting = asyncio.create_task(one.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        one.put(b"a;")
        assert await waiting == b"a;"

    run(look())


def test_dear_frames_are_made_less_often_and_cheap_ones_at_once() -> None:
    pace = Pace()
    assert pace.wait_ns(0) == LEAST_NS
    for n in range(50):
        pace.took(n, 1_000_000)
    assert pace.interval_ns == LEAST_NS
    for n in range(50):
        pace.took(n, 30_000_000)
    assert abs(pace.interval_ns - 30_000_000 / SHARE) < 1_000_000
    for n in range(50):
        pace.took(n, 10_000_000_000)
    assert pace.interval_ns == MOST_NS
    assert pace.wait_ns(49 + MOST_NS) == 0
