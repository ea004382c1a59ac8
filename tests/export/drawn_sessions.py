"""Sessions on a virtual clock whose charts are looked at; each as an export has it, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devicelog.export.session import ExportedSession
from devicelog.ledger import Line
from devicelog.recorder.recorder import Recorder
from devicelog_drivers import reference_mesogun, reference_noneedle
from tests.conftest import Gun, Session, Unit
from tests.export.kept import Kept
from tests.faults.backfill import BEGINS, gun_line, unit_line, unplug
from tests.faults.backfill import Line as Played
from tests.typed_lines import GUN, LIMITS, typing

FACE = "meso-face-gun-intradermal"
DIRECT = "noneedle-ionto-dc-face"
_NEEDLES: Any = {"needles": 1, "depth": "extension", "volume": "commanded"}
_CURRENT: Any = {"current": "dc", "wave": "dc", "area": 1200}


def exported(lines: Sequence[Line]) -> ExportedSession:
    """These lines as an export has them."""
    return ExportedSession.of(Kept(lines))


def _ended(session: Session) -> ExportedSession:
    return exported(session.end().recorder.lines)


def face(count: int = 300) -> ExportedSession:
    """Injections in three zones, every second one, now and then too deep."""
    session = Session(reference_mesogun.DRIVER, protocol=FACE, zones=("forehead", "left_cheek", "right_cheek"))
    gun = Gun(session, **_NEEDLES)
    for number in range(count):
        if number and number % (count // 3 or 1) == 0:
            gun.beat("P", 4)
            gun.beat("R", 1)
        session.seconds += 1
        gun.inject(19_000 + number * 37 % 5_000, 2_300 if number % 97 == 5 else 1_200 + number * 53 % 600)
    gun.finish()
    return _ended(session)


def crowded() -> ExportedSession:
    """Two gaps, and a dozen alarms close together."""
    session = Session(reference_mesogun.DRIVER, protocol=FACE, zones=("forehead", "chin"))
    gun = Gun(session, **_NEEDLES)
    for number in range(120):
        session.seconds += 1
        gun.inject(70_000 if number % 11 == 3 else 20_000, 4_500 if number % 17 == 2 else 1_500)
        if number in (40, 80):
            gun.sequence += 7
            session.lose()
            session.wait(25)
            session.reopen()
            gun.identify("SN1")
    gun.finish()
    return _ended(session)


def contact_lost(minutes: int = 30) -> ExportedSession:
    """A direct current that is interrupted for half a minute."""
    session = Session(reference_noneedle.DRIVER, protocol=DIRECT, zones=("full_face",))
    unit = Unit(session, **_CURRENT)
    for second in range(minutes * 60):
        session.seconds += 1
        if 600 <= second < 630:
            unit.send("EP", 1_500, 0, 0, 0, 0, None, "C", 0)
        else:
            unit.send("EP", 1_500, 1_480 + second * 7 % 40, 12_000, 0, 0, 8_000, "R", 0)
    unit.finish(minutes * 60_000 - 30_000, None)
    return _ended(session)


def both() -> ExportedSession:
    """A gun and a no-needle unit in one session; the gun is away for a while."""
    session = Session(reference_mesogun.DRIVER, reference_noneedle.DRIVER, protocol=FACE, zones=("full_face",))
    gun, unit = Gun(session, **_NEEDLES), Unit(session, link=2, serial="SN2", **_CURRENT)
    for second in range(90):
        session.seconds += 1
        unit.send("EP", 1_500, 1_500, 12_000, 0, 0, 8_000, "R", 0)
        if 30 <= second < 50:
            gun.sequence += 1
        else:
            gun.inject()
    return _ended(session)


def without_volumes() -> ExportedSession:
    """Three needles a trigger; some triggers come without a volume, and there was a purge."""
    session = Session(reference_mesogun.DRIVER, protocol=FACE, zones=("chin",))
    gun = Gun(session, **(_NEEDLES | {"needles": 3}))
    for number in range(20):
        session.seconds += 1
        gun.inject(None if number in (8, 9) else 60_000, mode="P" if number == 3 else "N")
    return _ended(session)


def typed() -> ExportedSession:
    """Counts and volumes that a person typed, zone by zone."""
    lines = ["dose 0.02 mL depth 1.5 mm", "shots 20", "correct shots 22", "pause", "shots 30"]
    return _ended(typing(*GUN, *lines, protocol=LIMITS, zones=("forehead", "chin")))


def empty() -> ExportedSession:
    """A device that was there, and gave nothing."""
    session = Session(reference_mesogun.DRIVER, protocol=FACE, zones=("chin",))
    Gun(session, **_NEEDLES).beat("I", 5)
    return _ended(session)


def _read_back(line: Played) -> ExportedSession:
    line.play()
    again = Recorder(line.recorder.plan, None, BEGINS)
    for chunk in line.end().chunks:
        again.handle(chunk)
    return exported(again.lines)


def injections_read_back() -> ExportedSession:
    """What an unplugged gun gave was read back, all of it."""
    return _read_back(gun_line([unplug(12, 6), unplug(40, 10)]))


def injections_partly_read_back() -> ExportedSession:
    """The gun had forgotten the older part."""
    return _read_back(gun_line([unplug(12, 30)], memory=8))


def current_read_back() -> ExportedSession:
    """What a no-needle unit gave while it was unplugged was read back."""
    return _read_back(unit_line([unplug(12, 6)]))


def current_partly_read_back() -> ExportedSession:
    """The unit had forgotten the older part."""
    return _read_back(unit_line([unplug(12, 20)], memory=40))


SESSIONS = (
    face, crowded, contact_lost, both, without_volumes, typed, empty,
    injections_read_back, injections_partly_read_back, current_read_back, current_partly_read_back,
)  # fmt: skip
