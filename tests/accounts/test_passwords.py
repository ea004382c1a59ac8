"""Passwords: long rather than complicated, never one that is guessed, kept as argon2id, in one form."""

from __future__ import annotations

import threading
from unicodedata import normalize

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn.matching import RANKED_DICTIONARIES

from devicelog.accounts.door import LoggedIn
from devicelog.accounts.password import Passwords, check_password, check_pin
from devicelog.accounts.proving import Refusal, Refused
from devicelog.errors import BadInputError, NotNowError
from tests.accounts.conftest import GOOD, HERE, OTHER, Clinic
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(CHEAPEST)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
        "devicelogdevicelog",
        "mesotherapie2026",
        "praxisbeispiel1",
        "Beispiel-Eva-1984",
        "iloveyouiloveyou",
        "letmeinletmein",
        "Passwort12345",
        "EvaBeispielEvaBeispiel!",
        "Mesotherapie-Praxis-2026",
    ],
)
def test_what_can_be_guessed_is_refused_without_saying_it(password: str) -> None:
    with pytest.raises(BadInputError, match="easily guessed") as refused:
        check_password(password, ("Dr Eva Beispiel", "eva.beispiel"))
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", [GOOD, OTHER, "zj4 kq91 mmv", "ΩΨ тихий колодец 7", "x7f" + "correct horse battery " * 11]
)
def test_no_composition_is_asked_for_and_long_ones_are_taken(password: str) -> None:
    check_password(password, ("Dr Eva Beispiel", "eva"))


def test_short_and_endless_ones_are_refused() -> None:
    with pytest.raises(BadInputError, match="11 characters; expected 12"):
        check_password("fern quarry")
    with pytest.raises(BadInputError, match="257 characters; expected 256"):
        check_password("fern quarry lamp ninety velvet anchor moth".ljust(257, "q"))


def test_what_a_password_was_held_against_is_forgotten() -> None:
    check_password(GOOD, ("Dr Eva Beispiel",))
    assert "user_inputs" not in RANKED_DICTIONARIES


@settings(max_examples=40)
@given(text=st.text(min_size=1, max_size=60))
def test_a_password_is_the_same_however_its_letters_are_composed(passwords: Passwords, text: str) -> None:
    kept = passwords.hash(normalize("NFD", text))
    assert passwords.is_right(kept, normalize("NFC", text))
    assert not passwords.is_right(kept, text + "x")
    assert not passwords.is_right(None, text)


@settings(max_examples=30)
@given(text=st.text(max_size=80), name=st.text(max_size=20))
def test_whatever_is_typed_as_a_new_one_is_taken_or_refused_in_a_sentence(text: str, name: str) -> None:
    said = ""
    try:
        check_password(text, (name,))
    except BadInputError as error:
        said = str(error)
    assert said.endswith(".") if said else len(normalize("NFC", text)) >= 12


def test_blanks_and_capitals_of_a_password_count(passwords: Passwords) -> None:
    kept = passwords.hash(GOOD)
    assert not passwords.is_right(kept, GOOD + " ")
    assert not passwords.is_right(kept, GOOD.upper())


def test_what_is_kept_is_argon2id_with_the_usual_parameters() -> None:
    kept = Passwords().hash(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY


def test_bytes_that_are_no_text_are_wrong_and_nothing_else(passwords: Passwords) -> None:
    assert not passwords.is_right(passwords.hash(GOOD), "\ud800" * 12)
    assert not passwords.is_right("not a hash", GOOD)


def test_what_was_hashed_with_other_parameters_is_hashed_anew_at_the_next_log_in(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(GOOD)
    with clinic.accounts.file.changing() as rows:
        rows.people.set_password(eva.id, old)
    assert clinic.try_in(eva, OTHER) == Refused(Refusal.WRONG)
    assert _kept(clinic, eva.id) == old
    assert isinstance(clinic.try_in(eva), LoggedIn)
    assert extract_parameters(_kept(clinic, eva.id)) == CHEAPEST
    assert isinstance(clinic.try_in(eva), LoggedIn)


def _kept(clinic: Clinic, person: str) -> str:
    with clinic.accounts.file.looking() as rows:
        return rows.people.proofs(person).password or ""


def test_an_unknown_name_costs_a_hash_as_a_known_one_does(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    eva = clinic.person("Eva Beispiel")
    gone = clinic.person("Gone Away")
    clinic.accounts.people.disable(gone.id, clinic.now, by="Test")
    invited = "nobody"
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str, password: str | bytes) -> bool:  # noqa: A002
        hashed.append(str(hash))
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers = [clinic.try_in(who, "wrong") for who in (eva, gone, invited)]
    assert answers == [Refused(Refusal.WRONG)] * 3
    assert [extract_parameters(one) for one in hashed] == [CHEAPEST] * 3


def test_many_at_once_are_told_to_wait_and_hash_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, running, most, refused = Passwords(CHEAPEST), [0], [0], []
    kept = passwords.hash(GOOD)
    gate, verify = threading.Event(), PasswordHasher.verify

    def slow(self: PasswordHasher, hash: str, password: str | bytes) -> bool:  # noqa: A002
        running[0] += 1
        most[0] = max(most[0], running[0])
        gate.wait(PATIENCE)
        running[0] -= 1
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", slow)

    def one() -> None:
        try:
            assert passwords.is_right(kept, GOOD)
        except NotNowError as error:
            refused.append(str(error))
            if len(refused) == 3:
                gate.set()  # the nine that found room are waiting

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(refused) == 3
    assert most == [1]


@pytest.mark.parametrize("pin", ["1234", "4321", "0000", "1212", "2468", "1221", "123", "12345a", "١٢٣٤", "1" * 13, ""])
def test_a_pin_that_everybody_tries_first_is_refused(pin: str) -> None:
    with pytest.raises(BadInputError):
        check_pin(pin)


@pytest.mark.parametrize("pin", ["4071", "80251", "914662"])
def test_a_pin_without_a_pattern_is_taken(pin: str) -> None:
    check_pin(pin)


def test_a_password_is_changed_with_the_old_one_and_ends_the_other_sessions(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    own, other = clinic.log_in(eva), clinic.log_in(eva)
    change = clinic.accounts.own.change_password
    assert change(own, OTHER, OTHER, clinic.now, address=HERE, is_local=True) == Refused(Refusal.WRONG)
    with pytest.raises(BadInputError, match="easily guessed"):
        change(own, GOOD, "beispielbeispiel", clinic.now, address=HERE, is_local=True)
    assert clinic.look(other) is not None
    assert not isinstance(change(own, GOOD, OTHER, clinic.now, address=HERE, is_local=True), Refused)
    assert clinic.look(own) is not None
    assert clinic.look(other) is None
    assert clinic.try_in(eva, GOOD) == Refused(Refusal.WRONG)
    assert isinstance(clinic.try_in(eva, OTHER), LoggedIn)
