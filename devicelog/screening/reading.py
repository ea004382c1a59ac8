"""What stands in a screening file, table by table; what cannot be trusted becomes a problem with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
from devicelog.screening.schema import BELOW, EXPECTED, ClaimTable, DisagreementTable, FileTable, RuleTable
from devicelog.screening.tables import Reader, each, keys_of, sources_of


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
    reader = Reader(problems, BELOW, EXPECTED, keys_of(raw))
    table = reader.table(FileTable, raw, ())
    rules: dict[str, Rule] = {}
    places: dict[str, int] = {}
    for index, found in each(raw, "rule"):
        code = found.get("code")
        if isinstance(code, str) and places.setdefault(code, index) != index:
            first = f"rule {places[code] + 1} has it"
            problems.add(("rule", index, "code"), f"found {shown(code)} again, expected it once ({first})")
        rule = _rule(found, ("rule", index), reader)
        if rule is not None:
            rules.setdefault(rule.code, rule)
    found_apart = (_disagreement(raw, ("disagreement", n), reader, places) for n, raw in each(raw, "disagreement"))
    disagreements = tuple(one for one in found_apart if one is not None)
    return Contents(table, rules, places, disagreements, sources_of(table.sources) if table is not None else {})


def _rule(raw: dict[str, Any], loc: Location, reader: Reader) -> Rule | None:
    table = reader.table(RuleTable, raw, loc)
    if table is None:
        return None
    before = len(reader.problems.found)
    rule = Rule(
        code=table.code,
        kind=table.kind,
        title=table.title,
        question=table.question,
        severity={Method.INJECTION: table.injection, Method.NO_NEEDLE: table.no_needle},
        claims=_claims(table.claims, loc, reader),
        sources_disagree=table.sources_disagree,
        chosen_by=table.chosen_by,
        expected=Reply(table.expected),
        washout_months=table.washout_months,
        age_min=table.age_min,
        override_demands=table.override_demands,
        note=table.note,
    )
    for key, what in _contradictions(rule):
        reader.problems.add((*loc, key), what)
    return rule if len(reader.problems.found) == before else None


def _claims(tables: Iterable[ClaimTable], loc: Location, reader: Reader) -> tuple[Claim, ...]:
    claims = []
    for index, table in enumerate(tables):
        reader.source(table.source, (*loc, "claims", index))
        said = {Method.INJECTION: table.injection, Method.NO_NEEDLE: table.no_needle}
        severity = {method: found for method, found in said.items() if found is not None}
        claims.append(Claim(table.source, table.says, table.quote_short, severity, table.months))
    return tuple(claims)


def _disagreement(raw: dict[str, Any], loc: Location, reader: Reader, codes: Mapping[str, int]) -> Disagreement | None:
    table = reader.table(DisagreementTable, raw, loc)
    if table is None:
        return None
    for code in table.rules:
        if code not in codes:
            what = f"found {shown(code)}, expected the code of a rule{guess(code, codes)}"
            reader.problems.add((*loc, "rules"), what)
    return Disagreement(table.about, table.acts, tuple(table.rules), _claims(table.claims, loc, reader))


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
