"""A Gemini on a pty: its run logs are read, waited for at the end, and imported afterwards where they lack."""

from __future__ import annotations

import base64
import csv
import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from devicelog import registry
from devicelog.driver import Effect
from devicelog_drivers.btx_gemini import DRIVER
from tests.end_to_end.running import Devicelog, Warm
from tests.gemini import Gemini, run_log
from tests.pump_line import PumpLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys"),
    pytest.mark.skipif("btx-gemini" not in registry.drivers(), reason="the driver is not installed here"),
]
WHO = ("--by", "Dr. New", "--reason", "the card was read in the office")


def run_session(box: Devicelog, device: Gemini, *, late: float | None = None) -> str:
    """A session with one run in it, and another log that comes so many seconds after the end; the path of the first."""
    with PumpLine(device) as line, box.record(line.url, "--zone", "forehead", driver="btx-gemini") as recording:
        recording.wait_for_entry("logs_listed")
        path = device.write(device.clock, run_log(device.clock, serial=device.serial, pulses=2))
        if late is not None:
            moment = device.clock + timedelta(seconds=1)
            log = run_log(moment, serial=device.serial)
            device.due = [*device.due, (device.seconds + late, f"{path[:-10]}{moment:%H%M%S}.TXT", log)]
        assert recording.end() == 0
    return path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> tuple[Devicelog, Gemini, str]:
    """A store with one session of one run; for tests that change nothing."""
    box = Devicelog(tmp_path_factory.mktemp("gemini"), warm)
    device = Gemini()
    device.write(device.clock - timedelta(days=1))
    return box, device, run_session(box, device)


@pytest.fixture
def box(first: tuple[Devicelog, Gemini, str], tmp_path: Path, warm: Warm) -> Devicelog:
    """The same store, for one test alone."""
    shutil.copytree(first[0].root, tmp_path / "copy")
    return Devicelog(tmp_path / "copy", warm)


@pytest.fixture
def copied(first: tuple[Devicelog, Gemini, str], tmp_path: Path) -> Iterator[Path]:
    """The card as a person copied it, and on it a run of the session that was never read over the line."""
    _, device, path = first
    card = dict(device.card)
    moment = datetime.strptime(path[-17:-4], "%y%m%d\\%H%M%S") - timedelta(seconds=1)  # noqa: DTZ007
    card[f"{path[:-10]}{moment:%H%M%S}.TXT"] = run_log(moment, volts="2298.10", pulses=1)
    for name, content in card.items():
        file = tmp_path.joinpath("card", *name.strip("\\").split("\\"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    yield from [tmp_path / "card"]


def read_of(box: Devicelog, kind: str) -> list[dict[str, Any]]:
    return [entry.content for entry in box.entries() if entry.kind == kind]


def new_one(card: Path, path: str) -> Path:
    """The log in the copy of the card that was never read over the line."""
    day = card.joinpath(*path.strip("\\").split("\\")).parent
    return next(file for file in sorted(day.iterdir()) if file.name != path.rpartition("\\")[2])


def exported(box: Devicelog, to: Path) -> Path:
    box("export", "last", "--to", str(to / "out"))
    return next((to / "out").iterdir())


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


# -- over the line ---------------------------------------------------------------------------------------------


def test_a_run_of_the_session_is_read_and_nothing_but_declared_queries_reached_the_device(
    first: tuple[Devicelog, Gemini, str],
) -> None:
    box, device, path = first
    (log,) = read_of(box, "device_log")
    sent = [query for query in DRIVER.queries if query.effect is Effect.NONE]

    assert (log["path"], log["origin"], log["counted"]) == (path, "read", True)
    assert device.heard
    assert all(any(query.allows(f"{command}\r\n".encode()) for query in sent) for command in device.heard)
    assert {command.split()[0] for command in device.heard} <= {"version", "time", "status", "sddir", "sdsend"}
    assert box("show", "last", "--json").document["observations"]["pulse"] == 2
    box("verify")
    box("replay", "last")


def test_a_log_that_comes_after_the_end_is_waited_for(tmp_path: Path, warm: Warm) -> None:
    box, device = Devicelog(tmp_path / "late", warm), Gemini()

    run_session(box, device, late=3)

    kinds = [entry.kind for entry in box.entries()]
    assert kinds.count("ending") == 1
    assert len(read_of(box, "device_log")) >= 1
    assert not [alarm for alarm in read_of(box, "alarm") if "did not come" in alarm["text"]]
    box("replay", "last")


def test_everywhere_it_is_said_that_it_is_no_device_for_humans(
    first: tuple[Devicelog, Gemini, str], tmp_path: Path
) -> None:
    box, _, _ = first
    caution = "not for use on humans"

    folder = exported(box, tmp_path)

    said = [box("drivers", "btx-gemini").out, box("drivers").out, box("show", "last").out]
    files = [(folder / name).read_text(encoding="utf-8") for name in ("session.json", "README.txt")]
    assert all(caution in " ".join(text.split()) for text in said)
    assert all(caution in " ".join(text.split()) for text in files)
    assert caution in box("show", "last", "--json").document["marks"]["caution"]


# -- afterwards ------------------------------------------------------------------------------------------------


def test_an_imported_log_counts_as_an_amendment_and_what_was_recorded_stays(
    first: tuple[Devicelog, Gemini, str], box: Devicelog, copied: Path, tmp_path: Path
) -> None:
    recorded = box.entries()
    file = new_one(copied, first[2])

    done = box("import", "last", str(file), "--driver", "btx-gemini", *WHO, "--json")

    assert done.document["amendment"] == 1
    assert [log["origin"] for log in done.document["logs"]] == ["imported"]
    assert box.entries()[: len(recorded)] == recorded
    document = box("show", "last", "--json").document
    assert document["observations"]["pulse"] == 3
    assert [log["origin"] for log in document["device_logs"]] == ["read", "imported"]
    assert document["device_logs"][1]["path"].startswith("\\BTXDATA\\2026-03\\260309\\")
    (amendment,) = document["amendments"]
    assert (amendment["what"], amendment["by"], amendment["reason"]) == ("imported", "Dr. New", WHO[3])
    assert amendment["before"]["observations"]["pulse"] == 2
    box("verify")
    box("replay", "--all")
    box("verify", str(exported(box, tmp_path)))


def test_an_export_has_the_file_its_origin_and_its_pulses(
    first: tuple[Devicelog, Gemini, str], box: Devicelog, copied: Path, tmp_path: Path
) -> None:
    file = new_one(copied, first[2])
    box("import", "last", str(file), *WHO)

    folder = exported(box, tmp_path)

    session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    schema = json.loads((folder / "session.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(session)
    pulses, logs = rows(folder / "pulses.csv"), rows(folder / "device_logs.csv")
    assert [pulse["voltage_measured [V]"] for pulse in pulses] == ["2303.53", "2303.53", "2298.1"]
    assert {pulse["origin"] for pulse in pulses} == {"device_log"}
    assert {pulse["voltage_set [V]"] for pulse in pulses} == {"2300"}
    assert [(log["origin"], log["counted"]) for log in logs] == [("read", "yes"), ("imported", "yes")]
    (chunk,) = [chunk for chunk in session["ledger"]["chunks"] if chunk["kind"] == "file"]
    assert base64.b64decode(chunk["data"]).endswith(file.read_bytes())


def test_the_same_file_again_changes_nothing(
    first: tuple[Devicelog, Gemini, str], box: Devicelog, copied: Path
) -> None:
    file = new_one(copied, first[2])
    box("import", "last", str(file), *WHO)
    before = box.kept()

    again = box("import", "last", str(file), str(file), *WHO)
    read = copied.joinpath(*first[2].strip("\\").split("\\"))
    also = box("import", "last", str(read), *WHO)

    assert "nothing was changed" in again.err
    assert "nothing was changed" in also.err
    assert box.kept() == before


def test_a_file_that_contradicts_what_was_read_is_kept_and_not_counted(
    first: tuple[Devicelog, Gemini, str], box: Devicelog, copied: Path
) -> None:
    read = copied.joinpath(*first[2].strip("\\").split("\\"))
    read.write_bytes(read.read_bytes().replace(b"2303.53", b"9.99"))

    done = box("import", "last", str(read), *WHO, code=1)

    assert "says something else" in done.err
    document = box("show", "last", "--json").document
    assert document["observations"]["pulse"] == 2
    assert [log["counted"] for log in document["device_logs"]] == [True, False]
    box("verify")


def test_a_second_import_goes_on_from_the_first(
    first: tuple[Devicelog, Gemini, str], box: Devicelog, copied: Path
) -> None:
    file = new_one(copied, first[2])
    other = file.with_name("other.txt")
    other.write_bytes(file.read_bytes().replace(b"2298.10", b"2298.20"))
    box("import", "last", str(file), *WHO)

    box("import", "last", str(other), *WHO)

    document = box("show", "last", "--json").document
    assert [log["origin"] for log in document["device_logs"]] == ["read", "imported", "imported"]
    assert document["observations"]["pulse"] == 4
    assert document["device_logs"][2]["doubt"] == "another log has the same date"
    box("replay", "--all")
    box("verify")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ((b"1135421", b"999"), ["999", "1135421", "name the session it belongs to"]),
        ((b"03/09/2026", b"03/10/2026"), ["after it ended", "name the one it belongs to"]),
        ((b"03/09/2026", b"03/08/2026"), ["before it began"]),
        ((b"03/09/2026", b"2026-03-09"), ["2026-03-09", "cannot be told where it belongs"]),
        (
            (b"Serial Number: 1135421\r\n", b""),
            ["has no serial number in it", "copy it again if it was cut off, else keep"],
        ),
        ((b"Model: BTX Gemini", b"Model: Other"), []),
    ],
)
def test_a_file_of_no_session_that_fits_is_refused_in_one_sentence(
    damage: tuple[bytes, bytes],
    words: Sequence[str],
    first: tuple[Devicelog, Gemini, str],
    box: Devicelog,
    copied: Path,
) -> None:
    file = new_one(copied, first[2])
    content = file.read_bytes().replace(*damage)
    if not words:
        content, words = b"a letter", ["no log that btx-gemini can read"]
    file.write_bytes(content)
    before = box.kept()

    said = box.sentence("import", "last", str(file), *WHO, code=2)

    assert all(word in said for word in words), said
    assert box.kept() == before


def test_a_file_or_session_that_cannot_be_is_refused(box: Devicelog, copied: Path, recorded: Devicelog) -> None:
    anything = next(file for file in copied.rglob("*.TXT"))

    assert "cannot be read" in box.sentence("import", "last", str(copied), *WHO, code=2)
    assert "cannot be read" in box.sentence("import", "last", "nowhere.txt", *WHO, code=2)
    assert "expected the driver kds-legato" in box.sentence(
        "import", "last", str(anything), "--driver", "kds-legato", *WHO, code=2
    )
    assert "expected a driver that reads logs" in recorded.sentence("import", "last", str(anything), *WHO, code=2)


def test_a_session_that_broke_off_takes_logs_as_well(tmp_path: Path, warm: Warm) -> None:
    box, device = Devicelog(tmp_path / "killed", warm), Gemini()
    with PumpLine(device) as line, box.record(line.url, driver="btx-gemini") as recording:
        recording.wait_for_entry("logs_listed")
        moment = device.clock
        recording.kill()
    file = tmp_path / "after.txt"
    file.write_bytes(run_log(moment))

    box("import", "last", str(file), *WHO)

    document = box("show", "last", "--json").document
    assert document["state"] == "interrupted"
    assert document["device_logs"][0]["counted"]
    assert document["observations"]["pulse"] == 1
    box("verify")
    box("replay", "--all")


def test_a_log_whose_time_is_less_certain_than_two_sessions_are_apart_is_doubted(tmp_path: Path, warm: Warm) -> None:
    box, device = Devicelog(tmp_path / "near", warm), Gemini()
    run_session(box, device)
    with PumpLine(device) as line, box.record(line.url, driver="btx-gemini") as recording:
        recording.wait_for_entry("logs_listed")
        moment = device.clock + timedelta(minutes=5)
        device.jumps = [600.0]  # somebody sets its clock; it is asked again at the end
        device.write(moment + timedelta(days=30))
        assert recording.end() == 0
    file = tmp_path / "between.txt"
    file.write_bytes(run_log(moment))

    done = box("import", "last", str(file), *WHO)

    first = box("sessions", "--json").document[0]["session"]
    said = next(
        log["doubt"] for log in box("show", "last", "--json").document["device_logs"] if "between" in log["path"]
    )
    assert "another session with the device is nearer than that" in said
    assert first in said
    assert said in done.err
