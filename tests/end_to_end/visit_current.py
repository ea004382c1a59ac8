"""A visit with a no-needle unit for the story of its course: what the device and its line do, and the plan."""

from __future__ import annotations

SCENARIO = """
simulator = "reference-noneedle"
title = "Three zones, contact lost in the second"

[device]
current = "dc"
wave = "dc"
area = "12 cm²"
sample_every = "1 s"
memory = 0

[[steps]] # forehead
do = "ramp"
from = "0 mA"
to = "1.2 mA"
for = "10 s"

[[steps]]
do = "run"
for = "240 s"

[[steps]]
do = "ramp"
to = "0 mA"
for = "10 s"

[[steps]]
do = "pause"
for = "10 s"

[[steps]] # left cheek
do = "ramp"
from = "0 mA"
to = "1.2 mA"
for = "10 s"

[[steps]]
do = "run"
for = "120 s"

[[steps]] # the electrode leaves the skin
do = "contact_lost"
for = "8 s"

[[steps]]
do = "ramp"
from = "0 mA"
to = "1.2 mA"
for = "10 s"

[[steps]]
do = "run"
for = "120 s"

[[steps]]
do = "ramp"
to = "0 mA"
for = "10 s"

[[steps]]
do = "pause"
for = "10 s"

[[steps]] # right cheek, in truth the chin
do = "ramp"
from = "0 mA"
to = "1.2 mA"
for = "10 s"

[[steps]]
do = "run"
for = "180 s"

[[steps]]
do = "ramp"
to = "0 mA"
for = "10 s"

[[steps]]
do = "end"
"""
FAULTS = """
[[faults]]
kind = "drop"
at = "650 s"
count = 8
"""

PLAN = """
plan = 1

[session]
devices = ["reference-noneedle@sim://reference-noneedle?seed=1&speed=max&scenario={scenario}"]
protocol = "noneedle-ionto-dc-face"
subject = "P-0018"
practitioner = "Eva Example"
role = "beautician"
registration = "B 17"
supervisor = "Dr A. Example"
place = "Cabin 1"
zones = ["forehead", "left_cheek", "right_cheek"]

[history]
reviewed = "yes"
text = "migraine now and then"

[screening]
{answers}

{override}

[consent]
given = "yes"
form = "No-needle"
version = "2"
taken_by = "Eva Example"
risks_discussed = "yes"

[patch_test]
done = "no"

[[skip]]
step = "consultation"
reason = "known since last year"

[[product]]
name = "Glow serum"
maker = "Example Labs"
lot = "GS-100"
expiry = "2027-05"
drawn = "2 mL"
ingredients = [{{ name = "vitamin C", concentration = "50 mg/mL" }}]

[[product]]
name = "Glow serum"
maker = "Example Labs"
lot = "GS-101"
expiry = "2027-06"
drawn = "1 mL"
ingredients = [{{ name = "vitamin C", concentration = "50 mg/mL" }}]

[[syringe]]
label = "bowl"
parts = [{{ product = 1, volume = "2 mL" }}, {{ product = 2, volume = "1 mL" }}]

[[consumable]]
what = "electrode"
type = "roller"
area = "12 cm2"
lot = "E-9"
"""

OVERRIDE = """
[[override]]
of = "screening:active_implant"
reason = "the pump is taken off for the hour"
by = "Dr A. Example"
specialist = "Dr S. Pump"
"""
