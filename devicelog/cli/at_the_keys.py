"""The keys of whoever treats, while a session is recorded: what they state becomes acts among the bytes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from devicelog.errors import NotNowError
from devicelog.steps.keys import Keys

if TYPE_CHECKING:
    from devicelog.keyboard.keyboard import Keyboard
    from devicelog.ledger import Kind
    from devicelog.opening.during import During, SealText
    from devicelog.terminal.live import LiveView


class AtTheKeys:
    """Reads the terminal beside the live view; with `is_shared` the keyboard of a typed driver hands the keys on."""

    def __init__(self, during: During, seal: SealText) -> None:
        self.is_shared = False
        self._during = during
        self._seal = seal
        self._put: Callable[..., None] | None = None
        self._view: LiveView | None = None
        self._keyboard: Keyboard | None = None
        self.keys = Keys(during.choices, self._state)

    @contextlib.contextmanager
    def listening(self, put: Callable[..., None], view: LiveView | None) -> Iterator[None]:
        """While a session is recorded: the terminal hands on each key as it is pressed, and is given back behind it."""
        self._put, self._view = put, view
        from devicelog.keyboard import keyboard

        if view is not None and view.draws and not self.is_shared and keyboard.hands_on_keys():
            keyboard.sit_down(self.keys)
            self._keyboard = keyboard.Keyboard(sys.stdin.fileno())
        try:
            yield
        finally:
            self._close()

    def look(self) -> None:
        """Take the keys that were pressed; without a view that shows them nobody could know what they do."""
        if self._keyboard is None:
            return
        if self._view is None or not self._view.draws:
            self._close()
        else:
            self._keyboard.read(0)

    def _close(self) -> None:
        keyboard, self._keyboard = self._keyboard, None
        if keyboard is not None:
            keyboard.close()

    def _state(self, kind: Kind, content: dict[str, Any]) -> None:
        """Let a statement take its place among the bytes."""
        if self._put is not None:
            with contextlib.suppress(NotNowError):  # the session has ended, and the view shows that
                self._put(*self._during.chunks(kind, content, self._seal))
