"""Driver of what has no cable: a practitioner types what a gun's display, a syringe or a pen's dial says.

Nothing here is sent by a device, and everything that is recorded of it says so.
"""

from __future__ import annotations

from devicelog.driver import Driver, Origin, Provenance
from devicelog_drivers.manual_entry.decoder import LineDecoder
from devicelog_drivers.manual_entry.words import EXAMPLES, PAUSED, REPORTS

DRIVER = Driver(
    name="manual",
    model="a device without a cable: what it shows is typed by the practitioner",
    version="1",
    decoder=LineDecoder,
    reports=REPORTS,
    wire_format="typed lines, docs/manual-entry.md",
    provenance=Provenance.PROPOSAL,
    verified_on=None,
    paused_states=frozenset({PAUSED}),
    idle_states=frozenset({PAUSED}),
    origin=Origin.TYPED,
    examples=EXAMPLES,
)
