"""The tables of products: taken, doses by zone, syringes; none of them where nobody stated any."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from devicelog.export import chosen
from devicelog.export.folder.package import export
from devicelog.ledger import Kind
from devicelog.products.syringe import Leftover
from devicelog.store.reader import Reader
from devicelog.verification.store import verify_store
from tests.products.kit import product, syringe

SCRIPT = {
    "says": [
        {"id": "SN-1"},
        {"report": "settings", "values": [1]},
        Kind.PRODUCT,
        Kind.SYRINGE,
        Kind.SYRINGE_IN_USE,
        *({"report": "injection", "values": [n, 20_000, 1500, "N"]} for n in range(10)),
        Kind.LEFTOVER,
    ],
    "acts": {
        Kind.PRODUCT: product(1, name="=Hyal", holds="1500 IU/mL", inside="hyaluronidase").content(),
        Kind.SYRINGE: syringe(1, (1, "0.5"), label="face").content(),
        Kind.SYRINGE_IN_USE: {"syringe": 1, "because": "chosen"},
        Kind.LEFTOVER: Leftover(1, Decimal("0.2"), Decimal(0), "Ann").content(),
    },
    "zones": ("forehead",),
}


@pytest.fixture
def tables(store: Path, session: Callable[..., Path], tmp_path: Path) -> Callable[..., dict[str, list[dict[str, str]]]]:
    """Records and exports a session: the rows of each file."""

    def make(**script: object) -> dict[str, list[dict[str, str]]]:
        session(**script)
        with Reader.open(store) as reader:
            assert verify_store(reader).faults == []
            folder = export(reader, "last", tmp_path / "out", chosen(["csv"])).folder
        found = {}
        for path in folder.glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                found[path.name] = list(csv.DictReader(file, strict=True))
        return found

    return make


def test_they_say_what_was_taken_given_and_left(tables: Callable[..., dict[str, list[dict[str, str]]]]) -> None:
    found = tables(**SCRIPT)

    [taken] = found["products.csv"]
    assert (taken["name"], taken["lot"], taken["expiry"], taken["drawn [mL]"]) == ("'=Hyal", "A1", "2027-05-31", "2")
    volume, activity = found["product_doses.csv"]
    assert (volume["of"], volume["zone"], volume["volume [mL]"]) == ("'=Hyal", "forehead", "0.2")
    assert (activity["of"], activity["activity [IU]"], activity["mass [mg]"]) == ("hyaluronidase", "300", "")
    assert (volume["at least"], activity["at least"]) == ("no", "no")
    [one] = found["syringes.csv"]
    assert (one["parts"], one["given [mL]"], one["left [mL]"]) == ("1: 0.5", "0.2", "0.2")
    assert (one["difference [mL]"], one["tolerance [mL]"], one["exceeds"]) == ("0.1", "0.05", "yes")


def test_they_are_empty_where_nobody_stated_a_product(
    tables: Callable[..., dict[str, list[dict[str, str]]]],
) -> None:
    found = tables()

    assert (
        found["products.csv"] == found["product_doses.csv"] == found["syringes.csv"] == found["consumables.csv"] == []
    )


def test_each_injection_says_its_syringe_and_the_lots_in_it(
    tables: Callable[..., dict[str, list[dict[str, str]]]],
) -> None:
    """Two syringes, the second with a mix of two products; before the first one nobody had stated any."""
    one = {"report": "injection", "values": [0, 20_000, 1500, "N"]}
    found = tables(
        says=[
            {"id": "SN-1"},
            one,
            (Kind.PRODUCT, product(1).content()),
            (Kind.PRODUCT, product(2, name="Lido", lot=None).content()),
            (Kind.SYRINGE, syringe(1, (1, "0.5")).content()),
            (Kind.SYRINGE, syringe(2, (1, "0.5"), (2, "0.5")).content()),
            (Kind.SYRINGE_IN_USE, {"syringe": 1, "because": "chosen"}),
            {**one, "values": [1, 20_000, 1500, "N"]},
            (Kind.SYRINGE_IN_USE, {"syringe": 2, "because": "chosen"}),
            {**one, "values": [2, 20_000, 1500, "N"]},
        ]
    )

    assert [(row["syringe [1]"], row["products"], row["lots"]) for row in found["injections.csv"]] == [
        ("", "", ""),
        ("1", "Hyal", "A1"),
        ("2", "Hyal; Lido", "A1; not stated"),
    ]
