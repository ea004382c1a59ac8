"""People in the accounts: who they are, what they prove themselves with, and their one-time codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from devicelog.account import Person, Role
from devicelog.store.database import Connection

_PERSON = (
    "id, name, login, roles, profession, registration, created, created_by, disabled, password IS NOT NULL,"
    " pin IS NOT NULL, totp IS NOT NULL, (SELECT count(*) FROM recovery WHERE person = id)"
)


#: So many steps that were used are kept of a person, the last ones: those of years.
_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a person proves to be it with, as it is kept; None: has none. `totp_step`: the last step that was used."""

    password: str | None
    pin: str | None
    totp: bytes | None
    totp_step: int
    totp_next: bytes | None


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A one-time code; `person` is None for the first one, `totp` the sealed secret that was offered behind it."""

    hash: bytes
    person: str | None
    expires: int
    totp: bytes | None


class PeopleRows:
    """The tables `person`, `recovery` and `code`."""

    def __init__(self, connection: Connection) -> None:
        self._database = connection

    def all(self) -> list[Person]:
        """Everybody, in the order in which they came."""
        rows = self._database.execute(f"SELECT {_PERSON} FROM person ORDER BY created, id")  # noqa: S608
        return [_person(row) for row in rows]

    def get(self, id_: str) -> Person | None:
        """The person of that id."""
        return self._one("id", id_)

    def by_login(self, login: str) -> Person | None:
        """The person of that log-in name, as `login_key` has it."""
        return self._one("login", login)

    def by_name_key(self, key: str) -> Person | None:
        """The person whose name is the same as another one to the eye."""
        return self._one("name_key", key)

    def add(self, person: Person, name_key: str) -> None:
        """Keep a person."""
        who = (person.id, person.name, name_key, person.login, _joined(person.roles))
        self._database.execute(
            "INSERT INTO person (id, name, name_key, login, roles, profession, registration, created, created_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*who, person.profession, person.registration, person.created, person.created_by),
        )

    def describe(self, id_: str, profession: str | None, registration: str | None) -> None:
        """Change what goes into sessions."""
        sql = "UPDATE person SET profession = ?, registration = ? WHERE id = ?"
        self._database.execute(sql, (profession, registration, id_))

    def set_roles(self, id_: str, roles: Iterable[Role]) -> None:
        """Put other roles in the place of those before."""
        self._database.execute("UPDATE person SET roles = ? WHERE id = ?", (_joined(roles), id_))

    def set_disabled(self, id_: str, disabled: int | None) -> None:
        """Since when somebody may not log in; None: may."""
        self._database.execute("UPDATE person SET disabled = ? WHERE id = ?", (disabled, id_))

    # -- what they prove themselves with -----------------------------------------------------------------------

    def proofs(self, id_: str) -> Proofs:
        """What is kept of a person; LookupError for nobody."""
        sql = "SELECT password, pin, totp, totp_step, totp_next FROM person WHERE id = ?"
        for row in self._database.execute(sql, (id_,)):
            return Proofs(*row)
        raise LookupError(id_)

    def set_password(self, id_: str, password: str) -> None:
        """Keep another hash."""
        self._database.execute("UPDATE person SET password = ? WHERE id = ?", (password, id_))

    def set_pin(self, id_: str, pin: str | None) -> None:
        """Keep another hash; None takes it away."""
        self._database.execute("UPDATE person SET pin = ? WHERE id = ?", (pin, id_))

    def offer_totp(self, id_: str, sealed: bytes) -> None:
        """Keep a secret that counts once a code of it was given."""
        self._database.execute("UPDATE person SET totp_next = ? WHERE id = ?", (sealed, id_))

    def set_totp(self, id_: str, sealed: bytes, step: int, recovery: Iterable[bytes]) -> None:
        """Put another secret in the place of the one before, with fresh recovery codes."""
        sql = "UPDATE person SET totp = ?, totp_step = ?, totp_next = NULL WHERE id = ?"
        self._database.execute(sql, (sealed, step, id_))
        self._database.execute("DELETE FROM totp_used WHERE person = ?", (id_,))
        self._database.execute("INSERT INTO totp_used VALUES (?, ?)", (id_, step))
        self.set_recovery(id_, recovery)

    def use_totp(self, id_: str, step: int) -> bool:
        """Mark a step as used; False if it was used already, also before the clock was set back."""
        self._database.execute("INSERT OR IGNORE INTO totp_used VALUES (?, ?)", (id_, step))
        if not self._database.changes():
            return False
        self._database.execute("UPDATE person SET totp_step = ? WHERE id = ?", (step, id_))
        kept = "SELECT step FROM totp_used WHERE person = ?1 ORDER BY step DESC LIMIT 1 OFFSET ?2"
        self._database.execute(f"DELETE FROM totp_used WHERE person = ?1 AND step <= ({kept})", (id_, _STEPS))  # noqa: S608
        return True

    def set_recovery(self, id_: str, recovery: Iterable[bytes]) -> None:
        """Put other recovery codes in the place of those before."""
        self._database.execute("DELETE FROM recovery WHERE person = ?", (id_,))
        self._database.executemany("INSERT INTO recovery VALUES (?, ?)", [(id_, one) for one in recovery])

    def use_recovery(self, id_: str, hash_: bytes) -> bool:
        """Use a recovery code up; False if it is none of this person's."""
        self._database.execute("DELETE FROM recovery WHERE person = ? AND hash = ?", (id_, hash_))
        return self._database.changes() == 1

    # -- one-time codes ----------------------------------------------------------------------------------------

    def give_code(self, code: CodeRow) -> None:
        """Keep a code in the place of those that the same person had."""
        self._database.execute("DELETE FROM code WHERE person IS ?", (code.person,))
        self._database.execute(
            "INSERT INTO code VALUES (?, ?, ?, ?)", (code.hash, code.person, code.expires, code.totp)
        )

    def code(self, hash_: bytes) -> CodeRow | None:
        """The code of that hash, whether it has run out or not."""
        for row in self._database.execute("SELECT hash, person, expires, totp FROM code WHERE hash = ?", (hash_,)):
            return CodeRow(*row)
        return None

    def offer_behind(self, hash_: bytes, sealed: bytes) -> None:
        """Keep the secret that was offered to whoever has this code."""
        self._database.execute("UPDATE code SET totp = ? WHERE hash = ?", (sealed, hash_))

    def use_code(self, hash_: bytes) -> bool:
        """Use a code up; False if it is gone already."""
        self._database.execute("DELETE FROM code WHERE hash = ?", (hash_,))
        return self._database.changes() == 1

    def take_code_back(self, person: str | None) -> None:
        """Take back what a person has, or the first code."""
        self._database.execute("DELETE FROM code WHERE person IS ?", (person,))

    def _one(self, column: str, value: str) -> Person | None:
        for row in self._database.execute(f"SELECT {_PERSON} FROM person WHERE {column} = ?", (value,)):  # noqa: S608
            return _person(row)
        return None


def _joined(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))


def _person(row: tuple[Any, ...]) -> Person:
    """A role that this version does not know gives nothing."""
    known = {role.value for role in Role}
    roles = frozenset(Role(name) for name in row[3].split() if name in known)
    id_, name, login, _, profession, registration, created, by, disabled, *has, recovery = row
    password, pin, totp = map(bool, has)
    more = (profession, registration, created, by, disabled, password, pin, totp, recovery)
    return Person(id_, name, login, roles, *more)
