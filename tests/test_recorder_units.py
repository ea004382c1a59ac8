"""Units are never guessed: made-up drivers that range by themselves, report decimals, or send a unit that cannot be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.driver import BadFrame, Category, Driver, Event, Metric, Provenance, Reading, Report, ReportKind
from devicelog.record.as_json import content
from devicelog.record.caveats import basis

if TYPE_CHECKING:
    from tests.conftest import Session

FACE = "meso-face-gun-intradermal"
IONTO = "noneedle-ionto-dc-face"
_ML = {"ul": "microliter", "ml": "milliliter", "l": "liter", "mA": "milliampere"}
_MA = {"uA": "microampere", "mA": "milliampere"}
_COUNT = Metric("needles", Category.SETTING, "count", {"": "dimensionless"})


class Words:
    """Lines such as `shot 0.02 ml`: a kind of report, then a value and its unit token, several times; `-`: no value."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Event]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [self._read(line) for line in lines]

    def end(self) -> list[Event]:
        return []

    def _read(self, line: bytes) -> Event:
        self._at += len(line) + 1
        report, *words = line.decode("utf-8", "replace").split()
        if len(words) % 2:
            return BadFrame(line, "a value without a unit", self._at)
        values = tuple(None if word == "-" else Decimal(word) for word in words[::2])
        return Reading(report, values, self._at, tuple(word.strip("_") for word in words[1::2]))


def driver(*reports: Report) -> Driver:
    needles = Report("head", ReportKind.SETTINGS, (_COUNT,), ("",))
    return Driver("words", "none", "1", Words, (needles, *reports), "words", Provenance.TEMPLATE, None)


SHOT = Report("shot", ReportKind.INJECTION, (Metric("volume", Category.MEASUREMENT, "mL", _ML),), ("ml",))
FLOW = Report(
    "flow",
    ReportKind.SAMPLE,
    (Metric("current_measured", Category.MEASUREMENT, "mA", _MA, basis="dc"),),
    ("mA",),
)


@pytest.fixture
def shots(new_session: type[Session]) -> Session:
    session = new_session(driver(SHOT), protocol=FACE, zones=["cheek"])
    session.receive(b"head 1 _\n")
    return session


def say(session: Session, text: str) -> None:
    session.receive(text.encode() + b"\n")


def volume(session: Session) -> Decimal:
    return session.record.tally.session.volume_ml


def said(session: Session) -> list[str]:
    return [alarm.text for alarm in session.alarms if alarm.text.startswith("a unit of")]


def kept(session: Session) -> list[Any]:
    """The values of the shots as the ledger has them."""
    return [values for _, _, values, verdict, _ in session.of("observation") if verdict is not None]


def test_20_ul_and_0_02_ml_are_the_same_and_give_one_total(shots: Session) -> None:
    for text in ("shot 20 ul", "shot 0.02 ml", "shot 20 ul", "shot 0.02 ml"):
        say(shots, text)

    assert volume(shots) == Decimal("0.08")
    assert shots.recorder.tally.session.volume == shots.record.tally.session.volume


def test_0_02_l_is_a_thousand_times_as_much_and_exceeds(shots: Session) -> None:
    say(shots, "shot 0.02 l")

    assert volume(shots) == 20
    assert any(alarm.text.startswith("injection volume 20 mL") for alarm in shots.alarms)


def test_a_limit_is_one_condition_whatever_unit_a_reading_comes_in(shots: Session) -> None:
    for text in ("shot 60 ul", "shot 0.07 ml", "shot 65 ul", "shot 0.01 ml"):
        say(shots, text)

    (alarm,) = [alarm for alarm in shots.alarms if alarm.text.startswith("injection volume")]
    assert (alarm.peak, alarm.readings, alarm.ended_us is not None) == ("0.07", 3, True)


def test_decimals_are_kept_as_text_exactly_as_sent(shots: Session) -> None:
    say(shots, "shot 0.020 ml")

    assert kept(shots) == [["0.020"]]
    assert shots.record.spreads[None, "volume"].mean == Decimal("0.02")


@pytest.mark.parametrize("token", ["ML", "ma", "MA", "G", "shots", "mA/min", "uL", "Ul", "ml²", "none"])
def test_a_token_that_the_driver_does_not_know_is_an_alarm_and_never_evaluated(shots: Session, token: str) -> None:
    say(shots, f"shot 9 {token}")
    say(shots, f"shot 9 {token}")

    assert len(said(shots)) == 1
    assert repr(token) in said(shots)[0]
    assert kept(shots) == [["9"], ["9"]]
    assert [shots.alarms[0].priority, volume(shots)] == ["medium", 0]
    observations = [entry for entry in shots.of("observation") if entry[2] == ["9"]]
    assert {(verdict, tuple(breached)) for _, _, _, verdict, breached in observations} == {(3, ())}


def test_a_unit_of_the_wrong_dimension_is_an_alarm_and_never_evaluated(shots: Session) -> None:
    say(shots, "shot 9 mA")

    assert len(said(shots)) == 1
    assert "measures something else" in said(shots)[0]
    assert volume(shots) == 0
    assert shots.of("observation")[-1][3] == 3


def test_a_volume_that_a_driver_declares_in_millimetres_is_an_alarm_and_in_no_total(new_session: type[Session]) -> None:
    """What a mm is taken for would be a mL: 20 um would be 0.02 mm, and 0.02 mL of the patient's dose."""
    in_mm = Metric("volume", Category.MEASUREMENT, "mm", {"um": "micrometer"})
    session = new_session(driver(Report("shot", ReportKind.INJECTION, (in_mm,), ("um",))), protocol=FACE)

    say(session, "shot 20 um")

    (text,) = said(session)
    assert "volume: the driver keeps it in mm, expected mL" in text
    assert (volume(session), session.record.tally.session.triggers, kept(session)) == (0, 1, [["20"]])
    assert session.recorder.tally.session.volume == 0


def test_a_polled_volume_in_another_unit_is_in_no_total(new_session: type[Session]) -> None:
    in_mm = Metric("volume_session", Category.AMOUNT, "mm", {"um": "micrometer"})
    session = new_session(driver(Report("given", ReportKind.INTERVAL, (in_mm,), ("um",))))

    for micrometres in (0, 20_000):
        session.seconds += 1
        say(session, f"given {micrometres} um")

    assert len(said(session)) == 1
    assert (volume(session), session.of("interval")) == (0, [])


@pytest.mark.parametrize("stands_for", ["delivered", None])
def test_a_counted_volume_says_what_it_stands_for(new_session: type[Session], stands_for: str | None) -> None:
    counted = Metric("volume_session", Category.AMOUNT, "mL", _ML, basis=stands_for)
    session = new_session(driver(Report("given", ReportKind.INTERVAL, (counted,), ("ml",))))

    for millilitres in ("0", "1.5"):
        session.seconds += 1
        say(session, f"given {millilitres} ml")

    assert volume(session) == Decimal("1.5")
    assert basis(session.record, "volume") == stands_for
    assert content(session.record)["totals"]["injections"]["volume_basis"] == stands_for


def test_needles_in_another_unit_are_not_known(new_session: type[Session]) -> None:
    head = Report(
        "head", ReportKind.SETTINGS, (Metric("needles", Category.SETTING, "mm", {"mm": "millimeter"}),), ("mm",)
    )
    session = new_session(Driver("words", "none", "1", Words, (head, SHOT), "words", Provenance.TEMPLATE, None))

    for text in ("head 5 mm", "shot 20 ul"):
        say(session, text)

    assert len(said(session)) == 1
    assert session.record.tally.needles(1) is None


def test_a_limit_on_a_total_says_too_that_it_lacks_the_unit(shots: Session) -> None:
    say(shots, "shot 9 ML")

    lacking = [alarm.text for alarm in shots.alarms if "the unit of" in alarm.text and "is not known" in alarm.text]
    assert {text.partition(" cannot")[0] for text in lacking} == {
        "injection volume",
        "zone volume_total",
        "session volume_total",
    }


def test_a_good_unit_after_a_bad_one_is_evaluated_again(shots: Session) -> None:
    say(shots, "shot 9 ML")
    say(shots, "shot 60 ul")

    assert shots.of("observation")[-1][3] == 2
    assert volume(shots) == Decimal("0.06")


def test_a_current_that_changes_its_unit_from_sample_to_sample_has_one_charge(new_session: type[Session]) -> None:
    session = new_session(driver(FLOW), protocol=IONTO, settings={"electrode_area": 12_000_000_000})

    for second in range(61):
        session.seconds = float(second)
        say(session, f"flow {'1.5 mA' if second % 2 else '1500 uA'}")

    tally = session.record.tally.session
    assert (tally.charge_ma_min, tally.missing_ms, tally.elapsed_ms) == (Decimal("1.5"), 0, 60_000)
    assert session.alarms == []


def test_a_voltage_without_a_basis_gives_no_pulse_energy(new_session: type[Session]) -> None:
    pulse = Report(
        "pulse",
        ReportKind.PULSE,
        (
            Metric("voltage", Category.MEASUREMENT, "V", {"V": "volt"}),
            Metric("pulse_width", Category.MEASUREMENT, "us", {"us": "microsecond"}),
        ),
        ("V", "us"),
    )
    session = new_session(driver(pulse), protocol="noneedle-electroporation-face")

    say(session, "pulse 10 V 50 us")

    assert any(alarm.text.startswith("pulse pulse_energy cannot be evaluated") for alarm in session.alarms)
    assert session.of("observation")[-1][3] == 3
