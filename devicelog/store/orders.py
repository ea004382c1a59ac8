"""Sessions that a program began, as acts in the chain of seals: by which token, and under which key of its request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction
from devicelog.store.sealing import append_act

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.store.writer import Writer

SESSION_ORDERED = "session_ordered"


@again_if_changed
def keep_order(writer: Writer, session: str, token: str, key: str | None) -> None:
    """Write down that a token began a session; `key` is a digest."""
    with transaction(writer.folder, writer.connection):
        append_act(writer, SESSION_ORDERED, ordered=session, token=token, key=key)


def ordered_with(reader: Reader, key: str) -> str | None:
    """The session that was begun with a key; None for none."""
    acts = (act.content for act in reader.signed_acts(SESSION_ORDERED))
    return next((str(act["ordered"]) for act in acts if act.get("key") == key), None)
