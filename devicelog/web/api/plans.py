"""A plan as JSON: the tables of a plan file (`devicelog plan template`), held against the same rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from devicelog.naming import parted
from devicelog.opening.setting import rules_of, today
from devicelog.problems import Problems
from devicelog.steps.plan_file import read_tables
from devicelog.web.api.problem import Unusable

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.clock import Stamp
    from devicelog.screening.rule import Rules
    from devicelog.steps.draft import Draft

#: What a session cannot do without.
_NEEDED = ("devices", "protocol", "subject", "practitioner")
#: A driver or a bound device by name; a file would let a program read what it should not.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(#[^/\\]+)?")
_PORT = re.compile(
    r"/dev/[A-Za-z0-9][A-Za-z0-9/_.:-]*|COM[0-9]+|page(://[a-z0-9-]*)?|sim://[a-z0-9-]+(\?[a-z0-9_=&.-]*)?"
)
_PROTOCOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")

_Table = dict[str, Any]


class PlanTables(BaseModel):
    """The tables of a plan file; days are text such as 2026-11-22."""

    model_config = ConfigDict(extra="forbid")

    plan: Literal[1]
    session: _Table = Field(description="devices, protocol, subject, practitioner; role, place, zones ...")
    history: _Table | None = None
    screening: _Table | None = None
    override: list[_Table] = []
    consent: _Table | None = None
    patch_test: _Table | None = None
    consultation: _Table | None = None
    product: list[_Table] = []
    syringe: list[_Table] = []
    consumable: list[_Table] = []
    skip: list[_Table] = []


def draft_of(tables: PlanTables, start: Stamp, screening: Path | None) -> tuple[Draft, Rules]:
    """The draft and the questions that it is held against; `Unusable` with everything that is wrong.

    `screening` is the clinic's own file of questions.
    """
    rules = rules_of(str(screening) if screening is not None else None)
    raw = tables.model_dump(exclude_unset=True)
    problems = Problems("the plan", {})
    draft, found = read_tables(raw, problems, lambda _: rules, today(start))
    if draft is None:
        raise Unusable(found)
    wrong = list(_odd(draft))
    if wrong:
        raise Unusable(wrong)
    return draft, rules


def _odd(draft: Draft) -> Iterator[str]:
    session = draft.session
    said = session.model_dump()
    for name in _NEEDED:
        if not said[name]:
            yield f"the plan, session {name}: found nothing, and no session is recorded without it"
    if session.screening is not None:
        yield "the plan, session screening: a file of questions cannot be named here; leave it out"
    for id_ in (session.protocol, session.overlay):
        if id_ is not None and (not _PROTOCOL.fullmatch(id_) or id_.endswith(".toml")):
            yield f"the plan, session protocol: found {id_[:60]!r}, expected the id of a treatment protocol"
    for device in session.devices:
        if not _is_device(device):
            yield f"the plan, session devices: found {device[:60]!r}, expected DRIVER@PORT, or a device that is bound"


def _is_device(text: str) -> bool:
    name, at, url = parted(text)
    return (
        _NAME.fullmatch(name) is not None and (not at or all(map(_PORT.fullmatch, url.split("+")))) and ".." not in url
    )
