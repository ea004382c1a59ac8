"""The doctor tells of bound devices that a recording would not find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog import registry
from devicelog.acts.binding import Binding
from devicelog.attach.choice import profile_digest
from devicelog.link.adapter import Adapter
from devicelog.store import bindings as kept
from devicelog.store.writer import Writer
from tests.profile.profiles import MODBUS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doctor.conftest import Computer


def _bind(computer: Computer, *, socket: str = "1-1", driver: str = "reference-mesogun", number: str = "FT1") -> None:
    adapter = Adapter("0403:6001", number, socket, "")
    with Writer.open(computer.store, create=False) as writer:
        binding = Binding(
            driver,
            "/dev/ttyUSB1",
            "Ann",
            model="MG",
            serial="SN1",
            adapter=adapter,
            alone=True,
            profile=profile_digest(driver, registry.driver(driver)),
        )
        kept.bind(writer, binding)


def test_a_bound_device_whose_adapter_is_there_needs_no_mend(computer: Computer) -> None:
    _bind(computer)

    assert computer.findings("binding") == []


def test_a_binding_whose_adapter_is_missing_is_found_with_its_mend(computer: Computer) -> None:
    _bind(computer, number="FT9", socket="9-9")

    [finding] = computer.findings("binding")
    assert finding.grade == "care"
    assert "reference-mesogun#SN1" in finding.found
    assert "FT9" in finding.found
    assert "plug" in finding.mend


def test_a_profile_that_was_changed_after_its_device_was_bound_is_found(computer: Computer, tmp_path: Path) -> None:
    profile = tmp_path / "board.toml"
    profile.write_text(MODBUS, encoding="utf-8")
    _bind(computer, driver=str(profile))
    assert computer.findings("binding") == []

    profile.write_text(MODBUS + "# another\n", encoding="utf-8")
    [finding] = computer.findings("binding")
    assert "has changed since" in finding.found

    profile.write_text(MODBUS.replace("slave = 1", "slave = 0"), encoding="utf-8")
    [finding] = computer.findings("binding")
    assert "line 12, modbus slave: found 0" in finding.found
    assert finding.mend == "mend that, and bind the device again"


def test_a_store_that_is_not_there_has_no_bindings(computer: Computer, tmp_path: Path) -> None:
    computer.store = tmp_path / "nothing"

    assert computer.findings("binding") == []
