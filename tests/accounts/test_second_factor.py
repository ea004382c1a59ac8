"""The second factor: asked of admins and of whoever is not at this computer, and no code is ever taken twice."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pyotp
import pytest

from devicelog.accounts.door import LoggedIn
from devicelog.accounts.invitations import Accepted, Offer
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.session import needs_totp
from devicelog.accounts.totp import new_secret, opened, sealed, step_of
from devicelog.errors import BadInputError
from tests.accounts.conftest import GOOD, HERE, HOUR, MINUTE, OTHER, SECOND, TABLET

if TYPE_CHECKING:
    from tests.accounts.conftest import Clinic

#: RFC 6238, appendix B: the secret of SHA-1, and what it gives at which second (eight digits; six are their end).
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = {59: "94287082", 1111111109: "07081804", 1234567890: "89005924", 2000000000: "69279037"}


@pytest.mark.parametrize(("second", "digits"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(second: int, digits: str) -> None:
    assert step_of(RFC_SECRET, digits[-6:], second * SECOND, 0) == second // 30


def test_a_clock_that_differs_by_one_step_is_forgiven_and_no_more() -> None:
    secret, at = new_secret(), 1_767_258_000
    code = pyotp.TOTP(secret).at(at)
    taken = [step_of(secret, code, (at + 30 * steps) * SECOND, 0) is not None for steps in range(-3, 4)]
    assert taken == [False, False, True, True, True, False, False]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\ud800" * 6, "0" * 10_000])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert step_of(RFC_SECRET, code, 59 * SECOND, 0) is None


def test_who_needs_it(clinic: Clinic) -> None:
    admin, eva = clinic.first_admin(), clinic.person("Eva Beispiel")
    asked = [needs_totp(who, is_local) for who, is_local in itertools.product((admin, eva), (True, False))]
    assert asked == [True, True, False, True]


def test_an_admin_gives_it_everywhere(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    for address in (HERE, TABLET):
        assert clinic.try_in(admin, address=address) == Refused(Refusal.CODE_NEEDED)
        assert clinic.try_in(admin, address=address, code="000000") == Refused(Refusal.WRONG)
        assert isinstance(clinic.try_in(admin, address=address, code=clinic.code(admin)), LoggedIn)


def test_a_practitioner_gives_it_where_it_is_not_this_computer(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel", with_totp=True)
    assert isinstance(clinic.try_in(eva), LoggedIn)
    assert clinic.try_in(eva, address=TABLET) == Refused(Refusal.CODE_NEEDED)
    assert isinstance(clinic.try_in(eva, address=TABLET, code=clinic.code(eva)), LoggedIn)


def test_who_has_none_gets_in_at_this_computer_alone(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    assert clinic.try_in(eva, address=TABLET) == Refused(Refusal.SET_UP_NEEDED)
    assert clinic.try_in(eva, address=TABLET, code="123456") == Refused(Refusal.SET_UP_NEEDED)
    assert isinstance(clinic.try_in(eva), LoggedIn)


def test_a_session_of_this_computer_without_it_is_nothing_elsewhere(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    token = clinic.log_in(eva)
    assert clinic.look(token, is_local=False) is None
    assert clinic.look(token) is not None


def test_whoever_lacks_the_password_is_not_told_that_a_code_is_needed(clinic: Clinic) -> None:
    admin, eva = clinic.first_admin(), clinic.person("Eva Beispiel")
    for who in (admin.login, eva.login, "nobody"):
        assert clinic.try_in(who, OTHER, address=TABLET) == Refused(Refusal.WRONG)


def test_a_code_is_never_taken_twice_nor_an_older_one(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    older = clinic.code(admin)
    newer = clinic.code(admin)
    assert isinstance(clinic.try_in(admin, code=newer), LoggedIn)
    assert clinic.try_in(admin, code=newer) == Refused(Refusal.WRONG)
    assert clinic.try_in(admin, code=older) == Refused(Refusal.WRONG)
    clinic.reopen()
    assert clinic.try_in(admin, code=newer) == Refused(Refusal.WRONG)


def test_the_code_that_set_it_up_lets_nobody_in(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    used = pyotp.TOTP(clinic.secrets[admin.id]).at(clinic.now // SECOND)
    assert clinic.try_in(admin, code=used) == Refused(Refusal.WRONG)


def test_a_recovery_code_lets_in_once(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    given = clinic.accounts.people.give_code(admin.id, clinic.now, by="root")
    done = clinic.accept(given.code, with_totp=True)
    assert isinstance(done, Accepted)
    first, *others = done.recovery_codes
    assert isinstance(clinic.try_in(admin, code=first.lower()), LoggedIn)
    assert clinic.try_in(admin, code=first) == Refused(Refusal.WRONG)
    assert clinic.accounts.people.get(admin.id).recovery_codes == len(others) == 9


def test_recovery_codes_are_another_persons_to_nobody(clinic: Clinic) -> None:
    ada, eva = clinic.first_admin(), clinic.person("Eva Beispiel", with_totp=True)
    token = clinic.log_in(eva)
    codes = clinic.accounts.own.new_recovery_codes(token, clinic.now)
    assert isinstance(codes, tuple)
    assert clinic.try_in(ada, code=codes[0]) == Refused(Refusal.WRONG)
    assert isinstance(clinic.try_in(eva, address=TABLET, code=codes[0]), LoggedIn)


def test_it_is_set_up_by_whoever_has_just_given_the_password(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    token = clinic.log_in(eva)
    own = clinic.accounts.own
    offer = own.offer_totp(token, clinic.now)
    assert isinstance(offer, Offer)
    assert own.offer_totp(token, clinic.now) == offer
    with pytest.raises(BadInputError, match="not right"):
        own.confirm_totp(token, "000000", clinic.now)
    assert not clinic.accounts.people.get(eva.id).has_totp
    codes = own.confirm_totp(token, pyotp.TOTP(offer.secret).at(clinic.now // SECOND), clinic.now)
    assert isinstance(codes, tuple)
    assert len(codes) == 10
    clinic.secrets[eva.id] = offer.secret
    assert isinstance(clinic.try_in(eva, address=TABLET, code=clinic.code(eva)), LoggedIn)
    clinic.now += 11 * MINUTE
    for refused in (own.offer_totp(token, clinic.now), own.new_recovery_codes(token, clinic.now)):
        assert refused == Refused(Refusal.PASSWORD_NEEDED)


def test_its_secret_is_sealed_for_one_person_under_the_key_of_the_store(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    with clinic.accounts.file.looking() as rows:
        kept = rows.people.proofs(admin.id).totp
    assert kept is not None
    assert clinic.secrets[admin.id].encode() not in kept
    key = clinic.accounts.file.secret("totp")
    assert opened(key, admin.id, kept) == clinic.secrets[admin.id]
    assert opened(key, "person-0", kept) is None
    assert opened(clinic.accounts.file.secret("tries"), admin.id, kept) is None
    assert opened(key, admin.id, sealed(key, admin.id, "x")[:-1]) is None


def test_who_logs_in_with_a_password_alone_cannot_become_an_admin(clinic: Clinic) -> None:
    clinic.first_admin()
    eva = clinic.person("Eva Beispiel", password=GOOD)
    change = clinic.accounts.people.change_roles
    with pytest.raises(BadInputError, match="no second factor"):
        change(eva.id, ["practitioner", "admin"], clinic.now, by="Ada")
    max_ = clinic.person("Max Muster", with_totp=True)
    token = clinic.log_in(max_)
    assert change(max_.id, ["practitioner", "admin"], clinic.now, by="Ada").is_admin
    assert clinic.look(token) is None, "what was begun with fewer rights ends"


def test_a_clock_that_was_set_back_keeps_nobody_out_and_takes_no_code_twice(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel", with_totp=True)
    used = [clinic.code(eva) for _ in range(3)]
    before = clinic.now
    assert isinstance(clinic.try_in(eva, address=TABLET, code=used[-1]), LoggedIn)

    # when the clock is set back to where it should have been
    clinic.step(-HOUR)
    new = clinic.code(eva)
    assert isinstance(clinic.try_in(eva, address=TABLET, code=new), LoggedIn)
    assert clinic.try_in(eva, address=TABLET, code=new) == Refused(Refusal.WRONG)

    # then the time comes again at which a code was used, and it is refused although its time is now
    clinic.step(before - clinic.now)
    assert clinic.try_in(eva, address=TABLET, code=used[-1]) == Refused(Refusal.WRONG)
    assert isinstance(clinic.try_in(eva, address=TABLET, code=clinic.code(eva)), LoggedIn)


def test_without_a_clock_that_was_set_back_no_code_of_before_the_last_one_is_taken(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel", with_totp=True)
    earlier, last = clinic.code(eva), clinic.code(eva)
    assert isinstance(clinic.try_in(eva, address=TABLET, code=last), LoggedIn)
    assert clinic.try_in(eva, address=TABLET, code=earlier) == Refused(Refusal.WRONG)
