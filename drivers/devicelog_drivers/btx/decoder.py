"""The decoder of the Gemini's shell: each reply is paired with its query, or said to be of nobody's."""

from __future__ import annotations

import re

from devicelog.driver import BadFrame, Event, Identity, Reading
from devicelog.driver.logbook import DeviceTime, Listing, LogFile, plain
from devicelog_drivers.btx.reports import LINE_COUNTS, MESSAGE
from devicelog_drivers.btx.run_log import read
from devicelog_drivers.btx.shell import Framer, Reply
from devicelog_drivers.outstanding import Outstanding

_VERSION = re.compile(r"BTX (Gemini[ A-Za-z0-9]{0,20}?) ([0-9][0-9A-Za-z.]{0,15})")
_SERIAL = re.compile(r"Serial number: ([0-9A-Za-z-]{1,24})")
_TIME = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M")
_COUNTS = ("Successful Tx", "Successful Rx", "Failed", "Retries")
_COUNT = re.compile(r"([A-Za-z ]{1,20}): ([0-9]{1,12})")
#: The folders of the card that hold logs, and what is in each: months, days, logs.
_ROOT = "\\BTXDATA"
_MONTH, _DAY = re.compile(r"[0-9]{4}-[0-9]{2}"), re.compile(r"[0-9]{6}")
_LOG = re.compile(r"[0-9]{6}(?:PP)?\.(?:TXT|txt)")
_FOLDER = re.compile(r"\\BTXDATA(?:\\[0-9]{4}-[0-9]{2}(?:\\[0-9]{6})?)?")
_REFUSALS = ("command error:", "error:", "argument error")


class BtxDecoder:
    """A late reply is never paired with a later query: see `Outstanding`."""

    def __init__(self) -> None:
        self._framer = Framer()
        self._outstanding = Outstanding(frozenset({"version", "time"}))

    def sent(self, request: bytes) -> None:
        """A query left the host."""
        self._outstanding.sent(request.decode("ascii", "replace").strip())

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for found in self._framer.feed(data) if (event := self._event(found)) is not None]

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame; what was asked is answered no more."""
        self._outstanding.clear()
        return [*self._framer.end()]

    def _event(self, found: Reply | BadFrame) -> Event | None:
        if isinstance(found, BadFrame):
            return found
        named = found.command or _named(found)
        if named:
            self._outstanding.named(named)
        command = named or self._outstanding.unnamed() or ""
        return _meaning(command, found)


def _named(reply: Reply) -> str:
    """The query that a reply answers by its form alone; "" if it does not show."""
    if reply.lines and _VERSION.fullmatch(reply.lines[0]) is not None:
        return "version"
    return "time" if len(reply.lines) == 1 and _TIME.fullmatch(reply.lines[0]) is not None else ""


def _meaning(command: str, reply: Reply) -> Event | None:
    """What a reply says; None for one that says nothing."""
    verb, _, path = command.partition(" ")
    event: Event | None = None
    if _refusal(reply.lines):
        return _message(command, reply, "yes")
    match verb:
        case "version":
            event = _identity(reply)
        case "time" if len(reply.lines) == 1 and _TIME.fullmatch(reply.lines[0]) is not None:
            event = DeviceTime(reply.lines[0], reply.at)
        case "status":
            event = _counts(reply)
        case "sddir" if _FOLDER.fullmatch(path) is not None:
            event = _listing(path, reply)
        case "sdsend" if path and reply.lines:
            content = plain("\n".join(reply.lines).encode("ascii"))
            event = LogFile(path, content, read(content), reply.at)
    return event or (_message(command, reply, None) if reply.lines else None)


def _refusal(lines: tuple[str, ...]) -> bool:
    """Whether the shell refused: a line that says so, and not a counter of failures or a log of a run that failed."""
    if not 0 < len(lines) <= 2:
        return False
    return any(
        said.startswith(_REFUSALS) or ("failed" in said and not said.startswith(("failed:", "protocol result")))
        for said in (line.strip().lower() for line in lines)
    )


def _message(command: str, reply: Reply, refused: str | None) -> Reading:
    text = " | ".join(line.strip() for line in reply.lines)[:500]
    return Reading(MESSAGE.name, (command or None, text, refused), reply.at)


def _identity(reply: Reply) -> Identity | None:
    version = _VERSION.fullmatch(reply.lines[0]) if reply.lines else None
    serial = next((match for line in reply.lines[1:] if (match := _SERIAL.fullmatch(line)) is not None), None)
    if version is None or serial is None:
        return None
    simulated = "SIM" in f"{version[1]} {serial[1]}".upper()
    return Identity(f"BTX {version[1]}", serial[1], version[2], reply.at, simulated)


def _counts(reply: Reply) -> Reading | None:
    found = {match[1]: int(match[2]) for line in reply.lines if (match := _COUNT.fullmatch(line)) is not None}
    if not set(_COUNTS) <= set(found):
        return None
    return Reading(LINE_COUNTS.name, tuple(found[name] for name in _COUNTS), reply.at)


def _listing(path: str, reply: Reply) -> Listing:
    """Only what may hold a log is named: a folder called otherwise is somebody's own."""
    depth = path.count("\\") - _ROOT.count("\\")
    folder = (_MONTH, _DAY, None)[depth]
    names = [line.strip() for line in reply.lines]
    folders = [f"{path}\\{name}" for name in names if folder is not None and folder.fullmatch(name) is not None]
    files = [f"{path}\\{name}" for name in names if folder is None and _LOG.fullmatch(name) is not None]
    return Listing(path, tuple(folders), tuple(files), reply.at)
