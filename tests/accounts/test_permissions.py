"""Who may what, from one table: an admin writes nothing clinical, a token does what its scopes say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devicelog.account import Person, Role, Scope, ServiceToken
from devicelog.accounts.permission import ROLES, SCOPES, Permission, may, permissions, sees

#: What changes a record, or stands in one.
CLINICAL = {
    Permission.RECORD,
    Permission.AMEND_OWN,
    Permission.EDIT_SUBJECTS,
    Permission.SIGN_OWN,
    Permission.SIGN_ALL,
    Permission.REVIEW,
}
#: What shows of a patient.
RECORDS = {
    Permission.SEE_OWN,
    Permission.SEE_ALL,
    Permission.READ_SESSIONS,
    Permission.READ_ENTRIES,
    Permission.WATCH_LIVE,
    Permission.EXPORT,
    Permission.DELIVER,
}
NOBODY = Person("person-1", "Dr Eva Beispiel", "eva", frozenset(), None, None, 0, "Ada", None, True, False, False, 0)
UNUSED = ServiceToken("token-1", "archive", frozenset(), 0, "Ada", 10, None, None, None)


def person(*roles: Role) -> Person:
    return replace(NOBODY, roles=frozenset(roles))


def token(*scopes: Scope) -> ServiceToken:
    return replace(UNUSED, scopes=frozenset(scopes))


def test_every_role_and_scope_has_its_line_and_every_permission_somebody() -> None:
    assert set(ROLES) == set(Role)
    assert set(SCOPES) == set(Scope)
    assert frozenset().union(*ROLES.values()) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_nobody_may_anything(permission: Permission) -> None:
    for who in (None, NOBODY, UNUSED, "admin", replace(person(*Role), disabled=1), replace(token(*Scope), revoked=1)):
        assert not may(who, permission)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_what_is_no_permission_is_refused(role: Role) -> None:
    for unknown in ("everything", "", "SEE_ALL", None):
        assert not may(person(role), unknown)  # type: ignore[arg-type]


def test_an_admin_sees_and_writes_nothing_of_a_patient() -> None:
    assert permissions(person(Role.ADMIN)).isdisjoint(CLINICAL | RECORDS)


def test_a_reviewer_reads_and_signs_off_and_records_nothing() -> None:
    assert permissions(person(Role.REVIEWER)) & CLINICAL == {Permission.REVIEW, Permission.SIGN_ALL}
    assert may(person(Role.REVIEWER), Permission.SEE_ALL)


def test_a_practitioner_records_and_sees_the_own_and_administers_nothing() -> None:
    own = permissions(person(Role.PRACTITIONER))
    assert {Permission.RECORD, Permission.AMEND_OWN, Permission.SIGN_OWN, Permission.SEE_OWN} <= own
    assert own.isdisjoint({Permission.SEE_ALL, Permission.REVIEW, Permission.SIGN_ALL})
    assert own.isdisjoint(permission for permission in Permission if permission.startswith("manage_"))


def test_several_roles_add_up() -> None:
    both = permissions(person(Role.PRACTITIONER, Role.ADMIN))
    assert both == permissions(person(Role.PRACTITIONER)) | permissions(person(Role.ADMIN))


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_gives_one_thing_and_no_token_manages_people(scope: Scope) -> None:
    assert len(permissions(token(scope))) == 1
    everything = permissions(token(*Scope))
    assert everything.isdisjoint({Permission.MANAGE_PEOPLE, Permission.MANAGE_TOKENS, Permission.MANAGE_KEYS})
    assert everything & CLINICAL == {Permission.RECORD}


def test_whose_sessions_are_seen() -> None:
    practitioner, reviewer = person(Role.PRACTITIONER), person(Role.REVIEWER)
    assert sees(practitioner, "Dr Eva Beispiel")
    assert sees(practitioner, " dr eva  beispiel")
    assert not sees(practitioner, "Dr Eva Beispiel-Muster")
    assert sees(reviewer, "Somebody Else")
    assert not sees(person(Role.ADMIN), "Dr Eva Beispiel")
    assert not sees(replace(practitioner, disabled=1), "Dr Eva Beispiel")
    assert not sees(None, "Dr Eva Beispiel")
    assert sees(token(Scope.SESSIONS_READ), "Somebody Else")
    assert not sees(replace(token(Scope.SESSIONS_READ), revoked=1), "Somebody Else")
