"""From which syringe each volume came that was given live, what follows from it, and what is stated behind the end."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from devicelog.ledger import Kind, Line
from devicelog.ledger.amendment import amending
from devicelog.ledger.statement import late
from devicelog.record.as_json import content
from devicelog.record.record import Record, fold
from devicelog.record.unexplained import unexplained, unstated
from devicelog.record.used import not_exact, used
from tests.conftest import Gun
from tests.products.stating import prepare, state, use, volumes

NewGun = Callable[..., Gun]


# -- what comes live -------------------------------------------------------------------------------------------


def test_injections_draw_from_the_syringe_in_use_into_the_zone_in_use(mesogun: NewGun) -> None:
    gun = mesogun(zones=("left",))
    prepare(gun.session)
    gun.inject(10_000)
    use(gun.session, 1)
    gun.inject(20_000)
    state(gun.session, Kind.ZONE, zone="right")
    gun.inject(30_000)
    use(gun.session, 2)
    gun.inject(40_000)
    use(gun.session, 1)
    gun.inject(50_000)

    record = gun.session.end().record

    assert volumes(record) == {
        ((None,), "left"): "0.01",
        ((1,), "left"): "0.02",
        ((1,), "right"): "0.08",
        ((2,), "right"): "0.04",
    }


def test_doses_of_products_and_ingredients_follow_from_the_mix(mesogun: NewGun) -> None:
    gun = mesogun(zones=("left",))
    prepare(gun.session)
    use(gun.session, 1)
    for _ in range(50):
        gun.inject(20_000)  # 1 mL of three parts of 10 mg/mL and one of 20 mg/mL
    use(gun.session, 2)
    for _ in range(10):
        gun.inject(20_000)  # 0.2 mL of 10 mg/mL

    found = used(gun.session.end().record)

    assert {(dose.product, dose.volume) for dose in found.doses} == {(1, 950_000_000), (2, 250_000_000)}
    [hyaluronic] = found.ingredients  # of both products
    assert (hyaluronic.unit, hyaluronic.zone, hyaluronic.amount) == ("mg", "left", Decimal("14.5"))


def test_what_was_purged_came_from_the_syringe_and_is_no_dose(mesogun: NewGun) -> None:
    gun = mesogun()
    prepare(gun.session)
    use(gun.session, 2)
    gun.inject(500_000, mode="P")
    gun.inject(20_000)
    state(gun.session, Kind.LEFTOVER, syringe=2, left="0", wasted="0", unit="mL", by="Ann")

    record = gun.session.end().record
    [_, pure] = used(record).balances

    assert record.doses.purged(record.tally) == {(2,): 500_000_000}
    assert sum(dose.volume for dose in used(record).doses) == 20_000_000
    assert (pure.drawn.given, pure.drawn.purged, pure.difference) == (Decimal("0.02"), Decimal("0.5"), Decimal("-0.02"))


def test_reports_that_are_missing_make_every_dose_a_lower_bound(mesogun: NewGun) -> None:
    gun = mesogun(zones=("left",))
    prepare(gun.session)
    use(gun.session, 1)
    gun.inject()
    gun.sequence += 3
    gun.inject(None)

    record = gun.session.end().record
    shown = content(record)["products"]

    assert not_exact(record, used(record)) == "1 trigger came without a volume; 3 reports are missing"
    assert all(dose["at_least"] for dose in shown["doses"])
    assert all(dose["zones"][0]["at_least"] for dose in shown["ingredients"])
    assert [one["given_at_least"] for one in shown["reconciliation"]] == [True, True]


def test_a_dose_is_a_lower_bound_where_something_came_from_no_stated_syringe(mesogun: NewGun) -> None:
    gun = mesogun(zones=("left",))
    prepare(gun.session)
    gun.inject(30_000)
    state(gun.session, Kind.ZONE, zone="right")
    use(gun.session, 2)
    gun.inject(20_000)

    record = gun.session.end().record

    doses = {dose["product"]: dose for dose in content(record)["products"]["doses"]}
    assert doses[None]["volume"] == {"value": "0.03", "unit": "mL"}
    assert doses[1]["at_least"]
    assert [(one["zone"], one["at_least"]) for one in doses[1]["zones"]] == [("right", False)]
    assert "0.03 mL were given while no syringe was stated to be in use" in unstated(record)


def test_looking_at_doses_changes_nothing(mesogun: NewGun) -> None:
    gun = mesogun()
    prepare(gun.session)
    entries = gun.session.entries
    for number in (1, 2, 1):
        use(gun.session, number)
        gun.inject()
        entries = gun.session.entries
    looked_at, plain = Record(), Record()
    for entry in entries:
        looked_at.apply(entry)
        plain.apply(entry)
        content(looked_at)

    assert content(looked_at) == content(plain)


# -- behind the end --------------------------------------------------------------------------------------------


def behind(lines: list[Line], *more: tuple[Kind, dict[str, Any]]) -> list[Line]:
    """The lines with late statements behind them."""
    for kind, said in more:
        lines = [*lines, late(lines[-1], kind, said)]
    return lines


def test_what_is_left_can_be_stated_behind_the_end_and_explained_there(mesogun: NewGun) -> None:
    gun = mesogun()
    prepare(gun.session)
    use(gun.session, 2)
    gun.inject(200_000)
    gun.finish()
    lines = gun.session.end().recorder.lines
    at = {"at": {"wall": "2026-01-02T00:00:00Z", "zone": "+00:00"}, "by": "Ann"}
    left = {"syringe": 2, "left": "0.1", "wasted": "0", "unit": "mL", **at}

    asked = fold(line.entry() for line in behind(lines, (Kind.LEFTOVER, left)))
    explained = {"of": "syringe:2", "reason": "a drop fell", **at}
    answered = fold(line.entry() for line in behind(lines, (Kind.LEFTOVER, left), (Kind.EXPLAINED, explained)))

    assert [str(one) for one in unexplained(asked)] == [
        "syringe 2 differs by 0.2 mL: nobody accounts for them; the tolerance is 0.05 mL, the larger of 5 % and 0.05 mL"
    ]
    assert unexplained(answered) == []
    [_, shown] = content(answered)["products"]["reconciliation"]
    assert (shown["exceeds"], shown["explained"]) == (True, "a drop fell")


def test_a_total_of_the_device_that_differs_is_to_be_explained_as_well(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject(20_000)
    gun.finish(volume=50_000)

    [difference] = unexplained(gun.session.end().record)

    assert difference.of == "device:1:volume_session"
    assert "were recorded: they differ by " in difference.sentence


def test_an_amendment_that_holds_the_session_anew_has_the_same_doses_and_keeps_what_was_stated_late(
    mesogun: NewGun,
) -> None:
    gun = mesogun(zones=("left",))
    prepare(gun.session)
    for number in (1, 2):
        use(gun.session, number)
        gun.inject(20_000)
    recorded = gun.session.end().recorder.lines
    left = {"syringe": 2, "left": "0.48", "wasted": "0", "unit": "mL", "by": "Ann"}
    stated = behind(recorded, (Kind.LEFTOVER, left))
    act = {"amendment": 1, "what": "decoded_again", "by": "Ann", "reason": "better", "drivers": []}

    amended = fold(line.entry() for line in [*stated, *amending(stated[-1], act, recorded)])

    before = fold(line.entry() for line in stated)
    assert volumes(amended) == volumes(before) == {((1,), "left"): "0.02", ((2,), "left"): "0.02"}
    assert used(amended).balances == used(before).balances
    assert used(amended).balances[1].difference == 0


def test_a_syringe_that_was_never_prepared_is_said_and_its_volume_kept(mesogun: NewGun) -> None:
    gun = mesogun()
    prepare(gun.session)
    use(gun.session, 7)
    gun.inject()

    record = gun.session.end().record

    assert "syringe 7 was in use and was never prepared: nobody knows what was in it" in unstated(record)
    assert sum(dose.volume for dose in used(record).doses if dose.product is None) == record.tally.session.volume


def test_moments_at_which_syringes_change_are_in_order(mesogun: NewGun) -> None:
    gun = mesogun()
    for number in (1, 2, 1):
        gun.session.wait(1)
        use(gun.session, number)

    changes = gun.session.end().record.doses.changes

    assert [number for _, number in changes] == [1, 2, 1]
    assert all(one < other for (one, _), (other, _) in pairwise(changes))
