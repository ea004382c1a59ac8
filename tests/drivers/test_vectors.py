"""The conformance vectors beside the wire format, read by both reference drivers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from devicelog.driver import BadFrame, Driver, Event, Identity, Reading, Recalled
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs"
VECTORS = json.loads((DOCS / "wire-format-vectors.json").read_text(encoding="utf-8"))
MESOGUN, NONEEDLE = reference_mesogun.DRIVER, reference_noneedle.DRIVER

#: Field of the page to metric, where they differ.
METRICS = {
    "INJ": {"dose": "volume", "extension": "depth"},
    "EOS": {"total": "volume_session", "count": "triggers_session"},
    "CFG": {
        "depth": "depth_basis",
        "volume": "volume_basis",
        "set_dose": "volume_set",
        "set_depth": "depth_set",
        "current": "current_basis",
        "wave": "waveform",
        "area": "electrode_area",
        "set_current": "current_set",
        "set_frequency": "frequency_set",
        "set_pulse_width": "pulse_width_set",
    },
}
END_OF_CURRENT = {"total": "charge", "count": "current_time"}
REPORTS = {"INJ": "injection", "EP": "current", "HB": "status", "CFG": "settings", "EOS": "totals"}
REASONS = {
    "crc": "CRC",
    "end": "no check",
    "unfinished": "not finished",
    "length": "longer than 160 bytes",
    "cut": "cut off",
    "outside": "outside a frame",
    "version": "wire format version|not a DLR1 frame",
    "characters": "character|UnicodeDecode|codec",
    "fields": "fields, expected",
    "empty": "is empty",
    "range": "expected a whole number|expected one of",
    "text": "expected text|no frame type|expected model",
    "key": "not key=value|stands twice",
}


def vectors(keep: Callable[[dict[str, Any]], bool]) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS["vectors"] if keep(vector)]


def sent(vector: dict[str, Any]) -> bytes:
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["frame"].encode("ascii")


def events(driver: Driver, data: bytes) -> list[Event]:
    decoder = driver.decoder()
    return [*decoder.feed(data), *decoder.end()]


def reads(driver: Driver, vector: dict[str, Any]) -> bool:
    """Whether this driver reads frames of that type."""
    kind = vector.get("type")
    if kind == "EOS":
        return bool(vector.get("fields", {}).get("kind", "INJ") == ("INJ" if driver is MESOGUN else "EP"))
    return kind in {None, "HB", "ID", "CFG", "INJ" if driver is MESOGUN else "EP"}


def expected(driver: Driver, vector: dict[str, Any]) -> list[Identity | Recalled | tuple[str, dict[str, Any], bool]]:
    """What the driver makes of a valid vector, readings as (report, values by metric, from memory)."""
    kind, fields = vector["type"], dict(vector["fields"])
    if kind == "CAP":
        return []
    if kind == "LOGE":
        return [Recalled(fields["from"], fields["to"], fields["boot"], fields["sent"], fields["oldest"], 0)]
    if kind == "ID":
        model, serial, firmware = (fields.pop(name) for name in ("model", "serial", "firmware"))
        return [Identity(model, serial, firmware, 0, vector.get("simulated", False), fields)]
    numbers = {"sequence": fields.pop("seq"), "uptime": fields["uptime"], "boot": fields["boot"]}
    memory = vector.get("from_memory", False)
    if not reads(driver, vector):
        return [("other", {**numbers, "frame_type": kind}, memory)]
    name = "purge" if vector.get("purge") else REPORTS[kind]
    rename = END_OF_CURRENT if kind == "EOS" and driver is NONEEDLE else METRICS.get(kind, {})
    declared = [metric.name for metric in driver.report(name).metrics]
    stated = numbers | {rename.get(field, field): value for field, value in fields.items()}
    return [(name, {metric: stated.get(metric) for metric in declared}, memory)]


def shown(driver: Driver, found: list[Event]) -> list[Any]:
    """Events in the form of `expected`: where a frame ends, and keys of `ID` that no page names, are not compared."""
    made: list[Any] = []
    for event in found:
        match event:
            case Reading(report, values, _, _, memory):
                names = [metric.name for metric in driver.report(report).metrics]
                made.append((report, dict(zip(names, values, strict=True)), memory))
            case Identity(model, serial, firmware, _, simulated, more):
                known = {key: value for key, value in more.items() if key in {"cap", "log", "ver", "sim"}}
                made.append(Identity(model, serial, firmware, 0, simulated, known))
            case Recalled():
                made.append(structs.replace(event, at=0))
            case _:
                made.append(event)
    return made


both = pytest.mark.parametrize("driver", [MESOGUN, NONEEDLE], ids=lambda driver: driver.name)


@both
@pytest.mark.parametrize("vector", vectors(lambda vector: vector["valid"]))
def test_a_valid_frame_means_what_the_page_says(driver: Driver, vector: dict[str, Any]) -> None:
    assert shown(driver, events(driver, sent(vector))) == expected(driver, vector)


@both
@pytest.mark.parametrize("vector", vectors(lambda vector: not vector["valid"]))
def test_a_frame_that_is_not_valid_is_kept_with_the_reason_and_counts_nothing(
    driver: Driver, vector: dict[str, Any]
) -> None:
    found = events(driver, sent(vector))

    if not reads(driver, vector):
        assert all(type(event) is BadFrame or getattr(event, "report", "") == "other" for event in found)
        return
    rest = [event for event in found if type(event) is not BadFrame]
    bad = [event for event in found if type(event) is BadFrame]
    assert bad
    assert re.search(REASONS[vector["refused"]], bad[0].reason), bad[0].reason
    assert sent(vector).startswith(b"".join(frame.raw for frame in bad))
    assert shown(driver, rest) == (expected(driver, vector["then"]) if "then" in vector else [])


@pytest.mark.parametrize("vector", vectors(lambda vector: vector["valid"]))
def test_a_valid_vector_is_well_formed_by_a_reckoning_of_its_own(vector: dict[str, Any]) -> None:
    match = re.fullmatch(rb"\$([\x20-\x23\x25-\x29\x2b-\x7e]+)\*([0-9A-F]{4})\r\n", sent(vector))

    assert match is not None
    assert len(sent(vector)) <= 160
    assert crc(match[1]) == int(match[2], 16)


def test_the_vectors_hold_every_example_of_the_page() -> None:
    page = (DOCS / "wire-format.md").read_text(encoding="utf-8")
    examples = re.findall(r"^(\$DLR1\S*\*[0-9A-F]{4}) ", page, re.MULTILINE)
    frames = {vector.get("frame", "").rstrip() for vector in VECTORS["vectors"] if vector["valid"]}

    assert len(examples) == 4
    assert set(examples) <= frames


def test_the_vectors_hold_every_frame_type_and_every_reason() -> None:
    valid = [vector for vector in VECTORS["vectors"] if vector["valid"]]
    refused = {vector["refused"] for vector in VECTORS["vectors"] if not vector["valid"]}

    assert {vector["type"] for vector in valid} >= {"ID", "CFG", "INJ", "EP", "HB", "EOS", "CAP", "LOGE"}
    assert any(vector.get("from_memory") for vector in valid)
    assert refused == set(VECTORS["refused"]) == set(REASONS)


def crc(body: bytes) -> int:
    """CRC-16/CCITT-FALSE bit by bit."""
    value = 0xFFFF
    for byte in body:
        value ^= byte << 8
        for _ in range(8):
            value = ((value << 1) ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value
