"""What pydantic finds wrong with a treatment protocol file, in the words of the file."""

from __future__ import annotations

from devicelog.problems import Location, guess, shown
from devicelog.treatment.protocol_schema import BELOW, EXPECTED, Table


def complaint(kind: str, loc: Location, value: object, table: type[Table]) -> str:
    """What one of pydantic's errors says, in the words of the file."""
    names = [part for part in loc if isinstance(part, str)]
    if kind == "extra_forbidden":
        known = list((BELOW.get(names[0], table) if names[1:] else table).model_fields)
        return f"found a field that is not known, expected one of {', '.join(known)}{guess(names[-1], known)}"
    expected = EXPECTED.get(names[-1], "text")
    found = "nothing" if kind == "missing" else shown(value)
    if isinstance(expected, str):
        return f"found {found}, expected {expected}"
    words = [member.value for member in expected]
    return f"found {found}, expected one of {', '.join(words)}{guess(value, words)}"
