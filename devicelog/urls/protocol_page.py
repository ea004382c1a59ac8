"""pyserial's handler of `page://`: the port of what people type on a page of the station.

pyserial finds it by the name of this module. It is always there and says nothing by itself: typed lines are put among
the bytes of its link by the station (devicelog/station/typing.py).
"""

from __future__ import annotations

import time
from typing import Any


class Serial:
    """As much of a port as a link asks for. Nothing can be sent to a page."""

    def __init__(self, _port: None, *, timeout: float | None = None, **_settings: Any) -> None:
        self.port = ""
        self.timeout = timeout
        self.dtr = self.rts = False
        self.is_open = False

    @property
    def in_waiting(self) -> int:
        """Never anything."""
        return 0

    def open(self) -> None:
        """Always possible."""
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def read(self, _size: int = 1) -> bytes:
        """Nothing, after the timeout: a page on which nobody types is silent."""
        time.sleep(self.timeout or 0)
        return b""

    def write(self, data: bytes) -> int:
        """Nothing can be sent to a page."""
        raise OSError(f"{len(data)} bytes cannot be sent to a page")
