"""A new store with everything of a damaged one that still verifies; the damaged one is only read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devicelog.acts.keychain import SUBJECT_ERASED, KeyChain, act_of
from devicelog.errors import BadInputError, DevicelogError, StoreBusyError, StoreFormatError
from devicelog.ledger import LEDGER_ERRORS, Line, Seal
from devicelog.replay.replay import replay
from devicelog.salvage.finding import Found, Rows
from devicelog.salvage.proving import Proved, end_of, prove_chunks, prove_entries, spans
from devicelog.salvage.recognising import check_holds_store, recognised
from devicelog.salvage.report import FILE, Part, Report, SessionReport
from devicelog.search.upkeep import catch_up
from devicelog.store import access, history
from devicelog.store.accounts.copying import copy_accounts
from devicelog.store.aside import aside, copy_file, finish, refuse_within, writing
from devicelog.store.database import Connection, create_database, transaction
from devicelog.store.files import write_durably
from devicelog.store.folder import Folder, Lock
from devicelog.store.pages import Pages
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.schema import MIGRATIONS, SHIFT, VERSION
from devicelog.store.sealing import NO_SESSION
from devicelog.verification.findings import Findings
from devicelog.verification.history import kept_digest
from devicelog.verification.session import SealBody, seal_body
from devicelog.verification.store import verify_store

#: Told what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

READING = "reading pages"
SAVING = "saving sessions"
_NOTHING = Proved((), (), ())


@dataclass(frozen=True, slots=True)
class Salvage:
    """What came of it: the report, and what verifying the new store found."""

    report: Report
    findings: Findings


def salvage(store: Path, to: Path, progress: Progress = lambda *_: None) -> Salvage:
    """Save what verifies of a damaged store into a new one.

    Raises BadInputError if there is something at `to` or it lies in a store or beside keys, StoreFormatError if no page
    can be read with any key at hand, StoreBusyError while it is recorded to, StoreFullError or NotNowError if the new
    store cannot be written.
    """
    check_holds_store(store)
    refuse_within(to, store)
    with writing(to):
        if to.is_symlink() or (to.exists() and (not to.is_dir() or any(to.iterdir()))):
            raise BadInputError(f"{to} is there already; a salvage needs a new place: name another --to.")
    holder = Lock(store).holder()
    if holder is not None:
        raise StoreBusyError(f"the store {store} is in use by process {holder}; end that recording first.")
    damaged = recognised(store)
    refuse_within(to, damaged.keys.folder)
    key = bytes.fromhex(damaged.keys.store_key())
    with Pages(key, damaged.database, damaged.path / "devicelog.db-wal") as pages:
        found = Found(pages)
        found.look(lambda done, total: progress(READING, done, total))
        if not pages.current:
            raise StoreFormatError(f"no page of {damaged.database} can be read with the keys of {damaged.id}.")
        with writing(to), aside(to.parent, to.name) as made:
            folder = Folder(made, damaged.id, damaged.public_key, damaged.keys_in)
            saving = _Saving(folder, found, uncertain=pages.uncertain)
            try:
                reports = list(saving.sessions(progress))
                report = saving.report(pages, reports, _notes(damaged, pages, found))
                findings = saving.conclude(report, damaged)
            finally:
                saving.close()
            if to.exists():
                to.rmdir()
            finish(made, to)
    return Salvage(report, findings)


def _notes(damaged: Folder, pages: Pages, found: Found) -> Iterator[str]:
    if pages.uncertain:
        last = max(found.seals, default=0)
        yield (
            f"what came after seal {last}, the last one found, is not known; compare it with the seal on a report or "
            "in a backup's manifest"
        )
    if not (damaged.path / "devicelog.db-wal").exists():
        yield "there is no devicelog.db-wal: if the store was in use when it broke, what was recorded last was in it"


@dataclass(frozen=True, slots=True)
class _Rebuilt:
    """A session whose entries were made again."""

    state: str
    entries: int


class _Saving:
    """The new store while it is written."""

    def __init__(self, folder: Folder, found: Found, *, uncertain: bool) -> None:
        self._folder = folder
        self._uncertain = uncertain
        self._found = found
        keys = self._keys()
        self._seals = {at: row for at, row in _sorted(found.seals) if _seal(row).is_signed_by(keys.at(at))}
        self._approvals = {
            at: row for at, row in _sorted(found.approvals) if any(map(_seal(row).is_signed_by, keys.keys))
        }
        self._erased = self._erased_subjects()
        self._damaged: list[dict[str, Any]] = []
        self._subjects: set[str] = set()
        self._db: Connection = create_database(folder)
        self._prepare()

    def close(self) -> None:
        self._db.close()

    def _keys(self) -> KeyChain:
        """The keys of the store; an act that changed one and is kept beside them takes its place in the chain again."""
        acts = [_seal(row) for _, row in _sorted(self._found.seals) if row[1] == NO_SESSION]
        first = KeyChain(self._folder.id, bytes.fromhex(self._folder.public_key))
        keys = first.continued(self._folder.keys.handovers()).continued(acts)
        for signed in keys.handovers:
            act = act_of(signed)
            assert act is not None
            self._found.seals.setdefault(act.seal, (act.seal, NO_SESSION, signed.body, signed.signature))
        return keys

    def _erased_subjects(self) -> set[str]:
        """Those whose erasure an act states: an older page may still have them."""
        acts = [act_of(_seal(row)) for row in self._seals.values() if row[1] == NO_SESSION]
        return {act.subject for act in acts if act is not None and act.act == SUBJECT_ERASED and act.subject}

    def _prepare(self) -> None:
        with transaction(self._folder, self._db):
            for step in range(VERSION):
                self._db.execute(MIGRATIONS[step])
            self._db.pragma("user_version", VERSION)
        self._insert("seal", self._seals.values())
        self._insert("approval", self._approvals.values())
        self._insert("subject", (row for id_, row in self._found.subjects.items() if id_ not in self._erased))

    def _insert(self, table: str, rows: Any) -> None:
        given = list(rows)
        if given:
            places = ", ".join("?" * len(given[0]))
            with transaction(self._folder, self._db):
                self._db.executemany(f"INSERT INTO {table} VALUES ({places})", given)  # noqa: S608

    def sessions(self, progress: Progress) -> Iterator[SessionReport]:
        """Save one session after the other, those of which nothing is left included."""
        last = max(self._found.numbers(), default=0)
        for number in range(1, last + 1):
            yield self._save(number)
            progress(SAVING, number, last)

    def _save(self, number: int) -> SessionReport:
        rows = self._found.rows(number)
        seals = [body for values in self._seals.values() if values[1] == number if (body := _body(values)) is not None]
        entries, chunks = prove_entries(rows.lines, seals), prove_chunks(rows.chunks, seals)
        lines = {at: rows.lines[at] for at in entries.numbers}
        row, lacks = self._row(number, lines, seals) if lines or chunks.numbers else (None, ())
        if row is None:
            return SessionReport(number, _name(self._found, number, seals), "lost", Part.of(entries), Part.of(chunks))
        name = row[1] if 1 in lines else _name(self._found, number, seals)
        state, more = end_of(lines, row[4], seals, entries, chunks)
        whole = entries.whole and chunks.whole and not more and not lacks
        self._subjects.add(row[2])
        self._insert("session", [(*row[:4], state if whole else "damaged")])
        self._insert("entry", [((number << SHIFT) + at, line.body, line.hash) for at, line in lines.items()])
        self._insert("chunk", [rows.stored[at] for at in chunks.numbers])
        rebuilt = None
        if not whole and not lacks and chunks.whole:
            rebuilt = self._rebuild(SessionRow(*row), rows, seals)
        if rebuilt is not None:
            state, entries, more = rebuilt.state, Proved(tuple(range(1, rebuilt.entries + 1)), (), ()), ()
        elif not whole:
            self._mark(number, row[1], lines, rows, chunks)
        outcome = "rebuilt" if rebuilt is not None else "whole" if whole else "damaged"
        if state == "running" and self._uncertain:
            outcome = outcome if outcome == "damaged" else "cut"
            more = (*more, "it had not ended: whether more followed is not known")
        return SessionReport(number, name, outcome, Part.of(entries), Part.of(chunks), (*lacks, *more))

    def _row(
        self, number: int, lines: dict[int, Line], seals: Sequence[SealBody]
    ) -> tuple[tuple[int, str, str, str, str], tuple[str, ...]]:
        """The session's row in the list, from its first entry if that is there, and what it lacks otherwise."""
        listed = self._found.sessions.get(number)
        state = listed[4] if listed is not None else ""
        if 1 in lines:
            try:
                first = lines[1].entry().content
                return (number, str(first["session"]), str(first["subject"]), str(first["at"]["wall"]), state), ()
            except LEDGER_ERRORS:
                pass
        if listed is not None:
            return (number, listed[1], listed[2], listed[3], state), ()
        name = _name(self._found, number, seals)
        return (number, name or f"unknown-{number}", "unknown", "", state), ("who was treated, and when, is lost",)

    def _rebuild(self, row: SessionRow, rows: Rows, seals: Sequence[SealBody]) -> _Rebuilt | None:
        """Make the entries again from the chunks; None unless every seal and every hash found say they are the same."""
        known = {at: line.hash for at, line in rows.lines.items()}
        known |= {seal.entries: bytes.fromhex(seal.head) for seal in seals}
        try:
            made = list(replay(Reader(self._folder, self._db), row))
        except (DevicelogError, *LEDGER_ERRORS):
            return None
        last = max(known)
        if len(made) < last or any(made[at - 1].hash != digest for at, digest in known.items()):
            return None
        lines = {line.number: line for line in made[:last]}
        state, lacks = end_of(lines, row.state, seals, prove_entries(lines, seals), prove_chunks(rows.chunks, seals))
        if lacks:
            return None
        base = row.number << SHIFT
        with transaction(self._folder, self._db):
            self._db.executemany(
                "INSERT OR IGNORE INTO entry VALUES (?, ?, ?)",
                [(base + line.number, line.body, line.hash) for line in lines.values()],
            )
            self._db.execute("UPDATE session SET state = ? WHERE number = ?", (state, row.number))
        return _Rebuilt(state, last)

    def _mark(self, number: int, name: str, lines: dict[int, Line], rows: Rows, chunks: Proved) -> None:
        kept = kept_digest(lines.values(), ((at, rows.chunks[at]) for at in chunks.numbers))
        spanned = {"entries": spans(lines), "chunks": spans(chunks.numbers)}
        self._damaged.append({"number": number, "session": name, **spanned, "kept": kept})

    def report(self, pages: Pages, sessions: list[SessionReport], notes: Iterator[str]) -> Report:
        """What was saved and what is known to be lost."""
        return Report(
            installation=self._folder.id,
            pages=len(pages.current) + len(pages.unreadable),
            unreadable_pages=spans(pages.unreadable),
            unreadable_frames=pages.bad_frames,
            sessions=sessions,
            lost_seals=_holes(self._seals, 0),
            lost_approvals=_holes(self._approvals, self._approved()),
            lost_subjects=sorted(self._subjects - set(self._found.subjects) - self._erased),
            notes=list(notes),
        )

    def _approved(self) -> int:
        """How many approvals there were, as the seals say."""
        counts = (_seal(row).content.get("approvals") for row in self._seals.values())
        return max((count for count in counts if isinstance(count, int)), default=0)

    def conclude(self, report: Report, damaged: Folder) -> Findings:
        """Describe the new store, go on with the history of the damaged one, write the report, and verify it."""
        path = self._folder.path
        described = {"version": VERSION, "id": self._folder.id, "public_key": self._folder.public_key}
        write_durably(path / "store.json", json.dumps(described, indent=2).encode() + b"\n")
        reader = Reader(self._folder, self._db)
        lost = {**report.lost(), "history": not _carried(damaged, path, reader.keychain())}
        lost["accesses"] = not self._accesses_carried(damaged)
        said = {"whole": report.whole, "lost": lost, "damaged": self._damaged, "seal": max(self._seals, default=0)}
        catch_up(reader)
        history.add(reader, history.Event.SALVAGED, said)
        write_durably(path / FILE, json.dumps(report.content(), indent=2).encode() + b"\n")
        findings = verify_store(reader)
        if not _accounts_carried(damaged, self._folder):
            findings.note("the accounts could not be saved: whoever starts the station next makes them anew")
        return findings

    def _accesses_carried(self, damaged: Folder) -> bool:
        """Take the log of accesses along; False if it is not whole as far as the seals say that it reached."""
        file = damaged.path / access.FILE
        counts = (_seal(row).content.get("accesses") for row in self._seals.values())
        covered = max((count for count in counts if isinstance(count, int)), default=0)
        try:
            if file.exists():
                copy_file(file, self._folder.path / access.FILE)
            logged = list(access.accesses(self._folder))
        except (OSError, StoreFormatError):
            return False
        return covered <= len(logged) and not any(one.fault for one in logged)


def _accounts_carried(damaged: Folder, to: Folder) -> bool:
    """Take the accounts along; False if there were some that cannot be read any more."""
    try:
        copy_accounts(damaged, to)
    except StoreFormatError:
        return False
    return True


def _carried(damaged: Folder, to: Path, keys: KeyChain) -> bool:
    """Take the history of the damaged store along; False if it had one that cannot be believed any more."""
    try:
        if any(happening.faulty for happening in history.happenings(damaged, keys)):
            return False
        if (damaged.path / history.FILE).exists():
            copy_file(damaged.path / history.FILE, to / history.FILE)
    except StoreFormatError:
        return False
    return True


def _sorted(rows: dict[int, tuple[Any, ...]]) -> list[tuple[int, tuple[Any, ...]]]:
    """The rows of a chain by their numbers."""
    return sorted((number, values) for number, values in rows.items() if number > 0)


def _seal(values: tuple[Any, ...]) -> Seal:
    return Seal(values[-2], values[-1])


def _body(values: tuple[Any, ...]) -> SealBody | None:
    return seal_body(_seal(values))


def _name(found: Found, number: int, seals: Sequence[SealBody]) -> str | None:
    listed = found.sessions.get(number)
    return listed[1] if listed is not None else next((seal.session for seal in seals), None)


def _holes(rows: dict[int, tuple[Any, ...]], known: int) -> list[tuple[int, int]]:
    """The numbers that are missing before the last one, or up to one that is known to have been there."""
    return spans(sorted(set(range(1, max([known, *rows]) + 1)) - set(rows)))
