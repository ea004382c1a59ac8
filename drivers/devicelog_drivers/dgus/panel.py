"""What a display shows, as its board has written it so far: the page, what stands there, and whether the device runs.

A display keeps what is written to it, but a value means something only while its page is shown. What is not known is
None and never what it was before: behind a damaged frame any of it may have changed unseen. There is no clock here;
that the timer counts down shows that the device runs, even if nobody saw it start.
"""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.driver import Value
from devicelog_drivers.dgus.map import Map, Page, Says, State, Told

#: The name of a report and its values.
Said = tuple[str, tuple[Value, ...]]

#: The reports that every panel has: state and page, the time on a timer that does not run, and what the device sets
#: back by itself when a page is left, of which nothing is sent.
PANEL, STANDING, LEAVING = "panel", "standing", "leaving"
_NOT_SENT = "from the firmware, not sent"


class Panel:
    """The state of one display."""

    def __init__(self, shown: Map) -> None:
        self._map = shown
        self._holding = [told for told in shown.reports if told.holds]
        self._number: int | None = None
        self._asked = False
        self._page: Page | None = None
        self._state: str | None = None
        self._time: Value = None
        self._held: dict[int, Value] = {}
        self._told = self._now()

    # -- what is written ---------------------------------------------------------------------------------------

    def go(self, number: int) -> list[Said]:
        """The board shows a page; what was written to the one before is not known any more."""
        said = self._leave(number)
        self._asked = False
        self._enter(number)
        self._state, self._time, self._held = self._page.state if self._page else None, None, {}
        self._told.pop(PANEL)
        return said

    def _leave(self, number: int) -> list[Said]:
        """What the device sets back because another function is shown; nothing where nobody knows the page."""
        before, behind = self._page, self._map.pages.get(number)
        if before is None or (behind is not None and behind.function == before.function):
            return []
        shown = [each for each in self._map.variables.values() if before.function in each.pages]
        back = ", ".join(f"{each.name} {each.left}" for each in shown if each.left is not None)
        return [(LEAVING, (before.function, back, _NOT_SENT))] if back else []

    def ask(self) -> None:
        """The board asks which page is shown."""
        self._asked = True

    def told(self, number: int) -> None:
        """The display says which page it shows; another one than before was entered without the board.

        Its words may come late, because they come on another line: a page that was set since it was asked counts.
        """
        if self._number is not None and not self._asked:
            return
        self._asked = False
        if self._number not in (None, number):
            self._state, self._time, self._held = None, None, {}
        self._enter(number)

    def shows(self, address: int) -> bool:
        """Whether a variable means something now: one that has pages does on these, and not where nobody knows it."""
        pages = self._map.variables[address].pages
        return not pages or (self._page is not None and self._page.function in pages)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows which page is shown."""
        return self._number is None

    def pass_over(self, address: int) -> list[Said]:
        """A variable is written while nobody knows which page is shown: its report has no value."""
        report = self._map.report_of(address)
        if report.holds:
            self._told.pop(report.name, None)
            return []
        self._time = None if report.counts_down else self._time
        stands = report.counts_down and self._state != State.RUNNING
        return [(STANDING if stands else report.name, _values(report, {}, self._says()))]

    def write(self, address: int, content: bytes) -> list[Said]:
        """A variable that is shown is written; raises WrongValueError, and then its value is not known."""
        self._held.pop(address, None)
        value = self._map.variables[address].read(content)
        report = self._map.report_of(address)
        if report.holds:
            self._held[address] = value
            self._told.pop(report.name, None)
            return []
        name = self._tick(value, report.name) if report.counts_down else report.name
        return [(name, _values(report, {address: value}, self._says()))]

    def run(self, content: bytes) -> list[Said]:
        """The device was started (1) or stopped (0)."""
        if int.from_bytes(content, "big"):
            self._state = State.RUNNING
        elif self._state in (None, State.RUNNING):
            self._state = State.STOPPED
        self._told.pop(PANEL, None)
        return []

    # -- what is not known -------------------------------------------------------------------------------------

    def doubt(self) -> None:
        """A frame of the board was damaged: page and values may have changed unseen."""
        self._number = self._page = self._time = None
        self._held = {}

    def forget(self) -> None:
        """The line was away: nothing is known any more, and nothing was told of what comes now."""
        self.doubt()
        self._state, self._asked = None, False
        self._told = self._now()

    # -- what is told ------------------------------------------------------------------------------------------

    def news(self) -> list[Said]:
        """State and page, and what goes on standing there: what was written just now, or is not as it was told last."""
        now = self._now()
        found = [(name, values) for name, values in now.items() if self._told.get(name) != values]
        self._told = now
        return found

    def _now(self) -> dict[str, tuple[Value, ...]]:
        says = self._says()
        held = {told.name: _values(told, self._held, says) for told in self._holding}
        return {PANEL: tuple(says.values()), **held}

    def _says(self) -> dict[int | Says, Value]:
        return {
            Says.STATE: None if self._state is None else str(self._state),
            Says.FUNCTION: self._page.function if self._page is not None else None,
            Says.PAGE: None if self._number is None else str(self._number),
        }

    def _enter(self, number: int) -> None:
        self._number, self._page = number, self._map.pages.get(number)

    def _tick(self, value: Value, running: str) -> str:
        """The timer was written; under which name that is told."""
        before, self._time = self._time, value
        if self._state != State.RUNNING and isinstance(before, int) and value == before - 1:
            self._state = State.RUNNING
        elif self._state == State.STOPPED and before == 0 and value is not None and value == self._map.reload:
            self._state = State.FINISHED
        return running if self._state == State.RUNNING else STANDING


def _values(told: Told, written: Mapping[int, Value], says: Mapping[int | Says, Value]) -> tuple[Value, ...]:
    return tuple([says[part] if isinstance(part, Says) else written.get(part) for part in told.parts])
