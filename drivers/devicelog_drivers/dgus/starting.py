"""The beginning of a new profile of a display bus, with a word on each table."""

from __future__ import annotations

START = """\
# How the display is set. Most have these two bytes, and no check; a clone may have "xmodem-be".
[framing]
header = "5A A5"
check = "none" # or "modbus-le"
longest = 64 # the greatest length byte that you have seen

[states]
idle = ["idle"] # a page was entered, and nothing was started
paused = ["stopped", "finished"]

# What the device does on which page. A value means something only on the pages that its `valid_while` names.
[[page]]
function = "treatment"
numbers = [1]

# The time left, and where the board writes 1 when it starts and 0 when it stops.
[countdown]
metric = "time_remaining"
running_at = 0x1001
reload = "30 min" # what the timer is loaded with when its time is over: no gain of time

[[report]]
name = "run"
kind = "sample"
valid_while = { metric = "function", is = ["treatment"] }

[[report.metric]]
name = "state"
category = "state"
says = "state"

[[report.metric]]
name = "time_remaining"
category = "measurement"
unit = "s"
address = 0x1B00
holds = "duration"

# What goes on standing on the display; all of it is told together. A level is a level, and not milliamperes.
[[report]]
name = "settings"
kind = "settings"

[[report.metric]]
name = "function"
category = "setting"
says = "function"

[[report.metric]]
name = "level"
category = "setting"
unit = "1"
level = true
address = 0x1B08
holds = "number"
plausible = ["0", "10"]
valid_while = { metric = "function", is = ["treatment"] }

[keys]
address = 0x1080

[keys.names]
"0016" = "start"
"""
