"""One open serial line; the only import of pyserial. A thread a port stamps bytes as they arrive and queues them.

The thread opens, reads and closes its own port (closing from another thread breaks pyserial). A port that goes away is
tried again for ever, from 0.1 s to 2 s apart. Nothing is sent but bytes that the driver declares as queries.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import serial
import structlog

from devicelog import clock, registry
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import Driver, Effect
from devicelog.errors import BadInputError, PortError, QueryNotAllowedError

try:
    import termios

    #: An unplugged port raises SerialException, bare OSError or termios.error, which is no OSError.
    PORT_ERRORS: tuple[type[Exception], ...] = (OSError, termios.error)
except ImportError:  # Windows
    PORT_ERRORS = (OSError,)

#: How long a read waits for a byte; also how long a stop may take (s).
READ_TIMEOUT = 0.2
#: Bytes are gathered for this long, so that a busy line costs 33 reads and commits a second, not 3,000 (s).
HOLD_OFF = 0.03
#: A read of this many bytes means a flood: the next _HURRY reads wait for nothing.
_LONG_READ, _HURRY = 1024, 50
_SOCKET_READ = 65_536
#: Between two attempts to open a port that went away: the first time and the longest (s).
BACK_OFF = (0.1, 2.0)

_log = structlog.get_logger()


class Link:
    """Reads one port into a queue of chunks until it is stopped. `number` names the link in the session."""

    def __init__(self, number: int, url: str, driver: Driver, queue: SimpleQueue[Chunk]) -> None:
        self.number = number
        self.url = url
        self._driver = driver
        self._queue = queue
        self._asked: SimpleQueue[bytes] = SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"link-{number}", daemon=True)
        self._port: Any = None
        self._hurry = 0
        self._is_socket = url.startswith("socket://")

    def open(self) -> None:
        """Open the port for the first time, in the caller's thread; raises PortError or BadInputError."""
        self._port = open_port(self.url, self._driver)

    def discard(self) -> None:
        """Close the port of a link that was never started."""
        self._close()

    def start(self) -> None:
        """Begin to read; call `open` first."""
        self._thread.start()

    def ask(self, request: bytes) -> None:
        """Let the thread send a declared query between two reads; may be called from any thread.

        Raises QueryNotAllowedError for anything that the driver does not declare as a query without an effect. What is
        sent becomes a SENT chunk; a request that finds the port gone is forgotten: ask again once it is opened.
        """
        if not any(query.effect is Effect.NONE and query.allows(request) for query in self._driver.queries):
            raise self._not_a_query(request, " without an effect on the device")
        self._asked.put(request)

    def stop(self) -> None:
        """Ask the thread to end; it closes its port within half a second."""
        self._stop.set()

    def join(self) -> None:
        self._thread.join(timeout=5)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    # -- in the thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if self._port is None:
                    self._port = self._reopen()
                    continue
                why = self._converse()
                if why is not None:
                    self._put(ChunkKind.LOST, why.encode())
        finally:
            self._close()

    def _converse(self) -> str | None:
        """Ask what is asked on opening, then read until a stop (None) or until the port goes away: why."""
        self._forget_what_was_asked()
        self._put(ChunkKind.OPENED, str(self._port.port or self.url).encode())
        try:
            for query in self._driver.queries:
                if query.on_open and query.effect is Effect.NONE:
                    self._send(query.request)
            while not self._stop.is_set():
                self._send_what_was_asked()
                self._read()
        except PORT_ERRORS as error:
            self._close()
            _log.warning("link lost", link=self.number, driver=self._driver.name)
            return _words(error)
        except Exception as error:  # a reader that dies unseen would be a recording of nothing
            self._close()
            _log.exception("reader failed", link=self.number, driver=self._driver.name)
            return f"the reader failed: {_words(error)}"
        return None

    def _read(self) -> None:
        """One chunk: what has arrived, or else the first byte that will and what follows it closely.

        pyserial's `read(n)` drops what it holds when a port dies, so that never more is asked for than is there.
        """
        port = self._port
        waiting = 0 if self._is_socket else port.in_waiting
        data = bytes(port.read(waiting or 1))
        if not data:
            self._put(ChunkKind.QUIET)
            return
        stamp = clock.now()
        try:
            if not waiting:
                self._pause()
                data += self._rest()
        finally:
            self._queue.put(Chunk(self.number, ChunkKind.RECEIVED, stamp.boot_ns, stamp.wall_ns, data))
        self._hurry = _HURRY if len(data) >= _LONG_READ else max(0, self._hurry - 1)
        self._pause()

    def _rest(self) -> bytes:
        """What has arrived since the first byte; of a socket pyserial does not know how much that is."""
        port = self._port
        if not self._is_socket:
            waiting = port.in_waiting
            return bytes(port.read(waiting)) if waiting else b""
        port.timeout = 0
        try:
            return bytes(port.read(_SOCKET_READ))
        finally:
            port.timeout = READ_TIMEOUT

    def _pause(self) -> None:
        """Leave the port alone for a moment, unless it is being flooded."""
        if not self._hurry:
            time.sleep(HOLD_OFF)

    def _send_what_was_asked(self) -> None:
        while not self._asked.empty():
            self._send(self._asked.get_nowait())

    def _forget_what_was_asked(self) -> None:
        while not self._asked.empty():
            self._asked.get_nowait()

    def _send(self, request: bytes) -> None:
        """The only write: bytes that the driver declares, and no others."""
        if not any(query.allows(request) for query in self._driver.queries):
            raise self._not_a_query(request)
        self._port.write(request)
        self._put(ChunkKind.SENT, request)

    def _not_a_query(self, request: bytes, more: str = "") -> QueryNotAllowedError:
        return QueryNotAllowedError(f"{request!r} is not a query of {self._driver.name}{more}; nothing was sent.")

    def _put(self, kind: ChunkKind, data: bytes = b"") -> None:
        stamp = clock.now()
        self._queue.put(Chunk(self.number, kind, stamp.boot_ns, stamp.wall_ns, data))

    def _reopen(self) -> Any:
        """The port again, or None after a stop."""
        for pause in _pauses():
            if self._stop.wait(pause):
                return None
            with contextlib.suppress(PortError):
                port = open_port(self.url, self._driver)
                _log.info("link restored", link=self.number, driver=self._driver.name)
                return port
        return None

    def _close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*PORT_ERRORS):
                port.close()


def _pauses() -> Iterator[float]:
    pause, greatest = BACK_OFF
    while True:
        yield pause
        pause = min(pause * 2, greatest)


def open_port(url: str, driver: Driver) -> Any:
    """A port opened as the driver says, DTR and RTS low, for this process alone; raises PortError or BadInputError."""
    port = closed_port(url, driver)
    try:
        port.open()
        _keep_others_out(port)
    except ValueError as error:
        raise _no_port(url, error) from None
    except PORT_ERRORS as error:
        raise PortError(_complaint(url, error)) from None
    return port


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
        return f"the port {url} is in use by another program; end that program and try again."
    return f"the port {url} cannot be opened ({_words(error)}); check it with `devicelog ports`."


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def list_ports() -> list[Any]:
    """The serial ports of this computer as pyserial knows them; opens none."""
    from serial.tools import list_ports as tools

    return sorted(tools.comports())
