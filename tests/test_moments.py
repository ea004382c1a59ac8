"""A moment that the store holds to the microsecond is told to people to the minute, in local time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from devicelog import clock
from devicelog.acts.binding import Taken
from devicelog.record import facts
from devicelog.terminal.bindings import binding_lines, past_line
from devicelog.treatment.kept import kept, notes
from devicelog.treatment.protocol_file import find
from devicelog.web.shown import moment

if TYPE_CHECKING:
    from devicelog.acts.binding import Binding
    from devicelog.record.record import Record

AT = "2026-11-22T22:40:59.123456Z"
#: The same where clocks are 5 h 45 min ahead.
HERE = "2026-11-23 04:25"
_RAW = re.compile(r"\d\dT\d\d|\.\d{6}|Z\b")


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer whose clock on the wall is 5 h 45 min ahead of UTC."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "XXX-05:45")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("ahead")
def test_a_session_that_begins_tells_when_its_limits_were_approved_by_the_clock_on_the_wall() -> None:
    content = kept(find("meso-face-gun-intradermal"), {"by": "Dr A", "role": "director", "at": AT})

    told = next(iter(notes(content)))

    assert f"approved by Dr A, director at {HERE}" in told
    assert not _RAW.search(told)
    assert content["approved"]["at"] == AT, "what is kept stays as it was"


def test_paper_tells_when_limits_were_approved_in_the_time_of_the_place_where_it_was_recorded() -> None:
    content = kept(find("meso-face-gun-intradermal"), {"by": "Dr A", "role": "director", "at": AT})
    record = cast("Record", SimpleNamespace(protocol=content, started={"host": {"zone": "+05:45"}}))

    assert facts.protocol(record).endswith(f"approved by Dr A, director at {HERE}")


@pytest.mark.usefixtures("ahead")
def test_a_page_tells_what_the_store_holds_in_local_time_and_leaves_other_moments_in_their_zone() -> None:
    assert moment(AT) == HERE
    assert moment(datetime(2026, 11, 22, 22, 40, tzinfo=UTC)) == "2026-11-22 22:40 UTC"


@pytest.mark.usefixtures("ahead")
def test_a_binding_is_told_with_its_minute() -> None:
    bound = cast("Binding", SimpleNamespace(name="gun", words="w", place="p", wall=AT, by="Ann", port="/dev/x"))

    lines = [*binding_lines(bound, "/dev/x"), past_line(bound, Taken(2, AT, "Bob", 1))]

    assert sum(HERE in line for line in lines) == 2
    assert lines[-1].count(HERE) == 2
    assert not any(map(_RAW.search, lines))


@pytest.mark.parametrize("text", ["", "None", "x" * 30])
def test_what_is_no_time_is_told_as_it_is(text: str) -> None:
    assert clock.told(text) == text
