"""What a gun remembers is taken in its order, and judged with the settings and in the zone of its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.record.record import fold
from tests.conftest import dlr1
from tests.faults.backfill import BEGINS

if TYPE_CHECKING:
    from tests.conftest import Gun

NewGun = Callable[..., "Gun"]


def remembering(gun: Gun) -> Gun:
    """The same gun, which now says that it has a memory."""
    gun.session.receive(dlr1("ID", "MG", "SN1", "FW1", "sim=1", "log=1000"))
    return gun


def missed(gun: Gun, *shots: tuple[int, int]) -> list[tuple[int, int, tuple[Any, ...]]]:
    """Triggers that do not arrive, one a second: sequence, uptime, fields."""
    lost = []
    for volume, depth in shots:
        gun.session.wait(1)
        gun.triggers += 1
        uptime = round((gun.session.seconds - gun.started) * 1000)
        gun.total += 1
        lost.append((gun.sequence, uptime, (gun.triggers, gun.total, volume, depth, -24_500, "N", 0)))
        gun.sequence += 1
    return lost


def recall(gun: Gun, lost: list[tuple[int, int, tuple[Any, ...]]]) -> None:
    for sequence, uptime, fields in lost:
        gun.session.receive(dlr1("LOG", "INJ", sequence, uptime, gun.boot, *fields))


def test_what_came_ahead_of_a_report_that_never_comes_is_counted_when_that_is_given_up(mesogun: NewGun) -> None:
    gun = remembering(mesogun())
    gun.inject()
    lost = missed(gun, (20_000, 1_500), (20_000, 1_500), (20_000, 1_500))
    gun.inject()

    recall(gun, lost[1:])
    assert gun.session.of("from_memory") == []
    record = gun.session.end().record

    assert record.tally.session.triggers == 4
    [gap] = record.gaps.values()
    assert (gap.filled, gap.missing, gap.because) == (2, 1, "the session ended")


def test_what_is_read_back_is_judged_with_the_settings_of_its_time_and_its_alarm_is_marked(mesogun: NewGun) -> None:
    gun = remembering(mesogun("meso-face-gun-intradermal", needles=1))
    gun.inject()
    lost = missed(gun, (20_000, 1_500), (20_000, 9_000))
    gun.inject()

    recall(gun, lost)

    verdicts = [content["verdict"] for content in gun.session.of("from_memory")]
    assert verdicts == [0, 2]
    [alarm] = [alarm for alarm in gun.session.alarms if alarm.text.startswith("read back from memory")]
    assert "depth" in alarm.text
    assert alarm.ended_us is not None, "what was so then is not so now"
    assert gun.session.record.tally.session.triggers == 4


def test_what_is_read_back_is_counted_in_the_zone_of_its_time(mesogun: NewGun) -> None:
    gun = remembering(mesogun(zones=("left", "right")))
    gun.inject()
    before = missed(gun, (20_000, 1_500))
    gun.session.wait(0.5)
    gun.session.put(ChunkKind.ACT, b'{"kind":"zone","zone":"right"}', link=NO_LINK)
    after = missed(gun, (30_000, 1_500))
    gun.session.wait(1)
    gun.inject()

    recall(gun, before + after)

    volumes = {zone: totals.volume for zone, totals in gun.session.record.tally.zones.items()}
    assert volumes == {"left": 40_000_000, "right": 50_000_000}
    assert [content["zone"] for content in gun.session.of("from_memory")] == ["left", "right"]
    assert [content["happened"] for content in gun.session.of("from_memory")] == [1_000_000, 2_500_000]


def test_settings_that_were_certain_are_so_again_when_all_was_read_back(mesogun: NewGun) -> None:
    gun = remembering(mesogun("meso-face-gun-intradermal", needles=1))
    gun.inject()
    lost = missed(gun, (20_000, 1_500))
    gun.inject()
    assert gun.session.verdicts[-1] == "not evaluable"

    recall(gun, lost)
    gun.inject()

    assert gun.session.verdicts[-1] == "within"


def test_settings_that_were_missed_hold_for_what_came_behind_them(mesogun: NewGun) -> None:
    gun = remembering(mesogun(needles=1))
    gun.inject()
    sequence = gun.sequence
    gun.sequence += 1
    lost = missed(gun, (45_000, 1_500))
    gun.inject()

    gun.session.receive(dlr1("LOG", "CFG", sequence, 500, gun.boot, "needles=9"))
    recall(gun, lost)
    gun.inject()

    assert gun.session.record.tally.session.injections == 1 + 9 + 1 + 9  # the third came before anybody knew
    assert fold(gun.session.entries).tally.session == gun.session.recorder.tally.session


def test_a_report_that_comes_late_and_from_memory_is_counted_once(mesogun: NewGun) -> None:
    gun = remembering(mesogun())
    gun.inject()
    lost = missed(gun, (20_000, 1_500))
    gun.inject()
    recall(gun, lost)

    [(sequence, uptime, fields)] = lost
    gun.session.receive(dlr1("INJ", sequence, uptime, gun.boot, *fields))

    assert gun.session.record.tally.session.triggers == 3
    assert len(gun.session.of("repeat")) == 1


def test_nothing_is_asked_before_the_device_said_again_who_it_is(mesogun: NewGun) -> None:
    gun = remembering(mesogun())
    gun.inject()
    gun.session.lose()
    missed(gun, (20_000, 1_500))
    gun.session.reopen()
    gun.inject()
    assert gun.session.recorder.requests == []

    remembering(gun)

    assert gun.session.recorder.requests == [(1, b"LOG? 2,2,7\r\n")]


def test_chunks_of_queries_say_nothing_by_themselves(mesogun: NewGun) -> None:
    gun = remembering(mesogun())
    entries = len(gun.session.entries)

    gun.session.recorder.handle(Chunk(1, ChunkKind.SENT, BEGINS.boot_ns, BEGINS.wall_ns, b"LOG? 2,2,7\r\n"))

    assert len(gun.session.entries) == entries
