"""The live view on terminals: it never harms a recording, leaves the screen clean, and works without a cursor."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from devicelog.recording.backlog import Trouble
from devicelog.terminal import live
from devicelog.terminal.held_output import HeldOutput
from devicelog.terminal.live import LiveView
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devicelog.ledger import Line
    from tests.conftest import VirtualClock

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux, which stands in for a terminal, is missing")


class Screen:
    """A terminal that keeps what is written to it."""

    def __init__(self, *, dumb: bool = False) -> None:
        self.file = io.StringIO()
        environment = {"TERM": "dumb" if dumb else "xterm"}
        self.console = Console(
            file=self.file, force_terminal=True, width=80, height=24, highlight=False, _environ=environment
        )

    @property
    def text(self) -> str:
        return self.file.getvalue()


@pytest.fixture
def view_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Screen], LiveView]:
    """A live view on a screen of the test's."""

    def view(screen: Screen) -> LiveView:
        monkeypatch.setattr(live, "console", lambda: screen.console)
        return LiveView()

    return view


def test_it_draws_at_most_four_times_a_second(
    recorded: dict[str, list[Line]],
    virtual_clock: VirtualClock,
    view_on: Callable[[Screen], LiveView],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    drawn = 0

    def count(self: LiveView) -> None:
        nonlocal drawn
        drawn += 1

    monkeypatch.setattr(LiveView, "_draw", count)
    with view_on(screen) as view:
        view.take(recorded["gun"])
        for millisecond in range(0, 2000, 10):
            virtual_clock.at(60 + millisecond / 1000)
            view.refresh()

    assert drawn == 8


def test_what_looks_the_same_is_not_written_again(
    recorded: dict[str, list[Line]], virtual_clock: VirtualClock, view_on: Callable[[Screen], LiveView]
) -> None:
    screen = Screen()
    with view_on(screen) as view:
        view.take(recorded["gun"])
        virtual_clock.at(100)
        view.refresh()
        written = len(screen.text)
        virtual_clock.at(100.5)
        view.refresh()
        assert len(screen.text) == written
        virtual_clock.at(101)
        view.refresh()
        assert len(screen.text) > written


@pytest.mark.parametrize("dumb", [False, True])
def test_an_alarm_about_the_store_is_shown_although_nothing_of_it_can_be_acknowledged(
    recorded: dict[str, list[Line]], virtual_clock: VirtualClock, view_on: Callable[[Screen], LiveView], dumb: bool
) -> None:
    screen = Screen(dumb=dumb)
    with view_on(screen) as view:
        view.take(recorded["gun"])
        virtual_clock.at(100)
        view.refresh()
        assert "the disk is full" not in screen.text
        view.warn(Trouble.FULL)
        virtual_clock.at(101)
        view.refresh()
        assert "▲ HIGH" in screen.text
        assert "the disk is full" in screen.text
        view.warn(None)
        virtual_clock.at(112)
        before = len(screen.text)
        view.refresh()
        assert "the disk is full" not in screen.text[before:]


def test_the_cursor_comes_back_after_an_exception(
    recorded: dict[str, list[Line]], virtual_clock: VirtualClock, view_on: Callable[[Screen], LiveView]
) -> None:
    screen = Screen()

    def recording() -> None:
        with view_on(screen) as view:
            view.take(recorded["gun"])
            virtual_clock.at(60)
            view.refresh()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recording()
    assert screen.text.count("\x1b[?25l") == screen.text.count("\x1b[?25h") == 1
    assert screen.text.endswith("\x1b[2K")


def test_a_fault_of_the_view_does_not_reach_the_recording(
    recorded: dict[str, list[Line]],
    virtual_clock: VirtualClock,
    view_on: Callable[[Screen], LiveView],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the terminal is gone")

    monkeypatch.setattr(live, "page", fail)
    with view_on(Screen()) as view:
        view.take(recorded["gun"])
        virtual_clock.at(60)
        view.refresh()
        view.refresh()
        view.take(recorded["gun"])

    assert capsys.readouterr().err.count("the recording goes on") == 1


def test_a_dumb_terminal_gets_lines(
    recorded: dict[str, list[Line]], virtual_clock: VirtualClock, view_on: Callable[[Screen], LiveView]
) -> None:
    screen = Screen(dumb=True)
    lines = recorded["current"]
    half = len(lines) // 2
    with view_on(screen) as view:
        for taken, seconds in ((lines[:half], 100.0), ([], 100.5), ([], 111.0), (lines[half:], 112.0)):
            view.take(taken)
            virtual_clock.at(seconds)
            view.refresh()
    shown = screen.text.splitlines()

    assert "\x1b" not in screen.text
    assert [line.split(";")[0] for line in shown] == ["01:40", "01:51", "01:52"]
    assert "connected" in shown[0]
    assert "mA·min" in shown[0]


def test_a_line_never_says_0_of_what_is_not_known(
    mesogun: Callable[..., Any],
    noneedle: Callable[..., Any],
    virtual_clock: VirtualClock,
    view_on: Callable[[Screen], LiveView],
) -> None:
    def line(session: Any) -> str:
        screen = Screen(dumb=True)
        with view_on(screen) as view:
            view.take(session.recorder.lines)
            virtual_clock.at(session.seconds)
            view.refresh()
        return screen.text.strip()

    unit, gun, other = noneedle(current="rms", wave="bi"), mesogun(), mesogun()
    unit.flow(1_000, 3)
    gun.inject(volume=None)
    other.inject()
    other.inject(volume=None)

    assert line(unit.session).endswith("connected; charge not known")
    assert line(gun.session).endswith("1 injection, volume not known")
    assert line(other.session).endswith("2 injections, at least 0.02 mL")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")
def test_what_others_write_to_stderr_comes_after_the_view() -> None:
    program = (
        "import os, sys\n"
        "from devicelog.terminal.held_output import HeldOutput\n"
        "held = HeldOutput()\n"
        "held.begin()\n"
        "print('log line', file=sys.stderr)\n"
        "os.write(2, b'raw line\\n')\n"
        "print('view', flush=True)\n"
        "held.end()\n"
        "print('after', file=sys.stderr, flush=True)\n"
    )
    device, terminal = os.openpty()
    subprocess.run([sys.executable, "-c", program], stdout=terminal, stderr=terminal, check=True, timeout=PATIENCE)
    os.close(terminal)
    text = os.read(device, 4096).decode()
    os.close(device)

    assert text.split() == ["view", "log", "line", "raw", "line", "after"]


def test_stderr_that_goes_to_a_file_is_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    held = HeldOutput()
    held.begin()
    os.write(2, b"at once\n")
    assert capfd.readouterr().err == "at once\n"
    held.end()


# -- a real terminal -------------------------------------------------------------------------------------------


class Tmux:
    """A terminal of 80 by 24 that runs one command."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self._base = ["tmux", "-L", name, "-f", os.devnull]
        self._environment = environment

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._base, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return done.stdout

    def start(self, command: str) -> None:
        self.run("new-session", "-d", "-x", "80", "-y", "24", command)

    def until(self, *words: str, without: tuple[str, ...] = ()) -> str:
        """The screen, once all these words stand on it, and none of those that it must be without."""
        screen = [""]

        def stands() -> bool:
            screen[0] = self.run("capture-pane", "-p")
            return all(word in screen[0] for word in words) and not any(word in screen[0] for word in without)

        until(stands, f"{words} on the screen", every=0.1)
        return screen[0]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    scripts = Path(sys.executable).parent
    keys = {"DEVICELOG_KEYS": str(tmp_path / "keys"), "DEVICELOG_STORE": str(tmp_path / "store")}
    environment = {**os.environ, **keys, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    terminal = Tmux(f"{tmp_path.name}-{os.getpid()}", environment)  # a server that was killed may take a while to go
    yield terminal
    subprocess.run([*terminal._base, "kill-server"], check=False, capture_output=True, timeout=PATIENCE)


@needs_tmux
def test_a_session_is_seen_live_and_then_summed_up(tmux: Tmux) -> None:
    url = "sim://reference-mesogun?seed=1&speed=25&scenario=face-limits"
    asked = f"--device 'reference-mesogun@{url}' --protocol meso-face-gun-intradermal --zone forehead"
    asked += " --subject P1 --practitioner 'Dr A' --until-quiet '1 s' --no-ask 'a test'"
    tmux.start(f"devicelog record {asked}; echo CODE=$?; sleep 60")

    screen = tmux.until("INJECTIONS", "● connected", "SIM-MG-0001", "EXAMPLE, UNAPPROVED", "zone Forehead:")
    assert screen.count("RECORDING") == 1
    assert "of 5 mL" in screen
    end = tmux.until("CODE=0", "Device totals")
    assert "RECORDING" not in end
    assert "agrees" in end
    assert tmux.run("display-message", "-p", "#{cursor_flag}").strip() == "1"


def broken(part: str, tmp_path: Path) -> str:
    """The command of a recording with a live view of which a part breaks."""
    program = f"import sys; sys.path.append('.'); from tests.faults import breakers; breakers.{part}(); "
    program += "from devicelog.cli import main; main()"
    asked = "--device 'reference-mesogun@sim://reference-mesogun?speed=5' --protocol none"
    asked += " --subject P1 --practitioner 'Dr A' --no-ask 'a test'"
    run = f'TORTURE_MARK={tmp_path / "mark"} {sys.executable} -c "{program}" record {asked}'
    modes = "MODES $(stty -a | grep -wo -e '[-]*icanon' -e '[-]*echo' | sort -r)"
    return f"cd {Path(__file__).parents[2]} && {run}; echo CODE=$? {modes}; sleep 60"


@needs_tmux
def test_a_store_that_does_not_answer_for_a_while_is_said_above_the_view_which_then_goes_on(
    tmux: Tmux, tmp_path: Path
) -> None:
    tmux.start(broken("writer_stalls", tmp_path))

    tmux.until("alarm: the store does not answer", "check the disk")
    screen = tmux.until("● connected", "RECORDING", without=("does not answer", "goes on"))

    assert screen.count("RECORDING") == 1
    tmux.run("send-keys", "C-c")
    tmux.until("CODE=0")


@needs_tmux
def test_a_recording_that_ends_because_its_store_does_not_answer_leaves_the_terminal_whole(
    tmux: Tmux, tmp_path: Path
) -> None:
    tmux.start(broken("writer_hangs_and_soon_ends", tmp_path))

    tmux.until("the recording has ended", "recording ends", "CODE=3 MODES icanon echo")
    assert tmux.run("display-message", "-p", "#{cursor_flag}").strip() == "1"
