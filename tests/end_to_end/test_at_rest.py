"""A3: nothing of a patient can be read at rest without the keys; files and folders are for their owner only."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Kind
from devicelog.store.statements import state_late
from tests.end_to_end.running import Devicelog, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.end_to_end.processes import Warm

PATIENT, PRACTITIONER, ZONE = "Quetzalcoatl-19610304", "Dr. Xanthippe Zwetschge", "left_eyebrow_of_that_patient"
NAME, BORN, CONTACT, ABOUT = "Xochitl Tlazohtzin", "1961-03-04", "+52 55 0001 7788", "fears the needle of Tlaloc"
OLD_NAME, OVERRIDE, EVENT, WHY = (
    "Xochitl Maidenname",
    "waived by Dr. Popoca",
    "rash of the left knee",
    "Ixtab's complaint",
)
#: What a session's export holds readable, and what is nowhere readable but where the keys are.
IN_EXPORTS = (PATIENT, PRACTITIONER, ZONE, OVERRIDE, EVENT, NAME, BORN)
SECRETS = (*IN_EXPORTS, CONTACT, ABOUT, OLD_NAME, WHY)
WHO = ("--subject", PATIENT, "--practitioner", PRACTITIONER, "--zone", ZONE)
URL = "sim://reference-mesogun?seed=1"
RECORD = ("record", "--device", f"reference-mesogun@{URL}&speed=max", "--protocol", "none", *WHO, "--no-live")


@pytest.fixture(scope="module")
def first_used(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A store with three sessions of a patient of whom much is known; logs, temporary files, a witness.

    The last session was killed, so that its WAL is there.
    """
    box = Devicelog(tmp_path_factory.mktemp("used") / "box", warm)
    (box.root / "tmp").mkdir()
    box.environment |= {
        "TMPDIR": str(box.root / "tmp"),
        "DEVICELOG_LOG": str(box.root / "log.txt"),
        "DEVICELOG_LOG_LEVEL": "debug",
    }
    box(*RECORD, "--until-quiet", "300 ms")
    box("witness", "add", str(box.root / "stick.witness"))
    box(*RECORD, "--until-quiet", "300 ms")
    box("subjects", "change", PATIENT, "--name", OLD_NAME, "--birth-date", BORN, "--contact", CONTACT, "--note", ABOUT)
    box("subjects", "change", PATIENT, "--name", NAME)
    with box.writer() as writer:
        session = writer.session("last")
        state_late(writer, session, Kind.ADVERSE_EVENT, {"code": "rash", "severity": "mild", "text": EVENT, "by": "A"})
        state_late(writer, session, Kind.EXPLAINED, {"of": "syringe:1", "reason": OVERRIDE, "by": "A"})
    with box.record(f"{URL}&speed=50", *WHO) as recording:
        recording.wait_for(20)
        recording.kill()
    wait_until((box.store / "devicelog.db-wal").exists, "a WAL")
    shutil.copytree(box.root, box.root.with_name("as it was"))
    return box


@pytest.fixture
def used(first_used: Devicelog) -> Devicelog:
    """The same, as it was: in its own place, which the list of witnesses names."""
    shutil.rmtree(first_used.root)
    shutil.copytree(first_used.root.with_name("as it was"), first_used.root)
    return first_used


def noted(box: Devicelog) -> str:
    """The session of which something was stated."""
    return list(box.states())[1]


def files(box: Devicelog) -> Iterator[Path]:
    return (path for path in box.root.rglob("*") if path.is_file())


def found_in(box: Devicelog) -> list[tuple[str, str]]:
    """Every secret that stands readable in a file, and where."""
    forms = {word: (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()) for word in SECRETS}
    return [
        (secret, str(path.relative_to(box.root)))
        for path, held in [(path, path.read_bytes()) for path in files(box)]
        for secret, written in forms.items()
        if any(form in held for form in written)
    ]


def test_nothing_of_the_patient_stands_readable_in_any_file(used: Devicelog) -> None:
    names = {path.name for path in files(used)}
    assert {"devicelog.db", "devicelog.db-wal", "log.txt", "stick.witness", "store.json"} <= names
    assert (used.root / "log.txt").stat().st_size > 0
    assert found_in(used) == []
    assert PATIENT in used("show", "last", "--why", WHY).out
    assert EVENT in used("entries", noted(used)).out
    assert NAME in used("subjects", "find", "tlazo", "--why", WHY).out
    assert all(known in used("subjects", "show", PATIENT).out for known in (NAME, BORN, CONTACT, ABOUT, OLD_NAME))
    assert "subjects find" in used("accesses").out
    used("backup", "--to", str(used.root / "backups"))
    used("verify")
    assert found_in(used) == []


def test_what_is_refused_or_goes_wrong_repeats_nothing_of_a_patient(used: Devicelog) -> None:
    [key] = [path for path in used.keys.glob("*/subjects/*") if path.is_file()]
    refused = [
        used.sentence("subjects", "change", PATIENT, "--birth-date", "4.3.1961", code=2),
        used.sentence("subjects", "add", "--reference", PATIENT, "--name", NAME, code=2),
        used.sentence("subjects", "erase", PATIENT, "--yes", code=2),
        used.sentence("subjects", "merge", PATIENT, PATIENT, code=2).replace(PATIENT, ""),  # as the user typed it
    ]
    key.write_bytes(b"no key")
    refused.append(used("show", noted(used), code=None).err)
    refused.append(used.sentence("subjects", "change", key.name, "--name", NAME, code=2))
    assert [said for said in refused if any(secret in said for secret in SECRETS) or "Traceback" in said] == []
    assert found_in(used) == []


def test_after_an_erasure_nothing_is_readable_with_all_keys_either_and_an_older_file_of_keys_still_opens(
    used: Devicelog, other_box: Devicelog
) -> None:
    passphrase = {"DEVICELOG_PASSPHRASE": "quiet rivers run deep"}
    kept = used.root.parent / "keys.json"
    used("backup", "--to", str(used.root / "backups"), "--with-keys", str(kept), more=passphrase)
    [backup] = (used.root / "backups").iterdir()
    used("subjects", "erase", PATIENT, "--yes", "--reason", "asked for it", "--ground", "consent-withdrawn")
    used("verify")
    said = used("show", "last").out + used("entries", noted(used)).out + used("subjects", "find").out
    assert [secret for secret in SECRETS if secret in said and secret not in (PRACTITIONER, ZONE)] == []
    assert "[erased]" in said
    words = ("restore", str(backup), "--to", str(other_box.store), "--keys", str(kept))
    other_box(*words, more=passphrase)
    assert NAME in other_box("subjects", "find").out  # the limit that docs/privacy.md names: destroy old files of keys


def test_an_export_is_the_only_readable_copy_and_leaves_nothing_behind(used: Devicelog) -> None:
    used("export", noted(used), "--to", str(used.root / "out"))
    used("verify", str(used.root / "out"))
    assert {name for _, name in found_in(used) if not name.startswith("out/")} == set()
    assert {secret for secret, _ in found_in(used)} == set(IN_EXPORTS)
    shutil.rmtree(used.root / "out")
    assert list((used.root / "tmp").iterdir()) == []
    assert found_in(used) == []


def test_another_key_opens_nothing(used: Devicelog) -> None:
    [key] = used.keys.glob("*/store.key")
    key.write_text("0" * 64, encoding="ascii")
    for words in (["sessions"], ["show", "last"], ["verify"], ["entries", "last"]):
        assert "damaged or under another key" in used.sentence(*words, code=2)


@pytest.mark.skipif(os.name != "posix", reason="rights are another thing here")
def test_files_and_folders_are_for_their_owner_only(used: Devicelog) -> None:
    folders = [used.store, *[path for path in used.keys.rglob("*") if path.is_dir()]]
    assert {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in folders} == {
        str(path): "0o700" for path in folders
    }
    kept = [path for folder in (used.store, used.keys) for path in folder.rglob("*") if path.is_file()]
    kept.append(used.root / "stick.witness")
    assert len(kept) > 6
    assert {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in kept} == {str(path): "0o600" for path in kept}
