"""All that is kept of one person, for the person: <to>/<subject id>/subject.json and <session>/ of each session.

subject.json is JSON: what is known of the person under each id and what it was before, how long the records are to be
kept, and who read them; subject.schema.json describes it. Each session's folder is an export like any other and is
verified by itself; export.json lists them all (`devicelog.export.many.index`). subject.json is written last.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from devicelog import __version__
from devicelog.errors import BadInputError
from devicelog.store.access import accesses
from devicelog.store.people import Known, sessions_of
from devicelog.store.reader import Reader
from devicelog.store.retaining import kept_of
from devicelog.subject import Subject

FILE = "subject.json"
SCHEMA = "subject.schema.json"


def refuse_another(folder: Path, *, replace: bool) -> None:
    """Raise BadInputError if what is kept of the person was written here before, and is not to be replaced."""
    if (folder / FILE).exists() and not replace:
        hint = "move it away, choose another --to, or add --replace"
        raise BadInputError(f"{folder / FILE} is there already; {hint}.")


def subject_files(reader: Reader, subject: Known) -> dict[str, bytes]:
    """What stands beside the exports of a person's sessions, by name."""
    told = msgspec.json.format(msgspec.json.encode(_content(reader, subject)), indent=2)
    return {FILE: told + b"\n", SCHEMA: schema()}


def schema() -> bytes:
    """The JSON Schema of subject.json, as shipped."""
    return files("devicelog.export.many").joinpath(SCHEMA).read_bytes()


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
