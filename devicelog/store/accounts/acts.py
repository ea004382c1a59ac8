"""What happens to people and tokens, as acts in the chain of seals, so that every copy and witness carries them.

A change of the accounts and the act that tells it are one transaction there; the act waits until the one that writes
the store comes to it. A power cut between the two leaves it waiting, and between writing it and forgetting that it
waits, its id keeps it from being written twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.acts.accounts import AccountAct, Standing, differences, told, told_of
from devicelog.errors import StoreFormatError
from devicelog.store.accounts.accounts import AccountsFile, accounts_folder
from devicelog.store.database import transaction
from devicelog.store.reader import Reader
from devicelog.store.sealing import append_act

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


def record_acts(writer: Writer, accounts: AccountsFile) -> int:
    """Write the acts that wait; how many there were. Raises what a transaction of either raises."""
    with accounts.looking() as rows:
        waiting = rows.acts.all()
    if not waiting:
        return 0
    known = {act.id for act in told(writer.signed_acts(*AccountAct))}
    with transaction(writer.folder, writer.connection):
        for one in waiting:
            if one.content["id"] not in known:
                append_act(writer, **one.content)
    with accounts.changing() as rows:
        rows.acts.written(one.number for one in waiting)
    return len(waiting)


def told_otherwise(reader: Reader, accounts: AccountsFile | None) -> list[str]:
    """What the accounts of a store say otherwise than its acts, in a sentence each; None: it has none."""
    if accounts is None:
        return list(differences(standing(reader), (), ()))
    with accounts.looking() as rows:
        people, tokens = rows.people.all(), rows.tokens.all()
    return list(differences(standing(reader, accounts), people, tokens))


def check_there(reader: Reader) -> None:
    """See that the accounts are there, if by the acts somebody has one; StoreFormatError if their file is gone.

    Who comes first to a station without accounts becomes its admin: that must not come of a file that was lost.
    """
    file = accounts_folder(reader.folder).database
    if file.exists() and file.stat().st_size:
        return
    people = len(standing(reader).people)
    if people:
        count = "1 person has an account" if people == 1 else f"{people} people have accounts"
        hint = "restore it from a backup, or begin without them by `devicelog accounts first`"
        raise StoreFormatError(f"{file} is gone, and {count} by the acts of the store; {hint}.")


def standing(reader: Reader, accounts: AccountsFile | None = None) -> Standing:
    """What the acts of a store say, and those that wait to be written; an act that its key has not signed is none."""
    acts = list(told(reader.signed_acts(*AccountAct)))
    if accounts is not None:
        with accounts.looking() as rows:
            acts += [told_of(one.content) for one in rows.acts.all()]
    return Standing(acts)
