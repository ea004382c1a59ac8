"""What happens to people and tokens is provable: each change is an act in the chain of seals, with no secret in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.accounts.people import Description
from devicelog.acts.accounts import AccountAct
from devicelog.clock import utc
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.ledger import decode
from devicelog.store.accounts.acts import standing, told_otherwise
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store
from devicelog.witness.claim import claim_of
from tests.accounts.conftest import GOOD, MINUTE

if TYPE_CHECKING:
    from typing import Any

    from tests.accounts.conftest import Clinic


def written(clinic: Clinic) -> list[dict[str, Any]]:
    """Let what waits be written; all acts of the store."""
    with Writer.open(clinic.folder.path) as writer:
        clinic.accounts.record(writer)
        return [decode(act.body) for _, act in writer.acts()]


def a_day(clinic: Clinic) -> tuple[str, str]:
    """All that can happen to people and tokens; the ids of a person and a token."""
    people, tokens = clinic.accounts.people, clinic.accounts.tokens
    clinic.first_admin("Ada Adminova")
    eva = clinic.person("Eva Beispiel", with_totp=True)
    clinic.now += MINUTE
    people.change_roles(eva.id, ["practitioner", "reviewer"], clinic.now, by="Ada Adminova")
    people.disable(eva.id, clinic.now, by="Ada Adminova")
    people.enable(eva.id, clinic.now, by="Ada Adminova")
    people.give_code(eva.id, clinic.now, by="root")
    made = tokens.make("archive", ["exports:read"], 9, clinic.now, by="Ada Adminova")
    tokens.revoke(made.token.id, clinic.now, by="Ada Adminova")
    return eva.id, made.token.id


def test_each_change_is_an_act_with_by_and_at(clinic: Clinic) -> None:
    eva, token = a_day(clinic)
    acts = written(clinic)
    assert [act["act"] for act in acts] == [
        "person_added",
        "person_added",
        "person_roles_changed",
        "person_disabled",
        "person_enabled",
        "person_code_given",
        "token_made",
        "token_revoked",
    ]
    assert {act["act"] for act in acts} == set(AccountAct)
    first, _, changed, *_, made, _ = acts
    assert (first["by"], first["name"], first["roles"]) == ("Ada Adminova", "Ada Adminova", ["admin"])
    assert (changed["person"], changed["by"], changed["at"]) == (eva, "Ada Adminova", utc(clinic.now))
    assert (changed["before"], changed["roles"]) == (["practitioner"], ["practitioner", "reviewer"])
    assert (made["token"], made["scopes"]) == (token, ["exports:read"])
    assert len({act["id"] for act in acts}) == len(acts)


def test_the_store_verifies_with_them_and_a_witness_takes_them(clinic: Clinic) -> None:
    a_day(clinic)
    written(clinic)
    with Reader.open(clinic.folder.path) as reader:
        findings = verify_store(reader)
        assert findings.holds, findings.faults
        claims = [claim_of(act) for _, act in reader.acts()]
        assert [claim.session for claim in claims] == [None] * 8
        assert told_otherwise(reader, clinic.accounts.file) == []


def test_no_secret_stands_in_an_act_or_in_the_store(clinic: Clinic) -> None:
    clinic.first_admin("Ada Adminova")
    given = clinic.accounts.people.add(Description("Eva Beispiel", "eva"), ["reviewer"], clinic.now, by="Ada")
    clinic.accept(given.code, with_totp=True)
    made = clinic.accounts.tokens.make("archive", ["exports:read"], 9, clinic.now, by="Ada")
    told = repr(written(clinic))
    with clinic.accounts.file.looking() as rows:
        proofs = [rows.people.proofs(person.id) for person in rows.people.all()]
    assert all(proof.password is not None and proof.password not in told for proof in proofs)
    for secret in (GOOD, given.code, made.secret, *clinic.secrets.values()):
        assert secret not in told


def test_what_waits_is_kept_over_a_restart_and_written_once(clinic: Clinic) -> None:
    clinic.first_admin()
    clinic.reopen()
    assert len(written(clinic)) == 1
    assert len(written(clinic)) == 1


def test_an_act_that_was_written_before_a_power_cut_is_not_written_again(clinic: Clinic) -> None:
    clinic.first_admin()
    with clinic.accounts.file.looking() as rows:
        (waiting,) = rows.acts.all()
    written(clinic)
    with clinic.accounts.file.changing() as rows:
        rows.acts.add(waiting.content)  # as if forgetting it had not become durable
    assert len(written(clinic)) == 1
    with clinic.accounts.file.looking() as rows:
        assert rows.acts.all() == []


def test_a_change_that_fails_leaves_no_act(clinic: Clinic) -> None:
    clinic.first_admin()
    with pytest.raises(BadInputError):
        clinic.accounts.people.add(Description("Ada Adminova", "ada2"), ["reviewer"], clinic.now, by="Ada")
    clinic.accounts.people.change_roles(
        clinic.accounts.people.all()[0].id, ["admin"], clinic.now, by="Ada"
    )  # which they are already
    assert len(written(clinic)) == 1


def test_what_waits_counts_as_told(clinic: Clinic) -> None:
    a_day(clinic)
    with Reader.open(clinic.folder.path) as reader:
        assert told_otherwise(reader, clinic.accounts.file) == []
        assert standing(reader).people == {}


def test_a_change_behind_the_back_of_the_acts_is_told(clinic: Clinic) -> None:
    eva, token = a_day(clinic)
    written(clinic)
    with clinic.accounts.file.changing() as rows:
        rows.people.set_roles(eva, [Role.ADMIN])
        rows.people.set_disabled(eva, 1)
        database = rows.people._database
        database.execute("UPDATE token SET revoked = NULL")
        database.execute(
            "INSERT INTO person (id, name, name_key, login, roles, created, created_by)"
            " VALUES ('person-x', 'Mallory', 'mallory', 'mallory', 'admin', 0, 'nobody')"
        )
    with Reader.open(clinic.folder.path) as reader:
        told = told_otherwise(reader, clinic.accounts.file)
    assert told == [
        f"the person Eva Beispiel ({eva}) does not hold in the accounts, and was not taken back by an act",
        f"the person Eva Beispiel ({eva}) has the roles admin, and the acts gave practitioner, reviewer",
        "the person Mallory (person-x) is in the accounts, and no act added it",
        f"the token archive ({token}) holds in the accounts, and was taken back by an act",
    ]


def test_accounts_that_were_lost_are_told(clinic: Clinic) -> None:
    clinic.first_admin()
    written(clinic)
    with clinic.accounts.file.changing() as rows:
        rows.people._database.execute("DELETE FROM person")
    with Reader.open(clinic.folder.path) as reader:
        (told,) = told_otherwise(reader, clinic.accounts.file)
    assert told.endswith("was added by an act, and is not in the accounts")


def test_the_last_admin_who_can_log_in_stays_one(clinic: Clinic) -> None:
    ada = clinic.first_admin()
    people = clinic.accounts.people
    people.add(Description("Invited Admin", "invited"), ["admin"], clinic.now, by="Ada")
    with pytest.raises(BadInputError, match="only admin who can log in"):
        people.disable(ada.id, clinic.now, by="Ada")
    with pytest.raises(BadInputError, match="only admin who can log in"):
        people.change_roles(ada.id, ["reviewer"], clinic.now, by="Ada")
    other = clinic.person("Other Admin", "admin")
    assert people.disable(ada.id, clinic.now, by=other.name).disabled == clinic.now
    with pytest.raises(BadInputError, match="is disabled"):
        people.give_code(ada.id, clinic.now, by="root")


def test_a_person_is_found_by_id_log_in_name_or_name(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    for who in (eva.id, "BEISPIEL", "eva  beispiel"):
        assert clinic.accounts.people.named(who) == eva
    with pytest.raises(UnknownNameError, match="did you mean 'beispiel'"):
        clinic.accounts.people.named("beispeil")


def test_what_goes_into_sessions_is_changed_and_the_name_is_not(clinic: Clinic) -> None:
    eva = clinic.person("Eva Beispiel")
    changed = clinic.accounts.people.describe(eva.id, " nurse ", "")
    assert (changed.name, changed.profession, changed.registration) == ("Eva Beispiel", "nurse", None)
