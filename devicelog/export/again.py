"""An export written again from the ledger inside another one.

In the formats that the folder holds, that is the folder itself, byte for byte, its signatures included: they are of the
same files. Other formats can be written as well, but not signed: the key is not here. What proves such files is the
folder that they came from, whose ledger gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from devicelog.errors import BadInputError, NotMadeHereError
from devicelog.export import FORMATS, as_written
from devicelog.export.exported import ExportedReader
from devicelog.export.folder import manifest
from devicelog.export.folder.package import Package, contents, packed, write_files
from devicelog.export.pdf import session_pdf
from devicelog.export.proof.rebuilding import formats_in
from devicelog.export.session import ExportedSession


def export_again(
    reader: ExportedReader, to: Path, formats: Sequence[str] | None, *, without_signature: bool = False
) -> Package:
    """Write the session of an export as a folder in `to`; in the formats that are there if none are named.

    Raises BadInputError for formats that could not be signed here unless that is asked for, or for something that is in
    the way; NotNowError if the folder cannot be written.
    """
    there = formats_in(contents(reader.folder)) if reader.folder is not None else []
    wanted = list(formats) if formats is not None else there or list(FORMATS)
    ledger = reader.ledger
    is_same = wanted == there and ledger.is_as_written_now
    if is_same and without_signature:
        raise BadInputError("these formats are signed in the export already; leave out --without-signature.")
    if not is_same and not without_signature:
        held = ", ".join(there) or "none that is signed"
        what = f"the export holds {held}, and what is made of it here cannot be signed by its key"
        raise BadInputError(f"{what}; leave out --format to write the same again, or add --without-signature.")
    if is_same:
        session = ExportedSession.of(ledger, ledger.software, ledger.made_with)
    else:
        session = ExportedSession.of(ledger)
        session = replace(session, made_with=session_pdf.made_with(session))

    def fill(made: Path) -> None:
        if is_same and reader.folder is not None:
            _same_again(session, made, reader.folder, wanted)
            return
        for name in as_written(wanted):
            FORMATS[name].write(session, made)

    return packed(session, to, fill)


def _same_again(session: ExportedSession, made: Path, folder: Path, formats: Sequence[str]) -> None:
    """Write the files anew, and take the signatures over, which are of the same files."""
    if session_pdf.made_with(session) != session.made_with:
        pdf = folder / session_pdf.FILE
        session.given(session_pdf.pdf, pdf.read_bytes() if pdf.is_file() else None)
    try:
        write_files(session, made, formats)
    except NotMadeHereError as error:
        raise BadInputError(f"the PDF inside cannot be made here: {error}.") from None
    inner = [FORMATS[name].inner for name in formats]
    for name in (*manifest.UNLISTED, manifest.PUBLIC_KEY, *[one.file for one in inner if one is not None]):
        (made / name).write_bytes((folder / name).read_bytes())
    if contents(made) != contents(folder):
        raise BadInputError(f"{folder} was changed while it was read; verify it, and try again.")
