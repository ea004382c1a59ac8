"""A whole session in a terminal: what is said of what is missing, cut, hostile or not to be drawn."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from devicelog.clock import Stamp
from devicelog.ledger import Kind
from devicelog.record.as_json import content
from devicelog.record.record import Record, fold
from devicelog.recorder.act import act
from devicelog.terminal.alarms import alarm_text
from devicelog.terminal.summary import print_summary
from tests.conftest import BEGINS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from devicelog.ledger import Line


def _flat(text: str) -> str:
    return " ".join(text.split())


def _record(lines: Sequence[Line]) -> Record:
    return fold(line.entry() for line in lines)


def test_a_zone_alarm_names_its_zone(mesogun: Callable[..., Any]) -> None:
    gun = mesogun("meso-face-gun-intradermal", zones=("left_cheek",))
    for _ in range(26):
        gun.session.seconds += 1
        gun.inject()

    (alarm,) = gun.session.record.alarms.values()

    assert alarm.zone == "left_cheek"
    assert "left cheek" in alarm_text(alarm)


def test_a_lost_link_is_a_gap_and_makes_the_record_incomplete(
    mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.lose()
    gun.session.wait(5)
    print_summary(gun.session.end().record)
    text = _flat(capsys.readouterr().out)

    assert "link lost, an unknown number of reports missing" in text
    assert "Missing - " in text


def test_what_is_not_known_exactly_is_said_with_its_reason(
    mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    gun = mesogun()
    gun.inject(volume=None)
    gun.inject(volume=None, mode="P")
    print_summary(gun.session.record)
    text = _flat(capsys.readouterr().out)
    assert "1 injection, volume not known: no trigger came with a volume" in text
    assert "purged, no patient dose: volume not known: no purge came with a volume" in text

    gun.sequence += 2
    gun.inject()
    print_summary(gun.session.end().record)
    text = _flat(capsys.readouterr().out)
    assert "2 injections at least (2 reports are missing)" in text
    assert "0.02 mL at least (1 trigger came without a volume; 2 reports are missing)" in text


def test_events_and_pauses_are_shown_and_exported(
    mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    gun = mesogun()
    for at, (kind, said) in enumerate(
        (
            (Kind.EVENT, {"code": "needle_changed", "zone": "left_cheek", "text": "bent", "by": "A"}),
            (Kind.PAUSED, {"because": "a telephone call", "by": "A"}),
            (Kind.RESUMED, {"by": "A"}),
        ),
        start=1,
    ):
        stamp = Stamp(BEGINS.boot_ns + at * 10**9, BEGINS.wall_ns + at * 10**9)
        gun.session.recorder.handle(act(stamp, kind, **said))
    gun.session.wait(5)
    record = gun.session.end().record
    print_summary(record)

    text = _flat(capsys.readouterr().out)
    assert (
        "Events 00:01 event: needle changed, in left_cheek: bent 00:02 paused: a telephone call 00:03 resumed" in text
    )
    assert [(one["kind"], one["code"], one["text"]) for one in content(record)["events"]] == [
        ("event", "needle_changed", "bent"),
        ("paused", None, "a telephone call"),
        ("resumed", None, None),
    ]


def test_long_lists_are_cut(mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    gun = mesogun()
    gun.inject()
    for _ in range(30):
        gun.session.lose()
        gun.session.wait(1)
        gun.session.reopen()
        gun.identify("SN1")
        gun.inject()
    print_summary(gun.session.end().record)

    assert "... and 10 more, see `devicelog entries S1 --kind gap`" in capsys.readouterr().out


def test_nothing_of_a_device_or_person_steers_the_terminal(
    mesogun: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    record = mesogun().session.end().record
    record.started["practitioner"] = "Dr \x1b[2J\u202eEvil"
    print_summary(record)
    shown = capsys.readouterr().out

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[2J" in shown


def test_a_terminal_without_unicode_gets_the_same_words(
    recorded: dict[str, list[Line]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    print_summary(_record(recorded["current"]))
    stream.flush()
    shown = stream.buffer.getvalue().decode("ascii")

    assert "^ HIGH" in shown
    assert "mA/cm2" in shown
    assert "?" not in shown


def test_the_summary_can_go_to_stderr(recorded: dict[str, list[Line]], capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(_record(recorded["gun"]), to_stderr=True)
    shown = capsys.readouterr()

    assert shown.out == ""
    assert "23 injections" in shown.err


def test_a_session_without_an_entry_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(Record())

    assert "no entry" in capsys.readouterr().out
