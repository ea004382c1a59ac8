"""Streams of frames that the tests made themselves, so that they know what the guess has to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from fastcrc import crc8, crc16

from devicelog.guess.guess import Guess, Guesser

#: Reads that belong together are this far apart, and frames of a line that pauses (us).
CLOSE_US, PAUSE_US = 300, 20_000


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: how a frame is made of `chance`, and what the guess has to say about it.

    `framing` is "" where two ways to cut the stream are as right.
    """

    name: str
    frame: Callable[[Random], bytes]
    framing: str
    algorithm: str | None
    says: str = ""
    needs_pauses: bool = False


def guess(data: bytes | Sequence[bytes], *, pause_us: int = PAUSE_US) -> Guess:
    """The guess about bytes that came at once, or about reads with a pause between them."""
    guesser = Guesser(65_536)
    for number, read in enumerate([data] if isinstance(data, bytes) else data):
        guesser.hear(number * pause_us, read)
    return guesser.guess()


def _value(chance: Random) -> bytes:
    return f"INJ,{chance.randrange(1000)},{chance.randrange(10**5)},{chance.choice('NCP')}".encode()


def _checked_line(chance: Random) -> bytes:
    body = _value(chance)
    return b"$%b*%04X\r\n" % (body, crc16.ibm_3740(body))


def _plain_line(chance: Random) -> bytes:
    return _value(chance) + b"\n"


def _hex_sum(chance: Random) -> bytes:
    body = b"LE;dr%d" % chance.randrange(10**4)
    return b"\x02%b%02X\x03" % (body, 0xFF - (sum(b"\x02" + body) & 0xFF))


def _length_and_crc8(chance: Random) -> bytes:
    data = chance.randbytes(chance.randrange(2, 20))
    body = bytes([0x42, len(data)]) + data
    return body + bytes([crc8.smbus(body)])


def _fixed_and_sum(chance: Random) -> bytes:
    body = bytes([0xA5, *chance.randbytes(2), chance.randrange(4), 0, *chance.randbytes(1)])
    return body + bytes([sum(body) & 0xFF])


def _fixed(chance: Random) -> bytes:
    return _fixed_and_sum(chance)[:-1]


def _safe(chance: Random) -> bytes:
    data = b"00I%d.%03dML" % (chance.randrange(1000), chance.randrange(1000))
    return bytes([2, len(data) + 4]) + data + crc16.xmodem(data).to_bytes(2, "big") + b"\3"


def _dgus(chance: Random) -> bytes:
    written = chance.choice(
        [b"\x82\x10\x01\x00%c" % chance.randrange(9), b"\x82\x1b\x00%02d:00" % chance.randrange(60)]
    )
    written = chance.choice([written, b"\x82OK"])
    return b"\x5a\xa5%c%b" % (len(written), written)


def _dgus_checked(chance: Random) -> bytes:
    written = b"\x83" + chance.randbytes(chance.randrange(4, 12))
    return b"\x5a\xa5%c%b%b" % (len(written) + 2, written, crc16.modbus(written).to_bytes(2, "little"))


def _modbus(chance: Random) -> bytes:
    kind = chance.randrange(3)
    if kind == 0:
        body = bytes([1, 4, 0, chance.randrange(40), 0, 2])
    elif kind == 1:
        body = bytes([1, 4, 4, *chance.randbytes(4)])
    else:
        body = bytes([1, 0x84, chance.randrange(1, 5)])
    return body + crc16.modbus(body).to_bytes(2, "little")


def _pausing(chance: Random) -> bytes:
    body = chance.randbytes(chance.randrange(4, 14))
    return body + crc16.kermit(body).to_bytes(2, "big")


FORMATS = (
    Format("text with a CRC", _checked_line, "text", "CRC-16/CCITT-FALSE", "CR LF"),
    Format("plain text", _plain_line, "text", None, "end in LF"),
    Format("STX, text, sum, ETX", _hex_sum, "text", "sum of the bytes, complement to 0xFF", "STX and ETX"),
    Format("header, length, CRC-8", _length_and_crc8, "length byte", "CRC-8 (polynomial 07)", "begin with 42"),
    Format("seven bytes and a sum", _fixed_and_sum, "fixed length", "sum of the bytes", "of 7 bytes"),
    Format("six bytes", _fixed, "fixed length", None, "of 6 bytes"),
    Format("Safe packets", _safe, "", "CRC-16/XMODEM"),
    Format("DGUS", _dgus, "DGUS header", None, "5A A5"),
    Format("DGUS with a CRC", _dgus_checked, "DGUS header", "CRC-16/MODBUS", "5A A5"),
    Format("Modbus RTU", _modbus, "Modbus RTU", None, "Modbus RTU"),
    Format("pauses and a CRC", _pausing, "pauses", "CRC-16/KERMIT", "pauses", needs_pauses=True),
)
