"""Accounts as the terminal lists them: a line for each person and service token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from devicelog import clock

if TYPE_CHECKING:
    from devicelog.account import Person, ServiceToken
    from devicelog.accounts.people import OneTimeCode


def listed_content(
    people: Iterable[Person], tokens: Iterable[ServiceToken], faults: Sequence[str], now: int
) -> dict[str, Any]:
    """As `--json` shows them."""
    return {
        "people": [_person(one) for one in people],
        "tokens": [_token(one, now) for one in tokens],
        "holds": not faults,
        "faults": list(faults),
    }


def listed_lines(people: Iterable[Person], tokens: Iterable[ServiceToken], now: int) -> Iterator[str]:
    """As people read them."""
    for one in people:
        roles = ", ".join(sorted(one.roles)) or "no role"
        state = "disabled" if one.disabled is not None else "" if one.has_password else "invited, no password yet"
        proofs = ", ".join(
            name for name, has in (("authenticator", one.has_totp), ("PIN", one.has_pin)) if has and not state
        )
        yield "  ".join(part for part in (one.login, one.name, roles, state, proofs) if part)
    for token in tokens:
        scopes = ", ".join(sorted(token.scopes))
        used = f"last used {_day(token.used)}" if token.used is not None else "never used"
        yield f"token {token.name}  {scopes}  {_state(token, now)}  {used}  by {token.made_by}"


def code_content(given: OneTimeCode) -> dict[str, Any]:
    """A one-time code as `--json` shows it."""
    person = {"id": given.person.id, "name": given.person.name, "login": given.person.login} if given.person else None
    return {"person": person, "code": given.code, "expires": clock.utc(given.expires)}


def _person(one: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "login": one.login,
        "roles": sorted(one.roles),
        "profession": one.profession,
        "registration": one.registration,
        "created": clock.utc(one.created),
        "created_by": one.created_by,
        "disabled": _moment(one.disabled),
        "password": one.has_password,
        "totp": one.has_totp,
        "pin": one.has_pin,
        "recovery_codes": one.recovery_codes,
    }


def _token(one: ServiceToken, now: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "scopes": sorted(one.scopes),
        "made": clock.utc(one.made),
        "made_by": one.made_by,
        "expires": clock.utc(one.expires),
        "used": _moment(one.used),
        "revoked": _moment(one.revoked),
        "revoked_by": one.revoked_by,
        "holds": one.holds_at(now),
    }


def _state(token: ServiceToken, now: int) -> str:
    if token.revoked is not None:
        return f"revoked {_day(token.revoked)}"
    return f"until {_day(token.expires)}" if token.holds_at(now) else f"ran out {_day(token.expires)}"


def _moment(wall_ns: int | None) -> str | None:
    return clock.utc(wall_ns) if wall_ns is not None else None


def _day(wall_ns: int) -> str:
    return clock.utc(wall_ns)[:10]
