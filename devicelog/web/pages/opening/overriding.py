"""What stops a session on a page, beside what an override of it needs: a reason, a name, sometimes a specialist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from devicelog.screening.answer import Override, sound
from devicelog.screening.rule import Demand, Rules
from devicelog.steps.draft import Draft
from devicelog.steps.opening import CONSENT_MISSING, Stop
from devicelog.steps.plan_schema import OverrideTable
from devicelog.web.forms import Form
from devicelog.web.pages.opening.fields import beside, numbers, table, why

_SCREENING = "screening:"
_CONSENT = f"{_SCREENING}{CONSENT_MISSING}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A cause as it stands on a page: all sentences of it, and whether a specialist has to be named."""

    of: str
    why: tuple[str, ...]
    demands_specialist: bool
    is_overridden: bool


def page_of(of: str) -> str:
    """The page on which something that stops a session is decided."""
    room = of.partition(":")[0]
    if of == _CONSENT:
        return "consent"
    return {"screening": "screening", "product": "products"}.get(room, "device")


def shown(found: Iterable[Stop], draft: Draft, rules: Rules) -> list[Shown]:
    """The causes, each once."""
    causes: dict[str, list[str]] = {}
    for stop in found:
        causes.setdefault(stop.of, []).append(stop.why)
    taken_away = {table.of for table in draft.overrides}
    return [Shown(of, tuple(why), demands_specialist(of, rules), of in taken_away) for of, why in causes.items()]


def demands_specialist(of: str, rules: Rules) -> bool:
    """Whether an override has to name a specialist."""
    code = of.removeprefix(_SCREENING)
    rule = next((rule for rule in rules.rules if rule.code == code), None)
    return of != code and rule is not None and rule.override_demands is Demand.SPECIALIST_OPINION


def override_fields(found: Sequence[Shown], draft: Draft) -> dict[str, list[str]]:
    """The fields of what was overridden before."""
    tables = {table.of: table for table in draft.overrides}
    made: dict[str, list[str]] = {}
    for number, cause in enumerate(found):
        one = tables.get(cause.of)
        if one is not None:
            said = {"reason": one.reason, "by": one.by, "specialist": one.specialist}
            made |= {f"override-{number}-{name}": [value] for name, value in said.items() if value}
    return made


def placed(fields: Mapping[str, list[str]], found: Sequence[Shown]) -> dict[str, list[str]]:
    """Fields with each override beside what it is of, also where other things stop the session now than before."""
    kept = {name: values for name, values in fields.items() if not name.startswith("override-")}
    before = Form({name: list(values) for name, values in fields.items()})
    numbers_of = {before.text(f"override-{number}-of"): number for number in numbers(before, "override")}
    for number, cause in enumerate(found):
        old = numbers_of.get(cause.of)
        for name in ("reason", "by", "specialist") if old is not None else ():
            kept[f"override-{number}-{name}"] = before.all(f"override-{old}-{name}")
    return kept


def overridden(form: Form, draft: Draft, page: str, rules: Rules) -> Draft:
    """The draft with what a page's form overrides; without a reason nothing is, and the session will be refused."""
    kept = [one for one in draft.overrides if page_of(one.of) != page]
    for number in numbers(form, "override"):
        begin = f"override-{number}"
        of, by, specialist = (form.text(f"{begin}-{name}") for name in ("of", "by", "specialist"))
        if not form.text(f"{begin}-reason") or page_of(of) != page:
            continue
        because = why(form, f"{begin}-reason")
        if because is None:
            continue
        if demands_specialist(of, rules):
            with beside(form, f"{begin}-specialist"):
                code = of.removeprefix(_SCREENING)
                sound(rules, Override(code, because, by or str(draft.session.practitioner), specialist or None))
        given = {"of": of, "reason": because, "by": by, "specialist": specialist}
        made = table(form, OverrideTable, ("override", number), given)
        if made is not None:
            kept.append(made)
    return replace(draft, overrides=tuple({one.of: one for one in kept}.values()))


def without_needless(draft: Draft, found: Iterable[Stop]) -> Draft:
    """The draft without overrides of what does not stop it any more."""
    needed = {stop.of for stop in found}
    return replace(draft, overrides=tuple(one for one in draft.overrides if one.of in needed))
