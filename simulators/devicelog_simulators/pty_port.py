"""A pseudo-terminal as the line, with a symbolic link that keeps its name."""

from __future__ import annotations

import array
import fcntl
import os
import select
import termios
import tty
from typing import TYPE_CHECKING

from devicelog.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path


class PtyPort:
    """Implements `port.Port`; raw before the first byte, so that nothing is echoed or translated."""

    def __init__(self, link: Path | None) -> None:
        self._link = link
        self._master: int | None = None
        self._path = ""

    @property
    def url(self) -> str:
        """The link if there is one, else the pty's own path, which changes when it is plugged again."""
        return self._path if self._link is None else str(self._link)

    def plug(self) -> None:
        """Make a pty and put the link there."""
        master, slave = os.openpty()
        tty.setraw(slave)
        self._path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(master, False)
        self._master = master
        try:
            self._put_link()
        except BaseException:
            self.unplug()
            raise

    def unplug(self) -> None:
        """Take link and pty away."""
        if self._link is not None and self._link.is_symlink() and str(self._link.readlink()) == self._path:
            self._link.unlink()
        if self._master is not None:
            os.close(self._master)
            self._master = None

    def opened(self) -> bool:
        """Whether a reader has it open."""
        return self._master is not None and not self._events(select.POLLIN) & select.POLLHUP

    def drained(self) -> bool:
        """Whether the reader has taken everything sent."""
        slave = os.open(self._path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            unread = array.array("i", [0])
            fcntl.ioctl(slave, termios.FIONREAD, unread)
        finally:
            os.close(slave)
        return unread[0] == 0

    def send(self, data: bytes) -> int:
        """How many of these bytes there was room for."""
        if self._master is None or not data:
            return 0
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0

    def receive(self) -> bytes:
        """What the reader has sent since the last call."""
        if self._master is None or not self._events(select.POLLIN) & select.POLLIN:
            return b""
        try:
            return os.read(self._master, 4_096)
        except OSError:  # the reader closed it
            return b""

    def _events(self, asked: int) -> int:
        if self._master is None:
            return 0
        poll = select.poll()
        poll.register(self._master, asked)
        return next((events for _, events in poll.poll(0)), 0)

    def _put_link(self) -> None:
        link = self._link
        if link is None:
            return
        if link.exists() and not link.is_symlink():
            raise BadInputError(f"{link} exists and is not a link; give --link a name that is free.")
        beside = link.with_name(f".{link.name}.{os.getpid()}")
        try:
            beside.unlink(missing_ok=True)
            beside.symlink_to(self._path)
            beside.replace(link)
        except OSError as error:
            raise BadInputError(f"the link {link} cannot be made: {error.strerror or error}.") from None
