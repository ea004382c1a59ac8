"""Texts of profiles that tests change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import devicelog_drivers.profiles
from devicelog import registry

if TYPE_CHECKING:
    from devicelog.driver import Driver

SHIPPED = Path(str(devicelog_drivers.profiles.__file__)).parent
PROFILES = {path.stem: path for path in sorted(SHIPPED.glob("*.toml")) if not path.name.endswith(".vectors.toml")}

HEAD = """\
name = "board"
version = "1"
engine = "{engine}"
model = "a board"
wire_format = "made up for a test"
provenance = "template"

[serial]
baudrate = 9600
"""

MODBUS = (
    HEAD.format(engine="modbus")
    + """
[modbus]
slave = 1

[[query]]
name = "counters"
purpose = "counters"
function = 4
start = 0
count = 2
effect = "none"
every = "1 s"

[[report]]
name = "given"
kind = "interval"
query = "counters"

[[report.metric]]
name = "triggers_session"
category = "counter"
counts = "session"
modulus = 4294967296
address = 0
type = "u32"
"""
)

LINES = (
    HEAD.format(engine="lines")
    + """
[line]
ends = ["\\\\r\\\\n"]

[[report]]
name = "shot"
kind = "injection"
pattern = 'SHOT (?P<triggers_session>[0-9]+) (?P<volume>[0-9.]+) (?P<volume_unit>[a-zA-Z]+)'

[[report.metric]]
name = "triggers_session"
category = "counter"
counts = "session"
modulus = 65536

[[report.metric]]
name = "volume"
category = "measurement"
unit = "mL"
units = { ul = "uL", ml = "mL" }
basis = "commanded"
"""
).replace("\\\\", "\\")


def driver_of(text: str) -> Driver:
    """The driver of a profile that is sound."""
    driver, problems = registry.check_profile(text, "board.toml")
    assert driver is not None, problems
    return driver


def problems_of(text: str) -> list[str]:
    """What is wrong with a profile, without the name of its file."""
    driver, problems = registry.check_profile(text, "board.toml")
    assert (driver is None) == bool(problems)
    return [problem.removeprefix("board.toml, ") for problem in problems]


def line_of(text: str, part: str) -> int:
    """The line in which a text stands last."""
    return text[: text.rindex(part)].count("\n") + 1
