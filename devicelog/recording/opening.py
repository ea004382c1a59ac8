"""From what a user asks for to the plan of a session; every name is looked up before anything is written."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from devicelog import __version__, clock
from devicelog.bodymap.zones import load
from devicelog.driver import Driver, Effect
from devicelog.naming import ports_of
from devicelog.recorder.plan import Bound, Plan, links_of
from devicelog.store.folder import Folder
from devicelog.store.history import last_digest
from devicelog.store.writer import Writer
from devicelog.treatment.kept import kept
from devicelog.treatment.protocol import TreatmentProtocol


def new_session_id(stamp: clock.Stamp) -> str:
    """A name that sorts by time and can be told over the telephone."""
    moment = clock.utc(stamp.wall_ns)
    return f"{moment[:10].replace('-', '')}-{moment[11:19].replace(':', '')}-{secrets.token_hex(2)}"


def plan_session(
    store: Writer,
    *,
    devices: Sequence[tuple[Driver, str, str]],
    protocol: TreatmentProtocol | None,
    subject: str,
    practitioner: str,
    zones: Sequence[str],
    settings: dict[str, int],
    start: clock.Stamp,
    allowed: frozenset[Effect] = frozenset(),
) -> Plan:
    """The plan of a session that begins now; a subject never seen before gets a random id.

    `allowed` are the effects on a device that its queries may have besides those that no one is asked about.
    """
    return Plan(
        session=new_session_id(start),
        subject=store.subject_for(subject),
        practitioner=practitioner,
        protocol=kept(protocol, store.approval(protocol.sha256)) if protocol is not None else None,
        devices=tuple(bound_devices(devices, allowed)),
        software=f"devicelog {__version__}",
        host=_host(store.folder),
        zones=tuple(zones),
        settings=settings,
        body_map=load().content(),
    )


def bound_devices(devices: Sequence[tuple[Driver, str, str]], allowed: frozenset[Effect]) -> Iterator[Bound]:
    """A link for each line of each device, numbered from 1."""
    number = 0
    for driver, package, url in devices:
        effects = allowed & {query.effect for query in driver.queries}
        ports = {number + place: port for place, port in enumerate(ports_of(driver, url), start=1)}
        yield from links_of(driver, package, ports, effects)
        number += len(ports)


def _host(folder: Folder) -> dict[str, Any]:
    """Where the session is recorded; `history` holds what was restored or salvaged before to its place."""
    host = {"boot_id": clock.boot_id(), "zone": clock.local_zone(), "installation": folder.id}
    history = last_digest(folder)
    return host | ({"history": history} if history is not None else {})
