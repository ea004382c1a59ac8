"""A serial port as a driver wants it; the only import of pyserial.

An unplugged port raises four different things, of which one is no OSError: catch `PORT_ERRORS`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import struct
import sys
import time
from operator import add, sub
from pathlib import Path
from typing import Any

import msgspec
import serial

from devicelog import registry
from devicelog.driver import Driver
from devicelog.errors import BadInputError, PortError
from devicelog.link.holder import holders
from devicelog.simulator import Renewable

try:
    import termios

    #: An unplugged port raises SerialException, bare OSError or termios.error, which is no OSError.
    PORT_ERRORS: tuple[type[Exception], ...] = (OSError, termios.error)
except ImportError:  # Windows
    PORT_ERRORS = (OSError,)

#: How long a read waits for a byte; also how long a stop may take (s).
READ_TIMEOUT = 0.2
#: Between two looks at a port that the system cannot wait for (s).
_LITTLE = 0.005
#: At most so many bytes are taken at once.
_MOST = 65_536
#: How Linux tells what a port has counted: linux/serial.h, struct serial_icounter_struct, twenty whole numbers.
_TIOCGICOUNT, _ICOUNTER = 0x545D, struct.Struct("20i")
#: What a port that is there no more says of itself.
_GONE = (errno.EIO, errno.ENXIO, errno.ENODEV, errno.ENOENT)
_GONE_WORDS = ("returned no data", "ClearCommError", "WriteFile failed", "ReadFile failed", "GetOverlappedResult")


def open_port(url: str, driver: Driver, *, anew: bool = False) -> Any:
    """A port opened as the driver says, DTR and RTS low, for this process alone; raises PortError or BadInputError.

    `anew`: a simulated device is at its beginning; a real one is as it is.
    """
    port = closed_port(url, driver)
    if anew and isinstance(port, Renewable):
        port.renew()
    try:
        _open(port, url)
        _keep_others_out(port)
    except ValueError as error:
        raise _no_port(url, error) from None
    except PORT_ERRORS as error:
        raise PortError(_complaint(url, error)) from None
    return port


def _open(port: Any, url: str) -> None:
    try:
        port.open()
    except PORT_ERRORS as error:
        if not _is_pseudo_terminal(url) or error.args[:1] != (errno.EINVAL,):
            raise
        # It has neither parity nor seven bits, and says so if nothing else is to be changed: when it is opened again.
        port.bytesize, port.parity, port.stopbits = 8, "N", 1
        port.open()


def _is_pseudo_terminal(url: str) -> bool:
    return os.path.realpath(url).startswith("/dev/pts/")


def what_waits(port: Any) -> bytes:
    """The bytes that have arrived and were not read yet; raises one of PORT_ERRORS if the port is gone.

    pyserial's `read(n)` drops what it holds when a port dies, so that never more is asked for than is there. Where the
    port is a file of the system, which pyserial opens to be read without waiting, it is asked itself: at a tenth of the
    cost.
    """
    if type(port) is serial.Serial and os.name == "posix":
        try:
            return os.read(port.fd, _MOST)
        except BlockingIOError:
            return b""
    if str(port.port).startswith("socket://"):  # of which pyserial does not know how much waits
        port.timeout = 0
        try:
            return bytes(port.read(_MOST))
        finally:
            port.timeout = READ_TIMEOUT
    waiting = port.in_waiting
    return bytes(port.read(waiting)) if waiting else b""


def wait_for_bytes(port: Any, seconds: float) -> bool:
    """Until bytes have come, the port is gone or the time is over; whether more can come after those.

    Where the system cannot tell, it waits for a little while.
    """
    if type(port) is not serial.Serial or os.name != "posix":
        time.sleep(min(seconds, _LITTLE))
        return True
    ready = select.poll()
    ready.register(port.fd, select.POLLIN)
    return all(what == select.POLLIN for _, what in ready.poll(seconds * 1000))


class LineErrors(msgspec.Struct, frozen=True):
    """What a port has counted since it was there: bytes that were none, lost or of the wrong parity, and breaks."""

    framing: int
    overrun: int
    parity: int
    breaks: int

    def since(self, before: LineErrors) -> LineErrors:
        """What has come to it since another moment."""
        return LineErrors(*map(sub, msgspec.structs.astuple(self), msgspec.structs.astuple(before)))

    def and_also(self, more: LineErrors) -> LineErrors:
        """Both together."""
        return LineErrors(*map(add, msgspec.structs.astuple(self), msgspec.structs.astuple(more)))

    def __bool__(self) -> bool:
        return any(msgspec.structs.astuple(self))


def line_errors(port: Any) -> LineErrors | None:
    """What the port has counted; None where the system or the adapter does not tell (it is Linux that may)."""
    descriptor = getattr(port, "fd", None)
    if descriptor is None or sys.platform != "linux":
        return None
    import fcntl

    try:
        counted = fcntl.ioctl(descriptor, _TIOCGICOUNT, bytes(_ICOUNTER.size))
    except PORT_ERRORS:  # a pseudo-terminal, an adapter that counts nothing, a port that was just closed
        return None
    except (TypeError, ValueError):
        return None
    framing, overrun, parity, breaks = _ICOUNTER.unpack(counted)[6:10]
    return LineErrors(framing, overrun, parity, breaks)


def closed_port(url: str, driver: Driver) -> Any:
    """A port as the driver wants it, not open yet; raises BadInputError for what cannot be one's name."""
    for package in registry.url_handler_packages():
        if package not in serial.protocol_handler_packages:
            serial.protocol_handler_packages.append(package)
    settings = driver.serial
    try:
        port = serial.serial_for_url(
            url,
            do_not_open=True,
            baudrate=settings.baudrate,
            bytesize=settings.bytesize,
            parity=settings.parity,
            stopbits=settings.stopbits,
            timeout=READ_TIMEOUT,
            write_timeout=1.0,
        )
        port.dtr, port.rts = settings.dtr, settings.rts
        if "://" not in url:
            port.exclusive = True
    except ValueError as error:
        raise _no_port(url, error) from None
    except PORT_ERRORS as error:
        raise PortError(_complaint(url, error)) from None
    return port


def _no_port(url: str, error: ValueError) -> BadInputError:
    return BadInputError(f"{url!r} is not a port ({error}); give one such as /dev/ttyUSB0, COM3 or sim://NAME.")


def _keep_others_out(port: Any) -> None:
    """pyserial's own `exclusive` is a lock that only the polite respect; TIOCEXCL also stops the others."""
    descriptor = getattr(port, "fd", None)
    if descriptor is None or os.name != "posix":
        return
    import fcntl

    with contextlib.suppress(*PORT_ERRORS):
        # A pseudo-terminal would keep the mark after this process was killed, and nobody could open it again.
        if not os.ttyname(descriptor).startswith("/dev/pts/"):
            fcntl.ioctl(descriptor, termios.TIOCEXCL)


def _complaint(url: str, error: Exception) -> str:
    code = getattr(error, "errno", None)
    text = str(error)
    if code == errno.ENOENT or "FileNotFoundError" in text:
        return f"the port {url} is not there; check the cable, and `devicelog ports` for what is."
    if code == errno.EACCES or "Permission" in text or "Access is denied" in text:
        return f"the port {url} may not be opened by this user, or is in use; see `devicelog doctor`."
    if code in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in text or "busy" in text.lower():
        by = " and ".join(f"process {process}" for process in holders(Path(url))) or "another program"
        return f"the port {url} is in use by {by}; end that program and try again."
    return f"the port {url} cannot be opened ({_words(error)}); check it with `devicelog ports`."


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def loss_in_words(error: Exception) -> str:
    """Why a port that was open can be read no more, for people, with what the system said."""
    said = _words(error)
    code = re.search(r"Errno (\d+)|^\((\d+),", said)  # pyserial puts the number into its words, termios into a tuple
    if isinstance(error, serial.SerialTimeoutException):
        return f"the port takes no more bytes ({said})"
    if "socket disconnected" in said or isinstance(error, ConnectionError):
        return f"the other end closed the connection ({said})"
    if (code is not None and int(code[1] or code[2]) in _GONE) or any(words in said for words in _GONE_WORDS):
        return f"unplugged, or the adapter was switched off ({said})"
    return f"the port can be read no more ({said})"


def list_ports() -> list[Any]:
    """The serial ports of this computer as pyserial knows them; opens none."""
    from serial.tools import list_ports as tools

    return sorted(tools.comports())
