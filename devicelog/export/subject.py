"""All that is kept of one person, for the person: <to>/<subject id>/subject.json and <session>/ of each session.

subject.json is JSON: what is known of the person under each id and what it was before, how long the records are to be
kept, and who read them. Each session's folder is an export like any other and is verified by itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from devicelog import __version__
from devicelog.errors import BadInputError, NotNowError
from devicelog.export import chosen
from devicelog.export.package import Package, export
from devicelog.store.access import accesses
from devicelog.store.people import Known, sessions_of
from devicelog.store.reader import Reader
from devicelog.store.retaining import kept_of
from devicelog.subject import Subject

FILE = "subject.json"


def export_subject(reader: Reader, subject: Known, to: Path) -> tuple[Path, list[Package]]:
    """Write a person's folder; where it is, and the exports of the sessions.

    Raises BadInputError if something is in the way, StoreFormatError if a session does not verify, NotNowError if the
    folder cannot be written.
    """
    folder = to / subject.id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / FILE).exists():
            raise BadInputError(f"{folder / FILE} is there already; move it away or choose another --to.")
        packages = [export(reader, row.id, folder, chosen(())) for row in sessions_of(reader, subject)]
        told = msgspec.json.format(msgspec.json.encode(_content(reader, subject)), indent=2)
        (folder / FILE).write_bytes(told + b"\n")
    except (FileExistsError, NotADirectoryError):
        raise BadInputError(f"{folder} or a part of it is a file, expected a folder; choose another --to.") from None
    except OSError as error:
        raise NotNowError(
            f"{folder} cannot be written ({error.strerror}); check its path, permissions and room."
        ) from None
    return folder, packages


def _known(subject: str, person: Subject | None) -> dict[str, Any]:
    """What is known of a person under one id, and what it was before."""
    if person is None:
        return {"subject": subject}
    return {"subject": subject, **person.content(), "before": msgspec.to_builtins(person.before)}


def _content(reader: Reader, subject: Known) -> dict[str, Any]:
    kept = kept_of(reader, subject)
    return {
        "format": "devicelog subject",
        "version": 1,
        "software": f"devicelog {__version__}",
        "subject": subject.id,
        "known": [_known(id_, reader.person(id_)) for id_ in subject.merged],
        "sessions": [row.id for row in sessions_of(reader, subject)],
        "keep_until": str(kept.until) if kept is not None else None,
        "accesses": [
            {"at": one.at, "what": one.what, "by": one.by, "why": one.why, "session": one.session}
            for logged in accesses(reader.folder)
            if (one := logged.access) is not None and not set(subject.merged).isdisjoint(one.subjects)
        ],
    }
