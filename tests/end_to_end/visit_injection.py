"""A visit with a meso-gun for the story of an injection course: what the device does, and the plan."""

from __future__ import annotations

SCENARIO = """
simulator = "reference-mesogun"
title = "Three zones, one injection over the limit"

[device]
triggers_total = 1000

[[steps]]
do = "purge"
dose = "0.1 mL"

[[steps]] # forehead
do = "shots"
count = 10
dose = "0.02 mL"
depth = "1.5 mm"
every = "2.5 s"

[[steps]]
do = "pause"
for = "10 s"

[[steps]] # left cheek
do = "shots"
count = 8
dose = "0.02 mL"
depth = "1.5 mm"
every = "2.5 s"

[[steps]] # beyond 0.05 mL
do = "shots"
dose = "0.06 mL"
depth = "1.5 mm"
every = "2.5 s"

[[steps]]
do = "pause"
for = "10 s"

[[steps]] # right cheek, and the last four in truth in the chin
do = "shots"
count = 12
dose = "0.02 mL"
depth = "1.5 mm"
every = "2.5 s"

[[steps]]
do = "end"
"""

PLAN = """
plan = 1

[session]
devices = ["reference-mesogun@sim://reference-mesogun?seed=1&speed=max&scenario={scenario}"]
protocol = "meso-face-gun-intradermal"
subject = "P-0017"
practitioner = "Dr A. Example"
role = "physician"
registration = "GMC 7654321"
place = "Room 2"
zones = ["forehead", "left_cheek", "right_cheek"]

[history]
reviewed = "yes"
text = "hay fever in spring"

[screening]
{answers}

{override}

[consent]
given = "yes"
form = "Mesotherapy"
version = "3"
taken_by = "Dr A. Example"
on = 2026-02-20
risks_discussed = "yes"
cooling_off = "yes"
photographs = "yes"

[patch_test]
done = "yes"
product = "Revital"
on = 2026-02-20
result = "no reaction"

[consultation]
on = 2026-02-20
text = "wants fewer lines"

[[product]]
name = "Revital"
maker = "Example Labs"
lot = "RV-2291"
expiry = "2027-05"
drawn = "0.5 mL"
ingredients = [{{ name = "hyaluronic acid", concentration = "10 mg/mL" }}]

[[product]]
name = "Revital"
maker = "Example Labs"
lot = "RV-2305"
expiry = "2027-08"
drawn = "0.25 mL"
ingredients = [{{ name = "hyaluronic acid", concentration = "10 mg/mL" }}]

[[product]]
name = "Lidocaine"
maker = "Example Pharma"
lot = "LI-77"
expiry = 2026-12-31
use = "anaesthetic"
drawn = "0.25 mL"
ingredients = [{{ name = "lidocaine hydrochloride", concentration = "2 % (w/v)" }}]

[[syringe]]
label = "left tray"
parts = [
    {{ product = 1, volume = "0.5 mL" }},
    {{ product = 2, volume = "0.25 mL" }},
    {{ product = 3, volume = "0.25 mL" }},
]

[[consumable]]
what = "needle"
gauge = 30
length = "4 mm"
lot = "N-17"
"""

OVERRIDE = """
[[override]]
of = "screening:epilepsy"
reason = "no seizure for 20 years, her neurologist agrees"
by = "Dr C. Head"
"""
