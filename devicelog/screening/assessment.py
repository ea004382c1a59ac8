"""What answers mean under the rules: the findings of a screening, those that stop, and those that were overridden.

A session is opened if nothing stops it, or if each stop was taken away by a named person with a reason. Nothing here
stops a recording that has begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from devicelog.errors import BadInputError
from devicelog.numbers import some
from devicelog.screening.answer import Answer, Override, sound
from devicelog.screening.calendar_months import is_aged, months_after
from devicelog.screening.rule import METHODS, STRICTEST, Claim, Method, Reply, Rule, Rules, Severity
from devicelog.treatment.protocol import Modality

_OPEN = (Reply.UNKNOWN, Reply.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer raises: how severe, why in one sentence, the sources, and those of them that disagree."""

    code: str
    severity: Severity
    reply: Reply
    why: str
    sources: tuple[str, ...]
    disagreeing: tuple[str, ...]
    override: Override | None = None

    @property
    def stops(self) -> bool:
        """Whether the session is not opened because of it."""
        return self.severity is Severity.STOP and self.override is None


@dataclass(frozen=True, slots=True)
class Assessed:
    """One rule of a screening with its answer; `computed`: by birth date or age, and not asked."""

    rule: Rule
    severity: Severity
    answer: Answer
    finding: Finding | None
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """A screening as far as it was answered; every question of the modality is in it, in order."""

    rules: Rules
    modality: Modality | None
    assessed: tuple[Assessed, ...]
    overrides: tuple[Override, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that the answers raise, the strictest first."""
        found = [each.finding for each in self.assessed if each.finding is not None]
        return tuple(sorted(found, key=lambda finding: -finding.severity.rank))

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What keeps the session from being opened."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def overridden(self) -> tuple[Finding, ...]:
        """The stops that were taken away."""
        return tuple(finding for finding in self.findings if finding.override is not None)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The codes of what is not known, or was not asked."""
        return tuple(each.rule.code for each in self.assessed if each.answer.reply in _OPEN)


def assess(
    rules: Rules,
    modality: Modality | None,
    answers: Iterable[Answer],
    *,
    today: date,
    born: date | None = None,
    age: int | None = None,
    overrides: Iterable[Override] = (),
) -> Assessment:
    """What the answers mean for a session of that modality on that day; None: the strictest of all modalities.

    Of several answers to a rule the last one holds. `born`, or `age` in years, answers a rule with an age. Raises
    UnknownNameError for a code without a rule, BadInputError for an override that lacks what it needs, and for a birth
    date that is to come.
    """
    if born is not None and born > today:
        raise BadInputError("found a birth date that is to come, expected one that has been.")
    if age is not None and age < 0:
        raise BadInputError(f"found an age of {age} years, expected zero or more.")
    given = {rules.rule(answer.code).code: answer for answer in answers}
    taken_away = {sound(rules, override).code: override for override in overrides}
    found = []
    for rule in rules.asked(modality):
        answer = given.get(rule.code, Answer(rule.code, Reply.NOT_ASKED))
        known = _is_under_age(rule, today, born, age)
        computed = known is not None and answer.reply in _OPEN
        if computed:
            answer = Answer(rule.code, Reply.YES if known else Reply.NO, detail=answer.detail)
        severity = rule.severity_for(modality)
        why = _younger(rule, answer) if known else _raised(rule, severity, answer, today)
        finding = _finding(rule, severity, answer, why, modality, taken_away.get(rule.code)) if why else None
        found.append(Assessed(rule, severity, answer, finding, computed))
    return Assessment(rules, modality, tuple(found), tuple(taken_away.values()))


def _is_under_age(rule: Rule, today: date, born: date | None, age: int | None) -> bool | None:
    """Whether somebody is younger than the rule's age; None: nobody knows, or the rule has none."""
    if rule.age_min is None:
        return None
    if born is not None:
        return not is_aged(born, rule.age_min, today)
    return age < rule.age_min if age is not None else None


def _raised(rule: Rule, severity: Severity, answer: Answer, today: date) -> str | None:
    """Why an answer raises something; None if it raises nothing."""
    if answer.reply is rule.expected:
        return None
    if answer.reply in _OPEN:
        said = "not asked" if answer.reply is Reply.NOT_ASKED else "not known"
        counts = "no" if rule.expected is Reply.YES else "yes"
        return said if severity is Severity.ASK else f"{said}, which counts as {counts}"
    if rule.washout_months is None:
        return f"the answer is {answer.reply}"
    return _washed_out(rule.washout_months, answer.ended, today)


def _washed_out(months: int, ended: date | None, today: date) -> str | None:
    """Why a yes still counts, if it does."""
    if ended is None:
        return f"the answer is yes, and no day is given from which {some(months, 'month')} could be counted"
    if ended > today:
        return f"it ends on {ended}, which is to come"
    until = months_after(ended, months)
    if today >= until:
        return None
    are = "is" if months == 1 else "are"
    return f"it ended on {ended}, and the {some(months, 'month')} since then {are} over on {until}"


def _younger(rule: Rule, answer: Answer) -> str:
    """Why a person of known age is too young; an answer that says otherwise changes nothing."""
    against = ", whatever was answered" if answer.reply is Reply.NO else ""
    return f"younger than {rule.age_min} by birth date or age{against}"


def _finding(
    rule: Rule, severity: Severity, answer: Answer, why: str, modality: Modality | None, override: Override | None
) -> Finding:
    backing, others = _sides(rule, severity, modality)
    chosen = [f"chosen by {rule.chosen_by}"] if rule.chosen_by != STRICTEST else []
    said = [*chosen, *([_listed(backing)] if backing else []), *(f"but {each.source}: {each.says}" for each in others)]
    sources = f" ({'; '.join(said)})" if said else ""
    return Finding(
        code=rule.code,
        severity=severity,
        reply=answer.reply,
        why=f"{rule.title}: {why}; this {_DOES[severity]} {_session(modality)}{sources}.",
        sources=tuple(backing),
        disagreeing=tuple(dict.fromkeys(claim.source for claim in others)),
        override=override if severity is Severity.STOP else None,
    )


def _sides(rule: Rule, severity: Severity, modality: Modality | None) -> tuple[list[str], list[Claim]]:
    """The sources behind a severity, and, where the sources disagree, the claims that say otherwise.

    A claim that speaks only of another way of treating is on neither side; one without a severity (silent, of another
    opinion, with fewer months) says otherwise.
    """
    scope = set(Method) if modality is None else {METHODS[modality]}
    methods = {method for method in scope if rule.severity[method] is severity}
    backing, others = [], []
    for claim in rule.claims:
        said = {each for method, each in claim.severity.items() if method in methods}
        if severity in said:
            backing.append(claim.source)
        if (said - {severity} or not claim.severity) and rule.sources_disagree:
            others.append(claim)
    return list(dict.fromkeys(backing)), others


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _session(modality: Modality | None) -> str:
    return "a session of any kind" if modality is None else _SESSIONS[METHODS[modality]]


_SESSIONS = {Method.INJECTION: "an injection session", Method.NO_NEEDLE: "a no-needle session"}
_DOES = {Severity.STOP: "stops", Severity.CAUTION: "is a caution for", Severity.ASK: "is shown for"}
