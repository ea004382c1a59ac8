"""The files in deploy/ are what systemd and udev take, closed as tightly as said, and true of the program as it is."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from devicelog.recording import backlog, recording, standstill
from devicelog.station import ending
from tests.end_to_end.running import Devicelog, Warm
from tests.waiting import PATIENCE

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT, STATION = "devicelog-record@.service", "devicelog.service"
#: The highest exposure by `systemd-analyze security` that the unit may have, of 10.
EXPOSURE = 2.0
#: Ports, witnesses and the seal take their time beside what is waited for (s).
SLACK = 20.0
INSTALLED = "/opt/devicelog/bin/devicelog"
RULES = (DEPLOY / "70-devicelog.rules").read_text(encoding="utf-8")
_TERM = re.compile(r'(?P<key>[A-Z_]+)(\{(?P<of>[A-Za-z_/]+)\})?(?P<op>==|!=|=|\+=)"[^"]*"')
_MATCHES = {"ACTION", "SUBSYSTEM", "DRIVER", "ATTR", "ATTRS", "ENV", "TEST", "KERNELS"}
_SETS = {"SYMLINK", "GROUP", "MODE", "ENV", "ATTR"}

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


def rules() -> list[str]:
    """The rules, those that are only examples included."""
    lines = (line.removeprefix("#") for line in RULES.splitlines() if line and not line.startswith(("# ", "#  ")))
    return [line for line in lines if line.strip()]


@pytest.fixture(params=[UNIT, STATION])
def unit(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A unit, the one for a room as that of room 1, with a program that is there."""
    name: str = request.param
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert INSTALLED in text
    unit = tmp_path / name.replace("@", "@room-1")
    unit.write_text(text.replace(INSTALLED, sys.executable), encoding="utf-8")
    return unit


def service(unit: str = UNIT) -> dict[str, str]:
    """The settings of a unit's service, the last of each name."""
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / unit, encoding="utf-8")
    return dict(parser["Service"])


def analyze(*words: str) -> str:
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@needs_systemd
def test_systemd_takes_the_unit_without_a_word(unit: Path) -> None:
    assert analyze("verify", "--man=no", str(unit)).strip() == ""


@needs_systemd
def test_the_unit_is_closed_as_tightly_as_said(unit: Path) -> None:
    said = analyze("security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", str(unit))

    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found is not None
    assert float(found[1]) <= EXPOSURE


@needs_systemd
def test_the_check_of_the_unit_can_fail(unit: Path) -> None:
    unit.write_text(unit.read_text(encoding="utf-8").replace("ProtectSystem=strict", "ProtectSystem=strict\nPwn=yes"))
    assert "Pwn" in analyze("verify", "--man=no", str(unit))


@pytest.mark.parametrize("unit", [UNIT, STATION])
def test_the_unit_asks_for_a_watchdog_because_a_recording_feeds_one(unit: str) -> None:
    source = Path(recording.__file__).read_text(encoding="utf-8")
    assert ("WatchdogSec" in service(unit)) == ("manager.alive()" in source)
    assert service(unit)["Type"] == "notify"


@pytest.mark.parametrize("unit", [UNIT, STATION])
def test_systemd_lets_a_recording_end_by_itself_before_it_kills_it(unit: str) -> None:
    ends_after = standstill.LAST * standstill.LOOK + standstill.LAST_WORDS
    assert float(service(unit)["WatchdogSec"]) >= ends_after + SLACK, "the sentence that says why would never be said"
    drains = max(backlog.PATIENCE, backlog.PATIENCE_WITH_DISK)
    assert float(service(unit)["TimeoutStopSec"]) >= drains + SLACK, "what waits in memory would be lost at `stop`"


def test_a_station_says_what_it_leaves_behind_before_systemd_kills_it() -> None:
    assert float(service(STATION)["TimeoutStopSec"]) > ending.LAST + ending.LAST_WORDS


@pytest.mark.parametrize(("unit", "again"), [(UNIT, "on-failure"), (STATION, "always")])
def test_bad_input_is_not_tried_again_and_what_was_not_possible_is(unit: str, again: str) -> None:
    assert service(unit)["Restart"] == again
    assert service(unit)["RestartPreventExitStatus"] == "2"


def test_the_station_is_reached_from_its_own_computer_alone_unless_it_is_opened() -> None:
    closed = service(STATION)
    assert (closed["IPAddressDeny"], closed["IPAddressAllow"]) == ("any", "localhost")
    assert "--lan" not in closed["ExecStart"]
    assert "--lan" in (DEPLOY / "devicelog-lan.conf").read_text(encoding="utf-8")


@pytest.fixture
def box(tmp_path: Path, warm: Warm) -> Devicelog:
    return Devicelog(tmp_path / "box", warm)


def test_what_the_unit_starts_records_a_session(box: Devicelog) -> None:
    lines = (DEPLOY / "room-1.env").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(given) == set(re.findall(r"\$\{?([A-Z]+)\}?", service()["ExecStart"]))
    given |= {"DEVICE": "reference-mesogun@sim://reference-mesogun?seed=1&speed=max", "MORE": "--for 500ms"}

    program, *words = shlex.split(service()["ExecStart"])
    assert program == INSTALLED
    filled = [re.sub(r"\$\{([A-Z]+)\}", lambda name: given[name[1]], word) for word in words if word != "$MORE"]
    box(*filled, *given["MORE"].split())

    assert list(box.states().values()) == ["ended"]


@pytest.mark.skipif(shutil.which("udevadm") is None, reason="udevadm is not here")
def test_udev_takes_the_rules(tmp_path: Path) -> None:
    if (
        subprocess.run(["udevadm", "verify", "--help"], capture_output=True, timeout=PATIENCE, check=False).returncode
        != 0
    ):
        pytest.skip("udevadm is too old to verify rules")
    file = tmp_path / "70-devicelog.rules"
    file.write_text(RULES, encoding="utf-8")
    # Names of groups are looked up on the computer that checks.
    done = subprocess.run(
        ["udevadm", "verify", "--resolve-names=never", str(file)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", rules())
def test_every_rule_is_a_list_of_known_matches_and_settings(rule: str) -> None:
    terms = [_TERM.fullmatch(term) for term in rule.split(", ")]
    assert None not in terms, f'a term of {rule!r} is not KEY{{of}}op"value"'
    for term in terms:
        assert term is not None
        assert term["key"] in (_MATCHES if term["op"] in ("==", "!=") or term["key"] == "TEST" else _SETS)
    assert any(term["op"] in ("=", "+=") for term in terms if term is not None), "a rule that sets nothing"


@pytest.mark.parametrize(
    "promise",
    [
        'SYMLINK+="devicelog/',
        'ATTRS{serial}=="',
        'GROUP="devicelog"',
        'MODE="0660"',
        'ENV{ID_MM_DEVICE_IGNORE}="1"',
        'ATTR{latency_timer}="1"',
        'ATTR{power/control}="on"',
    ],
)
def test_the_rules_do_what_they_promise(promise: str) -> None:
    assert any(promise in rule for rule in rules())
