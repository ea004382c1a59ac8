"""Reads a TOML file into a pydantic model; what is wrong with it becomes one sentence."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from devicelog.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails


class Table(BaseModel):
    """A table of a TOML file in which every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


TableT = TypeVar("TableT", bound=Table)
#: Lists of tables of several kinds: the place of an error in them has the kind in it.
_SEVERAL_KINDS = ("steps", "faults")


def read_table(path: Path, model: type[TableT]) -> TableT:
    """The file as `model`; BadInputError names file, place and field, what was found and what was expected."""
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} is not a TOML file: {error}.") from None
    except ValidationError as error:
        raise BadInputError(f"{path}: {_sentence(error.errors()[0])}") from None


def _sentence(error: ErrorDetails) -> str:
    found = "nothing" if error["type"] in {"missing", "union_tag_not_found"} else _shortened(error["input"])
    return f"{_place(error['loc'])}: found {found}; {_expected(error)}."


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _place(loc: tuple[int | str, ...]) -> str:
    match loc:
        case (str(name), int(index)):
            return f"{name.removesuffix('s')} {index + 1}"
        case (str(name), int(index), *fields):
            fields = fields[1:] if name in _SEVERAL_KINDS else fields
            inner = f", field {'.'.join(map(str, fields))!r}" if fields else ""
            return f"{name.removesuffix('s')} {index + 1}{inner}"
        case _:
            return f"field {'.'.join(map(str, loc))!r}" if loc else "the file"


def _expected(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "expected a value"
        case "extra_forbidden":
            return "no field of this name exists here"
        case "value_error":
            return error["msg"].removeprefix("Value error, ").rstrip(".")
        case "union_tag_not_found" | "union_tag_invalid":
            tags = error.get("ctx", {})
            return f"expected {tags.get('discriminator')} = one of {tags.get('expected_tags', 'the known ones')}"
        case _:
            return "expected " + error["msg"].removeprefix("Input should be ").rstrip(".")
