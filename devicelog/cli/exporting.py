"""What the commands that export many sessions share: how far they are, and what became of each."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.cli.options import log_access, say
from devicelog.numbers import some

if TYPE_CHECKING:
    from devicelog.export.many.bulk import Manner, Outcome, Outcomes
    from devicelog.store.reader import Reader, SessionRow

_SHOWN = 20


def run(
    reader: Reader,
    rows: Sequence[SessionRow],
    to: Path,
    manner: Manner,
    what: str,
    files: Mapping[str, bytes] | None = None,
) -> Outcomes:
    """Export sessions, say how far it is (a bar on a terminal, else a line each), and log each access to a record."""
    from devicelog.errors import NotNowError
    from devicelog.export.many.bulk import Bulk
    from devicelog.terminal.progress import progress

    lines = not sys.stderr.isatty()
    done = 0

    def tell(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        log_access(reader, what, session=outcome.row)
        bar("exporting", done, len(rows))
        if lines:
            became = outcome.placed.value if outcome.placed is not None else "failed"
            say(f"{done} of {len(rows)}: {outcome.row.id} {became}")

    with progress() as bar:
        bar("exporting", 0, len(rows))
        try:
            return Bulk(reader, to, manner).run(rows, tell, files)
        except NotNowError as error:
            raise NotNowError(f"{str(error).removesuffix('.')}; {done} of {some(len(rows), 'session')} done.") from None


def say_outcomes(outcomes: Outcomes, to: Path) -> None:
    """What became of the sessions, those that are not there as they are now by name."""
    from devicelog.export.folder.package import Placed

    counted = {placed: len(outcomes[placed]) for placed in Placed}
    parts = [f"{count} {placed.value}" for placed, count in counted.items() if count and placed is not Placed.OLDER]
    for outcome in outcomes[None][:_SHOWN]:
        say(f"{outcome.row.id} was not exported: {outcome.why}")
    for outcome in outcomes[Placed.OLDER][:_SHOWN]:
        say(f"{outcome.row.id} has changed since, or other formats are asked for: {outcome.folder} was kept as it is")
    if outcomes[Placed.OLDER]:
        say("add --replace to replace what was kept, or choose another --to")
    failed = [f"{len(outcomes[None])} failed"] if outcomes[None] else []
    older = [f"{counted[Placed.OLDER]} kept as they were before"] if counted[Placed.OLDER] else []
    total = some(len(outcomes.all), "session")
    say(f"{total}: {', '.join([*parts, *older, *failed])}; check them with `devicelog verify {to}`")
