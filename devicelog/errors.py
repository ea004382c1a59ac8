"""Everything that devicelog raises on purpose.

    DevicelogError                  a sentence for people and an exit code
    ├── BadInputError          2    an argument, a file, a name: mend it and try again
    │   ├── UnknownNameError        no driver, protocol, session ... of that name
    │   ├── UnitError               a unit that is unknown or of the wrong dimension
    │   ├── ProtocolFileError       a treatment protocol file that cannot be trusted
    │   ├── ProfileFileError        a device profile that cannot be trusted
    │   ├── PlanFileError           a plan file of a session that cannot be used
    │   ├── ScreeningFileError      a file of screening rules or care times that cannot be trusted
    │   ├── NotMadeHereError        a part of an export that other versions of programs made
    │   └── StoreFormatError        a store of a newer version, damaged, or under another key
    ├── NotNowError            3    cannot be done at this moment; try again
    │   ├── PortError               a port that is missing, busy or forbidden
    │   ├── StrangerError           another device than the one that is bound, or one that does not say who it is
    │   ├── StoreBusyError          another recorder holds the store
    │   │   └── StoreChangedError   another program wrote to it between what was read and what was to be written
    │   ├── ServiceGoneError        the service that writes the store went away while something was written
    │   ├── StoreFullError          the disk has no room
    │   └── StoreFailedError        the disk failed: what was being written may be there or not
    ├── NotResumableError      2    a session that was left open, and with which a recording cannot go on
    └── QueryNotAllowedError   2    bytes that the driver has not declared were kept from the line

What a device sends is never an error here: a bad frame is data (`devicelog.driver.BadFrame`).
Exceptions of other libraries are turned into these in the one module that may import the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class DevicelogError(Exception):
    """What was found, what was expected and what to do, in one sentence; `exit_code` as in the command contract."""

    exit_code = 2


class BadInputError(DevicelogError):
    """Something given by the user cannot be used; nothing was changed."""


class UnknownNameError(BadInputError):
    """A name that nothing answers to, with the names that exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        names = sorted(known)
        close = get_close_matches(name, names, n=1) or get_close_matches(name.lower(), names, n=1)
        guess = f"; did you mean {close[0]!r}?" if close else "."
        listed = ", ".join(names) if names else "none"
        super().__init__(f"no {kind} is called {name!r}{guess} Known: {listed}.{hint and ' ' + hint}")


class UnitError(BadInputError):
    """A unit that is unknown, or that measures something else than was asked for."""


class ProtocolFileError(BadInputError):
    """A treatment protocol file that is not well formed or contradicts itself; names file and field."""


class ProfileFileError(BadInputError):
    """A device profile that is not well formed or contradicts itself; names file, line and field."""


class PlanFileError(BadInputError):
    """A plan file of a session that is not well formed or contradicts itself; names file, line and field."""


class ScreeningFileError(BadInputError):
    """A file of screening rules or care times that is not well formed or contradicts itself; names line and field."""


class NotMadeHereError(BadInputError):
    """A part of an export whose bytes only other versions of programs than are installed here give."""


class StoreFormatError(BadInputError):
    """A store that this version cannot read: newer, damaged, or encrypted with another key."""


class NotNowError(DevicelogError):
    """Right, but not possible at this moment."""

    exit_code = 3


class PortError(NotNowError):
    """A serial port that is missing, busy or forbidden."""


class StrangerError(NotNowError):
    """What is on the line is not the device that is bound, or does not say who it is."""


class StoreBusyError(NotNowError):
    """Another process holds the store for writing."""


class StoreChangedError(StoreBusyError):
    """What was read has changed before it could be written on: nothing was written."""


class ServiceGoneError(NotNowError):
    """The service that writes the store does not answer: whether what was being written is there is unknown."""


class StoreFullError(NotNowError):
    """The disk has no room for a recording."""


class StoreFailedError(NotNowError):
    """The disk failed while something was written: whether that is there is unknown until it was looked up."""


class NotResumableError(DevicelogError):
    """A session that a crash left open cannot be gone on with; it is to be closed as interrupted."""


class QueryNotAllowedError(DevicelogError):
    """Bytes were about to be sent that the driver has not declared as a query."""
