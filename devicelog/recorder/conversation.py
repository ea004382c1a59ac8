"""The decoder of a device; where the device is listened to on several lines, one that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from devicelog.driver import Conversing, Decoder, Driver
from devicelog.patience import Patience


class Conversation:
    """Makes the decoders of a device's lines, and makes all of them anew when one has failed."""

    def __init__(self, driver: Driver, patience: Patience) -> None:
        self._driver = driver
        self._patience = patience
        self._whole: Conversing | None = None
        self._lines: list[Callable[[], None]] = []

    def join(self, begin_again: Callable[[], None]) -> None:
        """One more line; `begin_again` is called when it needs a new decoder."""
        self._lines.append(begin_again)

    def decoder(self, direction: str) -> Decoder:
        """The decoder of a line; "" if there is only one. Raises whatever the driver raises."""
        if not direction:
            return self._patience.call(self._driver.decoder)
        if self._whole is None:
            self._whole = cast("Conversing", self._patience.call(self._driver.decoder))
        whole = self._whole
        return self._patience.call(lambda: whole.direction(direction))

    def begin_again(self) -> None:
        """The driver failed on a line: what the lines share cannot be trusted any more."""
        self._whole = None
        for begin_again in self._lines:
            begin_again()
