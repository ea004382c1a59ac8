"""The demo's sessions verify, and no longer when any byte of an entry, a raw chunk or an export's file is changed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

#: So many positions of each kind are tried; another seed tries others.
SAMPLES = 6
SEED = 20_260_101
#: Every column of the ledger, its chunks and its seals.
COLUMNS = [
    ("entry", "body"),
    ("entry", "hash"),
    ("chunk", "data"),
    ("chunk", "boot_ns"),
    ("chunk", "wall_ns"),
    ("chunk", "link"),
    ("chunk", "kind"),
    ("chunk", "packed"),
    ("seal", "body"),
    ("seal", "signature"),
]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "devicelog", "demo", "--out", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.fixture
def kept(demo: tuple[Path, str], box: Devicelog) -> Devicelog:
    """A copy of the demo's store, to be tampered with."""
    shutil.copytree(demo[0] / "store", box.store)
    shutil.copytree(demo[0] / "keys", box.keys)
    return box


def test_the_demo_records_two_sessions_that_verify(demo: tuple[Path, str], kept: Devicelog) -> None:
    folder, said = demo
    assert list(kept.states().values()) == ["ended", "ended"]
    for session in kept.states():
        kept("verify", session)
        kept("replay", session)
        kept("verify", str(folder / "exports" / session))
        assert session in said
    kept("verify")
    assert str(folder / "exports") in said


def _changed(value: Any, chance: random.Random) -> Any:
    """The value with one bit of it turned over."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(8)
    data = bytearray(value)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _shown_as_broken(box: Devicelog, *words: str) -> bool:
    done = box("verify", *words, code=None)
    assert "Traceback" not in done.err
    return done.code == 1 and "fault" in done.out


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(names) for names in COLUMNS])
def test_no_changed_byte_of_the_store_verifies(kept: Devicelog, table: str, column: str) -> None:
    chance = random.Random(f"{SEED}{table}{column}")
    rows = "number" if table == "seal" else "key"
    with kept.writing() as database:
        keys = [row[0] for row in database.execute(f"SELECT {rows} FROM {table}")]
        for key in chance.choices(keys, k=SAMPLES if table != "seal" else 4):
            [[value]] = database.execute(f"SELECT {column} FROM {table} WHERE {rows} = ?", (key,)).fetchall()
            if value == b"":
                continue
            update = f"UPDATE {table} SET {column} = ? WHERE {rows} = ?"
            database.execute(update, (_changed(value, chance), key))
            assert _shown_as_broken(kept), f"{table} {key}: a changed {column} was not noticed"
            database.execute(update, (value, key))
    kept("verify")


@pytest.mark.parametrize("table", ["entry", "chunk", "seal"])
def test_no_missing_row_of_the_store_verifies(kept: Devicelog, table: str) -> None:
    chance = random.Random(f"{SEED}{table}")
    rows = "number" if table == "seal" else "key"
    with kept.writing() as database:
        keys = [row[0] for row in database.execute(f"SELECT {rows} FROM {table}")]
        for key in (keys[0], chance.choice(keys), keys[-1]):
            [row] = database.execute(f"SELECT * FROM {table} WHERE {rows} = ?", (key,)).fetchall()
            database.execute(f"DELETE FROM {table} WHERE {rows} = ?", (key,))
            assert _shown_as_broken(kept), f"{table} {key}: its absence was not noticed"
            database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    kept("verify")


@pytest.fixture
def exports(demo: tuple[Path, str], box: Devicelog) -> list[Path]:
    """Copies of the demo's two exports, to be tampered with; the first is the smaller."""
    shutil.copytree(demo[0] / "exports", box.root / "exports")
    return sorted((box.root / "exports").iterdir())


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def test_no_changed_byte_of_an_export_verifies(exports: list[Path], box: Devicelog) -> None:
    chance = random.Random(SEED)
    small, large = exports
    for file in (*_files(small), *chance.sample(_files(large), 2)):
        folder = small if file.is_relative_to(small) else large
        whole = file.read_bytes()
        file.write_bytes(_changed(whole, chance))
        assert _shown_as_broken(box, str(folder)), f"a changed {file.name} was not noticed"
        file.write_bytes(whole)
    for folder in exports:
        box("verify", str(folder))


def test_no_missing_or_added_file_of_an_export_verifies(exports: list[Path], box: Devicelog) -> None:
    folder = exports[0]
    for file in random.Random(SEED).sample(_files(folder), 3):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1])
        assert _shown_as_broken(box, str(folder)), f"a shortened {file.name} was not noticed"
        file.unlink()
        assert box("verify", str(folder), code=None).code in (1, 2), f"a missing {file.name} was not noticed"
        file.write_bytes(whole)
    (folder / "added.csv").write_text("more", encoding="ascii")
    assert _shown_as_broken(box, str(folder)), "an added file was not noticed"
    (folder / "added.csv").unlink()
    box("verify", str(folder))
