"""People: who may log in, and as what. A person is added with a one-time code, which is shown once and handed over."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from devicelog.account import Person, Role
from devicelog.accounts.people import Description, OneTimeCode
from devicelog.accounts.permission import Permission
from devicelog.errors import BadInputError
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.invitation import complain
from devicelog.web.pages.access.said import now, picture
from devicelog.web.pages.administration.proof import by

pages = Gate()

_NEEDS = Permission.MANAGE_PEOPLE
_LIST, _NEW, _ONE, _CODE = (f"administration/people{end}.html" for end in ("", "_new", "_one", "_code"))
_ROLES = tuple(role.value for role in Role)


@pages.get("/administration/people", needs=_NEEDS)
def people(asked: Asked) -> Response:
    """Everybody, also who is disabled."""
    return asked.page(_LIST, people=asked.web.accounts.people.all())


@pages.get("/administration/people/new", needs=_NEEDS, proved=True)
def new(asked: Asked) -> Response:
    """Who is it?"""
    return asked.page(_NEW, roles=_ROLES, chosen=[])


@pages.post("/administration/people/new", needs=_NEEDS, proved=True, once=True)
def adding(asked: Asked) -> Response:
    """A new person, and the code with which the password is set; it is shown this once."""
    form = asked.form
    described = Description(
        form.text("name"), form.text("login"), form.text("profession") or None, form.text("registration") or None
    )
    try:
        given = asked.web.accounts.people.add(described, form.all("roles"), now(), by=by(asked))
    except BadInputError as error:
        _complain(asked, error)
        return asked.page(_NEW, 400, roles=_ROLES, chosen=form.all("roles"))
    asked.web.record_acts()
    return _code(asked, given)


@pages.get("/administration/people/{person}", needs=_NEEDS)
def one(person: str, asked: Asked) -> Response:
    """One person, and what can be done."""
    return _one(asked, asked.web.accounts.people.get(person))


@pages.post("/administration/people/{person}/roles", needs=_NEEDS, proved=True)
def changing_roles(person: str, asked: Asked) -> Response:
    """Other roles; the person logs in anew. Never so that nobody is left to administer."""
    people, roles = asked.web.accounts.people, asked.form.all("roles")
    return _done(asked, person, lambda: people.change_roles(person, roles, now(), by=by(asked)), "roles")


@pages.post("/administration/people/{person}/describe", needs=_NEEDS, proved=True)
def describing(person: str, asked: Asked) -> Response:
    """Other profession and number of registration, for sessions to come."""
    people, form = asked.web.accounts.people, asked.form
    told = form.text("profession") or None, form.text("registration") or None
    return _done(asked, person, lambda: people.describe(person, *told), "profession")


@pages.post("/administration/people/{person}/code", needs=_NEEDS, proved=True, once=True)
def giving_code(person: str, asked: Asked) -> Response:
    """A new one-time code, for who forgot the password or lost the authenticator; it is shown this once."""
    try:
        given = asked.web.accounts.people.give_code(person, now(), by=by(asked))
    except BadInputError as error:
        return _refused(asked, person, error, "code")
    asked.web.record_acts()
    return _code(asked, given)


@pages.post("/administration/people/{person}/sessions", needs=_NEEDS, proved=True)
def ending_sessions(person: str, asked: Asked) -> Response:
    """End all log-in sessions of a person; one's own goes on."""
    who, door = asked.web.accounts.people.get(person), asked.web.accounts.door
    return _done(asked, who.id, lambda: door.end_all(who.id, now(), but=asked.visitor.token), "sessions")


@pages.post("/administration/people/{person}/disable", needs=_NEEDS, proved=True)
def disabling(person: str, asked: Asked) -> Response:
    """No log-in any more; every session ends now. Never of the last admin."""
    people = asked.web.accounts.people
    return _done(asked, person, lambda: people.disable(person, now(), by=by(asked)), "disable")


@pages.post("/administration/people/{person}/enable", needs=_NEEDS, proved=True)
def enabling(person: str, asked: Asked) -> Response:
    """May log in again, as before."""
    people = asked.web.accounts.people
    return _done(asked, person, lambda: people.enable(person, now(), by=by(asked)), "disable")


def _done(asked: Inquiry, person: str, change: Callable[[], object], field: str) -> Response:
    """Do it, and back to the person's page; what cannot be is said beside the field."""
    try:
        change()
    except BadInputError as error:
        return _refused(asked, person, error, field)
    asked.web.record_acts()
    return asked.go(f"/administration/people/{person}")


def _refused(asked: Inquiry, person: str, error: BadInputError, field: str) -> Response:
    found = asked.web.accounts.people.get(person)  # nobody of that id: another answer, with its own sentence
    asked.form.refuse(field, error)
    return _one(asked, found, 400)


def _one(asked: Inquiry, person: Person, status: int = 200) -> Response:
    sessions = asked.web.accounts.door.sessions_of(person.id, now())
    return asked.page(_ONE, status, person=person, sessions=sessions, roles=_ROLES)


def _code(asked: Inquiry, given: OneTimeCode) -> Response:
    """The code, and a picture with which a tablet opens the page where it is used."""
    address = asked.web.settings.reached_at
    shown = picture(f"{address}invitation#{given.code}") if address is not None else None
    return asked.page(_CODE, given=given, picture=shown, address=address or asked.web.settings.url)


def _complain(asked: Inquiry, error: BadInputError) -> None:
    if "role" in str(error).partition(";")[0]:
        asked.form.refuse("roles", error)
    else:
        complain(asked, error)
