"""A profile can say how a device is asked for what was missed: it comes back marked, counted once and in its place."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.driver import Asked, BadFrame, Effect, Identity, Reading, Recalled
from tests.profile.profiles import HEAD, driver_of, problems_of

if TYPE_CHECKING:
    from devicelog.testing.plugin import RecordSession

GUN = (
    HEAD.format(engine="lines")
    + """
[line]
ends = ["\\n"]

[memory]
request = "LOG? #,#\\n"
numbers = ["first", "last"]
ends_with = 'END (?P<first>[0-9]+),(?P<last>[0-9]+),(?P<sent>[0-9]+),(?P<oldest>[0-9]*)'
page = 4

[[query]]
name = "who"
purpose = "who it is"
request = "ID?\\n"
effect = "none"
on_open = true
every = "10 s"

[[report]]
name = "identity"
kind = "identity"
query = "who"
pattern = 'ID (?P<serial>[A-Z0-9]+)'

[[report.metric]]
name = "serial"
category = "state"

[[report]]
name = "shot"
kind = "injection"
pattern = 'SHOT (?P<number>[0-9]+) (?P<volume>[0-9.]+)'
remembered = 'OLD (?P<number>[0-9]+) (?P<volume>[0-9.]+)'

[[report.metric]]
name = "number"
category = "sequence"
modulus = 65536

[[report.metric]]
name = "volume"
category = "measurement"
unit = "mL"
basis = "commanded"
"""
)


class Gun:
    """Fires twice a second for 20 s; shots 11 to 20 are lost on the line, and its memory goes back to shot 13."""

    def __init__(self) -> None:
        self._now = 0.0
        self._shots = 0
        self.asked: list[bytes] = []

    @property
    def finished(self) -> bool:
        return self._now > 30

    def advance(self, seconds: float) -> bytes:
        self._now += seconds
        said = b""
        while self._shots < min(int(self._now * 2), 40):
            self._shots += 1
            said += b"" if 11 <= self._shots <= 20 else b"SHOT %d 0.02\n" % self._shots
        return said

    def answer(self, request: bytes) -> bytes:
        if request == b"ID?\n":
            return b"ID SN7\n"
        self.asked.append(request)
        first, last = map(int, request.removeprefix(b"LOG? ").split(b","))
        held = [number for number in range(first, last + 1) if number >= 13]
        lines = b"".join(b"OLD %d 0.02\n" % number for number in held)
        return lines + b"END %d,%d,%d,13\n" % (first, last, len(held))


def test_what_was_missed_is_asked_for_with_the_declared_query_and_counted_once(recorder: RecordSession) -> None:
    gun = Gun()

    session = recorder(driver_of(GUN), gun)

    assert set(gun.asked) <= {b"LOG? %d,%d\n" % (first, last) for first in range(11, 21) for last in range(11, 21)}
    old = [entry.content["values"][0] for entry in session.of("from_memory")]
    assert sorted(old) == list(range(13, 21))
    (filled,) = [entry.content for entry in session.of("gap_filled")]
    assert (filled["filled"], filled["missing"]) == (8, 2)
    assert session.record.tally.session.volume_ml == Decimal("0.76")


def test_a_line_from_the_memory_is_marked_and_one_behind_it_ends_the_answer() -> None:
    events = driver_of(GUN).decoder().feed(b"SHOT 9 0.02\nOLD 7 0.02\nEND 7,8,1,7\nEND 1,2,0,\nEND 1,2,x,\n")

    assert events[:4] == [
        Reading("shot", (9, Decimal("0.02")), 12),
        Reading("shot", (7, Decimal("0.02")), 23, from_memory=True),
        Recalled(7, 8, None, 1, 7, 35),
        Recalled(1, 2, None, 0, None, 46),
    ]
    assert isinstance(events[4], BadFrame)


def test_the_memory_is_asked_without_an_effect_and_only_for_numbers() -> None:
    driver = driver_of(GUN)

    assert driver.memory is not None
    assert driver.memory.numbers == (Asked.FIRST, Asked.LAST)
    assert driver.memory.query in driver.queries
    assert driver.memory.query.effect is Effect.NONE
    assert driver.memory.query.allows(b"LOG? 3,70000\n")
    assert not driver.memory.query.allows(b"LOG? 3,RESET\n")
    assert driver.decoder().feed(b"ID SN7\n") == [Identity("a board", "SN7", "", 7)]


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('["first", "last"]', '["first"]', "numbers", "found 1 for 2 times '#' in the request"),
        ('["first", "last"]', '["epoch", "last"]', "numbers", "expected first, and last or count"),
        ('["first", "last"]', '["first", "end"]', "numbers", "found 'end', expected what each # stands for"),
        ("(?P<sent>", "(?P<send>", "ends_with", "found the groups first, last, oldest, send, expected first, last"),
        ("ends_with = 'END ", "ends_with = '(", "ends_with", "expected a pattern of RE2"),
        ("remembered = ", "# remembered = ", "[memory]", "expected a report with `remembered`"),
        ("'OLD (?P<number>", "'OLD (?P<no>", "OLD", "found 'number', expected a group of the pattern"),
        ("modulus = 65536", "", "[[report]]", "expected a metric of category sequence with its modulus"),
        ('kind = "identity"', 'kind = "status"', "[memory]", "expected a report of kind identity"),
        ('request = "LOG? #,#', 'request = "§ #,#', "request", "expected ASCII text"),
        ('page = 4', 'page = 0', "page", "found 0, expected how many reports"),
    ],
)  # fmt: skip
def test_a_memory_that_could_not_be_asked_is_refused_with_its_line(old: str, new: str, where: str, says: str) -> None:
    assert old in GUN

    problems = problems_of(GUN.replace(old, new))

    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith("line ") for problem in problems)
    assert where


def test_a_pattern_of_remembered_lines_needs_a_memory() -> None:
    text = GUN[: GUN.index("[memory]")] + GUN[GUN.index("[[query]]") :]

    (problem,) = problems_of(text)

    assert "remembered: found it without a table [memory]" in problem
