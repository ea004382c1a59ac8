"""Driver of the BTX Gemini X2, a laboratory electroporator: its run logs are read from its card, and nothing is set.

The shell also has commands that store, delete and load methods (`meth`, `mend`, `delm`); none of them is declared.
"""

from __future__ import annotations

from devicelog.driver import Driver, Effect, Polling, Provenance, Query, Recognition, SerialSettings
from devicelog.driver.logbook import DeviceClock, Logbook
from devicelog_drivers.btx.decoder import BtxDecoder
from devicelog_drivers.btx.reports import REPORTS
from devicelog_drivers.btx.run_log import read


def _query(command: str, purpose: str, *, every: float | None = None, on_open: bool = False) -> Query:
    return Query(f"{command}\r\n".encode("ascii"), Effect.NONE, purpose, on_open, every)


DRIVER = Driver(
    name="btx-gemini",
    model="BTX Gemini X2 electroporator, a laboratory device",
    version="1",
    decoder=BtxDecoder,
    reports=REPORTS,
    wire_format="USB serial shell and run logs, as in the tests of PyLabRobot's BTX back end (firmware 4.0.4)",
    provenance=Provenance.PUBLISHED,
    verified_on=None,
    serial=SerialSettings(baudrate=9600),
    queries=(
        _query("version", "firmware and serial number", every=30.0, on_open=True),
        _query("time", "the device's clock", every=10.0),
        _query("status", "how its parts talk to each other", every=60.0),
        _query("sddir \\BTXDATA", "months that have run logs", every=10.0),
        _query("sddir \\BTXDATA\\#-#", "days that have run logs"),
        _query("sddir \\BTXDATA\\#-#\\#", "run logs of a day"),
        _query("sdsend \\BTXDATA\\#-#\\#\\#.TXT", "a run log"),
        _query("sdsend \\BTXDATA\\#-#\\#\\#PP.TXT", "a run log"),
        _query("sdsend \\BTXDATA\\#-#\\#\\#.txt", "a run log"),
        _query("sdsend \\BTXDATA\\#-#\\#\\#PP.txt", "a run log"),
    ),
    expected_interval=15.0,
    polling=Polling(ends=(b"\n:",), timeout=5.0, retries=1, pause=0.02),
    logbook=Logbook("\\BTXDATA", "sddir {}\r\n", "sdsend {}\r\n", read),
    clock=DeviceClock(b"time\r\n", "%m/%d/%Y %I:%M:%S %p"),
    recognition=Recognition(usb=frozenset({"1FE9:5101", "1FE9:5201"}), needs_serial=True),
    caution="a laboratory device, not for use on humans",
)
