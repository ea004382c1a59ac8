"""The Modbus part of a new profile, with comments, to be changed line by line."""

START = """
[modbus]
slave = 1            # the address of the device on the line
order = "ABCD"       # bytes of a value: ABCD, CDAB (low word first), BADC or DCBA; a metric may have its own
echo = false         # true if the RS-485 adapter sends back what is sent

[polling]
timeout = "0.5 s"    # for a reply
retries = 1
pause = "20 ms"      # from the end of a reply to the next query

# What is asked, and how often. Function codes that only read: 1 coils, 2 discrete inputs, 3 holding registers,
# 4 input registers, 17 (0x11) server id, 43 (0x2B) device identification.
# effect: none, clears_alarm, destructive_read (reading sets something to zero) or opens_session.
[[query]]
name = "counters"
purpose = "what was given so far"
function = 4
start = 0
count = 5
effect = "none"
every = "1 s"

[[query]]
name = "who"
purpose = "maker, model and firmware"
function = 43
effect = "none"
on_open = true
every = "60 s"

# kind: interval for running counters (what was given lies between two answers), settings, status, totals, identity.
[[report]]
name = "given"
kind = "interval"
query = "counters"

[[report.metric]]
name = "triggers_session"
category = "counter"
counts = "session"   # lifetime, session, syringe or down: when it begins again
address = 0
type = "u32"
modulus = 4294967296
max_rate = 20        # the most in a second: without it nobody can tell a wrap from a fault

[[report.metric]]
name = "volume_session"
category = "amount"
unit = "mL"
sent_in = "uL"       # the unit of the number in the register, after scaling
scale = 1
basis = "commanded"  # or delivered
address = 2
type = "u32"
plausible = ["0 mL", "100 mL"]   # beyond it the frame is not believed; this is no clinical limit

[[report.metric]]
name = "state"
category = "state"
address = 4
type = "u16"
means = { 0 = "ready", 1 = "injecting", 2 = "fault" }
alarms = { fault = { priority = "medium", text = "the device reports a fault" } }

# The objects of a device identification: 0 maker, 1 product code, 2 revision; 128 and beyond are the maker's own.
[[report]]
name = "identity"
kind = "identity"
query = "who"

[[report.metric]]
name = "model"
category = "state"
address = 1

[[report.metric]]
name = "firmware"
category = "state"
address = 2

[states]
idle = ["ready"]     # nothing is given in these states
paused = []
"""
