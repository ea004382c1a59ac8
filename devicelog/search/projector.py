"""From the ledger of a session to its digest: the fold of its entries, in short."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.bodymap.zones import load
from devicelog.driver import Category, ReportKind
from devicelog.errors import StoreFormatError
from devicelog.ledger import Entry, Kind
from devicelog.numbers import number, rfc3339, seconds
from devicelog.observation.layout import NANO, nano
from devicelog.record.caveats import dose, flows, injects
from devicelog.record.course import family_of, past_of, treated
from devicelog.record.follow_ups import agreed
from devicelog.record.record import Record
from devicelog.record.signatures import status
from devicelog.record.steps import unasked_before
from devicelog.search.digest import Alarms, Device, Difference, Digest, FollowUp, Gaps, Given, Mean, encode, listed
from devicelog.search.lots import lots_of
from devicelog.search.terms import terms
from devicelog.store.projection import Projected
from devicelog.store.reader import Reader, SessionRow
from devicelog.stored import entries, readable

if TYPE_CHECKING:
    from devicelog.observation.layout import Layout

#: Which setting a measured metric is held against.
_SET = {"depth": "depth_set", "volume": "volume_set", "current_measured": "current_set"}


def project(reader: Reader, row: SessionRow) -> tuple[Digest, Projected]:
    """The digest of a session as it stands, and what is kept of it; StoreFormatError if its ledger cannot be read."""
    fold = _Fold()
    with readable("the record", row) as part:
        for line in reader.lines(row.number):
            part.name, part.number = "entry", line.number
            [entry] = entries([line], row)
            fold.take(entry)
        part.name, part.number = "the record", None
        digest = fold.digest(row)
    return digest, Projected(row.number, encode(listed(digest)), encode(digest), terms(digest))


def digest_of(reader: Reader, row: SessionRow) -> Digest | None:
    """The digest of a session as it stands; None if its ledger cannot be read."""
    try:
        return project(reader, row)[0]
    except StoreFormatError:
        return None


class _Fold:
    """The record, and beside it what only the order of the entries tells: settings that changed."""

    def __init__(self) -> None:
        self._record = Record()
        self._sets: dict[tuple[int, str], set[int | None]] = {}

    def take(self, entry: Entry) -> None:
        """One more entry."""
        self._record.apply(entry)
        if entry.kind == Kind.OBSERVATION:
            self._take_settings(entry.content)
        elif entry.kind == Kind.AMENDMENT:
            self._sets.clear()
        elif entry.kind == Kind.AMENDED and entry.content["entry"][2] == Kind.OBSERVATION:
            self._take_settings(entry.content["entry"][3:])

    def _take_settings(self, content: Any) -> None:
        layout = self._record.layouts[content[0]]
        if layout.kind not in (ReportKind.SETTINGS, ReportKind.SETTING):
            return
        for column, value in zip(layout.columns, content[2], strict=True):
            if column.category is Category.SETTING and column.unit is not None and column.metric in _SET.values():
                known = nano(value, column.scale) if value is not None and column.fault is None else None
                self._sets.setdefault((layout.link, column.metric), set()).add(known)

    def digest(self, row: SessionRow) -> Digest:
        """The digest of what was taken."""
        record, started = self._record, self._record.started
        opened = record.statements.last(Kind.OPENED)
        protocol = record.protocol or {}
        total, totals = _given(record, None), record.tally.session
        return Digest(
            number=row.number,
            session=row.id,
            subject=row.subject,
            state=row.state,
            started=row.started,
            until=rfc3339(record.wall(record.last_us)) if started else None,
            zone=_text(started.get("host", {}).get("zone")),
            seconds=number(seconds(record.last_us)),
            entries=record.entries,
            practitioner=_text(started.get("practitioner")),
            role=_text(opened.now.get("role")) if opened is not None else None,
            protocol=_text(protocol.get("id")),
            protocol_version=_text(protocol.get("version")),
            family=family_of(record.protocol),
            approved=bool(protocol.get("approved")),
            modality=[word for word, holds in (("injection", injects), ("current", flows)) if holds(record)],
            devices=[device for link in record.devices for device in _devices(record, link)],
            total=total,
            elapsed=number(Decimal(totals.elapsed_ms) / 1000),
            zones=[_given(record, zone) for zone in record.tally.zones],
            lots=lots_of(record),
            alarms=_alarms(record),
            gaps=_gaps(record),
            means=list(self._means()),
            differences=[_difference(record, figure) for figure in record.reconciled],
            treated=treated(record),
            refused=bool(record.statements.of(Kind.REFUSED)),
            refused_because=_codes(record, Kind.REFUSED, "because"),
            not_asked=[what for whats in unasked_before(record).values() for what in whats],
            overrides=_codes(record, Kind.OVERRIDE, "of"),
            signed=status(record).value,
            follow_ups=[
                FollowUp(one.entry, one.on.isoformat(), one.by, one.settled) for one in agreed(record.statements)
            ],
            adverse_events=len(record.statements.of(Kind.ADVERSE_EVENT)),
            amendments=len(record.amendments),
            past=past_of(record).content() if started else None,
        )

    def _means(self) -> Iterator[Mean]:
        """What was measured of each metric in the whole session."""
        record = self._record
        for (zone, metric), spread in record.spreads.items():
            if zone is not None or not spread.count:
                continue
            links = {layout.link for layout in record.layouts.values() if _measures(layout, metric)}
            link = links.pop() if len(links) == 1 else None
            values = self._sets.get((link, _SET.get(metric, "")), set()) if link is not None else set()
            one = next(iter(values)) if len(values) == 1 else None
            yield Mean(
                metric=metric,
                unit=spread.unit,
                count=spread.count,
                mean=number(spread.mean),
                set=number(Decimal(one) / NANO) if one is not None else None,
                serial=_serial(record, link) if link is not None else None,
            )


def _measures(layout: Layout, metric: str) -> bool:
    return layout.kind.treats and any(column.metric == metric for column in layout.columns)


def _devices(record: Record, link: int) -> list[Device]:
    """All that were on a link, in order."""
    device = record.devices[link]
    said = {(one.get("model"), one.get("serial")): one for one in device.identities} or {(None, None): {}}
    return [
        Device(
            link=link,
            driver=str(device.plan["driver"]),
            model=_text(model),
            serial=_text(serial),
            simulated=bool(one.get("simulated")),
            typed=device.typed,
        )
        for (model, serial), one in said.items()
    ]


def _serial(record: Record, link: int) -> str | None:
    """The serial number of the one device that was on a link; None if there were several, or it has none."""
    first, *others = _devices(record, link)
    return first.serial if not others else None


def _given(record: Record, zone: str | None) -> Given:
    injections, volume = dose(record, zone, "injections"), dose(record, zone, "volume")
    charge = dose(record, zone, "charge")
    injected, flowed = injects(record), flows(record)
    return Given(
        zone=zone,
        injections=int(injections.value) if injected and injections.value is not None else None,
        volume=number(volume.value) if injected and volume.value is not None else None,
        charge=number(charge.value) if flowed and charge.value is not None else None,
        at_least=bool((injected and (injections.at_least or volume.at_least)) or (flowed and charge.at_least)),
        code=record.places.get(zone) or load().canonical(zone) if zone is not None else None,
    )


def _alarms(record: Record) -> list[Alarms]:
    counts: dict[tuple[str, str, int | None], int] = {}
    for alarm in record.alarms.values():
        sort = (alarm.priority, alarm.limit_name or alarm.text, alarm.limit)
        counts[sort] = counts.get(sort, 0) + 1
    return [Alarms(*sort, count) for sort, count in counts.items()]


def _gaps(record: Record) -> list[Gaps]:
    found: dict[str, Gaps] = {}
    for gap in record.gaps.values():
        lasted = seconds((gap.until_us if gap.until_us is not None else record.last_us) - gap.since_us)
        before = found.get(gap.cause, Gaps(gap.cause, 0, "0", 0))
        missing = before.missing + gap.missing if before.missing is not None and gap.missing is not None else None
        found[gap.cause] = Gaps(gap.cause, before.count + 1, number(Decimal(before.seconds) + lasted), missing)
    return list(found.values())


def _difference(record: Record, figure: dict[str, Any]) -> Difference:
    device, difference = Decimal(figure["device"]), Decimal(figure["difference"])
    return Difference(
        metric=figure["metric"],
        unit=figure["unit"],
        serial=_serial(record, figure["link"]),
        by=figure["by"],
        device=number(device),
        recorded=number(Decimal(figure["recorded"])),
        difference=number(difference),
        relative=number(difference / device) if device else None,
        agrees=figure["agrees"],
    )


def _codes(record: Record, kind: Kind, name: str) -> list[str]:
    found: dict[str, None] = {}
    for made in record.statements.of(kind):
        said = made.now.get(name, ())
        found |= dict.fromkeys(str(code) for code in (said if isinstance(said, list | tuple) else (said,)))
    return list(found)


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
