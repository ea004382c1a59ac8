"""Exports: ordered, made, and fetched file by file or as one ZIP; the files are those of `devicelog export`."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.errors import UnknownNameError
from devicelog.export import chosen
from devicelog.web.api.body import described, reads
from devicelog.web.api.exporting import Made, digest
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.models import Export, File
from devicelog.web.api.paths import SessionId
from devicelog.web.api.problem import ProblemError, Unusable

if TYPE_CHECKING:
    from devicelog.web.api.caller import Caller

api = Api("exports")

_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
_File = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}$", description="A file of it, or `zip` for all of them.")]


class ExportOf(BaseModel):
    """In which formats, all if none is named; `deidentified`: without what tells whose session it is."""

    model_config = ConfigDict(extra="forbid")

    formats: list[str] = []
    deidentified: bool = False


@api.post(
    "/api/v1/sessions/{session}/exports",
    needs=Permission.EXPORT,
    answers=Export,
    may=(404, 413, 415, 429),
    status_code=202,
    openapi_extra=described(ExportOf),
)
def order(caller: Called, session: SessionId, of: Annotated[ExportOf, Depends(reads(ExportOf))]) -> Response:
    """Let an export be made; ask for it at the address in Location until it is ready."""
    try:
        formats = chosen(of.formats)
    except UnknownNameError as error:
        raise Unusable([f"formats: {error}"]) from None
    with caller.reading() as reader:
        row = caller.row(reader, session)
        caller.seen(reader, "export", row)
    made = caller.hall.exports.order(row, formats, caller.id, deidentified=of.deidentified)
    if made is None:
        said = "too many exports are kept; each is forgotten a quarter of an hour after it was made."
        raise ProblemError(429, said, headers={"retry-after": "60"})
    where = {"location": f"/api/v1/exports/{made.of.id}"}
    return JSONResponse(_answer(made).model_dump(), 202, where)


@api.get("/api/v1/exports/{export}", needs=Permission.EXPORT, answers=Export, may=(404,))
def export(caller: Called, export: _Id) -> Export:
    """How far it is; only the token that ordered it can ask."""
    return _answer(_made(caller, export))


@api.get(
    "/api/v1/exports/{export}/{file}",
    needs=Permission.EXPORT,
    may=(404, 409),
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {}, "application/zip": {}}},
        304: {"description": "It is the one of that ETag."},
    },
)
def fetch(caller: Called, export: _Id, file: _File) -> Response:
    """A file of an export, or all of them as `zip`; its ETag is its SHA-256."""
    made = _made(caller, export)
    if made.state != "ready":
        raise ProblemError(409, made.why or "the export is being made; ask again in a moment.")
    data = made.zip if file == "zip" else made.files.get(file)
    if data is None:
        raise ProblemError(404, f"the export has no file {file}; it has {', '.join(sorted(made.files))}.")
    tag = f'"{digest(data)}"'
    if tag in [one.strip() for one in caller.request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"etag": tag})
    name = f"{made.name}.zip" if file == "zip" else file
    headers = {"etag": tag, "content-disposition": f'attachment; filename="{name}"'}
    kind = "application/zip" if file == "zip" else mimetypes.guess_type(file)[0] or "application/octet-stream"
    return Response(data, media_type=kind, headers=headers)


def _made(caller: Caller, export: str) -> Made:
    made = caller.hall.exports.get(export, caller.id)
    if made is None:
        said = "there is no such export, its time is over, or its subject was erased; order it again."
        raise ProblemError(404, said)
    return made


def _answer(made: Made) -> Export:
    files = [File(name=name, size=len(data), sha256=digest(data)) for name, data in sorted(made.files.items())]
    return Export(
        export=made.of.id,
        session=made.of.session,
        state=made.state,  # type: ignore[arg-type]
        formats=list(made.of.formats),
        deidentified=made.of.deidentified,
        why=made.why,
        until=clock.utc(made.until) if made.until is not None else None,
        files=files if made.state == "ready" else [],
    )
