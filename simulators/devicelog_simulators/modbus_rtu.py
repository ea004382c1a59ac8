"""Modbus RTU from the slave's side: requests in, replies out.

Source: MODBUS Application Protocol 1.1b3, MODBUS over Serial Line 1.02.
"""

from __future__ import annotations

from dataclasses import dataclass

from devicelog_simulators.checksums import modbus

#: Length of a request by function code, address and CRC included.
_LENGTHS = {0x07: 4, 0x08: 8, 0x0B: 4, 0x0C: 4, 0x11: 4, 0x16: 10, 0x18: 6, 0x2B: 7} | dict.fromkeys(range(1, 7), 8)
#: Of these the length stands in a byte of the request.
_COUNTED = {0x0F: (6, 9), 0x10: (6, 9), 0x14: (2, 5), 0x15: (2, 5), 0x17: (10, 13)}
#: A request that stays unfinished for so long (ms) is thrown away: far more than 3.5 characters, because a host's
#: adapter may send one in pieces.
_UNFINISHED = 100


@dataclass(frozen=True, slots=True)
class Request:
    """One request with a right CRC."""

    slave: int
    code: int
    data: bytes


def framed(slave: int, reply: bytes) -> bytes:
    """A reply (function code and data) as it is sent."""
    frame = bytes([slave]) + reply
    return frame + modbus(frame).to_bytes(2, "little")


class Inbox:
    """Cuts what the master sends into requests; what is no request is passed over, as every slave does."""

    def __init__(self) -> None:
        self._held = b""
        self._at = 0

    def take(self, data: bytes, now: int) -> list[Request]:
        """The requests that these bytes complete."""
        if now - self._at > _UNFINISHED:
            self._held = b""
        self._held, self._at = self._held + data, now
        requests = []
        while (length := self._length()) and len(self._held) >= length:
            frame, self._held = self._held[:length], self._held[length:]
            if modbus(frame[:-2]).to_bytes(2, "little") != frame[-2:]:
                self._held = b""  # a slave has to wait for the next silence
                break
            requests.append(Request(frame[0], frame[1], frame[2:-2]))
        return requests

    def _length(self) -> int:
        """How long the request is that begins here; 0 while that is not known."""
        held = self._held
        if len(held) < 4:
            return 0
        if held[1] in _COUNTED:
            place, others = _COUNTED[held[1]]
            return held[place] + others if len(held) > place else 0
        return _LENGTHS.get(held[1], len(held))
