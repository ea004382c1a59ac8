"""Who has an account: adding people, their roles, and the one-time codes with which each sets a password alone.

Nobody is ever deleted: what they recorded names them. Every change comes with the act that tells it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from devicelog import clock
from devicelog.account import Person, Role
from devicelog.accounts.person import key_of, login_key, login_of, roles_of, text_of, title_of
from devicelog.accounts.secret import hash_of_code, new_code, new_id
from devicelog.acts.accounts import AccountAct
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.store.accounts.accounts import AccountsFile, Rows
from devicelog.store.accounts.people import CodeRow

_HOUR = 3600 * 1_000_000_000
#: How long the first code, a code from the command line, and an invitation hold (ns).
FIRST_CODE_HOLDS = CODE_HOLDS = 24 * _HOUR
INVITATION_HOLDS = 72 * _HOUR

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Description:
    """What an account is made of. Names are checked when they are kept."""

    name: str
    login: str
    profession: str | None = None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code to be shown once; `expires` is a wall time in ns. `person` is None for the first one."""

    code: str
    expires: int
    person: Person | None = None


class People:
    """The accounts of people. `by` is the name of who does it, `now` the wall time in ns."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def all(self) -> list[Person]:
        """Everybody, also who is disabled, in the order in which they came."""
        with self._file.looking() as rows:
            return rows.people.all()

    def get(self, id_: str) -> Person:
        """The person of that id; UnknownNameError for nobody."""
        with self._file.looking() as rows:
            return known(rows, id_)

    def named(self, who: str) -> Person:
        """The person of that id, log-in name or name; UnknownNameError for nobody."""
        with self._file.looking() as rows:
            found = rows.people.get(who) or rows.people.by_login(login_key(who)) or rows.people.by_name_key(key_of(who))
            if found is None:
                raise UnknownNameError("person", who, [person.login for person in rows.people.all()])
            return found

    def first_code(self, now: int) -> OneTimeCode | None:
        """The code with which the first admin is made; None once there is anybody. The one before holds no more."""
        code, expires = new_code(), now + FIRST_CODE_HOLDS
        with self._file.changing() as rows:
            if rows.people.all():
                return None
            rows.people.give_code(CodeRow(hash_of_code(code), None, expires, None))
        _log.info("first code given")
        return OneTimeCode(code, expires)

    def add(self, described: Description, roles: Iterable[str], now: int, *, by: str) -> OneTimeCode:
        """A new person, and the code with which they set their password; BadInputError for a name that is taken."""
        code, expires = new_code(), now + INVITATION_HOLDS
        with self._file.changing() as rows:
            person = insert(rows, described, roles_of(tuple(roles)), now, by)
            rows.people.give_code(CodeRow(hash_of_code(code), person.id, expires, None))
        _log.info("person added", person=person.id)
        return OneTimeCode(code, expires, person)

    def give_code(self, id_: str, now: int, *, by: str) -> OneTimeCode:
        """A new one-time code for who forgot the password or lost the authenticator; older ones hold no more."""
        code, expires = new_code(), now + CODE_HOLDS
        with self._file.changing() as rows:
            person = known(rows, id_)
            if person.disabled is not None:
                raise BadInputError(f"{person.name} is disabled; enable the account first.")
            rows.people.give_code(CodeRow(hash_of_code(code), person.id, expires, None))
            tell(rows, AccountAct.CODE_GIVEN, now, by, person=person.id, name=person.name)
        _log.info("one-time code given", person=person.id)
        return OneTimeCode(code, expires, person)

    def describe(self, id_: str, profession: str | None, registration: str | None) -> Person:
        """Change profession and number of registration. The name stays: it stands in records."""
        made = title_of(profession, "profession"), title_of(registration, "number of registration")
        with self._file.changing() as rows:
            known(rows, id_)
            rows.people.describe(id_, *made)
            return known(rows, id_)

    def change_roles(self, id_: str, roles: Iterable[str], now: int, *, by: str) -> Person:
        """Give other roles; the person logs in anew. BadInputError if nobody would be left to administer.

        Who logs in with a password alone sets up an authenticator before becoming an admin.
        """
        made = roles_of(tuple(roles))
        with self._file.changing() as rows:
            person = known(rows, id_)
            if made == person.roles:
                return person
            if Role.ADMIN in made and person.has_password and not person.has_totp:
                found = f"{person.name} has no second factor, which an admin needs"
                raise BadInputError(f"{found}; set up an authenticator first, or give a new one-time code.")
            if Role.ADMIN not in made:
                _refuse_last_admin(rows, person)
            rows.people.set_roles(id_, made)
            _log.warning("roles changed", person=id_)
            rows.logins.end_all(id_, now, "roles changed")
            tell(rows, AccountAct.ROLES_CHANGED, now, by, **_told(person, made), before=sorted(person.roles))
            return known(rows, id_)

    def disable(self, id_: str, now: int, *, by: str) -> Person:
        """End all sessions and codes of a person, who may not log in any more. Not of the last admin."""
        with self._file.changing() as rows:
            person = known(rows, id_)
            if person.disabled is None:
                _refuse_last_admin(rows, person)
                rows.people.set_disabled(id_, now)
                _log.warning("account disabled", person=id_)
                rows.people.take_code_back(id_)
                rows.logins.end_all(id_, now, "disabled")
                tell(rows, AccountAct.PERSON_DISABLED, now, by, **_told(person, person.roles))
            return known(rows, id_)

    def enable(self, id_: str, now: int, *, by: str) -> Person:
        """Let a person log in again, as before."""
        with self._file.changing() as rows:
            person = known(rows, id_)
            if person.disabled is not None:
                rows.people.set_disabled(id_, None)
                _log.warning("account enabled", person=id_)
                tell(rows, AccountAct.PERSON_ENABLED, now, by, **_told(person, person.roles))
            return known(rows, id_)


def known(rows: Rows, id_: str) -> Person:
    """The person of that id; UnknownNameError for nobody."""
    person = rows.people.get(id_)
    if person is None:
        raise UnknownNameError("person", id_, [one.id for one in rows.people.all()])
    return person


def insert(rows: Rows, described: Description, roles: frozenset[Role], now: int, by: str | None) -> Person:
    """Keep a new person, and the act; `by` None: himself. BadInputError for a name that cannot be or is taken."""
    name, login = text_of(described.name, "name"), login_of(described.login)
    profession = title_of(described.profession, "profession")
    registration = title_of(described.registration, "number of registration")
    if rows.people.by_name_key(key_of(name)) is not None:
        found = f"somebody here is called {name!r} already, and records tell people by their names"
        raise BadInputError(f"{found}; add to the name, or enable the account that is there.")
    if rows.people.by_login(login) is not None:
        raise BadInputError(f"the log-in name {login!r} is taken; expected another one.")
    id_, who = new_id("person"), by if by is not None else name
    bare = (False, False, False, 0)
    rows.people.add(Person(id_, name, login, roles, profession, registration, now, who, None, *bare), key_of(name))
    person = known(rows, id_)
    tell(rows, AccountAct.PERSON_ADDED, now, who, **_told(person, roles))
    return person


def tell(rows: Rows, act: AccountAct, now: int, by: str, **more: Any) -> None:
    """Let an act wait for the chain of seals."""
    rows.acts.add({"act": act.value, "id": new_id("act"), "by": by, "at": clock.utc(now), **more})


def _told(person: Person, roles: frozenset[Role]) -> dict[str, Any]:
    return {"person": person.id, "name": person.name, "roles": sorted(roles)}


def _refuse_last_admin(rows: Rows, person: Person) -> None:
    others = [one for one in rows.people.all() if one.is_admin and one.disabled is None and one.has_password]
    if person.is_admin and person.disabled is None and all(one.id == person.id for one in others):
        raise BadInputError(f"{person.name} is the only admin who can log in; make another one first.")
