"""The accounts at rest: encrypted, private, whole, shared by threads and by a command beside the station."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

import pytest
from argon2.profiles import CHEAPEST

from devicelog.accounts.accounts import Accounts
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.people import Description, OneTimeCode
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.secret import hash_of_token
from devicelog.backup.making import take_backup
from devicelog.backup.manifest import read
from devicelog.backup.restoring import restore
from devicelog.doctor import Grade, System
from devicelog.doctor.store import encryption
from devicelog.errors import NotNowError, StoreFailedError, StoreFormatError, StoreFullError
from devicelog.store import shared
from devicelog.store.accounts.accounts import AccountsFile
from devicelog.store.accounts.acts import check_there, told_otherwise
from devicelog.store.database import open_shared_database
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from tests.accounts.conftest import DAY, GOOD, MINUTE, Clinic
from tests.waiting import PATIENCE, join

if TYPE_CHECKING:
    from pathlib import Path

NAME = "Xanthippe Zwetschge"


@pytest.fixture
def used(clinic: Clinic) -> Clinic:
    """A clinic with an admin, a practitioner who is logged in, a token and a code; its acts are written."""
    clinic.first_admin()
    clinic.person(NAME, "practitioner", with_totp=True)
    clinic.accounts.people.add(Description("Invited One", "invited"), ["reviewer"], clinic.now, by="Ada")
    clinic.accounts.tokens.make("archive", ["exports:read"], 9, clinic.now, by="Ada")
    with Writer.open(clinic.folder.path) as writer:
        clinic.accounts.record(writer)
    return clinic


def test_nothing_of_the_accounts_can_be_read_without_the_key(used: Clinic) -> None:
    used.accounts.close()
    files = [file for file in used.folder.path.iterdir() if file.name.startswith("accounts.db")]
    assert files
    for file in files:
        data = file.read_bytes()
        assert not data.startswith(b"SQLite")
        assert not any(word in data for word in (b"Zwetschge", b"zwetschge", b"argon2id", b"archive", b"CREATE TABLE"))


@pytest.mark.skipif(os.name != "posix", reason="rights of files are told so on POSIX alone")
def test_its_files_are_for_their_owner_alone(used: Clinic) -> None:
    files = [file for file in used.folder.path.iterdir() if file.name.startswith("accounts.db")]
    assert {file.name for file in files} >= {"accounts.db", "accounts.db-wal"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_another_key_opens_nothing(used: Clinic) -> None:
    used.accounts.close()
    (used.folder.keys.folder / "store.key").write_text("0" * 64)
    with pytest.raises(StoreFormatError, match="damaged or under another key"):
        Accounts.open(used.folder, CHEAPEST)


def test_accounts_of_a_newer_version_are_left_alone(used: Clinic) -> None:
    used.accounts.close()
    with AccountsFile.open(used.folder) as file, file.changing() as rows:
        rows.people._database.pragma("user_version", 99)
    with pytest.raises(StoreFormatError, match=r"accounts\.db is of version 99.*use a newer devicelog"):
        AccountsFile.open(used.folder)


def test_making_them_is_whole_or_not_at_all(used: Clinic) -> None:
    used.accounts.close()
    broken = {0: "CREATE TABLE one (a INTEGER)", 1: "CREATE TABLE one (a INTEGER)"}
    for file in used.folder.path.glob("accounts.db*"):
        file.unlink()
    with AccountsFile.open(used.folder):
        pass
    own = AccountsFile.open(used.folder).folder
    for file in used.folder.path.glob("accounts.db*"):
        file.unlink()
    with pytest.raises(StoreFormatError):
        open_shared_database(own, broken)
    with Accounts.open(used.folder, CHEAPEST) as accounts:
        assert accounts.people.all() == []


def test_the_journal_is_a_log_that_is_durable_at_every_commit(used: Clinic) -> None:
    with used.accounts.file.looking() as rows:
        database = rows.people._database
        assert (database.pragma("journal_mode"), database.pragma("synchronous")) == ("wal", 2)


def test_many_threads_share_it(used: Clinic) -> None:
    tokens = [used.log_in(used.person(f"Person Nr{number}")) for number in range(4)]
    seen: list[bool] = []

    def look() -> None:
        for _ in range(10):
            seen.extend(used.look(token) is not None for token in tokens)
            used.accounts.people.all()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert seen == [True] * 240


def test_a_command_beside_the_station_changes_them_and_the_station_sees_it(used: Clinic) -> None:
    script = (
        "import sys; from pathlib import Path; from devicelog.store.folder import open_folder;"
        "from devicelog.store.accounts.accounts import AccountsFile; from devicelog.accounts.people import People\n"
        "with AccountsFile.open(open_folder(Path(sys.argv[1]))) as file:"
        " print(People(file).give_code(sys.argv[2], int(sys.argv[3]), by='root').code)"
    )
    person = used.accounts.people.named(NAME)
    words = [sys.executable, "-c", script, str(used.folder.path), person.id, str(used.now)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert not isinstance(used.accept(done.stdout.split()[-1]), Refused)
    with Writer.open(used.folder.path) as writer:
        assert used.accounts.record(writer) == 1


def test_after_it_was_closed_nothing_is_answered(used: Clinic) -> None:
    used.accounts.close()
    with pytest.raises(NotNowError, match="was closed"):
        used.accounts.people.all()


# -- copies of the store ---------------------------------------------------------------------------------------


def backed_up(used: Clinic, to: Path) -> Path:
    with Reader.open(used.folder.path) as reader:
        backup = take_backup(reader, to, with_faults=False, keep=None)
    assert backup.folder is not None, backup.findings.faults
    return backup.folder


def test_a_backup_has_the_accounts_and_a_restore_brings_them_back(used: Clinic, tmp_path: Path) -> None:
    person = used.accounts.people.named(NAME)
    before = (used.accounts.people.all(), used.accounts.tokens.all())
    backup = backed_up(used, tmp_path / "backups")
    assert "accounts.db" in {file.name for file in read(backup).files}
    assert b"argon2" not in (backup / "accounts.db").read_bytes()
    assert restore(backup, tmp_path / "again", keys_in=None, with_faults=False).done
    used.accounts.close()
    used.accounts = Accounts.open(open_folder(tmp_path / "again"), CHEAPEST)
    assert (used.accounts.people.all(), used.accounts.tokens.all()) == before
    assert isinstance(used.try_in(person, GOOD, code=used.code(person)), LoggedIn)
    with Reader.open(tmp_path / "again") as reader:
        assert told_otherwise(reader, used.accounts.file) == []


def test_what_somebody_did_at_the_moment_is_in_no_backup(used: Clinic, tmp_path: Path) -> None:
    person = used.accounts.people.named(NAME)
    token = used.log_in(person)
    given = used.accounts.people.give_code(person.id, used.now, by="root")
    assert restore(backed_up(used, tmp_path / "backups"), tmp_path / "again", keys_in=None, with_faults=False).done
    assert used.look(token) is not None
    used.accounts.close()
    used.accounts = Accounts.open(open_folder(tmp_path / "again"), CHEAPEST)
    assert used.look(token) is None
    assert used.accept(given.code) == Refused(Refusal.WRONG)
    with Writer.open(tmp_path / "again") as writer:
        assert used.accounts.record(writer) == 1, "an act that waited goes along"


def test_a_backup_of_accounts_that_changed_is_not_restored(used: Clinic, tmp_path: Path) -> None:
    backup = backed_up(used, tmp_path / "backups")
    data = bytearray((backup / "accounts.db").read_bytes())
    data[-1] ^= 1
    (backup / "accounts.db").write_bytes(data)
    restored = restore(backup, tmp_path / "again", keys_in=None, with_faults=False)
    assert not restored.done
    assert [fault.file for fault in restored.findings.faults] == ["accounts.db"]


def test_damaged_accounts_are_told_by_a_backup_and_stop_none_that_is_asked_for(used: Clinic, tmp_path: Path) -> None:
    used.accounts.close()
    (used.folder.path / "accounts.db").write_bytes(os.urandom(8192))
    with Reader.open(used.folder.path) as reader:
        refused = take_backup(reader, tmp_path / "backups", with_faults=False, keep=None)
        kept = take_backup(reader, tmp_path / "backups", with_faults=True, keep=None)
    assert refused.folder is None
    assert refused.findings.faults[0].what.startswith("the accounts cannot be copied")
    assert kept.folder is not None
    assert not (kept.folder / "accounts.db").exists()


def test_a_store_without_accounts_is_backed_up_as_ever(used: Clinic, tmp_path: Path) -> None:
    used.accounts.close()
    for file in used.folder.path.glob("accounts.db*"):
        file.unlink()
    assert not (backed_up(used, tmp_path / "backups") / "accounts.db").exists()
    (used.folder.path / "accounts.db").touch(mode=0o600)  # making them was cut off here
    assert not (backed_up(used, tmp_path / "backups2") / "accounts.db").exists()


def test_an_invitation_given_long_ago_lets_nobody_in(used: Clinic) -> None:
    given = used.accounts.people.add(Description("Late One", "late"), ["reviewer"], used.now, by="Ada")
    assert isinstance(given, OneTimeCode)
    used.now += 3 * DAY
    assert used.accept(given.code) == Refused(Refusal.WRONG)


def test_after_the_disk_has_failed_a_change_is_gone_and_the_next_one_is_made(used: Clinic) -> None:
    person = used.accounts.people.named(NAME)

    def disable_and_fail() -> NoReturn:
        with used.accounts.file.changing() as rows:
            rows.people.set_disabled(person.id, used.now)
            raise StoreFailedError("the disk failed under it; check the disk.")

    with pytest.raises(StoreFailedError):
        disable_and_fail()
    assert used.accounts.people.get(person.id).disabled is None
    assert used.accounts.people.disable(person.id, used.now, by="Ada").disabled == used.now


def test_a_full_disk_keeps_nobody_from_looking_and_locks_all_the_same(
    used: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = used.log_in(used.accounts.people.named(NAME))

    def full(_: AccountsFile) -> NoReturn:
        raise StoreFullError("the disk is full; make room.")

    monkeypatch.setattr(AccountsFile, "changing", full)
    used.now += 10 * MINUTE
    seen = used.look(token)
    assert seen is not None
    assert not seen.session.is_locked
    used.now += 16 * MINUTE
    for _ in range(2):
        seen = used.look(token)
        assert seen is not None
        assert seen.session.is_locked


def test_the_doctor_tells_accounts_that_are_not_encrypted(used: Clinic) -> None:
    used.accounts.close()
    (good,) = encryption(System(used.folder.path, "linux"), used.folder.path)
    assert good.grade is Grade.GOOD
    (used.folder.path / "accounts.db").write_bytes(b"SQLite format 3\0" + bytes(4080))
    (bad,) = encryption(System(used.folder.path, "linux"), used.folder.path)
    assert (bad.grade, bad.found.partition(":")[0]) == (Grade.BAD, "the database of the accounts is not encrypted")


def test_who_looks_does_not_wait_for_a_disk_and_who_changes_something_is_told(
    used: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a disk that does not answer while somebody changes something
    monkeypatch.setattr(shared, "_PATIENCE", 0.2)
    token, writes, answers = used.log_in(used.accounts.people.named(NAME)), threading.Event(), threading.Event()

    def change() -> None:
        with used.accounts.file.changing() as rows:
            rows.people.set_disabled("person-0", used.now)
            writes.set()
            answers.wait(30)

    hangs = threading.Thread(target=change)
    hangs.start()
    assert writes.wait(30)

    # when a page looks who it is, and somebody adds a person
    used.now += 2 * MINUTE
    try:
        assert used.look(token) is not None
        with pytest.raises(NotNowError, match="does not answer"):
            used.person("Nobody New")
    finally:
        answers.set()
        join(hangs)

    # then what was only noted is there when the disk answers again
    with used.accounts.file.looking() as rows:
        assert all(one.name != "Nobody New" for one in rows.people.all())
    used.now += 2 * MINUTE
    assert used.look(token) is not None
    with used.accounts.file.looking() as rows:
        row = rows.logins.get(hash_of_token(token))
    assert row is not None
    assert row.used == used.now


def test_accounts_that_are_gone_are_no_station_without_accounts(used: Clinic) -> None:
    used.accounts.close()
    with Reader.open(used.folder.path) as reader:
        check_there(reader)
        used.accounts.file.folder.database.write_bytes(b"")
        with pytest.raises(StoreFormatError, match="is gone, and 3 people have accounts by the acts of the store"):
            check_there(reader)
