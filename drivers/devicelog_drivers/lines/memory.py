"""How a device that speaks lines is asked for reports that were missed, and how its answer ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devicelog.driver import Asked, Category, Effect, Memory, Query, Recalled
from devicelog.problems import Location
from devicelog.profile.binary import WrongValueError
from devicelog.profile.draft import Draft, DraftReport
from devicelog_drivers.lines.forms import LineForm, compiled
from devicelog_drivers.lines.tables import LineProfile, MemoryTable

_NEEDED, _KNOWN = ("first", "last", "sent"), ("first", "last", "sent", "epoch", "oldest")


@dataclass(frozen=True, slots=True)
class AnswerEnd:
    """The line behind the last report of an answer; `groups` are the places of its numbers."""

    pattern: Any
    groups: dict[str, int]

    def found(self, line: str, at: int) -> Recalled | None:
        """What it says; None if a line is another one. Raises WrongValueError."""
        match = self.pattern.fullmatch(line.encode("ascii"))
        if match is None:
            return None
        said = {name: _number(name, match.group(place)) for name, place in self.groups.items()}
        first, sent = said["first"] or 0, said["sent"] or 0
        oldest = said.get("oldest", first if sent else None)
        return Recalled(first, said["last"] or 0, said.get("epoch"), sent, oldest, at)


def _number(name: str, text: bytes | None) -> int | None:
    if not text:
        return None
    if not text.isdigit() or len(text) > 20:
        raise WrongValueError(f"{name} of what was remembered is {text.decode('ascii')!r}, which is no number")
    return int(text)


def memory_of(draft: Draft, profile: LineProfile, forms: Sequence[LineForm]) -> tuple[Memory, AnswerEnd | None] | None:
    """How the device is asked, and how its answer ends; None without [memory], or if something is wrong with it."""
    table, before = profile.memory, len(draft.problems.found)
    remembered = [form.report for form in forms if form.from_memory]
    if table is None:
        for report in remembered:
            draft.problems.add((*report.loc, "remembered"), "found it without a table [memory], which says how to ask")
        return None
    _look_at(draft, table, remembered)
    end = _end(draft, table)
    timeout = draft.seconds(table.timeout, "memory", "timeout")
    if len(draft.problems.found) != before:
        return None
    query = Query(table.request.encode("ascii"), Effect.NONE, "reports that were missed")
    return Memory(query, tuple(table.numbers), table.page, timeout, table.retries), end


def _look_at(draft: Draft, table: MemoryTable, remembered: Sequence[DraftReport]) -> None:
    loc: Location = ("memory",)
    numbers, asked = table.numbers, table.request.count("#")
    if asked != len(numbers) or len(set(numbers)) != len(numbers):
        what = f"found {len(numbers)} for {asked} times '#' in the request, expected one name for each, all different"
        draft.problems.add((*loc, "numbers"), what)
    if Asked.FIRST not in numbers or not {Asked.LAST, Asked.COUNT} & set(numbers):
        draft.problems.add((*loc, "numbers"), "expected first, and last or count: without them an answer has no end")
    if not table.request.isascii():
        draft.problems.add((*loc, "request"), f"found {table.request!r}, expected ASCII text")
    if not remembered and draft.is_complete:
        draft.problems.add(loc, "expected a report with `remembered`: the pattern of a line from the memory")
    for report in remembered:
        sequence = [each.metric for each in report.metrics if each.metric.category is Category.SEQUENCE]
        if not sequence or sequence[0].modulus is None:
            what = "expected a metric of category sequence with its modulus: only what is numbered can be missed"
            draft.problems.add((*report.loc, "remembered"), what)
        if any(each.table.since_last_read for each in report.metrics):
            draft.problems.add((*report.loc, "remembered"), "found it with since_last_read, expected either of them")
    if draft.is_complete and not any(report.is_identity for report in draft.reports):
        draft.problems.add(loc, "expected a report of kind identity: who does not say who it is, is asked for nothing")


def _end(draft: Draft, table: MemoryTable) -> AnswerEnd | None:
    if table.ends_with is None:
        return None
    try:
        pattern = compiled(table.ends_with)
    except ValueError as error:
        draft.problems.add(("memory", "ends_with"), f"found {table.ends_with!r}, expected a pattern of RE2 ({error})")
        return None
    groups = {name.decode(): place for name, place in pattern.groupindex.items()}
    if not set(_NEEDED) <= set(groups) <= set(_KNOWN):
        found = ", ".join(groups) or "none"
        what = f"found the groups {found}, expected first, last and sent, and at most epoch and oldest besides"
        draft.problems.add(("memory", "ends_with"), what)
    return AnswerEnd(pattern, groups)
