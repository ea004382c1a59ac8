"""A Modbus RTU server by others (pymodbus) on a socket of this computer, with all bytes kept that ever reached it."""

from __future__ import annotations

import asyncio
import struct
import threading
from typing import Any, Self

from pymodbus import FramerType, ModbusDeviceIdentification
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.waiting import PATIENCE

_HOLDING, _INPUT = 3, 4
_SIZE = 64


class ModbusServer:
    """Speaks Modbus RTU on `url`. `words`: how numbers of 32 bits stand, "ABCD", or "CDAB" (low word first)."""

    def __init__(self, words: str = "ABCD", slave: int = 1) -> None:
        self.heard = b""
        self.url = ""
        self._words = words
        self._slave = slave
        self._registers = {_HOLDING: [0] * _SIZE, _INPUT: [0] * _SIZE}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="modbus")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)

    def input(self, address: int, form: str, value: float) -> None:
        """Put a value into input registers; `form` is one of struct's."""
        self._put(_INPUT, address, form, value)

    def holding(self, address: int, form: str, value: float) -> None:
        """Put a value into holding registers."""
        self._put(_HOLDING, address, form, value)

    def _put(self, function: int, address: int, form: str, value: float) -> None:
        data = struct.pack(f">{form}", value)
        words = list(struct.unpack(f">{len(data) // 2}H", data))
        ordered = words if self._words == "ABCD" else words[::-1]
        self._registers[function][address : address + len(words)] = ordered

    async def _current(
        self,
        function: int,
        start: int,
        _address: int,
        _count: int,
        registers: list[int],
        written: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Called by pymodbus when registers are read: what they hold now."""
        if written is not None:
            return ExcCodes.ILLEGAL_FUNCTION
        if function in self._registers:
            registers[: _SIZE - start] = self._registers[function][start:]
        return None

    def _packet(self, sending: bool, data: bytes) -> bytes:
        if not sending:
            self.heard += data
        return data

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        who = {"VendorName": "Maker", "ProductCode": "B-3", "MajorMinorRevision": "1.2"}
        bits = [SimData(0, count=16, values=False, datatype=DataType.BITS)]
        words = [SimData(0, count=_SIZE, values=0, datatype=DataType.REGISTERS)]
        server = ModbusTcpServer(
            SimDevice(self._slave, simdata=(bits, bits, words, words), action=self._current),
            framer=FramerType.RTU,
            identity=ModbusDeviceIdentification(info_name=who),  # type: ignore[no-untyped-call]
            address=("127.0.0.1", 0),
            trace_packet=self._packet,
        )
        await server.serve_forever(background=True)
        listening: Any = server.transport
        port = listening.sockets[0].getsockname()[1]
        self.url = f"socket://127.0.0.1:{port}"
        self._ready.set()
        await self._over.wait()
        await server.shutdown()  # type: ignore[no-untyped-call]
