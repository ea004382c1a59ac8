"""Whether a session may be opened: what its draft states, what stops it, what was overridden, and what is shown.

A stop keeps a session from being recorded unless a named person overrides it with a reason. That is decided before a
port is read; nothing here stops a recording that has begun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from devicelog.bodymap.zones import BodyMap
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.products.checks import problems
from devicelog.products.recall import Recalls
from devicelog.screening.answer import Override, answered, sound
from devicelog.screening.assessment import Assessment, assess
from devicelog.screening.rule import Rules, Severity
from devicelog.steps.draft import Draft
from devicelog.steps.order import Steps
from devicelog.steps.overriding import must_be_known, unneeded
from devicelog.steps.said import PlaceError, Said, products, statements, syringes
from devicelog.steps.step import Step
from devicelog.treatment.course import CourseFindings
from devicelog.treatment.exclusions import excluded
from devicelog.treatment.protocol import Modality, TreatmentProtocol

#: An amount with its unit, which is no lot.
_AMOUNT = re.compile(r"\d+([.,]\d+)?\s*(mm|cm|cm2|cm²|ml|µl|ul|l|mg|g|mg/ml|%|ma|g(auge)?)", re.IGNORECASE)
#: What an override begins with that is of an answer of the screening.
_SCREENING = "screening:"
#: The rule that consent is held against; another step answers it than the screening.
CONSENT_MISSING = "consent_missing"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a draft is held against; `today` is the day at the clinic, `born` the subject's birth date, if known.

    `rules` are None where nobody is asked, `course` where there is no protocol. `intended` is how the treatment is to
    reach the skin, as far as that is known before a protocol is chosen.
    Without a body map and recalls nothing is known of either.
    """

    practitioner: str
    rules: Rules | None
    today: date
    protocol: TreatmentProtocol | None = None
    course: CourseFindings | None = None
    body_map: BodyMap | None = None
    recalls: Recalls | None = None
    born: date | None = None
    intended: Modality | None = None

    @property
    def modality(self) -> Modality | None:
        """How the treatment reaches the skin; None: not known, and the strictest rules hold."""
        return self.protocol.modality if self.protocol is not None else self.intended


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that keeps a session from being opened: what an override of it is of, and why, in one sentence."""

    of: str
    why: str

    @property
    def sentence(self) -> str:
        """The cause, and how it is overridden."""
        why = self.why.removesuffix(".")
        return f"{why}; to open the session all the same, override {self.of} with a reason by name."


@dataclass(frozen=True, slots=True)
class Opening:
    """What a draft comes to: its statements in order, what still stops it, what was overridden, and what is shown."""

    said: tuple[Said, ...]
    stops: tuple[Stop, ...]
    overridden: tuple[Stop, ...]
    shown: tuple[str, ...]
    screening: Assessment | None

    @property
    def is_refused(self) -> bool:
        return bool(self.stops)


def opening(draft: Draft, setting: Setting) -> Opening:
    """What a draft comes to in its setting.

    Raises PlaceError for what cannot be, OutOfOrderError for steps that do not stand in their place.
    """
    screening = screened(draft, setting)
    found = list(stops(draft, setting, screening))
    wanted = {table.of for table in draft.overrides}
    needed = {stop.of for stop in found}
    said = statements(draft, setting.practitioner, screening, setting.course)
    kept = [one for one in said if one.kind is not Kind.OVERRIDE or one.content["of"] in needed]
    steps = Steps()
    for one in kept:
        steps.take(one.kind, one.content)
    unused = [unneeded(of, needed - wanted) for of in sorted(wanted - needed)]
    return Opening(
        said=tuple(kept),
        stops=tuple(stop for stop in found if stop.of not in wanted),
        overridden=tuple(stop for stop in found if stop.of in wanted),
        shown=(*unused, *_odd_lots(draft), *_shown(screening, setting)),
        screening=screening,
    )


def missing(draft: Draft, setting: Setting) -> list[Step]:
    """The steps that are asked about and of which a draft says nothing, not even that they are skipped."""
    steps = Steps()
    for one in statements(draft, setting.practitioner, screened(draft, setting), setting.course):
        steps.take(one.kind, one.content)
    return steps.missing()


def screened(draft: Draft, setting: Setting) -> Assessment | None:
    """The screening as far as it was answered; None if it was not come to. Raises PlaceError."""
    rules = setting.rules
    if draft.answers is None or rules is None:
        return None
    given = []
    for code, answer in draft.answers.items():
        with at("screening", code):
            detail = answer.detail or None
            given.append(answered(rules, code, answer.answer, ended=answer.ended, detail=detail))
    overrides = []
    for index, table in enumerate(draft.overrides):
        if table.of.startswith(_SCREENING):
            code, by = table.of.removeprefix(_SCREENING), table.by or setting.practitioner
            override = Override(code, table.reason, by, table.specialist)
            with at("override", index):
                sound(rules, override)
            overrides.append(override)
    return assess(rules, setting.modality, given, today=setting.today, born=setting.born, overrides=overrides)


@contextmanager
def at(*loc: str | int) -> Iterator[None]:
    """What is refused inside is refused at this place of the draft."""
    try:
        yield
    except BadInputError as error:
        raise PlaceError(loc, str(error)) from None


# -- what stops a session --------------------------------------------------------------------------------------


def stops(draft: Draft, setting: Setting, screening: Assessment | None) -> Iterator[Stop]:
    """All that keeps a session from being opened, overridden or not; raises PlaceError for what must be mended."""
    for finding in screening.findings if screening is not None else ():
        if finding.severity is Severity.STOP:
            yield Stop(f"{_SCREENING}{finding.code}", finding.why)
    yield from _without_consent(draft, setting)
    for one in setting.course.hard if setting.course is not None else ():
        yield Stop(one.of, one.sentence)
    yield from _excluded_zones(draft, setting)
    made, prepared = products(draft, setting.practitioner), syringes(draft, setting.practitioner)
    for index, table in enumerate(draft.overrides):
        with at("override", index, "of"):
            must_be_known(table.of, setting.rules, made, draft.session.zones)
    for problem in problems(made, prepared, setting.today, setting.recalls):
        if problem.override is None:
            where = "syringe" if problem.sentence.startswith("syringe") else "product"
            raise PlaceError((where, 0), problem.sentence)
        yield Stop(problem.override, problem.sentence.partition(";")[0])


def _without_consent(draft: Draft, setting: Setting) -> Iterator[Stop]:
    """Consent that was asked for and not given, or come to and not asked for, where the rules stop without it."""
    rules = setting.rules.rules if setting.rules is not None else ()
    rule = next((rule for rule in rules if rule.code == CONSENT_MISSING), None)
    if rule is None or draft.consent is None or draft.consent.given == "yes":
        return
    if rule.severity_for(setting.modality) is Severity.STOP:
        found = "was not given" if draft.consent.given == "no" else "was not asked for"
        yield Stop(f"{_SCREENING}{CONSENT_MISSING}", f"consent {found}")


def _excluded_zones(draft: Draft, setting: Setting) -> Iterator[Stop]:
    for zone in dict.fromkeys(draft.session.zones):
        why = excluded(setting.protocol, setting.body_map, zone) if setting.protocol is not None else None
        if why is not None:
            yield Stop(f"zone:{zone}", f"{why}; take it out of the plan")


def _odd_lots(draft: Draft) -> Iterator[str]:
    """Lots that look like something else, such as an answer to another question; they are kept as they were given."""
    lots = [(f"product {number}", one.lot) for number, one in enumerate(draft.products, 1)]
    lots += [(f"the {one.what}", one.lot) for one in draft.consumables]
    for of, lot in lots:
        if lot is not None and _AMOUNT.fullmatch(lot):
            yield f"the lot of {of} is {lot!r}, which looks like an amount; look at what is printed on it"


def _shown(screening: Assessment | None, setting: Setting) -> Iterator[str]:
    """What does not stop the session, and must be seen."""
    for finding in screening.findings if screening is not None else ():
        if finding.severity is not Severity.STOP:
            yield finding.why
    course = setting.course
    yield from (one.sentence for one in course.findings if one not in course.hard) if course is not None else ()
    if setting.rules is not None and course is not None and course.last is not None:
        yield course.last.sentence
