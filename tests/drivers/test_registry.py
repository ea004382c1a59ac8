"""Plugins are found by entry points; a bad one costs one sentence and spoils nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.doctor.finding import Grade
from devicelog.doctor.programs import drivers
from devicelog.doctor.system import System
from devicelog.errors import UnknownNameError
from devicelog_drivers import reference_mesogun
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]
Register = Callable[..., None]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """Makes a package, `plugin_under_test` if it has no other name, with these entry points look installed."""
    modules: set[str] = set()

    def forget() -> None:
        registry.drivers.cache_clear()
        registry.simulators.cache_clear()
        registry.engines.cache_clear()
        for module in modules:
            sys.modules.pop(module, None)

    def install(source: str, *, group: str = registry.DRIVERS, of: str = "plugin_under_test", **points: str) -> None:
        modules.add(of)
        info = tmp_path / f"{of}-3.2.1.dist-info"
        info.mkdir()
        name = of.replace("_", "-")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.2.1\n", "utf-8")
        named = "\n".join(f"{name.replace('_', '-')} = {of}{place}" for name, place in points.items())
        (info / "entry_points.txt").write_text(f"[{group}]\n{named}\n", encoding="utf-8")
        (tmp_path / f"{of}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        forget()

    yield install
    forget()


COPY = """
from dataclasses import replace
from devicelog_drivers.reference_mesogun import DRIVER as KNOWN
DRIVER = replace(KNOWN, name="my-gun")
"""


def test_a_driver_of_another_package_is_found_and_says_where_it_is_from(register: Register) -> None:
    register(COPY, my_gun=":DRIVER")

    assert registry.driver("my-gun").name == "my-gun"
    assert registry.drivers()["my-gun"].package == "plugin-under-test 3.2.1"
    assert registry.driver("reference-mesogun").name == "reference-mesogun"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import a_library_that_is_not_there", "ModuleNotFoundError"),
        ("raise RuntimeError('no licence')", "no licence"),
        ("this is no Python", "SyntaxError"),
        ("raise SystemExit(7)", "SystemExit(7)"),
        ("import pytest\npytest.exit('no more')", "no more"),
        ("OTHER = 1", "AttributeError"),
    ],
)
def test_a_driver_that_cannot_be_imported_is_one_sentence_and_spoils_nothing(
    register: Register, source: str, says: str
) -> None:
    register(source, my_gun=":DRIVER")

    plugin = registry.drivers()["my-gun"]
    with pytest.raises(UnknownNameError) as told:
        registry.driver("my-gun")

    assert plugin.value is None
    assert "plugin_under_test:DRIVER cannot be imported" in str(plugin.fault)
    assert says in str(told.value)
    assert "'my-gun' is registered by plugin-under-test 3.2.1, but" in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 2
    assert registry.driver("reference-mesogun").name == "reference-mesogun"


def test_something_that_is_no_driver_is_one_sentence(register: Register) -> None:
    register("DRIVER = {'name': 'my-gun'}", my_gun=":DRIVER")

    with pytest.raises(UnknownNameError, match="plugin_under_test:DRIVER is a dict, expected a Driver"):
        registry.driver("my-gun")


def test_a_simulator_that_cannot_be_used_is_told_in_the_same_way(register: Register) -> None:
    register("SIMULATOR = None", group=registry.SIMULATORS, my_gun=":SIMULATOR")

    with pytest.raises(UnknownNameError, match="plugin_under_test:SIMULATOR is a NoneType, expected a Simulator"):
        registry.simulator("my-gun")
    assert registry.simulator("reference-mesogun").name == "reference-mesogun"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("reference-mesogum", r"; did you mean 'reference-mesogun'\?"),
        ("reference_noneedle", r"; did you mean 'reference-noneedle'\?"),
        ("zzz", r"\."),
        ("", r"\."),
    ],
)
def test_an_unknown_name_lists_the_known_ones_and_the_closest(asked: str, hint: str) -> None:
    with pytest.raises(UnknownNameError, match=f"^no driver is called '{asked}'{hint} Known: ") as told:
        registry.driver(asked)

    assert "reference-mesogun, reference-noneedle" in str(told.value)


def test_a_driver_that_cannot_be_used_is_not_offered(register: Register) -> None:
    register("raise ImportError", my_gun=":DRIVER")

    with pytest.raises(UnknownNameError) as told:
        registry.driver("my-gum")

    assert "my-gun" not in str(told.value)


def test_a_driver_that_is_called_as_a_word_of_the_command_cannot_be_used(register: Register) -> None:
    register(COPY, new=":DRIVER")

    with pytest.raises(UnknownNameError, match="'new' is a word of `devicelog drivers`; give it another name"):
        registry.driver("new")


# -- one name, one package -------------------------------------------------------------------------------------


MESOGUN = """
from dataclasses import replace
from devicelog_drivers.reference_mesogun import DRIVER as KNOWN
DRIVER = replace(KNOWN, version="another")
"""


def test_nobody_takes_the_name_of_a_driver_of_devicelog(register: Register) -> None:
    register(MESOGUN, reference_mesogun=":DRIVER")

    plugin = registry.drivers()["reference-mesogun"]

    assert registry.driver("reference-mesogun") is reference_mesogun.DRIVER
    assert plugin.package.startswith("devicelog ")
    assert plugin.rivals == ("plugin-under-test 3.2.1",)
    assert "plugin_under_test" not in sys.modules


@pytest.mark.parametrize("order", [("one_package", "two_package"), ("two_package", "one_package")])
def test_a_name_that_two_packages_register_stands_for_neither(register: Register, order: tuple[str, str]) -> None:
    for package in order:
        register(COPY, of=package, my_gun=":DRIVER")

    with pytest.raises(UnknownNameError) as told:
        registry.driver("my-gun")

    assert "one-package 3.2.1" in str(told.value)
    assert "two-package 3.2.1" in str(told.value)
    assert "uninstall all but one of them" in str(told.value)
    assert registry.driver("reference-mesogun").name == "reference-mesogun"


def test_simulators_and_engines_keep_their_names_in_the_same_way(register: Register) -> None:
    register("SIMULATOR = None", group=registry.SIMULATORS, reference_mesogun=":SIMULATOR")
    register("ENGINE = None", group=registry.ENGINES, of="engine_under_test", modbus=":ENGINE")

    assert registry.simulator("reference-mesogun").name == "reference-mesogun"
    assert registry.simulators()["reference-mesogun"].rivals == ("plugin-under-test 3.2.1",)
    assert registry.engine("modbus").name == "modbus"
    assert registry.engines()["modbus"].rivals == ("engine-under-test 3.2.1",)


def test_the_doctor_names_the_packages_that_want_one_name(register: Register) -> None:
    register(MESOGUN, reference_mesogun=":DRIVER")
    register(COPY, of="one_package", my_gun=":DRIVER")
    register(COPY, of="two_package", my_gun=":DRIVER")

    found = {finding.found: finding for finding in drivers(System(Path(), "linux"), Path())}

    [refused] = [finding for text, finding in found.items() if text.startswith("reference-mesogun is devicelog")]
    [unknown] = [finding for text, finding in found.items() if text.startswith("my-gun cannot be used")]
    assert refused.mend == "remove plugin-under-test 3.2.1"
    assert unknown.mend == "reinstall or remove one-package 3.2.1 or two-package 3.2.1"
    assert {refused.grade, unknown.grade} == {Grade.CARE}


def test_a_driver_of_another_name_than_its_entry_point_cannot_be_used(register: Register) -> None:
    register(COPY, your_gun=":DRIVER")

    with pytest.raises(UnknownNameError) as told:
        registry.driver("your-gun")

    assert "the driver calls itself 'my-gun'; its author has to give it and its entry point one name" in str(told.value)


def test_only_the_driver_that_is_asked_for_is_imported(register: Register) -> None:
    register("raise KeyboardInterrupt", your_gun=":DRIVER")
    register(COPY, of="other_package", my_gun=":DRIVER")

    assert registry.package_of(registry.driver("my-gun")) == "other-package 3.2.1"
    assert "your-gun" in registry.drivers()
    with pytest.raises(KeyboardInterrupt):
        registry.driver("your-gun")


def test_what_a_package_prints_at_import_is_not_in_the_document(register: Register, tmp_path: Path) -> None:
    register(f"print('welcome to my gun')\n{COPY}", my_gun=":DRIVER")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])

    done = subprocess.run(
        [sys.executable, "-m", "devicelog", "drivers", "--json"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert "my-gun" in {driver["name"] for driver in json.loads(done.stdout)}
    assert "welcome to my gun" in done.stderr


def test_every_built_in_driver_has_a_checklist() -> None:
    page = (REPOSITORY / "drivers" / "README.md").read_text(encoding="utf-8")
    built_in = [plugin.name for plugin in registry.drivers().values() if plugin.package.startswith("devicelog ")]

    assert len(built_in) >= 2
    assert [name for name in built_in if f"\n## `{name}`\n" not in page] == []


def test_the_checklist_of_each_built_in_driver_names_every_report() -> None:
    table = (REPOSITORY / "drivers" / "README.md").read_text(encoding="utf-8")

    for plugin in registry.drivers().values():
        if plugin.value is None or not plugin.package.startswith("devicelog "):
            continue
        checklist = table.partition(f"\n## `{plugin.name}`\n")[2].partition("\n## ")[0]
        for report in plugin.value.reports:
            assert f"`{report.name}`" in checklist, f"{plugin.name}: {report.name}"
