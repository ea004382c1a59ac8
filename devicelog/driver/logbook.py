"""Log files that a device keeps by itself: how they are listed, fetched and read, and the clock that dates them.

A driver declares a `Logbook`; its decoder gives a `Listing` for each folder and a `LogFile` for each file that comes
over the line. The same `read` reads a file that a person copied from the device's card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

#: The zone of a clock of which nobody has said it.
UNKNOWN_ZONE = "unknown"


class Logged(msgspec.Struct, frozen=True, gc=False):
    """One report as a log file has it, values as written; `units` is None where the report fixes the tokens."""

    report: str
    values: tuple[int | Decimal | str | None, ...]
    units: tuple[str, ...] | None = None


class RunLog(msgspec.Struct, frozen=True):
    """What a log file says: whose it is, when it was written by the device's clock, and its reports in order.

    `whole`: it has the end that a finished log has. `serial` and `written` are "" where the file does not say.
    """

    serial: str
    written: str
    whole: bool
    readings: tuple[Logged, ...]


class Listing(msgspec.Struct, frozen=True):
    """A folder of the device's card as it is now: folders and log files in it, each with its whole path."""

    path: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    at: int


class LogFile(msgspec.Struct, frozen=True):
    """A log file; `content` is `plain`. `run` is None if it is none that the driver can read.

    `imported`: a person brought it; `doubt` is then why it may not belong to the session ("": nothing speaks for that).
    """

    path: str
    content: bytes
    run: RunLog | None
    at: int
    imported: bool = False
    doubt: str = ""


class DeviceTime(msgspec.Struct, frozen=True):
    """What the device's clock said when it was asked, as sent."""

    said: str
    at: int


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A clock of the device that tells the time of day, without a zone: how it is asked, and what it answers.

    `form` is that of `strptime`, never a guess: 03/04 is a day in March or in April by the form alone. It counts whole
    `resolution` seconds. `zone` is what somebody says of its zone; it is kept, and nothing is reckoned with it.
    """

    request: bytes
    form: str
    resolution: float = 1.0
    zone: str = UNKNOWN_ZONE

    def moment(self, said: str) -> int | None:
        """Microseconds since 1970 as the device counts them; None for what is no time of this form."""
        try:
            told = datetime.strptime(said, self.form).replace(tzinfo=UTC)
        except ValueError:
            return None
        return round(told.timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Logbook:
    """How the log files of a device are read.

    `root` is the folder that is listed again and again. `folder` and `file` make the query that lists or fetches a
    path (`{}`); what they make has to be a declared query. A log may be written late: it is waited for so many seconds
    (`patience`) after the session was ended.
    """

    root: str
    folder: str
    file: str
    read: Callable[[bytes], RunLog | None]
    patience: float = 10.0

    def listing_of(self, path: str) -> bytes:
        """The query that lists a folder."""
        return self.folder.format(path).encode("ascii", "replace")

    def fetching_of(self, path: str) -> bytes:
        """The query that fetches a file."""
        return self.file.format(path).encode("ascii", "replace")


def plain(content: bytes) -> bytes:
    """A log file without what depends on the way it came: lines end in LF, no blanks at the end of a line or file."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\n".join(line.rstrip() for line in lines).strip(b"\n")
