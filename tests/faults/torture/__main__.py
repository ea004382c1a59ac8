"""`python -m tests.faults.torture [--quick] [--only F1,F3] [--jobs N]`: run the list, print it, write the page."""

from __future__ import annotations

import argparse
import functools
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from devicelog import __version__
from tests.faults.torture.check import Check, Row, State
from tests.faults.torture.checks import checks, chosen
from tests.faults.torture.page import Book
from tests.faults.torture.run import run_checks
from tests.faults.torture.table import print_table, say_begun, say_done

_ROOT = Path(__file__).parents[3]
_PAGE = _ROOT / "docs" / "reliability.md"
_BOOK = _ROOT / "build" / "torture" / "rows.json"
#: Why a check without a function cannot be run by this command.
_NOT_HERE = {
    "F4": "needs a virtual machine whose power can be cut; F3 takes its place",
    "F8 on USB": "needs a real ftdi_sio adapter; the pseudo-terminal takes its place",
    "F26": "no older version of the store was ever released; F2 kills the making of a store at each write",
    "F18 suspend": "needs a computer that may be put to sleep; F17 and SIGSTOP take its place",
}


def main() -> int:
    """Run what is asked; 0 if nothing speaks against a release, 1 if something does, 2 for a bad argument."""
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 200)
    try:
        wanted = chosen([name for part in asked.only for name in part.split(",")])
    except ValueError as error:
        print(f"torture: {error}; expected ids such as F1.", file=sys.stderr)  # noqa: T201
        return 2
    began = time.monotonic()
    keep = _Keeping(asked.page) if not asked.quick else None
    rows = _run(wanted, console, keep, jobs=asked.jobs)
    print_table(console, rows)
    console.print(f"{time.monotonic() - began:,.0f} s")
    if keep is not None and not keep.write_page():
        console.print("the page is written when every check has been run once at its full size")
    return 0 if all(row.holds for row in rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.torture", description="The acceptance list.")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it works, not what it shows")
    parser.add_argument("--only", action="append", default=[], metavar="IDS", help="F1,F3: these checks alone")
    parser.add_argument("--jobs", type=int, default=2, help="checks at a time [2]")
    parser.add_argument("--page", type=Path, default=_PAGE, help="where the page goes [docs/reliability.md]")
    return parser.parse_args()


class _Keeping:
    """Takes rows of full size into the book as they come: a run that is ended early has shown something, too."""

    def __init__(self, page: Path) -> None:
        from bench.machine import describe

        self._page = page
        self._book = Book(_BOOK)
        self._at = datetime.now(UTC).isoformat(timespec="seconds")
        computer = describe().partition(", load")[0]
        self._machine = f"{computer}, {platform.system()}, Python {platform.python_version()}"

    def take(self, row: Row) -> None:
        self._book.take(row, self._at, __version__, self._machine)

    def write_page(self) -> bool:
        """Write it; False while a check was never run."""
        text = self._book.page([check.key for check in checks()])
        if text is not None:
            self._page.write_text(text, encoding="utf-8")
        return text is not None


def _run(wanted: Sequence[Check], console: Console, keep: _Keeping | None, *, jobs: int) -> list[Row]:
    """The rows in the order of the list; without `keep` of small size. What the checks left stays if one failed."""
    folder = Path(tempfile.mkdtemp(prefix="devicelog-torture-"))
    take = keep.take if keep is not None else _let_go
    rows = {check.key: _not_here(check) for check in wanted if not check.run}
    for row in rows.values():
        take(row)
    here = [check for check in wanted if check.run]
    begin = functools.partial(say_begun, console)
    for row in run_checks(here, folder, quick=keep is None, jobs=jobs, begin=begin):
        rows[row.key] = row
        say_done(console, row, len(rows), len(wanted))
        take(row)
    found = [rows[check.key] for check in wanted]
    if any(row.state in (State.FAILED, State.CRASHED, State.LATE) for row in found):
        console.print(f"what the checks left is kept in {folder}")
    else:
        shutil.rmtree(folder)
    return found


def _let_go(_: Row) -> None:
    """A row of small size shows nothing that is worth keeping."""


def _not_here(check: Check) -> Row:
    return Row(check.key, check.what, check.criterion, State.NOT_HERE, found=_NOT_HERE[check.key])


if __name__ == "__main__":
    sys.exit(main())
