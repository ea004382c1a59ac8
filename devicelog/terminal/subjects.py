"""Subjects as people and programs read them: in a list, one with sessions, and what is left of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog.clock import told
from devicelog.numbers import some
from devicelog.record.in_lists import state_text
from devicelog.subject import FIELDS
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean, console

if TYPE_CHECKING:
    from devicelog.store.erasure import Tombstone
    from devicelog.store.people import Known
    from devicelog.store.reader import SessionRow
    from devicelog.store.retaining import Kept

#: Of the list where there is no terminal: nothing is folded then.
_WIDTH = 200
_NO_KEY = "its key is not here"


def listed_content(subject: Known) -> dict[str, Any]:
    """A subject in a list, for programs; `reference` is null where its key is not at hand."""
    known = subject.person.content() if subject.person is not None else dict.fromkeys(("reference", *FIELDS))
    return {"subject": subject.id, **known, "merged": [id_ for id_ in subject.merged if id_ != subject.id]}


def print_list(found: Sequence[Known]) -> None:
    """The list for people."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head in ("number", "name", "born", "subject", "merged with"):
        table.add_column(head, no_wrap=head in ("born", "subject"), overflow="fold")
    for subject in found:
        person = subject.person
        known = (person.reference, person.name, person.birth_date) if person is not None else (_NO_KEY, None, None)
        others = ", ".join(id_ for id_ in subject.merged if id_ != subject.id)
        table.add_row(*(clean(text or "") for text in (*known, subject.id, others)))
    console(width=_WIDTH).print(table)


def shown_content(
    subject: Known, sessions: Sequence[SessionRow], kept: Kept | None, refused: Collection[str] = ()
) -> dict[str, Any]:
    """A subject with its sessions, of which some were `refused`, for programs."""
    before = subject.person.before if subject.person is not None else ()
    return {
        **listed_content(subject),
        "added_by": subject.person.added_by if subject.person is not None else None,
        "before": msgspec.to_builtins(before),
        "sessions": [
            {
                "session": row.id,
                "subject": row.subject,
                "started": row.started,
                "state": row.state,
                "refused": row.id in refused,
            }
            for row in sessions
        ],
        "keep_until": str(kept.until) if kept is not None else None,
        "last_entry": str(kept.last) if kept is not None else None,
        "erased": None,
    }


def shown_lines(
    subject: Known, sessions: Sequence[SessionRow], kept: Kept | None, refused: Collection[str] = ()
) -> Iterator[str]:
    """A subject with its sessions, of which some were `refused`, for people."""
    yield clean(f"subject     {subject.id}")
    person = subject.person
    if person is None:
        yield f"number      {_NO_KEY}"
    else:
        for field, value in person.content().items():
            if value is not None:
                yield clean(f"{_label(field):<11} {value}")
        if person.added_by is not None:
            yield clean(f"added by    {person.added_by}")
        for former in person.before:
            was = ", ".join(f"{_label(field)} {value or 'not known'}" for field, value in former.values.items())
            yield clean(f"before      {was}; until {former.until}, changed by {former.by}")
    others = [id_ for id_ in subject.merged if id_ != subject.id]
    if others:
        yield f"merged with {', '.join(others)}"
    if kept is not None:
        yield f"to keep     until {kept.until}, the last entry is of {kept.last}{_as_adult(kept)}"
    yield f"sessions    {len(sessions) or 'none'}"
    for row in sessions:
        of = f"  as {row.subject}" if row.subject != subject.id else ""
        yield clean(f"  {row.id}  {state_text(row.state, refused=row.id in refused)}{of}")


def _as_adult(kept: Kept) -> str:
    return " (as of an adult: no birth date is known)" if kept.minor is None else " (of a minor)" if kept.minor else ""


def _label(field: str) -> str:
    return {"reference": "number", "birth_date": "born"}.get(field, amounts.words(field))


def tombstone_content(stone: Tombstone) -> dict[str, Any]:
    """What is left of a subject, for programs."""
    left = dict.fromkeys(("reference", *FIELDS))
    erased = {name: value for name, value in msgspec.to_builtins(stone).items() if name != "subject"}
    return {"subject": stone.subject, **left, "erased": erased}


def tombstone_lines(stone: Tombstone) -> Iterator[str]:
    """What is left of a subject, for people."""
    yield f"subject     {stone.subject}"
    yield clean(f"erased      {told(stone.wall)} by {stone.by} (act {stone.number} in the chain of seals)")
    for label, value in (
        ("decision", stone.decision),
        ("ground", stone.ground),
        ("reason", stone.reason),
        ("requested", stone.requested),
        ("to keep", stone.keep_until and f"until {stone.keep_until}"),
    ):
        if value is not None:
            yield clean(f"{label:<11} {value}")


def kept_content(kept: Kept, *, due: bool) -> dict[str, Any]:
    """How long somebody's records are to be kept, for programs."""
    return {
        "subject": kept.subject.id,
        "reference": kept.subject.person.reference if kept.subject.person is not None else None,
        "merged": [id_ for id_ in kept.subject.merged if id_ != kept.subject.id],
        "sessions": kept.sessions,
        "last_entry": str(kept.last),
        "keep_until": str(kept.until),
        "minor": kept.minor,
        "due": due,
    }


def kept_line(kept: Kept, *, due: bool) -> str:
    """How long somebody's records are to be kept, for people."""
    said = "need not be kept since" if due else "to be kept until"
    of = f"{kept.subject.name}: {some(kept.sessions, 'session')}, the last entry of {kept.last}"
    return clean(f"{of}, {said} {kept.until}{_as_adult(kept)}")
