"""`devicelog record`: one session, ended in order by Ctrl-C, SIGTERM, a time or silence."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.ending import end_on_signals
from devicelog.cli.options import say, store_option

if TYPE_CHECKING:
    from devicelog.acts.binding import Bindings
    from devicelog.chunk import Chunk
    from devicelog.cli.at_the_keys import AtTheKeys
    from devicelog.ledger import Line
    from devicelog.opening.prepared import Prepared
    from devicelog.opening.stated import Stated
    from devicelog.recorder.plan import Plan
    from devicelog.recording.backlog import Trouble
    from devicelog.recording.recording import Recording
    from devicelog.store.writer import Writer


@click.command("record")
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="DRIVER[@URL]",
    help="A device; may be repeated. DRIVER@URL names the port, DRIVER@URL+URL two lines that are listened to; DRIVER, "
    "or DRIVER#SERIAL, is one that is bound.",
)
@click.option(
    "--protocol",
    metavar="ID[+OVERLAY]",
    help="Treatment protocol: an id, a file, or none; +IT behind it applies its overlay IT.",
)
@click.option("--subject", metavar="REF", help="The clinic's own number for the patient.")
@click.option("--practitioner", metavar="NAME", help="Who treats.")
@click.option("--role", metavar="ROLE", help="As what they treat, such as physician.")
@click.option("--registration", metavar="NUMBER", help="Their number in the register of their profession.")
@click.option("--place", metavar="PLACE", help="Where, such as a room.")
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A prepared session (TOML); see `devicelog plan`. The options above and below win over it.",
)
@click.option(
    "--screening", metavar="FILE", help="What is asked before: the clinic's own list; see `devicelog screening`."
)
@click.option("--no-ask", metavar="REASON", help="Skip the steps that nothing is prepared for, with this reason.")
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="CODE",
    help="The zone treated, by any name of it (`devicelog zones`). Repeated: the next one begins at each pause.",
)
@click.option("--electrode-area", metavar="AREA", help='Contact area where the device does not state it ("8 cm2").')
@click.option("--for", "duration", metavar="DURATION", help='End after this time ("45 min").')
@click.option("--until-quiet", "quiet", metavar="DURATION", help="End when no byte came for this time.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["opens_session", "destructive_read"]),
    help="Also send the driver's queries that do this to the device; see `devicelog drivers`.",
)
@click.option("--print-acks", is_flag=True, help="Print ACK <session>/<entry> for each entry once it is durable.")
@click.option("--no-live", is_flag=True, help="No live view.")
@store_option
def command(
    devices: tuple[str, ...],
    protocol: str | None,
    subject: str | None,
    practitioner: str | None,
    role: str | None,
    registration: str | None,
    place: str | None,
    plan: Path | None,
    screening: str | None,
    no_ask: str | None,
    zones: tuple[str, ...],
    electrode_area: str | None,
    duration: str | None,
    quiet: str | None,
    allow: tuple[str, ...],
    print_acks: bool,
    no_live: bool,
    store: Path,
) -> None:
    """Record one session from one or more devices.

    On a terminal the steps before the treatment are asked one by one; --plan states them without asking, --no-ask skips
    them. Elsewhere nobody is asked, and the record says so. Device, protocol, subject and practitioner are required,
    here or in the plan.

    The devices are only read. Whatever happens to a line is recorded; nothing that happens there ends the session.
    """
    from devicelog import clock, log
    from devicelog.cli.opening import Words, draft_of, rules, stated
    from devicelog.driver import Effect
    from devicelog.ledger.beginning import Beginning, Through
    from devicelog.opening.prepared import Prepared
    from devicelog.opening.refusing import keep_refused
    from devicelog.opening.setting import setting_of
    from devicelog.search.upkeep import writing
    from devicelog.stored import record_of
    from devicelog.terminal.summary import print_summary
    from devicelog.witness.statement import text_of_session

    log.configure()
    log.instead_of_tracebacks()
    ends = _ends(duration, quiet)
    given: dict[str, Any] = {
        "protocol": protocol,
        "subject": subject,
        "practitioner": practitioner,
        "role": role,
        "place": place,
        "screening": screening,
    }
    given |= {"registration": registration, "devices": list(devices), "zones": list(zones)}
    words = Words(plan, no_ask, {**given, "electrode_area": electrode_area})
    draft = draft_of(words)
    prepared = Prepared.of(draft, store, map(Effect, allow))
    _refuse_pages(prepared)
    with writing(store) as writer:
        writer.check_room()
        asks, simulated = rules(words, draft), prepared.is_simulated
        setting = setting_of(writer, draft, prepared.protocol, clock.now(), rules=asks, simulated=simulated)
        start = clock.now()  # asking is part of the session
        said = stated(words, draft, setting, start)
        if said is None:
            say("nothing was recorded")
            sys.exit(1)
        made = prepared.plan(writer, said, Beginning(Through.TERMINAL))
        if said.stops:
            for sentence in keep_refused(writer, made, prepared.protocol, said):
                say(sentence)
            sys.exit(1)
        session_of = _Session(writer, made, prepared, said, ends, print_acks=print_acks, live=not no_live)
        session_of.record(again=words.asks)
        row = writer.session(made.session)
        record, sealed = record_of(writer, row), text_of_session(writer, row.number)
    print_summary(record, to_stderr=print_acks, sealed=sealed)


def _refuse_pages(prepared: Prepared) -> None:
    """Raise BadInputError for a device that is typed on a page: this command has none."""
    from devicelog.errors import BadInputError
    from devicelog.naming import is_on_page

    name = next((choice.name for choice in prepared.chosen if is_on_page(choice.url)), None)
    if name is not None:
        found = f"{name} is to be typed on a page, and only a station has pages"
        raise BadInputError(f"{found}; expected {name}@keyboard, or a session that is opened at `devicelog serve`.")


class _Session:
    """One session from its open ports to its end."""

    def __init__(
        self,
        writer: Writer,
        plan: Plan,
        prepared: Prepared,
        said: Stated,
        ends: tuple[float | None, float | None],
        *,
        print_acks: bool,
        live: bool,
    ) -> None:
        self._writer = writer
        self._plan = plan
        self._prepared = prepared
        self._said = said
        self._seconds, self._quiet_seconds = ends
        self._people = _People(plan, print_acks=print_acks, live=live)

    def record(self, *, again: bool) -> None:
        """Record it; `again`: somebody is there who can be asked to try once more when a port cannot be opened."""
        from devicelog.attach.choice import contradictions, unlikely_ports
        from devicelog.cli.at_the_keys import AtTheKeys
        from devicelog.opening.during import During
        from devicelog.store.bindings import bindings

        known, chosen = bindings(self._writer), self._prepared.chosen
        for contradiction in (*contradictions(chosen, known), *unlikely_ports(chosen)):
            say(f"note: {contradiction}")
        people, stated = self._people, self._said.chunks(self._writer, self._plan.subject)
        during = During.begun(self._said, self._plan.zones)
        keys = AtTheKeys(during, partial(self._writer.seal_text, self._plan.subject))
        people.seat(keys)
        recording = self._opened(known, stated, again=again)
        end_on_signals(recording.stop)
        people.begin()
        with people.view or contextlib.nullcontext(), keys.listening(recording.put, people.view):
            recording.run(seconds=self._seconds, quiet_seconds=self._quiet_seconds, idle=partial(people.idle, keys))

    def _opened(self, known: Bindings, stated: Sequence[Chunk], *, again: bool) -> Recording:
        """The recording with its ports open and its devices confirmed."""
        from devicelog.errors import NotNowError
        from devicelog.recording.recording import Recording
        from devicelog.terminal.asking import again as try_again

        people = self._people
        while True:
            told = (people.acknowledge, people.warn, people.cry)
            recording = Recording(
                self._writer, self._plan, self._prepared.protocol, self._said.start, *told, known, stated
            )
            try:
                recording.open_ports()
                recording.confirm()
            except NotNowError as error:
                if not again:
                    raise
                say(f"devicelog: {error}")
                if not try_again():
                    raise
            else:
                return recording


def _ends(duration: str | None, quiet: str | None) -> tuple[float | None, float | None]:
    """After how many seconds, or seconds of silence, the session ends; None: not by that."""
    from devicelog.units import duration as seconds_of

    if duration is not None and quiet is not None:
        raise click.UsageError("--for and --until-quiet exclude each other; give one of them.")
    seconds = float(seconds_of(duration)) if duration is not None else None
    return seconds, float(seconds_of(quiet)) if quiet is not None else None


class _People:
    """What a recording says to people and programs: acknowledgements, or a live view, or neither; and alarms."""

    def __init__(self, plan: Plan, *, print_acks: bool, live: bool) -> None:
        from devicelog.ledger import Kind
        from devicelog.recording.standstill import cry_to_stderr
        from devicelog.terminal.live import LiveView

        self._ending = Kind.ENDING
        self._plan = plan
        self._print_acks = print_acks
        self._typed = {bound.link for bound in plan.devices if bound.driver.is_typed}
        self._is_seated = False
        self.view = LiveView() if live and not print_acks and sys.stdout.isatty() else None
        self.cry = self.view.cry if self.view is not None else cry_to_stderr

    def seat(self, keys: AtTheKeys) -> None:
        """Whoever types at this terminal does so beside the live view; lines are the driver's but for those of keys."""
        from devicelog.keyboard import keyboard

        if self.view is not None and self.view.draws and keyboard.hands_on_keys():
            self.view.attend(keys.keys)
        bound = next((bound for bound in self._plan.devices if bound.url.startswith("keyboard://")), None)
        if bound is None or self.view is None or not sys.stdin.isatty():
            return
        if keyboard.is_pipe(bound.url.partition("://")[2]):
            return
        typist = self.view.seat(bound.driver, bound.link)
        if typist is not None:
            keyboard.sit_down(typist)
            self._is_seated = keys.is_shared = True

    def begin(self) -> None:
        """The ports are open, and the session begins."""
        from devicelog.opening.warnings import warnings

        for warning in dict.fromkeys(warnings(self._plan)):
            say(f"note: {warning}")
        say(f"recording session {self._plan.session}; end with Ctrl-C")

    def acknowledge(self, lines: Sequence[Line]) -> None:
        if self._print_acks:
            _print_acks(self._plan.session, lines)
        if self._typed and not self._is_seated:
            self._refuse(lines)
        if self.view is not None:
            self.view.take(lines)
        elif any(line.kind == self._ending for line in lines):
            say("the session is about to end; waiting for logs that its devices still write")

    def _refuse(self, lines: Sequence[Line]) -> None:
        """Tell whoever types elsewhere at once what could not be read."""
        from devicelog.ledger import Kind

        for line in lines:
            if line.kind == Kind.BAD_FRAME:
                content = line.entry().content
                if content["link"] in self._typed:
                    say(f"not read, and kept as it was typed: {content['reason']}")

    def warn(self, trouble: Trouble | None) -> None:
        if self.view is not None:
            self.view.warn(trouble)
        else:
            say(f"alarm: {trouble}" if trouble is not None else "what was recorded is safe on the disk again")

    def idle(self, keys: AtTheKeys) -> None:
        if self.view is not None:
            keys.look()
            self.view.refresh()


def _print_acks(session: str, lines: Sequence[Line]) -> None:
    """One line for each entry; when nobody reads them any more, the recording goes on without."""
    try:
        sys.stdout.write("".join([f"ACK {session}/{line.number}\n" for line in lines]))
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with contextlib.suppress(OSError):
            say("nobody reads the acknowledgements any more; the recording goes on")
