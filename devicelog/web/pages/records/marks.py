"""The marks of a session in a list: what must be known of it before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from devicelog.record.signatures import Status

if TYPE_CHECKING:
    from devicelog.search.digest import Digest, Listed
    from devicelog.store.reader import SessionRow


def marks_of(row: SessionRow, line: Listed, digest: Digest | None) -> Iterator[str]:
    """The names of the marks; of a session of which no digest is kept nobody knows here whether it is signed."""
    if line.refused:
        yield "refused"
    elif row.state != "ended":
        yield row.state
    if line.simulated:
        yield "simulated"
    if line.typed:
        yield "typed"
    if line.not_asked and not line.refused:
        yield "not-asked"
    if digest is not None:
        if digest.signed == Status.UNSIGNED:
            yield "unsigned"
        elif digest.signed == Status.AMENDED:
            yield "amended-after-signature"
        elif digest.amendments:
            yield "amended"
