"""What the conformance suite finds with a simulator, with vectors and in the source: each fault by its promise."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from devicelog import registry
from devicelog.driver import Condition, Driver, Effect, Event, Identity, Polling, Priority, Query, SerialSettings
from devicelog.errors import BadInputError
from devicelog.simulator import Simulator
from devicelog.testing.conformance import DriverConformance
from tests.drivers.sound import DRIVER, VOLUME, Sound, frame
from tests.drivers.test_conformance import suite, with_metric

if TYPE_CHECKING:
    from devicelog.testing.plugin import RecordSession, SimulateDevice

ASK = Query(b"ASK\r", Effect.NONE, "a value", every=0.1)
POLLED = replace(DRIVER, queries=(ASK,), polling=Polling(ends=(b">",)), expected_interval=2.0)


class Instrument:
    """Sends a few values by itself and answers with another one."""

    def __init__(self) -> None:
        self.left = [frame("12.5"), frame("20")]
        self.unknown: list[bytes] = []

    @property
    def finished(self) -> bool:
        return not self.left

    def advance(self, _seconds: float) -> bytes:
        return self.left.pop() if self.left else b""

    def answer(self, request: bytes) -> bytes:
        self.unknown += [request] if request != b"ASK\r" else []
        return frame("7.25") * request.count(b"\r")


SIMULATOR = Simulator("sound", "Sound", lambda _seed, _scenario: Instrument(), scenarios={})


class Nameless(Instrument):
    def __init__(self) -> None:
        super().__init__()
        self.left = [frame("12.5")]


NAMELESS = Simulator("sound", "Sound", lambda _seed, _scenario: Nameless(), scenarios={})


class Naming(Sound):
    """Reads `20` as a name, of a device that does not say that it is simulated."""

    def event(self, piece: bytes, at: int) -> Event:
        return Identity("Sound", "SN-20", "1", at) if b"<20|" in piece else super().event(piece, at)


class Meddling(Sound):
    """Writes once to the port that it should know nothing of."""

    port: ClassVar[str] = ""

    def feed(self, data: bytes) -> list[Event]:
        if not self.at:
            line = os.open(self.port, os.O_WRONLY | os.O_NOCTTY)
            os.write(line, b"START\r")
            os.close(line)
        return super().feed(data)


class Deaf(Sound):
    def feed(self, data: bytes) -> list[Event]:
        self.at += len(data)
        return []


class Whole(Sound):
    def values(self, text: str) -> tuple[Any, ...]:
        return (int(text),)


class TenTimes(Sound):
    def values(self, text: str) -> tuple[Any, ...]:
        return super().values(text.replace(".", ""))


@pytest.mark.parametrize("driver", [DRIVER, POLLED], ids=["listens", "polls"])
def test_a_sound_driver_keeps_the_promises_of_the_line(
    driver: Driver, simulated_device: SimulateDevice, recorder: RecordSession
) -> None:
    sound = suite(driver, simulator=SIMULATOR)

    sound.test_what_reaches_the_device_is_exactly_the_declared_queries(simulated_device, recorder)
    sound.test_the_simulator_is_read_and_says_that_it_is_one_wherever_it_names_itself(recorder)


def test_a_driver_that_writes_to_the_port_is_found_at_the_devices_end(
    simulated_device: SimulateDevice, recorder: RecordSession
) -> None:
    def simulate(*words: Any, **options: Any) -> Any:
        device = simulated_device(*words, **options)
        Meddling.port = device.url
        return device

    with pytest.raises(AssertionError, match=r"which is no declared query"):
        suite(
            replace(DRIVER, decoder=Meddling), simulator=SIMULATOR
        ).test_what_reaches_the_device_is_exactly_the_declared_queries(simulate, recorder)


def test_a_query_that_the_driver_does_not_declare_is_found_at_the_devices_end(
    simulated_device: SimulateDevice, recorder: RecordSession
) -> None:
    def record(_driver: Driver, *words: Any, **options: Any) -> Any:
        return recorder(POLLED, *words, **options)

    with pytest.raises(AssertionError, match=r"the device got b'ASK\\r.*which is no declared query"):
        suite(
            replace(POLLED, queries=()), simulator=SIMULATOR
        ).test_what_reaches_the_device_is_exactly_the_declared_queries(simulated_device, record)


def test_a_query_that_no_such_device_knows_is_found_by_the_simulator(
    simulated_device: SimulateDevice, recorder: RecordSession
) -> None:
    starting = replace(POLLED, queries=(ASK, replace(ASK, request=b"START\r")))

    with pytest.raises(AssertionError, match=r"does not know b'START\\r'"):
        suite(starting, simulator=SIMULATOR).test_what_reaches_the_device_is_exactly_the_declared_queries(
            simulated_device, recorder
        )


def test_a_simulated_device_that_never_says_who_it_is_is_found(recorder: RecordSession) -> None:
    class Named(Naming):
        def event(self, piece: bytes, at: int) -> Event:
            return super().event(piece.replace(b"<42|", b"<20|"), at)

    capture = [frame("12.5"), frame("42")]
    promise = suite(replace(DRIVER, decoder=Named), capture=capture, simulator=NAMELESS)

    with pytest.raises(AssertionError, match="never says who it is"):
        promise.test_the_simulator_is_read_and_says_that_it_is_one_wherever_it_names_itself(recorder)


@pytest.mark.parametrize(
    ("decoder", "says"), [(Naming, "'SN-20' is not marked as simulated"), (Deaf, "the driver reads nothing")]
)
def test_a_simulated_session_that_is_not_marked_or_is_empty_is_found(
    decoder: type[Sound], says: str, recorder: RecordSession
) -> None:
    promise = DriverConformance.test_the_simulator_is_read_and_says_that_it_is_one_wherever_it_names_itself

    with pytest.raises(AssertionError, match=says):
        getattr(suite(replace(DRIVER, decoder=decoder), simulator=SIMULATOR), promise.__name__)(recorder)


def test_what_has_no_simulator_and_no_vectors_is_told_and_not_passed_over_in_silence(
    simulated_device: SimulateDevice, recorder: RecordSession
) -> None:
    with pytest.raises(pytest.skip.Exception, match="no simulator is named"):
        suite(DRIVER).test_what_reaches_the_device_is_exactly_the_declared_queries(simulated_device, recorder)
    with pytest.raises(pytest.skip.Exception, match="no vectors are named"):
        suite(DRIVER).test_every_vector_means_what_its_author_has_written_down()


# -- vectors ---------------------------------------------------------------------------------------------------

DOSE = {"text": frame("12.5").decode(), "meaning": "12.5 uL", "source": "here"}
READS = {"report": "dose", "values": {"volume": "12.5"}}


def vectors(folder: Path, *found: Any) -> Path:
    path = folder / "vectors.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_vectors_are_held_against_what_a_decoder_makes_of_them(tmp_path: Path) -> None:
    refused = {"hex": "3C 31 7C 30 30 3E", "meaning": "a wrong check", "source": "here"}
    path = vectors(tmp_path, DOSE | {"expect": [READS]}, refused | {"expect": [{"bad_frame": "no frame"}]})

    suite(DRIVER, vectors=path).test_every_vector_means_what_its_author_has_written_down()
    with pytest.raises(AssertionError, match=r"12.5 uL"):
        suite(
            replace(DRIVER, decoder=TenTimes), vectors=path
        ).test_every_vector_means_what_its_author_has_written_down()


REFUSED = {
    "hex": "3C 31 7C 30 30 3E",
    "meaning": "a wrong check",
    "source": "here",
    "expect": [{"bad_frame": "no frame"}],
}
STATED = DOSE | {"expect": [READS | {"units": {}, "means": {"volume": "0.0125 mL"}}]}


def test_a_wrong_factor_is_found_by_what_the_record_would_keep(tmp_path: Path) -> None:
    path = vectors(tmp_path, STATED)

    suite(DRIVER, vectors=path).test_every_value_that_a_vector_states_is_the_one_of_the_record()
    with pytest.raises(AssertionError, match=r"the record keeps 12\.5 mL"):
        suite(
            with_metric(wire_units={"uL": "milliliter"}), vectors=path
        ).test_every_value_that_a_vector_states_is_the_one_of_the_record()


@pytest.mark.parametrize(
    ("driver", "vector", "says"),
    [
        (DRIVER, DOSE | {"expect": [READS]}, "no vector states the value of the record"),
        (with_metric(wire_units={"uL": "microliter", "mL": "milliliter"}), STATED, "volume in 'mL' is in no vector"),
    ],
)
def test_a_token_whose_factor_nobody_has_tried_is_found(driver: Driver, vector: Any, says: str, tmp_path: Path) -> None:
    suite(DRIVER, vectors=vectors(tmp_path, STATED)).test_every_unit_token_is_in_a_vector_with_the_value_of_the_record()
    with pytest.raises(AssertionError, match=says):
        suite(
            driver, vectors=vectors(tmp_path, vector)
        ).test_every_unit_token_is_in_a_vector_with_the_value_of_the_record()


@pytest.mark.parametrize("value", ["0", 1])
def test_a_condition_on_a_value_that_no_vector_holds_is_found(value: int | str, tmp_path: Path) -> None:
    def fault(code: int | str) -> Driver:
        metric = replace(VOLUME, conditions={code: Condition(Priority.HIGH, "a fault")})
        return replace(DRIVER, decoder=Whole, reports=(replace(DRIVER.reports[0], metrics=(metric,)),))

    path = vectors(tmp_path, {"text": frame("0").decode(), "meaning": "0", "source": "here", "expect": [READS]})

    suite(fault(0), vectors=path).test_every_state_that_the_driver_names_is_in_a_vector()
    with pytest.raises(AssertionError, match=rf"no vector holds volume {value!r}"):
        suite(fault(value), vectors=path).test_every_state_that_the_driver_names_is_in_a_vector()


def test_vectors_without_a_refused_frame_are_not_enough(tmp_path: Path) -> None:
    suite(DRIVER, vectors=vectors(tmp_path, REFUSED)).test_frames_that_must_be_refused_are_among_the_vectors()
    with pytest.raises(AssertionError, match="no vector expects a bad_frame"):
        suite(DRIVER, vectors=vectors(tmp_path, STATED)).test_frames_that_must_be_refused_are_among_the_vectors()


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([], "holds no vector"),
        ([DOSE], "is no file of vectors: Object missing required field `expect`"),
        ([DOSE | {"expect": [], "hex": "00"}], "vector 1: found both of `text` and `hex`"),
        ([DOSE | {"expect": []}, {"meaning": "", "source": "", "expect": []}], "vector 2: found neither of"),
        ([{"hex": "0G", "meaning": "a", "source": "b", "expect": []}], "vector 1: the bytes cannot be read"),
        ([DOSE | {"expect": [], "source": " "}], "vector 1: found an empty frame, meaning or source"),
    ],
)
def test_a_file_of_vectors_that_is_wrong_says_where(tmp_path: Path, found: list[Any], says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        suite(DRIVER, vectors=vectors(tmp_path, *found)).test_every_vector_means_what_its_author_has_written_down()


def test_a_file_of_vectors_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none.json cannot be read"):
        suite(DRIVER, vectors=tmp_path / "none.json").test_every_vector_means_what_its_author_has_written_down()


# -- what is installed and imported ----------------------------------------------------------------------------


def test_a_driver_that_is_registered_under_another_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("soundd", f"{__name__}:DRIVER", registry.DRIVERS)
    monkeypatch.setattr("devicelog.plugin.entry_points", lambda **_: [point])
    monkeypatch.setattr("devicelog.testing.declarations.drivers", registry.drivers.__wrapped__)

    with pytest.raises(AssertionError, match="its entry point is called 'soundd'"):
        suite(DRIVER).test_the_driver_is_registered_under_its_own_name()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from time import monotonic", "imports time"),
        ("import threading", "imports threading"),
        ("import socket", "imports socket"),
        ("from pint import UnitRegistry", "imports pint"),
        ("import devicelog.store.writer", "imports devicelog.store.writer"),
        ("from random import random", "imports random"),
        ("import sys; sys.modules['time'].time()", "imports sys"),
        ("from importlib import import_module", "imports importlib"),
        ("import builtins", "imports builtins"),
        ("from devicelog import clock", "imports devicelog.clock"),
        ("note = lambda: open('/dev/null')", r"calls open\(\)"),
        ("print('here')", r"calls print\(\)"),
    ],
)
@pytest.mark.parametrize("where", ["decoder", "driver"])
def test_a_port_clock_thread_file_pint_or_store_is_found_in_the_source(
    line: str, found: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "bad_driver"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    guilty = f"if 1:\n    {line}\n"
    sources = {
        "decoder": "class Decoder:\n    def feed(self, data): return []\n    def end(self): return []\n",
        "driver": "from devicelog.driver import Driver, Provenance\nfrom bad_driver.decoder import Decoder\n"
        "DRIVER = Driver('bad', 'Bad', '1', Decoder, (), 'here', Provenance.TEMPLATE, None)\n",
    }
    for name, source in sources.items():
        (package / f"{name}.py").write_text(source + (guilty if name == where else ""), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("bad_driver", "bad_driver.decoder", "bad_driver.driver"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    bad = import_module("bad_driver.driver").DRIVER

    with pytest.raises(AssertionError, match=f"bad_driver.{where} {found}"):
        suite(bad).test_the_decoder_has_no_port_clock_thread_or_store()


def test_a_port_that_is_set_as_no_port_can_be_is_found() -> None:
    for settings in (SerialSettings(parity="X"), SerialSettings(bytesize=9), SerialSettings(stopbits=3)):
        with pytest.raises(AssertionError):
            suite(replace(DRIVER, serial=settings)).test_the_port_is_set_as_a_port_can_be()


# -- no promise without a driver that breaks it ------------------------------------------------------------------


def test_every_promise_of_the_suite_has_a_driver_that_breaks_it() -> None:
    here = Path(__file__)
    tried = "".join(path.read_text(encoding="utf-8") for path in (here, here.with_name("test_conformance.py")))
    promises = [name for name in dir(DriverConformance) if name.startswith("test_")]

    assert len(promises) > 20
    assert [name for name in promises if not re.search(rf"\.{name}\b", tried)] == [], "who breaks these?"
