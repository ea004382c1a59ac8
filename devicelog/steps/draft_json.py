"""A draft as plain JSON, for whoever keeps one that is not finished; the tables are those of a plan file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import AnswerTable, SessionTable, Table

_T = TypeVar("_T", bound=Table)


def _fields() -> tuple[Mapping[str, type[Table]], Mapping[str, type[Table]]]:
    """The fields of a draft that hold one table or none, and those that hold any number, each with its table."""
    one, many = {}, {}
    for name, hint in get_type_hints(Draft).items():
        table, *_ = get_args(hint) or (None,)
        if get_origin(hint) is tuple:
            many[name] = table
        elif isinstance(table, type):  # `answers` are tables by code, and the session is always there
            one[name] = table
    return one, many


_ONE, _MANY = _fields()


def to_json(draft: Draft) -> dict[str, Any]:
    """The draft in plain types; what nothing was said of is left out."""
    made: dict[str, Any] = {"session": _plain(draft.session)}
    made |= {name: _plain(table) for name in _ONE if (table := getattr(draft, name)) is not None}
    made |= {name: [_plain(table) for table in tables] for name in _MANY if (tables := getattr(draft, name))}
    if draft.answers is not None:
        made["answers"] = {code: _plain(table) for code, table in draft.answers.items()}
    return made


def of_json(content: Mapping[str, Any]) -> Draft:
    """The draft that `to_json` described; pydantic's ValidationError, KeyError or TypeError for anything else."""
    answers = content.get("answers")
    made: dict[str, Any] = {name: kind.model_validate(content[name]) for name, kind in _ONE.items() if name in content}
    made |= {name: _tables(kind, content.get(name, ())) for name, kind in _MANY.items()}
    return Draft(
        session=SessionTable.model_validate(content["session"]),
        answers={code: AnswerTable.model_validate(one) for code, one in answers.items()}
        if answers is not None
        else None,
        **made,
    )


def _plain(table: Table) -> dict[str, Any]:
    return table.model_dump(mode="json", exclude_none=True)


def _tables(kind: type[_T], found: Sequence[Any]) -> tuple[_T, ...]:
    return tuple(kind.model_validate(one) for one in found)
