"""Tells webhooks what happened: a thread of the station's own, which looks at the seals and writes through its desk.

    seals ─▶ what happened (store/webhooks.py) ─▶ rows of the outbox, durable ─▶ sent, tried again, closed

A row is written before its first byte leaves, so that a kill in between loses nothing; one that was being sent then is
sent again under the same id. Each webhook is told in order, one at a time, so that one that is slow or dead holds up no
other; a recording waits for none of it but for a row to be written between two of its batches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
from msgspec.structs import replace

from devicelog import clock
from devicelog.delivery.delay import Chance, delay
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken
from devicelog.delivery.webhook import secret_of, send
from devicelog.errors import BadInputError, DevicelogError
from devicelog.station.ending import OTHERS, await_end
from devicelog.store import outbox
from devicelog.store.outbox import WEBHOOK, Content, Delivery, State
from devicelog.store.reader import Reader
from devicelog.store.webhooks import MOST, Event, Since, Webhook, happened, now_known, webhooks

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

Answer = TypeVar("Answer")
#: Does a job with the one writer; `station.desk.do`.
Do = Callable[[Callable[["Writer"], Answer]], Answer]

#: So often it looks whether something happened (s).
LOOK = 1.0
#: After this time an event is told no more (s).
GIVEN_UP = 7 * 86400
_FAILED = 5.0

_log = structlog.get_logger()


class Courier:
    """`start` begins, `wake` lets it look at once, `close` ends it; what is being sent then is sent again later."""

    def __init__(self, store: Path, do: Do[object], chance: Chance) -> None:
        self._store = store
        self._do = do
        self._chance = chance
        self._known: dict[str, Since] = {}
        self._hooks: dict[str, Webhook] = {}
        self._looked: Since | None = None
        self._flying: dict[str, threading.Thread] = {}
        self._woken = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once; from any thread."""
        self._woken.set()

    def close(self) -> None:
        """End; a try that waits for its answer is given up, and a desk that does not answer is not waited for."""
        self._closed.set()
        self._woken.set()
        await_end(self._thread, OTHERS, "webhooks")

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                wait = self._turn()
            except DevicelogError as error:
                _log.warning("webhooks wait", cause=type(error).__name__)
                wait = _FAILED
            except Exception as error:  # must not end with the first surprise
                _log.exception("webhooks wait", cause=type(error).__name__)
                wait = _FAILED
            self._woken.wait(wait)
            self._woken.clear()

    def _turn(self) -> float | None:
        """Write down what happened, and begin what is due; how long nothing else is to be done (s).

        None: until it is woken.
        """
        with Reader.open(self._store) as reader:
            now = now_known(reader)
            if now != self._looked:
                self._learn(reader)
                self._announce(reader, now)
                self._looked = now
            due = self._due(reader)
        for row in due:
            sending = threading.Thread(
                target=self._try, args=(row, self._hooks[row.content.target]), name="webhook", daemon=True
            )
            self._flying[row.content.target] = sending
            sending.start()
        return LOOK if self._hooks else None

    # -- what happened -----------------------------------------------------------------------------------------

    def _learn(self, reader: Reader) -> None:
        """Who is to be told, and how far each was."""
        self._hooks = {f"{WEBHOOK}:{one.id}": one for one in webhooks(reader)}
        self._known = {target: known for target, known in self._known.items() if target in self._hooks}
        new = [target for target in self._hooks if target not in self._known]
        rows = outbox.told(reader) if new else []
        for target in new:
            seals = [(row.content.of or {}).get("seal", 0) for row in rows if row.content.target == target]
            sessions = [(row.content.of or {}).get("number", 0) for row in rows if row.content.target == target]
            since = self._hooks[target].since
            self._known[target] = Since(max([since.seal, *seals]), max([since.session, *sessions]))

    def _announce(self, reader: Reader, now: Since) -> None:
        """Write rows for all that happened; what happened until `now` is known then."""
        for target, hook in self._hooks.items():
            for event in happened(reader, self._known[target]):
                if event.what in hook.events:
                    self._add(target, hook, event)
                self._known[target] = event.upto
            known = self._known[target]
            self._known[target] = Since(max(known.seal, now.seal), max(known.session, now.session))

    def _add(self, target: str, hook: Webhook, event: Event) -> None:
        made = clock.utc(clock.now().wall_ns)
        of = {"session": event.session, "entry": event.entry, "seal": event.upto.seal, "number": event.upto.session}
        content = Content(
            id=_id(hook, event), target=target, format=WEBHOOK, what=event.what, by=hook.by, made=made, of=of
        )

        def add(writer: Writer) -> None:
            if all(row.content.id != content.id for row in outbox.deliveries(writer, event.number)):
                outbox.add(writer, event.number, made, content)

        self._do(add)

    # -- sending -----------------------------------------------------------------------------------------------

    def _due(self, reader: Reader) -> list[Delivery]:
        """The first row of each webhook that nobody is at, if it is due; those of webhooks that are gone are closed."""
        now = clock.now().wall_ns
        first: dict[str, Delivery] = {}
        for row in outbox.open_deliveries(reader):
            if row.is_webhook:
                first.setdefault(row.content.target, row)
        self._flying = {target: thread for target, thread in self._flying.items() if thread.is_alive()}
        found = []
        for target, row in first.items():
            if target in self._flying:
                continue
            if target not in self._hooks:
                self._change(replace(row, state=State.CANCELLED))
                self._woken.set()  # for the next one
            elif row.state is State.SENDING or clock.wall_ns(row.due) <= now:
                found.append(row)
        return found[: max(0, MOST - len(self._flying))]

    def _try(self, row: Delivery, hook: Webhook) -> None:
        """One try, written down before and after."""
        try:
            now = clock.utc(clock.now().wall_ns)
            unanswered = row.content.unanswered + (row.state is State.SENDING)
            content = replace(row.content, tries=row.content.tries + 1, unanswered=unanswered, tried=now, why=None)
            begun = replace(row, state=State.SENDING, content=content)
            self._change(begun)
            with Reader.open(self._store) as reader:
                secret = secret_of(reader.folder, hook.id)
            self._change(self._settled(begun, send(hook.url, secret, content)))
        except BadInputError:
            _log.info("a webhook was taken back while it was told")
        except DevicelogError as error:
            _log.warning("what came of a webhook was not written down", cause=type(error).__name__)
            self._closed.wait(_FAILED)
        except Exception as error:  # it would be tried again at once, and so for ever
            _log.exception("a webhook was not told", cause=type(error).__name__)
            self._closed.wait(_FAILED)
        finally:
            self._woken.set()

    def _settled(self, row: Delivery, outcome: Outcome) -> Delivery:
        now, content = clock.now().wall_ns, row.content
        match outcome:
            case Taken():
                return replace(row, state=State.DELIVERED, content=content)
            case Refused(why, _):
                return replace(row, state=State.REFUSED, content=replace(content, why=why))
            case NotNow(why, _, unanswered, after):
                content = replace(content, why=why, unanswered=content.unanswered + unanswered)
                if now - clock.wall_ns(content.made) > GIVEN_UP * 1_000_000_000:
                    return replace(row, state=State.REFUSED, content=content)
                due = clock.utc(now + round(delay(max(1, content.tries), self._chance, after) * 1e9))
                return replace(row, state=State.WAITING, due=due, content=content)

    def _change(self, row: Delivery) -> None:
        self._do(lambda writer: outbox.change(writer, row))


def _id(hook: Webhook, event: Event) -> str:
    """The name of an event at a webhook: the same however often it is looked at, so that no row is written twice."""
    return f"msg_{sha256(f'{hook.id} {event.what} {event.session} {event.entry}'.encode()).hexdigest()[:32]}"
