"""The simulated Modbus board answers as the specification says: published frames, word orders, and what goes wrong."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.errors import BadInputError
from devicelog_simulators import modbus
from devicelog_simulators.faults import read_faults
from devicelog_simulators.faulty import with_faults
from devicelog_simulators.modbus import ModbusBoard, ModbusScenario

if TYPE_CHECKING:
    from pathlib import Path

#: Frames of "MODBUS over Serial Line" and of examples everywhere; the CRCs were computed by other programs.
READ_3_AT_6B = bytes.fromhex("11 03 00 6B 00 03 76 87")
REPLY_3_AT_6B = bytes.fromhex("11 03 06 AE 41 56 52 43 40 49 AD")
U32_123456 = bytes.fromhex("01 04 04 00 01 E2 40 E3 14")
F32_133 = bytes.fromhex("01 03 04 43 05 00 00 FF B6")
ILLEGAL_ADDRESS = bytes.fromhex("01 83 02 C0 F1")
IDENTIFY = bytes.fromhex("01 2B 0E 01 00 70 77")

IDLE = {"do": "idle", "for": "1 h"}


def board(
    *registers: dict[str, Any],
    steps: tuple[dict[str, Any], ...] = (IDLE,),
    lapses: tuple[dict[str, Any], ...] = (),
    seed: int = 1,
    **device: Any,
) -> ModbusBoard:
    named = [{"name": f"r{number}", **register} for number, register in enumerate(registers)]
    scenario = {
        "simulator": "modbus",
        "title": "test",
        "device": device,
        "registers": named or [{"name": "r", "address": 0, "value": 0}],
        "steps": list(steps),
        "lapses": list(lapses),
    }
    return ModbusBoard(ModbusScenario.model_validate(scenario), seed)


def crc(data: bytes) -> bytes:
    """CRC-16/MODBUS by polynomial division of the mirrored bits, apart from the simulator's own."""
    register = 0xFFFF
    for bit in (byte >> place & 1 for byte in data for place in range(8)):
        low = register & 1
        register = register >> 1 ^ (0xA001 if low ^ bit else 0)
    return register.to_bytes(2, "little")


def request(code: int, address: int, count: int = 1, slave: int = 1) -> bytes:
    frame = struct.pack(">BBHH", slave, code, address, count)
    return frame + crc(frame)


def words(reply: bytes) -> list[int]:
    assert crc(reply[:-2]) == reply[-2:]
    assert len(reply) == reply[2] + 5
    return list(struct.unpack(f">{reply[2] // 2}H", reply[3:-2]))


def shots(count: int = 1, **more: Any) -> dict[str, Any]:
    return {"do": "shots", "count": count, "dose": "0.02 mL", "extension": "1.5 mm", "every": "1 s", **more}


# -- published frames ------------------------------------------------------------------------------------------


def test_three_holding_registers_are_the_published_reply() -> None:
    values = [{"address": 0x6B + place, "value": value} for place, value in enumerate((0xAE41, 0x5652, 0x4340))]

    assert board(*values, slave=0x11).answer(READ_3_AT_6B) == REPLY_3_AT_6B


def test_a_counter_of_32_bits_and_a_float_are_the_published_replies() -> None:
    counter = board({"bank": "input", "address": 0, "type": "u32", "holds": "shots_total"}, shots_total=123456)
    number = board({"address": 0, "type": "f32", "value": 133.0})

    assert counter.answer(request(4, 0, 2)) == U32_123456
    assert number.answer(request(3, 0, 2)) == F32_133


def test_an_address_that_is_not_there_is_the_published_exception() -> None:
    assert board({"address": 0, "value": 1}).answer(request(3, 1)) == ILLEGAL_ADDRESS


def test_the_published_request_for_identification_is_answered_with_three_objects() -> None:
    assert board(product="MG-X", firmware="2.1").answer(IDENTIFY)[:-2] == (
        b"\x01\x2b\x0e\x01\x83\x00\x00\x03" + b"\x00\x13devicelog simulator" + b"\x01\x04MG-X" + b"\x02\x032.1"
    )


def test_all_objects_of_the_identification_have_the_serial_number() -> None:
    frame = bytes.fromhex("01 2B 0E 03 00")

    assert b"\x80\x0bSIM-MB-0007" in board(seed=7).answer(frame + crc(frame))


def test_report_server_id_says_who_and_whether_it_runs() -> None:
    asked = b"\x01\x11" + crc(b"\x01\x11")
    running = board(steps=(shots(9),))
    running.advance(0)

    assert board().answer(asked)[2:-2] == b"\x13MG-OEM SIM-MB-0001\x00"
    assert running.answer(asked)[2:-2] == b"\x13MG-OEM SIM-MB-0001\xff"


# -- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "sent"),
    [("ABCD", "1122 3344"), ("CDAB", "3344 1122"), ("BADC", "2211 4433"), ("DCBA", "4433 2211")],
)
def test_each_word_order_is_sent_as_its_name_says(order: str, sent: str) -> None:
    gun = board({"address": 0, "type": "u32", "value": 0x11223344}, word_order=order)

    assert gun.answer(request(3, 0, 2))[3:-2] == bytes.fromhex(sent)


@pytest.mark.parametrize(
    ("register", "sent"),
    [
        ({"type": "u16", "value": 65535}, "FFFF"),
        ({"type": "i16", "value": -245}, "FF0B"),
        ({"type": "i32", "value": -2}, "FFFF FFFE"),
        ({"type": "u64", "value": 2**40}, "0000 0100 0000 0000"),
        ({"type": "f64", "value": 1.5}, "3FF8 0000 0000 0000"),
        ({"type": "bcd16", "value": 1234}, "1234"),
        ({"type": "bcd32", "value": 9876543}, "0987 6543"),
        ({"type": "text", "length": 3, "value": "AB-1"}, "4142 2D31 2020"),
    ],
)
def test_each_type_is_sent_as_published(register: dict[str, Any], sent: str) -> None:
    data = bytes.fromhex(sent)

    assert board({"address": 5, **register}).answer(request(3, 5, len(data) // 2))[3:-2] == data


def test_bits_stand_lowest_first() -> None:
    gun = board(
        *({"bank": "discrete", "type": "bit", "address": bit, "holds": "fault", "bit": bit} for bit in range(10)),
        steps=({"do": "idle", "for": "1 h", "fault": 0b10_0000_0101},),
    )
    gun.advance(0)

    assert gun.answer(request(2, 0, 10))[2:-2] == b"\x02\x05\x02"


def test_counts_and_volumes_are_exact_in_their_step() -> None:
    gun = board(
        {"bank": "input", "address": 0, "holds": "shots_session"},
        {"bank": "input", "address": 1, "type": "u32", "holds": "volume_session", "step": "0.0001 mL"},
        {"bank": "input", "address": 3, "type": "f32", "holds": "needle_extension", "step": "1 mm"},
        {"bank": "input", "address": 5, "holds": "dose_set", "step": "0.001 mL"},
        steps=(shots(100),),
    )
    gun.advance(41.5)

    sent = words(gun.answer(request(4, 0, 6)))

    assert sent[0] == 42
    assert sent[1] << 16 | sent[2] == 8400  # 0.84 mL
    assert struct.unpack(">f", struct.pack(">HH", *sent[3:5])) == (1.5,)
    assert sent[5] == 20
    assert gun.truth["shots"] == "42"
    assert gun.truth["volume"] == "0.84 mL"


def test_a_register_that_is_cleared_by_reading_has_only_what_came_since() -> None:
    gun = board({"address": 0, "holds": "shots_session", "clear_on_read": True}, steps=(shots(100),))

    counts = []
    for _ in range(3):
        gun.advance(10)
        counts.append(words(gun.answer(request(3, 0)))[0])

    assert counts == [11, 10, 10]
    assert words(gun.answer(request(3, 0))) == [0]


def test_counters_wrap_at_the_width_of_their_register() -> None:
    gun = board(
        {"address": 0, "holds": "shots_total"},
        {"address": 1, "type": "u32", "holds": "shots_total"},
        steps=(shots(100),),
        shots_total=2**32 - 3,
    )
    gun.advance(0.5)
    before = words(gun.answer(request(3, 0, 3)))
    gun.advance(4)

    assert before == [0xFFFE, 0xFFFF, 0xFFFE]
    assert words(gun.answer(request(3, 0, 3))) == [2, 0, 2]


def test_after_a_loss_of_power_the_session_begins_again_and_the_lifetime_goes_on() -> None:
    gun = board(
        {"address": 0, "holds": "shots_session"},
        {"address": 1, "holds": "shots_total"},
        {"address": 2, "holds": "boot"},
        {"address": 3, "holds": "uptime", "step": "1 s"},
        steps=(shots(10), {"do": "reset"}, shots(3), IDLE),
        shots_total=500,
    )
    gun.advance(20)

    assert words(gun.answer(request(3, 0, 4))) == [3, 513, 2, 10]
    assert gun.truth["shots"] == "13"


# -- what is not answered as asked -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "address", "count", "reason"),
    [(3, 0, 0, 3), (3, 0, 126, 3), (1, 0, 2001, 3), (3, 1, 1, 2), (3, 0, 2, 2), (4, 0, 1, 2), (7, 0, 1, None)],
)
def test_what_cannot_be_read_gets_the_exception_of_the_specification(
    code: int, address: int, count: int, reason: int | None
) -> None:
    gun = board({"address": 0, "value": 1})
    reply = gun.answer(request(code, address, count))

    assert reply == (b"" if reason is None else (frame := bytes([1, code | 0x80, reason])) + crc(frame))


def test_a_board_that_fills_its_holes_answers_zeros() -> None:
    assert words(board({"address": 1, "value": 7}, holes="zero").answer(request(3, 0, 3))) == [0, 7, 0]


@pytest.mark.parametrize("data", ["05 0000 FF00", "06 0000 0001", "10 0000 0001 02 0001", "16 0000 0000 0001"])
def test_a_write_is_refused_and_counted(data: str) -> None:
    frame = b"\x01" + bytes.fromhex(data)
    gun = board({"address": 0, "value": 7})

    reply = gun.answer(frame + crc(frame))

    assert reply[:3] == bytes([1, frame[1] | 0x80, 1])
    assert words(gun.answer(request(3, 0))) == [7]
    assert gun.truth["writes refused"] == "1"


def test_another_slave_s_request_and_one_with_a_wrong_crc_get_no_answer() -> None:
    gun = board({"address": 0, "value": 7})
    spoilt = bytearray(request(3, 0))
    spoilt[4] ^= 1

    assert gun.answer(request(3, 0, slave=2)) == b""
    assert gun.answer(bytes(spoilt)) == b""
    assert words(gun.answer(request(3, 0))) == [7]


def test_a_request_may_come_in_pieces_but_not_over_a_silence() -> None:
    gun, asked = board({"address": 0, "value": 7}), request(3, 0)

    assert gun.answer(asked[:3]) == b""
    gun.advance(0.02)
    assert words(gun.answer(asked[3:])) == [7]
    assert gun.answer(asked[:3]) == b""
    gun.advance(0.2)
    assert gun.answer(asked[3:]) == b""
    gun.advance(0.2)
    assert words(gun.answer(asked)) == [7]
    assert gun.truth["bytes heard"] == "24"


def lapsing(**lapse: Any) -> tuple[ModbusBoard, bytes]:
    """A board in a lapse, one second old, and the reply that would be right."""
    register = {"address": 0, "value": 7}
    gun = board(register, lapses=({"at": "0 s", "for": "10 s", **lapse},))
    gun.advance(1)
    return gun, board(register).answer(request(3, 0))


def test_a_late_reply_comes_whole_and_later() -> None:
    gun, right = lapsing(late="800 ms")

    assert gun.answer(request(3, 0)) == b""
    assert gun.advance(0.39) == b""
    assert gun.advance(0.82) == right


def test_a_split_reply_comes_in_two_pieces() -> None:
    gun, right = lapsing(split="60 ms")

    first = gun.answer(request(3, 0))
    assert 0 < len(first) < len(right)
    assert gun.advance(0.05) == b""
    assert first + gun.advance(0.02) == right


def test_a_flipped_reply_differs_in_one_bit() -> None:
    gun, right = lapsing(flip=True)

    reply = gun.answer(request(3, 0))
    assert (int.from_bytes(reply, "big") ^ int.from_bytes(right, "big")).bit_count() == 1


def test_silence_another_slave_and_exceptions_last_as_long_as_the_scenario_says() -> None:
    mute, right = lapsing(mute=True)
    other, _ = lapsing(slave=5)
    refusing, _ = lapsing(exception=6)

    assert mute.answer(request(3, 0)) == b""
    assert other.answer(request(3, 0))[:2] == b"\x05\x03"
    assert refusing.answer(request(3, 0))[:3] == b"\x01\x83\x06"
    for gun in (mute, other, refusing):
        gun.advance(10)
        assert gun.answer(request(3, 0)) == right


def test_on_two_wires_the_request_comes_back_before_the_reply() -> None:
    gun, asked = board({"address": 0, "value": 7}, echo=True), request(3, 0)

    sent = gun.answer(asked)

    assert sent.startswith(asked)
    assert words(sent.removeprefix(asked)) == [7]
    assert gun.answer(request(3, 0, slave=9)) == request(3, 0, slave=9)


def test_the_same_seed_and_requests_give_the_same_bytes() -> None:
    def played(seed: int) -> bytes:
        gun = modbus.start(seed, modbus.SIMULATOR.scenarios["modbus-faults"])
        return b"".join(gun.answer(request(4, 0, 15)) + gun.advance(0.25) for _ in range(300))

    assert played(1) == played(1)
    assert played(1) != played(2)


def test_how_time_is_cut_into_steps_changes_nothing() -> None:
    def played(step: float) -> bytes:
        gun = modbus.start(1, modbus.SIMULATOR.scenarios["modbus-injector"])
        for _ in range(round(60 / step)):
            gun.advance(step)
        return gun.answer(request(4, 0, 15))

    assert played(0.05) == played(1) == played(60)


def test_fault_scripts_reset_it_bring_it_near_a_wrap_and_put_another_in_its_place(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    kinds = ['kind = "reset"\nat = "3.5 s"', 'kind = "wrap"\nfield = "triggers_total"\nat = "5 s"']
    kinds += ['kind = "wrong_device"\nserial = "SIM-MB-0099"\nat = "20 s"']
    script.write_text("".join(f"[[faults]]\n{kind}\n" for kind in kinds), encoding="utf-8")
    gun = board(
        {"address": 0, "holds": "shots_session"},
        {"address": 1, "type": "u32", "holds": "shots_total"},
        {"address": 3, "type": "text", "length": 6, "holds": "serial"},
        steps=(shots(30),),
    )
    faulty = with_faults(gun, read_faults(script), seed=1, path=script)

    faulty.advance(4.95)
    reset = words(faulty.answer(request(3, 0, 3)))
    faulty.advance(5)
    wrapped = words(faulty.answer(request(3, 0, 3)))
    faulty.advance(13)
    other = faulty.answer(request(3, 0, 9))

    assert reset == [1, 0, 5]
    assert wrapped == [6, 0, 1]
    assert other[9:-2] == b"SIM-MB-0099 "


@pytest.mark.parametrize(
    ("register", "said"),
    [
        ("address = 0", "expected one of 'holds' (a quantity) and 'value'"),
        ('address = 0\nholds = "mA"', "register 2, field 'holds'"),
        ('address = 0\nholds = "rate"\nstep = "1 mm"', "'1 mm' has the wrong"),
        ('address = 7\ntype = "u32"\nvalue = 1', "expected each address once, and holding 8 belongs to two registers"),
        ('address = 0\ntype = "f32"\nvalue = 1e40', "expected a value that f32 can hold, not 1e+40"),
        ('address = 0\ntype = "text"\nvalue = "µ"', "expected a value that text can hold"),
        ("address = 0\nvalue = nan", "expected a value that u16 can hold, not nan"),
        ('bank = "coil"\naddress = 0\nvalue = 1', "expected type 'bit' for a coil"),
    ],
)
def test_a_bad_map_is_named_with_file_and_place(tmp_path: Path, register: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        'simulator = "modbus"\ntitle = "t"\n[[registers]]\nname = "a"\naddress = 8\nvalue = 1\n'
        f'[[registers]]\nname = "b"\n{register}\n[[steps]]\ndo = "idle"\nfor = "1 s"\n',
        encoding="utf-8",
    )

    with pytest.raises(BadInputError) as refused:
        modbus.start(1, path)

    assert str(path) in str(refused.value)
    assert said in str(refused.value)
