"""What happened to people and tokens, as the acts in the chain of seals say it: a fold; pure.

Each act has an `id` of its own (the same act is never told twice), `by` and `at`, and no secret. What an act gives or
takes stands in it whole, so that the last one of a person says what holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from devicelog.account import Person, ServiceToken
from devicelog.ledger import Seal


class AccountAct(StrEnum):
    """What acts of the accounts are called."""

    PERSON_ADDED = "person_added"
    ROLES_CHANGED = "person_roles_changed"
    PERSON_DISABLED = "person_disabled"
    PERSON_ENABLED = "person_enabled"
    CODE_GIVEN = "person_code_given"
    """A one-time code, with which a password can be set anew."""
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105


class Told(msgspec.Struct, frozen=True):
    """An act as it stands in the chain; `number` is its own there, `wall` when it was sealed."""

    act: str
    id: str
    by: str
    at: str
    number: int = msgspec.field(name="seal", default=0)
    wall: str = ""
    person: str | None = None
    name: str | None = None
    roles: tuple[str, ...] = ()
    token: str | None = None
    scopes: tuple[str, ...] = ()
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """What the acts say of a person or a token: its name, what it was given, and whether that holds."""

    name: str
    given: frozenset[str]
    holds: bool


class Standing:
    """Who has which roles, and which tokens hold, by acts in order."""

    def __init__(self, acts: Iterable[Told] = ()) -> None:
        self.people: dict[str, Holder] = {}
        self.tokens: dict[str, Holder] = {}
        self.ids: set[str] = set()
        for act in acts:
            if act.id not in self.ids:
                self.ids.add(act.id)
                self._take(act)

    def _take(self, act: Told) -> None:
        name = act.name or ""
        match act.act:
            case AccountAct.PERSON_ADDED | AccountAct.ROLES_CHANGED | AccountAct.PERSON_ENABLED if act.person:
                self.people[act.person] = Holder(name, frozenset(act.roles), holds=True)
            case AccountAct.PERSON_DISABLED if act.person:
                self.people[act.person] = Holder(name, frozenset(act.roles), holds=False)
            case AccountAct.TOKEN_MADE if act.token:
                self.tokens[act.token] = Holder(name, frozenset(act.scopes), holds=True)
            case AccountAct.TOKEN_REVOKED if act.token:
                self.tokens[act.token] = Holder(name, frozenset(act.scopes), holds=False)


def told(acts: Iterable[Seal]) -> Iterator[Told]:
    """Acts of the accounts; one that cannot be read says nothing."""
    known = set(AccountAct)
    for seal in acts:
        try:
            act = msgspec.json.decode(seal.body, type=Told)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if act.act in known:
            yield act


def told_of(content: dict[str, Any]) -> Told:
    """An act that is not sealed yet; ValueError if it is none."""
    try:
        return msgspec.convert(content, Told)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def differences(standing: Standing, people: Iterable[Person], tokens: Iterable[ServiceToken]) -> Iterator[str]:
    """What the accounts give and no act does, or the other way round, in a sentence each."""
    held = {one.id: Holder(one.name, frozenset(one.roles), one.disabled is None) for one in people}
    yield from _differences("person", "roles", standing.people, held)
    kept = {one.id: Holder(one.name, frozenset(one.scopes), one.revoked is None) for one in tokens}
    yield from _differences("token", "scopes", standing.tokens, kept)


def _differences(what: str, given: str, said: dict[str, Holder], held: dict[str, Holder]) -> Iterator[str]:
    for id_ in sorted(said.keys() | held.keys()):
        act, account = said.get(id_), held.get(id_)
        if act is None and account is not None:
            yield f"the {what} {account.name} ({id_}) is in the accounts, and no act added it"
        elif account is None and act is not None:
            yield f"the {what} {act.name} ({id_}) was added by an act, and is not in the accounts"
        elif act is not None and account is not None:
            if act.holds != account.holds:
                now = (
                    "holds in the accounts, and was" if account.holds else "does not hold in the accounts, and was not"
                )
                yield f"the {what} {account.name} ({id_}) {now} taken back by an act"
            if act.given != account.given:
                names = [", ".join(sorted(one.given)) or "none" for one in (account, act)]
                yield f"the {what} {account.name} ({id_}) has the {given} {names[0]}, and the acts gave {names[1]}"
            if act.name != account.name:
                yield f"the {what} {id_} is called {account.name!r} in the accounts, and {act.name!r} in the acts"
