"""One request about a session that is being opened: who asks, the draft, and what it is held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from devicelog import clock
from devicelog.account import Person
from devicelog.accounts.permission import sees
from devicelog.errors import BadInputError, NotNowError
from devicelog.naming import NO_PROTOCOL, find_protocol
from devicelog.opening.prepared import protocol_name
from devicelog.opening.setting import rules_of, setting_of
from devicelog.opening.underway import Underway, decode, encode, moment
from devicelog.screening.rule import Rules
from devicelog.search.finding import Search, listed
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Setting, Stop, screened, stops
from devicelog.store.access import Access
from devicelog.store.people import Known, known
from devicelog.store.reader import Reader
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.web.accesses import keep
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.opening.machines import Machines, machines
from devicelog.web.texts import Texts

#: What an access to somebody's data is called in the log of accesses.
ACCESS = "open a session"


class Keeping:
    """What a person keeps between the pages."""

    def __init__(self, asked: Inquiry) -> None:
        self.person: Person = asked.person
        self._drafts = asked.web.accounts.drafts

    def get(self) -> Underway | None:
        """The draft in progress; None: there is none."""
        body = self._drafts.get(self.person.id, clock.now().wall_ns)
        return decode(body) if body is not None else None

    def change(self, edit: Callable[[Underway], Underway]) -> Underway:
        """Change the draft in progress, a new one if there is none; the draft as it is then kept."""

        def edited(body: bytes | None) -> tuple[bytes, Underway]:
            before = decode(body) if body is not None else None
            after = edit(before if before is not None else self.new())
            return encode(after), after

        return self._drafts.change(self.person.id, clock.now().wall_ns, edited)

    def change_of(self, name: str, edit: Callable[[Underway], Underway]) -> Underway:
        """The same, if the draft is still that of this name; NotNowError if another one took its place meanwhile."""

        def edited(kept: Underway) -> Underway:
            if kept.name != name:
                raise NotNowError("another session is being prepared by now; nothing was taken: look at it, and go on.")
            return edit(kept)

        return self.change(edited)

    def drop(self) -> None:
        """Forget it."""
        self._drafts.drop(self.person.id, clock.now().wall_ns)

    def new(self) -> Underway:
        """A draft of which nothing is known but who treats; not kept before something is."""
        person = self.person
        draft, _ = Draft().with_session(
            practitioner=person.name, role=person.profession, registration=person.registration
        )
        return Underway(moment(), draft)


@dataclass
class Room:
    """The draft as it is now, with the store that it is held against."""

    asked: Inquiry
    underway: Underway
    reader: Reader
    keeping: Keeping

    @property
    def t(self) -> Texts:
        return self.asked.t

    @property
    def draft(self) -> Draft:
        return self.underway.draft

    @cached_property
    def rules(self) -> Rules:
        """What is asked before."""
        named = self.asked.web.settings.screening
        return rules_of(str(named) if named is not None else None)

    @cached_property
    def setting(self) -> Setting:
        """What the draft is held against."""
        return self.setting_for(self.draft)

    def setting_for(self, draft: Draft) -> Setting:
        """What a draft is held against that is to take the place of this one."""
        protocol = self.protocol_for(draft)
        simulated = any("@sim://" in device for device in draft.session.devices)
        start = self.underway.start(clock.now())
        made = setting_of(self.reader, draft, protocol, start, rules=self.rules, simulated=simulated)
        intended = self.underway.intended if draft.session.protocol is None else None
        return replace(made, born=made.born or self.underway.born, intended=intended)

    def protocol_for(self, draft: Draft) -> TreatmentProtocol | None:
        """The treatment protocol of a draft; None: none, or one that cannot be used (the page says so)."""
        name = draft.session.protocol
        if name is None or name == NO_PROTOCOL:
            return None
        try:
            return find_protocol(protocol_name(draft), self.asked.web.store)
        except BadInputError:
            return None

    @cached_property
    def machines(self) -> Machines:
        """What can be recorded from, as it is now."""
        return machines(self.reader)

    @property
    def is_older(self) -> bool:
        """Whether the form that was sent is of another draft than this one: of one that was dropped, of somebody else.

        A form that names no draft comes from no page.
        """
        return self.asked.form.text("of") not in ("", self.underway.name)

    # -- whom it is of -----------------------------------------------------------------------------------------

    @cached_property
    def subject(self) -> Known | None:
        """Whom it is of, if the station knows them."""
        reference = self.draft.session.subject
        if reference is None or self.reader.subject(reference) is None:
            return None
        return known(self.reader, reference)

    @cached_property
    def may_see(self) -> bool:
        """Whether whoever asks may see who the subject is: somebody of their own, or whom nobody has treated yet."""
        if self.subject is None:
            return True
        by = [line.practitioner for _, line in listed(self.reader, Search(subjects=self.subject.merged)).sessions]
        return not by or any(sees(self.keeping.person, name) for name in by if name is not None)

    def log_access(self) -> None:
        """Log that something of the subject is about to be shown; whoever opens a session is not kept from it."""
        if self.subject is not None:
            access = Access(ACCESS, self.keeping.person.name, subjects=self.subject.merged)
            keep(self.reader.folder, access)

    # -- what stops it -----------------------------------------------------------------------------------------

    def stops(self, draft: Draft) -> list[Stop]:
        """All that stops a draft, overridden or not; raises PlaceError for what must be mended."""
        setting = self.setting_for(draft)
        bare = replace(draft, overrides=())
        return list(stops(bare, setting, screened(bare, setting)))
