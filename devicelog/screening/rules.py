"""Screening files: TOML in, checked Rules out, or every problem with its line.

`load()` gives the list that comes with devicelog; `load(path)` a clinic's own, which takes its place. Such a file
holds every code of the list that comes with devicelog. It may make one less strict, if `chosen_by` of that rule names
the clinic; that is kept in `Rules.lowered` and shown, and so is a rule that is less strict than its own sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from devicelog.errors import ScreeningFileError
from devicelog.numbers import some
from devicelog.problems import Problems, line_numbers, sentence
from devicelog.screening.reading import Contents, read
from devicelog.screening.rule import STRICTEST, Kind, Method, Rule, Rules, strictest
from devicelog.toml_file import tables_of, text_of

__all__ = ["SHIPPED", "Rules", "check", "load", "parse"]

SHIPPED = Path(__file__).parent / "contraindications.toml"
#: What such a file is called in messages.
_WHAT = "screening file"
#: More months than any washout has.
_FOR_GOOD = 1_000_000


def load(path: Path | None = None) -> Rules:
    """The rules in a file, or those that come with devicelog; raises ScreeningFileError for what cannot be trusted."""
    if path is None or path == SHIPPED:
        return _shipped()
    return parse(text_of(path, _WHAT, ScreeningFileError), where=str(path))


def parse(text: str, *, where: str) -> Rules:
    """The rules that the text of a clinic's own file states; `where` names the file in messages.

    Raises ScreeningFileError with the first problem and how many more there are.
    """
    return _trusted(*_checked(text, where, _shipped()))


def check(path: Path) -> list[str]:
    """Everything that is wrong with a clinic's file, a sentence a problem, by line; empty if it is sound."""
    try:
        return _checked(text_of(path, _WHAT, ScreeningFileError), str(path), _shipped())[1]
    except ScreeningFileError as error:
        return [str(error)]


@cache
def _shipped() -> Rules:
    return _trusted(*_checked(text_of(SHIPPED, _WHAT, ScreeningFileError), str(SHIPPED), None))


def _trusted(rules: Rules | None, problems: list[str]) -> Rules:
    if rules is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog screening check`)" if problems[1:] else ""
        raise ScreeningFileError(sentence(problems[0].removesuffix(".") + rest))
    return rules


def _checked(text: str, where: str, shipped: Rules | None) -> tuple[Rules | None, list[str]]:
    """The rules, or None and what is wrong."""
    try:
        raw = tables_of(text, where, ScreeningFileError)
    except ScreeningFileError as error:
        return None, [str(error)]
    problems = Problems(where, line_numbers(text))
    contents = read(raw, problems)
    lowered = tuple(_held_against(shipped, contents, problems)) if shipped is not None else ()
    table = contents.table
    if shipped is not None and table is not None and text != shipped.text:
        _check_name(table.id, table.version, shipped, problems)
    if table is None or problems.found:
        return None, problems.sentences()
    rules = Rules(
        id=table.id,
        version=table.version,
        title=table.title,
        status=table.status,
        notes=table.notes,
        rules=tuple(contents.rules.values()),
        disagreements=contents.disagreements,
        sources=contents.sources,
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        lowered=lowered,
    )
    return rules, []


def _held_against(shipped: Rules, contents: Contents, problems: Problems) -> Iterator[str]:
    """What the file makes less strict; a rule that it lacks, or lowers without naming the clinic, is a problem."""
    missing = [rule.code for rule in shipped.rules if rule.code not in contents.places]
    if missing:
        found = f"found no {', '.join(missing)}, expected every rule that comes with devicelog"
        problems.add(("rule",), f'{found}; to do without one, give it "none" and chosen_by = "clinic:NAME"')
    for ours in shipped.rules:
        theirs = contents.rules.get(ours.code)
        for what in _lower(ours, theirs) if theirs is not None else ():
            if theirs is not None and theirs.chosen_by == STRICTEST:
                place = ("rule", contents.places[ours.code], "chosen_by")
                expected = 'expected chosen_by = "clinic:NAME" for what is less strict'
                problems.add(place, f"found {STRICTEST!r} and {what}, {expected}")
            elif theirs is not None:
                yield f"{ours.code}: {what}, chosen by {theirs.chosen_by}"
    shipped_rules = {rule.code: rule for rule in shipped.rules}
    for theirs in contents.rules.values():
        for what in _below_sources(theirs, shipped_rules.get(theirs.code)):
            yield f"{theirs.code}: {what}, chosen by {theirs.chosen_by}"


def _check_name(id_: str, version: str, shipped: Rules, problems: Problems) -> None:
    """A list that is not ours is not called like ours: entries and people name it by both."""
    if (id_, version) == (shipped.id, shipped.version):
        found = f"found {version!r} of {id_!r}, which is the list that comes with devicelog"
        problems.add(("version",), f"{found}, and this file differs from it; expected an id or a version of its own")


def _below_sources(theirs: Rule, ours: Rule | None) -> Iterator[str]:
    """Where their rule is less strict than its own sources; not what `_lower` says of it already."""
    for method in Method:
        said = strictest(claim.severity[method] for claim in theirs.claims if method in claim.severity)
        severity = theirs.severity[method]
        if severity.rank < said.rank and (ours is None or severity.rank >= ours.severity[method].rank):
            yield f"{severity} for {method} while a source says {said}"
    months = max((claim.months for claim in theirs.claims if claim.months is not None), default=0)
    if _months(theirs) < months and (ours is None or _months(theirs) >= _months(ours)):
        yield f"a washout of {some(theirs.washout_months or 0, 'month')} while a source says {months}"


def _lower(ours: Rule, theirs: Rule) -> Iterator[str]:
    """What their rule makes less strict than ours, in words."""
    for method in Method:
        if theirs.severity[method].rank < ours.severity[method].rank:
            yield f"{theirs.severity[method]} for {method} instead of {ours.severity[method]}"
    if theirs.kind is not ours.kind:
        yield f"a {theirs.kind} instead of a {ours.kind}"
    if ours.kind is Kind.QUESTION and theirs.expected is not ours.expected:
        yield f"the answer {theirs.expected} raises nothing instead of {ours.expected}"
    if _months(theirs) < _months(ours):
        yield f"a washout of {some(theirs.washout_months or 0, 'month')} instead of {ours.washout_months or 'for good'}"
    if (theirs.age_min or 0) < (ours.age_min or 0):
        yield f"from {theirs.age_min or 'any'} years instead of {ours.age_min}"
    if ours.override_demands is not None and theirs.override_demands is not ours.override_demands:
        yield f"an override without {ours.override_demands}"


def _months(rule: Rule) -> int:
    """For how many months a yes holds: for good where there is no washout."""
    return rule.washout_months if rule.washout_months is not None else _FOR_GOOD
