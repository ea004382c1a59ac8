"""The command line in processes of its own, on a store and keys of its own, and lines for it to read."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import threading
import time
import tty
from binascii import crc_hqx
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from unittest import mock

import pytest

from devicelog.ledger import Entry
from devicelog.store.database import Connection, open_database
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader

REPOSITORY = Path(__file__).parents[2]
#: Longer than anything here takes on a slow computer; reached only by what hangs (s).
PATIENCE = 60.0
DEVICELOG = (sys.executable, "-m", "devicelog")


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What `--json` printed; fails unless stdout is exactly one JSON document."""
        return json.loads(self.out)


class Warm:
    """Runs commands in processes of their own that need not load the modules first (warm.py)."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE)

    def run(self, words: tuple[str, ...], cwd: Path, environment: dict[str, str], user: int | None = None) -> Done:
        """Run a command to its end; only root can run one as another user."""
        job = {"words": words, "cwd": str(cwd), "environment": environment, "user": user}
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps({**job, "out": str(self._out), "err": str(self._err)}), file=stdin, flush=True)
        assert select.select([stdout], [], [], PATIENCE)[0], f"devicelog {words} does not end"
        code = int(stdout.readline())
        return Done(words, code, self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8"))


class Devicelog:
    """`devicelog` on a store and keys of its own; call it with the words of a command."""

    def __init__(self, root: Path, warm: Warm) -> None:
        self.root = root
        self._warm = warm
        self.store = root / "store"
        self.keys = root / "keys"
        root.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DEVICELOG_")},
            "DEVICELOG_STORE": str(self.store),
            "DEVICELOG_KEYS": str(self.keys),
            "HOME": str(root),
            "COLUMNS": "200",
        }

    def __call__(self, *words: str, code: int | None = 0, user: int | None = None, **environment: str) -> Done:
        """Run a command to its end; `code` is the exit code expected (None: any)."""
        done = self._warm.run(words, self.root, self.environment | environment, user)
        assert code is None or done.code == code, done
        return done

    def sentence(self, *words: str, code: int | None, user: int | None = None, **environment: str) -> str:
        """The one sentence that a command says when it cannot do what was asked; it says nothing else."""
        done = self(*words, code=code, user=user, **environment)
        assert done.out == "", done
        lines = done.err.splitlines()
        assert len(lines) == 1, f"expected one line on stderr, found {done.err!r}"
        assert re.fullmatch(r"devicelog: \S.*[.?]", lines[0]), f"expected a sentence, found {lines[0]!r}"
        return lines[0]

    def refuses(self, *words: str, code: int = 2, **environment: str) -> str:
        """The one sentence with which a command is refused; nothing was changed."""
        before = self.kept()
        sentence = self.sentence(*words, code=code, **environment)
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
        """The state of each session by its id, oldest first; empty if there is no store."""
        if not (self.store / "store.json").exists():
            return {}
        with self.reader() as reader:
            return {row.id: row.state for row in reader.sessions()}

    def entries(self, session: str = "last") -> list[Entry]:
        """The ledger of a session."""
        with self.reader() as reader:
            return list(reader.entries(reader.session(session).number))

    @staticmethod
    def recording(url: str, *, driver: str = "reference-mesogun", protocol: str = "none") -> tuple[str, ...]:
        """The words of a recording that is like any other."""
        who = ("--subject", "P-1", "--practitioner", "Dr. Test", "--no-live")
        return ("record", "--device", f"{driver}@{url}", "--protocol", protocol, *who)

    def record(self, url: str, *words: str, driver: str = "reference-mesogun", protocol: str = "none") -> Recording:
        """Start a recording in a fresh process; use it as a context manager."""
        return Recording(self, (*self.recording(url, driver=driver, protocol=protocol), "--print-acks", *words))

    @contextlib.contextmanager
    def simulator(self, name: str, *words: str) -> Iterator[str]:
        """The URL of a simulated device in a process of its own."""
        command = [*DEVICELOG, "simulate", name, *words]
        with subprocess.Popen(
            command, env=self.environment, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                assert process.stdout is not None
                ready = process.stdout.readline().split()
                assert ready[:1] == ["READY"], f"{command} did not start"
                yield ready[1]
            finally:
                process.terminate()
                process.wait(PATIENCE)


class Recording:
    """`devicelog record --print-acks` while it runs; leaving the context kills what still runs."""

    def __init__(self, box: Devicelog, words: tuple[str, ...]) -> None:
        self.box = box
        self.acks: list[str] = []
        self.err = ""
        self._process = subprocess.Popen(
            [*DEVICELOG, *words],
            env=box.environment,
            cwd=box.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
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

    def _read_err(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.err += line

    def _settle(self) -> int:
        code = self._process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        return code

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
        session = self.session
        wait_until(lambda: sum(e.kind == kind for e in self.box.entries(session)) >= count, f"{count} times {kind}")

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

    def wait(self) -> int:
        """Wait for it to end by itself; its exit code."""
        return self._settle()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


class Line:
    """A pseudo-terminal of the test's own: what is sent here, a recorder that has `url` open reads."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.url = os.ttyname(self._slave)

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)

    def wait_for_query(self) -> None:
        """Wait until a recorder has opened the line and asks who is there; what was sent before is thrown away."""
        heard = b""
        while not heard.endswith(b"ID?\r\n"):
            assert select.select([self._master], [], [], PATIENCE)[0], f"nobody asked; heard {heard!r}"
            heard += os.read(self._master, 100)

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]
        time.sleep(0.03)

    def identity(self, serial: str = "SN-1") -> bytes:
        """What a meso-gun says of itself."""
        return self.frame(f"DLR1,ID,MG-TEST,{serial},FW1,cap=INJ,sim=1")

    def trigger(self, number: int, *, boot: int = 1, dose: int = 20_000, depth: int = 1_500) -> bytes:
        """The numbered frame of one trigger (nL, um)."""
        uptime, count = 1_000 + 100 * number, number + 1
        return self.frame(f"DLR1,INJ,{number},{uptime},{boot},{count},{count},{dose},{depth},0,N,0")

    @staticmethod
    def frame(body: str) -> bytes:
        """A DLR1 frame with a right check."""
        return b"$%b*%04X\r\n" % (body.encode(), crc_hqx(body.encode(), 0xFFFF))


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """What commands are run by."""
    warm = Warm(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


@pytest.fixture
def box(tmp_path: Path, warm: Warm) -> Devicelog:
    """A store and keys that do not exist yet."""
    return Devicelog(tmp_path / "box", warm)


@pytest.fixture
def other_box(tmp_path: Path, warm: Warm) -> Devicelog:
    """Another store, with keys of its own."""
    return Devicelog(tmp_path / "other", warm)


@pytest.fixture
def line() -> Iterator[Line]:
    """A line of the test's own."""
    line = Line()
    yield line
    line.close()


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A store with two sessions, for tests that only read: a meso-gun's, then a no-needle unit's, both with alarms."""
    box = Devicelog(tmp_path_factory.mktemp("recorded"), warm)
    for name, protocol, scenario, zones in (
        ("reference-mesogun", "meso-face-gun-intradermal", "face-limits", ("forehead", "left_cheek")),
        ("reference-noneedle", "noneedle-ionto-dc-face", "current-limits", ("full_face",)),
    ):
        url = f"sim://{name}?seed=1&speed=max&scenario={scenario}"
        given = [word for zone in zones for word in ("--zone", zone)]
        box(*box.recording(url, driver=name, protocol=protocol), *given, "--until-quiet", "500 ms")
    return box
