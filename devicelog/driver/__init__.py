"""What a driver is: all that a driver author imports is here."""

from devicelog.driver.decoder import Conversing, Correlating, Decoder, Direction
from devicelog.driver.driver import Driver, Origin, ProfileText, Provenance
from devicelog.driver.event import BadFrame, Event, Identity, Reading, Recalled
from devicelog.driver.known import KNOWN_UNITS, unit_wanted
from devicelog.driver.logbook import DeviceClock, DeviceTime, Listing, Logbook, LogFile, RunLog
from devicelog.driver.metric import Category, Condition, Metric, Priority, Report, ReportKind, Value
from devicelog.driver.query import Asked, Effect, Memory, Polling, Query, SerialSettings
from devicelog.driver.recognition import Recognition

__all__ = [
    "KNOWN_UNITS",
    "Asked",
    "BadFrame",
    "Category",
    "Condition",
    "Conversing",
    "Correlating",
    "Decoder",
    "DeviceClock",
    "DeviceTime",
    "Direction",
    "Driver",
    "Effect",
    "Event",
    "Identity",
    "Listing",
    "LogFile",
    "Logbook",
    "Memory",
    "Metric",
    "Origin",
    "Polling",
    "Priority",
    "ProfileText",
    "Provenance",
    "Query",
    "Reading",
    "Recalled",
    "Recognition",
    "Report",
    "ReportKind",
    "RunLog",
    "SerialSettings",
    "Value",
    "unit_wanted",
]
