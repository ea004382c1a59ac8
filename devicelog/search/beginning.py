"""What a list says of a session, from the beginning of its ledger: the fold of a whole session would take too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.ledger import LEDGER_ERRORS, Kind
from devicelog.record.steps import is_vital
from devicelog.search.digest import Listed

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow

_SKIPPED = f'"{Kind.SKIPPED}"'.encode()
_BOUND = f'"{Kind.DEVICE_BOUND}"'.encode()
_REFUSED = f'"{Kind.REFUSED}"'.encode()
#: A device that has not said who it is within so many entries is looked for no further.
_FURTHEST = 50_000


def beginning(reader: Reader, row: SessionRow) -> Listed:
    """What a list says of a session; of one whose first entry cannot be read, nothing."""
    try:
        started, identities, marked = _beginning(reader, row)
        return _told(started, identities, marked)
    except LEDGER_ERRORS:
        return Listed(
            None,
            None,
            approved=False,
            devices=[],
            simulated=False,
            typed=False,
            zone=None,
            refused=False,
            not_asked=False,
        )


def _told(started: dict[str, Any], identities: dict[int, dict[str, Any]], marked: set[Kind]) -> Listed:
    protocol = started.get("protocol") or {}
    return Listed(
        practitioner=started.get("practitioner"),
        protocol=protocol.get("id"),
        approved=bool(protocol.get("approved")),
        devices=[_device(plan, identities.get(plan["link"])) for plan in started.get("devices", ())],
        simulated=any(identity.get("simulated") for identity in identities.values()),
        typed=any(plan.get("origin") == "typed" for plan in started.get("devices", ())),
        zone=started.get("host", {}).get("zone"),
        refused=Kind.REFUSED in marked,
        not_asked=Kind.SKIPPED in marked,
    )


def _device(plan: dict[str, Any], identity: dict[str, Any] | None) -> str:
    return f"{identity['model']} {identity['serial']}".rstrip() if identity is not None else str(plan["driver"])


def _beginning(reader: Reader, row: SessionRow) -> tuple[dict[str, Any], dict[int, dict[str, Any]], set[Kind]]:
    """The first entry, by link the first identity of each device, and whether it was refused or began unasked."""
    started: dict[str, Any] = {}
    identities: dict[int, dict[str, Any]] = {}
    marked: set[Kind] = set()
    for line in reader.lines(row.number):
        if _REFUSED in line.body[:48]:
            marked.add(Kind.REFUSED)
        elif _SKIPPED in line.body[:48] and is_vital(line.entry().content.get("step")):
            marked.add(Kind.SKIPPED)
        if line.number > 1 and _BOUND not in line.body[:48]:
            if line.number > _FURTHEST:
                break
            continue
        try:
            entry = line.entry()
        except ValueError:
            continue
        if entry.kind == Kind.STARTED:
            started = entry.content
        elif entry.kind == Kind.DEVICE_BOUND:
            identities[entry.content["link"]] = entry.content
            if len(identities) == len(started.get("devices", ())):
                break
    return started, identities, marked
