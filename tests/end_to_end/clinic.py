"""A computer with devices on USB adapters: pseudo-terminals that are listed as the ports of adapters."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from devicelog import registry
from tests.end_to_end.plugged import FILE
from tests.pump_line import PumpLine

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog, Done

FTDI = {"vid": 0x0403, "pid": 0x6001, "serial_number": "A1", "location": "1-1.2", "manufacturer": "FTDI"}
CH340 = {"vid": 0x1A86, "pid": 0x7523, "serial_number": None, "location": "1-1.2", "product": "USB Serial"}
GUN = "reference-mesogun"


class Clinic:
    """Plugs simulated devices in and out; call it with the words of a command, as `Devicelog`."""

    def __init__(self, box: Devicelog) -> None:
        self.box = box
        self._file = box.root / "plugged-in.json"
        self._adapters: dict[str, dict[str, Any]] = {}
        self._stack = ExitStack()
        box.environment[FILE] = str(self._file)

    def __enter__(self) -> Self:
        self._list()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def device(self, *, seed: int = 1, name: str = GUN) -> PumpLine:
        """A simulated device at the end of a cable, whose serial number ends with `seed`; on no adapter yet."""
        line = PumpLine(registry.simulator(name).start(seed, None), speed=5)
        return self._stack.enter_context(line)

    def silence(self) -> PumpLine:
        """A cable with nobody at its end."""
        return self._stack.enter_context(PumpLine(_Nobody()))

    def plug(self, **adapters: tuple[PumpLine, dict[str, Any]]) -> None:
        """What is plugged in from now on, and nothing else: cable and adapter."""
        self._adapters = {line.url: info for line, info in adapters.values()}
        self._list()

    def _list(self) -> None:
        self._file.write_text(json.dumps(self._adapters), encoding="utf-8")

    def __call__(self, *words: str, code: int = 0) -> Done:
        warm = self.box.warm
        warm.start(words, self.box.root, self.box.environment, first="tests.end_to_end.plugged:plug")
        done = warm.wait(words)
        assert done.code == code, done
        assert "Traceback" not in done.err
        return done

    def bind(self, line: PumpLine, *words: str, driver: str = GUN, code: int = 0) -> Done:
        return self("bind", f"{driver}@{line.url}", "--by", "Ann", *words, code=code)

    def record(self, *devices: str, code: int = 0) -> Done:
        """A short session on devices as a person names them."""
        given = [word for device in devices for word in ("--device", device)]
        who = ("--protocol", "none", "--subject", "P-1", "--practitioner", "Dr. Test", "--no-live")
        return self("record", *given, *who, "--for", "1500 ms", code=code)

    def recorded(self) -> list[tuple[str, str]]:
        """Port and serial number of each device of the last session."""
        [started] = self.box.of("started")
        serials = {content["link"]: content["serial"] for content in self.box.of("device_bound")}
        return [(device["url"], serials[device["link"]]) for device in started["devices"]]


class _Nobody:
    """Stands in for a device that is switched off."""

    finished = False

    def advance(self, _seconds: float) -> bytes:
        return b""

    def answer(self, _request: bytes) -> bytes:
        return b""
