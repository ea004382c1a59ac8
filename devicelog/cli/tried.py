"""What `deliver` and `outbox` share: trying with progress on stderr, and saying what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import say, why_given

if TYPE_CHECKING:
    from devicelog.delivery.trying import Tried
    from devicelog.store.outbox import Delivery


def tried_now(
    store: Path, *, numbers: Collection[int] | None = None, at_once: bool = False, wait: float = 0.0
) -> list[Tried]:
    """Try what is due, with a progress bar on a terminal."""
    import secrets

    from devicelog.delivery.running import run
    from devicelog.delivery.trying import Manner
    from devicelog.terminal.progress import progress

    with progress() as tell:
        manner = Manner(tell, secrets.SystemRandom().random, why_given())
        return run(store, manner, numbers=numbers, at_once=at_once, wait=wait)


def exit_code(tried: Iterable[Tried]) -> int:
    """0 if all is delivered, 1 if anything was refused, else 3."""
    states = {one.row.state.value for one in tried}
    return 1 if "refused" in states else 3 if states - {"delivered", "cancelled"} else 0


def print_tried(tried: Iterable[Tried]) -> None:
    """Each in a line: what was delivered on stdout, what was not on stderr."""
    from devicelog.terminal.screen import clean

    for one in tried:
        for note in one.notes:
            say(f"note: {note}")
        content = one.row.content
        head = f"{content.what} of session {one.session}"
        said = f' and says "{clean(one.said)}"' if one.said else ""
        match one.row.state.value:
            case "delivered":
                click.echo(f"{head} delivered to {content.target}; the receipt is entry {content.entry}")
            case "refused":
                say(f"{head} was REFUSED by {content.target}: {clean(one.why)}{said}; mend that and deliver it again")
            case _:
                later = f"delivery {one.row.number} stays in the outbox and is tried again from {one.row.due[:19]}Z on"
                say(f"{head} is not delivered to {content.target} now: {clean(one.why)}{said}; {later}")


def content(one: Tried) -> dict[str, Any]:
    """As JSON has it."""
    return {**row_content(one.row, one.session), "why": one.why, "said": one.said, "notes": list(one.notes)}


def row_content(row: Delivery, session: str) -> dict[str, Any]:
    """A delivery of the outbox, but for what was said of it."""
    held = row.content
    return {
        "number": row.number,
        "delivery": held.id,
        "session": session,
        "target": held.target,
        "format": held.format,
        "what": held.what,
        "formats": list(held.formats),
        "state": row.state.value,
        "due": row.due if row.is_open else None,
        "made": held.made,
        "by": held.by,
        "tries": held.tries,
        "unanswered": held.unanswered,
        "tried": held.tried,
        "of": held.of,
        "messages": list(held.messages),
        "sha256": held.sha256,
        "bytes": held.size,
        "entry": held.entry,
    }
