"""The Gemini's shell and run logs: published texts mean what they say in both layouts, replies find their query."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Effect, Identity, Reading
from devicelog.driver.logbook import DeviceTime, Listing, LogFile, RunLog
from devicelog.testing.capture import decode, pieces_of
from devicelog.testing.conformance import DriverConformance
from devicelog.testing.talk import Sent
from devicelog_drivers.btx.decoder import BtxDecoder
from devicelog_drivers.btx.run_log import read
from devicelog_drivers.btx_gemini import DRIVER

VECTORS = json.loads((Path(__file__).parents[1] / "captures" / "btx_gemini.json").read_text(encoding="utf-8"))
REPLIES = [bytes.fromhex(vector["hex"]) for vector in VECTORS if vector["direction"] == "from_device"]
LOGS = {v["meaning"]: bytes.fromhex(v["hex"]) for v in VECTORS if v["direction"] == "file"}
COLON, TABLE = LOGS["run log, lines with a colon"], LOGS["run log, tables with tabs"]
ROOT = "\\BTXDATA"
DAY = "\\BTXDATA\\2026-03\\260309"
VERSION = b"BTX Gemini 4.0.4\nSerial number: 1135421\n:"
COUNTS = b"\nSuccessful Tx: 57295\nSuccessful Rx: 57296\nFailed: 0\nRetries: 0\n:"
#: Replies that show by themselves what was asked.
TALK: list[bytes | Sent] = [
    VERSION,
    b"status" + COUNTS,
    *[reply for reply in REPLIES if b"ucc" not in reply and reply[:1] != b"1"],
]
#: Counters, a log and the clock behind the queries of which their replies show nothing.
LOG = f"sdsend {DAY}\\153425.TXT\r\n".encode()
ASKED: list[bytes | Sent] = [
    Sent(b"status\r\n"),
    COUNTS,
    Sent(LOG),
    COLON.rstrip() + b"\n:",
    Sent(b"time\r\n"),
    b"03/06/2026 2:36:11 PM\n:",
]


class TestBtxGemini(DriverConformance):
    driver = DRIVER
    capture: ClassVar = [*TALK, *ASKED]
    integrity = "none"
    lost_after_noise = 1  # a prompt is all that parts a reply from what stands before it


def said(reply: bytes, *asked: str) -> Any:
    """The one event of a reply, after these queries."""
    decoder = BtxDecoder()
    for command in asked:
        decoder.sent(f"{command}\r\n".encode())
    (event,) = decoder.feed(reply)
    return event


def run(log: bytes) -> RunLog:
    found = read(log)
    assert found is not None
    return found


def values(log: bytes, report: str, place: int = 0) -> dict[str, Any]:
    """The values of a report of a log by their metrics, those with a unit token as (value, token)."""
    known = DRIVER.report(report)
    logged = [one for one in run(log).readings if one.report == report][place]
    tokens = logged.units or known.units
    return {
        metric.name: (value, token) if metric.unit is not None and metric.unit != "count" else value
        for metric, value, token in zip(known.metrics, logged.values, tokens, strict=True)
        if value is not None
    }


# -- run logs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "ohm", "gap", "field"), [(COLON, "ohms", "2.0", "1151.765"), (TABLE, "Ohms", "3.0", "767.843")]
)
def test_both_layouts_of_a_log_say_the_same_of_a_run(log: bytes, ohm: str, gap: str, field: str) -> None:
    settings, pulse, result = values(log, "run"), values(log, "pulse"), values(log, "result")

    assert run(log).serial == "1135421"
    assert run(log).written == "03/09/2026 3:34:25 PM"
    assert run(log).whole
    assert settings["voltage_set"] == (2300, "V")
    assert settings["electrode_gap"] == (Decimal(gap), "mm")
    assert settings["resistance_set"] == (200, ohm)
    assert settings["capacitance_set"] == (25, "uF")
    assert settings["interval_set"] == (0, "sec")
    assert (settings["pulses_set"], settings["plate_columns"]) == (1, 3)
    assert (settings["pulse_shape"], settings["prepulse"]) == ("Exponential", "On")
    assert pulse == {
        "pulse": 1,
        "voltage_set": (2300, "V"),
        "voltage_measured": (Decimal("2303.53"), "V"),
        "time_constant": (5021, "us"),
        "total_load": (199, ohm),
        "field_strength": (Decimal(field), "V/mm"),
    }
    assert values(log, "prepulse") == {"external_load": (5000, ohm), "droop": (Decimal("0.0"), "%")}
    assert result == {
        "result": "Complete",
        "status_code": "0x00000000.00000000",
        "status_text": "No error.",
        "ended_well": "yes",
    }
    assert "log_line" not in {logged.report for logged in run(log).readings}


def test_each_pulse_of_a_run_is_one_report() -> None:
    more = b"Pulse 2\t2298.10\t4980\t198\nPulse 3\t2297\t4979\t198"
    table = TABLE.replace(b"5021\t199", b"5021\t199\n" + more)

    assert [values(table, "pulse", place)["pulse"] for place in range(3)] == [1, 2, 3]
    assert values(table, "pulse", 1)["voltage_measured"] == (Decimal("2298.10"), "V")
    assert values(table, "result")["ended_well"] == "yes"


def test_a_field_strength_needs_the_gap() -> None:
    without = COLON.replace(b"Electrode Gap: 2.0 mm\n", b"")

    assert "field_strength" not in values(without, "pulse")
    assert "field_strength" not in values(COLON.replace(b"2.0 mm", b"0 mm"), "pulse")


@pytest.mark.parametrize("token", [b"kV", b"mV", b"v"])
def test_a_unit_that_is_not_in_the_table_is_handed_on_as_written_and_nothing_is_computed_with_it(token: bytes) -> None:
    found = values(COLON.replace(b"2303.53 V", b"2.30353 " + token), "pulse")

    assert found["voltage_measured"] == (Decimal("2.30353"), token.decode())
    assert "field_strength" not in found


def test_what_should_be_a_number_and_is_none_is_no_value_and_kept_in_its_words() -> None:
    log = COLON.replace(b"5021 us", b"not measured")

    assert "time_constant" not in values(log, "pulse")
    assert values(log, "log_line") == {"name": "pulse 1 time constant", "text": "not measured"}


def test_lines_that_nobody_knows_are_kept() -> None:
    assert values(COLON + b"\nArc Quench: Off", "log_line") == {"name": "arc quench", "text": "Off"}
    assert values(COLON + b"\na line", "log_line") == {"name": "", "text": "a line"}


@pytest.mark.parametrize(
    ("damage", "shown"),
    [
        ((b"Complete", b"Aborted"), "Aborted"),
        ((b"0x00000000.00000000 - No error.", b"0x00000010.00000000 - Arc."), "Complete"),
    ],
)
def test_a_run_that_did_not_end_well_says_so(damage: tuple[bytes, bytes], shown: str) -> None:
    found = values(COLON.replace(*damage), "result")

    assert (found["result"], found["ended_well"]) == (shown, "no")
    assert DRIVER.report("result").metrics[3].conditions["no"].latching


def test_a_log_without_its_end_is_not_whole() -> None:
    assert not run(COLON.partition(b"Protocol Result")[0]).whole


def test_a_date_of_another_form_is_no_date() -> None:
    assert run(TABLE.replace(b"(MM/DD/YYYY)", b"(DD/MM/YYYY)")).written == ""


@pytest.mark.parametrize("text", [b"", b"hello", b"Name: value", b"\xff\xfe\x00", b"a\tb\n1\t2"])
def test_what_is_no_log_is_not_read_as_one(text: bytes) -> None:
    assert read(text) is None


@given(
    st.lists(st.sampled_from([*COLON.split(b"\n"), *TABLE.split(b"\n"), b"\t", b":\t:", b""])), st.binary(max_size=20)
)
def test_lines_in_any_order_with_anything_between_raise_nothing(lines: list[bytes], noise: bytes) -> None:
    found = read(noise.join([b"\n".join(lines), b"\n", *lines]))

    for logged in found.readings if found is not None else ():
        report = DRIVER.report(logged.report)
        assert len(logged.values) == len(report.metrics) == len(logged.units or report.units)
        assert all(
            metric.unit is None or not isinstance(v, str)
            for metric, v in zip(report.metrics, logged.values, strict=True)
        )


# -- replies ---------------------------------------------------------------------------------------------------


def test_who_it_is_and_what_its_clock_says_need_no_query_to_be_understood() -> None:
    assert said(VERSION) == Identity("BTX Gemini", "1135421", "4.0.4", len(VERSION))
    assert said(b"03/06/2026 2:36:11 PM\n:") == DeviceTime("03/06/2026 2:36:11 PM", 23)


def test_a_simulator_that_says_so_is_marked() -> None:
    assert said(VERSION.replace(b"1135421", b"SIM-BG-0001")).simulated


@pytest.mark.parametrize("echo", [b"sddir \\BTXDATA\n", b"sddir \\BTXDATA\r\n", b""])
def test_a_listing_names_what_may_hold_logs_and_nothing_else(echo: bytes) -> None:
    event = said(echo + b"2026-03\nnotes\n:", "sddir \\BTXDATA")

    assert (event.path, event.folders, event.files) == (ROOT, (ROOT + "\\2026-03",), ())


def test_the_logs_of_a_day_are_listed_with_their_paths() -> None:
    event = said(f"sddir {DAY}\n153008.TXT\n153425PP.txt\nREADME.TXT\n153425.TXT.BAK\n:".encode())

    assert event == Listing(DAY, (), (f"{DAY}\\153008.TXT", f"{DAY}\\153425PP.txt"), event.at)


def test_a_log_that_is_sent_is_the_log_without_echo_and_prompt() -> None:
    path = f"{DAY}\\153425.TXT"
    sent = b"sdsend " + path.encode() + b"\r\n" + COLON.replace(b"\n", b"\r\n") + b"\r\n:"

    assert said(sent) == LogFile(path, COLON, run(COLON), len(sent))


def test_a_reply_without_echo_is_that_of_the_only_query_that_waits() -> None:
    assert said(COLON + b"\n:", f"sdsend {DAY}\\153425.TXT").content == COLON
    assert said(b"260309\n:", "sddir \\BTXDATA\\2026-03", f"sddir {DAY}").report == "message"


def test_the_counters_of_its_parts_are_counters() -> None:
    event = said(COUNTS, "status")

    assert (event.report, event.values) == ("communication", (57295, 57296, 0, 0))


@pytest.mark.parametrize("text", ["Command error: 3", "Error: no such file", "Get method failed"])
def test_a_refusal_is_kept_in_its_words(text: str) -> None:
    event = said(f"{text}\n:".encode(), "status")

    assert (event.report, event.values) == ("message", ("status", text, "yes"))


def test_a_reply_that_was_cut_off_is_a_bad_frame_and_the_next_one_is_found() -> None:
    events = decode(BtxDecoder(), [b"03/06/2026 2:3\x00\n:" + VERSION])

    assert [type(event) for event in events] == [BadFrame, Identity]


@given(st.data())
def test_a_conversation_means_the_same_in_whatever_pieces_its_replies_arrive(draw: st.DataObject) -> None:
    talk = [
        ("version", VERSION),
        ("status", COUNTS),
        ("sddir \\BTXDATA", b"2026-03\n:"),
        (f"sdsend {DAY}\\1.TXT", TABLE + b"\n:"),
    ]
    talk = draw.draw(st.lists(st.sampled_from(talk), max_size=8))

    def heard(*, cut: bool) -> list[Any]:
        decoder, events = BtxDecoder(), []
        for command, reply in talk:
            decoder.sent(f"{command}\r\n".encode())
            cuts = draw.draw(st.lists(st.integers(0, len(reply)))) if cut else []
            events += [event for piece in pieces_of(reply, cuts) for event in decoder.feed(piece)]
        return events

    assert heard(cut=True) == heard(cut=False)
    assert len(heard(cut=False)) == len(talk)


# -- what may be sent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        b"version",
        b"time",
        b"status",
        b"sddir \\BTXDATA",
        b"sddir \\BTXDATA\\2026-03\\260309",
        b"sdsend \\BTXDATA\\2026-03\\260309\\113530PP.TXT",
    ],
)
def test_what_reads_is_declared_and_has_no_effect(request_: bytes) -> None:
    (query,) = [query for query in DRIVER.queries if query.allows(request_ + b"\r\n")]

    assert query.effect is Effect.NONE


@pytest.mark.parametrize(
    "request_",
    [
        b"meth 00",
        b"mend",
        b'delm "CD"',
        b'sendmtd "CD"',
        b"sddir \\",
        b"sddir \\BTXDATA\\..",
        b"sdsend \\BTXDATA\\2026-03\\260309\\CONFIG.TXT",
        b"sdsend \\BTXDATA\\2026-03\\260309\\153425.TXT\r\nmend",
        b"version\r\ndelm",
    ],
)
def test_nothing_else_passes_the_gate(request_: bytes) -> None:
    assert not any(query.allows(request_ + b"\r\n") for query in DRIVER.queries)


def test_everything_that_it_shows_says_that_it_is_a_laboratory_device() -> None:
    assert "laboratory" in DRIVER.model
    assert "not for use on humans" in DRIVER.caution


def test_a_reading_of_the_shell_is_never_a_pulse() -> None:
    events = decode(BtxDecoder(), REPLIES)

    assert not {event.report for event in events if type(event) is Reading} & {"pulse", "run", "result"}
