"""The throttle: guessing gets slower and slower, and keeps nobody else from logging in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.accounts.door import LoggedIn
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.throttle import (
    FREE,
    LONGEST_WAIT,
    MANY,
    WINDOW,
    Counts,
    current,
    failed,
    network_of,
    wait,
    wait_after,
)
from devicelog.store.accounts.waiting import Tries
from tests.accounts.conftest import ELSEWHERE, GOOD, HERE, HOUR, OTHER, SECOND, TABLET
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from devicelog.account import Person
    from tests.accounts.conftest import Clinic

WRONG = Refused(Refusal.WRONG)


@pytest.fixture
def eva(clinic: Clinic) -> Person:
    return clinic.person("Eva Beispiel", with_totp=True)


def guess(clinic: Clinic, who: Person | str, count: int, address: str = ELSEWHERE) -> list[Refused | LoggedIn]:
    return [clinic.try_in(who, OTHER, address=address) for _ in range(count)]


def test_five_tries_are_free_and_then_the_right_password_waits_too(clinic: Clinic, eva: Person) -> None:
    assert guess(clinic, eva, 5) == [WRONG] * 5
    assert guess(clinic, eva, 1) == [Refused(Refusal.WAIT, 60)]
    clinic.now += 59 * SECOND
    assert clinic.try_in(eva, GOOD, address=ELSEWHERE) == Refused(Refusal.WAIT, 1)
    clinic.now += SECOND
    assert isinstance(clinic.try_in(eva, GOOD, address=ELSEWHERE, code=clinic.code(eva)), LoggedIn)
    assert guess(clinic, eva, 5) == [WRONG] * 5, "who got in begins anew"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(clinic: Clinic, eva: Person) -> None:
    guess(clinic, eva, 5)
    waits = []
    for _ in range(7):
        (answer,) = guess(clinic, eva, 1)
        assert isinstance(answer, Refused)
        waits.append(answer.wait_s)
        clinic.now += answer.wait_s * SECOND
        assert guess(clinic, eva, 1) == [WRONG]
    assert waits == [60, 120, 240, 480, 900, 900, 900]


def test_it_survives_a_restart(clinic: Clinic, eva: Person) -> None:
    guess(clinic, eva, 5)
    clinic.reopen()
    assert guess(clinic, eva, 1) == [Refused(Refusal.WAIT, 60)]


def test_who_guesses_at_one_place_locks_nobody_out_at_another(clinic: Clinic, eva: Person) -> None:
    for _ in range(30):
        guess(clinic, eva, 1)
        clinic.now += 20 * SECOND
    for address in (HERE, TABLET):
        assert isinstance(clinic.try_in(eva, GOOD, address=address, code=clinic.code(eva)), LoggedIn)


def test_an_address_that_goes_through_the_names_waits_at_all_of_them(clinic: Clinic, eva: Person) -> None:
    for name in ("anna", "berta", "clara", "dora", "emma"):
        assert guess(clinic, name, 1) == [WRONG]
    assert guess(clinic, eva, 1) == [Refused(Refusal.WAIT, 60)]
    assert guess(clinic, "nobody", 1) == [Refused(Refusal.WAIT, 60)]


def test_an_own_account_does_not_buy_tries_at_another(clinic: Clinic, eva: Person) -> None:
    mallory = clinic.person("Mallory Muster", with_totp=True)
    answers = []
    for _ in range(10):
        answers += guess(clinic, eva, 1)
        clinic.try_in(mallory, GOOD, address=ELSEWHERE, code=clinic.code(mallory))
    assert answers.count(WRONG) == 5


def test_many_places_that_guess_at_one_account_slow_strangers_and_not_its_person(clinic: Clinic, eva: Person) -> None:
    clinic.log_in(eva, address=TABLET)
    for place in range(MANY):
        assert guess(clinic, eva, 1, f"10.0.{place}.1") == [WRONG]
    assert guess(clinic, eva, 1, "10.1.0.1") == [Refused(Refusal.WAIT, 60)]
    assert isinstance(clinic.try_in(eva, GOOD, address=HERE, code=clinic.code(eva)), LoggedIn)
    assert isinstance(clinic.try_in(eva, GOOD, address=TABLET, code=clinic.code(eva)), LoggedIn)


def test_wrong_codes_of_the_authenticator_count_as_wrong_passwords_do(clinic: Clinic, eva: Person) -> None:
    for _ in range(5):
        assert clinic.try_in(eva, GOOD, address=ELSEWHERE, code="000000") == WRONG
    assert clinic.try_in(eva, GOOD, address=ELSEWHERE, code="000000") == Refused(Refusal.WAIT, 60)


def test_being_asked_for_the_code_is_no_failed_try(clinic: Clinic, eva: Person) -> None:
    for _ in range(9):
        assert clinic.try_in(eva, GOOD, address=ELSEWHERE) == Refused(Refusal.CODE_NEEDED)


def test_the_password_asked_for_inside_a_session_is_throttled_as_well(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva, address=TABLET)
    door = clinic.accounts.door
    answers = [door.prove(token, OTHER, clinic.now, address=TABLET, is_local=False) for _ in range(6)]
    assert answers == [WRONG] * 5 + [Refused(Refusal.WAIT, 60)]


def test_a_known_and_an_unknown_name_are_answered_alike_all_the_way(clinic: Clinic, eva: Person) -> None:
    def answers(name: str, address: str) -> list[Refused | LoggedIn]:
        began, found = clinic.now, []
        for _ in range(9):
            found += guess(clinic, name, 1, address)
            clinic.now += 31 * SECOND
        clinic.now = began
        return found

    assert answers(eva.login, "10.0.0.1") == answers("nobody", "10.0.0.2")


def test_many_at_the_same_time_are_no_more_tries_than_one_after_another(clinic: Clinic, eva: Person) -> None:
    answers: list[Refused | LoggedIn] = []
    threads = [threading.Thread(target=lambda: answers.extend(guess(clinic, eva, 1))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(answers) == 20
    assert answers.count(WRONG) <= 5


def test_who_comes_from_one_network_of_ipv6_is_one() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert network_of("2001:db8:1:3::4") != network_of("2001:db8:1:2::4")
    assert network_of("::ffff:192.168.7.20") == network_of("192.168.7.20") == "192.168.7.20"
    assert network_of("fe80::1%eth0") == "fe80::"
    assert network_of("testclient") == "testclient"


@given(st.lists(st.integers(0, HOUR), max_size=40))
def test_nobody_waits_longer_than_a_quarter_of_an_hour_and_five_in_a_window_are_always_free(steps: list[int]) -> None:
    tries, now, failures = Tries(), 0, list[int]()
    for step in steps:
        now += step
        left = wait(Counts(tries, tries, tries, is_known=True), now)
        assert 0 <= left <= LONGEST_WAIT
        recent = [at for at in failures if now - at <= WINDOW]
        if left == 0:
            tries = failed(tries, now)
            failures.append(now)
        elif len(failures) < FREE:
            raise AssertionError(f"{left} ns to wait after {len(recent)} failed tries")
    assert wait(Counts(tries, tries, tries, is_known=False), now + LONGEST_WAIT + WINDOW) == 0


@given(st.integers(0, 10_000), st.integers(-(10**20), 10**20))
def test_a_clock_that_was_set_back_makes_nobody_wait_longer(count: int, now: int) -> None:
    tries = Tries(count, 10**18)
    assert wait(Counts(tries, Tries(), Tries(), is_known=True), now) <= wait_after(count) <= LONGEST_WAIT
    assert current(tries, now).count in (0, count)


def test_what_is_counted_names_nobody(clinic: Clinic, eva: Person) -> None:
    guess(clinic, eva, 3)
    guess(clinic, "my password typed as a name", 1)
    clinic.now += 25 * HOUR
    guess(clinic, "another", 1, TABLET)
    with clinic.accounts.file.looking() as rows:
        kept = rows.tries._database.execute("SELECT key FROM tries").fetchall()
    assert len(kept) == 3, "older ones are forgotten"
    assert all(isinstance(key, bytes) and len(key) == 32 for (key,) in kept)
