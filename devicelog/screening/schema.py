"""The tables of a screening file as pydantic checks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, StrictBool, StrictInt

from devicelog.screening import rule as model
from devicelog.screening.tables import SourceTable, Table
from devicelog.treatment.protocol import Grade, Status

_CODE = "^[a-z][a-z0-9_]*$"
#: Longer than any washout or age that means something; keeps dates within the calendar.
_MOST_MONTHS, _MOST_YEARS = 1200, 150


class ClaimTable(Table):
    """What one source says."""

    source: str = Field(min_length=1)
    says: str = Field(min_length=1)
    quote_short: str | None = Field(default=None, min_length=1)
    injection: model.Severity | None = None
    no_needle: model.Severity | None = None
    months: StrictInt | None = Field(default=None, ge=1, le=_MOST_MONTHS)


class RuleTable(Table):
    """One [[rule]]."""

    code: str = Field(pattern=_CODE)
    kind: model.Kind = model.Kind.QUESTION
    title: str = Field(min_length=1)
    question: str = ""
    injection: model.Severity
    no_needle: model.Severity
    expected: Literal["yes", "no"] = "no"
    sources_disagree: StrictBool = False
    chosen_by: str = Field(default=model.STRICTEST, pattern="^(strictest|clinic:[a-z0-9][a-z0-9-]*)$")
    washout_months: StrictInt | None = Field(default=None, ge=1, le=_MOST_MONTHS)
    age_min: StrictInt | None = Field(default=None, ge=1, le=_MOST_YEARS)
    override_demands: model.Demand | None = None
    note: str = ""
    claims: list[ClaimTable] = Field(min_length=1)


class DisagreementTable(Table):
    """One [[disagreement]]."""

    about: str = Field(min_length=1)
    acts: str = Field(min_length=1)
    rules: list[str] = Field(default_factory=list)
    claims: list[ClaimTable] = Field(min_length=2)


class FileTable(Table):
    """The whole file; rules and disagreements are read one by one, so that a bad one hides no other."""

    id: str = Field(pattern="^[a-z0-9-]+$")
    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    status: Status
    notes: str = ""
    rule: list[dict[str, Any]] = Field(min_length=1)
    disagreement: list[dict[str, Any]] = Field(default_factory=list)
    sources: dict[str, SourceTable]


#: The tables inside tables, by the key that holds them.
BELOW: Mapping[str, type[Table]] = {"sources": SourceTable, "claims": ClaimTable}

#: What a field may hold, for the sentence about one that does not; a field that is not here holds text.
EXPECTED: Mapping[str, Any] = {
    "id": "a name of a-z, 0-9 and '-'",
    "version": 'text such as "1"',
    "status": Status,
    "code": "a name of a-z, 0-9 and '_'",
    "kind": model.Kind,
    "injection": model.Severity,
    "no_needle": model.Severity,
    "expected": '"yes" or "no"',
    "sources_disagree": "true or false",
    "chosen_by": '"strictest" or "clinic:NAME"',
    "washout_months": f"a whole number of months from 1 to {_MOST_MONTHS}",
    "months": f"a whole number of months from 1 to {_MOST_MONTHS}",
    "age_min": f"a whole number of years from 1 to {_MOST_YEARS}",
    "override_demands": model.Demand,
    "claims": '{ source = "...", says = "..." }, one or more (two of a disagreement)',
    "rules": "codes of rules",
    "rule": "one table or more, [[rule]]",
    "disagreement": "tables written [[disagreement]]",
    "sources": 'a table of KEY = { grade = "...", title = "...", where = "..." }',
    "grade": Grade,
}
