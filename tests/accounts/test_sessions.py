"""Log-in sessions: kept here and not in the cookie, locked when unused, over after a working day, ended at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.accounts.permission import Permission, may
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.secret import csrf_holds, csrf_of, hash_of_token
from devicelog.accounts.session import LoginSession, Strength, recently_attested, recently_proved
from tests.accounts.conftest import DAY, ELSEWHERE, GOOD, HERE, HOUR, MINUTE, OTHER, SECOND, TABLET

if TYPE_CHECKING:
    from devicelog.account import Person
    from tests.accounts.conftest import Clinic

PIN = "4071"


@pytest.fixture
def eva(clinic: Clinic) -> Person:
    """A practitioner with a PIN."""
    person = clinic.person("Eva Beispiel")
    token = clinic.log_in(person)
    assert not isinstance(clinic.accounts.own.set_pin(token, PIN, clinic.now), Refused)
    clinic.accounts.door.log_out(token, clinic.now)
    return clinic.accounts.people.get(person.id)


def locked(clinic: Clinic, token: str) -> bool:
    seen = clinic.look(token, counts=False)
    assert seen is not None
    return seen.session.is_locked


def test_a_token_is_256_random_bits_and_only_its_hash_is_kept(clinic: Clinic, eva: Person) -> None:
    tokens = {clinic.log_in(eva) for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)
    clinic.accounts.close()
    for file in clinic.folder.path.iterdir():
        data = file.read_bytes()
        for token in tokens:
            assert token.encode() not in data
            assert hash_of_token(token) not in data, "the database is encrypted"


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\ud800", "a" * 100_000])
def test_a_token_that_nobody_gave_out_is_nobodys(clinic: Clinic, eva: Person, token: str) -> None:
    clinic.log_in(eva)
    assert clinic.look(token) is None
    door = clinic.accounts.door
    assert door.enter_pin(token, PIN, clinic.now) == Refused(Refusal.PASSWORD_NEEDED)
    assert door.prove(token, GOOD, clinic.now, address=HERE, is_local=True) == Refused(Refusal.WRONG)
    door.lock(token)
    door.log_out(token, clinic.now)


def test_a_session_says_whose_it_is_and_from_where(clinic: Clinic, eva: Person) -> None:
    seen = clinic.look(clinic.log_in(eva))
    assert seen is not None
    assert (seen.person, seen.session.address, seen.session.is_local) == (eva, HERE, True)
    assert seen.session.strength is Strength.PASSWORD


def test_a_session_locks_after_fifteen_minutes_without_use_and_stays_locked(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    clinic.now += 15 * MINUTE
    assert not locked(clinic, token)
    clinic.now += SECOND
    assert locked(clinic, token)
    clinic.now -= 10 * MINUTE
    assert locked(clinic, token)
    clinic.reopen()
    assert locked(clinic, token)


def test_use_keeps_a_session_open_and_what_a_page_asks_by_itself_does_not(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    for _ in range(6):
        clinic.now += 10 * MINUTE
        seen = clinic.look(token)
        assert seen is not None
        assert not seen.session.is_locked
    for _ in range(3):
        clinic.now += 5 * MINUTE
        clinic.look(token, counts=False)
    clinic.now += SECOND
    assert locked(clinic, token)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    started = clinic.now
    while clinic.now + 10 * MINUTE < started + 12 * HOUR:
        clinic.now += 10 * MINUTE
        assert clinic.look(token) is not None
    clinic.now = started + 12 * HOUR
    assert clinic.look(token) is None
    assert clinic.accounts.door.enter_pin(token, PIN, clinic.now) == Refused(Refusal.PASSWORD_NEEDED)
    clinic.now = started
    assert clinic.look(token) is None, "what has ended does not come back"


def test_use_is_written_down_once_a_minute_and_survives_a_restart(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    written = set()
    for _ in range(180):
        clinic.now += SECOND
        clinic.look(token)
        with clinic.accounts.file.looking() as rows:
            row = rows.logins.get(hash_of_token(token))
            assert row is not None
            written.add(row.used)
    assert len(written) == 4
    assert clinic.now - max(written) < MINUTE
    clinic.reopen()
    clinic.now += 14 * MINUTE
    assert not locked(clinic, token), "a restart ends no session"


@pytest.mark.parametrize("by", [-HOUR, 3 * DAY])
def test_a_wall_clock_that_is_set_neither_locks_a_session_nor_lengthens_it(
    clinic: Clinic, eva: Person, by: int
) -> None:
    token = clinic.log_in(eva)
    clinic.now += 5 * MINUTE
    assert clinic.look(token) is not None
    clinic.step(by)
    assert not locked(clinic, token)
    assert not isinstance(clinic.accounts.own.set_pin(token, PIN, clinic.now), Refused), "the password was just given"
    clinic.now += 14 * MINUTE
    assert not locked(clinic, token)
    clinic.now += 2 * MINUTE
    assert locked(clinic, token)
    clinic.now += 12 * HOUR
    assert clinic.look(token) is None


def test_a_wall_clock_that_was_set_back_while_the_station_was_away_locks(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    clinic.step(-HOUR)
    clinic.reopen()
    assert locked(clinic, token)


def test_a_pin_brings_back_and_attests_and_never_administers(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    seen = clinic.look(token)
    assert seen is not None
    assert recently_proved(seen.session, clinic.now)
    clinic.now += MINUTE
    clinic.accounts.door.lock(token)
    assert locked(clinic, token)
    back = clinic.accounts.door.enter_pin(token, PIN, clinic.now)
    assert isinstance(back, LoginSession)
    assert (back.strength, back.is_locked) == (Strength.PIN, False)
    assert recently_attested(back, clinic.now)
    assert not recently_proved(back, clinic.now), "the password of a minute ago is not that of whoever has the PIN"
    own = clinic.accounts.own
    assert own.set_pin(token, "8302", clinic.now) == Refused(Refusal.PASSWORD_NEEDED)
    proved = clinic.accounts.door.prove(token, GOOD, clinic.now, address=HERE, is_local=True)
    assert isinstance(proved, LoginSession)
    assert recently_proved(proved, clinic.now)
    assert not isinstance(own.set_pin(token, "8302", clinic.now), Refused)


def test_a_password_counts_as_just_given_for_ten_minutes(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    seen = clinic.look(token)
    assert seen is not None
    proved = [recently_proved(seen.session, clinic.now + at) for at in (0, 10 * MINUTE, 10 * MINUTE + 1, -SECOND)]
    assert proved == [True, True, False, False]


def test_five_wrong_pins_want_the_password_which_brings_the_pin_back(clinic: Clinic, eva: Person) -> None:
    token, other = clinic.log_in(eva), clinic.log_in(eva)
    door = clinic.accounts.door
    door.lock(token)
    answers = [door.enter_pin(token, "9999", clinic.now) for _ in range(5)]
    assert answers == [Refused(Refusal.WRONG)] * 4 + [Refused(Refusal.PASSWORD_NEEDED)]
    clinic.reopen()
    door = clinic.accounts.door
    assert door.enter_pin(token, PIN, clinic.now) == Refused(Refusal.PASSWORD_NEEDED)
    assert isinstance(door.enter_pin(other, PIN, clinic.now), LoginSession), "of this session alone"
    assert door.prove(token, OTHER, clinic.now, address=HERE, is_local=True) == Refused(Refusal.WRONG)
    assert locked(clinic, token)
    assert isinstance(door.prove(token, GOOD, clinic.now, address=HERE, is_local=True), LoginSession)
    assert isinstance(door.enter_pin(token, PIN, clinic.now), LoginSession)


def test_wrong_pins_lock_a_session_that_is_open(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    for _ in range(5):
        clinic.accounts.door.enter_pin(token, "9999", clinic.now)
    assert locked(clinic, token)


def test_a_pin_unlocks_the_session_of_its_person_alone(clinic: Clinic, eva: Person) -> None:
    max_ = clinic.person("Max Muster")
    token = clinic.log_in(max_)
    clinic.accounts.door.lock(token)
    assert clinic.accounts.door.enter_pin(token, PIN, clinic.now) == Refused(Refusal.PASSWORD_NEEDED)
    assert locked(clinic, token)
    assert eva.has_pin


def test_coming_back_from_elsewhere_needs_the_second_factor_again(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel", with_totp=True)
    token = clinic.log_in(eva, address=TABLET)
    door = clinic.accounts.door
    door.lock(token)
    prove = {"address": TABLET, "is_local": False}
    assert door.prove(token, GOOD, clinic.now, **prove) == Refused(Refusal.CODE_NEEDED)  # type: ignore[arg-type]
    assert isinstance(
        door.prove(token, GOOD, clinic.now + 30 * SECOND, code=clinic.code(eva), **prove),  # type: ignore[arg-type]
        LoginSession,
    )


def test_all_sessions_of_a_person_are_ended_at_once(clinic: Clinic, eva: Person) -> None:
    tokens = [clinic.log_in(eva) for _ in range(3)]
    others = clinic.log_in(clinic.person("Max Muster"))
    assert len(clinic.accounts.door.sessions_of(eva.id, clinic.now)) == 3
    assert clinic.accounts.door.end_all(eva.id, clinic.now, but=tokens[0]) == 2
    assert [clinic.look(token) is not None for token in [*tokens, others]] == [True, False, False, True]
    assert [one.person for one in clinic.accounts.door.sessions_of(eva.id, clinic.now)] == [eva.id]


def test_who_is_disabled_is_out_at_once_and_nobodys_permission_holds(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    gone = clinic.accounts.people.disable(eva.id, clinic.now, by="Ada")
    assert clinic.look(token) is None
    assert not may(gone, Permission.RECORD)
    assert clinic.try_in(eva) == Refused(Refusal.WRONG)
    back = clinic.accounts.people.enable(eva.id, clinic.now, by="Ada")
    assert clinic.look(token) is None, "the session of before does not come back"
    assert may(back, Permission.RECORD)
    assert clinic.look(clinic.log_in(eva)) is not None


def test_what_was_done_by_logging_out_is_not_undone(clinic: Clinic, eva: Person) -> None:
    token = clinic.log_in(eva)
    clinic.accounts.door.log_out(token, clinic.now)
    assert clinic.look(token) is None
    assert clinic.accounts.door.prove(token, GOOD, clinic.now, address=HERE, is_local=True) == Refused(Refusal.WRONG)


def test_where_somebody_was_is_forgotten_after_a_month(clinic: Clinic, eva: Person) -> None:
    clinic.log_in(eva)
    clinic.now += 31 * DAY
    clinic.log_in(eva, address=HERE)
    with clinic.accounts.file.looking() as rows:
        assert len(rows.logins.of(eva.id)) == 1
        assert not rows.logins.was_at(eva.id, ELSEWHERE)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_form_belongs_to_one_session(one: str, other: str) -> None:
    assert csrf_holds(one, csrf_of(one)) == bool(one)
    assert not csrf_holds(one, other)
    assert csrf_holds(one, csrf_of(other)) == (bool(one) and one == other)
    assert one not in csrf_of(one) or not one or set(one) <= set("0123456789abcdef")
