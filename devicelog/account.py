"""People and service tokens as everything sees them: who they are, never what they prove themselves with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here; one may be several. An admin has no clinical write by being one."""

    PRACTITIONER = "practitioner"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a service token is good for."""

    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    """Begin and end them."""
    ENTRIES_READ = "entries:read"
    LIVE_READ = "live:read"
    EXPORTS_READ = "exports:read"
    DEVICES_READ = "devices:read"
    WEBHOOKS_MANAGE = "webhooks:manage"
    METRICS_READ = "metrics:read"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `name` is the one that stands in records, `login` the one that is typed.

    `profession` and `registration` go into sessions. Times are wall times in ns; `disabled` is None for who may log in.
    """

    id: str
    name: str
    login: str
    roles: frozenset[Role]
    profession: str | None
    registration: str | None
    created: int
    created_by: str
    disabled: int | None
    has_password: bool
    has_pin: bool
    has_totp: bool
    recovery_codes: int
    """So many of them are left."""

    @property
    def is_admin(self) -> bool:
        """Whether people, keys and protocols are theirs to manage."""
        return Role.ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """What another program logs in with; its secret is known to that program alone. Times are wall times in ns."""

    id: str
    name: str
    scopes: frozenset[Scope]
    made: int
    made_by: str
    expires: int
    used: int | None
    """To the minute; None if it never was."""
    revoked: int | None
    revoked_by: str | None

    def holds_at(self, now: int) -> bool:
        """Whether it is good for anything at a moment."""
        return self.revoked is None and self.made <= now < self.expires
