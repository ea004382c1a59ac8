"""An invented board with a Modbus RTU register map from a scenario; by default a meso-gun's, marked as a template.

It answers function codes 01 to 04, 0x11 and 0x2B/0x0E. Anything that would write is refused and counted.
"""

from __future__ import annotations

import struct
from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from devicelog.simulator import Simulator
from devicelog_simulators.apparatus import Apparatus, told
from devicelog_simulators.apparatus_steps import ApparatusSettings, Step
from devicelog_simulators.modbus_rtu import Inbox, Request, framed
from devicelog_simulators.outbox import Lapse, Outbox, lapse_at
from devicelog_simulators.registers import Bank, Register, RegisterMap, WordOrder, clash
from devicelog_simulators.scenario import Text, shipped
from devicelog_simulators.toml_file import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

_SCENARIOS = shipped("modbus-injector", "modbus-injector-cdab", "modbus-faults")
_BANKS: dict[int, tuple[Bank, int]] = {
    1: ("coil", 2_000),
    2: ("discrete", 2_000),
    3: ("holding", 125),
    4: ("input", 125),
}
#: Function codes that change something in a device.
_WRITES = frozenset({0x05, 0x06, 0x0F, 0x10, 0x15, 0x16, 0x17})
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3

Slave = Annotated[int, Field(ge=1, le=247)]


class ModbusSettings(ApparatusSettings):
    """The board as its maker has built it."""

    slave: Slave = 1
    word_order: WordOrder = "ABCD"
    holes: Literal["refuse", "zero"] = "refuse"
    echo: bool = False
    product: Text = "MG-OEM"
    firmware: Text = "1.0"


class ModbusLapse(Lapse):
    """A while in which the board answers as another slave, or only with an exception."""

    slave: Slave | None = None
    exception: Annotated[int, Field(ge=1, le=11)] | None = None


class ModbusScenario(Table):
    """A scenario of `modbus`."""

    simulator: Literal["modbus"]
    title: str
    device: ModbusSettings = ModbusSettings()
    registers: Annotated[list[Register], Field(min_length=1)]
    steps: Annotated[list[Step], Field(min_length=1)]
    lapses: Annotated[list[ModbusLapse], Field(default_factory=list)]

    @model_validator(mode="after")
    def _has_no_clash(self) -> Self:
        found = clash(self.registers)
        if found is not None:
            raise ValueError(found)
        return self


class ModbusBoard:
    """Implements `devicelog.simulator.SimulatedDevice`, and `faulty.Tamperable` for fault scripts."""

    def __init__(self, scenario: ModbusScenario, seed: int) -> None:
        self._settings = scenario.device
        self._lapses = scenario.lapses
        self._serial = f"SIM-MB-{seed:04d}"
        self._apparatus = Apparatus(scenario.device, scenario.steps, seed)
        self._map = RegisterMap(
            scenario.registers,
            order=scenario.device.word_order,
            holes=scenario.device.holes,
            quantity=self._apparatus.value,
            serial=lambda: self._serial,
        )
        self._inbox = Inbox()
        self._outbox = Outbox(Random(seed))  # noqa: S311
        #: Every request with a right CRC, whichever slave it was for.
        self.heard: list[Request] = []
        self._bytes_heard = self._refused = 0

    @property
    def finished(self) -> bool:
        """True once the scenario is over and every reply is out."""
        return self._apparatus.is_over and self._outbox.is_empty

    @property
    def truth(self) -> dict[str, str]:
        """What was really given, and what reached the board."""
        return told(self._apparatus.given) | {
            "bytes heard": str(self._bytes_heard),
            "requests": str(len(self.heard)),
            "writes refused": str(self._refused),
        }

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what the board sent in that time: replies that were late."""
        return self._outbox.take(self._apparatus.advance(seconds))

    def answer(self, request: bytes) -> bytes:
        """The replies to the requests that these bytes complete; before them, on a two-wire line, their own echo."""
        now = self._apparatus.now
        self._bytes_heard += len(request)
        sent = self._outbox.put(request, now, 0) if self._settings.echo and request else b""
        lapse = lapse_at(self._lapses, now)
        for asked in self._inbox.take(request, now):
            self.heard.append(asked)
            if asked.slave == self._settings.slave:
                slave = asked.slave if lapse is None or lapse.slave is None else lapse.slave
                sent += self._outbox.send(framed(slave, self._reply(asked, lapse)), now, lapse)
        return sent

    # For fault scripts.

    @property
    def counters(self) -> frozenset[str]:
        """The counters that `bring_near_wrap` knows."""
        return frozenset({"triggers_total", "uptime"})

    def reboot(self) -> None:
        """The power is lost and comes back."""
        self._apparatus.reboot()

    def bring_near_wrap(self, counter: str, distance: int) -> None:
        """Let the counter's next value be `distance` below 2**32."""
        if counter == "uptime":
            self._apparatus.step_clock(2**32 - distance - self._apparatus.value("uptime"))
        else:
            self._apparatus.set_total(2**32 - distance - 1)

    def step_clock(self, milliseconds: int) -> None:
        """Let the uptime jump, not below 0."""
        self._apparatus.step_clock(milliseconds)

    def become(self, serial: str) -> None:
        """Another board of the same model takes the place of this one."""
        self._serial = serial
        self.reboot()

    # What is said.

    def _reply(self, asked: Request, lapse: ModbusLapse | None) -> bytes:
        if lapse is not None and lapse.exception is not None:
            return _exception(asked, lapse.exception)
        if asked.code in _BANKS:
            return self._read(asked)
        if asked.code == 0x11:
            who = f"{self._settings.product} {self._serial}".encode("ascii")
            running = 0xFF if self._apparatus.value("running") else 0
            return bytes([0x11, len(who) + 1]) + who + bytes([running])
        if asked.code == 0x2B:
            return self._identification(asked)
        self._refused += asked.code in _WRITES
        return _exception(asked, _ILLEGAL_FUNCTION)

    def _read(self, asked: Request) -> bytes:
        bank, most = _BANKS[asked.code]
        address, count = struct.unpack(">HH", asked.data)
        if not 1 <= count <= most:
            return _exception(asked, _ILLEGAL_VALUE)
        found = self._map.read(bank, address, count)
        if found is None:
            return _exception(asked, _ILLEGAL_ADDRESS)
        data = _packed(found) if most == 2_000 else struct.pack(f">{count}H", *found)
        return bytes([asked.code, len(data)]) + data

    def _identification(self, asked: Request) -> bytes:
        """Read Device Identification: as a stream of basic (1), regular (2) or all objects (3), or one object (4)."""
        kind, read_code, first = asked.data
        if kind != 0x0E:
            return _exception(asked, _ILLEGAL_FUNCTION)
        if read_code not in (1, 2, 3, 4):
            return _exception(asked, _ILLEGAL_VALUE)
        settings = self._settings
        objects = {
            0x00: "devicelog simulator",
            0x01: settings.product,
            0x02: settings.firmware,
            0x05: settings.product,
            0x80: self._serial,
        }
        if read_code == 4:
            if first not in objects:
                return _exception(asked, _ILLEGAL_ADDRESS)
            told_of = {first: objects[first]}
        else:
            last = {1: 0x02, 2: 0x7F, 3: 0xFF}[read_code]
            begin = first if first in objects and first <= last else 0
            told_of = {number: text for number, text in objects.items() if begin <= number <= last}
        body = b"".join(bytes([number, len(text)]) + text.encode("ascii") for number, text in told_of.items())
        return bytes([0x2B, 0x0E, read_code, 0x83, 0, 0, len(told_of)]) + body


def _exception(asked: Request, reason: int) -> bytes:
    return bytes([asked.code | 0x80, reason])


def _packed(bits: list[int]) -> bytes:
    """Bits as Modbus sends them: the first is the lowest of the first byte."""
    return sum(bit << place for place, bit in enumerate(bits)).to_bytes((len(bits) + 7) // 8, "little")


def start(seed: int, scenario: Path | None) -> ModbusBoard:
    """A fresh board; the same seed, scenario and requests give the same bytes."""
    return ModbusBoard(read_table(scenario or _SCENARIOS["modbus-injector"], ModbusScenario), seed)


SIMULATOR = Simulator("modbus", "MG-OEM", start, _SCENARIOS)
