"""What is counted at another time than it was given comes from the syringe of its time; and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.record.record import Record, fold
from devicelog.record.unexplained import unstated
from devicelog.record.used import not_exact, used
from devicelog_drivers import manual, reference_mesogun
from tests import polled_gun
from tests.conftest import Gun, Session
from tests.products.stating import prepare, state, use, volumes
from tests.test_backfill_judged import missed, recall, remembering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.products.doses import Origin

NewGun = Callable[..., Gun]


# -- what was counted at another time than it was given ---------------------------------------------------------


def test_what_is_read_back_came_from_the_syringe_of_its_time(mesogun: NewGun) -> None:
    gun = remembering(mesogun(zones=("left",)))
    prepare(gun.session)
    use(gun.session, 1)
    gun.inject(10_000)
    before = missed(gun, (20_000, 1_500))
    gun.session.wait(0.5)
    use(gun.session, 2)
    after = missed(gun, (30_000, 1_500), (40_000, 1_500))
    gun.session.wait(1)
    use(gun.session, 1)
    gun.inject(50_000)

    recall(gun, before + after)
    record = gun.session.end().record

    assert [entry["happened"] for entry in gun.session.of("from_memory")] == [1_000_000, 2_500_000, 3_500_000]
    assert volumes(record) == {((1,), "left"): "0.08", ((2,), "left"): "0.07"}


def test_a_purge_that_is_read_back_came_from_the_syringe_of_its_time(mesogun: NewGun) -> None:
    gun = remembering(mesogun(zones=("left",)))
    use(gun.session, 1)
    gun.inject()
    [(sequence, uptime, fields)] = missed(gun, (30_000, 1_500))
    gun.session.wait(0.5)
    use(gun.session, 2)
    gun.inject()

    recall(gun, [(sequence, uptime, (*fields[:-2], "P", 0))])
    record = gun.session.end().record

    assert record.doses.purged(record.tally) == {(1,): 30_000_000}


def polled(*answers: tuple[float, str]) -> polled_gun.Session:
    """A polled gun, and syringes 1 and 2 put in use at 0 s and at 3.5 s."""
    session = polled_gun.Session(zones=("a",))

    def put_in_use(at: float, number: int) -> None:
        said = {"kind": Kind.SYRINGE_IN_USE.value, "syringe": number, "because": "chosen"}
        session.handle(at, ChunkKind.ACT, encode(said), link=NO_LINK)

    put_in_use(0, 1)
    changed = False
    for at, line in answers:
        if at > 3.5 and not changed:
            put_in_use(3.5, 2)
            changed = True
        session.say(at, line)
    return session


def test_what_a_polled_device_gave_is_of_the_syringe_between_two_answers_or_of_one_of_several() -> None:
    session = polled((1, "0 0 ul 0 R"), (2, "1 20 ul 0 R"), (3, "2 40 ul 0 R"), (4, "3 70 ul 0 R"), (5, "4 80 ul 0 R"))

    assert volumes(session.record) == {((1,), "a"): "0.04", ((1, 2), "a"): "0.03", ((2,), "a"): "0.01"}


def test_a_pause_in_which_the_syringe_is_changed_leaves_no_doubt() -> None:
    session = polled((1, "0 0 ul 0 R"), (2, "1 20 ul 0 R"), (3, "1 20 ul 0 P"), (4, "1 20 ul 0 P"), (5, "2 40 ul 0 R"))

    assert volumes(session.record) == {((1,), "a"): "0.02", ((2,), "a"): "0.02"}


def typed(*steps: str | int) -> Record:
    """Lines that were typed, ten seconds apart; a number is the syringe that is put in use."""
    session = Session(manual.DRIVER, zones=["left"])
    prepare(session)
    for step in ("device Acme Injector 3 serial 0417", "needles 1", *steps):
        session.wait(10)
        if isinstance(step, int):
            use(session, step)
        else:
            session.receive(f"{step}\n".encode())
    return session.end().record


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # A statement is of the syringe that is in use when it is made, as it is of the zone.
        ((1, "dose 0.02 mL", "shots 40", 2, "shots 30"), {(1,): "0.8", (2,): "0.6"}),
        # A correction counts where that counted which it corrects.
        ((1, "dose 0.02 mL", "shots 40", 2, "correct shots 30", "shots 10"), {(1,): "0.6", (2,): "0.2"}),
        ((1, "dose 0.02 mL", "shots 40", 2, "correct nothing", "shots 10"), {(2,): "0.2"}),
        # A volume of triggers that had none is of wherever these were.
        ((1, "shots 40", 2, "volume 1 mL"), {(1, 2): "1"}),
        ((1, "shots 40", "volume 1 mL", 2, "shots 40", "volume 2 mL"), {(1,): "1", (2,): "2"}),
        ((1, "shots 40", "volume 1 mL", 2, "correct volume 0.9 mL"), {(1,): "0.9"}),
        (("dose 0.02 mL", "shots 5"), {(None,): "0.1"}),
    ],
)
def test_what_a_person_states_is_of_the_syringe_in_use(steps: Sequence[str | int], expected: dict[Origin, str]) -> None:
    record = typed(*steps)

    found = {origin: volume for (origin, _), volume in volumes(record).items()}
    assert found == expected
    assert sum(map(Decimal, found.values())) == record.tally.session.volume_ml


def test_a_volume_that_several_syringes_share_is_of_a_known_product_only_if_they_are_alike() -> None:
    record = typed(1, "shots 40", 2, "volume 1 mL")

    assert [dose.product for dose in used(record).doses] == [None]
    assert "of 1 mL nobody knows from which of several syringes they came" in unstated(record)
    assert not_exact(record, used(record)) == "of 1 mL nobody knows of which product"


# -- nothing is lost -------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("inject"), st.integers(0, 90_000)),
        st.tuples(st.just("purge"), st.integers(0, 90_000)),
        st.tuples(st.just("use"), st.integers(1, 3)),
        st.tuples(st.just("zone"), st.sampled_from(["left", "right", "chin"])),
        st.tuples(st.just("miss"), st.integers(0, 90_000)),
    ),
    max_size=40,
)


def played(steps: list[tuple[str, Any]]) -> tuple[Session, dict[tuple[int | None, str | None], int]]:
    """A session of these steps, and what a plain count says of it; what is missed is read back in the end."""
    session = Session(reference_mesogun.DRIVER)
    gun = remembering(Gun(session, needles=1, depth="extension", volume="commanded"))
    prepare(session)
    gun.inject(0)
    number, zone, lost = None, None, []
    expected: dict[tuple[int | None, str | None], int] = {}
    for what, value in steps:
        session.wait(0.1)
        match what:
            case "use":
                number = value
                use(session, value)
            case "zone":
                zone = value
                state(session, Kind.ZONE, zone=value)
            case "miss":
                lost += missed(gun, (value, 1_500))
            case _:
                gun.inject(value, mode="P" if what == "purge" else "N")
        if what in ("inject", "miss"):
            expected[number, zone] = expected.get((number, zone), 0) + value * 1_000
    gun.inject(0)
    recall(gun, lost)
    return session.end(), {key: volume for key, volume in expected.items() if volume}


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_plain_count_of_every_injection_says_the_same(steps: list[tuple[str, Any]]) -> None:
    session, expected = played(steps)
    record = session.record

    found = {(one.origin[0], one.zone): one.volume for one in record.doses.given(record.tally)}
    assert all(len(one.origin) == 1 for one in record.doses.given(record.tally))
    assert found == expected


@settings(max_examples=40, deadline=None)
@given(STEPS, st.data())
def test_sums_over_syringes_products_and_zones_are_the_volume_of_the_session_at_every_moment(
    steps: list[tuple[str, Any]], data: st.DataObject
) -> None:
    entries = played(steps)[0].entries
    record = fold(entries[: data.draw(st.integers(1, len(entries)))])
    found = used(record)

    assert sum(one.volume for one in found.given) == record.tally.session.volume
    assert sum(dose.volume for dose in found.doses) == record.tally.session.volume
    assert sum(record.doses.purged(record.tally).values()) == record.tally.session.purged
    for zone, totals in record.tally.zones.items():
        assert sum(dose.volume for dose in found.doses if dose.zone == zone) == totals.volume


TYPED = ["shots 5", "shots 3", "correct shots 2", "correct nothing", "volume 1 mL", "correct volume 0.3 mL"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*TYPED, "dose 0.02 mL", 1, 2]), max_size=25))
def test_what_is_typed_and_corrected_adds_up_and_is_never_less_than_nothing(steps: list[str | int]) -> None:
    record = typed(*steps)
    found = record.doses.given(record.tally)

    assert sum(one.volume for one in found) == record.tally.session.volume
    assert all(one.volume > 0 for one in found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([None, 1, 2])), max_size=25))
def test_what_is_polled_adds_up_whatever_the_counters_do(answers: list[tuple[int, int | None]]) -> None:
    session = polled_gun.Session(zones=("a",))
    for second, (volume, number) in enumerate(answers, start=1):
        if number is not None:
            said = {"kind": Kind.SYRINGE_IN_USE.value, "syringe": number, "because": "chosen"}
            session.handle(second - 0.5, ChunkKind.ACT, encode(said), link=NO_LINK)
        session.say(second, f"{volume // 20} {volume} ul 0 R")
    record = session.record

    assert sum(one.volume for one in record.doses.given(record.tally)) == record.tally.session.volume


def test_what_happened_at_an_uncertain_moment_came_from_one_of_the_syringes_around_it(mesogun: NewGun) -> None:
    gun = mesogun()
    for number in (1, 2, 3):
        gun.session.wait(10)
        use(gun.session, number)
    doses = gun.session.end().record.doses

    second = 1_000_000
    assert doses.during(15 * second, 15 * second) == (1,)
    assert doses.during(15 * second, 25 * second) == (1, 2)
    assert doses.during(9 * second, 11 * second) == (None, 1)
    assert doses.during(0, 40 * second) == (None, 1, 2, 3)
