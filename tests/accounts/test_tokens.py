"""Service tokens: shown once, for what they were made for, for ninety days at most, and taken back at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.account import Scope
from devicelog.accounts.permission import Permission, may
from devicelog.errors import BadInputError, UnknownNameError
from tests.accounts.conftest import DAY, MINUTE, SECOND

if TYPE_CHECKING:
    from tests.accounts.conftest import Clinic


def test_a_token_is_shown_once_and_found_by_its_secret_alone(clinic: Clinic) -> None:
    tokens = clinic.accounts.tokens
    made = tokens.make("practice software", ["sessions:read", "live:read"], 30, clinic.now, by="Ada")
    assert len(made.secret.removeprefix("devicelog_")) == 43
    assert tokens.holder(made.secret, clinic.now) == made.token
    for wrong in ("", made.token.id, made.secret[:-1], made.secret + "x", made.secret.swapcase()):
        assert tokens.holder(wrong, clinic.now) is None
    listed = tokens.all()
    assert [(one.name, one.scopes, one.made_by) for one in listed] == [
        ("practice software", frozenset({Scope.SESSIONS_READ, Scope.LIVE_READ}), "Ada")
    ]
    assert made.secret not in repr(listed)


def test_a_token_runs_out(clinic: Clinic) -> None:
    tokens = clinic.accounts.tokens
    made = tokens.make("archive", ["exports:read"], 90, clinic.now, by="Ada")
    assert tokens.holder(made.secret, clinic.now + 90 * DAY - 1) is not None
    assert tokens.holder(made.secret, clinic.now + 90 * DAY) is None
    assert tokens.holder(made.secret, clinic.now - SECOND) is None


def test_a_token_is_taken_back_at_once_and_for_good(clinic: Clinic) -> None:
    tokens = clinic.accounts.tokens
    made = tokens.make("archive", ["exports:read"], 90, clinic.now, by="Ada")
    gone = tokens.revoke(made.token.id, clinic.now, by="Max")
    assert (gone.revoked, gone.revoked_by) == (clinic.now, "Max")
    assert tokens.holder(made.secret, clinic.now) is None
    assert tokens.revoke(made.token.id, clinic.now + DAY, by="Eva") == gone
    assert not may(gone, Permission.EXPORT)
    with pytest.raises(UnknownNameError):
        tokens.revoke("token-0", clinic.now, by="Max")


def test_its_last_use_is_told_to_the_minute(clinic: Clinic) -> None:
    tokens = clinic.accounts.tokens
    made = tokens.make("archive", ["exports:read"], 90, clinic.now, by="Ada")
    told = []
    for _ in range(4):
        tokens.holder(made.secret, clinic.now)
        told.append(tokens.all()[0].used)
        clinic.now += 20 * SECOND
    assert told == [told[0]] * 3 + [told[0] + MINUTE if told[0] is not None else None]


@pytest.mark.parametrize("days", [0, -1, 91, 10**9])
def test_a_token_for_ever_cannot_be_made(clinic: Clinic, days: int) -> None:
    with pytest.raises(BadInputError, match="expected 1 to 90"):
        clinic.accounts.tokens.make("archive", ["exports:read"], days, clinic.now, by="Ada")


def test_a_token_needs_a_scope_that_there_is_and_a_name_of_its_own(clinic: Clinic) -> None:
    make = clinic.accounts.tokens.make
    with pytest.raises(UnknownNameError, match="sessions:read"):
        make("archive", ["session:read"], 9, clinic.now, by="Ada")
    with pytest.raises(BadInputError, match="found no scope"):
        make("archive", [], 9, clinic.now, by="Ada")
    first = make("archive", ["exports:read"], 9, clinic.now, by="Ada")
    with pytest.raises(BadInputError, match="is in use"):
        make(" archive ", ["exports:read"], 9, clinic.now, by="Ada")
    clinic.accounts.tokens.revoke(first.token.id, clinic.now, by="Ada")
    make("archive", ["exports:read"], 9, clinic.now, by="Ada")
