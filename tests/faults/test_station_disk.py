"""A station on a disk that is full, fails or does not answer in a session: it says so on its page and loses nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Kind
from tests.end_to_end.running import wait_until
from tests.end_to_end.serving import serving
from tests.faults.acknowledged import judge
from tests.faults.asked_of_stations import Asking
from tests.web.api.clinic import WHO

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog, Warm
    from tests.faults.spoilt import Spoilt

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a computer is spoilt in a process that was forked")

#: What the disk is, one after the other, and what is said of it.
DISKS = {
    "full": "the disk is full",
    "broken": "the disk of the store fails",
    "hangs": "the store does not answer",
}


def test_a_disk_that_is_full_fails_or_hangs_is_said_by_a_station_that_answers_and_loses_nothing(
    box: Devicelog, computer: Spoilt, warm: Warm
) -> None:
    with serving(box, warm) as station:
        # given a session in progress
        station.start()
        asking = Asking(station)
        asking.begin("one")
        wait_until(lambda: len(asking.look()) > 30, "30 entries")

        for disk, said in DISKS.items():
            # when the disk is in trouble
            computer.set(disk=disk)
            wait_until(lambda said=said: said in asking.page(WHO, "/live"), said)  # type: ignore[misc]
            before = station.entries() if disk != "broken" else len(asking.told)

            # then the page says that nothing is kept, as health does, others answer, and nothing is told as kept
            health = asking.program.get("/health/ready").json()["checks"]["writing"]
            assert said in health["why"], disk
            assert WHO in asking.page(WHO, "/account"), disk
            asking.say(f"on a disk: {disk}")
            if disk != "broken":  # which is not opened for reading, either
                assert len(asking.look()) == before, disk

            # and the session goes on when it is well again
            computer.set(disk=None)
            wait_until(lambda: asking.program.get("/health/ready").is_success, "a disk that is well")
            wait_until(lambda before=before: len(asking.look()) > before, "what waited")  # type: ignore[misc]
            wait_until(lambda said=said: said not in alarms(asking), "an alarm that is over")  # type: ignore[misc]

        # then it has all that was told, once, and what people said meanwhile
        asking.end()
        asking.look()
        station.end()
        asking.close()
    (state,) = box.states().values()
    assert state == "ended"
    notes = [content["text"] for content in box.of(Kind.NOTE)]
    assert len(notes) == len(DISKS)
    assert judge(sorted(asking.told), box("entries", "last", "--ids").out.split()).holds
    box("verify")
    box("replay", "last")


def alarms(asking: Asking) -> str:
    """What the live page says above what has happened."""
    return asking.page(WHO, "/live").split('id="live-happened"')[0]
