"""The decoder of a display bus: one line, or two that share what the display shows.

Every right frame gives a reading, so that a line that is read shows that it is: what the map does not know is a
`frame`, with its address and content. A value that is written while its page is not shown means nothing, and is one;
while nobody knows which page is shown, its report has no value.
"""

from __future__ import annotations

from devicelog.driver import BadFrame, Event, Identity, Reading, Value
from devicelog.profile.binary import WrongValueError
from devicelog_drivers.dgus.frames import Frame, Framer, Framing
from devicelog_drivers.dgus.map import Map
from devicelog_drivers.dgus.messages import Message, Speaker, What, message
from devicelog_drivers.dgus.panel import Panel, Said

#: Reports of what is said on the bus, besides what the panel shows.
TOUCH, FRAME, LINE = "touch", "frame", "line"
#: A page is set by these two bytes and its number.
_PAGE_SET = b"\x5a\x01"
#: Stopped, and started.
_SWITCH = (b"\x00\x00", b"\x00\x01")
#: The name of a simulator begins with this.
_SIMULATED = b"SIM-"
#: So many bytes of a content that nobody reads are shown; all of it is in the kept bytes.
_SHOWN = 32


class Bus:
    """One display: what its board writes on one line and what it says on another, or both on one line."""

    def __init__(self, shown: Map, framing: Framing) -> None:
        self._map = shown
        self._framing = framing
        self._panel = Panel(shown)
        self._line = Tap(framing, shown, self._panel, None)

    def direction(self, name: str) -> Tap:
        """The line of one speaker."""
        return Tap(self._framing, self._map, self._panel, Speaker(name))

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete, whoever speaks."""
        return self._line.feed(data)

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame; what was shown is not known any more."""
        return self._line.end()


class Tap:
    """One line. `speaker` is who is heard on it (None: nobody said); anybody else there means swapped lines."""

    def __init__(self, framing: Framing, shown: Map, panel: Panel, speaker: Speaker | None) -> None:
        self._framer = Framer(framing)
        self._map = shown
        self._panel = panel
        self._speaker = speaker
        self._swapped = False

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for found in self._framer.feed(data) for event in self._events(found)]

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame."""
        events = [event for found in self._framer.end() for event in self._events(found)]
        if self._is_boards:
            self._panel.forget()
        return events

    @property
    def _is_boards(self) -> bool:
        """Whether the board is heard on this line."""
        return self._speaker is None or (self._speaker is Speaker.BOARD) is not self._swapped

    def _events(self, found: Frame | BadFrame) -> list[Event]:
        if isinstance(found, BadFrame):
            if self._is_boards:
                self._panel.doubt()
            return [found]
        heard = message(found)
        if self._is_simulator(heard):
            return [Identity(self._map.model, heard.content.decode("ascii", "replace").strip(), "", found.at, True)]
        try:
            said = [*self._line(heard), *self._said(heard)]
        except WrongValueError as error:
            return [BadFrame(found.raw, str(error), found.at)]
        if self._is_boards:
            said += self._panel.news()
        return [Reading(report, values, found.at) for report, values in said]

    def _is_simulator(self, heard: Message) -> bool:
        """Whether a simulated board says its name; nobody else on such a bus says who it is."""
        at = self._map.simulated_at
        return at is not None and (heard.what, heard.address) == (What.WRITE, at) and heard.content[:4] == _SIMULATED

    def _line(self, heard: Message) -> list[Said]:
        """Whether the speaker is the one who belongs on this line, each time that this changes."""
        if self._speaker is None or heard.speaker is None:
            return []
        before, self._swapped = self._swapped, heard.speaker is not self._speaker
        if before == self._swapped:
            return []
        return [(LINE, ("swapped" if self._swapped else "right",))]

    def _said(self, heard: Message) -> list[Said]:
        if heard.what is What.ANSWER:
            return self._answered(heard)
        if heard.what is What.WRITE and heard.address is not None:
            return self._written(heard, heard.address)
        if heard.what is What.QUESTION and heard.address == self._map.page_told_at:
            self._panel.ask()
        return [_frame(heard)]

    def _written(self, heard: Message, address: int) -> list[Said]:
        content = heard.content
        if address == self._map.page_set_at and content[:2] == _PAGE_SET and len(content) == 4:
            return self._panel.go(int.from_bytes(content[2:], "big"))
        if address == self._map.running_at and content in _SWITCH:
            return self._panel.run(content)
        if address not in self._map.variables:
            return [_frame(heard)]
        if self._panel.shows(address):
            return self._panel.write(address, content)
        if self._panel.is_unknown:
            return self._panel.pass_over(address)
        return [_frame(heard, "written while its page is not shown")]

    def _answered(self, heard: Message) -> list[Said]:
        number = int.from_bytes(heard.content, "big") if len(heard.content) == 2 else None
        if heard.address == self._map.keys_at and number is not None:
            return [(TOUCH, (f"{number:04X}", self._map.keys.get(number)))]
        if heard.address == self._map.page_told_at and number is not None:
            self._panel.told(number)
            return [_frame(heard, "the page that is shown")]
        return [_frame(heard)]


def _frame(heard: Message, what: str = "") -> Said:
    address = f"{heard.address:04X}" if heard.address is not None else None
    content: Value = heard.content[:_SHOWN].hex(" ").upper() or None
    return FRAME, (what or heard.what.value, address, content)
