"""What is found wrong with a treatment protocol file, in the words of the file."""

from __future__ import annotations

from dataclasses import fields

from devicelog.problems import guess, shown
from devicelog.treatment.protocol_checks import Misfit, Table
from devicelog.treatment.protocol_schema import BELOW, EXPECTED


def complaint(misfit: Misfit, table: type[Table]) -> str:
    """What is to be said of a value that does not fit, in the words of the file."""
    names = [part for part in misfit.loc if isinstance(part, str)]
    if misfit.unknown:
        known = [one.name for one in fields(BELOW.get(names[0], table) if names[1:] else table)]
        return f"found a field that is not known, expected one of {', '.join(known)}{guess(names[-1], known)}"
    expected = EXPECTED.get(names[-1], "text")
    found = "nothing" if misfit.missing else shown(misfit.value)
    if isinstance(expected, str):
        return f"found {found}, expected {expected}"
    words = [member.value for member in expected]
    return f"found {found}, expected one of {', '.join(words)}{guess(misfit.value, words)}"
