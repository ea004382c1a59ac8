"""What the tests of the core share: a session on a virtual clock, and devices that speak DLR1 to it.

Nothing here has a port or a thread: a test says what arrives and when, and looks at the entries that come of it.
"""

from __future__ import annotations

import gc
from binascii import crc_hqx
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.ledger import Entry, Verdict
from devicelog.record.record import Record, fold
from devicelog.record.views import AlarmView
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog.treatment.kept import kept
from devicelog.treatment.protocol_file import find, parse
from devicelog_drivers import btx_gemini, reference_mesogun, reference_noneedle
from tests.gemini import Bench, Gemini
from tests.web.browsing import browser  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from devicelog.driver import Driver
    from tests.end_to_end.processes import Warm

# Properties have no time limit: how long one takes says more of the computer than of the code.
# Those that name no number are tried 60 times; `make test ARGS="--hypothesis-profile thorough"` tries them more often.
settings.register_profile("untimed", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=1_000)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays until the end: no garbage collection looks at it, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at pages with a real browser is a run of its own: `make pages`."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.path.name != "test_every_page.py")  # the longest file begins first


BEGINS = Stamp(boot_ns=3_600_000_000_000, wall_ns=1_767_258_000_000_000_000)
#: A link says that nothing came after this time (s).
TICK = 0.5
_SECOND = 1_000_000_000


class Session:
    """A recorder on a virtual clock. `protocol` is the name of a shipped treatment protocol or a file's text."""

    def __init__(
        self,
        *drivers: Driver,
        protocol: str | None = None,
        zones: Sequence[str] = (),
        settings: Mapping[str, int] | None = None,
        body_map: Mapping[str, str] | None = None,
        begun: Mapping[str, str] | None = None,
    ) -> None:
        limits = None if protocol is None else parse(protocol, where="test") if "\n" in protocol else find(protocol)
        held = None if limits is None else kept(limits)
        devices = tuple(Bound(number, driver, "test", f"test:{number}") for number, driver in enumerate(drivers, 1))
        self.plan = Plan(
            "S1", "subject", "Dr. Test", held, devices, "test", {}, tuple(zones), settings or {}, body_map, begun
        )
        self.limits = limits
        self.recorder = Recorder(self.plan, limits, BEGINS)
        self.chunks: list[Chunk] = []
        self.seconds = 0.0
        self.wall_steps = 0.0
        for number in range(1, len(drivers) + 1):
            self.put(ChunkKind.OPENED, b"/dev/test", link=number)

    def put(self, kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> None:
        """Let one chunk arrive now."""
        boot_ns = BEGINS.boot_ns + round(self.seconds * _SECOND)
        wall_ns = BEGINS.wall_ns + round((self.seconds + self.wall_steps) * _SECOND)
        chunk = Chunk(link, kind, boot_ns, wall_ns, data)
        self.chunks.append(chunk)
        self.recorder.handle(chunk)

    def receive(self, data: bytes, *, link: int = 1) -> None:
        self.put(ChunkKind.RECEIVED, data, link=link)

    def wait(self, seconds: float) -> None:
        """Let time pass in which nothing arrives; the links say so."""
        until = self.seconds + seconds
        while self.seconds + TICK <= until:
            self.seconds += TICK
            for bound in self.plan.devices:
                self.put(ChunkKind.QUIET, link=bound.link)
        self.seconds = until

    def lose(self, *, link: int = 1) -> None:
        self.put(ChunkKind.LOST, b"the cable is out", link=link)

    def reopen(self, *, link: int = 1) -> None:
        self.put(ChunkKind.OPENED, b"/dev/test", link=link)

    def end(self) -> Session:
        self.put(ChunkKind.ENDED, b"the test was over", link=NO_LINK)
        return self

    @property
    def entries(self) -> list[Entry]:
        return [line.entry() for line in self.recorder.lines]

    def of(self, kind: str) -> list[Any]:
        """What the entries of a kind hold, in order."""
        return [entry.content for entry in self.entries if entry.kind == kind]

    @property
    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries]

    @property
    def record(self) -> Record:
        return fold(self.entries)

    @property
    def alarms(self) -> list[AlarmView]:
        return list(self.record.alarms.values())

    @property
    def verdicts(self) -> list[str | None]:
        """The verdicts of what was given to the patient, in words."""
        reports = {layout["layout"]: layout["kind"] for layout in self.of("layout")}
        given = [content for content in self.of("observation") if reports[content[0]] in ("injection", "sample")]
        return [None if verdict is None else Verdict.WORDS[verdict] for _, _, _, verdict, _ in given]


class Device:
    """A DLR1 device at the end of a link, with its own numbers and clock."""

    model = "TEST"

    def __init__(
        self, session: Session, *, link: int = 1, serial: str = "SN1", boot: int = 7, first: int = 0, **settings: Any
    ) -> None:
        self.session = session
        self.link = link
        self.boot = boot
        self.sequence = first
        self.started = session.seconds
        self.identify(serial)
        self.configure(**settings)

    def frame(self, kind: str, *fields: Any) -> bytes:
        """The next numbered frame; None is "no value"."""
        uptime = round((self.session.seconds - self.started) * 1000)
        numbers = (self.sequence, uptime % 2**32, self.boot)
        self.sequence = (self.sequence + 1) % 2**32
        return dlr1(kind, *numbers, *fields)

    def send(self, kind: str, *fields: Any) -> bytes:
        data = self.frame(kind, *fields)
        self.session.receive(data, link=self.link)
        return data

    def recall(self, kind: str, sequence: int, *fields: Any) -> None:
        """A frame of this boot from the device's memory."""
        self.session.receive(dlr1("LOG", kind, sequence, 0, self.boot, *fields), link=self.link)

    def identify(self, serial: str) -> None:
        self.session.receive(dlr1("ID", self.model, serial, "FW1", "sim=1"), link=self.link)

    def configure(self, **settings: Any) -> None:
        self.send("CFG", *(f"{key}={value}" for key, value in settings.items()))

    def beat(self, state: str = "R", seconds: float = 0) -> None:
        """A heartbeat a second for so long, the last one now."""
        for _ in range(round(seconds)):
            self.session.wait(1)
            self.send("HB", state, 0)
        if not seconds:
            self.send("HB", state, 0)

    def reset(self, **settings: Any) -> None:
        """Power off and on again."""
        self.boot, self.sequence, self.started = self.boot + 1, 0, self.session.seconds
        self.configure(**settings)


class Gun(Device):
    """A meso-gun; depth in um, volume in nL for all needles of the head together."""

    model = "MG"
    triggers = volume = 0
    total = 1000

    def inject(self, volume: int | None = 20_000, depth: int | None = 1_500, *, mode: str = "N") -> None:
        patient = mode != "P"
        self.triggers += patient
        self.volume += (volume or 0) * patient
        self.total += 1
        self.send("INJ", self.triggers, self.total, volume, depth, -24_500, mode, 0)

    def finish(self, triggers: int | None = None, volume: int | None = None) -> None:
        """EOS, with the true totals or those that are given."""
        stated = (self.triggers if triggers is None else triggers, self.volume if volume is None else volume)
        self.send("EOS", *stated, 0)
        self.triggers = self.volume = 0


class Unit(Device):
    """A no-needle unit; current in uA, voltage in mV, width in us."""

    model = "NN"

    def sample(self, current: int | None, *, voltage: int = 9_000, frequency: int = 0, width: int = 0) -> None:
        self.send("EP", current, current, voltage, frequency, width, 6_000, "R", 0)

    def flow(self, current: int, seconds: float, *, every: float = 1.0, **more: int) -> None:
        """Samples of one current for a time, the first one at its end."""
        for _ in range(round(seconds / every)):
            self.session.seconds += every
            self.sample(current, **more)

    def finish(self, milliseconds: int, charge: int | None) -> None:
        self.send("EOS", milliseconds, charge, 0, "EP")


def dlr1(*fields: Any) -> bytes:
    """A DLR1 frame with a right CRC."""
    body = ",".join("" if field is None else str(field) for field in ("DLR1", *fields)).encode("ascii")
    return b"$%b*%04X\r\n" % (body, crc_hqx(body, 0xFFFF))


class VirtualClock:
    """The session's clock in a test: `at(seconds)` since its beginning."""

    def __init__(self) -> None:
        self.boot_ns = BEGINS.boot_ns

    def at(self, seconds: float) -> None:
        self.boot_ns = BEGINS.boot_ns + round(seconds * 1e9)


@pytest.fixture
def virtual_clock(monkeypatch: pytest.MonkeyPatch) -> VirtualClock:
    """Time stands still until a test lets it pass."""
    now = VirtualClock()
    monkeypatch.setattr(clock, "boot_ns", lambda: now.boot_ns)
    return now


@pytest.fixture
def mesogun() -> Callable[..., Gun]:
    """A session with a meso-gun: `mesogun(protocol, zones=…, needles=1)`."""

    def begin(protocol: str | None = None, *, zones: Sequence[str] = ("cheek",), **settings: Any) -> Gun:
        session = Session(reference_mesogun.DRIVER, protocol=protocol, zones=zones)
        stated: dict[str, Any] = {"needles": 1, "depth": "extension", "volume": "commanded"} | settings
        return Gun(session, **stated)

    return begin


@pytest.fixture
def noneedle() -> Callable[..., Unit]:
    """A session with a no-needle unit on direct current: `noneedle(protocol, area=1200, current="dc", wave="dc")`."""

    def begin(protocol: str | None = None, *, zones: Sequence[str] = (), **settings: Any) -> Unit:
        session = Session(reference_noneedle.DRIVER, protocol=protocol, zones=zones)
        stated: dict[str, Any] = {"current": "dc", "wave": "dc", "area": 1200} | settings
        return Unit(session, **{key: value for key, value in stated.items() if value is not None})

    return begin


@pytest.fixture(scope="session")
def new_session() -> type[Session]:
    """`new_session(driver, …, protocol=…, zones=…)`, for devices that a test makes up."""
    return Session


@pytest.fixture
def bench(new_session: type[Session]) -> Callable[..., Bench]:
    """Begins a session with a Gemini that is asked on a virtual clock."""

    def begin(device: Gemini | None = None, **more: Any) -> Bench:
        return Bench(new_session(btx_gemini.DRIVER, **more), device or Gemini())

    return begin


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """What runs commands in processes of their own, for all tests that do."""
    from tests.end_to_end.processes import Warm

    warm = Warm(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()
