"""Lots are recalled by acts in the chain of seals, listed, taken back; every copy carries them, verify sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devicelog.store.recalls import known_in
from tests.products.kit import product

if TYPE_CHECKING:
    import pytest

    from tests.end_to_end.running import Devicelog

WHY = ("--reason", "glass in vials, notice 17", "--by", "Ann")


def test_a_lot_is_recalled_listed_and_taken_back_and_none_of_it_is_forgotten(box: Devicelog) -> None:
    done = box("lots", "recall", "A1234", *WHY, "--json")
    assert done.document["lot"] == "A1234"
    assert done.document["ended"] is None

    [listed] = box("lots", "recalled", "--json").document
    assert listed == done.document
    assert re.fullmatch(r"lot A1234  recalled \d{4}-\d\d-\d\d \d\d:\d\d by Ann: .*\n", box("lots", "recalled").out)

    released = box("lots", "release", "a1234", "--reason", "another maker's", "--by", "Bob", "--json").document
    assert released == {**listed, "ended": released["ended"]}
    assert box("lots", "recalled", "--json").document == []
    assert "no lot is recalled" in box("lots", "recalled").err
    [past] = box("lots", "recalled", "--all", "--json").document
    assert past == released
    assert (past["ended"]["by"], past["ended"]["reason"]) == ("Bob", "another maker's")
    assert re.search(r"; taken back \d{4}-\d\d-\d\d \d\d:\d\d by Bob", box("lots", "recalled", "--all").out)
    box("verify")


def test_a_recall_of_one_product_leaves_the_same_lot_of_another(
    box: Devicelog, monkeypatch: pytest.MonkeyPatch
) -> None:
    box("lots", "recall", "A1", "--product", "Hyal", *WHY)

    monkeypatch.setenv("DEVICELOG_KEYS", box.environment["DEVICELOG_KEYS"])
    known = known_in(box.store)
    assert known.of(product(1, name="hyal")) is not None
    assert known.of(product(1, name="Other")) is None


def test_a_lot_that_is_recalled_already_is_not_recalled_again(box: Devicelog) -> None:
    box("lots", "recall", "A1", *WHY)

    again = box("lots", "recall", "a1", "--product", "Hyal", *WHY)

    assert "lot A1 is recalled already" in again.err
    assert len(box("lots", "recalled", "--json").document) == 1


def test_what_cannot_be_said_of_a_lot_is_refused_in_one_sentence(box: Devicelog) -> None:
    assert "found an empty reason" in box("lots", "recall", "A1", "--reason", " ", code=2).err
    assert "the lot has no name" in box("lots", "recall", " ", *WHY, code=2).err
    assert "Missing option '--reason'" in box("lots", "recall", "A1", code=2).err
    assert "no recalled lot is called 'A9'" in box("lots", "release", "A9", "--reason", "x", code=2).err
    assert not box.store.exists()

    for name in ("Hyal", "Lido"):
        box("lots", "recall", "A1", "--product", name, *WHY)
    refused = box("lots", "release", "A1", "--reason", "x", code=2)
    assert "several recalls name lot 'A1', of 'Hyal', 'Lido'; say which with --product NAME." in refused.err


def test_backup_and_restore_carry_the_recalls(box: Devicelog) -> None:
    box("lots", "recall", "A1", *WHY)
    box("keys", "rotate")
    backup = box("backup", "--to", str(box.root / "backups"), "--json").document["backup"]
    restored = box.root / "restored"
    box("restore", backup, "--to", str(restored))

    assert box("lots", "recalled", "--json", "--store", str(restored)).document == (
        box("lots", "recalled", "--json").document
    )


def test_a_recall_that_was_changed_in_the_store_does_not_count_and_is_a_fault(box: Devicelog) -> None:
    box("lots", "recall", "A1234", *WHY)
    with box.writing() as database:
        database.execute("UPDATE seal SET body = CAST(replace(CAST(body AS TEXT), 'A1234', 'A9999') AS BLOB)")

    assert box("lots", "recalled", "--json").document == []
    assert "was changed or is not signed" in box("verify", code=1).out
