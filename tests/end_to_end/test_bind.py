"""A device is bound once; a recording then finds it by itself, refuses a stranger, and opens nobody else's port."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.clinic import CH340, FTDI, GUN, Clinic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.running import Devicelog

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")
OTHER_FTDI = {**FTDI, "serial_number": "B2", "location": "1-1.3"}
TWIN = {**CH340, "location": "1-1.3"}


@pytest.fixture
def clinic(box: Devicelog) -> Iterator[Clinic]:
    with Clinic(box) as clinic:
        yield clinic


def test_a_bound_device_is_recorded_by_the_name_of_its_driver(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    assert gun.heard == b"ID?\r\n"
    clinic.record(GUN)
    assert clinic.recorded() == [(gun.url, "SIM-MG-0001")]
    [started] = clinic.box.of("started")
    [binding] = clinic("bindings", "--json").document
    assert started["devices"][0]["binding"] == binding["binding"] == 1
    assert (binding["serial"], binding["by"], binding["place"]) == ("SIM-MG-0001", "Ann", "1-1.2")
    assert binding["adapter"] == {"usb": "0403:6001", "serial_number": "A1", "channel": None, "alone": True}
    assert _alarms(clinic) == []
    clinic.box("verify")
    clinic.box("replay", "last")


def _alarms(clinic: Clinic) -> list[str]:
    """The alarms of the last session that are about bindings."""
    return [alarm["text"] for alarm in clinic.box.of("alarm") if "bound" in alarm["text"]]


def test_what_a_device_said_before_it_was_confirmed_is_in_the_record(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic.record(GUN)
    kinds = [entry.kind for entry in clinic.box.entries()]
    assert [kind for kind in kinds if kind not in ("opened", "skipped")][:3] == [
        "started",
        "link_opened",
        "device_bound",
    ]
    assert "gap" not in kinds


def test_a_bound_device_is_found_under_another_name_and_in_another_socket(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    again, stranger = clinic.device(), clinic.device(seed=2)
    clinic.plug(usb0=(stranger, OTHER_FTDI), usb1=(again, {**FTDI, "location": "2-4"}))
    clinic.record(GUN)
    assert clinic.recorded() == [(again.url, "SIM-MG-0001")]
    assert stranger.heard == b""


def test_two_devices_on_adapters_that_look_the_same_are_both_found_where_they_were(clinic: Clinic) -> None:
    one, two = clinic.device(seed=1), clinic.device(seed=2)
    clinic.plug(usb0=(one, CH340), usb1=(two, TWIN))
    clinic.bind(one)
    clinic.bind(two)
    assert "are meant by 'reference-mesogun'" in clinic.record(GUN, code=2).err
    clinic.record(f"{GUN}#SIM-MG-0002", f"{GUN}#SIM-MG-0001")
    assert clinic.recorded() == [(two.url, "SIM-MG-0002"), (one.url, "SIM-MG-0001")]


def test_two_devices_that_were_exchanged_are_refused_with_where_the_other_belongs(clinic: Clinic) -> None:
    one, two = clinic.device(seed=1), clinic.device(seed=2)
    clinic.plug(usb0=(one, CH340), usb1=(two, TWIN))
    clinic.bind(one)
    clinic.bind(two)
    clinic.plug(usb0=(two, CH340), usb1=(one, TWIN))
    told = clinic.record(f"{GUN}#SIM-MG-0001", code=3).err
    assert "says it is MG-REF SIM-MG-0002 (which is bound to the adapter 1A86:7523" in told
    assert "USB socket 1-1.3" in told
    assert clinic.box.states() == {}


def test_an_adapter_without_a_serial_number_that_was_moved_is_not_opened(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, CH340))
    clinic.bind(gun)
    heard = gun.heard
    clinic.plug(usb0=(gun, {**CH340, "location": "2-4"}))
    told = clinic.record(GUN, code=3).err
    assert "looks the same, and nothing tells whose it is" in told
    assert gun.heard == heard
    assert clinic.box.states() == {}


def test_a_bound_device_whose_adapter_is_gone_is_said_and_no_other_port_is_opened(clinic: Clinic) -> None:
    gun, other = clinic.device(), clinic.device(seed=2)
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic.plug(usb1=(other, OTHER_FTDI))
    told = clinic.record(GUN, code=3).err
    assert len(told.splitlines()) == 1
    assert "that is not plugged in" in told
    assert other.heard == b""
    assert "not here: reference-mesogun#SIM-MG-0001 is bound to" in clinic("ports").out
    [binding] = clinic("bindings", "--json").document
    assert binding["port"] is None
    assert "not plugged in" in binding["why_not"]
    findings = clinic("doctor", "--json", code=_doctor(clinic)).document["findings"]
    assert [one["grade"] for one in findings if one["about"] == "binding"] == ["care"]


def _doctor(clinic: Clinic) -> int:
    """The doctor's exit code on this computer, whatever else it finds there."""
    return clinic.box("doctor", code=None).code


def test_another_device_of_the_same_model_on_the_bound_port_is_refused_in_one_sentence(clinic: Clinic) -> None:
    gun, stranger = clinic.device(seed=1), clinic.device(seed=2)
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic.plug(usb0=(stranger, FTDI))
    told = clinic.record(GUN, code=3).err
    assert len(told.splitlines()) == 1
    assert "says it is MG-REF SIM-MG-0002; expected MG-REF SIM-MG-0001" in told
    assert clinic.box.states() == {}


def test_a_device_behind_a_new_adapter_in_the_same_socket_is_confirmed_by_its_serial_number(clinic: Clinic) -> None:
    gun, stranger = clinic.device(seed=1), clinic.device(seed=2)
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    spare = {**FTDI, "serial_number": "C3"}
    clinic.plug(usb0=(stranger, spare))
    assert "SIM-MG-0002" in clinic.record(GUN, code=3).err
    clinic.plug(usb0=(gun, spare))
    clinic.record(GUN)
    assert clinic.recorded() == [(gun.url, "SIM-MG-0001")]


def test_a_bound_device_that_says_nothing_is_refused(clinic: Clinic) -> None:
    gun, off = clinic.device(), clinic.silence()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic.plug(usb0=(off, FTDI))
    told = clinic.record(GUN, code=3).err
    assert "has not said who it is within 2 s; expected MG-REF SIM-MG-0001: switch it on" in told
    assert clinic.box.states() == {}


# -- a port that is named --------------------------------------------------------------------------------------


def test_another_device_on_a_named_port_that_is_bound_is_recorded_with_an_alarm(clinic: Clinic) -> None:
    one, two = clinic.device(seed=1), clinic.device(seed=2)
    clinic.plug(usb0=(one, CH340), usb1=(two, TWIN))
    clinic.bind(one)
    clinic.bind(two)
    clinic.plug(usb0=(two, CH340), usb1=(one, TWIN))
    clinic.record(f"{GUN}@{two.url}")
    here, elsewhere = _alarms(clinic)
    assert "and bound there is MG-REF SIM-MG-0001" in here
    assert "and is bound to the adapter 1A86:7523 without a serial number in USB socket 1-1.3" in elsewhere
    assert "binding" not in clinic.box.of("started")[0]["devices"][0]
    clinic.box("verify")
    clinic.box("replay", "last")


def test_a_named_port_that_belongs_to_the_device_of_another_driver_is_said(clinic: Clinic) -> None:
    pump = clinic.device(name="kds-legato")
    clinic.plug(usb0=(pump, FTDI))
    clinic.bind(pump, driver="kds-legato")
    told = clinic.record(f"{GUN}@{pump.url}").err
    assert f"note: {pump.url} is bound to kds-legato#SIM-KL-0001, and is read with {GUN}" in told


def test_a_named_port_that_agrees_with_its_binding_is_recorded_as_ever(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    told = clinic.record(f"{GUN}@{gun.url}").err
    assert "bound" not in told
    assert _alarms(clinic) == []


# -- asking ----------------------------------------------------------------------------------------------------


def test_a_polled_device_gets_only_the_query_that_asks_who_it_is(clinic: Clinic) -> None:
    pump = clinic.device(name="kds-legato")
    clinic.plug(usb0=(pump, FTDI))
    clinic.bind(pump, driver="kds-legato")
    assert pump.heard == b"@version\r\n"
    clinic.record("kds-legato")
    assert clinic.recorded() == [(pump.url, "SIM-KL-0001")]


def test_a_device_that_can_only_be_asked_with_an_effect_is_asked_if_somebody_allows_it(clinic: Clinic) -> None:
    pump = clinic.device(name="new-era")
    clinic.plug(usb0=(pump, CH340))
    told = clinic.bind(pump, driver="new-era", code=2).err
    assert "allow it with --allow clears_alarm" in told
    assert pump.heard == b""
    assert not clinic.box.store.exists()
    done = clinic.bind(pump, "--allow", "clears_alarm", driver="new-era")
    assert pump.heard == b"00VER\r"
    assert "tells no serial number and is bound by its USB socket alone" in done.err
    clinic.record("new-era")
    assert clinic.recorded() == [(pump.url, "")]


def test_nobody_is_bound_where_nobody_answers(clinic: Clinic) -> None:
    off, pump = clinic.silence(), clinic.device(name="kds-legato")
    clinic.plug(usb0=(off, FTDI), usb1=(pump, CH340))
    assert "nobody has answered" in clinic.bind(off, "--wait", "500 ms", code=3).err
    assert f"nothing that {GUN} reads" in clinic.bind(pump, "--wait", "500 ms", code=3).err
    assert clinic("bindings", "--json").document == []


# -- changes ---------------------------------------------------------------------------------------------------


def test_a_binding_is_changed_only_if_that_is_asked_for_and_the_change_is_shown(clinic: Clinic) -> None:
    gun, other = clinic.device(seed=1), clinic.device(seed=2)
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    assert "nothing was changed" in clinic.bind(gun).err
    clinic.plug(usb0=(other, FTDI))
    before = clinic("bindings", "--json").out
    assert f"{GUN}#SIM-MG-0001 is bound to the adapter" in clinic.bind(other, code=2).err
    assert clinic("bindings", "--json").out == before
    assert f"{GUN}#SIM-MG-0001 is no longer bound" in clinic.bind(other, "--replace").err
    [old, new] = clinic("bindings", "--all", "--json").document
    assert (old["serial"], old["ended"]["by"], new["serial"]) == ("SIM-MG-0001", "Ann", "SIM-MG-0002")
    clinic.record(GUN)
    assert clinic.recorded() == [(other.url, "SIM-MG-0002")]
    clinic("unbind", GUN, "--by", "Bob")
    assert "expected DRIVER@URL" in clinic.record(GUN, code=2).err
    assert "taken back" in clinic("bindings", "--all").out
    clinic.box("verify")


def test_a_device_that_moved_to_another_adapter_is_bound_anew_in_the_place_of_the_old_binding(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic.plug(usb0=(gun, OTHER_FTDI))
    assert "--replace" in clinic.bind(gun, code=2).err
    clinic.bind(gun, "--replace")
    [binding] = clinic("bindings", "--json").document
    assert binding["adapter"]["serial_number"] == "B2"


def test_a_binding_that_is_not_there_cannot_be_taken_back(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    assert "is not bound; bound: nothing" in clinic("unbind", GUN, code=2).err
    assert not clinic.box.store.exists()
    clinic.bind(gun)
    assert f"bound: {GUN}#SIM-MG-0001" in clinic("unbind", f"{GUN}#SN-9", code=2).err


def test_ports_show_what_is_bound_and_what_was_recorded_there(clinic: Clinic) -> None:
    gun, pump = clinic.device(), clinic.device(name="kds-legato")
    clinic.plug(usb0=(gun, FTDI), usb1=(pump, CH340))
    clinic.bind(gun)
    clinic.record(f"kds-legato@{pump.url}")
    ports = {port["url"]: (port["bound"], port["recorded"]) for port in clinic("ports", "--json").document}
    assert ports == {
        gun.url: (f"{GUN}#SIM-MG-0001", None),
        pump.url: (None, "kds-legato, serial number SIM-KL-0001"),
    }


# -- in the store ----------------------------------------------------------------------------------------------


def test_backup_and_restore_carry_the_bindings_and_verify_covers_them(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic("keys", "rotate")
    backup = clinic("backup", "--to", str(clinic.box.root / "backups"), "--json").document["backup"]
    restored = clinic.box.root / "restored"
    clinic("restore", backup, "--to", str(restored))
    listed = [clinic("bindings", "--json", "--store", str(store)).document for store in (clinic.box.store, restored)]
    assert listed[0] == listed[1]
    assert listed[0][0]["serial"] == "SIM-MG-0001"


def test_a_binding_that_was_changed_in_the_store_does_not_count_and_is_a_fault(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    with clinic.box.writing() as database:
        database.execute("UPDATE seal SET body = CAST(replace(CAST(body AS TEXT), '-0001', '-0666') AS BLOB)")
    assert clinic("bindings", "--json").document == []
    assert "was changed or is not signed" in clinic("verify", code=1).out


def test_a_salvage_saves_the_bindings(clinic: Clinic) -> None:
    gun = clinic.device()
    clinic.plug(usb0=(gun, FTDI))
    clinic.bind(gun)
    clinic.record(GUN)
    saved = clinic.box.root / "saved"
    clinic("salvage", str(clinic.box.store), "--to", str(saved))
    [binding] = clinic("bindings", "--json", "--store", str(saved)).document
    assert binding["serial"] == "SIM-MG-0001"
