"""pyserial's handler of `sim://NAME?seed=1&speed=1&scenario=FACE&faults=FILE`: a simulator without a pty."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from serial.serialutil import PortNotOpenError, SerialBase, SerialException

from devicelog.errors import BadInputError
from devicelog_simulators.urls.running import caught_up, check_name, forget, renew

if TYPE_CHECKING:
    from devicelog_simulators.urls.running import Running

_LOOK_EVERY = 0.005


def serial_class_for_url(url: str) -> tuple[str, type[Serial]]:
    """What pyserial asks first of a URL; UnknownNameError or ValueError if no simulator can be meant by it."""
    check_name(url)
    return url, Serial


class Serial(SerialBase):  # type: ignore[misc]
    """A port whose other end is a simulated device; the reader's own calls let its time pass."""

    is_open: bool
    _running: Running | None = None
    _outages = 0
    _cancelled = False

    def open(self) -> None:
        """Open the line; SerialException if the URL is wrong, or the device away or in use."""
        if self.is_open:
            raise SerialException("the port is already open.")
        if self._port is None:
            raise SerialException("the port has no URL yet; expected one such as sim://reference-mesogun?seed=1.")
        try:
            running = caught_up(self._port)
        except (BadInputError, ValueError) as error:
            raise SerialException(str(error)) from None
        if running.opened:
            raise SerialException(f"{self._port} is already open in this process.")
        if not running.player.plugged:
            raise SerialException(f"{self._port} is unplugged at the moment.")
        running.player.start()
        running.opened = True
        self._running, self._outages = running, running.outages
        self.is_open = True

    def renew(self) -> None:
        """Let the next open find a new device, unless somebody has the line of this one open."""
        renew(str(self._port))

    def close(self) -> None:
        """Close the line; the device goes on, unless its scenario is at its end."""
        running, self._running = self._running, None
        self.is_open = False
        if running is not None:
            running.opened, running.left = False, not self._is_away(running)
            if running.player.finished:
                forget(running)

    @property
    def in_waiting(self) -> int:
        """How many bytes a read would return at once."""
        return len(self._look().arrived)

    def read(self, size: int = 1) -> bytes:
        """Up to `size` bytes, fewer after the timeout or when the line goes away."""
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        self._cancelled = False
        got = b""
        while True:
            running = self._look(got)
            taken = running.take(size - len(got))
            got += taken
            if len(got) >= size or self._ends(deadline) or (got and self._is_away(running)):
                return got
            if not taken:
                time.sleep(_LOOK_EVERY)

    def write(self, data: bytes) -> int:
        """Send a query; its answer arrives after what the device has already sent."""
        running = self._opened()
        if self._is_away(running):
            raise SerialException(f"write failed: {self._port} has been unplugged.")
        running.hear(bytes(data))
        return len(data)

    def reset_input_buffer(self) -> None:
        """Throw away what has arrived."""
        self._opened().arrived = b""

    def reset_output_buffer(self) -> None:
        """Nothing waits to be sent."""

    def flush(self) -> None:
        """Nothing waits to be sent."""

    def cancel_read(self) -> None:
        """Let a read in progress return what it has."""
        self._cancelled = True

    @property
    def out_waiting(self) -> int:
        """Always 0: what is written is answered at once."""
        return 0

    def _opened(self) -> Running:
        if self._running is None:
            raise PortNotOpenError()
        return self._running

    def _look(self, held: bytes = b"") -> Running:
        """Let time pass; SerialException if the line has gone away and everything from before is read."""
        running = self._opened()
        if not self._is_away(running) and not running.arrived:
            running.let_pass()
        if self._is_away(running) and not running.arrived and not held:
            raise SerialException(f"read failed: {self._port} has been unplugged.")
        return running

    def _is_away(self, running: Running) -> bool:
        return running.outages != self._outages

    def _ends(self, deadline: float | None) -> bool:
        return self._cancelled or (deadline is not None and time.monotonic() >= deadline)

    def _reconfigure_port(self) -> None:
        """Any line settings will do."""

    def _update_dtr_state(self) -> None:
        """A simulated device does not look at DTR."""

    def _update_rts_state(self) -> None:
        """A simulated device does not look at RTS."""

    def _update_break_state(self) -> None:
        """A simulated device does not look at breaks."""
