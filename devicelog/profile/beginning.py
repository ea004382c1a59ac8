"""The text of a new profile: what every profile says, with comments, and the engine's part behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from devicelog.profile.engine import Engine
from devicelog.profile.suggestion import filled

_HEAD = """\
# A device profile: how devicelog reads a device, as data. docs/profiles.md explains every key.
# Check it after each change:  devicelog profile check THIS-FILE [--vectors FILE]

name = {name}
version = "1"                # count it up when the same bytes would give other readings
engine = {engine}
model = {model}
wire_format = "not said yet: name the document and section that this follows"
provenance = "template"      # published (by the maker), recorded (by you, from the device), proposal, or template
source = ""                  # a link, or where the document lies
# verified_on = "..."        # only after display and record were compared, value by value, over a whole session
expected_interval = "3 s"    # the longest time between two answers of a device that is well
notes = ""

[serial]
baudrate = 19200
bytesize = 8
parity = "N"                 # N, E or O
stopbits = 1
dtr = false                  # both stay low on opening: some devices restart otherwise
rts = false

# [identity]                 # what is expected of the device; `devicelog bind` refuses any other
# serial_required = true
# models = []                # what it may call itself
# usb = []                   # USB ids of its port, such as "0403:6001": a hint and never more
"""


def beginning(engine: Engine, *, name: str, model: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """A profile that passes the check and is to be changed line by line; `tables` are the keys that are known."""
    said = {"name": name, "engine": engine.name, "model": model}
    head = _HEAD.format(**{key: json.dumps(text) for key, text in said.items()})
    return filled(head + engine.start, tables)
