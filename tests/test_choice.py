"""Which device a person means, and device profiles: the path and the content with which a device was bound."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.acts.binding import Binding
from devicelog.attach import choice as choice_module
from devicelog.attach.choice import find_devices, parse_choice, profile_digest
from devicelog.errors import BadInputError, PortError
from devicelog.store import bindings as kept
from devicelog.store.writer import Writer
from devicelog_drivers.reference_mesogun import DRIVER
from tests.profile.profiles import MODBUS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIM = "sim://reference-mesogun?seed=1"


@pytest.fixture
def bind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a binding into a store, as `devicelog bind` does after it has asked; gives the store's folder."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))

    def write(driver: str, port: str = SIM, serial: str = "SN1") -> Path:
        with Writer.open(tmp_path / "store") as writer:
            kept.bind(writer, Binding(driver, port, "Ann", model="MG", serial=serial, profile=_digest(driver)))
        return tmp_path / "store"

    return write


def _digest(driver: str) -> str | None:
    return profile_digest(driver, registry.driver(driver))


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    file = tmp_path / "board.toml"
    file.write_text(MODBUS, encoding="utf-8")
    return file


def test_a_named_port_needs_no_store(tmp_path: Path) -> None:
    [choice] = find_devices([f"reference-mesogun@{SIM}"], tmp_path / "none")

    assert (choice.url, choice.binding, choice.driver) == (SIM, None, DRIVER)
    assert not (tmp_path / "none").exists()


def test_a_bound_device_is_meant_by_driver_or_serial_number(bind: Callable[..., Path]) -> None:
    store = bind("reference-mesogun")

    for text in ("reference-mesogun", "reference-mesogun#SN1"):
        [choice] = find_devices([text], store)
        assert choice.url == SIM
        assert choice.binding is not None
    with pytest.raises(BadInputError, match="bound are reference-mesogun#SN1"):
        find_devices(["reference-mesogun#SN2"], store)


def test_a_port_that_is_named_and_bound_is_not_opened_twice(bind: Callable[..., Path]) -> None:
    store = bind("reference-mesogun")

    with pytest.raises(BadInputError, match="is given twice"):
        find_devices(["reference-mesogun", f"reference-mesogun@{SIM}"], store)


def test_a_device_is_bound_with_the_content_of_its_profile(bind: Callable[..., Path], profile: Path) -> None:
    store = bind(str(profile))

    [choice] = find_devices([str(profile)], store)
    assert choice.binding is not None
    assert choice.binding.profile == sha256(profile.read_bytes()).hexdigest()

    profile.write_text(MODBUS + "# another\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"board\.toml has changed since .* was bound with it; check it"):
        find_devices([str(profile)], store)
    profile.unlink()
    with pytest.raises(BadInputError, match=r"board\.toml: found no such file"):
        find_devices([str(profile)], store)


def test_what_is_bound_is_the_profile_that_was_read_and_not_what_the_file_says_since(profile: Path) -> None:
    choice = parse_choice(f"{profile}@{SIM}")
    profile.write_text(MODBUS + "# another\n", encoding="utf-8")

    assert profile_digest(choice.name, choice.driver) == sha256(MODBUS.encode()).hexdigest()


def test_a_profile_is_known_by_its_full_path(
    bind: Callable[..., Path], profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bind(str(profile))

    monkeypatch.chdir(profile.parent)
    [choice] = find_devices(["./board.toml"], store)

    assert choice.name == str(profile)


def test_a_profile_driver_that_is_not_there_is_said() -> None:
    with pytest.raises(BadInputError, match="expected a device profile"):
        parse_choice(f"./board.toml@{SIM}")


def test_of_several_bound_devices_the_one_that_is_there_is_meant(
    bind: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bind("reference-mesogun", SIM, "SN1")
    store = bind("reference-mesogun", f"{SIM}&speed=2", "SN2")

    with pytest.raises(BadInputError, match="2 bound devices are meant"):
        find_devices(["reference-mesogun"], store)
    with monkeypatch.context() as patch:
        gone = PortError("it is not there.")
        patch.setattr(choice_module, "seats", lambda *_: {1: SIM, 2: gone})
        [choice] = find_devices(["reference-mesogun"], store)
        assert choice.binding is not None
        assert choice.binding.serial == "SN1"
        patch.setattr(choice_module, "seats", lambda *_: {1: gone, 2: gone})
        with pytest.raises(PortError, match="none of reference-mesogun#SN1 and reference-mesogun#SN2"):
            find_devices(["reference-mesogun"], store)
