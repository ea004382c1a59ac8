"""A peer that answers as the shell of a Gemini does, with a card of its own; it keeps all that it was ever sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from devicelog.chunk import ChunkKind
from devicelog.ledger import Kind, encode

if TYPE_CHECKING:
    from tests.conftest import Session

ROUND_TRIP = 0.1

#: When its clock stands at the beginning; it has no zone.
BEGINS = datetime(2026, 3, 9, 15, 30)  # noqa: DTZ001


def run_log(
    written: datetime, *, serial: str = "1135421", volts: str = "2303.53", result: str = "Complete", pulses: int = 1
) -> bytes:
    """A run log in lines with a colon, as the device writes it."""
    lines = [
        f"Date/Time: {spoken(written)}",
        "Model: BTX Gemini",
        f"Serial Number: {serial}",
        "Protocol Name: H16_C",
        "Protocol Type: Exponential",
        "Pulse Amplitude: 2300 V",
        f"Number of Pulses: {pulses}",
        "Electrode Gap: 2.0 mm",
        *[f"Pulse {number} Voltage: {volts} V" for number in range(1, pulses + 1)],
        *[f"Pulse {number} Time Constant: 5021 us" for number in range(1, pulses + 1)],
        f"Protocol Result: {result}",
        "Status: 0x00000000.00000000 - No error.",
    ]
    return "\r\n".join(lines).encode()


def spoken(moment: datetime) -> str:
    """A time as the device writes it."""
    return f"{moment:%m/%d/%Y} {int(moment.strftime('%I'))}:{moment:%M:%S} {moment:%p}"


def path_of(moment: datetime, more: str = "") -> str:
    """Where the device puts the log of a run."""
    return f"\\BTXDATA\\{moment:%Y-%m}\\{moment:%y%m%d}\\{moment:%H%M%S}{more}.TXT"


class Gemini:
    """The device. `card` holds its files by path, `due` those that it will write, each at a time; times are in seconds.

    `jumps` are steps of its clock that are still to come.
    """

    finished = False

    def __init__(self, *, serial: str = "1135421", echo: bool = True) -> None:
        self.serial = serial
        self.echo = echo
        self.seconds = 0.0
        self.heard: list[str] = []
        self.card: dict[str, bytes] = {}
        self.due: list[tuple[float, str, bytes]] = []
        self.jumps: list[float] = []
        self._rest = b""

    @property
    def clock(self) -> datetime:
        return BEGINS + timedelta(seconds=self.seconds)

    def write(self, moment: datetime, log: bytes | None = None) -> str:
        """Put a log on the card, now."""
        path = path_of(moment)
        written = log if log is not None else run_log(moment, serial=self.serial)
        self.card = {**self.card, path: written}  # another thread may be looking
        return path

    def advance(self, seconds: float) -> bytes:
        self.seconds += seconds + (self.jumps.pop() if self.jumps else 0)
        for late in [one for one in self.due if one[0] <= self.seconds]:
            self.due.remove(late)
            self.card = {**self.card, late[1]: late[2]}
        return b""

    def answer(self, request: bytes) -> bytes:
        *commands, self._rest = (self._rest + request).split(b"\r\n")
        return b"".join(self._reply(command.decode("ascii")) for command in commands)

    def _reply(self, command: str) -> bytes:
        self.heard.append(command)
        verb, _, path = command.partition(" ")
        lines: list[bytes] = []
        match verb:
            case "version":
                lines = [b"BTX Gemini 4.0.4", f"Serial number: {self.serial}".encode()]
            case "time":
                lines = [spoken(self.clock).encode()]
            case "status":
                lines = [b"", b"Successful Tx: 12", b"Successful Rx: 12", b"Failed: 0", b"Retries: 0"]
            case "sddir":
                below = {
                    name.removeprefix(path + "\\").split("\\")[0] for name in self.card if name.startswith(path + "\\")
                }
                lines = [name.encode() for name in sorted(below)]
            case "sdsend" if path in self.card:
                lines = [self.card[path]]
            case _:
                lines = [b"Command error: 1"]
        return b"\n".join([*([command.encode()] if self.echo else []), *lines, b":"])


class Bench:
    """A session with a Gemini on a virtual clock, in which every query is answered at once."""

    def __init__(self, session: Session, device: Gemini) -> None:
        self.session = session
        self.device = device

    def ask(self, *commands: str) -> None:
        """Queries of the polling, and whatever the recorder wants to know because of the answers."""
        for command in commands:
            self._send(command.encode() + b"\r\n")
            while self.session.recorder.requests:
                self._send(self.session.recorder.requests.pop(0)[1])

    def look(self) -> None:
        """One round of the polling."""
        self.ask("version", "time", "sddir \\BTXDATA")

    def wait(self, seconds: float) -> None:
        self.session.seconds += seconds
        self.device.advance(seconds)

    def act(self, kind: Kind, **content: Any) -> None:
        self.session.put(ChunkKind.ACT, encode({"kind": kind.value, **content}), link=0)

    def _send(self, request: bytes) -> None:
        self.session.put(ChunkKind.SENT, request)
        self.wait(ROUND_TRIP)
        self.session.receive(self.device.answer(request))

    @property
    def logs(self) -> list[dict[str, Any]]:
        return self.session.of("device_log")

    @property
    def pulses(self) -> list[Any]:
        layouts = {layout["layout"]: layout["report"] for layout in self.session.of("layout")}
        return [one for one in self.session.of("from_memory") if layouts[one["layout"]] == "pulse"]
