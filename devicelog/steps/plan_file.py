"""Plan files of sessions: TOML in, a checked Draft out, or every problem with its line.

pydantic holds each table against its model; names, amounts and references are held against what they mean. Problems are
collected, so that whoever prepares a session is told all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from devicelog.errors import BadInputError, PlanFileError
from devicelog.problems import Location, Problems, guess, line_numbers, odd_in, sentence, shown
from devicelog.screening.rule import Rules
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Setting, at, screened, stops
from devicelog.steps.order import Steps
from devicelog.steps.plan_schema import (
    EXPECTED,
    AnswerTable,
    ConsentTable,
    ConsultationTable,
    ConsumableTable,
    FileTable,
    HistoryTable,
    OverrideTable,
    PatchTestTable,
    ProductTable,
    SessionTable,
    SkipTable,
    SyringeTable,
    Table,
)
from devicelog.steps.said import PlaceError, statements
from devicelog.steps.step import Step
from devicelog.toml_file import tables_of, text_of

_WHAT = "plan file of a session"
_T = TypeVar("_T", bound=Table)

#: Gives the questions of the screening file that a plan names, or those that hold where it names none.
RulesOf = Callable[[str | None], Rules]


def load(path: Path, rules: RulesOf, today: date, *, whole: bool = True) -> Draft:
    """The draft in a file, for a session on that day; `whole`: no step may be missing.

    Raises PlanFileError with the first problem and how many more there are.
    """
    draft, problems = read(text_of(path, _WHAT, PlanFileError), str(path), rules, today, whole=whole)
    if draft is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog plan check`)" if problems[1:] else ""
        raise PlanFileError(sentence(problems[0].removesuffix(".") + rest))
    return draft


def check(path: Path, rules: RulesOf, today: date) -> list[str]:
    """Everything that is wrong with a file, one sentence a problem, in the order of its lines; empty if it is sound."""
    try:
        return read(text_of(path, _WHAT, PlanFileError), str(path), rules, today)[1]
    except PlanFileError as error:
        return [str(error)]


def template() -> str:
    """A plan file with every table, commented, to be filled in."""
    return Path(__file__).with_name("plan.toml").read_text(encoding="utf-8")


def read(text: str, where: str, rules: RulesOf, today: date, *, whole: bool = True) -> tuple[Draft | None, list[str]]:
    """The draft, or None and what is wrong."""
    try:
        raw = tables_of(text, where, PlanFileError)
    except PlanFileError as error:
        return None, [str(error)]
    return read_tables(raw, Problems(where, line_numbers(text)), rules, today, whole=whole)


def read_tables(
    raw: dict[str, Any], problems: Problems, rules: RulesOf, today: date, *, whole: bool = True
) -> tuple[Draft | None, list[str]]:
    """The same of the tables of a plan, wherever they came from; `problems` collects what is wrong with them."""
    reader = _Reader(problems, rules, today)
    draft = reader.draft(raw)
    if draft is not None and not reader.problems.found:
        reader.hold(draft, whole=whole)
    found = problems.sentences()
    return (None if found else draft), found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the tables of one file into a draft; what cannot be turned becomes a problem and None."""

    problems: Problems
    rules_of: RulesOf
    today: date

    def draft(self, raw: dict[str, Any]) -> Draft | None:
        file = self._table(FileTable, raw, ())
        if file is None:
            return None
        session = self._table(SessionTable, file.session, ("session",)) or SessionTable()
        return Draft(
            session=session,
            history=self._optional(HistoryTable, file.history, "history"),
            answers=self._answers(file.screening, self._rules(session)),
            overrides=self._each(OverrideTable, file.override, "override"),
            consent=self._optional(ConsentTable, file.consent, "consent"),
            patch_test=self._optional(PatchTestTable, file.patch_test, "patch_test"),
            consultation=self._optional(ConsultationTable, file.consultation, "consultation"),
            products=self._each(ProductTable, file.product, "product"),
            syringes=self._each(SyringeTable, file.syringe, "syringe"),
            consumables=self._each(ConsumableTable, file.consumable, "consumable"),
            skips=self._each(SkipTable, file.skip, "skip"),
        )

    # -- tables ------------------------------------------------------------------------------------------------

    def _table(self, kind: type[_T], raw: object, loc: Location) -> _T | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self.problems.add((*loc, *each["loc"]), _complaint(each["type"], each["loc"], each["input"], kind))
            return None

    def _optional(self, kind: type[_T], raw: object, name: str) -> _T | None:
        return self._table(kind, raw, (name,)) if raw is not None else None

    def _each(self, kind: type[_T], raws: list[dict[str, Any]], name: str) -> tuple[_T, ...]:
        found = [self._table(kind, raw, (name, index)) for index, raw in enumerate(raws)]
        return tuple(one for one in found if one is not None)

    def _rules(self, session: SessionTable) -> Rules | None:
        """The questions; None if the file that has them cannot be used."""
        try:
            return self.rules_of(session.screening)
        except BadInputError as error:
            self.problems.add(("session", "screening"), str(error))
            return None

    def _answers(self, raw: Mapping[str, Any] | None, rules: Rules | None) -> dict[str, AnswerTable] | None:
        if raw is None or rules is None:
            return None
        found = {}
        codes = [rule.code for rule in rules.asked(None)]
        for code, said in raw.items():
            if code not in codes:
                what = f"found {shown(code)}, expected the code of a question{guess(code, codes)}"
                self.problems.add(("screening", code), what)
            table = self._table(AnswerTable, {"answer": said} if isinstance(said, str) else said, ("screening", code))
            if table is not None:
                found[code] = table
        return found

    # -- what the tables mean ----------------------------------------------------------------------------------

    def hold(self, draft: Draft, *, whole: bool) -> None:
        """Hold what the draft states against the order of the steps, and against what can be at all."""
        setting = Setting(draft.session.practitioner or "whoever treats", self._rules(draft.session), self.today)
        steps = Steps()
        try:
            screening = screened(draft, setting)
            for said in statements(draft, setting.practitioner, screening):
                with at(*said.loc):
                    steps.take(said.kind, said.content)
            list(stops(draft, setting, screening))
        except PlaceError as error:
            self.problems.add(error.loc, str(error))
            return
        for step in steps.missing() if whole else ():
            table = "[[product]]" if step is Step.PRODUCTS else f"[{step.value.replace(' ', '_')}]"
            what = f"found no {step}, expected {table}, or [[skip]] with step = {step.value!r} and a reason"
            self.problems.add((), what)


def _complaint(kind: str, loc: Location, value: object, table: type[Table]) -> str:
    """What one of pydantic's errors says, in the words of the file."""
    names = [part for part in loc if isinstance(part, str)]
    if kind == "extra_forbidden":
        known = list(table.model_fields) if not names[1:] else []
        expected = f", expected one of {', '.join(known)}{guess(names[-1], known)}" if known else ""
        return f"found a field that is not known{expected or ', expected fields as in the template'}"
    found = "nothing" if kind == "missing" else shown(value)
    usual = "text without control characters" if isinstance(value, str) and odd_in(value) is not None else "text"
    return f"found {found}, expected {EXPECTED.get(names[-1] if names else '', usual)}"
