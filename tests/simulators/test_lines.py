"""The simulated line device says what its scenario tells it to, byte for byte, and what goes wrong goes wrong there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.errors import BadInputError
from devicelog_simulators import checksums, lines
from devicelog_simulators.faults import read_faults
from devicelog_simulators.faulty import with_faults
from devicelog_simulators.lines import LinesDevice, LinesScenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IDLE = {"do": "idle", "for": "1 h"}
ALARIS = {"start": "!", "separator": "|", "check": "ccitt-false-hex", "end": "\r"}
VOLUME = {"name": "volume", "holds": "volume_session", "units": {"ml": "1 mL"}, "places": 2}
SHOTS = {"name": "shots", "holds": "shots_session"}


def device(
    *said: dict[str, Any],
    fields: tuple[dict[str, Any], ...] = (),
    steps: tuple[dict[str, Any], ...] = (IDLE,),
    lapses: tuple[dict[str, Any], ...] = (),
    frame: dict[str, Any] | None = None,
    seed: int = 1,
    **settings: Any,
) -> LinesDevice:
    scenario = {
        "simulator": "lines",
        "title": "test",
        "device": settings,
        "frame": frame or {},
        "fields": list(fields),
        "lines": list(said),
        "steps": list(steps),
        "lapses": list(lapses),
    }
    return LinesDevice(LinesScenario.model_validate(scenario), seed)


def shots(count: int = 1, **more: Any) -> dict[str, Any]:
    return {"do": "shots", "count": count, "dose": "0.02 mL", "extension": "1.5 mm", "every": "1 s", **more}


# -- published frames ------------------------------------------------------------------------------------------


def test_an_alaris_like_device_answers_the_published_frames() -> None:
    """github.com/jaj42/infupy (backends/alaris.py) has the framing; the checksums were computed apart from this."""
    pump = device(
        {"query": "INF_VI", "text": "INF_VI^{volume}^{volume.unit}"},
        {"query": "INF_RATE", "text": "INF_RATE^{rate}^{rate.unit}"},
        fields=(VOLUME, {"name": "rate", "holds": "rate", "units": {"ml/h": "1 mL/h"}, "places": 1}),
        steps=({"do": "flow", "rate": "5 mL/h", "for": "1 h"},),
        frame=ALARIS,
        requests_end="\r",
        requests_checked=True,
    )
    pump.advance(900)

    assert pump.answer(b"!INF_VI|B42C\r") == b"!INF_VI^1.25^ml|C4CD\r"
    assert pump.answer(b"!INF_RATE|8E6D\r") == b"!INF_RATE^5.0^ml/h|BA6B\r"
    assert pump.answer(b"!INF_RATE|8E6E\r") == b""
    assert pump.truth["bytes heard"] == "43"


def test_a_source_answers_as_the_published_ones_do() -> None:
    """Replies of pymeasure's tests of a Keithley 2400; volts and amperes are exchanged, so that Ohm's law holds."""
    fields = (
        {"name": "amps", "holds": "current_measured", "units": {"A": "1000 mA"}, "digits": 6},
        {"name": "volts", "holds": "voltage", "units": {"V": "1 V"}, "digits": 6},
        {"name": "seconds", "holds": "uptime", "units": {"s": "1 s"}, "digits": 6},
        {"name": "status", "holds": "fault"},
        {"name": "error", "holds": "error"},
    )
    source = device(
        {"query": ":READ?", "text": "{amps},{volts},9.91e37,{seconds},{status}"},
        {"query": "SYST:ERR?", "text": "{error}"},
        fields=fields,
        steps=({"do": "current", "current": "100 mA", "resistance": "2 ohm", "for": "1 h", "fault": 5678},),
        frame={"end": "\n"},
        requests_end="\n",
        errors=['-113, "Undefined header"'],
    )
    source.advance(1234)

    assert source.answer(b":READ?\n") == b"0.1,0.2,9.91e37,1234,5678\n"
    assert source.answer(b"SYST:ERR?\nSYST:ERR?\n") == b'-113, "Undefined header"\n0, "No error"\n'


@pytest.mark.parametrize(
    ("checksum", "value"),
    [
        (checksums.modbus, 0x4B37),
        (checksums.xmodem, 0x31C3),
        (checksums.ccitt_false, 0x29B1),
        (checksums.crc8, 0xF4),
        (checksums.sum8_complement, 0x22),
    ],
)
def test_checksums_have_their_check_values(checksum: Callable[[bytes], int], value: int) -> None:
    assert checksum(b"123456789") == value


@pytest.mark.parametrize(
    ("check", "tail"),
    [
        ("none", b""),
        ("xmodem-be", b"*\x31\xc3"),
        ("modbus-le", b"*\x37\x4b"),
        ("crc8-07", b"*\xf4"),
        ("ccitt-false-hex", b"*29B1"),
        ("sum8-complement-hex", b"*22"),
    ],
)
def test_each_checksum_stands_behind_the_separator(check: str, tail: bytes) -> None:
    sent = device({"query": "Q", "text": "123456789"}, frame={"start": "$", "separator": "*", "check": check})

    assert sent.answer(b"Q\r\n") == b"$123456789" + tail + b"\r\n"


# -- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 nl"), (1, "10 nl"), (99, "990 nl"), (250, "2.5 ul"), (150_000, "1.5 ml")]
)
def test_the_unit_of_a_volume_follows_its_size(seconds: int, said: str) -> None:
    units = {"ul": "0.001 mL", "ml": "1 mL", "nl": "0.000001 mL"}
    pump = device(
        {"query": "V", "text": "{volume} {volume.unit}"},
        fields=({**VOLUME, "units": units, "places": None, "digits": 6},),
        steps=({"do": "flow", "rate": "0.036 mL/h", "for": "100 h"},),
    )
    pump.advance(seconds)

    assert pump.answer(b"V\r\n") == f"{said}\r\n".encode()


def test_numbers_may_have_names_and_counters_a_modulus() -> None:
    gun = device(
        {"query": "M", "text": "{mode} {total}"},
        fields=(
            {"name": "mode", "holds": "mode", "names": {"2": "CONT"}},
            {"name": "total", "holds": "shots_total", "modulus": 256},
        ),
        steps=(shots(5, mode=2),),
        shots_total=254,
    )
    gun.advance(3.5)

    assert gun.answer(b"M\r\n") == b"CONT 2\r\n"


# -- by itself -------------------------------------------------------------------------------------------------


def test_lines_come_after_shots_at_times_and_at_power_on_with_the_values_of_their_moment() -> None:
    gun = device(
        {"after": "power_on", "text": "ID {serial} {boot}"},
        {"after": "shot", "text": "SHOT {shots} {seq}"},
        {"every": "2 s", "text": "STAT {shots} {seq}"},
        fields=(
            SHOTS,
            {"name": "serial", "holds": "serial"},
            {"name": "boot", "holds": "boot"},
            {"name": "seq", "holds": "sequence"},
        ),
        steps=({"do": "idle", "for": "1 s"}, shots(3), {"do": "reset"}, {"do": "idle", "for": "1500 ms"}),
    )

    sent = gun.advance(100).decode().split("\r\n")

    assert sent == [
        "ID SIM-LN-0001 1",
        "STAT 0 0",
        "SHOT 1 1",
        "SHOT 2 2",
        "STAT 2 3",
        "SHOT 3 4",
        "ID SIM-LN-0001 2",
        "STAT 0 0",
        "",
    ]
    assert gun.finished
    assert gun.truth["shots"] == "3"
    assert gun.truth["lines sent"] == "8"


@pytest.mark.parametrize("name", lines.SIMULATOR.scenarios)
def test_shipped_scenarios_end_and_are_the_same_however_time_is_cut(name: str) -> None:
    def played(step: float) -> tuple[bytes, dict[str, str]]:
        gun = lines.start(2, lines.SIMULATOR.scenarios[name])
        sent = b"".join(gun.advance(step) for _ in range(round(150 / step)))
        assert gun.finished
        return sent, gun.truth

    assert played(0.05) == played(150)


def test_the_shipped_injector_gives_exactly_2_ml_in_100_shots_and_its_counter_wraps() -> None:
    gun = lines.start(1, None)
    sent = gun.advance(150).decode()

    totals = [int(total) for total in re.findall(r"\$SHOT,\d+,\d+,\d+,(\d+),20 ul,", sent)]
    assert len(totals) == 100
    assert totals[0] == 65_501
    assert totals[-1] == 64
    assert "100,2 ml,SINGLE" in sent
    assert gun.truth["volume"] == "2 mL"


# -- what goes wrong -------------------------------------------------------------------------------------------


def lapsing(**lapse: Any) -> LinesDevice:
    field = {"name": "depth", "holds": "needle_extension", "units": {"mm": "1 mm"}, "absent": "not set"}
    return device(
        {"query": "D", "text": "D {depth} {depth.unit}"},
        fields=(field,),
        steps=(shots(30),),
        lapses=({"at": "2 s", "for": "5 s", **lapse},),
        frame={"separator": "*", "check": "ccitt-false-hex"},
    )


@pytest.mark.parametrize(
    ("lapse", "body"),
    [
        ({}, b"D 1.5 mm"),
        ({"absent": ["depth"]}, b"D not set "),
        ({"token": "gal"}, b"D 1.5 gal"),
        ({"filler": 3}, b"D 1.5 mmxxx"),
    ],
)
def test_a_lapse_changes_what_is_said_under_a_right_checksum(lapse: dict[str, Any], body: bytes) -> None:
    gun = lapsing(**lapse)
    gun.advance(1)
    before = gun.answer(b"D\r\n")
    gun.advance(2)
    sent = gun.answer(b"D\r\n")

    assert before.startswith(b"D 1.5 mm*")
    assert sent == body + b"*%04X\r\n" % checksums.ccitt_false(body)
    gun.advance(5)
    assert gun.answer(b"D\r\n") == before


def test_a_wrong_checksum_stands_behind_a_right_line() -> None:
    gun = lapsing(wrong_check=True)
    gun.advance(1)
    right = gun.answer(b"D\r\n")
    gun.advance(2)
    sent = gun.answer(b"D\r\n")

    assert sent[:9] == right[:9] == b"D 1.5 mm*"
    assert sent[9:] != right[9:]
    assert len(sent) == len(right)


@pytest.mark.parametrize("check", ["none", "xmodem-be", "crc8-07", "sum8-complement-hex"])
def test_checked_requests_need_no_separator(check: str) -> None:
    frame = {"start": "#", "check": check, "end": "\r\n"}
    gun = device({"query": "ABC", "text": "ok"}, frame=frame, requests_checked=True)
    right = device({"query": "Q", "text": "ABC"}, frame=frame).answer(b"Q\r\n")

    assert gun.answer(right).startswith(b"#ok")
    assert gun.answer(right.replace(b"#", b"$")) == b""
    if check != "none":
        assert gun.answer(right.replace(b"ABC", b"ABD")) == b""
    assert gun.answer(b"\r\n") == b""


def test_a_request_that_nobody_declared_is_refused_counted_and_queued_as_an_error() -> None:
    gun = device(
        {"query": "E", "text": "{error}"},
        fields=({"name": "error", "holds": "error"},),
        refusal="?",
        refusal_error="-113",
    )

    assert gun.answer(b"OUTP ON\r\n") == b"?\r\n"
    assert gun.answer(b"E\r\n") == b"-113\r\n"
    assert gun.heard == [b"OUTP ON", b"E"]
    assert gun.truth["requests refused"] == "1"


def test_fault_scripts_strike_lines_by_their_first_word(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    kinds = ['kind = "drop"\ntype = "SHOT"\nframe = 2', 'kind = "reset"\nat = "3500 ms"']
    script.write_text("".join(f"[[faults]]\n{kind}\n" for kind in kinds), encoding="utf-8")
    said = {"after": "shot", "text": "SHOT {shots}"}
    gun = with_faults(device(said, fields=(SHOTS,), steps=(shots(6),)), read_faults(script), seed=1, path=script)

    assert gun.advance(10) == b"SHOT 1\r\nSHOT 3\r\nSHOT 4\r\nSHOT 1\r\nSHOT 2\r\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[lines]]\ntext = "{depth}"\nquery = "Q"', "expected a field named 'depth'"),
        ('[[lines]]\ntext = "x"', "expected one of 'query'"),
        ('[[lines]]\ntext = "x"\nevery = "1 s"\nquery = "Q"', "expected one of 'query'"),
        ('[[lines]]\ntext = "x"\nevery = "1 mL"', "line 1, field 'every'"),
        ('[[fields]]\nname = "v"\nholds = "vacuum"\nunits = { mL = "1 mL" }\n[[lines]]\ntext = "x"', "field 1"),
    ],
)
def test_a_bad_scenario_is_named_with_file_and_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f'simulator = "lines"\ntitle = "t"\n{text}\n[[steps]]\ndo = "idle"\nfor = "1 s"\n', "utf-8")

    with pytest.raises(BadInputError) as refused:
        lines.start(1, path)

    assert str(path) in str(refused.value)
    assert said in str(refused.value)
