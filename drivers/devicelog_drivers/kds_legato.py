"""Driver of KD Scientific Legato and Harvard Apparatus Elite syringe pumps ("ultra" command set), polled.

Nothing is sent that sets anything: `poll on`, which would end each reply with XON, is a setting, and is left as it is.
"""

from __future__ import annotations

from devicelog.driver import Driver, Effect, Polling, Provenance, Query
from devicelog.driver.logbook import DeviceClock
from devicelog_drivers.legato.decoder import LegatoDecoder
from devicelog_drivers.legato.meaning import CLOCK_FORM, REPORTS


def _query(command: str, purpose: str, every: float, *, on_open: bool = False) -> Query:
    return Query(f"@{command}\r\n".encode("ascii"), Effect.NONE, purpose, on_open, every)


DRIVER = Driver(
    name="kds-legato",
    model="KD Scientific Legato and Harvard Apparatus Elite syringe pumps, at address 0",
    version="1",
    decoder=LegatoDecoder,
    reports=REPORTS,
    wire_format="Protocol 11 Elite or ultra command set; replies as others recorded them from a Legato 100 (3.0.6)",
    provenance=Provenance.RECORDED,
    verified_on=None,
    queries=(
        # Its reply names itself, as that of the clock does: now and then, and after each time-out, all are in step.
        _query("version", "firmware, address and serial number", 30.0, on_open=True),
        _query("ivolume", "volume infused", 1.0),
        _query("wvolume", "volume withdrawn", 5.0),
        _query("irate", "rate of infusion", 5.0),
        _query("wrate", "rate of withdrawal", 30.0),
        _query("time", "the pump's clock", 30.0),
        _query("tvolume", "target volume", 60.0),
        _query("ttime", "target time", 60.0),
        _query("irate lim", "least and greatest rate of infusion", 60.0),
        _query("wrate lim", "least and greatest rate of withdrawal", 60.0),
        _query("diameter", "syringe diameter", 60.0),
        _query("svolume", "syringe volume", 60.0),
        _query("force", "force, of the greatest", 60.0),
    ),
    expected_interval=2.0,
    idle_states=frozenset({":", "*", "T*"}),
    polling=Polling(ends=(b"\n:", b"\n>", b"\n<", b"\n*", b"\nT*"), timeout=0.5, retries=1, pause=0.02),
    clock=DeviceClock(b"@time\r\n", CLOCK_FORM),
)
