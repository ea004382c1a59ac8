"""What stands in a screening file, table by table; what cannot be trusted becomes a problem with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from devicelog.problems import Location, Problems, guess, shown
from devicelog.screening.rule import (
    STRICTEST,
    Claim,
    Disagreement,
    Kind,
    Method,
    Reply,
    Rule,
    Severity,
    Source,
    strictest,
)
from devicelog.screening.schema import BELOW, EXPECTED, ClaimTable, DisagreementTable, FileTable, RuleTable, Table

_T = TypeVar("_T", bound=Table)


@dataclass(frozen=True, slots=True)
class Contents:
    """The sound parts of a file; `places` has the place of every code in it, of unsound rules, too."""

    table: FileTable | None
    rules: Mapping[str, Rule]
    places: Mapping[str, int]
    disagreements: tuple[Disagreement, ...]
    sources: Mapping[str, Source]


def read(raw: Mapping[str, Any], problems: Problems) -> Contents:
    """The contents of a file's tables; what is wrong is added to `problems`."""
    table = _table(FileTable, raw, (), problems)
    found = raw.get("sources")
    keys = list(found) if isinstance(found, dict) else []
    rules: dict[str, Rule] = {}
    places: dict[str, int] = {}
    for loc, each in _each(raw, "rule"):
        code = each.get("code")
        if isinstance(code, str) and places.setdefault(code, int(loc[1])) != loc[1]:
            problems.add(
                (*loc, "code"), f"found {shown(code)} again, expected it once (rule {places[code] + 1} has it)"
            )
        rule = _rule(each, loc, problems, keys)
        if rule is not None:
            rules.setdefault(rule.code, rule)
    disagreements = (_disagreement(each, loc, problems, keys, places) for loc, each in _each(raw, "disagreement"))
    return Contents(
        table,
        rules,
        places,
        tuple(each for each in disagreements if each is not None),
        {key: Source(s.title, s.where, s.grade) for key, s in table.sources.items()} if table is not None else {},
    )


def _each(raw: Mapping[str, Any], name: str) -> Iterator[tuple[Location, dict[str, Any]]]:
    tables = raw.get(name)
    for index, each in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(each, dict):
            yield (name, index), each


def _table(kind: type[_T], raw: object, loc: Location, problems: Problems) -> _T | None:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            problems.add((*loc, *each["loc"]), _complaint(each["type"], each["loc"], each["input"], kind))
        return None


def _complaint(kind: str, loc: Location, value: object, table: type[Table]) -> str:
    """What one of pydantic's errors says, in the words of the file."""
    names = [part for part in loc if isinstance(part, str)]
    if kind == "extra_forbidden":
        known = list((BELOW.get(names[0], table) if names[1:] else table).model_fields)
        return f"found a field that is not known, expected one of {', '.join(known)}{guess(names[-1], known)}"
    expected = EXPECTED.get(names[-1], "text")
    found = "nothing" if kind == "missing" else shown(value)
    if isinstance(expected, str):
        return f"found {found}, expected {expected}"
    words = [member.value for member in expected]
    return f"found {found}, expected one of {', '.join(words)}{guess(value, words)}"


def _rule(raw: dict[str, Any], loc: Location, problems: Problems, keys: Sequence[str]) -> Rule | None:
    table = _table(RuleTable, raw, loc, problems)
    if table is None:
        return None
    before = len(problems.found)
    rule = Rule(
        code=table.code,
        kind=table.kind,
        title=table.title,
        question=table.question,
        severity={Method.INJECTION: table.injection, Method.NO_NEEDLE: table.no_needle},
        claims=_claims(table.claims, loc, problems, keys),
        sources_disagree=table.sources_disagree,
        chosen_by=table.chosen_by,
        expected=Reply(table.expected),
        washout_months=table.washout_months,
        age_min=table.age_min,
        override_demands=table.override_demands,
        note=table.note,
    )
    for key, what in _contradictions(rule):
        problems.add((*loc, key), what)
    return rule if len(problems.found) == before else None


def _claims(tables: Iterable[ClaimTable], loc: Location, problems: Problems, keys: Sequence[str]) -> tuple[Claim, ...]:
    claims = []
    for index, table in enumerate(tables):
        if table.source not in keys:
            what = f"found {shown(table.source)}, expected a key of [sources]{guess(table.source, keys)}"
            problems.add((*loc, "claims", index, "source"), what)
        said = {Method.INJECTION: table.injection, Method.NO_NEEDLE: table.no_needle}
        severity = {method: each for method, each in said.items() if each is not None}
        claims.append(Claim(table.source, table.says, table.quote_short, severity, table.months))
    return tuple(claims)


def _disagreement(
    raw: dict[str, Any], loc: Location, problems: Problems, keys: Sequence[str], codes: Mapping[str, int]
) -> Disagreement | None:
    table = _table(DisagreementTable, raw, loc, problems)
    if table is None:
        return None
    for code in table.rules:
        if code not in codes:
            problems.add((*loc, "rules"), f"found {shown(code)}, expected the code of a rule{guess(code, codes)}")
    return Disagreement(table.about, table.acts, tuple(table.rules), _claims(table.claims, loc, problems, keys))


# -- what contradicts itself -----------------------------------------------------------------------------------


def _contradictions(rule: Rule) -> Iterator[tuple[str, str]]:
    """The fields of a rule that contradict its claims or each other, each with what was found and what expected."""
    if rule.kind is Kind.QUESTION and not rule.question.strip():
        yield "question", "found nothing, expected the question in words that can be read out"
    if rule.kind is not Kind.QUESTION and (rule.washout_months or rule.age_min or rule.question):
        field = "question" if rule.question else "washout_months" if rule.washout_months else "age_min"
        yield field, f"found it in a rule of kind {rule.kind}, expected it in a question"
    if rule.expected is Reply.YES and (rule.washout_months or rule.age_min):
        yield "expected", "found 'yes' with a washout or an age, expected 'no'"
    if rule.washout_months and rule.age_min:
        yield "age_min", "found an age and a washout, expected one of them"
    for method in Method:
        yield from _against_claims(rule, method)
    said = {claim.months for claim in rule.claims if claim.months is not None}
    if said and rule.washout_months is None:
        yield "washout_months", f"found nothing while a source says {max(said)} months, expected it, too"
    elif rule.chosen_by == STRICTEST and said and rule.washout_months is not None and rule.washout_months < max(said):
        found = f"found {rule.washout_months} while a source says {max(said)}"
        yield "washout_months", f'{found}, expected that, or chosen_by = "clinic:NAME"'
    if len(said) > 1 and not rule.sources_disagree:
        yield "sources_disagree", "found false while the months of the sources differ, expected true"


def _against_claims(rule: Rule, method: Method) -> Iterator[tuple[str, str]]:
    key = method.value.replace("-", "_")
    said: set[Severity] = {claim.severity[method] for claim in rule.claims if method in claim.severity}
    if rule.chosen_by == STRICTEST and strictest(said).rank > rule.severity[method].rank:
        found = f"found {rule.severity[method].value!r} while a source says {strictest(said).value!r}"
        yield key, f'{found}, expected that, or chosen_by = "clinic:NAME"'
    if len(said) > 1 and not rule.sources_disagree:
        yield "sources_disagree", f"found false while the sources differ for {method}, expected true"
