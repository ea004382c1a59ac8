"""The names of the zones on the body map, read without checking the whole map: lists print them and are to be quick."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from devicelog.bodymap.zones import Side
from devicelog.errors import BadInputError
from devicelog.toml_file import tables_of, text_of

_MAPS = Path(__file__).parent / "maps"


@cache
def names() -> Mapping[str, str]:
    """The name of each zone by its code, as `zones.load` has them of the newest map."""
    newest = max(_MAPS.glob("*.toml"), key=lambda path: int(path.stem))
    tables: list[dict[str, Any]] = tables_of(text_of(newest, "body map", BadInputError), str(newest), BadInputError)[
        "zone"
    ]
    found = {}
    for table in tables:
        code, name = str(table["code"]), str(table["name"])
        found[code] = name
        found |= {f"{code}.{side}": f"{name}, {side}" for side in Side if table.get("sides")}
    return found


def name_of(zone: str, code: str | None) -> str:
    """What people read of a zone: the map's name of its code; as it was typed where it has none."""
    return names().get(code if code is not None else zone, zone)


def with_name(text: str, zone: str, code: str | None) -> str:
    """A sentence that names a zone as it was typed, or in words ("left cheek"), with the map's name in its place."""
    typed = "|".join(re.escape(each) for each in dict.fromkeys((zone, zone.replace("_", " "))))
    name = name_of(zone, code)
    return re.sub(rf"(?<![\w.-])(?:{typed})(?![\w-]|\.\w)", lambda _: name, text) if zone else text
