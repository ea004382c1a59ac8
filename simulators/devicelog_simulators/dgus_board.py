"""The board of a multi-function aesthetic unit behind its display, as a public firmware has it.

Source: github.com/Saoskywalker/DEMO (User_Src/AppLib.c, Library/dwDriveD2/dwDriveD2.c). It shows levels from 0 to 10,
never milliamperes. What it shows first at the end of a run, the icon or the new time, is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from devicelog_simulators.dgus_frames import write

Page = Literal["boot", "main", "bio1", "scrubber", "ultrasound", "clean", "adjust"]
Key = Literal[
    "enter", "bio1", "scrubber", "ultrasound", "clean", "adjust", "standby", "start",
    "time_up", "time_down", "level_up", "level_down", "mode_up", "mode_down",
    "frequency_up", "frequency_down", "bottle_a", "bottle_b", "bottle_c", "bottle_d",
]  # fmt: skip
#: The code of a key, which the display sends up.
CODES: dict[Key, int] = {
    "enter": 0x31, "bio1": 0x06, "scrubber": 0x07, "ultrasound": 0x05, "clean": 0x0A, "adjust": 0x21,
    "standby": 0x0B, "start": 0x16, "time_up": 0x0E, "time_down": 0x0D, "level_up": 0x12, "level_down": 0x11,
    "mode_up": 0x10, "mode_down": 0x0F, "frequency_up": 0x13, "frequency_down": 0x14,
    "bottle_a": 0x17, "bottle_b": 0x18, "bottle_c": 0x19, "bottle_d": 0x1A,
}  # fmt: skip
KEYS = 0x1080
_PICTURES: dict[Page, int] = {"main": 11, "bio1": 16, "scrubber": 17, "ultrasound": 15, "clean": 14, "adjust": 19}
#: Keys that show a page.
_WAYS: dict[Key, Page] = {
    "bio1": "bio1", "scrubber": "scrubber", "ultrasound": "ultrasound", "clean": "clean", "adjust": "adjust",
}  # fmt: skip
_LEVELLED: tuple[Page, ...] = ("bio1", "scrubber", "ultrasound")
_TIMED: tuple[Page, ...] = (*_LEVELLED, "clean")
_TIME, _MODE, _LEVEL, _FREQUENCY = 0x1B00, 0x1B04, 0x1B08, 0x1B0C
_START, _BOTTLE, _LIQUID = 0x1001, 0x1006, 0x100E
_BACKLIGHT, _PICTURE = 0x0082, 0x0084
#: A page's time when it is entered and after its end (s).
WHOLE = 1_800


@dataclass(slots=True)
class Setting:
    """What a page has been set to."""

    level: int = 0
    mode: int = 0
    running: bool = False


class Board:
    """Takes keys and seconds, and gives what it writes to the display: data of commands 0x82."""

    def __init__(self, language: int) -> None:
        self._language = language
        self._frequency = 250
        self.power_on()

    @property
    def running(self) -> bool:
        """Whether something is given."""
        return self._settings[self.page].running if self.page in _TIMED else False

    def power_on(self) -> list[bytes]:
        """The page with the animation, on which `enter` is the only key."""
        self.page: Page = "boot"
        self._left = WHOLE
        self._settings = {page: Setting() for page in _TIMED}
        return [_picture(0)]

    def press(self, key: Key) -> list[bytes]:
        """What the board writes when it hears of a key; a key that the page does not have does nothing."""
        if self.page == "boot":
            return [_picture(1), _light(0x64), *self._enter("main")] if key == "enter" else []
        if key == "standby":
            return [_light(0x03), *self._leave(), *self.power_on()]
        if key in _WAYS:
            return [] if _WAYS[key] == self.page else self._leave() + self._enter(_WAYS[key])
        return self._set(key)

    def _set(self, key: Key) -> list[bytes]:
        """A key that changes something on the page that is shown."""
        name, _, way = key.rpartition("_")
        step = {"up": 1, "down": -1}.get(way, 0)
        if self.page in _TIMED and (name == "time" or key == "start"):
            return self._set_time(step) if name == "time" else self._toggle()
        if self.page in _LEVELLED and name in ("level", "mode"):
            return self._set_level(step) if name == "level" else self._set_mode(step)
        if self.page == "adjust" and name == "frequency":
            self._frequency = min(max(self._frequency + step, 201), 300)
            return [_text(_FREQUENCY, f"{self._frequency / 10:.1f} ")]
        if self.page == "clean" and name == "bottle":
            return [_icon(_BOTTLE, "abcd".index(way))]
        return []

    def second(self) -> list[bytes]:
        """What it writes when a second of a run is over: 00:00 stands for a second, then the time begins anew."""
        if self._left:
            self._left -= 1
            return [self._time()]
        self._left = WHOLE
        return [*self._toggle(), self._time()]

    def liquid(self, *, full: bool) -> list[bytes]:
        """The sensor of the bottle."""
        return [_icon(_LIQUID, int(full))]

    def _enter(self, page: Page) -> list[bytes]:
        self.page = page
        shown = [_picture(_PICTURES[page] + self._language)]
        if page in _TIMED:
            self._left = WHOLE
            shown.append(self._time())
        if page in _LEVELLED:
            shown += [self._level(), self._mode()]
        if page == "adjust":
            shown.append(_text(_FREQUENCY, f"{self._frequency / 10:.1f} "))
        return shown

    def _leave(self) -> list[bytes]:
        """Level, mode and run of a page are 0 as soon as another is shown."""
        if self.page not in _TIMED:
            return []
        self._settings[self.page] = Setting()
        return [_icon(_START, 0)]

    def _toggle(self) -> list[bytes]:
        setting = self._settings[self.page]
        setting.running = not setting.running
        return [_icon(_START, int(setting.running))]

    def _set_time(self, step: int) -> list[bytes]:
        if (step > 0 and self._left < 3_600) or (step < 0 and self._left > 60):
            self._left += 60 * step
        return [self._time()]

    def _set_level(self, step: int) -> list[bytes]:
        setting = self._settings[self.page]
        setting.level = min(max(setting.level + step, 0), 10)
        return [self._level()]

    def _set_mode(self, step: int) -> list[bytes]:
        setting = self._settings[self.page]
        setting.mode = min(max(setting.mode + step, 0), 2)
        return [self._mode()]

    def _time(self) -> bytes:
        return _text(_TIME, f"{self._left // 60:02d}:{self._left % 60:02d}")

    def _level(self) -> bytes:
        return _text(_LEVEL, f"  {self._settings[self.page].level:02d} ")

    def _mode(self) -> bytes:
        return _text(_MODE, f"  {'ABC'[self._settings[self.page].mode]}  ")


def _text(address: int, text: str) -> bytes:
    return write(address, text.encode("ascii"))


def _icon(address: int, number: int) -> bytes:
    return write(address, number.to_bytes(2, "big"))


def _picture(number: int) -> bytes:
    return write(_PICTURE, b"\x5a\x01" + number.to_bytes(2, "big"))


def _light(brightness: int) -> bytes:
    return write(_BACKLIGHT, bytes([brightness, brightness, 0xFF, 0xFF]))
