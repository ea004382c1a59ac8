"""What can be stated while a session is recorded, and what each statement comes to; no keyboard, no page.

What there is to choose from is known from the beginning, and so a session that goes on after its computer broke down
has the same from its record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog import clock
from devicelog.bodymap.zones import named
from devicelog.errors import UnknownNameError
from devicelog.ledger import Kind
from devicelog.ledger.sealed import seal_fields
from devicelog.products.alarms import put_in_use
from devicelog.record.used import day, used
from devicelog.recorder.act import act
from devicelog.screening.learned import acts, against, learned
from devicelog.screening.rules import load
from devicelog.steps.keys import KeyChoices, Zone
from devicelog.steps.said import products, syringes
from devicelog.store.recalls import recalls
from devicelog.treatment.exclusions import excluded
from devicelog.treatment.kept import protocol_of

if TYPE_CHECKING:
    from datetime import date

    from devicelog.bodymap.zones import BodyMap
    from devicelog.chunk import Chunk
    from devicelog.opening.stated import Stated
    from devicelog.products.product import Product
    from devicelog.products.recall import Recalls
    from devicelog.products.syringe import Syringe
    from devicelog.record.record import Record
    from devicelog.screening.rule import Rules
    from devicelog.store.reader import Reader
    from devicelog.treatment.protocol import Modality, TreatmentProtocol

#: Seals a free text with the subject's key.
SealText = Callable[[str], dict[str, str]]
#: A kind of statement and its content, free text plain.
Act = tuple[Kind, dict[str, Any]]


@dataclass(slots=True)
class During:
    """A session while it is recorded. `rules` are there also where nobody was asked: something can be learned.

    `by` is who treats, `today` the day on which it began, where it is recorded. `planned` are zones as they were typed,
    `overridden` what was overridden, as `of` of an override says it; `in_use` is the number of the syringe in use
    (None: none was prepared).
    """

    by: str
    today: date
    rules: Rules
    protocol: TreatmentProtocol | None
    body_map: BodyMap | None
    recalls: Recalls | None
    planned: tuple[str, ...]
    products: Sequence[Product]
    syringes: dict[int, Syringe]
    overridden: frozenset[str]
    in_use: int | None

    @classmethod
    def begun(cls, said: Stated, zones: Sequence[str]) -> During:
        """Of a session that begins with these statements and planned zones."""
        setting = said.setting
        prepared = {one.number: one for one in syringes(said.draft, setting.practitioner)}
        return cls(
            by=setting.practitioner,
            today=setting.today,
            rules=setting.rules or load(),
            protocol=setting.protocol,
            body_map=setting.body_map,
            recalls=setting.recalls,
            planned=tuple(dict.fromkeys(zones)),
            products=products(said.draft, setting.practitioner),
            syringes=prepared,
            overridden=said.overridden,
            in_use=next(iter(prepared), None),
        )

    @classmethod
    def of(cls, record: Record, reader: Reader, rules: Rules | None = None) -> During:
        """Of a session that goes on: the same from its record, which has begun, with the recalls of now.

        A record names its screening rules and does not hold them: `rules` are the clinic's own (None: those that come
        with devicelog). Raises ProtocolFileError, and BadInputError for a body map that is not installed.
        """
        started, found = record.started, used(record)
        return cls(
            by=str(started["practitioner"]),
            today=day(record),
            rules=rules or load(),
            protocol=protocol_of(record.protocol, where=record.session) if record.protocol is not None else None,
            body_map=named(started.get("body_map")),
            recalls=recalls(reader),
            planned=tuple(dict.fromkeys(started["zones"])),
            products=found.products,
            syringes=found.syringes,
            overridden=frozenset(made.now["of"] for made in record.statements.of(Kind.OVERRIDE)),
            in_use=record.doses.in_use,
        )

    @classmethod
    def bare(cls, by: str, zones: Sequence[str], today: date) -> During:
        """Of a session that goes on and whose record does not say more that can be used: its planned zones alone."""
        return cls(
            by=by,
            today=today,
            rules=load(),
            protocol=None,
            body_map=None,
            recalls=None,
            planned=tuple(dict.fromkeys(zones)),
            products=(),
            syringes={},
            overridden=frozenset(),
            in_use=None,
        )

    # -- what there is to choose from --------------------------------------------------------------------------

    @property
    def modality(self) -> Modality | None:
        """How the treatment reaches the skin; None: not known, and the strictest rules hold."""
        return self.protocol.modality if self.protocol is not None else None

    @property
    def zones(self) -> list[str]:
        """The codes that are offered: the planned ones first, then all others of the body map."""
        body_map = self.body_map
        planned = {body_map.canonical(zone) for zone in self.planned} if body_map is not None else set()
        others = [code for code in body_map.zones if code not in planned] if body_map is not None else []
        return [*self.planned, *others]

    @property
    def labels(self) -> dict[int, str]:
        """The syringes by their number, as they were labelled."""
        return {number: one.label for number, one in self.syringes.items()}

    def named(self, syringe: int | None) -> tuple[str, ...]:
        """The names of the products in a syringe; None: of all that were taken for the session."""
        found = self.syringes.get(syringe) if syringe is not None else None
        numbers = {part.product for part in found.parts} if found is not None else set()
        return tuple(one.name for one in self.products if syringe is None or one.number in numbers)

    @property
    def questions(self) -> dict[str, str]:
        """What can be learned to be against the treatment: the questions of the screening, code and title."""
        return {rule.code: rule.title for rule in self.rules.asked(self.modality)}

    @property
    def choices(self) -> KeyChoices:
        """All of it, as keys choose from it."""
        return KeyChoices(self.zones, self.find, self.labels, self.by, self.questions)

    def find(self, text: str) -> Zone | None:
        """The zone that a code or another name means; a planned one is one, also where it is not on the body map."""
        place = self.body_map.find(text) if self.body_map is not None else None
        if place is None and text not in self.planned:
            return None
        code = text if text in self.planned or place is None else place.code
        why = excluded(self.protocol, self.body_map, code) if self.protocol is not None else None
        return Zone(code, place.name if place is not None else code, why or "")

    # -- what a statement comes to -----------------------------------------------------------------------------

    def acts(self, kind: Kind, content: dict[str, Any]) -> list[Act]:
        """What is stated with it, in order; of a syringe, it is the one in use from now on.

        A syringe brings its alarms along, and takes those of the one before away; what is learned may raise one.
        Raises UnknownNameError for a syringe that was not prepared, and for a question that nobody asks.
        """
        if kind is Kind.SCREENING:
            return self._learned(content)
        if kind is Kind.SYRINGE_IN_USE:
            return self._taken(content["syringe"], content["because"])
        return [(kind, content)]

    def chunks(self, kind: Kind, content: dict[str, Any], seal: SealText) -> list[Chunk]:
        """The same as inputs of the recording, all of this moment, free texts sealed; raises as `acts`."""
        stamp = clock.now()
        return [act(stamp, each, **seal_fields(each, said, seal)) for each, said in self.acts(kind, content)]

    def _taken(self, number: int, because: str) -> list[Act]:
        if number not in self.syringes:
            raise UnknownNameError("syringe", str(number), map(str, self.syringes))
        before = self.syringes.get(self.in_use) if self.in_use is not None else None
        self.in_use = number
        told = (self.today, self.recalls, self.overridden, because)
        return put_in_use(self.syringes[number], before, self.products, *told)

    def _learned(self, content: dict[str, Any]) -> list[Act]:
        """A contraindication that is learned now; nothing stops."""
        answer = against(self.rules, content["code"], detail=content.get("detail"))
        assessed = learned(self.rules, self.modality, answer, today=self.today)
        return list(acts(self.rules, assessed, by=content["by"]))
