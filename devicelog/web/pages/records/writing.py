"""What is written about a session that is over: done at the desk; beside it, where it would hold up a recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from starlette.responses import RedirectResponse

from devicelog.errors import NotNowError
from devicelog.web.forms import SaidError
from devicelog.web.gate import RefusedError
from devicelog.web.inquiry import Inquiry

if TYPE_CHECKING:
    from devicelog.ledger import Line
    from devicelog.store.reader import SessionRow
    from devicelog.store.writer import Writer

Answer = TypeVar("Answer")

#: What is written of a session with more entries takes the desk for longer than a recording can wait.
_MOST_ENTRIES = 10_000


def written(asked: Inquiry, row: SessionRow, job: Callable[[Writer, SessionRow], Answer]) -> Answer:
    """What a job makes of a session as it stands then.

    While another one is recorded, all but the last transaction is done on the request's own thread. Raises NotNowError
    then, and nothing is changed, for a long session.
    """
    station = asked.web.station
    is_recording = station.current is not None

    def do(writer: Writer) -> Answer:
        last = writer.last_line(row.number)
        if is_recording and last is not None and last.number > _MOST_ENTRIES:
            raise NotNowError(
                f"a session is being recorded, and session {row.id} is too long to be worked on beside it; nothing was "
                "changed: try again when the recording has ended."
            )
        _must_be_as_shown(asked, last)
        return job(writer, writer.session(row.id))

    return station.beside(do) if is_recording else station.desk.do(do)


def _must_be_as_shown(asked: Inquiry, last: Line | None) -> None:
    """Raise SaidError if the ledger has grown since the page of the form: nobody signs or corrects it unseen.

    The form says up to which entry its page showed the record; one that does not adds to it, whatever stands there.
    """
    if last is not None and asked.form.text("entries") not in ("", str(last.number)):
        raise SaidError(asked.t("records-changed"))


def must_be_over(row: SessionRow) -> None:
    """Lead to where a session in progress is recorded: what is stated of it is stated there."""
    if row.state == "running":
        raise RefusedError(RedirectResponse("/live", 303))


def must(holds: bool) -> None:
    """Refuse what the visitor's role does not include for this record."""
    if not holds:
        raise RefusedError
