"""Many sessions, each as a folder of its own beside a signed list of them; goes on where an earlier run broke off.

<to>/<session>/                   an export like any other
<to>/export.json  export.json.sig  the list, written when all is done
<to>/.devicelog-export/           while it runs: what is being written, and what is done so far; gone at the end
"""

from __future__ import annotations

import contextlib
import hmac
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog import __version__
from devicelog.errors import BadInputError, NotNowError
from devicelog.export.deidentified import signing_key
from devicelog.export.deidentified.cover import Cover
from devicelog.export.folder import manifest
from devicelog.export.folder.package import Placed, exported_into
from devicelog.export.many import index
from devicelog.export.many.index import WORK, Item, Kept, is_as_listed
from devicelog.ledger import LEDGER_ERRORS
from devicelog.store.folder import lock_file
from devicelog.store.pseudonyms import pseudonym_secret
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.rotation import sealing_key
from devicelog.subject import SUBJECT_ID
from devicelog.verification.store import SessionCheck

_DONE, _LOCK = "done.jsonl", "lock"


@dataclass(frozen=True, slots=True)
class Manner:
    """How sessions are exported. `replace`: an export of an older state of a session gives way to a new one."""

    formats: Sequence[str]
    deidentify: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session; `why` says why it failed, and `placed` is None then."""

    row: SessionRow
    folder: Path
    placed: Placed | None
    why: str | None = None


@dataclass(slots=True)
class Outcomes:
    """What became of all of them."""

    all: list[Outcome] = field(default_factory=list)

    def __getitem__(self, placed: Placed | None) -> list[Outcome]:
        return [one for one in self.all if one.placed is placed]

    @property
    def holds(self) -> bool:
        """Whether every session that was asked for is there as it is now."""
        return not self[None] and not self[Placed.OLDER]


class Bulk:
    """A run over many sessions of a store into one folder."""

    def __init__(self, reader: Reader, to: Path, manner: Manner) -> None:
        self._reader = reader
        self._to = to
        self._work = to / WORK
        self._manner = manner
        self._secret = pseudonym_secret(reader.folder)
        self._merges = reader.merges()
        self._done: dict[str, Item] = {}
        self._check: SessionCheck | None = None

    def run(
        self, rows: Sequence[SessionRow], tell: Callable[[Outcome], None], files: Mapping[str, bytes] | None = None
    ) -> Outcomes:
        """Export these sessions; `tell` hears of each. `files` are written beside them at the end.

        De-identified ones go by the order of their names there: when a folder was made says nothing of its session.
        One that cannot be exported stops no other. Raises BadInputError if the folder is another kind of one,
        NotNowError if it cannot be written or another run is writing it: what is done so far stays.
        """
        outcomes = Outcomes()
        with self._working():
            for row in sorted(rows, key=self._name) if self._manner.deidentify else rows:
                outcome, item = self._one(row)
                self._note(item)
                outcomes.all.append(outcome)
                tell(outcome)
            self._finish(files or {})
        return outcomes

    # -- one session -------------------------------------------------------------------------------------------

    def _one(self, row: SessionRow) -> tuple[Outcome, Item]:
        name = self._name(row)
        folder = self._to / name
        try:
            of = self._of(row)
            before = self._done.get(name)
            same = before is not None and before.of == of and before.kept is Kept.WHOLE
            if before is not None and same and is_as_listed(folder, before.sha256sums):
                return Outcome(row, folder, Placed.UNCHANGED), before
            self._check = self._check or SessionCheck(self._reader)
            package = exported_into(
                self._reader,
                row.id,
                self._to,
                self._manner.formats,
                deidentify=self._manner.deidentify,
                replace=self._manner.replace,
                work=self._work,
                check=self._check,
            )
            kept = Kept.OLDER if package.placed is Placed.OLDER else Kept.WHOLE
            sums = _sums(folder)
            if sums is None:
                raise BadInputError(f"{folder} is in the way and is no export; move it away or choose another --to.")
            item = Item(name, kept, package.state, package.entries, sums, of if kept is Kept.WHOLE else None)
            return Outcome(row, folder, package.placed), item
        except (BadInputError, RuntimeError, *LEDGER_ERRORS) as error:
            why = str(error) if isinstance(error, BadInputError) else f"it cannot be written ({type(error).__name__})"
            told = None if self._manner.deidentify else why
            return Outcome(row, folder, None, why), Item(name, Kept.FAILED, why=told)

    def _name(self, row: SessionRow) -> str:
        """What the session is called in the export."""
        if not self._manner.deidentify:
            return row.id
        return Cover(self._secret, self._merges.root(row.subject)).session(row.id)

    def _of(self, row: SessionRow) -> str:
        """A keyed digest of all that an export comes of: as long as it is the same, so is the export."""
        last = deque(self._reader.lines(row.number), maxlen=1)
        head = last[0].hash.hex() if last else ""
        known = self._reader.person(row.subject) if SUBJECT_ID.fullmatch(row.subject) else None
        told = known.content() if known is not None else None
        sealed = sum(1 for _ in self._reader.seals(row.number))
        person = self._merges.root(row.subject) if self._manner.deidentify else ""
        said = [row.id, row.state, head, sealed, told, person, *self._manner.formats, __version__]
        return hmac.new(self._secret, msgspec.json.encode(said), sha256).hexdigest()

    # -- the folder --------------------------------------------------------------------------------------------

    @contextmanager
    def _working(self) -> Iterator[None]:
        """The folder is this run's alone; what a run that was killed left in its place of work is thrown away."""
        try:
            self._to.mkdir(parents=True, exist_ok=True)
            self._know()
            self._work.mkdir(exist_ok=True)
            with (self._work / _LOCK).open("a+") as lock:
                if not lock_file(lock):
                    raise NotNowError(
                        f"another export is writing into {self._to}; wait for its end, or choose another --to."
                    )
                self._tidy()
                yield
                lock.close()
                shutil.rmtree(self._work, ignore_errors=True)
        except (FileExistsError, NotADirectoryError):
            raise BadInputError(
                f"{self._to} or a part of it is a file, expected a folder; choose another --to."
            ) from None
        except OSError as error:
            raise NotNowError(
                f"{self._to} cannot be written ({error.strerror}); check its path, permissions and room; the same "
                "command goes on from there."
            ) from None

    def _know(self) -> None:
        """What the folder has from earlier runs; BadInputError if it is of the other kind."""
        kinds = set()
        if index.is_in(self._to):
            with contextlib.suppress(FileNotFoundError):
                before, _ = index.read(self._to)
                kinds.add(before.deidentified)
                self._done |= {item.session: item for item in before.sessions}
        for deidentified, item in _read_done(self._work / _DONE):
            kinds.add(deidentified)
            self._done[item.session] = item
        if kinds - {self._manner.deidentify}:
            other = "that are not de-identified" if self._manner.deidentify else "that are de-identified"
            raise BadInputError(f"{self._to} holds exports {other}; choose another --to for these.")

    def _tidy(self) -> None:
        for path in self._work.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)

    def _note(self, item: Item) -> None:
        """One more is done: whoever goes on later knows it."""
        self._done[item.session] = item
        line = msgspec.json.encode((self._manner.deidentify, item)) + b"\n"
        with (self._work / _DONE).open("ab") as file:
            file.write(line)

    def _finish(self, files: Mapping[str, bytes]) -> None:
        """Write what stands beside the exports, and the list; of earlier runs what is still there."""
        key = self._key()
        for name, data in files.items():
            (self._to / name).write_bytes(data)
        items = [item for item in self._done.values() if item.kept is Kept.FAILED or (self._to / item.folder).is_dir()]
        digests = {name: sha256(data).hexdigest() for name, data in files.items()}
        manner = self._manner
        index.write(self._to, items, key, manner.formats, deidentified=manner.deidentify, files=digests)

    def _key(self) -> Ed25519PrivateKey:
        return signing_key(self._secret) if self._manner.deidentify else sealing_key(self._reader)


def _sums(folder: Path) -> str | None:
    """The digest of the list of an export that is there; None if it has none."""
    try:
        return manifest.digest(folder / manifest.SUMS)
    except OSError:
        return None


def _read_done(path: Path) -> Iterator[tuple[bool, Item]]:
    """What a run that broke off had done; a line that broke off with it is nothing."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            yield msgspec.json.decode(line, type=tuple[bool, Item])
