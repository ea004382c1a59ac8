"""The bytes of a query, and what tells its reply: function and length, which is all that a reply says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog_drivers.modbus.frames import EXCEPTION, IDENTIFICATION, MEI, REPORT_ID, Frame, framed
from devicelog_drivers.modbus.tables import ModbusQuery

#: Coils and discrete inputs; holding and input registers.
BITS, REGISTERS = (1, 2), (3, 4)
#: Function codes that only read.
READING = (*BITS, *REGISTERS, REPORT_ID, IDENTIFICATION)
#: Registers and bits that fit into one reply.
MOST = {**dict.fromkeys(BITS, 2000), **dict.fromkeys(REGISTERS, 125)}

#: What a reply says of itself: its function, and bytes of data or category.
Signature = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of the profile with its bytes, and the signature of its reply."""

    table: ModbusQuery
    request: bytes
    signature: Signature


def asked(table: ModbusQuery, slave: int) -> Asked:
    """A query to a slave."""
    function = table.function
    if function == REPORT_ID:
        return Asked(table, framed(bytes([slave, function])), (function, 0))
    if function == IDENTIFICATION:
        body = bytes([slave, function, MEI, table.category, 0])
        return Asked(table, framed(body), (function, table.category))
    assert table.start is not None
    assert table.count is not None
    body = bytes([slave, function]) + table.start.to_bytes(2, "big") + table.count.to_bytes(2, "big")
    size = (table.count + 7) // 8 if function in BITS else table.count * 2
    return Asked(table, framed(body), (function, size))


def signature(frame: Frame) -> Signature:
    """What a reply, not an exception, says of itself."""
    if frame.function == REPORT_ID:
        return frame.function, 0
    if frame.function == IDENTIFICATION:
        return frame.function, frame.data[1]
    return frame.function, frame.data[0]


def answers(frame: Frame, request: bytes, of: Signature) -> bool:
    """Whether a frame is a reply to this query, a refusal included."""
    if frame.slave != request[0]:
        return False
    return frame.function == request[1] | EXCEPTION or (frame.function == request[1] and signature(frame) == of)
