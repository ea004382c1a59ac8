"""Every way to tamper with a store that docs/ledger.md names, tried many times, and which of them `verify` sees.

`sweep()` makes stores of its own and gives the figures; `python -m tests.faults.tampering` prints them. The tables and
columns are those that the schema has: a new one is tried without a change here, and an empty one is an error.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest import mock

from apsw import ConstraintError

from devicelog.ledger import Fault, Line, check_chain
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings
from devicelog.verification.witnesses import file_testimony
from tests.faults.forger import Forger, Rewrite, double_the_doses
from tests.faults.kept import Kept, make_store

#: Rows of each column that are changed, besides the first and the last.
SAMPLES = 3
SEED = 20_260_101


class Attack(StrEnum):
    """What is done to a store."""

    EDIT = "a value is changed"
    EDIT_GUARDED = "a value is changed or a row removed, the store's triggers in place"
    DELETE = "a row is removed"
    INSERT = "a row is added"
    REORDER = "rows change places"
    REWRITE = "the chain is written anew, without the key"
    CUT = "the tail of a closed session is cut"
    CUT_RUNNING = "the tail of a running session is cut, before its last seal"
    DELETE_SESSION = "a whole session is removed"
    DELETE_LAST = "the last session is removed"
    ROLL_BACK = "an older copy of everything is put back"
    SIGN_ANEW = "everything is written anew with the host's key"
    CUT_UNSEALED = "the tail of a running session is cut, behind its last seal"
    CUT_WITHOUT_SEALS = "control: a tail is cut from a chain that has no seals"


#: What only a witness sees: without one, none of these is.
ONLY_WITNESSED = (Attack.DELETE_LAST, Attack.ROLL_BACK, Attack.SIGN_ANEW)
#: What nothing sees.
NEVER_SEEN = (Attack.CUT_UNSEALED, Attack.CUT_WITHOUT_SEALS)


@dataclass(slots=True)
class Count:
    """So many were tried, and so many seen: without a witness, and with one. `missed` are some that were not."""

    tried: int = 0
    seen: int = 0
    seen_with_witness: int = 0
    missed: list[str] = field(default_factory=list)


class Sweep:
    """Tries everything on one store, and counts."""

    def __init__(self, kept: Kept, samples: int = SAMPLES, seed: int = SEED) -> None:
        self._kept = kept
        self._samples = samples
        self._chance = random.Random(seed)
        self._witnesses = [file_testimony(kept.witness, asked=False)]
        self.counts: dict[Attack, Count] = {attack: Count() for attack in Attack}

    def run(self) -> dict[Attack, Count]:
        """Every attack; the counts of each."""
        with self._forger(self._kept.closed) as forger:
            for table in forger.tables():
                self._edit(forger, table)
                self._delete(forger, table)
                self._reorder(forger, table)
            self._insert(forger)
            self._rewrite(forger)
            self._cut(forger)
            self._remove_sessions(forger)
            self._set_back(forger)
            self._sign_anew(forger)
            self._chain_alone(forger)
        with self._forger(self._kept.closed, triggers=True) as forger:
            for table in forger.tables():
                self._guarded(forger, table)
        with self._forger(self._kept.running) as forger:
            self._cut_running(forger)
        for older in self._kept.older:
            with self._forger(older) as forger:
                self._see(Attack.ROLL_BACK, older.name, forger)
        return self.counts

    @contextmanager
    def _forger(self, store: Path, *, triggers: bool = False) -> Iterator[Forger]:
        forger = Forger(store, triggers=triggers)
        try:
            yield forger
        finally:
            forger.close()

    def _see(self, attack: Attack, what: str, forger: Forger, findings: Findings | None = None) -> None:
        """Count whether verification sees what was done; a witness is only asked where it is needed."""
        count = self.counts[attack]
        found = findings if findings is not None else forger.verify()
        count.tried += 1
        count.seen += not found.holds
        with_witness = not found.holds
        if found.holds and attack in (*ONLY_WITNESSED, *NEVER_SEEN):
            with_witness = not forger.verify(self._witnesses).holds
        count.seen_with_witness += with_witness
        if not with_witness:
            count.missed.append(what)

    def _do(self, attack: Attack, what: str, forger: Forger, change: Callable[..., object], *given: Any) -> None:
        """Make a change, count, and undo it; what the tables themselves refuse is not counted."""
        with forger.undone():
            if _is_done(change, *given):
                self._see(attack, what, forger)

    # -- rows and columns ---------------------------------------------------------------------------------------

    def _edit(self, forger: Forger, table: str) -> None:
        key = forger.key(table)
        for column in forger.columns(table):
            for rowid, value in self._some(forger.rows(table, column), f"{table}.{column}"):
                for other in _changes(value, self._chance):
                    sql = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
                    what = f"{table}.{column} of {rowid}: {value!r:.40} became {other!r:.40}"
                    self._do(Attack.EDIT, what, forger, forger.run, sql, other, rowid)

    def _delete(self, forger: Forger, table: str) -> None:
        key = forger.key(table)
        for rowid, _ in self._some(forger.rows(table, key), table):
            sql = f"DELETE FROM {table} WHERE {key} = ?"
            self._do(Attack.DELETE, f"{table} {rowid}", forger, forger.run, sql, rowid)

    def _reorder(self, forger: Forger, table: str) -> None:
        keys = forger.keys(table)
        for _ in range(self._samples + 2):
            if len(keys) > 1:
                one, other = self._chance.sample(keys, 2)
                what = f"{table}: {one} and {other}"
                if not _are_alike(forger, table, one, other):
                    self._do(Attack.REORDER, what, forger, forger.exchange, table, one, other)

    def _guarded(self, forger: Forger, table: str) -> None:
        """As the program itself would by a fault: refused by a trigger, or seen."""
        key = forger.key(table)
        for column in forger.columns(table):
            rowid, value = self._chance.choice(forger.rows(table, column))
            other = next(iter(_changes(value, self._chance)))
            self._guarded_one(forger, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", other, rowid)
        self._guarded_one(forger, f"DELETE FROM {table} WHERE {key} = ?", forger.keys(table)[0])

    def _guarded_one(self, forger: Forger, sql: str, *bindings: Any) -> None:
        with forger.undone():
            if _is_done(forger.run, sql, *bindings):
                self._see(Attack.EDIT_GUARDED, sql, forger)
            else:
                count = self.counts[Attack.EDIT_GUARDED]
                count.tried, count.seen = count.tried + 1, count.seen + 1
                count.seen_with_witness += 1

    def _insert(self, forger: Forger) -> None:
        for table in forger.tables():
            key, columns = forger.key(table), forger.columns(table)
            rest = ", ".join(column for column in columns if column != key)
            for rowid in self._chance.sample(forger.keys(table), min(2, len(forger.keys(table)))):
                for new in ("'another'",) if isinstance(rowid, str) else (f"max({key}) + 1", f"max({key}) + (3 << 32)"):
                    sql = f"INSERT INTO {table} ({key}, {rest}) SELECT (SELECT {new} FROM {table}), {rest} FROM {table}"
                    what = f"{table}: {rowid} again as {new}"
                    self._do(Attack.INSERT, what, forger, forger.run, f"{sql} WHERE {key} = ?", rowid)

    # -- sessions -----------------------------------------------------------------------------------------------

    def _rewrite(self, forger: Forger) -> None:
        for session in forger.sessions():
            for at in self._chance.sample(range(2, forger.entries(session) + 1), self._samples):
                what = f"session {session} from entry {at} on"
                self._do(Attack.REWRITE, what, forger, forger.rewrite_chain, session, _touching(at, session))

    def _cut(self, forger: Forger) -> None:
        for session in forger.sessions():
            count = forger.entries(session)
            for after in {count - 1, *self._chance.sample(range(count), self._samples)}:
                what = f"session {session} after entry {after} of {count}"
                self._do(Attack.CUT, what, forger, forger.cut, session, after)

    def _cut_running(self, forger: Forger) -> None:
        session = forger.sessions()[-1]
        sealed, count = forger.sealed(session), forger.entries(session)
        for after in {sealed - 1, *self._chance.sample(range(sealed), self._samples)}:
            what = f"after entry {after}, sealed up to {sealed} of {count}"
            self._do(Attack.CUT_RUNNING, what, forger, forger.cut, session, after)
        for after in range(sealed, count):
            what = f"after entry {after}, sealed up to {sealed} of {count}"
            self._do(Attack.CUT_UNSEALED, what, forger, forger.cut, session, after)

    def _remove_sessions(self, forger: Forger) -> None:
        *others, last = forger.sessions()
        for session in others:
            self._do(Attack.DELETE_SESSION, f"session {session}", forger, forger.remove_session, session)
        self._do(Attack.DELETE_LAST, f"session {last}", forger, forger.remove_session, last)

    def _set_back(self, forger: Forger) -> None:
        """To seals behind the last act: what an act changed besides (a key) is not there any more to be put back."""
        numbers = forger.keys("seal")
        [(act,)] = forger.db.execute("SELECT max(number) FROM seal WHERE session = 0")
        later = [number for number in numbers if act <= number < numbers[-1]]
        for number in self._chance.sample(later, min(2 * self._samples, len(later))):
            self._do(Attack.ROLL_BACK, f"to seal {number} of {numbers[-1]}", forger, forger.set_back, number)

    def _sign_anew(self, forger: Forger) -> None:
        for session in forger.sessions():
            self._do(Attack.SIGN_ANEW, f"session {session}", forger, forger.sign_anew, _doubling(session))
            at = self._chance.randrange(1, forger.entries(session) + 1)
            self._do(Attack.SIGN_ANEW, f"session {session}/{at}", forger, forger.sign_anew, _touching(at, session))

    def _chain_alone(self, forger: Forger) -> None:
        """The control: what the chain by itself says of a cut tail."""
        reader = Reader(forger.folder, forger.db)
        for session in forger.sessions():
            lines = list(reader.lines(session))
            for after in self._chance.sample(range(1, len(lines)), self._samples):
                count = self.counts[Attack.CUT_WITHOUT_SEALS]
                seen = _has_fault(lines[:after])
                count.tried, count.seen = count.tried + 1, count.seen + seen
                count.seen_with_witness += seen

    def _some(self, rows: Sequence[tuple[Any, Any]], what: str) -> Iterator[tuple[Any, Any]]:
        """The first row, the last, and some between."""
        if not rows:
            raise AssertionError(f"the store to be tampered with has no row in {what}: fill it in tests/faults/kept.py")
        places = {0, len(rows) - 1, *self._chance.sample(range(len(rows)), min(self._samples, len(rows)))}
        return (rows[place] for place in sorted(places))


def _changes(value: Any, chance: random.Random) -> Iterator[Any]:
    """Other values of the same type."""
    match value:
        case int():
            yield from (value + 1, value - 1, value + (1 << 32), -value - 1)
        case str():
            yield from (value + "x", value[:-1], "")
        case bytes():
            for at in {0, len(value) - 1, *(chance.randrange(len(value)) for _ in range(3))} if value else ():
                yield value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
            yield value + b"\0"
            yield value[:-1] if value else b" "
        case _:
            raise AssertionError(f"no change is known for {value!r}: give one in tests/faults/tampering.py")


def _are_alike(forger: Forger, table: str, one: Any, other: Any) -> bool:
    """Whether two rows hold the same, so that nobody could tell them apart."""
    key = forger.key(table)
    rest = ", ".join(column for column in forger.columns(table) if column != key)
    rows = [list(forger.db.execute(f"SELECT {rest} FROM {table} WHERE {key} = ?", (at,))) for at in (one, other)]
    return rows[0] == rows[1]


def _is_done(change: Callable[..., object], *given: Any) -> bool:
    """Whether the tables, or their triggers, let it be done."""
    try:
        change(*given)
    except ConstraintError:
        return False
    return True


def _touching(at: int, session: int) -> Rewrite:
    """Another body for one entry, which means the same."""
    return lambda of, number, body: body + b" " if (of, number) == (session, at) else body


def _doubling(session: int) -> Rewrite:
    """Other doses in one session."""
    return lambda of, number, body: double_the_doses(of, number, body) if of == session else body


def _has_fault(lines: Sequence[Line]) -> bool:
    return any(isinstance(found, Fault) for found in check_chain(lines))


def sweep(samples: int = SAMPLES, seed: int = SEED) -> dict[Attack, Count]:
    """Make stores in a folder of their own, try every attack on them, and count what is seen."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devicelog-sweep-")))
        stack.enter_context(mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}))
        return Sweep(make_store(folder), samples, seed).run()


def table(counts: dict[Attack, Count]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| what someone did | tried | seen | seen with a witness |", "|---|---:|---:|---:|"]
    lines += [f"| {attack} | {c.tried} | {c.seen} | {c.seen_with_witness} |" for attack, c in counts.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(sweep(samples=int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)) + "\n")
