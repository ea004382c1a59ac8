"""The frame types of DLR1 and the reports that come of them; ranges and order are those of docs/wire-format.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from devicelog.driver import (
    Asked,
    Category,
    Condition,
    Effect,
    Event,
    Identity,
    Memory,
    Metric,
    Priority,
    Query,
    Reading,
    Recalled,
    Report,
    ReportKind,
    Value,
)
from devicelog_drivers.dlr1.fields import (
    TEXT,
    Field,
    FrameReader,
    ImpossibleFrameError,
    check_characters,
    named_fields,
)

#: Reads the fields of one frame type; the frame ends at byte `at`, `from_memory` marks what a LOG frame held.
ReadFrame = Callable[[bytes, int, bool], Event | None]

U32 = 4_294_967_295
WIRE_FORMAT = "DLR1, docs/wire-format.md"
#: Seconds: a numbered frame at least every 1,000 ms.
EXPECTED_INTERVAL = 1.0
PAUSED_STATES = frozenset({"P"})
IDLE_STATES = frozenset({"I", "P", "E"})
_LOG = Query(b"LOG? #,#,#\r\n", Effect.NONE, "frames from memory, any boot")
QUERIES = (
    Query(b"ID?\r\n", Effect.NONE, "identity and settings", on_open=True),
    Query(b"CAP?\r\n", Effect.NONE, "capabilities"),
    Query(b"LOG? #,#\r\n", Effect.NONE, "frames from memory, this boot"),
    _LOG,
)
MEMORY = Memory(_LOG, (Asked.FIRST, Asked.LAST, Asked.EPOCH))
#: The wire format's bound on triggers, in a second.
_MOST_TRIGGERS = 100
_COUNT = {"": "dimensionless"}
_STATE = Category.STATE


def _measured(name: str, unit: str, token: str, pint_unit: str, step: str, *, basis_from: str | None = None) -> Metric:
    return Metric(name, Category.MEASUREMENT, unit, {token: pint_unit}, basis_from=basis_from, resolution=Decimal(step))


def _counter(name: str, *, zeroed: bool = False) -> Metric:
    return Metric(name, Category.COUNTER, "count", _COUNT, modulus=U32 + 1, max_rate=_MOST_TRIGGERS, zeroed=zeroed)


def _set(name: str, unit: str, token: str, pint_unit: str, *, basis_from: str | None = None) -> Metric:
    return Metric(name, Category.SETTING, unit, {token: pint_unit}, basis_from=basis_from)


#: The three numbers at the beginning of every numbered frame.
NUMBERING = (
    Field(Metric("sequence", Category.SEQUENCE, modulus=U32 + 1, zeroed=True), U32, needed=True),
    Field(Metric("uptime", Category.UPTIME, "ms", {"ms": "millisecond"}, modulus=U32 + 1), U32, unit="ms", needed=True),
    Field(Metric("boot", Category.EPOCH), U32, needed=True),
)

_LOW, _MEDIUM = Priority.LOW, Priority.MEDIUM
_BATTERY, _OTHER_FAULT = (
    Condition(_LOW, "the device's battery is low"),
    Condition(_MEDIUM, "the device reports a fault"),
)
_INJECTION_FAULTS: dict[int | str, Condition] = {
    1: Condition(_LOW, "the device reports a blocked needle"),
    2: Condition(_LOW, "the device reports that the vacuum is lost"),
    3: Condition(_LOW, "the device reports an empty syringe"),
    4: _BATTERY,
    5: Condition(_MEDIUM, "the device reports that its drive is stalled"),
    99: _OTHER_FAULT,
}
_CURRENT_FAULTS: dict[int | str, Condition] = {
    1: Condition(_LOW, "the device rejects the electrode"),
    2: Condition(_LOW, "the device is at its resistance limit"),
    3: Condition(_MEDIUM, "the device is at its current limit"),
    4: _BATTERY,
    5: Condition(_MEDIUM, "the device is at its dose limit"),
    99: _OTHER_FAULT,
}
_CURRENT_STATES: dict[int | str, Condition] = {
    "C": Condition(_LOW, "the electrode has no contact"),
    "L": Condition(_LOW, "the resistance is too high: less current flows than is set"),
}
_FAULT = Field(Metric("fault", _STATE), 65_535)
_INJECTION_FAULT = Field(Metric("fault", _STATE, conditions=_INJECTION_FAULTS), 65_535)
_CURRENT_FAULT = Field(Metric("fault", _STATE, conditions=_CURRENT_FAULTS), 65_535)

TRIGGER = (
    *NUMBERING,
    Field(_counter("triggers_session", zeroed=True), U32),
    Field(_counter("triggers_total"), U32),
    Field(_measured("volume", "mL", "nL", "nanoliter", "0.000001", basis_from="volume_basis"), 10_000_000, unit="nL"),
    Field(_measured("depth", "mm", "um", "micrometer", "0.001", basis_from="depth_basis"), 50_000, unit="um"),
    Field(_measured("vacuum", "kPa", "Pa", "pascal", "0.001"), 101_325, -101_325, unit="Pa"),
    Field(Metric("mode", _STATE)),
    _INJECTION_FAULT,
)
SAMPLE = (
    *NUMBERING,
    Field(_set("current_set", "mA", "uA", "microampere", basis_from="current_basis"), 200_000, unit="uA"),
    Field(
        _measured("current_measured", "mA", "uA", "microampere", "0.001", basis_from="current_basis"),
        200_000,
        unit="uA",
    ),
    Field(
        Metric("voltage", Category.MEASUREMENT, "V", {"mV": "millivolt"}, basis="peak", resolution=Decimal("0.001")),
        5_000_000,
        unit="mV",
    ),
    Field(_measured("frequency", "Hz", "Hz", "hertz", "1"), 1_000_000, unit="Hz"),
    Field(_measured("pulse_width", "us", "us", "microsecond", "1"), 1_000_000, unit="us"),
    Field(_measured("impedance", "ohm", "ohm", "ohm", "1"), 10_000_000, unit="ohm"),
    Field(Metric("state", _STATE, conditions=_CURRENT_STATES)),
    _CURRENT_FAULT,
)
HEARTBEAT = (*NUMBERING, Field(Metric("state", _STATE)), _FAULT)
END_OF_INJECTIONS = (
    *NUMBERING,
    Field(_counter("triggers_session", zeroed=True), U32),
    Field(_measured("volume_session", "mL", "nL", "nanoliter", "0.000001"), 10**12, unit="nL"),
    _FAULT,
)
END_OF_CURRENT = (
    *NUMBERING,
    Field(_measured("current_time", "s", "ms", "millisecond", "0.001"), U32, unit="ms"),
    Field(_measured("charge", "mA*min", "uC", "microcoulomb", "0"), 10**12, unit="uC"),
    _FAULT,
)
#: Frames of patients' doses that a driver does not read: the wrong driver was chosen, and that is said at once.
UNREAD_INJECTIONS: dict[int | str, Condition] = {
    "INJ": Condition(_MEDIUM, "the device sends injections, which this driver does not read; use reference-mesogun")
}
UNREAD_CURRENTS: dict[int | str, Condition] = {
    "EP": Condition(_MEDIUM, "the device sends currents, which this driver does not read; use reference-noneedle")
}

#: The keys of CFG, each with the field that its value fills.
INJECTION_SETTINGS = {
    "needles": Field(Metric("needles", Category.SETTING, "count", _COUNT), 99, 1),
    "set_dose": Field(_set("volume_set", "mL", "nL", "nanoliter", basis_from="volume_basis"), 10_000_000, unit="nL"),
    "set_depth": Field(_set("depth_set", "mm", "um", "micrometer", basis_from="depth_basis"), 50_000, unit="um"),
    "depth": Field(Metric("depth_basis", Category.SETTING)),
    "volume": Field(Metric("volume_basis", Category.SETTING)),
}
CURRENT_SETTINGS = {
    "area": Field(_set("electrode_area", "cm**2", "mm2", "millimeter ** 2"), 1_000_000, 1, unit="mm2"),
    "set_current": Field(
        _set("current_set", "mA", "uA", "microampere", basis_from="current_basis"), 200_000, unit="uA"
    ),
    "set_frequency": Field(_set("frequency_set", "Hz", "Hz", "hertz"), 1_000_000, unit="Hz"),
    "set_pulse_width": Field(_set("pulse_width_set", "us", "us", "microsecond"), 1_000_000, unit="us"),
    "current": Field(Metric("current_basis", Category.SETTING)),
    "wave": Field(Metric("waveform", Category.SETTING)),
}
_WORDS_OF = {
    "depth": {"extension", "perpendicular"},
    "volume": {"commanded", "delivered"},
    "current": {"dc", "mean", "rms", "peak"},
    "wave": {"dc", "mono", "bi"},
}


def report(name: str, kind: ReportKind, fields: Sequence[Field]) -> Report:
    """The report whose values these fields are."""
    return Report(name, kind, tuple(field.metric for field in fields), tuple(field.unit for field in fields))


def common_reports(
    settings: dict[str, Field],
    treatment: Sequence[Field],
    end: Sequence[Field],
    unread: dict[int | str, Condition],
) -> tuple[Report, ...]:
    """The reports that both reference drivers have; a heartbeat's fault codes are those of the treatment's frames."""
    fault = treatment[-1]
    frame_type = Field(Metric("frame_type", _STATE, conditions=unread))
    return (
        report("settings", ReportKind.SETTINGS, (*NUMBERING, *settings.values())),
        report("status", ReportKind.STATUS, (*HEARTBEAT[:-1], fault)),
        report("totals", ReportKind.TOTALS, end),
        report("other", ReportKind.STATUS, (*NUMBERING, frame_type)),
    )


def read_positional(name: str, fields: Sequence[Field]) -> ReadFrame:
    """A frame type whose positional fields are the values of one report."""
    read = FrameReader(fields).read

    def read_frame(text: bytes, at: int, from_memory: bool) -> Event:
        return Reading(name, read(text), at, None, from_memory)

    return read_frame


def read_triggers(text: bytes, at: int, from_memory: bool) -> Event:
    """`INJ`: an injection, or a purge, which is no patient dose."""
    values = _TRIGGERS(text)
    return Reading(report_of_mode(values[_MODE]), values, at, None, from_memory)


def report_of_mode(mode: Value) -> str:
    """A purge is no patient dose, whatever else a mode may be."""
    return "purge" if mode == "P" else "injection"


_TRIGGERS = FrameReader(TRIGGER).read
_MODE = [field.metric.name for field in TRIGGER].index("mode")


def read_settings(settings: dict[str, Field]) -> ReadFrame:
    """`CFG`: keys not stated, or stated as nothing, are "no value"; every known key is held to its range."""
    numbering = FrameReader(NUMBERING)
    key_of = {field.metric.name: key for key, field in settings.items()}
    others = CURRENT_SETTINGS if settings is INJECTION_SETTINGS else INJECTION_SETTINGS

    def read_frame(text: bytes, at: int, from_memory: bool) -> Event:
        *numbers, named = text.split(b",", 3) if text.count(b",") > 2 else (*text.split(b","), b"")
        stated = named_fields(named)
        for key, words in _WORDS_OF.items():
            if stated.get(key) and stated[key] not in words:
                raise ImpossibleFrameError(f"{key} is {stated[key]!r}, expected one of {', '.join(sorted(words))}")
        for key, field in others.items():
            field.value(stated.get(key, "").encode())
        values = [field.value(stated.get(key_of[field.metric.name], "").encode()) for field in settings.values()]
        return Reading("settings", (*numbering.read(b",".join(numbers)), *values), at, None, from_memory)

    return read_frame


def read_end(kind: bytes, fields: Sequence[Field]) -> ReadFrame:
    """`EOS` of one kind; that of another kind is a frame that takes part in the sequence and says no more."""
    read, read_numbers = FrameReader(fields).read, FrameReader(NUMBERING).read

    def read_frame(text: bytes, at: int, from_memory: bool) -> Event:
        found = text.split(b",")
        stated = found[len(fields)] if len(found) > len(fields) and found[len(fields)] else b"INJ"
        if stated != kind:
            return Reading("other", (*read_numbers(text), "EOS"), at, None, from_memory)
        return Reading("totals", read(text), at, None, from_memory)

    return read_frame


def read_other(kind: bytes) -> ReadFrame:
    """A numbered frame of a type that the driver does not read: it takes part in the sequence."""
    if re.fullmatch(TEXT, kind) is None:
        raise ImpossibleFrameError("no frame type")
    read = FrameReader(NUMBERING).read
    name = kind.decode("ascii")

    def read_frame(text: bytes, at: int, from_memory: bool) -> Event:
        return Reading("other", (*read(text), name), at, None, from_memory)

    return read_frame


_ID = re.compile(rb"(%b),(%b),(%b)(?:,(.*))?" % (TEXT, TEXT, TEXT))


def read_identity(text: bytes, at: int, from_memory: bool) -> Event:
    """`ID`."""
    match = _ID.fullmatch(text)
    if match is None or from_memory:
        raise ImpossibleFrameError("expected model, serial and firmware")
    more = named_fields(match[4] or b"")
    model, serial, firmware = (match[i].decode("ascii") for i in (1, 2, 3))
    memory = _MEMORY_SIZE.value(more.get("log", "").encode()) or 0
    return Identity(model, serial, firmware, at, more.get("sim") == "1", more, int(memory))


_MEMORY_SIZE = Field(Metric("log", _STATE), U32)
_RECALLED = FrameReader(
    [Field(Metric(name, _STATE), U32, needed=name != "oldest") for name in ("from", "to", "boot", "sent", "oldest")]
)


def read_recalled(text: bytes, at: int, from_memory: bool) -> Event:
    """`LOGE`: the end of an answer from memory."""
    if from_memory:
        raise ImpossibleFrameError("no numbered frame")
    first, last, boot, sent, oldest = (int(value) if value is not None else None for value in _RECALLED.read(text))
    assert first is not None
    assert last is not None
    assert sent is not None
    return Recalled(first, last, boot, sent, oldest, at)


def read_nothing(text: bytes, _at: int, _from_memory: bool) -> None:
    """`CAP`: an answer that is no reading."""
    check_characters(text)
