"""Erasing who a subject is: the key goes, then the row, with an act in the chain of seals that says so.

The ledger holds a random id only, and no seal covers what is sealed of a subject, so every chain still verifies. The
key goes first: cut short after that, the command finds the row and finishes when it is given again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.errors import BadInputError
from devicelog.keychain import SUBJECT_ERASED
from devicelog.store.database import transaction, translated
from devicelog.store.folder import disk_error
from devicelog.store.sealing import append_act

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


def erase(writer: Writer, reference: str) -> str:
    """Erase the subject with that number of the clinic's; its random id. BadInputError if there is none."""
    subject = writer.subject(reference)
    if subject is None:
        raise BadInputError("no subject in this store has that number; give it as `record --subject` was given it.")
    folder, database = writer.folder, writer.connection
    try:
        folder.keys.erase_subject_key(subject)
    except OSError as error:
        raise disk_error(error, folder.path) from None
    with translated(folder):
        database.pragma("secure_delete", True)  # the row's bytes are overwritten, not only given free
    with transaction(folder, database):
        append_act(writer, SUBJECT_ERASED, subject=subject)
        database.execute("DELETE FROM subject WHERE id = ?", (subject,))
    with translated(folder):
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return subject
