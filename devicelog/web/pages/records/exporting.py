"""A record as files, taken away: made in a private folder inside the store's, packed, sent, and removed.

However the sending ends, nothing stays; what a kill leaves is removed at the next start, as that of the API is.
"""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from devicelog.accounts.permission import Permission
from devicelog.errors import BadInputError, NotNowError
from devicelog.export import chosen
from devicelog.export.folder.package import Package, export
from devicelog.export.pdf import session_pdf
from devicelog.web.gate import Asked, Gate
from devicelog.web.making import new_room, remove_room
from devicelog.web.pages.records.sight import sight

pages = Gate()

#: One export is made at a time: it takes a whole processor, and a recording may need the other.
_MAKING = threading.Lock()
#: So many others may wait for it: each keeps a thread, and statements of a session in progress need one, too.
_WAITING = threading.BoundedSemaphore(4)
#: The earliest time that a ZIP file has; the true one would tell when a copy for others was made.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@pages.post("/sessions/{session}/export", needs=Permission.EXPORT)
def take(session: str, asked: Asked) -> Response:
    """The formats that were chosen as one ZIP file with the folder that `devicelog export` writes; or the PDF alone."""
    if not _WAITING.acquire(blocking=False):
        raise NotNowError("several exports are being made already; wait for them, and try again.")
    try:
        return _taken(session, asked)
    finally:
        _WAITING.release()


def _taken(session: str, asked: Asked) -> Response:
    form = asked.form
    alone = form.has("pdf-alone")
    room = new_room(asked.web.store)
    try:
        with sight(asked) as seen:
            row, _ = seen.session(session)
            if not alone and not form.all("format"):
                raise BadInputError("found no format; choose one or more, or take the PDF alone.")
            names = ["pdf"] if alone else chosen(form.all("format"))
            seen.log("export", session=row)
            with _MAKING:
                package = export(seen.reader, row.id, room, names, deidentify=form.has("deidentified"))
                file, kind = _alone(package) if alone else _packed(package, room)
    except BaseException:
        remove_room(room)
        raise
    return _Taken(room, file, kind)


class _Taken(FileResponse):
    """The file on its way; its folder goes with it, also when whoever wanted it is gone or the station ends."""

    def __init__(self, room: Path, file: Path, kind: str) -> None:
        super().__init__(file, media_type=kind, filename=file.name)
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            remove_room(self._room)


def _alone(package: Package) -> tuple[Path, str]:
    named = package.folder.parent / f"{package.folder.name}.pdf"
    (package.folder / session_pdf.FILE).rename(named)
    return named, "application/pdf"


def _packed(package: Package, room: Path) -> tuple[Path, str]:
    file = room / f"{package.folder.name}.zip"
    with ZipFile(file, "x", ZIP_DEFLATED) as packed:
        for name in package.files:
            info = ZipInfo(f"{package.folder.name}/{name}", _NO_TIME)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            with (package.folder / name).open("rb") as source, packed.open(info, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 1 << 20)
    return file, "application/zip"
