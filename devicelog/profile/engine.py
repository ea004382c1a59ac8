"""What an engine is: a value that turns profiles of one family of wire formats into ordinary drivers.

It is registered under the entry-point group `devicelog.profile_engines`. Nothing behind it knows that a driver was
made of a profile, but for the session, which keeps the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devicelog.driver import (
    Decoder,
    DeviceClock,
    Direction,
    Driver,
    Memory,
    Polling,
    ProfileText,
    Query,
    Recognition,
    Report,
    SerialSettings,
)
from devicelog.guess.guess import Claim
from devicelog.problems import Problems
from devicelog.profile.draft import Draft, Tables, draft
from devicelog.profile.times import look_at_times


@dataclass(frozen=True, slots=True)
class Wire:
    """What only the engine knows of a driver; `reports` are those that it adds to the profile's own.

    `quiet_states`, `directions`, `clock` and `memory`: as a driver has them.
    """

    decoder: Callable[[], Decoder]
    queries: tuple[Query, ...] = ()
    polling: Polling | None = None
    reports: tuple[Report, ...] = ()
    quiet_states: frozenset[str] = frozenset()
    directions: tuple[Direction, ...] = ()
    clock: DeviceClock | None = None
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """What a package registers. `tables` are the common ones with the engine's own keys.

    `wire` makes the decoder and the queries of a draft; what is wrong goes to `draft.problems`, and None comes back if
    nothing can be made. `start` is the engine's part of a new profile, with comments, below the common head. `suggests`
    gives the keys of its tables that a guess about unknown bytes tells, or None if it cannot read such frames.
    """

    name: str
    summary: str
    tables: Tables
    wire: Callable[[Draft], Wire | None]
    start: str
    suggests: Callable[[Claim], dict[str, dict[str, Any]] | None] | None = None


def driver_of(text: str, raw: dict[str, Any], problems: Problems, engine: Engine) -> Driver | None:
    """The driver that a profile describes; None if there are problems."""
    found = draft(raw, problems, engine.tables)
    wire = engine.wire(found) if found is not None else None
    if found is None or wire is None:
        return None
    table = found.table
    interval = table.expected_interval
    driver = Driver(
        name=table.name,
        model=table.model,
        version=table.version,
        decoder=wire.decoder,
        reports=(*(report.report for report in found.reports if report.is_told), *wire.reports),
        wire_format=f"{table.wire_format} ({table.source})" if table.source else table.wire_format,
        provenance=table.provenance,
        verified_on=table.verified_on,
        serial=SerialSettings(**table.serial.model_dump()),
        queries=wire.queries,
        expected_interval=found.seconds(interval, "expected_interval") if interval is not None else None,
        paused_states=frozenset(table.states.paused),
        idle_states=frozenset((*table.states.idle, *table.states.paused)),
        polling=wire.polling,
        quiet_states=wire.quiet_states,
        directions=wire.directions,
        clock=wire.clock,
        memory=wire.memory,
        recognition=Recognition(
            frozenset(map(str.upper, table.identity.usb)),
            frozenset(table.identity.models),
            table.identity.serial_required,
        ),
        profile=ProfileText(engine.name, text, hashlib.sha256(text.encode("utf-8")).hexdigest(), _identities(found)),
    )
    if not problems.found:
        look_at_times(driver.queries, driver.polling, driver.expected_interval, driver.serial, problems)
    return driver if not problems.found else None


def _identities(found: Draft) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The reports of who the device is, each with what it says."""
    told = [report for report in found.reports if report.is_identity]
    return tuple((report.table.name, tuple(each.metric.name for each in report.metrics)) for report in told)
