"""Runs the command line in processes of its own, on a store and keys of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from unittest import mock

from devicelog.errors import StoreBusyError, StoreFormatError
from devicelog.ledger import Entry
from devicelog.store.database import Connection, open_database
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from tests.end_to_end.processes import NOWHERE, PIPE, Done, Process, Warm
from tests.waiting import PATIENCE, until

__all__ = ["DEVICELOG", "PATIENCE", "Devicelog", "Done", "Process", "Recording", "Warm", "wait_until"]

#: `devicelog` in a fresh interpreter; what the tests call runs in processes that were forked (processes.py).
DEVICELOG = (sys.executable, "-m", "devicelog")


class Devicelog:
    """`devicelog` on a store and keys of its own; call it with the words of a command."""

    def __init__(self, root: Path, warm: Warm) -> None:
        self.root = root
        self.warm = warm
        self.store = root / "store"
        self.keys = root / "keys"
        #: What is called in the process of a recording before it begins (warm.py).
        self.first: str | None = None
        root.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DEVICELOG_")},
            "DEVICELOG_STORE": str(self.store),
            "DEVICELOG_KEYS": str(self.keys),
            "HOME": str(root),
            "COLUMNS": "200",
            "PYTHONFAULTHANDLER": "1",
        }

    def __call__(
        self, *words: str, code: int | None = 0, user: int | None = None, more: Mapping[str, str] | None = None
    ) -> Done:
        """Run a command to its end; `code` is the exit code expected (None: any), `more` is for its environment."""
        done = self.warm.run(words, self.root, {**self.environment, **(more or {})}, user)
        assert code is None or done.code == code, done
        return done

    def fed(self, *words: str, typed: str = "") -> Done:
        """Run a command to its end with a pipe for its stdin, in which stands what was typed."""
        process = self.begin(*words, streams=(PIPE, PIPE, PIPE))
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(typed)
        process.stdin.close()
        out, err = process.stdout.read(), process.stderr.read()
        code = process.wait()
        process.close()
        return Done(words, code, out, err)

    def sentence(
        self, *words: str, code: int | None, user: int | None = None, more: Mapping[str, str] | None = None
    ) -> str:
        """The one sentence that a command says when it cannot do what was asked; it says nothing else."""
        done = self(*words, code=code, user=user, more=more)
        assert done.out == "", done
        lines = done.err.splitlines()
        assert len(lines) == 1, f"expected one line on stderr, found {done.err!r}"
        assert re.fullmatch(r"devicelog: \S.*[.?]", lines[0]), f"expected a sentence, found {lines[0]!r}"
        return lines[0]

    def refuses(self, *words: str, more: Mapping[str, str] | None = None) -> str:
        """The one sentence with which a command is refused as bad input; nothing was changed."""
        before = self.kept()
        sentence = self.sentence(*words, code=2, more=more)
        assert self.kept() == before, f"{words} changed something, although it was refused"
        return sentence

    def kept(self) -> dict[str, Any]:
        """All that a refused command must leave as it is: every file of store and keys, but for SQLite's own."""
        passing = {"lock", "devicelog.db-shm", "devicelog.db-wal"}
        files = [file for folder in (self.store, self.keys) for file in sorted(folder.rglob("*")) if file.is_file()]
        return {str(file.relative_to(self.root)): file.read_bytes() for file in files if file.name not in passing}

    @contextlib.contextmanager
    def reader(self) -> Iterator[Reader]:
        """The store, read in this process."""
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(self.keys)}), Reader.open(self.store) as reader:
            yield reader

    @contextlib.contextmanager
    def writer(self) -> Iterator[Writer]:
        """The store, opened for writing in this process."""
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(self.keys)}), Writer.open(self.store) as writer:
            yield writer

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """The store's database for whoever has its key and wants to change it: without the triggers that forbid it."""
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(self.keys)}):
            database = open_database(open_folder(self.store), write=True)
        triggers = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
        for name in triggers:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        database.close()

    def states(self) -> dict[str, str]:
        """The state of each session by its id, oldest first; empty if there is no store, or nothing in it yet."""
        if not (self.store / "store.json").exists():
            return {}
        try:
            with self.reader() as reader:
                return {row.id: row.state for row in reader.sessions()}
        except StoreFormatError as error:
            if "is a store without a session" in str(error):  # it is being made
                return {}
            raise

    def entries(self, session: str = "last") -> list[Entry]:
        """The ledger of a session."""
        with self.reader() as reader:
            return list(reader.entries(reader.session(session).number))

    def of(self, kind: str, session: str = "last") -> list[Any]:
        """What the entries of a kind hold, in order."""
        return [entry.content for entry in self.entries(session) if entry.kind == kind]

    def wait_for_entry(self, kind: str, count: int = 1, *, session: str = "last") -> None:
        """Wait until the ledger of a session has so many entries of a kind."""
        wait_until(lambda: self._has_entries(kind, count, session), f"{count} times {kind}")

    def _has_entries(self, kind: str, count: int, session: str) -> bool:
        try:
            return bool(self.states()) and sum(entry.kind == kind for entry in self.entries(session)) >= count
        except StoreBusyError:  # it is being made
            return False

    @staticmethod
    def recording(url: str, *, driver: str = "reference-mesogun", protocol: str = "none") -> tuple[str, ...]:
        """The words of a recording that is like any other."""
        who = ("--subject", "P-1", "--practitioner", "Dr. Test", "--no-live")
        return ("record", "--device", f"{driver}@{url}", "--protocol", protocol, *who)

    def record(self, url: str, *words: str, driver: str = "reference-mesogun", protocol: str = "none") -> Recording:
        """Start a recording in a process of its own; use it as a context manager."""
        return Recording(self, (*self.recording(url, driver=driver, protocol=protocol), "--print-acks", *words))

    @contextlib.contextmanager
    def simulator(self, name: str, *words: str) -> Iterator[str]:
        """The URL of a simulated device in a process of its own."""
        process = self.begin("simulate", name, *words, streams=(NOWHERE, PIPE, NOWHERE))
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().split()
            assert ready[:1] == ["READY"], f"simulate {name} {words} did not start"
            yield ready[1]
        finally:
            process.terminate()
            process.wait()
            process.close()

    def begin(
        self, *words: str, streams: tuple[int, int, int] = (NOWHERE, PIPE, PIPE), first: str | None = None
    ) -> Process:
        """Start a command that runs beside others; `streams` and `first` as `Warm.begin` has them."""
        return self.warm.begin(words, self.root, self.environment, streams, first=first)


class Recording:
    """`devicelog record --print-acks` while it runs; leaving the context kills what still runs."""

    def __init__(self, box: Devicelog, words: tuple[str, ...]) -> None:
        self.box = box
        self.acks: list[str] = []
        self.err = ""
        self._deaf = False
        self._process = box.begin(*words, first=box.first)
        self._readers = [threading.Thread(target=self._read_acks), threading.Thread(target=self._read_err)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._settle()

    def _read_acks(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            assert line.startswith("ACK "), line
            if line.endswith("\n"):
                self.acks.append(line.split()[1])
            if self._deaf:
                break
        self._process.stdout.close()

    def _read_err(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.err += line
        self._process.stderr.close()

    def _settle(self) -> int:
        try:
            code = self._process.wait()
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGABRT)  # faulthandler then says what it was doing
            code = self._process.wait()
        for reader in self._readers:
            reader.join(PATIENCE)
        assert code != -signal.SIGABRT, f"the recording did not end: {self.err}"
        return code

    def stop_reading_acks(self) -> None:
        """Close the reading end of its stdout when the next line comes."""
        self._deaf = True

    @property
    def session(self) -> str:
        """The session's id, once something was acknowledged."""
        return self.wait_for(1)[0].partition("/")[0]

    def wait_for(self, count: int) -> list[str]:
        """Wait until so many entries were acknowledged."""
        wait_until(lambda: len(self.acks) >= count or self._process.poll() is not None, f"{count} acknowledgements")
        assert len(self.acks) >= count, f"the recording ended with {self._process.poll()}: {self.err}"
        return self.acks

    def wait_for_entry(self, kind: str, count: int = 1) -> None:
        """Wait until the ledger has so many entries of a kind."""
        self.box.wait_for_entry(kind, count, session=self.session)

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> int:
        """Kill it as a power cut would; its exit code."""
        self.signal(signal.SIGKILL)
        return self._settle()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self.signal(signal.SIGINT)
        return self._settle()

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def wait(self) -> int:
        """Wait for it to end by itself; its exit code."""
        return self._settle()


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Look again and again until something holds that is read from a store or a process: not as often as `until`."""
    until(condition, what, every=0.1)
