"""A treatment protocol as the TOML of its file: what `devicelog.treatment.protocol_file` reads back as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from devicelog.treatment.protocol import (
    CHANNEL_RULES,
    HYSTERESIS,
    Citation,
    Limit,
    Overlay,
    TreatmentProtocol,
)
from devicelog.units import plain

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = """\
# {title}
#
# Made of {base} version {version} by `devicelog protocols derive`. Approved by nobody until somebody approves it by
# name; nothing in this file is clinical advice.
#
# soft: a value beyond it is a warning. hard: a value beyond it is an alarm. A value exactly at a limit is within it.
# Every number names its source (a key of [sources], at the end) and how good that source is for this number:
#   H  a regulator, a label, a law or the text of a standard was seen
#   M  a paper, an abstract or a maker's manual was seen
#   L  a clinic's, a training site's or a product page was seen
#   G  general knowledge, not read again
#   E  a choice, not a clinical number
"""


def text_of_protocol(protocol: TreatmentProtocol) -> str:
    """The file's text; the protocol's own `text` and `sha256` are of the file that it was read from."""
    blocks = ["\n".join(_head(protocol))]
    blocks += ["\n".join(_limit(limit, "limit")) for limit in protocol.limits]
    for overlay in protocol.overlays:
        blocks += ["\n".join(_overlay(overlay)), *("\n".join(_limit(one, "overlay.limit")) for one in overlay.limits)]
    blocks += ["\n".join(block) for block in (_top_up(protocol), _derived_from(protocol), _sources(protocol)) if block]
    return "\n\n".join(blocks) + "\n"


def _head(protocol: TreatmentProtocol) -> Iterator[str]:
    if protocol.derived_from is not None:
        base = protocol.derived_from
        yield _HEAD.format(title=" ".join(protocol.title.split()), base=base.id, version=" ".join(base.version.split()))
    for name in ("id", "family", "version", "title", "status", "modality", "area", "notes", "evidence_note"):
        value = getattr(protocol, name)
        if value:
            yield f"{name} = {_text(value)}"
    if protocol.excluded_zones:
        yield f"excluded_zones = [{', '.join(map(_text, protocol.excluded_zones))}]"


def _limit(limit: Limit, table: str) -> Iterator[str]:
    rule = CHANNEL_RULES[limit.channel]
    yield f"# {limit.name}"
    yield f"[[{table}]]"
    yield f"scope = {_text(limit.scope)}"
    yield f"channel = {_text(limit.channel)}"
    if limit.statistic is not None:
        yield f"statistic = {_text(limit.statistic)}"
    if limit.direction is not rule.direction or limit.direction.value == "min":
        yield f"direction = {_text(limit.direction)}"
    for name, value, source in (("soft", limit.soft, limit.soft_source), ("hard", limit.hard, limit.hard_source)):
        if value is not None:
            yield f"{name} = {_amount(value, limit.unit)}"
        if source is not None:
            yield f"{name}_source = {_citation(source)}"
    yield from _settings(limit)


def _settings(limit: Limit) -> Iterator[str]:
    """The fields of a limit that are not as they are without being written."""
    if limit.tolerance:
        yield f"tolerance = {_amount(limit.tolerance, limit.unit)}"
    if limit.hysteresis != HYSTERESIS.get(limit.scope, Decimal(0)):
        yield f"hysteresis = {_text(f'{plain(limit.hysteresis * 100)} %')}"
    if limit.delay:
        yield f"delay = {_amount(limit.delay, 's')}"
    if limit.latching != (limit.hard is not None):
        yield f"latching = {'true' if limit.latching else 'false'}"
    if limit.documented:
        yield "documented = true"
    if limit.note:
        yield f"note = {_text(limit.note)}"


def _overlay(overlay: Overlay) -> Iterator[str]:
    yield "[[overlay]]"
    yield f"{'country' if overlay.name.isupper() else 'clinic'} = {_text(overlay.name)}"
    if overlay.note:
        yield f"note = {_text(overlay.note)}"


def _top_up(protocol: TreatmentProtocol) -> list[str]:
    top_up = protocol.top_up
    if top_up is None:
        return []
    lines = ["[top_up]", f"after = {_amount(top_up.after, 'day')}", f"until = {_amount(top_up.until, 'day')}"]
    return lines + ([f"source = {_citation(top_up.source)}"] if top_up.source is not None else [])


def _derived_from(protocol: TreatmentProtocol) -> list[str]:
    base = protocol.derived_from
    if base is None:
        return []
    fields = {"id": base.id, "version": base.version, "sha256": base.sha256}
    return ["[derived_from]", *(f"{name} = {_text(value)}" for name, value in fields.items())]


def _sources(protocol: TreatmentProtocol) -> list[str]:
    if not protocol.sources:
        return []
    rows = [
        f"{key if _BARE.fullmatch(key) else _text(key)} = {{ title = {_text(one.title)}, where = {_text(one.where)} }}"
        for key, one in protocol.sources.items()
    ]
    return ["[sources]", *rows]


def _citation(source: Citation) -> str:
    return f"{{ key = {_text(source.key)}, grade = {_text(source.grade)} }}"


def _amount(value: Decimal, unit: str) -> str:
    return plain(value) if unit == "count" else _text(f"{plain(value)} {unit}")


def _text(value: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
