"""Backups: where they are kept, one now, whether one still holds, and the keys in a file of their own.

Nothing is restored from here: that is done on the command line, with the station ended.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.backup import place
from devicelog.backup.checking import check_backup
from devicelog.backup.making import Backup, take_backup
from devicelog.backup.manifest import Manifest
from devicelog.errors import BadInputError, DevicelogError, NotNowError, UnknownNameError
from devicelog.station.chores import Progress
from devicelog.store.folder import Folder, open_folder
from devicelog.store.key_file import check_passphrase, write_keys
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings
from devicelog.web.english import English
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.proof import by, page, proved

pages = Gate()

MAKE, CHECK = "backup", "backup-check"
#: So many backups are kept where somebody wants the oldest removed.
_MOST_KEPT = 10_000


@pages.get("/administration/backups", needs=Permission.MANAGE_KEYS)
def backups(asked: Asked) -> Response:
    """Those that are there, and the last one that was tried."""
    return _page(asked)


def _page(asked: Inquiry, wrote: str = "") -> Response:
    folder, fault, made = open_folder(asked.web.store), None, []
    to = place.chosen(folder)
    if to is not None:
        try:
            made = place.made(folder, to)
        except DevicelogError as error:
            fault = str(error)
    chores = asked.web.station.chores
    context: dict[str, Any] = {
        "to": to,
        "fault": fault,
        "made": list(reversed(made)),
        "sizes": {path.name: sum(file.bytes for file in manifest.files) for path, manifest in made},
        "last": chores.last(MAKE),
        "checked": chores.last(CHECK),
        "chore": chores.current,
        "keys_in": folder.keys.folder,
        "wrote": wrote,
    }
    return page(asked, "backups.html", **context)


@pages.post("/administration/backups/folder", needs=Permission.MANAGE_KEYS)
def choose(asked: Asked) -> Response:
    """Keep them there from now on."""
    if proved(asked):
        with asked.form.at("folder"):
            place.choose(open_folder(asked.web.store), Path(asked.form.text("folder")))
    return asked.go("/administration/backups") if asked.form.is_sound else _page(asked)


@pages.post("/administration/backups/make", needs=Permission.MANAGE_KEYS)
def make(asked: Asked) -> Response:
    """Begin one."""
    keep = asked.form.read("keep", _count)
    to = place.chosen(open_folder(asked.web.store))
    if to is None:
        asked.form.refuse("folder", English("no folder was chosen yet; name the one where backups are kept."))
    if not asked.form.is_sound or to is None:
        return _page(asked)
    store = asked.web.store

    def work(tell: Progress) -> Backup:
        with Reader.open(store) as reader:
            return take_backup(reader, to, with_faults=False, keep=keep, progress=tell)

    return _begun(asked, MAKE, str(to), work)


@pages.post("/administration/backups/check/{name}", needs=Permission.MANAGE_KEYS)
def check(name: str, asked: Asked) -> Response:
    """Begin to verify one."""
    folder = open_folder(asked.web.store)
    path, manifest = _named(folder, name)

    def work(tell: Progress) -> Findings:
        return check_backup(path, manifest, keys_in=None, progress=lambda done, total: tell("verifying", done, total))

    return _begun(asked, CHECK, name, work)


def _named(folder: Folder, name: str) -> tuple[Path, Manifest]:
    to = place.chosen(folder)
    known = {path.name: (path, manifest) for path, manifest in place.made(folder, to)} if to is not None else {}
    if name not in known:
        raise UnknownNameError("backup", name, known)
    return known[name]


def _begun(asked: Inquiry, kind: str, about: str, work: object) -> Response:
    try:
        asked.web.station.chores.begin(kind, about, by(asked), work)  # type: ignore[arg-type]
    except NotNowError as error:
        asked.form.refuse("make", error)
        return _page(asked)
    return asked.go("/administration/backups")


@pages.post("/administration/backups/keys", needs=Permission.MANAGE_KEYS)
def keys(asked: Asked) -> Response:
    """Write the keys to a file under a passphrase, on another medium than the backups."""
    form, folder = asked.form, open_folder(asked.web.store)
    passphrase, file = form.secret("passphrase"), Path(form.text("file"))
    with form.at("file"):
        if not file.is_absolute():
            raise BadInputError(f"found {str(file)!r}, expected the full path of a new file on another medium.")
        to = place.chosen(folder)
        place.refuse_beside(file, [folder.path, folder.keys.folder, *([to] if to is not None else [])])
    with form.at("passphrase"):
        check_passphrase(passphrase)
        if passphrase != form.secret("passphrase-again"):
            raise BadInputError("the two passphrases differ; give the same one twice.")
    if asked.web.station.current is not None:
        form.refuse("file", English("a session is being recorded, which comes first; do this when it has ended."))
    if form.is_sound and proved(asked):
        with form.at("file"):
            write_keys(folder.keys, folder.id, file, passphrase)
            return _page(asked, str(file))
    return _page(asked)


def _count(text: str) -> int | None:
    """How many backups are kept; None for all."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= _MOST_KEPT):
        raise BadInputError(f"found {text!r}, expected how many are kept, from 1 on, or nothing for all.")
    return int(text)
