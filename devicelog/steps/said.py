"""From a draft to the statements of a session, in the order of its steps.

Contents are those of docs/ledger.md; free text is plain here, and sealed by whoever writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.problems import Location
from devicelog.products import consumable
from devicelog.products.amounts import Concentration, volume
from devicelog.products.expiry import Expiry
from devicelog.products.product import Ingredient, Product, Use
from devicelog.products.syringe import Part, Syringe
from devicelog.screening.assessment import Assessment
from devicelog.screening.statements import screening_contents
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import ConsumableTable, ProductTable, SyringeTable
from devicelog.steps.step import Step
from devicelog.treatment.course import CourseFindings

_S = TypeVar("_S")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement; `loc` is where it stands in the plan, for messages."""

    kind: Kind
    content: dict[str, Any]
    loc: Location = ()


class PlaceError(BadInputError):
    """Something that a draft says and that cannot be; `loc` is where."""

    def __init__(self, loc: Location, sentence: str) -> None:
        super().__init__(sentence)
        self.loc = loc


def statements(
    draft: Draft, practitioner: str, screening: Assessment | None, course: CourseFindings | None = None
) -> list[Said]:
    """All that a draft states, in the order of the steps; raises PlaceError."""
    opened = _opened(draft, practitioner, course)
    return [*opened, *_asked(draft, practitioner, screening), *_taken(draft, practitioner)]


def _opened(draft: Draft, practitioner: str, course: CourseFindings | None) -> Iterator[Said]:
    session = draft.session
    content = {
        "by": practitioner,
        "role": session.role,
        "registration": session.registration,
        "place": session.place,
        **({"supervisor": session.supervisor} if session.supervisor is not None else {}),
    }
    yield Said(Kind.OPENED, content, ("session",))
    if course is not None:
        yield Said(Kind.COURSE, course.content(), ("session",))


def _asked(draft: Draft, practitioner: str, screening: Assessment | None) -> Iterator[Said]:
    """Medical history, screening, consent, patch test and consultation; a skip stands in the place of its step."""
    if draft.history is not None:
        table = draft.history
        content = {"reviewed": table.reviewed, "by": table.by or practitioner, **_some(text=table.text)}
        yield Said(Kind.HISTORY, content, ("history",))
    yield from _skipped(draft, practitioner, Step.HISTORY)
    if screening is not None:
        for content in screening_contents(screening, by=practitioner):
            yield Said(Kind.SCREENING, content, ("screening", content["code"]))
    yield from _skipped(draft, practitioner, Step.SCREENING)
    yield from overridden(draft, practitioner, of_products=False)
    if draft.consent is not None:
        yield Said(Kind.CONSENT, _consent(draft, practitioner), ("consent",))
    yield from _skipped(draft, practitioner, Step.CONSENT)
    if draft.patch_test is not None:
        patch = draft.patch_test
        more = _some(product=patch.product, on=_day(patch.on), result=patch.result)
        yield Said(Kind.PATCH_TEST, {"done": patch.done, "by": patch.by or practitioner, **more}, ("patch_test",))
    yield from _skipped(draft, practitioner, Step.PATCH_TEST)
    if draft.consultation is not None:
        told = draft.consultation
        content = {"by": told.by or practitioner, **_some(on=_day(told.on), text=told.text)}
        yield Said(Kind.CONSULTATION, content, ("consultation",))
    yield from _skipped(draft, practitioner, Step.CONSULTATION)


def _taken(draft: Draft, practitioner: str) -> Iterator[Said]:
    """Products, syringes, needles and electrodes."""
    for index, product in enumerate(products(draft, practitioner)):
        yield Said(Kind.PRODUCT, product.content(), ("product", index))
    for index, syringe in enumerate(syringes(draft, practitioner)):
        yield Said(Kind.SYRINGE, syringe.content(), ("syringe", index))
    for index, table in enumerate(draft.consumables):
        yield Said(Kind.CONSUMABLE, _consumable(table, practitioner, ("consumable", index)), ("consumable", index))
    yield from _skipped(draft, practitioner, Step.PRODUCTS)
    yield from overridden(draft, practitioner, of_products=True)


def overridden(draft: Draft, practitioner: str, *, of_products: bool) -> Iterator[Said]:
    """The overrides: those of products stand behind what they are of."""
    for index, table in enumerate(draft.overrides):
        if table.of.startswith("product:") is of_products:
            content = {"of": table.of, "reason": table.reason, "by": table.by or practitioner}
            more = _some(specialist=table.specialist)
            yield Said(Kind.OVERRIDE, {**content, **more}, ("override", index))


def _skipped(draft: Draft, practitioner: str, step: Step) -> Iterator[Said]:
    for index, table in enumerate(draft.skips):
        if table.step == step:
            content = {"step": step.value, "reason": table.reason, "by": table.by or practitioner}
            yield Said(Kind.SKIPPED, content, ("skip", index))


def _consent(draft: Draft, practitioner: str) -> dict[str, Any]:
    table = draft.consent
    assert table is not None
    return {
        "given": table.given,
        "form": table.form,
        "version": table.version,
        "taken_by": table.taken_by or practitioner,
        **_some(on=_day(table.on)),
        "risks_discussed": table.risks_discussed,
        "cooling_off": table.cooling_off,
        "photographs": table.photographs,
        "by": table.by or practitioner,
    }


# -- products --------------------------------------------------------------------------------------------------


def products(draft: Draft, practitioner: str) -> list[Product]:
    """The products, numbered from 1; raises PlaceError for an amount or an expiry that cannot be read."""
    return [_product(table, index, practitioner) for index, table in enumerate(draft.products)]


def _product(table: ProductTable, index: int, practitioner: str) -> Product:
    loc: Location = ("product", index)
    ingredients = [
        Ingredient(one.name, _read(Concentration.of, one.concentration, (*loc, "ingredients")))
        for one in table.ingredients
    ]
    return Product(
        number=index + 1,
        name=table.name,
        maker=table.maker,
        lot=table.lot,
        expiry=_read(Expiry.of, table.expiry, (*loc, "expiry")) if table.expiry is not None else None,
        use=Use(table.use),
        ingredients=tuple(ingredients),
        drawn=_read(volume, table.drawn, (*loc, "drawn")),
        by=table.by or practitioner,
    )


def syringes(draft: Draft, practitioner: str) -> list[Syringe]:
    """The syringes, numbered from 1; raises PlaceError for a volume that cannot be read."""
    return [_syringe(table, index, practitioner) for index, table in enumerate(draft.syringes)]


def _syringe(table: SyringeTable, index: int, practitioner: str) -> Syringe:
    loc: Location = ("syringe", index, "parts")
    parts = [Part(part.product, _read(volume, part.volume, loc)) for part in table.parts]
    return Syringe.of(index + 1, table.label, parts, table.by or practitioner)


def _consumable(table: ConsumableTable, practitioner: str, loc: Location) -> dict[str, Any]:
    """A needle, of which the gauge must be known, or an electrode, of which the type must be."""
    by = table.by or practitioner
    if table.what == "electrode":
        if table.type is None:
            raise PlaceError((*loc, "type"), "found nothing, expected the type of the electrode, such as 'sponge'")
        area = _read(consumable.area, table.area, (*loc, "area")) if table.area is not None else None
        return consumable.Electrode(table.type, area, table.lot, by).content()
    if table.gauge is None:
        raise PlaceError((*loc, "gauge"), "found nothing, expected the gauge of the needle, such as 30")
    length = _read(consumable.length, table.length, (*loc, "length")) if table.length is not None else None
    gauge = _read(consumable.gauge, table.gauge, (*loc, "gauge"))
    return consumable.Needle(gauge, length, table.needles or 1, table.lot, by).content()


def _read(reading: Callable[[_S], _T], text: _S, loc: Location) -> _T:
    """What a text of the draft means; PlaceError if it cannot be read."""
    try:
        return reading(text)
    except BadInputError as error:
        raise PlaceError(loc, str(error)) from None


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None


def _some(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "")}
