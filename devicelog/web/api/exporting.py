"""Exports on order: made by one thread, one after the other, in a private room that is emptied at once, and kept in
memory for a while. No file with anything of a patient stays on the disk.
"""

from __future__ import annotations

import io
import secrets
import threading
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import structlog

from devicelog import clock
from devicelog.errors import DevicelogError
from devicelog.export.folder.package import export
from devicelog.station.ending import OTHERS, left_behind
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader, SessionRow
from devicelog.subject import SUBJECT_ID
from devicelog.web.making import new_room, remove_all, remove_room

#: How long the files of an export are there (s), of how many exports, and how much they hold (bytes).
KEPT, MOST, _MOST_BYTES = 900, 16, 256 << 20
#: The earliest time that a ZIP file can hold: the same files make the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ordered:
    """What was ordered: of which session, in which formats, by which token.

    `subject` is whose session it is, None where that was erased before: then nothing in it says who it was.
    """

    id: str
    session: str
    subject: str | None
    formats: tuple[str, ...]
    deidentified: bool
    token: str


@dataclass(slots=True)
class Made:
    """An order and what became of it: `files` by name; `why` it failed. `until` is wall time in ns.

    `name` is what it is called when it is taken away: the session, or what stands for it where nobody is named.
    """

    of: Ordered
    state: str = "making"
    name: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    zip: bytes = b""
    why: str | None = None
    until: int | None = None


class Exports:
    """Safe in several threads."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._made: dict[str, Made] = {}
        self._guard = threading.Lock()
        self._at_work: list[Future[None]] = []
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="exports")
        remove_all(store)

    def close(self) -> None:
        """Make no more; what is at work is waited for, and not for ever."""
        self._maker.shutdown(wait=False, cancel_futures=True)
        if wait([one for one in self._at_work if not one.cancelled()], OTHERS).not_done:
            left_behind("an export", OTHERS)
        remove_all(self._store)

    def order(self, row: SessionRow, formats: Sequence[str], token: str, *, deidentified: bool) -> Made | None:
        """Begin to make one; None if too many wait, or are kept."""
        self.forget()
        subject = row.subject if self._is_known(row.subject) else None
        made = Made(Ordered(f"export-{secrets.token_hex(8)}", row.id, subject, tuple(formats), deidentified, token))
        with self._guard:
            if len(self._made) >= MOST:
                return None
            self._made[made.of.id] = made
            self._at_work = [one for one in self._at_work if not one.done()]
            self._at_work.append(self._maker.submit(self._make, made))
        return made

    def get(self, id_: str, token: str) -> Made | None:
        """One that this token ordered; None for none, when its time is over, and when its subject was erased."""
        self.forget()
        with self._guard:
            made = self._made.get(id_)
        return made if made is not None and made.of.token == token else None

    def forget(self) -> None:
        """Let go of what has run out, and of those whose subject was erased since, here or by a command."""
        now = clock.now().wall_ns
        with self._guard:
            subjects = {one.of.subject for one in self._made.values() if one.of.subject is not None}
            erased = {subject for subject in subjects if not self._is_known(subject)}
            self._made = {
                id_: one
                for id_, one in self._made.items()
                if (one.until is None or one.until > now) and one.of.subject not in erased
            }

    def _is_known(self, subject: str) -> bool:
        if SUBJECT_ID.fullmatch(subject) is None:
            return False
        try:
            return open_folder(self._store).keys.subject_key(subject) is not None
        except OSError:  # it is there and cannot be read now
            return True

    def _make(self, made: Made) -> None:
        room: Path | None = None
        try:
            room = new_room(self._store)
            made.name, files = self._files(made.of, room)
            packed = zipped(made.name, files)
            with self._guard:
                held = sum(len(one.zip) * 2 for one in self._made.values())
            if held + len(packed) * 2 > _MOST_BYTES:
                made.why = "too much is kept already; take other exports first, and order this again later."
            else:
                made.files, made.zip = files, packed
        except DevicelogError as error:
            made.why = str(error)
        except Exception as error:
            made.why = "devicelog made a mistake; please report it."
            _log.error("an export failed", session=made.of.session, cause=type(error).__name__)
        finally:
            if room is not None:
                remove_room(room)
            made.until = clock.now().wall_ns + KEPT * 1_000_000_000
            made.state = "failed" if made.why is not None else "ready"

    def _files(self, of: Ordered, room: Path) -> tuple[str, dict[str, bytes]]:
        with Reader.open(self._store) as reader:
            package = export(reader, of.session, room, of.formats, deidentify=of.deidentified)
        return package.folder.name, {name: (package.folder / name).read_bytes() for name in package.files}


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """The files as one ZIP file with a folder of that name; the same files always as the same bytes."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", _NO_TIME)
            info.external_attr, info.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return into.getvalue()


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return sha256(data).hexdigest()
