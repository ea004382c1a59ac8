"""What two treatment protocols differ in: limits changed, added and removed, sources, excluded zones, the head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from devicelog.treatment.citation import amount_text, bracketed
from devicelog.treatment.protocol import Limit, TopUp, TreatmentProtocol
from devicelog.treatment.strictness import loosened

#: The fields of the head that are compared.
_HEAD = ("id", "version", "title", "family", "modality", "area", "status")


@dataclass(frozen=True, slots=True)
class LimitChange:
    """One limit in both: what changed, field by field as people read it, and in which ways it is looser now."""

    name: str
    fields: dict[str, tuple[str | None, str | None]]
    looser: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What stands in the second protocol and not so in the first."""

    head: dict[str, tuple[str | None, str | None]]
    changed: tuple[LimitChange, ...]
    added: tuple[Limit, ...]
    removed: tuple[Limit, ...]
    sources: dict[str, tuple[str | None, str | None]]
    zones_added: tuple[str, ...]
    zones_removed: tuple[str, ...]

    @property
    def looser(self) -> list[str]:
        """Everything that the second lets pass and the first did not, one sentence part each."""
        found = [f"{change.name}: {how}" for change in self.changed for how in change.looser]
        found += [f"{limit.name}: it is gone" for limit in self.removed if not limit.documented]
        return found + [f"the zone {zone}: it is excluded no longer" for zone in self.zones_removed]

    def lines(self) -> Iterator[str]:
        """One line a difference, for people."""
        for name, (before, now) in self.head.items():
            yield f"{name}: {before or 'none'} → {now or 'none'}"
        for change in self.changed:
            yield from (f"{change.name}: {_told(name, *both)}" for name, both in change.fields.items())
        yield from (f"{limit.name}: added, {limit_text(limit)}" for limit in self.added)
        yield from (f"{limit.name}: removed, {limit_text(limit)}" for limit in self.removed)
        yield from (f"source {key}: {_told('', *both).strip()}" for key, both in self.sources.items())
        yield from (f"zone {zone}: excluded now" for zone in self.zones_added)
        yield from (f"zone {zone}: excluded no longer" for zone in self.zones_removed)

    def content(self) -> dict[str, Any]:
        """In plain JSON types."""
        return {
            "head": _both(self.head),
            "changed": [
                {"limit": one.name, "fields": _both(one.fields), "looser": list(one.looser)} for one in self.changed
            ],
            "added": [{"limit": limit.name, "text": limit_text(limit)} for limit in self.added],
            "removed": [{"limit": limit.name, "text": limit_text(limit)} for limit in self.removed],
            "sources": _both(self.sources),
            "excluded_zones": {"added": list(self.zones_added), "removed": list(self.zones_removed)},
            "looser": self.looser,
        }


def differences(first: TreatmentProtocol, second: TreatmentProtocol) -> Differences:
    """What the second protocol says that the first does not."""
    before = {limit.name: limit for limit in _limits(first)}
    now = {limit.name: limit for limit in _limits(second)}
    head: dict[str, tuple[str | None, str | None]] = {"top_up": (_top_up(first.top_up), _top_up(second.top_up))}
    head = {name: (str(getattr(first, name)), str(getattr(second, name))) for name in _HEAD} | head
    sources = {
        key: (_source(first, key), _source(second, key)) for key in dict.fromkeys([*first.sources, *second.sources])
    }
    return Differences(
        head={name: both for name, both in head.items() if both[0] != both[1]},
        changed=tuple(_changes(before, now)),
        added=tuple(limit for name, limit in now.items() if name not in before),
        removed=tuple(limit for name, limit in before.items() if name not in now),
        sources={key: both for key, both in sources.items() if both[0] != both[1]},
        zones_added=tuple(zone for zone in second.excluded_zones if zone not in first.excluded_zones),
        zones_removed=tuple(zone for zone in first.excluded_zones if zone not in second.excluded_zones),
    )


def limit_text(limit: Limit) -> str:
    """Both values of a limit with their sources: "soft 2 mm [HP2018 M], hard 4 mm [KT2013 M]"."""
    both = (("soft", limit.soft, limit.soft_source), ("hard", limit.hard, limit.hard_source))
    values = [
        f"{name} {amount_text(value, limit.unit)} {bracketed(source)}"
        for name, value, source in both
        if value is not None
    ]
    return ", ".join(values)


def _limits(protocol: TreatmentProtocol) -> Iterator[Limit]:
    return iter(protocol.limits)


def _changes(before: dict[str, Limit], now: dict[str, Limit]) -> Iterator[LimitChange]:
    for name, limit in before.items():
        if name not in now:
            continue
        fields = {what: (old, new) for what, old, new in _fields(limit, now[name]) if old != new}
        if fields:
            yield LimitChange(name, fields, tuple(loosened(limit, now[name])))


def _fields(first: Limit, second: Limit) -> Iterator[tuple[str, str | None, str | None]]:
    """Each field of two limits as people read it."""
    told = (_told_fields(first), _told_fields(second))
    for name in told[0]:
        yield name, told[0][name], told[1][name]


def _told_fields(limit: Limit) -> dict[str, str | None]:
    def amount(value: Any, unit: str) -> str | None:
        return amount_text(value, unit) if value is not None else None

    return {
        "soft": amount(limit.soft, limit.unit),
        "soft source": bracketed(limit.soft_source) if limit.soft is not None else None,
        "hard": amount(limit.hard, limit.unit),
        "hard source": bracketed(limit.hard_source) if limit.hard is not None else None,
        "tolerance": amount(limit.tolerance, limit.unit),
        "hysteresis": str(limit.hysteresis),
        "delay": amount(limit.delay, "s"),
        "latching": "yes" if limit.latching else "no",
        "documented": "yes" if limit.documented else "no",
        "note": limit.note or None,
    }


def _source(protocol: TreatmentProtocol, key: str) -> str | None:
    source = protocol.sources.get(key)
    return f"{source.title}, {source.where}" if source is not None else None


def _top_up(top_up: TopUp | None) -> str | None:
    if top_up is None:
        return None
    return f"{amount_text(top_up.after, 'day')} to {amount_text(top_up.until, 'day')} {bracketed(top_up.source)}"


def _told(what: str, before: str | None, now: str | None) -> str:
    return f"{what} {before or 'none'} → {now or 'none'}"


def _both(fields: dict[str, tuple[str | None, str | None]]) -> dict[str, dict[str, str | None]]:
    return {name: {"first": before, "second": now} for name, (before, now) in fields.items()}
