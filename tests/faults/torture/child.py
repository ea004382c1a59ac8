"""One check in a process of its own: `python -m tests.faults.torture.child KEY FOLDER [--quick]`.

What it found is left in FOLDER/row.json; a check that raises leaves no row, and its last words on stderr.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.faults.torture.check import Check, NotBuiltError, Row, State
from tests.faults.torture.checks import checks


def main() -> None:
    """Do the check."""
    key, folder, *more = sys.argv[1:]
    check = next(check for check in checks() if check.key == key)
    carry_out(check, Path(folder), quick="--quick" in more).write(Path(folder) / "row.json")


def carry_out(check: Check, folder: Path, *, quick: bool) -> Row:
    """A check, done here and now."""
    began = time.monotonic()
    try:
        outcome = check.function()(folder, **(check.quick if quick else check.full))
    except NotBuiltError as error:
        return Row(check.key, check.what, check.criterion, State.NOT_BUILT, found=str(error))
    state = State.REACHED if outcome.reached else State.FAILED
    seconds = time.monotonic() - began
    return Row(
        check.key, check.what, check.criterion, state, outcome.size, outcome.found, outcome.control, round(seconds, 1)
    )


if __name__ == "__main__":
    main()
