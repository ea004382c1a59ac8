"""The tables of a session's plan file as pydantic checks them; names of the body, amounts and rules are read later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from devicelog.problems import odd_in
from devicelog.steps.step import ASKED, Step

YesNo = Literal["yes", "no", "not asked"]
Answer = Literal["yes", "no", "unknown", "not asked"]


def _day(value: object) -> object:
    """A day as TOML writes it (2026-11-22) or as text; a moment is none."""
    if type(value) is date:
        return value
    if isinstance(value, str):
        return date.fromisoformat(value)
    raise ValueError("no day")


def _printed(value: object) -> object:
    """An expiry as it is printed: a day or a month; TOML writes a day without quotes, too."""
    return value.isoformat() if type(value) is date else value


def _shown(text: str) -> str:
    """A name as `naming.named` takes it from the command line: without what a record cannot show."""
    if odd_in(text) is not None:
        raise ValueError("holds what is no text")
    return text


def _written(text: str) -> str:
    """Free text, which may have several lines."""
    if odd_in(text, lines=True) is not None:
        raise ValueError("holds what is no text")
    return text


Day = Annotated[date, BeforeValidator(_day)]
_Text = Annotated[str, Field(min_length=1), AfterValidator(_shown)]
_Free = Annotated[str, AfterValidator(_written)]
Printed = Annotated[_Text, BeforeValidator(_printed)]


class Table(BaseModel):
    """A table of the file; a key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, str_strip_whitespace=True)


class SessionTable(Table):
    """[session]: who, whom, with what and where; what the command line says, too, wins there."""

    devices: list[_Text] = []
    protocol: _Text | None = None
    overlay: _Text | None = None
    screening: _Text | None = None
    subject: _Text | None = None
    practitioner: _Text | None = None
    role: _Text | None = None
    registration: _Text | None = None
    supervisor: _Text | None = None
    place: _Text | None = None
    zones: list[_Text] = []
    electrode_area: _Text | None = None


class HistoryTable(Table):
    """[history]."""

    reviewed: YesNo = "not asked"
    text: _Free = ""
    by: _Text | None = None


class AnswerTable(Table):
    """An answer of [screening] that says more than a word."""

    answer: Answer
    ended: Day | None = None
    detail: _Free = ""


class OverrideTable(Table):
    """One [[override]]; its reason must not be empty, which the steps say."""

    of: _Text
    reason: _Free = ""
    by: _Text | None = None
    specialist: _Text | None = None


class ConsentTable(Table):
    """[consent]."""

    given: YesNo = "not asked"
    form: _Text | None = None
    version: _Text | None = None
    taken_by: _Text | None = None
    on: Day | None = None
    risks_discussed: YesNo = "not asked"
    cooling_off: YesNo = "not asked"
    photographs: YesNo = "not asked"
    by: _Text | None = None


class PatchTestTable(Table):
    """[patch_test]."""

    done: YesNo = "not asked"
    product: _Text | None = None
    on: Day | None = None
    result: Annotated[_Free, Field(min_length=1)] | None = None
    by: _Text | None = None


class ConsultationTable(Table):
    """[consultation]."""

    on: Day | None = None
    text: _Free = ""
    by: _Text | None = None


class IngredientTable(Table):
    """One ingredient of a product; the concentration is read with its unit."""

    name: _Text
    concentration: _Text


class ProductTable(Table):
    """One [[product]], numbered from 1 in the order of the file."""

    name: _Text
    maker: _Text | None = None
    lot: _Text | None = None
    expiry: Printed | None = None
    use: Literal["product", "anaesthetic", "diluent"] = "product"
    drawn: _Text
    ingredients: list[IngredientTable] = []
    by: _Text | None = None


class PartTable(Table):
    """What a syringe holds of one product."""

    product: Annotated[int, Field(ge=1)]
    volume: _Text


class SyringeTable(Table):
    """One [[syringe]], numbered from 1 in the order of the file."""

    label: _Text
    parts: Annotated[list[PartTable], Field(min_length=1)]
    by: _Text | None = None


class ConsumableTable(Table):
    """One [[consumable]]."""

    what: Literal["needle", "electrode"]
    gauge: int | None = None
    length: _Text | None = None
    needles: Annotated[int, Field(ge=1)] | None = None
    type: _Text | None = None
    area: _Text | None = None
    lot: _Text | None = None
    by: _Text | None = None


def _step(value: object) -> Step:
    """A step that people are asked about, by its word."""
    found = next((step for step in ASKED if step == value), None)
    if found is None:
        raise ValueError("no such step")
    return found


class SkipTable(Table):
    """One [[skip]]; its reason must not be empty, which the steps say."""

    step: Annotated[Step, BeforeValidator(_step)]
    reason: _Free = ""
    by: _Text | None = None


class FileTable(Table):
    """The whole file; the tables inside are held one by one, so that a bad one hides no other."""

    plan: Literal[1]
    session: dict[str, Any]
    history: dict[str, Any] | None = None
    screening: dict[str, Any] | None = None
    override: list[dict[str, Any]] = []
    consent: dict[str, Any] | None = None
    patch_test: dict[str, Any] | None = None
    consultation: dict[str, Any] | None = None
    product: list[dict[str, Any]] = []
    syringe: list[dict[str, Any]] = []
    consumable: list[dict[str, Any]] = []
    skip: list[dict[str, Any]] = []


_YES_NO = "one of yes, no, not asked"
_DAY = "a day such as 2026-11-22"

#: What a field may hold, for the sentence about one that does not; a field that is not here holds some text.
EXPECTED: Mapping[str, str] = {
    "plan": "1, the version of such a file",
    "session": "the table [session]",
    **dict.fromkeys(("history", "screening", "consent", "patch_test", "consultation"), "a table"),
    **dict.fromkeys(("override", "syringe", "consumable", "skip"), "tables in double brackets"),
    "devices": 'a list such as ["reference-mesogun@/dev/ttyUSB0"]',
    "zones": 'a list of zones such as ["face.forehead"]',
    **dict.fromkeys(("reviewed", "given", "risks_discussed", "cooling_off", "photographs", "done"), _YES_NO),
    "answer": "one of yes, no, unknown, not asked",
    **dict.fromkeys(("on", "ended"), _DAY),
    "expiry": 'a day such as 2026-11-22, or a month such as "2026-11"',
    "use": "one of product, anaesthetic, diluent",
    "ingredients": 'a list such as [{ name = "hyaluronic acid", concentration = "10 mg/mL" }]',
    "parts": 'a list such as [{ product = 1, volume = "2 mL" }]',
    "what": "one of needle, electrode",
    "gauge": "a whole number such as 30",
    "needles": "a whole number such as 5",
    "step": f"one of {', '.join(ASKED)}",
}
