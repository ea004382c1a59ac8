"""Whatever is done to the files of a store: what a salvage saves verifies, and its list names the rest exactly."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.store.database import PAGE_SIZE
from devicelog.store.reader import Reader
from devicelog.verification.store import verify_session, verify_store
from tests.salvage.conftest import Broken, Recorded, recorded_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Of each kind of damage so many are tried; DEVICELOG_SALVAGE_SEEDS tries more.
SEEDS = range(int(os.environ.get("DEVICELOG_SALVAGE_SEEDS", "3")))
Chance = random.Random


def _overwrite(file: Path, offset: int, data: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(data)


def _random_pages(broken: Broken, chance: Chance) -> None:
    pages = broken.database.stat().st_size // PAGE_SIZE
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        _overwrite(broken.database, chance.randrange(pages) * PAGE_SIZE, chance.randbytes(PAGE_SIZE))


def _single_bits(broken: Broken, chance: Chance) -> None:
    for file in (broken.database, broken.wal):
        for _ in range(chance.randrange(4)):
            offset = chance.randrange(file.stat().st_size)
            _overwrite(file, offset, bytes([file.read_bytes()[offset] ^ 1 << chance.randrange(8)]))


def _zeroed_stretch(broken: Broken, chance: Chance) -> None:
    file = chance.choice([broken.database, broken.wal])
    size = file.stat().st_size
    begin = chance.randrange(size)
    _overwrite(file, begin, bytes(min(size - begin, chance.randrange(1, size // 2))))


def _cut_file(broken: Broken, chance: Chance) -> None:
    os.truncate(broken.database, chance.randrange(PAGE_SIZE, broken.database.stat().st_size))


def _cut_wal(broken: Broken, chance: Chance) -> None:
    os.truncate(broken.wal, chance.randrange(broken.wal.stat().st_size))


def _no_wal(broken: Broken, chance: Chance) -> None:
    broken.wal.unlink()
    if chance.random() < 0.5:
        _random_pages(broken, chance)


def _no_first_pages(broken: Broken, chance: Chance) -> None:
    _overwrite(broken.database, 0, bytes(PAGE_SIZE * chance.randrange(1, 12)))
    (broken.path / "store.json").unlink()


DAMAGE = [_random_pages, _single_bits, _zeroed_stretch, _cut_file, _cut_wal, _no_wal, _no_first_pages]


def _spanned(spans: list[list[int]]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


def _accounted(told: dict[str, Any], what: str, saved: dict[int, Any], truth: dict[int, Any]) -> None:
    """What was saved is what was recorded, and each number is either saved or on the list."""
    part = told[what]
    listed = _spanned(part["missing"]) | _spanned(part["unproved"])
    assert saved.items() <= truth.items(), f"{what} were saved that are not what was recorded"
    assert not listed & saved.keys(), f"{what} are on the list that were saved"
    assert listed <= truth.keys(), f"{what} are on the list that were never recorded"
    assert part["saved"] == len(saved)
    unknown = truth.keys() - saved.keys() - listed
    if unknown:
        # What came after the last seal that is left leaves no trace: the list says that the end is not known.
        assert told["outcome"] == "lost" or told["lacks"], f"{what} {unknown} are not named"
        assert min(unknown) > max([0, *saved, *listed]), f"{what} {unknown} are not named"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_saved_verifies_and_the_rest_is_named(
    broken: Broken, damage: Callable[[Broken, Chance], None], seed: int
) -> None:
    damage(broken, random.Random(f"{damage.__name__}{seed}"))

    result = broken.salvage()

    assert result.findings.holds, result.findings.faults
    report = broken.report()
    saved = recorded_in(broken.saved)
    told = {session["number"]: session for session in report["sessions"]}
    nothing = Recorded("", "", {}, {})
    for number, truth in broken.truth.items():
        if number not in told:
            assert number > max(told, default=0)
            assert report["notes"], "sessions at the end are gone, and nothing says that they may be"
            continue
        here = saved.get(number, nothing)
        assert told[number]["session"] in (None, truth.id)
        assert (number in saved) == (told[number]["outcome"] != "lost")
        _accounted(told[number], "entries", here.lines, truth.lines)
        _accounted(told[number], "chunks", here.chunks, truth.chunks)
        if told[number]["outcome"] in ("whole", "rebuilt") and truth.state != "running":
            assert here == truth
    with Reader.open(broken.saved) as reader:
        assert verify_store(reader).holds
        for session in report["sessions"]:
            if session["outcome"] in ("whole", "rebuilt"):
                assert verify_session(reader, session["session"]).holds
