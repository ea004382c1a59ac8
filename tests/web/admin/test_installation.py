"""Keys, backups, the log of accesses, the doctor, retention and the outbox on pages."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.backup import place
from devicelog.delivery.asking import Order, ask, whats
from devicelog.delivery.target import target
from devicelog.store import outbox
from devicelog.store.access import FILE
from devicelog.store.erasure import tombstones
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from tests.waiting import PATIENCE, until
from tests.web.admin.conftest import client, order, record
from tests.web.served import served_alone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.admin.conftest import Client
    from tests.web.served import Served


def done(station: Served) -> None:
    until(lambda: station.station.chores.current is None, "the end of the work")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[Served, Client]]:
    """A station at which nobody but an admin has been, with one session."""
    with served_alone(tmp_path / "station") as one:
        record(one)
        yield one, client(one, "Ada Fresh", Role.ADMIN)


def test_what_needs_attention_comes_first(fresh: tuple[Served, Client]) -> None:
    _, admin = fresh
    page = admin.get("/administration").text
    assert "No folder for backups was chosen" in page
    assert re.search(r"The treatment protocol meso-face-gun-intradermal \S+ was used in one of the last sessions", page)
    assert "is in use by process" not in page


# -- backups -------------------------------------------------------------------------------------------------------


def test_a_backup_is_made_into_the_chosen_folder_and_verified(fresh: tuple[Served, Client], tmp_path: Path) -> None:
    station, admin = fresh
    assert "no folder was chosen yet" in admin.post("/administration/backups/make").text
    assert admin.post("/administration/backups/folder", folder=str(tmp_path / "kept")).status_code == 303
    assert admin.post("/administration/backups/make", keep="3").status_code == 303
    done(station)
    [(path, manifest)] = place.made(open_folder(station.station.store), tmp_path / "kept")
    assert manifest.holds
    page = admin.get("/administration/backups").text
    assert "It holds: one session" in page

    assert admin.post(f"/administration/backups/check/{path.name}").status_code == 303
    done(station)
    assert "Verification of a backup" in admin.get("/administration/backups").text
    (path / "devicelog.db").write_bytes(b"no database")
    admin.post(f"/administration/backups/check/{path.name}")
    done(station)
    assert "It does not hold" in admin.get("/administration/backups").text
    assert admin.post("/administration/backups/check/nothing").status_code == 404


@pytest.mark.parametrize(
    "folder", ["relative", "", "{store}/inside", "{keys}", "/no/such/place/at/all", f"/{'x' * 300}", "/no\0"]
)
def test_a_folder_that_can_hold_no_backups_is_refused(station: Served, admin: Client, folder: str) -> None:
    keys = open_folder(station.station.store).keys.folder
    wanted = folder.format(store=station.station.store, keys=keys)
    before = place.chosen(open_folder(station.station.store))
    assert admin.post("/administration/backups/folder", folder=wanted).status_code == 400
    assert place.chosen(open_folder(station.station.store)) == before


def test_no_long_work_begins_while_a_session_is_recorded(station: Served, admin: Client, tmp_path: Path) -> None:
    place.choose(open_folder(station.station.store), tmp_path / "kept")
    running = station.station.begin(order()).running
    assert running is not None
    try:
        for path in ("backups/make", "doctor/verify", "outbox/run"):
            answer = admin.post(f"/administration/{path}")
            assert answer.status_code == 400
            assert "a session is being recorded, which comes first" in answer.text
        assert "A session is being recorded" in admin.get("/administration/backups").text
        assert admin.post("/administration/keys/rotate", sure="1").status_code == 400
        assert not (tmp_path / "kept").exists()
    finally:
        running.end("a test")
        until(lambda: station.station.current is None)


def test_work_that_is_under_way_gives_way_to_a_session(station: Served) -> None:
    import threading

    go_on = threading.Event()

    def work(tell: object) -> None:
        while True:
            tell("counting", 1, 2)  # type: ignore[operator]
            go_on.wait(0.01)

    chore = station.station.chores.begin("backup", "nothing", "a test", work)
    assert chore.percent in (None, 50)
    record(station)
    assert chore.over.wait(PATIENCE)
    assert chore.failure is not None
    assert "a session was begun, which comes first" in chore.failure


def test_the_keys_are_written_apart_from_the_backups(station: Served, admin: Client, tmp_path: Path) -> None:
    words = "four quiet words here"
    place.choose(open_folder(station.station.store), tmp_path / "kept")
    (tmp_path / "kept").mkdir(exist_ok=True)
    form = {"passphrase": words, "passphrase-again": words}
    beside = admin.post("/administration/backups/keys", file=str(tmp_path / "kept" / "keys.json"), **form)
    assert "beside what the keys open" in beside.text
    assert words not in beside.text
    other = admin.post(
        "/administration/backups/keys", file=str(tmp_path / "k.json"), **(form | {"passphrase-again": "x"})
    )
    assert "the two passphrases differ" in other.text
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for name in ("\0", "x" * 300, "round/keys.json"):
        assert admin.post("/administration/backups/keys", file=str(tmp_path / name), **form).status_code == 400
    assert "The keys are in" in admin.post("/administration/backups/keys", file=str(tmp_path / "k.json"), **form).text
    assert b"devicelog_keys" in (tmp_path / "k.json").read_bytes()


# -- keys ----------------------------------------------------------------------------------------------------------


def test_the_key_is_changed_and_the_old_one_stays_in_the_list(station: Served, admin: Client) -> None:
    assert "Tick that the old key shall be destroyed" in admin.post("/administration/keys/rotate").text
    assert admin.post("/administration/keys/rotate", sure="1").status_code == 303
    page = admin.get("/administration/keys").text
    assert (page.count("in force"), page.count("given up")) == (2, 2)  # once in what is explained
    assert admin.get("/administration/keys/seal.svg").headers["content-type"] == "image/svg+xml"
    with Reader.open(station.station.store) as reader:
        assert len(reader.keychain().keys) == 2
    record(station)  # is sealed with the new one


# -- the doctor, and what is stored --------------------------------------------------------------------------------


def test_the_doctor_looks_again_and_the_store_is_verified(station: Served, admin: Client) -> None:
    assert admin.post("/administration/doctor").status_code == 303
    assert "What to do:" in admin.get("/administration/doctor").text
    assert admin.post("/administration/doctor/verify").status_code == 303
    done(station)
    assert "It holds:" in admin.get("/administration/doctor").text


# -- accesses ------------------------------------------------------------------------------------------------------


def test_who_read_what_is_listed_and_filtered_and_a_changed_line_is_seen(station: Served, admin: Client) -> None:
    admin.get("/administration/retention")
    assert "retention" in admin.get("/administration/accesses?person=ada").text
    assert "No access is logged that fits" in admin.get("/administration/accesses?person=nobody").text
    assert "No access is logged that fits" in admin.get("/administration/accesses?day=2001-01-01").text
    assert "The log is as it was written" in admin.get("/administration/accesses").text

    file = station.station.store / FILE
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"number":1,', b'"number":7,', 1))
    assert "The log is not as it was written" in admin.get("/administration/accesses").text
    file.write_bytes(whole)


# -- retention and erasing -----------------------------------------------------------------------------------------


def test_the_rule_is_set_and_counts(admin: Client) -> None:
    assert (
        "expected a number of years" in admin.post("/administration/retention/rule", years="x", minor_until="25").text
    )
    assert admin.post("/administration/retention/rule", years="10", minor_until="26").status_code == 303
    page = admin.get("/administration/retention").text
    assert "10 years from the last entry" in page
    assert "Set by Ada Admin" in page


def test_a_person_is_erased_in_two_steps_with_a_reason(station: Served, admin: Client) -> None:
    record(station, order_subject="P-0099")
    assert "no subject in this store" in admin.post("/administration/retention/find", reference="P-1234").text
    found = admin.post("/administration/retention/find", reference="P-0099")
    path = found.headers["location"]
    assert "P-0099" not in path
    assert "to be kept until" in admin.get(path).text

    form = {"ground": "consent-withdrawn", "reason": "asked for in writing", "requested": ""}
    assert "not the number of this person" in admin.post(f"{path}/erase", **form, again="P-0017").text
    assert "found no ground" in admin.post(f"{path}/erase", **(form | {"ground": ""}), again="P-0099").text
    assert "found an empty reason" in admin.post(f"{path}/erase", **(form | {"reason": ""}), again="P-0099").text
    assert admin.post(f"{path}/erase", **form, again="P-0099").status_code == 303

    page = admin.get(path).text
    assert "This person was erased" in page
    assert "P-0099" not in page
    with Reader.open(station.station.store) as reader:
        assert tombstones(reader)[path.rpartition("/")[2]].by == "Ada Admin"
        assert reader.subject("P-0099") is None
    assert admin.get("/administration/retention/P-0017").status_code == 404  # no number in an address


# -- the outbox ----------------------------------------------------------------------------------------------------


def ordered(station: Served, to: str) -> int:
    """A delivery of the first session; its number."""
    with Reader.open(station.station.store) as reader:
        session = reader.sessions()[0].id
    place_ = target(to, unencrypted=False)
    wanted = Order(place_, whats(place_, ()), (), outbox.Means(), "Dr A. Example")
    asked = station.station.desk.do(lambda writer: ask(writer, writer.session(session), wanted))
    return asked.waiting[0].number


def test_what_waits_is_tried_or_taken_back_and_what_is_refused_is_said(
    station: Served, admin: Client, tmp_path: Path
) -> None:
    store, file = station.station.store, tmp_path / "file"
    file.write_text("a file where a folder has to be")
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        number = ordered(station, f"fhir+http://127.0.0.1:{taken.getsockname()[1]}/fhir")
        ordered(station, str(file / "inside"))
        assert admin.post("/administration/outbox/run").status_code == 303
        done(station)
    page = admin.get("/administration/outbox").text
    assert re.search(r"</span> waits</span>", page)
    assert re.search(r"</span> refused by the receiver</span>", page)
    assert "One delivery was refused by its receiver" in admin.get("/administration").text

    assert admin.post(f"/administration/outbox/{number}/cancel").status_code == 303
    with Reader.open(store) as reader:
        assert outbox.delivery(reader, number).state is outbox.State.CANCELLED
    assert "is cancelled already" in admin.post(f"/administration/outbox/{number}/cancel").text
    for none in (0, -1, 10**30, -(10**30)):
        assert "no delivery is called" in admin.post(f"/administration/outbox/{none}/cancel").text
