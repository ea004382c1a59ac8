"""A Modbus client that others wrote (pymodbus) reads the simulated board over a pseudo-terminal."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from pymodbus.client import ModbusSerialClient
from pymodbus.pdu.mei_message import ReadDeviceInformationResponse
from pymodbus.pdu.other_message import ReportDeviceIdResponse

from devicelog_simulators import modbus
from tests.pump_line import PumpLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from devicelog_simulators.modbus import ModbusBoard

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")

U32, F32, TEXT = (ModbusSerialClient.DATATYPE[name] for name in ("UINT32", "FLOAT32", "STRING"))


@contextmanager
def reading(board: ModbusBoard) -> Iterator[ModbusSerialClient]:
    with PumpLine(board) as line, ModbusSerialClient(line.url, baudrate=19_200, timeout=2, retries=0) as client:
        yield client


@pytest.mark.parametrize(("scenario", "order"), [("modbus-injector", "big"), ("modbus-injector-cdab", "little")])
def test_counts_extension_and_volume_are_right_to_the_last_digit_in_both_word_orders(
    scenario: str, order: Literal["big", "little"]
) -> None:
    board = modbus.start(3, modbus.SIMULATOR.scenarios[scenario])
    while not board.finished:
        board.advance(1)

    with reading(board) as client:
        told = client.read_input_registers(0, count=14)
        assert not told.isError()
        sent, set_to = told.registers, client.read_holding_registers(0, count=8).registers
        serial = client.read_holding_registers(100, count=8).registers
        running = client.read_discrete_inputs(0, count=2)

    assert client.convert_from_registers(sent[0:2], U32, order) == 123_556
    assert client.convert_from_registers(sent[2:4], U32, order) == 100
    assert client.convert_from_registers(sent[4:6], U32, order) == 20_000  # 2 mL in steps of 0.1 uL
    assert sent[7:9] == [0, 4]
    assert client.convert_from_registers(sent[10:12], U32, order) == 4_000
    assert client.convert_from_registers(set_to[1:3], F32, order) == 4.0
    assert (set_to[0], *set_to[3:6]) == (200, 1, 2, 3)
    assert client.convert_from_registers(serial, TEXT) == "SIM-MB-0003     "
    assert running.bits[:2] == [False, True]
    assert board.truth["shots"] == "100"
    assert board.truth["volume"] == "2 mL"
    assert board.truth["bytes heard"] == str(4 * 8)


def test_the_board_says_who_it_is() -> None:
    board = modbus.start(1, None)

    with reading(board) as client:
        basic = client.read_device_information(read_code=1)
        everything = client.read_device_information(read_code=3)
        server = client.report_device_id()

    assert isinstance(basic, ReadDeviceInformationResponse)
    assert basic.information == {0: b"devicelog simulator", 1: b"MG-OEM", 2: b"1.0"}
    assert isinstance(everything, ReadDeviceInformationResponse)
    assert everything.information[0x80] == b"SIM-MB-0001"
    assert isinstance(server, ReportDeviceIdResponse)
    assert (server.identifier, server.status) == (b"MG-OEM SIM-MB-0001", False)


def test_exceptions_are_understood() -> None:
    with reading(modbus.start(1, None)) as client:
        assert client.read_input_registers(999).exception_code == 2
        assert client.write_register(100, 1).exception_code == 1
