"""The terminal's live view of a session that is being recorded."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import click
import structlog
from rich.console import ConsoleDimensions, Group
from rich.live import Live

from devicelog import clock
from devicelog.keyboard import keyboard
from devicelog.keyboard.typist import Typist
from devicelog.live.meaning import Meaning
from devicelog.live.meters import session_limits
from devicelog.live.state import LiveState
from devicelog.record.caveats import dose
from devicelog.terminal import amounts
from devicelog.terminal.alarms import SHAPES, alarm_text
from devicelog.terminal.held_output import HeldOutput
from devicelog.terminal.keys import key_lines
from devicelog.terminal.page import page
from devicelog.terminal.screen import console
from devicelog.terminal.typing import prompt_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from rich.text import Text

    from devicelog.driver import Driver
    from devicelog.keyboard.typist import Prompt
    from devicelog.ledger import Line
    from devicelog.recording.backlog import Trouble
    from devicelog.steps.keys import KeyPrompt, Keys
    from devicelog.treatment.protocol import Limit

#: The screen is drawn at most every so many nanoseconds.
_EVERY_NS = 250_000_000
#: On a terminal that cannot be drawn on, a line is printed so often (us), and whenever an alarm or a link changes.
_LINE_EVERY_US = 10_000_000

#: On the first line of the screen, in reverse; the cursor stays where it is. And the end of the screen, with a cursor.
_ON_TOP = "\x1b7\x1b[H\x1b[7m{}\x1b[0m\x1b[K\x1b8"
_BELOW = "\x1b[999;1H\x1b[?25h\r\n{}\r\n"

_log = structlog.get_logger()


class LiveView:
    """Shows the record as it grows; give it what was acknowledged, and call `refresh` between batches."""

    def __init__(self) -> None:
        self._state = LiveState()
        self._typist: Typist | None = None
        self._prompt: Prompt | None = None
        self._keys: Keys | None = None
        self._key_prompt: KeyPrompt | None = None
        self._console = console()
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            screen=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._held = HeldOutput()
        self._draws = self._console.is_terminal and not self._console.is_dumb_terminal
        self._failed = False
        self._limits: tuple[Limit, ...] | None = None
        self._shown_ns = 0
        self._lines: list[Text] = []
        self._size = self._console.size
        self._told: tuple[int, object] = (-_LINE_EVERY_US, None)

    def __enter__(self) -> Self:
        if self._draws:
            self._live.start()
            self._held.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self._live.stop()
        with contextlib.suppress(OSError):
            self._held.end()

    @property
    def draws(self) -> bool:
        """Whether there is a screen, and it still shows the session."""
        return self._draws and not self._failed

    def attend(self, keys: Keys) -> None:
        """The keys beside this view, which shows what they are at."""
        self._keys = keys

    def seat(self, driver: Driver, link: int) -> Typist | None:
        """Somebody who types beside this view for one device; None where nothing can be drawn."""
        if self._draws:
            self._typist = Typist(Meaning(driver, link, partial(self._settings, link)), self._keys)
        return self._typist

    def _settings(self, link: int) -> Mapping[str, Any]:
        return self._state.record.tally.settings(link)

    def take(self, lines: Sequence[Line]) -> None:
        """Add what was acknowledged."""
        if not self._failed:
            with self._apart():
                self._state.take(lines)

    def warn(self, trouble: Trouble | None) -> None:
        """Show an alarm that cannot become durable, or that it is over."""
        self._state.trouble = trouble

    def cry(self, sentence: str, *, last: bool, over: bool) -> None:  # noqa: ARG002
        """Say it now, in any thread, while the loop that draws stands still; the next drawing begins afresh."""
        with contextlib.suppress(OSError):
            if not self._draws or self._failed:
                self._held.past(f"{sentence}\n")
                return
            self._held.past((_BELOW if last else _ON_TOP).format(sentence))
            self._size = ConsoleDimensions(0, 0)
            if last:
                self._held.end()
                keyboard.give_back()

    def refresh(self) -> None:
        """Show the session as it stands, unless it was shown a moment ago."""
        now = clock.boot_ns()
        prompt = self._typist.prompt if self._typist is not None else None
        keys = self._keys.prompt if self._keys is not None else None
        is_typed = prompt != self._prompt or keys != self._key_prompt
        if self._failed or (now - self._shown_ns < _EVERY_NS and not is_typed):
            return
        self._prompt, self._key_prompt = prompt, keys
        self._shown_ns = now
        with self._apart():
            self._draw() if self._draws else self._tell()

    @contextlib.contextmanager
    def _apart(self) -> Iterator[None]:
        """Whatever befalls the view (a terminal that is gone, a fault of its own), the recording goes on without it."""
        try:
            yield
        except Exception:
            self._failed = True
            self._close()
            with contextlib.suppress(OSError):
                click.echo("the live view failed and is switched off; the recording goes on", err=True)
            _log.warning("the live view failed", exc_info=True)

    def _draw(self) -> None:
        size = self._console.size
        if self._limits is None and self._state.record.started:
            self._limits = session_limits(self._state.record)
        ascii_only = not self._console.encoding.startswith("utf")
        below = prompt_lines(self._prompt, size.width) if self._prompt is not None else []
        if self._key_prompt is not None:
            below += key_lines(self._key_prompt, size.width, aside=self._prompt is not None)
        height = size.height - 1 - len(below)
        lines = page(self._state, self._limits or (), size.width, height, ascii_only=ascii_only) + below
        if size != self._size:
            self._size = size
            self._console.clear()
        elif lines == self._lines:
            return
        self._lines = lines
        self._live.update(Group(*lines), refresh=True)

    def _tell(self) -> None:
        """One line, on a terminal without a cursor that could be moved."""
        state, record = self._state, self._state.record
        if not record.started:
            return
        alarm = next(iter(state.open_alarms()), None)
        links = [state.link_state(device)[0].value for device in record.devices.values()]
        heeded = (alarm.text if alarm is not None else None, links)
        told_us, told = self._told
        if told == heeded and state.now_us - told_us < _LINE_EVERY_US:
            return
        self._told = state.now_us, heeded
        totals = record.tally.session
        given = [amounts.injections(record, None)] if totals.triggers else []
        given += [amounts.dose(dose(record, None, "charge"), "mA*min", "charge")] if totals.samples else []
        warning = [f"{SHAPES[alarm.priority]} {alarm_text(alarm)}"] if alarm is not None else []
        parts = [amounts.since_start(state.now_us), *links, *given, *warning]
        self._console.print("; ".join(parts), soft_wrap=True)
