"""`devicelog accounts`: who may log in, and a way back in for whoever has this computer and its keys."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from argon2.profiles import CHEAPEST

from devicelog import clock
from devicelog.accounts.accounts import Accounts
from devicelog.accounts.invitations import Invitation
from devicelog.accounts.people import Description
from devicelog.store.folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.running import Devicelog


@contextmanager
def opened(box: Devicelog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """The accounts as the station has them open."""
    monkeypatch.setenv("DEVICELOG_KEYS", box.environment["DEVICELOG_KEYS"])
    with Accounts.open(open_folder(box.store), CHEAPEST) as accounts:
        yield accounts


@pytest.fixture
def box_with_people(box: Devicelog, monkeypatch: pytest.MonkeyPatch) -> Devicelog:
    """A store with a person and a token."""
    with box.writer():
        pass
    with opened(box, monkeypatch) as accounts:
        now = clock.now().wall_ns
        accounts.people.add(Description("Eva Beispiel", "eva", "physician", "GMC 1"), ["practitioner"], now, by="Ada")
        accounts.tokens.make("archive", ["exports:read"], 30, now, by="Ada")
    return box


def test_a_store_without_accounts_says_how_the_first_one_is_made(box: Devicelog) -> None:
    with box.writer():
        pass
    done = box("accounts")
    assert "nobody has an account" in done.err
    assert not (box.store / "accounts.db").exists(), "looking makes nothing"
    assert "has no accounts yet" in box("accounts", "code", "eva", code=2).err


def test_people_and_tokens_are_listed(box_with_people: Devicelog) -> None:
    lines = box_with_people("accounts").out.splitlines()
    assert lines[0] == "eva  Eva Beispiel  practitioner  invited, no password yet"
    assert lines[1].startswith("token archive  exports:read  until ")
    document = box_with_people("accounts", "--json").document
    assert document["holds"] is True
    (person,), (token,) = document["people"], document["tokens"]
    assert (person["login"], person["roles"], person["registration"]) == ("eva", ["practitioner"], "GMC 1")
    assert (token["name"], token["scopes"], token["used"], token["holds"]) == ("archive", ["exports:read"], None, True)


def test_a_code_is_a_way_back_in_and_is_kept_as_an_act(
    box_with_people: Devicelog, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = box_with_people("accounts", "code", "Eva Beispiel", "--by", "Root", "--json").document
    assert done["recorded"] is True
    assert done["person"]["login"] == "eva"
    with opened(box_with_people, monkeypatch) as accounts:
        now = clock.now().wall_ns
        found = accounts.invitations.look(done["code"], now, address="127.0.0.1", is_local=True)
        assert isinstance(found, Invitation)
    with box_with_people.reader() as reader:
        told = [act.content for _, act in reader.acts()]
    assert [act["act"] for act in told] == ["person_added", "token_made", "person_code_given"]
    assert told[-1]["by"] == "Root"
    assert done["code"] not in repr(told)
    assert box_with_people("verify").code == 0


def test_a_code_is_given_while_the_store_is_in_use_and_its_act_follows(box_with_people: Devicelog) -> None:
    with box_with_people.writer():
        done = box_with_people("accounts", "code", "eva")
        assert "is written when the station comes to it" in done.err
    assert len(done.out.strip().split("-")) == 4
    box_with_people("accounts", "code", "eva")
    with box_with_people.reader() as reader:
        assert sum(act.content["act"] == "person_code_given" for _, act in reader.acts()) == 2


def test_nobody_gets_a_code_without_the_keys(box_with_people: Devicelog) -> None:
    box_with_people.environment["DEVICELOG_KEYS"] = str(box_with_people.root / "elsewhere")
    assert "cannot be read" in box_with_people("accounts", "code", "eva", code=2).err


def test_an_account_that_no_act_made_is_told(box_with_people: Devicelog, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(box_with_people, monkeypatch) as accounts, accounts.file.changing() as rows:
        rows.people.set_roles(rows.people.all()[0].id, [])
    done = box_with_people("accounts", "--json", code=1)
    assert done.document["holds"] is False
    assert "has the roles none, and the acts gave practitioner" in done.err
