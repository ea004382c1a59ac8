"""The engine `dgus`: turns a profile of a display bus into a driver that only listens.

A report of kind "settings" goes on standing on the display, and is told whole. Any other one holds one variable, and is
told when that is written. The one that counts down is told under its own name while the device runs, and as `standing`
at all other times, which is no treatment.
"""

from __future__ import annotations

from typing import Any

from devicelog.driver import Category, Condition, Direction, Metric, Priority, Report, ReportKind
from devicelog.guess.checksums import Written
from devicelog.guess.framings import Cut
from devicelog.guess.guess import Claim
from devicelog.profile.draft import Draft, Tables
from devicelog.profile.engine import Engine, Wire
from devicelog.profile.tables import ReportTable
from devicelog_drivers.checks import Check
from devicelog_drivers.dgus.checking import look
from devicelog_drivers.dgus.decoder import FRAME, LINE, TOUCH, Bus
from devicelog_drivers.dgus.frames import Framing
from devicelog_drivers.dgus.map import IDLE_STATES, Says
from devicelog_drivers.dgus.mapping import counts_down, map_of
from devicelog_drivers.dgus.panel import LEAVING, PANEL, STANDING
from devicelog_drivers.dgus.starting import START
from devicelog_drivers.dgus.tables import DgusMetric, DgusProfile

_SWAPPED = "the two lines of the tap are swapped: what the board says comes on the display's line"


def _states(name: str, *metrics: str) -> Report:
    return Report(
        name, ReportKind.STATUS, tuple(Metric(each, Category.STATE) for each in metrics), ("",) * len(metrics)
    )


#: What the engine tells besides the reports of a profile.
_REPORTS = (
    _states(PANEL, *Says),
    _states(LEAVING, Says.FUNCTION, "set_back", "origin"),
    _states(TOUCH, "key", "key_name"),
    _states(FRAME, "what", "address", "content"),
    Report(
        LINE,
        ReportKind.STATUS,
        (Metric("line", Category.STATE, conditions={"swapped": Condition(Priority.HIGH, _SWAPPED)}),),
        ("",),
    ),
)
_DIRECTIONS = (
    Direction("board", "what the device shows: pages, levels, modes, times"),
    Direction("display", "what was touched, and what the display answers"),
)


def wire(draft: Draft) -> Wire | None:
    """The decoder and the reports of a profile; None, and what is wrong in `draft.problems`, if there are none."""
    table = draft.table
    assert isinstance(table, DgusProfile)
    before = len(draft.problems.found)
    look(draft, table, {report.name for report in _REPORTS} | {STANDING})
    if len(draft.problems.found) != before:
        return None
    framing = Framing(bytes.fromhex(table.framing.header), table.framing.check, table.framing.longest)
    shown = map_of(draft, table)

    def decoder() -> Bus:
        return Bus(shown, framing)

    running = [report.report for report in draft.reports if counts_down(report, table)]
    standing = tuple(Report(STANDING, ReportKind.STATUS, report.metrics, report.units) for report in running)
    quiet = frozenset(page.state for page in table.page) | IDLE_STATES
    return Wire(decoder, reports=(*_REPORTS, *standing), directions=_DIRECTIONS, quiet_states=quiet)


#: The checks of a display by the names that the guess gives them, and how their bytes stand.
_CHECKS = {("CRC-16/MODBUS", Written.LITTLE): Check.MODBUS, ("CRC-16/XMODEM", Written.BIG): Check.XMODEM}
#: A check is over command and data: header and length are left out.
_UNCHECKED = 3


def _suggestion(claim: Claim) -> dict[str, dict[str, Any]] | None:
    """`[framing]` as far as a guess tells it; None if it is no display bus, or one with a check of its own."""
    check: Check | None = Check.NONE
    if claim.checksum is not None:
        known = _CHECKS.get((claim.checksum.algorithm.name, claim.checksum.written))
        check = known if claim.checksum.skip == _UNCHECKED else None
    if claim.framing != Cut.DGUS or check is None:
        return None
    return {"framing": {"header": "5A A5", "check": check.value}}


ENGINE = Engine(
    name="dgus",
    summary="a DWIN display bus that is listened to, on one line or two",
    tables=Tables(DgusProfile, ReportTable, DgusMetric),
    wire=wire,
    start=START,
    suggests=_suggestion,
)
