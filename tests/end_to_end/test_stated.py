"""What people state of a session is held like what devices report: no kind of it is changed unseen, erased or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devicelog.export.folder import manifest
from devicelog.ledger import Kind
from devicelog.ledger.statement import STATED
from tests.end_to_end.plans import PARTS, answers, plan
from tests.end_to_end.running import Devicelog, Warm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BY = ("--by", "Ann")
#: What the session of this test has not: it was not refused, no key was pressed, one step was skipped.
_NOT_HERE = {Kind.REFUSED, Kind.PAUSED, Kind.RESUMED, Kind.EVENT, Kind.PATCH_TEST, Kind.ALARM_ACKNOWLEDGED}
PASSPHRASE = {"DEVICELOG_PASSPHRASE": "correct horse battery staple"}


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A session in which every kind was stated, signed, amended with a reason, and delivered."""
    box = Devicelog(tmp_path_factory.mktemp("stated") / "box", warm)
    skip = '[[skip]]\nstep = "patch test"\nreason = "done last time"\n'
    override = '[[override]]\nof = "product:L-1"\nreason = "nothing else is there"\n'
    old = PARTS["product"].replace("2099-12", "2020-12")
    file = plan(box.root / "plan.toml", said=answers(), patch_test="", product=old, more=skip + override)
    box("record", "--plan", file, "--until-quiet", "500 ms", "--no-live")
    picture = box.root / "before.jpg"
    picture.write_bytes(b"a picture")
    for words in (
        ("leftover", "last", "1", "--left", "0.4 mL"),
        ("explanation", "last", "syringe:1", "--reason", "spilled"),
        ("points", "last", "forehead", "--point", "0.41,0.22"),
        ("note", "last", "she was tired"),
        ("reaction", "last", "redness"),
        ("aftercare", "last", "--leaflet", "After", "--version", "3"),
        ("adverse-event", "last", "bruise", "--severity", "mild", "--text", "told by telephone"),
        ("follow-up", "last", "2099-12-06"),
        ("photograph", "last", str(picture), "--when", "before"),
    ):
        box("add", *words, *BY)
    box("review", "last", *BY, "--role", "nurse")
    box("sign", "last", *BY, "--role", "nurse", "--meaning", "review", "--despite-missing")
    box("amend", "last", "leftover.1.left", "0.5 mL", *BY, "--reason", "misread")
    box("deliver", "last", "--to", str(box.root / "delivered"), "--format", "json")
    return box


def bodies(box: Devicelog) -> Iterator[tuple[str, int, bytes]]:
    """The first entry of each kind that people state: kind, number, body."""
    seen = set()
    with box.reader() as reader:
        for line in reader.lines(reader.session("last").number):
            kind = line.entry().kind
            if kind in {*STATED, Kind.AMENDMENT} and kind not in seen:
                seen.add(kind)
                yield kind, line.number, line.body


def test_no_kind_of_statement_is_changed_in_a_store_unseen(stated: Devicelog) -> None:
    found = list(bodies(stated))
    assert {kind for kind, _, _ in found} == {*STATED, Kind.AMENDMENT} - _NOT_HERE
    stated("verify")
    with stated.writing() as database:
        for kind, number, body in found:
            at = body.rindex(b'"') - 1
            changed = body[:at] + (b"x" if body[at : at + 1] != b"x" else b"y") + body[at + 1 :]
            database.execute("UPDATE entry SET body = ? WHERE key = (1 << 32) + ?", (changed, number))
            document = stated("verify", "--json", code=1).document
            database.execute("UPDATE entry SET body = ? WHERE key = (1 << 32) + ?", (body, number))
            assert not document["holds"], kind
    stated("verify")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HAS OVERRIDES: product:L-1 by Dr A. Example", "HAS OVERRIDES: product:L-1 by Dr B. Example"),
        ("nothing else is there", "something else is there"),
        ("told by telephone", "told by her mother"),
        ('"0.4"', '"0.3"'),
        ("amended after signature", "signed"),
    ],
)
def test_no_statement_is_changed_in_an_export_unseen_though_the_clinic_signs_it_again(
    stated: Devicelog, tmp_path: Path, old: str, new: str
) -> None:
    stated("export", "last", "--to", str(tmp_path))
    (folder,) = tmp_path.iterdir()
    stated("verify", str(folder))
    file = folder / "session.json"
    whole = file.read_text(encoding="utf-8")
    assert old in whole
    file.write_text(whole.replace(old, new), encoding="utf-8")
    for name in (manifest.SUMS, manifest.SIGNATURE, manifest.PUBLIC_KEY):
        (folder / name).unlink()
    with stated.writer() as writer:
        manifest.sign(folder, writer.key)

    faults = stated("verify", str(folder), code=1).out

    assert "session.json" in faults or "entry" in faults


def test_after_an_erasure_everything_verifies_here_and_from_a_backup_and_no_words_are_left(stated: Devicelog) -> None:
    stated("subjects", "erase", "P-7", "--yes", "--reason", "asked for it", "--ground", "consent-withdrawn")
    stated("verify")
    keys = stated.root / "keys.json"
    stated("backup", "--to", str(stated.root / "backups"), "--with-keys", str(keys), more=PASSPHRASE)
    [backup] = (stated.root / "backups").iterdir()
    other = stated.root / "restored"

    stated("restore", str(backup), "--to", str(other), "--keys", str(keys), more=PASSPHRASE)

    there = ("--store", str(other))
    stated("verify", *there)
    assert "same entries, bit for bit" in stated("replay", "last", *there).err
    stated("amend", "last", "leftover.1.wasted", "0.1 mL", *BY, "--reason", "mistyped", *there)
    document = json.dumps(stated("show", "last", "--json", *there).document)
    assert "[erased]" in document
    stated("export", "last", "--to", "later", *there)
    stated("verify", str(next((stated.root / "later").iterdir())))
    kept = [
        path.read_bytes()
        for top in (stated.store, other, stated.root / "later")
        for path in top.rglob("*")
        if path.is_file()
    ]
    for words in ("told by telephone", "spilled", "hay fever", "done last time", "nothing else is there"):
        assert not [1 for data in kept if words.encode() in data], words
    stated("verify", *there)
