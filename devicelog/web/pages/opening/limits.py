"""Treatment protocols as a page offers them: each with its status, what it limits, and its overlays."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from devicelog.errors import BadInputError
from devicelog.store.reader import Reader
from devicelog.treatment.citation import amount_text
from devicelog.treatment.protocol import Limit, Modality, TreatmentProtocol
from devicelog.treatment.protocol_file import load, parse, shipped


@dataclass(frozen=True, slots=True)
class Offered:
    """A protocol that can be chosen, as a form names it (ID or ID+OVERLAY); `approved` is by whom, "" if by nobody."""

    value: str
    protocol: TreatmentProtocol
    overlay: str
    overlay_note: str
    approved: str

    @property
    def limits(self) -> list[tuple[str, str, str]]:
        """Each limit in words: its name, the soft and the hard value."""
        return [(one.name, _bound(one, one.soft), _bound(one, one.hard)) for one in self.protocol.limits]


def _bound(limit: Limit, value: Decimal | None) -> str:
    """A value with its unit, squares as people write them."""
    return amount_text(value, limit.unit).replace("**2", "²") if value is not None else ""


@cache
def _shipped(path: Path) -> TreatmentProtocol:
    return load(path)


def offered(reader: Reader) -> list[Offered]:
    """All that were approved here, and the examples that come with devicelog; one that cannot be read is left out."""
    approvals = {one.id: one for one in reader.approved() if one.withdrawn is None}
    own = {id_: text for id_, one in approvals.items() if (text := one.text) is not None}
    found: dict[str, TreatmentProtocol] = {id_: _shipped(path) for id_, path in shipped().items() if id_ not in own}
    for id_, text in own.items():
        try:
            found[id_] = parse(text, where=id_)
        except BadInputError:
            continue
    made = []
    for id_, protocol in sorted(found.items(), key=lambda pair: (pair[0] not in own, pair[0])):
        approval = reader.approval(protocol.sha256)
        by = str(approval["by"]) if approval is not None else ""
        made.append(Offered(id_, protocol, "", "", by))
        for overlay in protocol.overlays:
            applied = protocol.with_overlay(overlay.name)
            made.append(Offered(f"{id_}+{overlay.name}", applied, overlay.name, overlay.note, by))
    return made


def by_modality(found: list[Offered], intended: Modality | None) -> list[tuple[Modality, list[Offered]]]:
    """The protocols by how the treatment reaches the skin, the intended way first."""
    order = sorted(Modality, key=lambda one: one is not intended)
    groups = [(modality, [one for one in found if one.protocol.modality is modality]) for modality in order]
    return [(modality, group) for modality, group in groups if group]
