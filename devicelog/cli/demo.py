"""`devicelog demo`: the whole job on simulated devices, every step a command that a user could type."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from devicelog.cli.simulate import SPEED


@dataclass(frozen=True, slots=True)
class _Part:
    """One session of the demo: what it shows, the device, and the arguments of its recording."""

    title: str
    device: str
    protocol: str
    subject: str
    zones: tuple[str, ...]


_PARTS = (
    _Part(
        "a meso-gun: a face in three zones, 100 points of 0.02 mL",
        "reference-mesogun",
        "meso-face-gun-intradermal",
        "DEMO-1",
        ("forehead", "left_cheek", "right_cheek"),
    ),
    _Part(
        "a no-needle unit: half an hour of direct current, with a lost contact and a dry electrode",
        "reference-noneedle",
        "noneedle-ionto-dc-face",
        "DEMO-2",
        ("full_face",),
    ),
)


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="devicelog-demo",
    show_default=True,
    help="The folder for the demo's store, keys and exports.",
)
@click.option("--speed", type=SPEED, default="max", show_default=True, metavar="max|N", help="Times real time, or max.")
def command(out: Path, speed: float | None) -> None:
    """The whole job on simulated devices.

    A meso-gun session and a no-needle session are recorded over real serial links, checked against treatment
    protocols, sealed, exported in every format and verified.
    """
    demo = _Demo(out.absolute(), "max" if speed is None else f"{speed:g}")
    for number, part in enumerate(_PARTS, start=1):
        click.echo(f"\n{number}. {part.title}\n")
        demo.record(part)
    sessions = demo.sessions()
    click.echo("\n3. exports, and everything verified\n")
    for session in sessions:
        demo.run("export", session, "--to", str(demo.exports))
        demo.run("verify", str(demo.exports / session))
    demo.run("verify")
    click.echo(f"\nLook at {demo.exports}, and try:")
    click.echo(f"  {demo.how_to_use()}")
    click.echo("  devicelog sessions; devicelog show last; devicelog entries last; devicelog replay last")
    click.echo("  devicelog serve; then open http://localhost:8470/ with the code that the first start prints")


class _Demo:
    """Runs the commands in processes of their own, as a user would, on a store and keys inside the demo's folder."""

    def __init__(self, out: Path, speed: str) -> None:
        self.exports = out / "exports"
        self._out = out
        self._store = out / "store"
        self._speed = speed
        out.mkdir(parents=True, exist_ok=True)
        self._environment = {
            **os.environ,
            "DEVICELOG_KEYS": str(out / "keys"),
            "DEVICELOG_STORE": str(self._store),
            "PYTHONUNBUFFERED": "1",
        }

    def record(self, part: _Part) -> None:
        """Start the simulator, record it until it falls silent, end it."""
        with self._simulator(part.device) as url:
            zones = [word for zone in part.zones for word in ("--zone", zone)]
            who = ["--protocol", part.protocol, "--subject", part.subject, "--practitioner", "Demo Practitioner"]
            device = f"{part.device}@{url}"
            self.run("record", "--device", device, *who, *zones, "--until-quiet", "3 s")

    @contextmanager
    def _simulator(self, name: str) -> Iterator[str]:
        command = [*_DEVICELOG, "simulate", name, "--seed", "1", "--speed", self._speed]
        process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            ready = process.stdout.readline().split()
            if ready[:1] != ["READY"]:
                raise click.ClickException(f"the simulator {name} did not start; try `devicelog simulate {name}`.")
            yield ready[1]
        finally:
            process.terminate()
            process.communicate(timeout=10)

    def sessions(self) -> list[str]:
        """The ids of the last two sessions, oldest first."""
        from devicelog.store.reader import Reader

        os.environ["DEVICELOG_KEYS"] = self._environment["DEVICELOG_KEYS"]
        with Reader.open(self._store) as reader:
            return [session.id for session in reader.sessions()][-len(_PARTS) :]

    def run(self, *words: str) -> None:
        """Run one devicelog command and show it; a command that fails ends the demo with its exit code."""
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        click.secho(f"$ devicelog {shown}", bold=True)
        done = subprocess.run([*_DEVICELOG, *words], env=self._environment, check=False)
        if done.returncode != 0:
            raise SystemExit(done.returncode)

    def how_to_use(self) -> str:
        """The line that points a shell at the demo's store."""
        keys, store = self._environment["DEVICELOG_KEYS"], self._environment["DEVICELOG_STORE"]
        if os.name == "nt":
            return f'$env:DEVICELOG_KEYS="{keys}"; $env:DEVICELOG_STORE="{store}"'
        return f'export DEVICELOG_KEYS="{keys}" DEVICELOG_STORE="{store}"'


_DEVICELOG = (sys.executable, "-m", "devicelog")
