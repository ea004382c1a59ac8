"""Driver of the New Era NE-1000 family of syringe pumps (also sold as WPI Aladdin), polled in Basic or Safe framing.

Any valid query acknowledges an alarm of the pump; the alarm is in the reply, and so in the record. In Safe framing the
first valid packet also arms a time-out that stops the pump when the host falls silent, so that nothing is sent in it
unless somebody allowed that. The framing is never switched: the one that is answered is the pump's.
"""

from __future__ import annotations

from devicelog.driver import Driver, Effect, Polling, Provenance, Query, SerialSettings
from devicelog_drivers.newera.decoder import NewEraDecoder, is_alarm
from devicelog_drivers.newera.frames import ETX, basic_query, safe_query
from devicelog_drivers.newera.replies import REPORTS

#: Command, what it asks for, and how often (s).
_ASKED = (
    ("VER", "model and firmware", 60.0),
    ("DIS", "volume dispensed", 1.0),
    ("RAT", "pumping rate", 5.0),
    ("DIR", "pumping direction", 5.0),
    ("VOL", "volume to be dispensed", 60.0),
    ("DIA", "syringe diameter", 60.0),
)

DRIVER = Driver(
    name="new-era",
    model="New Era NE-1000 family of syringe pumps, at address 0; labelled not for clinical use on humans",
    version="1",
    decoder=NewEraDecoder,
    reports=REPORTS,
    wire_format="New Era Pump Systems, NE-1000 user manual 1200-01 (2014), section 10",
    provenance=Provenance.PUBLISHED,
    verified_on=None,
    serial=SerialSettings(baudrate=19_200),
    queries=(
        *(
            Query(basic_query(command), Effect.CLEARS_ALARM, purpose, every=every, dialect="basic")
            for command, purpose, every in _ASKED
        ),
        *(
            Query(safe_query(command), Effect.OPENS_SESSION, f"{purpose}, in Safe framing", every=every, dialect="safe")
            for command, purpose, every in (("SAF", "time-out of the Safe mode", 60.0), *_ASKED)
        ),
    ),
    expected_interval=2.0,
    paused_states=frozenset({"P"}),
    idle_states=frozenset({"S", "P", "T", "U", "A"}),
    polling=Polling(ends=(bytes([ETX]),), timeout=0.5, retries=1, pause=0.02, is_displaced=is_alarm),
)
