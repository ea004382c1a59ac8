"""What a person changes of the own account: password, PIN, second factor. Each wants the password just given."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from devicelog.account import Person
from devicelog.accounts.invitations import Offer, set_totp
from devicelog.accounts.password import Passwords, check_password, check_pin
from devicelog.accounts.proving import Given, Proving, Refusal, Refused
from devicelog.accounts.secret import hash_of_code, hash_of_token, new_code
from devicelog.accounts.session import is_over, login_session, recently_proved
from devicelog.accounts.totp import RECOVERY_CODES, new_secret, opened, provisioning_uri, sealed
from devicelog.errors import BadInputError
from devicelog.store.accounts.accounts import AccountsFile, Rows

_log = structlog.get_logger()


class OwnAccount:
    """The account of whoever has a token; safe in several threads. `now` is the wall time in ns."""

    def __init__(
        self, file: AccountsFile, passwords: Passwords, proving: Proving, at: Callable[[bytes, int], int]
    ) -> None:
        self._at = at
        self._file = file
        self._passwords = passwords
        self._proving = proving

    def change_password(
        self, token: str, old: str, new: str, now: int, *, address: str, is_local: bool, code: str | None = None
    ) -> Person | Refused:
        """Another password; all other sessions end. Raises BadInputError for a new one that is refused."""
        with self._file.looking() as rows:
            person = self._who(rows, token, now, proved=False)
        if isinstance(person, Refused):
            return person
        check_password(new, (person.name, person.login))
        hashed = self._passwords.hash(new)

        def change(rows: Rows, known: Person, _with_totp: bool) -> Person:
            rows.people.set_password(known.id, hashed)
            rows.people.take_code_back(known.id)
            rows.logins.end_all(known.id, now, "password changed", but=hash_of_token(token))
            _log.warning("password changed", person=known.id, address=address)
            return known

        return self._proving.prove(Given(person.login, old, code, address, is_local), now, change)

    def set_pin(self, token: str, pin: str | None, now: int) -> Person | Refused:
        """Another PIN, None: none any more. Raises BadInputError for one that is refused."""
        if pin is not None:
            check_pin(pin)
        hashed = self._passwords.hash(pin) if pin is not None else None
        with self._file.changing() as rows:
            person = self._who(rows, token, now)
            if isinstance(person, Refused):
                return person
            rows.people.set_pin(person.id, hashed)
            _log.warning("PIN set" if pin is not None else "PIN taken away", person=person.id)
            return rows.people.get(person.id) or person

    def offer_totp(self, token: str, now: int) -> Offer | Refused:
        """A second factor to be set up, the same until it is; the one that is in use stays until then."""
        with self._file.changing() as rows:
            person = self._who(rows, token, now)
            if isinstance(person, Refused):
                return person
            secret = self._offered(rows, person)
            if secret is None:
                secret = new_secret()
                rows.people.offer_totp(person.id, sealed(self._file.secret("totp"), person.id, secret))
        return Offer(secret, provisioning_uri(secret, person.login))

    def confirm_totp(self, token: str, code: str, now: int) -> tuple[str, ...] | Refused:
        """Use the offered one from now on; its recovery codes, to be shown once. BadInputError for a wrong code."""
        with self._file.changing() as rows:
            person = self._who(rows, token, now)
            if isinstance(person, Refused):
                return person
            codes = set_totp(rows, self._file, person.id, self._offered(rows, person), code.strip(), now)
        _log.warning("second factor set up", person=person.id)
        return codes

    def new_recovery_codes(self, token: str, now: int) -> tuple[str, ...] | Refused:
        """Fresh recovery codes, to be shown once, in the place of those before. BadInputError without second factor."""
        codes = tuple(new_code() for _ in range(RECOVERY_CODES))
        with self._file.changing() as rows:
            person = self._who(rows, token, now)
            if isinstance(person, Refused):
                return person
            if not person.has_totp:
                raise BadInputError("there is no second factor to recover; set one up first.")
            rows.people.set_recovery(person.id, map(hash_of_code, codes))
        _log.warning("recovery codes made", person=person.id)
        return codes

    def _offered(self, rows: Rows, person: Person) -> str | None:
        kept = rows.people.proofs(person.id).totp_next
        return opened(self._file.secret("totp"), person.id, kept) if kept is not None else None

    def _who(self, rows: Rows, token: str, now: int, *, proved: bool = True) -> Person | Refused:
        """Whose token it is, in an open session; with the password just given, if that is asked for."""
        row = rows.logins.get(hash_of_token(token))
        person = rows.people.get(row.person) if row is not None else None
        if row is None or person is None or person.disabled is not None or row.ended is not None:
            return Refused(Refusal.WRONG)
        at = self._at(row.hash, now)
        if is_over(row, at):
            return Refused(Refusal.WRONG)
        if row.locked or (proved and not recently_proved(login_session(row, at), at)):
            return Refused(Refusal.PASSWORD_NEEDED)
        return person
