"""docs/accounts.md says what the code does: the table of roles, and the numbers."""

from __future__ import annotations

from pathlib import Path

from devicelog.account import Role, Scope
from devicelog.accounts import permission, session, throttle, tokens
from devicelog.web import connection, security
from devicelog.web.certificate import EARLY, LASTS
from devicelog.web.pending import HELD
from devicelog.web.texts import Texts

TEXT = (Path(__file__).parents[3] / "docs" / "accounts.md").read_text(encoding="utf-8")
_MINUTE = 60 * 1_000_000_000


def table() -> str:
    """What each role may, as it is to stand in the documentation."""
    t = Texts("en")
    lines = ["| | practitioner | reviewer | admin |", "|---|---|---|---|"]
    for one in permission.Permission:
        marks = " | ".join("yes" if one in permission.ROLES[role] else "" for role in Role)
        lines.append(f"| {t('permission-' + one.value.replace('_', '-'))} | {marks} |")
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def test_the_table_of_roles_is_that_of_the_code() -> None:
    assert table() in TEXT, f"docs/accounts.md lacks this table:\n{table()}"


def test_every_scope_stands_there() -> None:
    assert all(f"`{scope.value}`" in TEXT for scope in Scope)


def test_the_numbers_are_those_of_the_code() -> None:
    for sentence in (
        f"unused for {session.IDLE // _MINUTE} minutes",
        f"{session.LONGEST // (60 * _MINUTE)} hours | it ends",
        f"more than {session.RECENT // _MINUTE} minutes ago",
        f"1 to {tokens.MOST_DAYS} days",
        f"{LASTS.days} days",
        f"{EARLY.days} days before",
        f"{HELD // _MINUTE} minutes between",
        f"head within {connection.HEAD_S:.0f} seconds",
        f"waits for {connection.TAKEN_S:.0f} seconds",
        f"{connection.MOST_OF_ONE} connections",
        f"{security.MOST_BYTES // 1024**2} MiB",
    ):
        assert sentence in TEXT, sentence
    assert throttle.FREE == 5
    assert "Five failed tries are free" in TEXT
