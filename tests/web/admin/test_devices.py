"""Devices on a page: test readings that leave no trace, binding in steps, and training with simulated ones."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from devicelog import clock
from devicelog.link import serial_port
from devicelog.opening.underway import decode, encode
from devicelog.record.caveats import marks
from devicelog.station import trial as trials
from devicelog.store.bindings import known_in
from devicelog.store.reader import Reader
from devicelog.stored import record_of
from tests.waiting import PATIENCE, join, until
from tests.web.admin.conftest import GUN, order

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from devicelog.opening.underway import Underway
    from devicelog.station.trial import Trial
    from tests.web.admin.conftest import Client
    from tests.web.served import Served

SIM = {"port": "sim://reference-mesogun?seed=5", "driver": "reference-mesogun"}


def sessions(station: Served) -> int:
    with Reader.open(station.station.store) as reader:
        return len(reader.sessions())


def begun(station: Served, who: Client) -> Trial:
    answer = who.post("/devices/test", **SIM)
    assert answer.status_code == 303, answer.text
    found = station.station.trials.get(answer.headers["location"].rpartition("/")[2])
    assert found is not None
    return found


def error(answer: httpx.Response) -> str:
    found = re.search(r'id="port-error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None, answer.text
    return found[1]


def test_what_may_be_sent_is_said_before_a_port_is_opened(admin: Client, station: Served) -> None:
    before = list(station.station.trials)
    said = admin.get("/devices/bind?port=sim://new-era&driver=new-era").text
    assert "acknowledges an alarm at the device" in said
    assert "00VER" in said
    assert "deletes at the device" not in re.sub(r"<ul class=.queries.>.*?</ul>", "", said, flags=re.DOTALL)
    assert list(station.station.trials) == before


def test_test_readings_are_shown_in_their_units_and_leave_no_session(station: Served, practitioner: Client) -> None:
    before = sessions(station)
    trial = _of_a_listed_port(station, practitioner)
    until(lambda: any(value.metric == "volume" for value in trial.shown.values), "a reading")
    page = practitioner.get(f"/devices/test/{trial.id}").text
    assert "MG-REF" in page
    assert "SIMULATED" in page
    assert re.search(r'volume</th><td class="number">[0-9.]+</td><td>mL', page)
    assert practitioner.post(f"/devices/test/{trial.id}/end").status_code == 303
    assert trial.is_over
    assert sessions(station) == before


def _of_a_listed_port(station: Served, who: Client) -> Trial:
    """A practitioner chooses among the ports that are there: where a bound device is, for one."""
    from devicelog.attach.bind import bind_device
    from devicelog.attach.choice import parse_choice

    choice = parse_choice(f"{SIM['driver']}@{SIM['port']}")
    station.station.desk.do(
        lambda writer: bind_device(writer, choice, by="a test", allowed=frozenset(), seconds=10, replace=True)
    )
    return begun(station, who)


def test_a_practitioner_opens_no_port_that_nobody_plugged_in(practitioner: Client) -> None:
    answer = practitioner.post("/devices/test", port="socket://192.0.2.1:1", driver="reference-mesogun")
    assert answer.status_code == 400
    assert "is not plugged in" in error(answer)


def test_another_ones_test_readings_are_nobodys_business(station: Served, admin: Client, practitioner: Client) -> None:
    trial = begun(station, admin)
    assert practitioner.get(f"/devices/test/{trial.id}").status_code == 404
    assert practitioner.post(f"/devices/test/{trial.id}/end").status_code == 404
    admin.post(f"/devices/test/{trial.id}/end")


def test_a_port_is_closed_when_nobody_looks_any_more(
    station: Served, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "UNSEEN", 0.2)
    trial = begun(station, admin)
    until(lambda: trial.is_over, "the end of the trial")


def test_a_session_comes_first_and_its_port_is_not_opened_for_anything_else(station: Served, admin: Client) -> None:
    trial = begun(station, admin)
    running = station.station.begin(order(f"{SIM['driver']}@{SIM['port']}")).running
    assert running is not None
    assert trial.is_over
    try:
        for path in ("/devices/test", "/devices/bind"):
            answer = admin.post(path, **SIM)
            assert answer.status_code == 400
            assert "belongs to the session that is being recorded" in error(answer)
    finally:
        running.end("a test")
        until(lambda: station.station.current is None)


def test_whoever_waits_for_a_port_that_hangs_is_told_that_a_session_was_begun(
    station: Served, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, hangs, goes_on = "sim://reference-mesogun?seed=6", threading.Event(), threading.Event()
    open_port = serial_port._open
    answers: list[httpx.Response] = []

    def slow(one: Any, url: str) -> None:
        if url == port:
            hangs.set()
            goes_on.wait(PATIENCE)
        open_port(one, url)

    monkeypatch.setattr(serial_port, "_open", slow)
    asking = threading.Thread(
        target=lambda: answers.append(admin.post("/devices/test", port=port, driver=SIM["driver"])), daemon=True
    )
    asking.start()
    assert hangs.wait(PATIENCE)
    try:
        running = station.station.begin(order()).running
        assert running is not None
        join(asking)
        assert answers[0].status_code == 400
        assert "a session was begun, which comes first; try again when it has ended." in error(answers[0])
        running.end("a test")
        until(lambda: station.station.current is None)
    finally:
        goes_on.set()


def test_a_driver_that_is_not_installed_is_refused(admin: Client) -> None:
    assert "no driver is called" in error(admin.post("/devices/test", port=SIM["port"], driver="/etc/passwd.toml"))


def test_a_url_that_would_write_a_file_is_no_port(admin: Client, tmp_path: Path) -> None:
    url = f"spy:///dev/ttyS0?file={tmp_path / 'written'}"
    for path in ("/devices/test", "/devices/bind"):
        assert "found the port" in error(admin.post(path, port=url, driver="reference-mesogun"))
    assert not (tmp_path / "written").exists()


def test_a_device_says_who_it_is_and_is_bound_only_then(station: Served, admin: Client, gun: str) -> None:
    asked = admin.post("/devices/bind", port=gun, driver="reference-mesogun")
    assert asked.status_code == 303, asked.text
    assert gun not in [one.port for one in known_in(station.station.store)]

    shown = admin.get(asked.headers["location"]).text
    assert "MG-REF SIM-MG-0007" in shown
    assert admin.post(asked.headers["location"]).headers["location"] == "/devices"
    bound = next(one for one in known_in(station.station.store) if one.port == gun)
    assert (bound.serial, bound.by, bound.simulated) == ("SIM-MG-0007", "Ada Admin", True)
    assert f"reference-mesogun#{bound.serial}" in admin.get("/devices").text


def test_what_is_replaced_is_named_and_replaced_only_then(station: Served, admin: Client) -> None:
    def bind(port: str) -> str:
        return admin.post("/devices/bind", port=port, driver="reference-mesogun").headers["location"]

    admin.post(bind("sim://reference-mesogun?seed=3"))
    elsewhere = bind("sim://reference-mesogun?seed=3&speed=2")
    assert "This replaces reference-mesogun#SIM-MG-0003" in admin.get(elsewhere).text
    assert admin.post(elsewhere).status_code == 400  # what it replaces was not said back

    [named] = re.findall(r'name="replaces" value="(\d+)"', admin.get(elsewhere).text)
    assert admin.post(elsewhere, replaces=named).status_code == 303
    held = [one.port for one in known_in(station.station.store) if one.serial == "SIM-MG-0003"]
    assert held == ["sim://reference-mesogun?seed=3&speed=2"]


def test_what_one_person_asked_nobody_else_confirms(station: Served, admin: Client) -> None:
    from devicelog.account import Role
    from tests.web.admin.conftest import client

    other = client(station, "Olga Other", Role.ADMIN)
    asked = admin.post("/devices/bind", port="sim://reference-noneedle?seed=9", driver="reference-noneedle")
    assert other.post(asked.headers["location"]).status_code == 503


def test_a_binding_is_taken_back(station: Served, admin: Client) -> None:
    admin.post(
        admin.post("/devices/bind", port="sim://reference-noneedle?seed=4", driver="reference-noneedle").headers[
            "location"
        ]
    )
    one = next(one for one in known_in(station.station.store) if one.driver == "reference-noneedle")
    assert one.name in admin.get(f"/devices/unbind/{one.number}").text
    admin.post(f"/devices/unbind/{one.number}")
    assert one.number not in [other.number for other in known_in(station.station.store)]
    assert admin.post(f"/devices/unbind/{one.number}").status_code == 404


def drafted(station: Served, name: str) -> Underway:
    """What a person has stated so far of a session that is being opened."""
    [person] = [one for one in station.accounts.people.all() if one.name == name]
    body = station.accounts.drafts.get(person.id, clock.now().wall_ns)
    assert body is not None
    found = decode(body)
    assert found is not None
    return found


def test_training_leads_to_a_session_with_that_simulated_device(station: Served, practitioner: Client) -> None:
    form = {"simulator": "reference-mesogun", "scenario": "face-limits"}
    assert practitioner.post("/devices/training", simulator="reference-mesogun", scenario="no").status_code == 400
    assert practitioner.post("/devices/training", **form).headers["location"] == "/open"
    session = drafted(station, "Dr A. Example").draft.session
    assert session.devices == ["reference-mesogun@sim://reference-mesogun?seed=1&scenario=face-limits"]
    assert session.practitioner == "Dr A. Example"


def test_training_needs_no_clinical_role_and_shows_an_admin_nothing_else(
    station: Served, practitioner: Client, admin: Client
) -> None:
    form = {"simulator": "reference-mesogun", "scenario": "face-limits"}
    assert admin.post("/devices/training", simulator="none", scenario="").status_code == 400
    assert admin.get("/live").status_code == 403

    assert admin.post("/devices/training", **form).headers["location"] == "/live"
    running = station.station.current
    assert running is not None
    assert (running.plan.practitioner, running.plan.is_training) == ("Ada Admin", True)
    until(lambda: "SIMULATED" in admin.get("/live").text, "the training session")
    assert admin.post("/live/note", text="tried the demo device").headers["location"] == "/live"
    assert practitioner.get("/live/end").headers["location"] == "/live"  # it is not his
    assert admin.post("/devices/training", **form).status_code == 400  # one session at a time
    with admin.http.stream("GET", "/live/stream?shows=acting") as stream:
        heard = stream.iter_lines()
        assert "event: swap" in heard
        assert admin.post("/live/end", confirmed="yes").headers["location"] == "/devices/training"
        assert "event: leave" in heard
        assert next(heard) == "data: /devices/training"  # and not to a record that an admin may not read
    until(lambda: station.station.current is None, "the end")

    assert admin.get("/live").status_code == 403
    assert admin.get("/live/stream").status_code == 403
    assert "data: /\n" in admin.get("/live/stream?shows=acting").text  # the page of a tablet that lost the line
    assert admin.get(f"/sessions/{running.session}").status_code == 403
    with Reader.open(station.station.store) as reader:
        record = record_of(reader, reader.session(running.session))
    assert record.simulated
    assert record.started["begun"] == {"through": "page", "by": "Ada Admin"}
    assert "NOT ASKED" in " ".join(marks(record).values())


def test_a_session_that_treats_somebody_is_not_seen_by_an_admin_of_the_same_name(
    station: Served, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devicelog.recorder.plan.Plan.is_training", False)
    running = station.station.begin(order()).running
    assert running is not None
    monkeypatch.setattr(running.recording, "plan", replace(running.plan, practitioner="Ada Admin"))
    assert {admin.get(path).status_code for path in ("/live", "/live/stream", "/live/end")} == {403}
    assert admin.post("/live/end", confirmed="yes").status_code == 403
    running.end("Dr A. Example")
    until(lambda: station.station.current is None, "the end")


def test_training_takes_nothing_from_a_session_that_is_being_opened(station: Served, practitioner: Client) -> None:
    [person] = [one for one in station.accounts.people.all() if one.name == "Dr A. Example"]

    def of_somebody(body: bytes | None) -> tuple[bytes, None]:
        assert body is not None
        kept = decode(body)
        assert kept is not None
        return encode(
            replace(kept, draft=kept.draft.with_session(subject="P-0017", devices=["manual@keyboard"])[0])
        ), None

    practitioner.post("/devices/training", simulator="reference-mesogun", scenario="face")
    station.accounts.drafts.change(person.id, clock.now().wall_ns, of_somebody)
    answer = practitioner.post("/devices/training", simulator="reference-mesogun", scenario="face")
    assert answer.status_code == 400
    assert "a session is being opened already" in answer.text
    assert drafted(station, "Dr A. Example").draft.session.devices == ["manual@keyboard"]
    station.accounts.drafts.drop(person.id, clock.now().wall_ns)


def test_every_simulated_device_to_train_with_can_be_opened() -> None:
    from devicelog.attach.choice import parse_choice
    from devicelog.opening.training import trainers

    names = [one.name for one in trainers()]
    assert GUN.partition("@")[0] in names
    for one in trainers():
        for scenario in one.scenarios:
            assert parse_choice(one.device(scenario)).driver.name == one.name
