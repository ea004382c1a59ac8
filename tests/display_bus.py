"""What a board and a DGUS display say to each other, byte for byte, written from the published format and firmware."""

from __future__ import annotations

from collections.abc import Callable

#: A CRC as a display appends it; none by default.
Check = Callable[[bytes], bytes]


def frame(body: bytes, check: Check = lambda _: b"") -> bytes:
    """Header, length and body."""
    whole = body + check(body)
    return b"\x5a\xa5" + bytes([len(whole)]) + whole


def crc(data: bytes) -> int:
    """CRC-16/MODBUS bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


def modbus_le(body: bytes) -> bytes:
    """What a T5L display with its CRC switched on appends."""
    return crc(body).to_bytes(2, "little")


class Board:
    """The unit of the public firmware: its frames, and the order in which it writes them."""

    def __init__(self, check: Check = lambda _: b"") -> None:
        self._check = check
        self.time = 1800

    def write(self, address: int, content: bytes) -> bytes:
        return frame(b"\x82" + address.to_bytes(2, "big") + content, self._check)

    def text(self, address: int, text: str) -> bytes:
        return self.write(address, text.encode("ascii"))

    def clock(self, seconds: int) -> bytes:
        self.time = seconds
        return self.text(0x1B00, f"{seconds // 60:02d}:{seconds % 60:02d}")

    def mode(self, letter: str) -> bytes:
        return self.text(0x1B04, f"  {letter}  ")

    def level(self, level: int) -> bytes:
        return self.text(0x1B08, f"  {level:02d} ")

    def frequency(self, kilohertz: str) -> bytes:
        return self.text(0x1B0C, f"{kilohertz} ")

    def icon(self, address: int, value: int) -> bytes:
        return self.write(address, value.to_bytes(2, "big"))

    def started(self, running: bool = True) -> bytes:
        return self.icon(0x1001, int(running))

    def page(self, number: int) -> bytes:
        return self.write(0x0084, b"\x5a\x01" + number.to_bytes(2, "big"))

    def enter(self, number: int) -> bytes:
        """A page with timer, level and mode, as it stands at first."""
        return self.page(number) + self.clock(1800) + self.level(0) + self.mode("A")

    def tick(self) -> bytes:
        """One second of a run: at 00:00 it stops, and the timer is loaded anew."""
        if self.time:
            return self.clock(self.time - 1)
        return self.started(False) + self.clock(1800)

    def ask(self, address: int) -> bytes:
        return frame(b"\x83" + address.to_bytes(2, "big") + b"\x01", self._check)


class Display:
    """What the display says by itself or when it is asked."""

    def __init__(self, check: Check = lambda _: b"") -> None:
        self._check = check

    def acknowledge(self) -> bytes:
        return frame(b"\x82OK", self._check)

    def tell(self, address: int, word: int) -> bytes:
        return frame(b"\x83" + address.to_bytes(2, "big") + b"\x01" + word.to_bytes(2, "big"), self._check)

    def touch(self, key: int) -> bytes:
        return self.tell(0x1080, key)

    def page(self, number: int) -> bytes:
        return self.tell(0x0014, number)
