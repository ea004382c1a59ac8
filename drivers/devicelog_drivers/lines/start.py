"""The part of a new profile of lines, with comments, to be changed line by line."""

START = """
[line]
begins = ""          # text with which each line begins, such as "$"; "" if there is none
ends = ["\\r\\n"]    # what ends a line; several are tried
prompts = []         # what ends a reply besides, such as [":", ">"]
check = "none"       # none, xmodem-be, ccitt-false-hex, modbus-le, crc8-07, sum8-complement-hex or xor8-hex
separator = ""       # between what a line says and its check, such as "*"
covers = "body"      # what the check is of: body, with_begin, with_separator or all
longest = 256        # bytes of a line; what is longer is no line
echo = false         # true if the device sends back what it is sent
ignore = []          # patterns of lines that say nothing

[polling]
timeout = "0.5 s"    # for a reply
retries = 1
pause = "20 ms"      # from the end of a reply to the next query
# inter_byte = "0.2 s" # a reply that has begun is over when nothing more came for so long

# What is asked, and how often; remove it all if the device speaks by itself. `request` are the exact bytes, `body` is
# framed as the device frames its lines. effect: none, clears_alarm, destructive_read or opens_session.
[[query]]
name = "who"
purpose = "maker, model, serial number and firmware"
request = "*IDN?\\n"
effect = "none"
on_open = true
every = "60 s"
names_itself = true  # its reply looks like no other's

[[query]]
name = "given"
purpose = "volume given so far"
request = "VOL?\\n"
effect = "none"
every = "1 s"

# kind: interval for running counters (what was given lies between two answers), injection for one shot a line,
# settings, status, totals, identity. A pattern is RE2's and is matched against the whole line.
[[report]]
name = "given"
kind = "interval"
query = "given"
pattern = '(?P<volume_session>[0-9.]+) (?P<volume_session_unit>[a-zA-Z]+)'

[[report.metric]]
name = "volume_session"
category = "amount"
unit = "mL"
units = { ml = "mL", ul = "uL" }   # closed: any other unit token is an alarm, and its value is not evaluated
basis = "commanded"                # or delivered
plausible = ["0 mL", "100 mL"]     # beyond it the line is not believed; this is no clinical limit

# A line of fields in the place of a pattern.
[[report]]
name = "identity"
kind = "identity"
query = "who"
fields = { separator = ",", count = 4 }

[[report.metric]]
name = "model"
category = "state"
field = 1

[[report.metric]]
name = "serial"
category = "state"
field = 2

[[report.metric]]
name = "firmware"
category = "state"
field = 3
"""
