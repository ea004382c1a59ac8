"""What was prepared for a session, from a plan file or from asking: its tables, checked, before they are statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from devicelog.steps.plan_schema import (
    AnswerTable,
    ConsentTable,
    ConsultationTable,
    ConsumableTable,
    HistoryTable,
    OverrideTable,
    PatchTestTable,
    ProductTable,
    SessionTable,
    SkipTable,
    SyringeTable,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The tables of a plan; None or empty: nothing was said of it. `answers` are those of the screening, by code."""

    session: SessionTable = field(default_factory=SessionTable)
    history: HistoryTable | None = None
    answers: Mapping[str, AnswerTable] | None = None
    overrides: tuple[OverrideTable, ...] = ()
    consent: ConsentTable | None = None
    patch_test: PatchTestTable | None = None
    consultation: ConsultationTable | None = None
    products: tuple[ProductTable, ...] = ()
    syringes: tuple[SyringeTable, ...] = ()
    consumables: tuple[ConsumableTable, ...] = ()
    skips: tuple[SkipTable, ...] = ()

    def with_session(self, **given: object) -> tuple[Draft, list[str]]:
        """The draft with what was given besides, which wins; and what of the plan that replaced, in words.

        What is given is taken as it is: names are looked at where they are used.
        """
        known = self.session.model_dump()
        taken = {name: value for name, value in given.items() if value is not None and value != []}
        lost = [name for name, value in taken.items() if known[name] not in (None, [], value)]
        said = [f"{_OPTIONS[name]} of the command line is taken; the plan has {_shown(known[name])}" for name in lost]
        return replace(self, session=self.session.model_copy(update=taken)), said


_OPTIONS = {"devices": "--device", "zones": "--zone", "electrode_area": "--electrode-area"} | {
    name: f"--{name}"
    for name in (
        "protocol",
        "overlay",
        "screening",
        "subject",
        "practitioner",
        "role",
        "registration",
        "place",
        "supervisor",
    )
}


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
