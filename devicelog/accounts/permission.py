"""What people and service tokens may do: one table each. What a table does not give is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from devicelog.account import Person, Role, Scope, ServiceToken
from devicelog.accounts.person import key_of


class Permission(StrEnum):
    """Everything that a page or an endpoint can ask for."""

    # whose records (`sees`)
    SEE_OWN = "see_own"
    """Sessions that somebody recorded, and people treated in them."""
    SEE_ALL = "see_all"
    # what of a record
    READ_SESSIONS = "read_sessions"
    READ_ENTRIES = "read_entries"
    WATCH_LIVE = "watch_live"
    EXPORT = "export"
    DELIVER = "deliver"
    # clinical writes
    RECORD = "record"
    """Begin a session, state what happens in it, pause, end."""
    AMEND_OWN = "amend_own"
    """Amend, and add what is known later."""
    EDIT_SUBJECTS = "edit_subjects"
    SIGN_OWN = "sign_own"
    SIGN_ALL = "sign_all"
    REVIEW = "review"
    RECALL_LOTS = "recall_lots"
    # devices
    SEE_DEVICES = "see_devices"
    TRAIN = "train"
    """Sessions with simulated devices, marked as such."""
    MANAGE_DEVICES = "manage_devices"
    # the installation
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TOKENS = "manage_tokens"
    MANAGE_PROTOCOLS = "manage_protocols"
    MANAGE_KEYS = "manage_keys"
    """Keys, backups, witnesses."""
    MANAGE_RETENTION = "manage_retention"
    """How long records are kept, and erasing who somebody was."""
    MANAGE_WEBHOOKS = "manage_webhooks"
    SEE_ACCESSES = "see_accesses"
    SEE_METRICS = "see_metrics"
    RUN_DOCTOR = "run_doctor"


_P = Permission

ROLES: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.PRACTITIONER: frozenset(
            {_P.SEE_OWN, _P.READ_SESSIONS, _P.READ_ENTRIES, _P.WATCH_LIVE, _P.EXPORT, _P.RECORD, _P.AMEND_OWN}
            | {_P.EDIT_SUBJECTS, _P.SIGN_OWN, _P.SEE_DEVICES, _P.TRAIN}
        ),
        Role.REVIEWER: frozenset(
            {_P.SEE_OWN, _P.SEE_ALL, _P.READ_SESSIONS, _P.READ_ENTRIES, _P.WATCH_LIVE, _P.EXPORT, _P.DELIVER}
            | {_P.REVIEW, _P.SIGN_ALL, _P.RECALL_LOTS, _P.SEE_DEVICES}
        ),
        Role.ADMIN: frozenset(
            {_P.MANAGE_PEOPLE, _P.MANAGE_TOKENS, _P.MANAGE_PROTOCOLS, _P.MANAGE_KEYS, _P.MANAGE_RETENTION}
            | {_P.MANAGE_WEBHOOKS, _P.MANAGE_DEVICES, _P.SEE_DEVICES, _P.TRAIN}
            | {_P.SEE_ACCESSES, _P.SEE_METRICS, _P.RUN_DOCTOR}
        ),
    }
)
SCOPES: Mapping[Scope, frozenset[Permission]] = MappingProxyType(
    {
        Scope.SESSIONS_READ: frozenset({_P.READ_SESSIONS}),
        Scope.SESSIONS_WRITE: frozenset({_P.RECORD}),
        Scope.ENTRIES_READ: frozenset({_P.READ_ENTRIES}),
        Scope.LIVE_READ: frozenset({_P.WATCH_LIVE}),
        Scope.EXPORTS_READ: frozenset({_P.EXPORT}),
        Scope.DEVICES_READ: frozenset({_P.SEE_DEVICES}),
        Scope.WEBHOOKS_MANAGE: frozenset({_P.MANAGE_WEBHOOKS}),
        Scope.METRICS_READ: frozenset({_P.SEE_METRICS}),
    }
)


def permissions(who: Person | ServiceToken | None) -> frozenset[Permission]:
    """All that somebody may; nothing for nobody, for who is disabled, and for a token that was revoked."""
    given: frozenset[Permission] = frozenset()
    if isinstance(who, Person) and who.disabled is None:
        return given.union(*(ROLES.get(role, given) for role in who.roles))
    if isinstance(who, ServiceToken) and who.revoked is None:
        return given.union(*(SCOPES.get(scope, given) for scope in who.scopes))
    return given


def may(who: Person | ServiceToken | None, permission: Permission) -> bool:
    """Whether somebody may do something; whether a token has run out is seen when it is looked up."""
    return permission in permissions(who)


def sees(who: Person | ServiceToken | None, practitioner: str) -> bool:
    """Whether the sessions of a practitioner, by the name in the record, are among those that somebody may see.

    A program sees those of all, and of each what its scopes give.
    """
    if isinstance(who, ServiceToken):
        return who.revoked is None
    if may(who, Permission.SEE_ALL):
        return True
    return isinstance(who, Person) and may(who, Permission.SEE_OWN) and key_of(practitioner) == key_of(who.name)
