"""The fourth page: products as they are printed, syringes with what is in them, needle or electrode."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from devicelog.errors import BadInputError
from devicelog.products import consumable
from devicelog.products.amounts import Concentration, volume
from devicelog.products.checks import problems
from devicelog.products.expiry import Expiry
from devicelog.products.gs1 import scanned
from devicelog.screening.rule import METHODS, Method
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import ConsumableTable, IngredientTable, PartTable, ProductTable, SyringeTable
from devicelog.steps.said import PlaceError, products, syringes
from devicelog.steps.step import Step
from devicelog.web.forms import Form
from devicelog.web.pages.opening.fields import beside, english, numbers, table
from devicelog.web.pages.opening.page import Page, Part
from devicelog.web.pages.opening.room import Room
from devicelog.web.pages.opening.skipping import is_skipped, skip_fields, skip_of, skipped

_PRODUCT = ("name", "maker", "lot", "expiry", "use", "drawn", "ingredients", "by")
_CONSUMABLE = ("what", "gauge", "length", "needles", "type", "area", "lot", "by")
_ROOMS = ("product", "syringe", "consumable")
_NUMBERED = re.compile(r"(product|syringe) (\d+)")


def fields(room: Room) -> dict[str, list[str]]:
    """What was stated before."""
    draft = room.draft
    made: dict[str, list[str]] = {}
    for number, one in enumerate(draft.products):
        said = one.model_dump(mode="json", exclude_none=True)
        said["ingredients"] = "\n".join(f"{each.name}, {each.concentration}" for each in one.ingredients)
        made |= _named("product", number, said)
    for number, syringe in enumerate(draft.syringes):
        made |= _named("syringe", number, {"label": syringe.label, "by": syringe.by})
        made |= {f"syringe-{number}-part-{part.product - 1}": [part.volume] for part in syringe.parts}
    for number, used in enumerate(draft.consumables):
        made |= _named("consumable", number, used.model_dump(mode="json", exclude_none=True))
    return made | skip_fields(draft, Step.PRODUCTS)


def _named(room: str, number: int, said: Mapping[str, Any]) -> dict[str, list[str]]:
    return {f"{room}-{number}-{name}": [str(value)] for name, value in said.items() if value not in (None, "")}


# -- the draft of a form ---------------------------------------------------------------------------------------


def take(form: Form, room: Room) -> Draft:
    """The draft with the products, syringes and consumables of the form; rows that say nothing are left out."""
    draft = skipped(form, room.draft, Step.PRODUCTS)
    if is_skipped(form, Step.PRODUCTS):
        made: list[ProductTable] = []
        prepared: list[SyringeTable] = []
    else:
        rows = _rows(form, "product", _PRODUCT)
        made = [product for row in rows if (product := _product(form, row)) is not None]
        if not rows:
            form.refuse("product-0-name", room.t("opening-product-missing"))
        order = {row: place for place, row in enumerate(rows, 1)}
        prepared = [one for row in numbers(form, "syringe") if (one := _syringe(form, row, order)) is not None]
    used = [_consumable(form, row) for row in _rows(form, "consumable", _CONSUMABLE[1:])]
    made_of_used = tuple(one for one in used if one is not None)
    draft = replace(draft, products=tuple(made), syringes=tuple(prepared), consumables=made_of_used)
    if form.is_sound:
        _hold(form, room, draft)
    return draft


def _rows(form: Form, room: str, names: tuple[str, ...]) -> list[int]:
    """The rows in which something stands; the use of a product and what a consumable is are chosen already."""
    telling = [name for name in names if name not in ("use", "what")]
    return [row for row in numbers(form, room) if any(form.text(f"{room}-{row}-{name}") for name in telling)]


def _product(form: Form, row: int) -> ProductTable | None:
    begin = f"product-{row}"
    given: dict[str, Any] = {name: form.text(f"{begin}-{name}") for name in _PRODUCT}
    given["ingredients"] = _ingredients(form, row)
    for name, reading in (("expiry", Expiry.of), ("drawn", volume)):
        if given[name]:
            with beside(form, f"{begin}-{name}"):
                reading(given[name])
    return table(form, ProductTable, ("product", row), given)


def _ingredients(form: Form, row: int) -> list[IngredientTable]:
    """One a line: a name, a comma and a concentration."""
    name, found = f"product-{row}-ingredients", []
    for line in form.text(name).splitlines():
        said = line.strip()
        if not said:
            continue
        what, comma, amount = (part.strip() for part in said.rpartition(","))
        with beside(form, name):
            if not comma or not what:
                expected = "expected a name, a comma and a concentration: hyaluronic acid, 10 mg/mL"
                raise BadInputError(f"found {said[:60]!r}, {expected}.")
            Concentration.of(amount)
            made = table(form, IngredientTable, ("product", row), {"name": what, "concentration": amount})
            found += [made] if made is not None else []
    return found


def _syringe(form: Form, row: int, order: Mapping[int, int]) -> SyringeTable | None:
    """A syringe with its parts; None for an empty row."""
    begin = f"syringe-{row}"
    given = {product: form.text(f"{begin}-part-{product}") for product in order}
    parts = []
    for product, text in given.items():
        if text:
            with beside(form, f"{begin}-part-{product}"):
                volume(text)
            parts.append(PartTable(product=order[product], volume=text))
    label = form.text(f"{begin}-label")
    if not label and not parts:
        return None
    if not parts:
        form.refuse(f"{begin}-part-{next(iter(order), 0)}", english("found nothing, expected a volume such as 1 mL"))
        return None
    return table(form, SyringeTable, ("syringe", row), {"label": label, "parts": parts, "by": form.text(f"{begin}-by")})


def _consumable(form: Form, row: int) -> ConsumableTable | None:
    begin = f"consumable-{row}"
    given: dict[str, Any] = {name: form.text(f"{begin}-{name}") for name in _CONSUMABLE}
    needle = given["what"] == "needle"
    for name in ("type", "area") if needle else ("gauge", "length", "needles"):
        given[name] = ""
    needed = "gauge" if needle else "type"
    if not given[needed]:
        what = "the gauge of the needle, such as 30" if needle else "the type of the electrode, such as sponge"
        form.refuse(f"{begin}-{needed}", english(f"found nothing, expected {what}"))
    for name, reading in (("length", consumable.length), ("area", consumable.area)):
        if given[name]:
            with beside(form, f"{begin}-{name}"):
                reading(given[name])
    if given["gauge"]:
        with beside(form, f"{begin}-gauge"):
            given["gauge"] = consumable.gauge(given["gauge"])
    if given["needles"]:
        count = given["needles"]
        given["needles"] = int(count) if count.isascii() and count.isdecimal() and len(count) < 9 else count
    return table(form, ConsumableTable, ("consumable", row), given)


def _hold(form: Form, room: Room, draft: Draft) -> None:
    """What cannot be, beside the field that is to blame."""
    rows = {"product": _rows(form, "product", _PRODUCT), "syringe": numbers(form, "syringe")}
    try:
        made, prepared = products(draft, "-"), syringes(draft, "-")
    except PlaceError as error:
        form.refuse("product-0-name", english(str(error)))
        return
    for problem in problems(made, prepared, room.setting.today):
        if problem.must_be_mended:
            found = _NUMBERED.search(problem.sentence)
            what, place = (found[1], int(found[2]) - 1) if found is not None else ("product", 0)
            row = rows[what][place] if place < len(rows[what]) else 0
            field = "label" if what == "syringe" else "drawn" if "drawn" in problem.sentence else "name"
            form.refuse(f"{what}-{row}-{field}", english(problem.sentence))


def lacks(room: Room) -> bool:
    """Whether products are neither stated nor left out."""
    return not room.draft.products and skip_of(room.draft, Step.PRODUCTS) is None


# -- what the page shows ---------------------------------------------------------------------------------------


def shows(form: Form, room: Room) -> Mapping[str, Any]:
    """The rows, at least one of products, and what must be seen of each lot."""
    modality = room.setting.modality
    method = METHODS[modality] if modality is not None else None
    rows = {name: numbers(form, name) for name in _ROOMS}
    rows["product"] = rows["product"] or [0]
    rows["consumable"] = rows["consumable"] or [0]
    return {
        "rows": rows,
        "what": "electrode" if method is Method.NO_NEEDLE else "needle",
        "problems": {row: _seen(form, room, row) for row in rows["product"]},
    }


def _seen(form: Form, room: Room, row: int) -> dict[str, list[str]]:
    """What must be seen of a product's lot and expiry, before it is gone on: it stops the session."""
    lot, printed = form.text(f"product-{row}-lot"), form.text(f"product-{row}-expiry")
    found: dict[str, list[str]] = {"lot": [], "expiry": []}
    recalls = room.setting.recalls
    table_ = {"name": form.text(f"product-{row}-name") or "?", "maker": form.text(f"product-{row}-maker") or None}
    try:
        one = ProductTable.model_validate({**table_, "lot": lot or None, "drawn": "1 mL"})
        (product,) = products(Draft(products=(one,)), "-")
    except (ValueError, BadInputError):
        return found
    recall = recalls.of(product) if recalls is not None and lot else None
    if recall is not None:
        found["lot"].append(f"recalled since {recall.wall[:10]}: {recall.reason.rstrip('.')}")
    try:
        expiry = Expiry.of(printed) if printed else None
    except BadInputError:
        return found
    if expiry is not None and expiry.has_passed(room.setting.today):
        found["expiry"].append(f"expired on {expiry}, and today is {room.setting.today}")
    return found


# -- what its buttons do ---------------------------------------------------------------------------------------


def act(form: Form, _: Room) -> Form | None:
    """Add or remove a row; what was scanned is read in any case."""
    word, _space, what = form.text("do").partition(" ")
    made = {name: form.all(name) for name in form}
    if word == "add" and what in _ROOMS:
        number = max(numbers(form, what) or ([0] if what == "product" else [-1]), default=-1) + 1
        made[f"{what}-{number}-{'label' if what == 'syringe' else 'lot'}"] = []
        return Form(made)
    if word == "remove":
        begin = f"{what}-"
        return Form({name: values for name, values in made.items() if not name.startswith(begin)})
    return Form(made) if word == "read" else None


def read_scans(form: Form, room: Room) -> Form:
    """The form with lot and expiry of what was scanned in their fields; a scan that cannot be read stays, and why."""
    made = {name: form.all(name) for name in form}
    read = Form(made)
    for row in numbers(form, "product"):
        text = next(iter(form.all(f"product-{row}-scan")), "")
        if not text:
            continue
        with beside(read, f"product-{row}-scan"):
            found = scanned(text, room.setting.today.year)
            made[f"product-{row}-scan"] = []
            for name, value in (("lot", found.lot), ("expiry", found.expiry)):
                if value is not None:
                    made[f"product-{row}-{name}"] = [value]
            if found.gtin is not None:
                made[f"product-{row}-gtin"] = [found.gtin]
    after = Form(made)
    after.errors.update(read.errors)
    return after


def parts(before: Form, _: Room) -> list[Part]:
    """The printed part of each product that was scanned, or whose lot or expiry must be looked at."""
    return [
        (f"printed-{row}", "open_printed.html", {"row": row})
        for row in numbers(before, "product")
        if before.text(f"product-{row}-scan")
    ]


PAGE = Page("products", fields, take, shows, lacks, (Step.PRODUCTS,), act, read_scans, parts)
