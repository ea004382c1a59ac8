"""No default account: the first start gives a code, and everybody sets the own password with a code of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.invitations import Accepted, Chosen, Invitation
from devicelog.accounts.people import Description
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.secret import hash_of_code, is_code, new_code
from devicelog.errors import BadInputError, UnknownNameError
from tests.accounts.conftest import DAY, ELSEWHERE, GOOD, HERE, HOUR, OTHER, SECOND, TABLET

if TYPE_CHECKING:
    from tests.accounts.conftest import Clinic


def test_a_new_station_has_nobody_and_lets_nobody_in(clinic: Clinic) -> None:
    assert clinic.accounts.people.all() == []
    for login in ("admin", "root", "devicelog", ""):
        assert clinic.try_in(login, "admin", address=f"10.0.0.{len(login)}") == Refused(Refusal.WRONG)


def test_the_first_code_makes_an_admin_who_is_nothing_else(clinic: Clinic) -> None:
    admin = clinic.first_admin("Ada Adminova")
    assert (admin.name, admin.login) == ("Ada Adminova", "adminova")
    assert admin.roles == {Role.ADMIN}
    assert admin.has_totp
    assert clinic.accounts.people.first_code(clinic.now) is None
    assert isinstance(clinic.try_in(admin, code=clinic.code(admin)), LoggedIn)


def test_the_first_code_is_used_once(clinic: Clinic) -> None:
    given = clinic.accounts.people.first_code(clinic.now)
    assert given is not None
    clinic.first_admin()  # which asked for another one
    for code in (given.code, new_code()):
        found = clinic.accounts.invitations.look(code, clinic.now, address=HERE, is_local=True)
        assert found == Refused(Refusal.WRONG)


def test_a_start_takes_the_first_code_of_the_one_before_back(clinic: Clinic) -> None:
    older = clinic.accounts.people.first_code(clinic.now)
    newer = clinic.accounts.people.first_code(clinic.now)
    assert older is not None
    assert newer is not None
    look = clinic.accounts.invitations.look
    assert look(older.code, clinic.now, address=HERE, is_local=True) == Refused(Refusal.WRONG)
    assert isinstance(look(newer.code, clinic.now, address=HERE, is_local=True), Invitation)


def test_a_code_runs_out(clinic: Clinic) -> None:
    given = clinic.accounts.people.first_code(clinic.now)
    assert given is not None
    assert given.expires == clinic.now + DAY
    look = clinic.accounts.invitations.look
    assert isinstance(look(given.code, given.expires - SECOND, address=HERE, is_local=True), Invitation)
    assert look(given.code, given.expires, address=HERE, is_local=True) == Refused(Refusal.WRONG)


def test_the_first_admin_needs_an_authenticator_and_a_refused_try_leaves_the_code_good(clinic: Clinic) -> None:
    given = clinic.accounts.people.first_code(clinic.now)
    assert given is not None
    described = Description("Ada Adminova", "ada")
    accept, invitations = clinic.accounts.invitations.accept_first, clinic.accounts.invitations
    with pytest.raises(BadInputError, match="no code of an authenticator"):
        accept(given.code, described, Chosen(GOOD), clinic.now, address=HERE)
    invitations.look(given.code, clinic.now, address=HERE, is_local=True)
    with pytest.raises(BadInputError, match="authenticator is not right"):
        accept(given.code, described, Chosen(GOOD, "000000"), clinic.now, address=HERE)
    assert clinic.accounts.people.all() == []
    assert clinic.first_admin().is_admin


def test_codes_can_be_read_out_and_typed_anyhow() -> None:
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert len({new_code() for _ in range(50)}) == 50
    typed = f" {code.lower().replace('-', ' ')} ".replace("0", "o").replace("1", "l")
    assert is_code(typed)
    assert hash_of_code(typed) == hash_of_code(code)
    assert not is_code("123456")


def test_whoever_is_invited_sets_the_own_password_once(clinic: Clinic) -> None:
    given = clinic.accounts.people.add(
        Description("Dr Eva Beispiel", "Eva", "physician", "GMC 1234567"), ["practitioner"], clinic.now, by="Ada"
    )
    assert clinic.try_in("eva", given.code) == Refused(Refusal.WRONG)
    done = clinic.accept(given.code)
    assert isinstance(done, Accepted)
    assert (done.person.profession, done.person.registration) == ("physician", "GMC 1234567")
    assert (done.person.created_by, done.recovery_codes) == ("Ada", ())
    assert isinstance(clinic.try_in("EVA"), LoggedIn)
    assert clinic.accept(given.code, OTHER) == Refused(Refusal.WRONG)


def test_an_invitation_that_is_used_elsewhere_needs_an_authenticator_and_gives_recovery_codes(clinic: Clinic) -> None:
    given = clinic.accounts.people.add(Description("Eva Muster", "eva"), ["practitioner"], clinic.now, by="Ada")
    accept = clinic.accounts.invitations.accept
    with pytest.raises(BadInputError, match="no code of an authenticator"):
        accept(given.code, Chosen(GOOD), clinic.now, address=TABLET, is_local=False)
    done = clinic.accept(given.code, address=TABLET)
    assert isinstance(done, Accepted)
    assert len(set(done.recovery_codes)) == 10
    assert done.person.recovery_codes == 10


def test_the_authenticator_is_offered_once_and_shown_the_same_again(clinic: Clinic) -> None:
    given = clinic.accounts.people.add(Description("Eva Muster", "eva"), ["practitioner"], clinic.now, by="Ada")
    offers = []
    for _ in range(2):
        found = clinic.accounts.invitations.look(given.code, clinic.now, address=HERE, is_local=True)
        assert isinstance(found, Invitation)
        offers.append(found.offer)
        clinic.reopen()
    assert offers[0] == offers[1]
    assert offers[0].uri.startswith("otpauth://totp/devicelog:eva?secret=" + offers[0].secret)


def test_a_code_for_who_lost_all_sets_everything_anew_and_ends_the_sessions(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    token = clinic.log_in(admin)
    lost = clinic.secrets.pop(admin.id)
    given = clinic.accounts.people.give_code(admin.id, clinic.now, by="root")
    clinic.now += HOUR
    done = clinic.accept(given.code, OTHER, with_totp=True)
    assert isinstance(done, Accepted)
    assert clinic.look(token) is None
    assert clinic.secrets[admin.id] != lost
    assert isinstance(clinic.try_in(admin, OTHER, code=clinic.code(admin)), LoggedIn)
    assert clinic.try_in(admin, GOOD, code=clinic.code(admin)) == Refused(Refusal.WRONG)


def test_a_code_for_who_forgot_the_password_alone_keeps_the_authenticator(clinic: Clinic) -> None:
    admin = clinic.first_admin()
    given = clinic.accounts.people.give_code(admin.id, clinic.now, by="root")
    assert isinstance(clinic.accept(given.code, OTHER), Accepted)
    assert clinic.try_in(admin, OTHER) == Refused(Refusal.CODE_NEEDED)
    assert isinstance(clinic.try_in(admin, OTHER, code=clinic.code(admin)), LoggedIn)


def test_guessing_codes_is_throttled_at_its_address_alone(clinic: Clinic) -> None:
    given = clinic.accounts.people.add(Description("Eva Muster", "eva"), ["practitioner"], clinic.now, by="Ada")
    for _ in range(5):
        assert clinic.accept(new_code(), address=ELSEWHERE) == Refused(Refusal.WRONG)
    assert clinic.accept(given.code, address=ELSEWHERE) == Refused(Refusal.WAIT, 60)
    assert isinstance(clinic.accept(given.code), Accepted)


def test_a_name_in_records_is_one_persons(clinic: Clinic) -> None:
    clinic.person("Dr Eva Beispiel")
    add = clinic.accounts.people.add
    for name in ("Dr Eva Beispiel", " dr  eva BEISPIEL ", "Dr Eva Ｂeispiel"):
        with pytest.raises(BadInputError, match="records tell people by their names"):
            add(Description(name, "other"), ["practitioner"], clinic.now, by="Ada")
    with pytest.raises(BadInputError, match="'beispiel' is taken"):
        add(Description("Somebody Else", "Beispiel"), ["practitioner"], clinic.now, by="Ada")


@pytest.mark.parametrize(
    ("name", "login", "says"),
    [
        ("", "eva", "empty name"),
        ("E\u200bva", "eva", "cannot be seen"),
        ("Eva\udcff", "eva", "cannot be seen"),
        ("x" * 121, "eva", "121 characters"),
        ("Eva", "", "empty log-in name"),
        ("Eva", "e", "two characters"),
        ("Eva", "eva m", "no blank"),
    ],
)
def test_names_that_a_record_cannot_show_are_refused(clinic: Clinic, name: str, login: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        clinic.accounts.people.add(Description(name, login), ["practitioner"], clinic.now, by="Ada")


def test_a_role_that_is_none_is_refused(clinic: Clinic) -> None:
    with pytest.raises(UnknownNameError, match="practitioner"):
        clinic.accounts.people.add(Description("Eva", "eva"), ["superuser"], clinic.now, by="Ada")
    with pytest.raises(BadInputError, match="found no role"):
        clinic.accounts.people.add(Description("Eva", "eva"), [], clinic.now, by="Ada")
