"""What is asked before a session, step by step; the answers make a draft, as a plan file does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from devicelog.errors import BadInputError
from devicelog.products import consumable
from devicelog.products.amounts import Concentration, volume
from devicelog.products.checks import problems
from devicelog.products.expiry import Expiry
from devicelog.screening.rule import METHODS, Demand, Method, Reply, Rule
from devicelog.steps.asking import Questions
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Setting, Stop, screened, stops
from devicelog.steps.plan_schema import (
    AnswerTable,
    ConsentTable,
    ConsultationTable,
    ConsumableTable,
    HistoryTable,
    IngredientTable,
    OverrideTable,
    PartTable,
    PatchTestTable,
    ProductTable,
    SkipTable,
    SyringeTable,
)
from devicelog.steps.question import SKIP, Question, checked, day, needed, number_of, one_of, words
from devicelog.steps.said import products, syringes
from devicelog.steps.step import Step

_YES_NO = "yes, no; Enter: nobody says"
_OR_SKIP = "; skip: leave this step out, with a reason"
_DAY = "a day such as 2026-11-22; Enter: not known"
_NOTHING = "Enter: nothing"

_Asks = Generator[Question, Any, Draft]


def interview(draft: Draft, setting: Setting) -> Questions:
    """Ask what is to be stated in a session; returns the draft. What is stated in it already is not asked."""
    draft = yield from _opened(draft)
    for ask in (_history, _screening, _consent, _patch_test, _consultation, _products):
        draft = yield from ask(draft, setting)
    return draft


def _opened(draft: Draft) -> _Asks:
    given = draft.session.model_dump()
    for name, text in (("role", "Role of who treats"), ("registration", "Registration number"), ("place", "Place")):
        if given[name] is None:
            said = yield Question(Step.OPENED, ("session",), text, "Enter: not stated", words)
            given[name] = said or None
    return replace(draft, session=type(draft.session).model_validate(given))


def _history(draft: Draft, _: Setting) -> _Asks:
    step, loc = Step.HISTORY, ("history",)
    read = one_of("yes", "no", can_skip=True)
    reviewed = yield Question(step, loc, "Was the medical history reviewed?", f"{_YES_NO}{_OR_SKIP}", read)
    if reviewed == SKIP:
        return (yield from _skipped(draft, step))
    text = ""
    if reviewed == "yes":
        text = yield Question(step, loc, "What of it matters here?", _NOTHING, words)
    return replace(draft, history=HistoryTable(reviewed=reviewed, text=text))


def _skipped(draft: Draft, step: Step) -> _Asks:
    """Why a step is left out; without a reason it is not."""
    loc = ("skip", len(draft.skips))
    reason = yield Question(step, loc, f"Why is {step} left out?", "words", needed("a reason in words"))
    return replace(draft, skips=(*draft.skips, SkipTable(step=step.value, reason=reason)))


# -- screening -------------------------------------------------------------------------------------------------


def _screening(draft: Draft, setting: Setting) -> _Asks:
    answers: dict[str, AnswerTable] = {}
    for rule in setting.rules.asked(setting.modality):
        loc = ("screening", rule.code)
        first = not answers
        hint = f"yes, no, unknown; Enter: not asked{_OR_SKIP if first else ''}"
        read = one_of(*(reply.value for reply in Reply), can_skip=first)
        said = yield Question(Step.SCREENING, loc, rule.question, hint, read)
        if said == SKIP:
            return (yield from _skipped(draft, Step.SCREENING))
        answers[rule.code] = yield from _answered(rule, said)
    draft = replace(draft, answers=answers)
    screening = screened(draft, setting)
    found = list(stops(draft, setting, screening))
    seen = [one.why for one in screening.findings if one.severity != "stop"] if screening is not None else []
    return (yield from _overridden(draft, setting, Step.SCREENING, found, seen))


def _answered(rule: Rule, said: str) -> Generator[Question, Any, AnswerTable]:
    """What belongs to an answer that raises something: until when, and what is known of it."""
    loc = ("screening", rule.code)
    ended, detail = None, ""
    if said == Reply.YES and rule.washout_months is not None:
        ended = yield Question(Step.SCREENING, loc, f"{rule.title}: until when?", _DAY, day)
    if said not in (rule.expected, Reply.NOT_ASKED):
        detail = yield Question(Step.SCREENING, loc, f"{rule.title}: what is known of it?", _NOTHING, words)
    return AnswerTable(answer=said, ended=ended, detail=detail)


def _overridden(draft: Draft, setting: Setting, step: Step, found: Sequence[Stop], seen: Sequence[str] = ()) -> _Asks:
    """Whether each stop is taken away; without a reason it stays, and the session is refused."""
    for stop in found:
        loc = ("override", len(draft.overrides))
        text = f"Why is the session opened all the same ({stop.of})?"
        before = (*seen, f"STOPS: {stop.why}")
        reason = yield Question(step, loc, text, "a reason; Enter: none, and the session is refused", words, before)
        seen = ()
        if not reason:
            continue
        by = yield Question(step, loc, "Who decides that?", f"a name; Enter: {setting.practitioner}", words)
        specialist = None
        if _demands_specialist(setting, stop):
            read = needed("the name of the specialist")
            specialist = yield Question(step, loc, "Which specialist was asked before?", "a name", read)
        table = OverrideTable(of=stop.of, reason=reason, by=by or None, specialist=specialist)
        draft = replace(draft, overrides=(*draft.overrides, table))
    return draft


def _demands_specialist(setting: Setting, stop: Stop) -> bool:
    code = stop.of.removeprefix("screening:")
    rules = {rule.code: rule for rule in setting.rules.rules}
    return stop.of != code and code in rules and rules[code].override_demands is Demand.SPECIALIST_OPINION


# -- consent, patch test, consultation -------------------------------------------------------------------------


def _consent(draft: Draft, setting: Setting) -> _Asks:
    step, loc = Step.CONSENT, ("consent",)
    read = one_of("yes", "no", can_skip=True)
    given = yield Question(step, loc, "Was consent given?", f"{_YES_NO}{_OR_SKIP}", read)
    if given == SKIP:
        return (yield from _skipped(draft, step))
    told: dict[str, Any] = {}
    if given == "yes":
        told["form"] = (yield Question(step, loc, "Which form?", "Enter: not stated", words)) or None
        told["version"] = (yield Question(step, loc, "Which version of it?", "Enter: not stated", words)) or None
        hint = f"a name; Enter: {setting.practitioner}"
        told["taken_by"] = (yield Question(step, loc, "Who took the consent?", hint, words)) or None
        told["on"] = yield Question(step, loc, "On which day?", _DAY, day)
        for name, text in _CONSENT:
            told[name] = yield Question(step, loc, text, _YES_NO, one_of("yes", "no"))
    before = list(stops(draft, setting, screened(draft, setting)))
    draft = replace(draft, consent=ConsentTable(given=given, **told))
    now = stops(draft, setting, screened(draft, setting))
    return (yield from _overridden(draft, setting, step, [stop for stop in now if stop not in before]))


_CONSENT = (
    ("risks_discussed", "Were the risks discussed?"),
    ("cooling_off", "Was there time to decide?"),
    ("photographs", "Is there consent to photographs?"),
)


def _patch_test(draft: Draft, _: Setting) -> _Asks:
    step, loc = Step.PATCH_TEST, ("patch_test",)
    read = one_of("yes", "no", can_skip=True)
    done = yield Question(step, loc, "Was a patch test done?", f"{_YES_NO}{_OR_SKIP}", read)
    if done == SKIP:
        return (yield from _skipped(draft, step))
    told: dict[str, Any] = {}
    if done == "yes":
        told["product"] = (yield Question(step, loc, "With which product?", "Enter: not stated", words)) or None
        told["on"] = yield Question(step, loc, "On which day?", _DAY, day)
        told["result"] = (yield Question(step, loc, "With which result?", "Enter: not stated", words)) or None
    return replace(draft, patch_test=PatchTestTable(done=done, **told))


def _consultation(draft: Draft, _: Setting) -> _Asks:
    step, loc = Step.CONSULTATION, ("consultation",)

    def read(text: str) -> Any:
        return SKIP if text.strip().lower() == SKIP else day(text)

    on = yield Question(step, loc, "On which day was the consultation?", f"{_DAY}{_OR_SKIP}", read)
    if on == SKIP:
        return (yield from _skipped(draft, step))
    text = (yield Question(step, loc, "What was said?", _NOTHING, words)) if on is not None else ""
    return replace(draft, consultation=ConsultationTable(on=on, text=text))


# -- products --------------------------------------------------------------------------------------------------


def _products(draft: Draft, setting: Setting) -> _Asks:
    while True:
        loc = ("product", len(draft.products))
        hint = f"a name; Enter: {'no more' if draft.products else 'none, with a reason'}"
        name = yield Question(Step.PRODUCTS, loc, "Which product is used?", hint, words)
        if not name or name.lower() == SKIP:
            break
        draft = replace(draft, products=(*draft.products, (yield from _product(name, loc))))
    if not draft.products:
        draft = yield from _skipped(draft, Step.PRODUCTS)
        return (yield from _consumable(draft, setting))
    draft = yield from _syringes(draft)
    yield from _mended(draft, setting)
    draft = yield from _consumable(draft, setting)
    found = [stop for stop in stops(draft, setting, screened(draft, setting)) if stop.of.startswith("product:")]
    return (yield from _overridden(draft, setting, Step.PRODUCTS, found))


def _product(name: str, loc: tuple[str, int]) -> Generator[Question, Any, ProductTable]:
    def ask(text: str, hint: str, read: Any) -> Question:
        return Question(Step.PRODUCTS, loc, f"{name}: {text}", hint, read)

    maker = yield ask("maker", "what is printed on it", needed("what is printed on it"))
    lot = yield ask("lot", "what is printed on it; Enter: not known", words)
    expiry = yield ask(
        "expiry", "a day or a month, 2026-11-22 or 2026-11; Enter: not known", checked(Expiry.of, optional=True)
    )
    use = yield ask("what for", "product, anaesthetic, diluent; Enter: product", _use)
    ingredients = []
    while True:
        hint = "such as hyaluronic acid, 10 mg/mL; Enter: no more"
        said = yield ask("ingredient and concentration", hint, _ingredient)
        if said is None:
            break
        ingredients.append(said)
    drawn = yield ask("how much was drawn", "such as 2 mL", checked(volume))
    return ProductTable(
        name=name, maker=maker, lot=lot or None, expiry=expiry or None, use=use, drawn=drawn, ingredients=ingredients
    )


def _use(text: str) -> str:
    said = text.strip().lower() or "product"
    if said not in ("product", "anaesthetic", "diluent"):
        raise BadInputError(f"found {said!r}, expected one of product, anaesthetic, diluent.")
    return said


def _ingredient(text: str) -> IngredientTable | None:
    said = words(text)
    if not said:
        return None
    name, comma, amount = said.rpartition(",")
    if not comma or not name.strip():
        raise BadInputError(f"found {said!r}, expected a name, a comma and a concentration: hyaluronic acid, 10 mg/mL.")
    Concentration.of(amount.strip())
    return IngredientTable(name=name.strip(), concentration=amount.strip())


def _syringes(draft: Draft) -> _Asks:
    known = range(1, len(draft.products) + 1)
    listed = ", ".join(f"{number} {product.name}" for number, product in enumerate(draft.products, 1))
    while True:
        loc = ("syringe", len(draft.syringes))
        hint = "a label, such as left tray; Enter: no more"
        label = yield Question(Step.PRODUCTS, loc, f"Syringe {len(draft.syringes) + 1}", hint, words)
        if not label:
            return draft
        parts: list[PartTable] = []
        while True:
            read = _which(known) if parts else number_of(known, "product")
            hint = f"{listed}{'; Enter: no more' if parts else ''}"
            product = yield Question(Step.PRODUCTS, loc, f"{label}: which product is in it?", hint, read)
            if product is None:
                break
            amount = yield Question(
                Step.PRODUCTS, loc, f"{label}: how much of {product}?", "such as 1 mL", checked(volume)
            )
            parts.append(PartTable(product=product, volume=amount))
        draft = replace(draft, syringes=(*draft.syringes, SyringeTable(label=label, parts=parts)))


def _which(known: range) -> Any:
    number = number_of(known, "product")
    return lambda text: number(text) if text.strip() else None


def _mended(draft: Draft, setting: Setting) -> Generator[Question, Any, None]:
    """What cannot be overridden is gone back to, and mended."""
    made, prepared = products(draft, setting.practitioner), syringes(draft, setting.practitioner)
    slips = [one.sentence for one in problems(made, prepared, setting.today) if one.must_be_mended]

    def refuse(_: str) -> None:
        raise BadInputError("this must be mended; type back.")

    while slips:
        yield Question(Step.PRODUCTS, ("syringe",), "This cannot be", "back: mend it", refuse, tuple(slips))


def _consumable(draft: Draft, setting: Setting) -> _Asks:
    """The needle or the electrode, by how the treatment reaches the skin."""
    step, loc = Step.PRODUCTS, ("consumable", 0)
    lot = Question(step, loc, "Its lot", "Enter: not known", words)
    if setting.modality is not None and METHODS[setting.modality] is Method.NO_NEEDLE:
        kind = yield Question(step, loc, "Which electrode?", "its type, such as sponge; Enter: not stated", words)
        if not kind:
            return draft
        read = checked(consumable.area, optional=True)
        area = yield Question(step, loc, "Its area", "such as 8 cm2; Enter: not known", read)
        table = ConsumableTable(what="electrode", type=kind, area=area or None, lot=(yield lot) or None)
        return replace(draft, consumables=(table,))
    read_gauge = checked(consumable.gauge, optional=True)
    gauge = yield Question(step, loc, "Which needle?", "its gauge, such as 30; Enter: not stated", read_gauge)
    if not gauge:
        return draft
    read = checked(consumable.length, optional=True)
    length = yield Question(step, loc, "Its length", "such as 4 mm; Enter: not known", read)
    made = {"gauge": consumable.gauge(gauge), "length": length or None, "lot": (yield lot) or None}
    return replace(draft, consumables=(ConsumableTable(what="needle", **made),))


def told(draft: Draft) -> Iterator[str]:
    """What was answered, a line a step, for whoever is about to begin."""
    if draft.history is not None:
        yield f"history: {draft.history.reviewed}"
    if draft.answers is not None:
        counts = Counter(table.answer for table in draft.answers.values())
        yield f"screening: {', '.join(f'{count} {said}' for said, count in counts.items())}"
    if draft.consent is not None:
        yield f"consent: {draft.consent.given}"
    if draft.patch_test is not None:
        yield f"patch test: {draft.patch_test.done}"
    if draft.consultation is not None:
        yield f"consultation: {draft.consultation.on or 'nobody says'}"
    yield from _told_of_products(draft)
    yield from (f"{skip.step}: left out, {skip.reason}" for skip in draft.skips)
    yield from (f"OVERRIDE of {override.of}: {override.reason}" for override in draft.overrides)


def _told_of_products(draft: Draft) -> Iterator[str]:
    for number, product in enumerate(draft.products, 1):
        yield f"product {number}: {product.name}, lot {product.lot or 'not known'}, {product.drawn} drawn"
    for number, syringe in enumerate(draft.syringes, 1):
        held = " + ".join(f"{part.volume} of {part.product}" for part in syringe.parts)
        yield f"syringe {number}: {syringe.label}, {held}"
