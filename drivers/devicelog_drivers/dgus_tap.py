"""Driver of a tap on a DWIN display bus, with the one public map of a real aesthetic unit; it only listens.

The map is a device profile (profiles/dgus-tap.toml), which the engine `dgus` reads. A unit with another map needs
another profile, and no driver.
"""

from __future__ import annotations

from importlib.resources import files

from devicelog.profile.draft import opened
from devicelog.profile.engine import driver_of
from devicelog_drivers.dgus.engine import ENGINE

_NAME = "dgus-tap.toml"
_TEXT = files("devicelog_drivers").joinpath("profiles", _NAME).read_text("utf-8")
_TABLES, _PROBLEMS = opened(_TEXT, _NAME)
_MADE = driver_of(_TEXT, _TABLES, _PROBLEMS, ENGINE)
if _MADE is None:
    raise ValueError("; ".join(_PROBLEMS.sentences()))

DRIVER = _MADE
