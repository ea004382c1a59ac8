"""Whatever a line sends, the session goes on: bad frames are data, good frames are all there, alarms say so."""

from __future__ import annotations

import contextlib
import random
from binascii import crc_hqx
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devicelog.ledger import Entry
    from tests.end_to_end.line import Line
    from tests.end_to_end.running import Devicelog


def _frame(body: str) -> bytes:
    return b"$%b*%04X\r\n" % (body.encode(), crc_hqx(body.encode(), 0xFFFF))


class Heard:
    """What became of a line in the ledger."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.kinds = [entry.kind for entry in entries]
        layouts = {e.content["layout"]: e.content for e in entries if e.kind == "layout"}
        self.triggers: list[dict[str, Any]] = []
        for entry in entries:
            if entry.kind == "observation" and layouts[entry.content[0]]["report"] == "injection":
                columns = layouts[entry.content[0]]["columns"]
                self.triggers.append(
                    {column["metric"]: value for column, value in zip(columns, entry.content[2], strict=True)}
                )
        self.bad = [entry.content["reason"] for entry in entries if entry.kind == "bad_frame"]
        self.alarms: list[dict[str, Any]] = [entry.content for entry in entries if entry.kind == "alarm"]
        self.gaps = {entry.content["gap"]: entry.content for entry in entries if entry.kind in ("gap", "gap_closed")}

    @property
    def numbers(self) -> list[int]:
        return [trigger["sequence"] for trigger in self.triggers]

    def alarm(self, words: str) -> dict[str, Any]:
        """The one alarm whose text has these words."""
        [found] = [alarm for alarm in self.alarms if words in alarm["text"]]
        return found


@pytest.fixture
def heard(box: Devicelog, line: Line) -> Callable[..., contextlib.AbstractContextManager[Heard]]:
    """Records what is sent inside; afterwards the session has ended in order, verifies, and replays the same."""

    @contextlib.contextmanager
    def listen(until: tuple[str, int], *, protocol: str = "none") -> Iterator[Any]:
        found: Any = type("Later", (), {})()
        with box.record(line.url, protocol=protocol) as recording:
            line.wait_for_query()
            yield found
            recording.wait_for_entry(*until)
            assert recording.end() == 0
        box("verify")
        box("replay", "last")
        found.__class__, found.__dict__ = Heard, Heard(box.entries()).__dict__

    return listen


JUNK: dict[str, tuple[Callable[[random.Random], bytes], str]] = {
    "noise": (lambda chance: chance.randbytes(300), "bytes outside a frame"),
    "zeros": (lambda _: bytes(500), "bytes outside a frame"),
    "line ends": (lambda _: b"\r\n" * 100, "bytes outside a frame"),
    "dollars": (lambda _: b"$" * 100, "the frame was cut off by another"),
    "overlong": (lambda _: b"$" + b"A" * 400 + b"\r\n", "longer than 160 bytes"),
    "high bits": (lambda chance: bytes(byte | 0x80 for byte in chance.randbytes(300)), "bytes outside a frame"),
    "text": (lambda _: "é€\U0001f600\x1b[31m\x07".encode(), "bytes outside a frame"),
    "half a frame": (lambda _: b"$DLR1,INJ,5,9", "the frame was cut off by another"),
    "another version": (lambda _: _frame("DLR2,INJ,5"), "wire format version 2, this driver reads 1"),
    "another check": (lambda _: b"$DLR1,HB,1,1,1,I,0*0000\r\n", "the CRC does not match"),
    "binary zeros": (lambda _: bytes(4_000), "bytes outside a frame"),
}


def test_junk_between_frames_is_data(heard: Any, line: Line) -> None:
    chance = random.Random(7)
    good = range(4 * len(JUNK))
    with heard(("observation", len(good))) as found:
        line.send(line.identity())
        numbers = iter(good)
        for make, _ in JUNK.values():
            for _ in range(4):
                line.send(make(chance) + line.trigger(next(numbers)))
    assert found.numbers == list(good)
    for name, (_, reason) in JUNK.items():
        assert reason in found.bad, name
    assert found.alarm("many bad frames")["priority"] == "low"
    assert found.gaps == {}


def test_nothing_is_bound_at_the_wrong_baud_rate(heard: Any, line: Line) -> None:
    chance = random.Random(3)
    with heard(("gap", 1)) as found:
        for _ in range(70):  # what 9,600 baud make of 115,200: a few bytes, most of them with high bits
            line.send(bytes(chance.choice((0x00, 0x80, 0xC0, 0xE0, 0xF8, 0xFE, 0xFF)) for _ in range(60)))
    assert "device_bound" not in found.kinds
    assert found.triggers == []
    assert found.gaps[1]["cause"] == "nothing readable arrives"
    assert found.alarm("nothing readable arrives")["priority"] == "medium"


IMPOSSIBLE = {
    "a negative count": ("{n},{n},1,-1,{n},20000,1500,0,N,0", "triggers_session is '-1'"),
    "a negative volume": ("{n},{n},1,{n},{n},-5,1500,0,N,0", "volume is '-5'"),
    "a litre": ("{n},{n},1,{n},{n},1000000000000,1500,0,N,0", "volume is '1000000000000'"),
    "a negative depth": ("{n},{n},1,{n},{n},20000,-1,0,N,0", "depth is '-1'"),
    "more than a vacuum": ("{n},{n},1,{n},{n},20000,1500,-101326,N,0", "vacuum is '-101326'"),
    "an exponent": ("{n},{n},1,{n},{n},1e3,1500,0,N,0", "volume is '1e3'"),
    "hexadecimal": ("{n},{n},1,{n},{n},0x10,1500,0,N,0", "volume is '0x10'"),
    "a plus": ("{n},{n},1,{n},{n},+1,1500,0,N,0", "volume is '+1'"),
    "leading zeros": ("{n},{n},1,{n},{n},00020,1500,0,N,0", "volume is '00020'"),
    "a blank": ("{n},{n},1,{n},{n},20 000,1500,0,N,0", "volume is '20 000'"),
    "a number beyond its wrap": ("4294967296,{n},1,{n},{n},20000,1500,0,N,0", "sequence is '4294967296'"),
    "no boot": ("{n},{n},,{n},{n},20000,1500,0,N,0", "boot is empty"),
    "too few fields": ("{n},{n},1,{n}", "4 fields, expected 10"),
    "one long number": ("9" * 120, "1 fields, expected 10"),
}


def test_impossible_values_with_a_right_check_are_data_and_count_nothing(heard: Any, line: Line) -> None:
    good = [3 * index + place for index in range(len(IMPOSSIBLE)) for place in (0, 1)]
    with heard(("observation", len(good) + 1)) as found:
        line.send(line.identity())
        for index, (fields, _) in enumerate(IMPOSSIBLE.values()):
            line.send(line.trigger(3 * index) + line.trigger(3 * index + 1))
            line.send(_frame("DLR1,INJ," + fields.format(n=3 * index + 2)))
        line.send(line.trigger(3 * len(IMPOSSIBLE)))
    assert found.numbers == [*good, 3 * len(IMPOSSIBLE)]
    for reason, (what, (_, named)) in zip(found.bad, IMPOSSIBLE.items(), strict=True):
        assert named in reason, what
    assert [gap["missing"] for gap in found.gaps.values()] == [1] * len(IMPOSSIBLE)
    assert "frames are missing" in found.alarms[0]["text"]
    assert found.alarms[0]["priority"] == "medium"


def test_a_sequence_that_jumps_is_a_gap_of_known_length(heard: Any, line: Line) -> None:
    with heard(("observation", 6)) as found:
        line.send(line.identity() + b"".join(line.trigger(number) for number in (0, 1, 2)))
        line.send(b"".join(line.trigger(number) for number in (12, 13, 14)))
    assert found.numbers == [0, 1, 2, 12, 13, 14]
    assert (found.gaps[1]["cause"], found.gaps[1]["missing"]) == ("frames are missing", 9)
    assert found.alarm("frames are missing")["latching"]


def test_a_frame_that_comes_again_is_counted_once(heard: Any, line: Line, box: Devicelog) -> None:
    with heard(("observation", 5)) as found:
        line.send(line.identity())
        for number in range(5):
            line.send(line.trigger(number) * 3)
    assert found.numbers == list(range(5))
    assert found.kinds.count("repeat") == 10
    assert box("show", "last", "--json").document["totals"]["injections"]["triggers"] == 5


def test_the_same_number_with_other_content_is_a_conflict(heard: Any, line: Line) -> None:
    with heard(("observation", 4)) as found:
        line.send(line.identity() + line.trigger(0) + line.trigger(1))
        line.send(line.trigger(1, dose=999_999))
        line.send(line.trigger(2) + line.trigger(3))
    assert found.numbers == [0, 1, 2, 3]
    assert found.kinds.count("conflict") == 1
    assert found.alarm("other content")["priority"] == "medium"


def test_numbers_that_go_back_are_kept_and_not_counted(heard: Any, line: Line) -> None:
    with heard(("observation", 4)) as found:
        line.send(line.identity() + line.trigger(600) + line.trigger(601))
        line.send(line.trigger(2))
        line.send(line.trigger(602) + line.trigger(603))
    assert found.numbers == [600, 601, 602, 603]
    assert found.kinds.count("conflict") == 1
    assert found.alarm("long after its turn")


def test_a_device_that_restarts_is_said(heard: Any, line: Line) -> None:
    with heard(("observation", 4)) as found:
        line.send(line.identity() + line.trigger(7) + line.trigger(8))
        line.send(line.identity() + line.trigger(0, boot=2) + line.trigger(1, boot=2))
    assert found.numbers == [7, 8, 0, 1]
    assert "device_restarted" in found.kinds
    assert found.alarm("the device restarted: ")


def test_a_frame_in_pieces_is_one_frame(heard: Any, line: Line) -> None:
    with heard(("observation", 3)) as found:
        for byte in line.identity() + line.trigger(0) + line.trigger(1):
            line.send(bytes([byte]), pause=0.002)
        line.send(line.trigger(2))
    assert found.numbers == [0, 1, 2]
    assert found.bad == []


def test_values_beyond_a_limit_are_said_and_those_at_it_are_not(heard: Any, line: Line) -> None:
    with heard(("observation", 4), protocol="meso-face-gun-intradermal") as found:
        settings = "DLR1,CFG,0,10,1,needles=1,depth=extension,volume=commanded"
        line.send(line.identity() + _frame(settings))
        line.send(line.trigger(1, dose=50_000, depth=4_000) + line.trigger(2, dose=50_001))
        line.send(line.trigger(3, depth=4_001))
    verdicts = [entry.content[3] for entry in found.entries if entry.kind == "observation"][1:]
    assert verdicts == [1, 2, 2]
    hard = [alarm["text"] for alarm in found.alarms if "hard limit" in alarm["text"]]
    assert len(hard) == 2
    assert "0.050001 mL" in hard[0]
    assert "4.001 mm" in hard[1]


def test_two_devices_one_of_them_mad_do_not_disturb_each_other(box: Devicelog, line: Line) -> None:
    noise = random.Random(11)
    good = "sim://reference-noneedle?speed=max&scenario=current-limits"
    with box.record(line.url, "--device", f"reference-noneedle@{good}") as recording:
        line.wait_for_query()
        for _ in range(40):
            line.send(noise.randbytes(1_000))
        recording.wait_for_entry("reconciled")
        assert recording.end() == 0
    heard = Heard(box.entries())
    [reconciled] = [entry.content for entry in heard.entries if entry.kind == "reconciled"]
    assert reconciled["link"] == 2
    assert all(figure["agrees"] for figure in reconciled["figures"])
    assert not [gap for gap in heard.gaps.values() if gap["link"] == 2]
    assert len(heard.bad) > 100
    box("verify")
