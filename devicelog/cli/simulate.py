"""`devicelog simulate`: a device without hardware, for training and for CI."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from devicelog.cli.options import say


class _Speed(click.ParamType[float | None]):
    """A factor, or "max"."""

    name = "N|max"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value == "max":
            return None
        try:
            factor = float(str(value))
        except ValueError:
            factor = 0.0
        if not 0 < factor < float("inf"):
            self.fail(f"{value!r} is not a speed; expected a number above 0, or max.", param, ctx)
        return factor


SPEED = _Speed()


@click.command("simulate")
@click.argument("name")
@click.option("--link", type=click.Path(path_type=Path), help="Make this path a link to the pseudo-terminal.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--speed", type=SPEED, default="1", show_default=True, metavar="N|max", help="Times real time, or max.")
@click.option("--scenario", metavar="FILE", help="A scenario file, or the name of one that comes with the simulator.")
@click.option("--faults", type=click.Path(path_type=Path), metavar="FILE", help="A fault script.")
@click.option("--socket", is_flag=True, help="Serve a socket:// URL on this computer instead of a pseudo-terminal.")
def command(
    name: str,
    link: Path | None,
    seed: int,
    speed: float | None,
    scenario: str | None,
    faults: Path | None,
    socket: bool,
) -> None:
    """A simulated device on a pseudo-terminal, or on a socket:// URL where there are none.

    Prints READY and the URL when it can be opened; ends with Ctrl-C or SIGTERM, and then some simulators tell what they
    have really given and heard. Sessions recorded from it are marked as simulated.
    """
    from devicelog import registry

    registry.simulator(name)
    serve = registry.simulator_server()
    stop = threading.Event()
    _set_by_signals(stop)
    truth = serve(
        name,
        seed=seed,
        scenario=scenario,
        faults=faults,
        speed=speed,
        link=link,
        socket=socket,
        ready=lambda url: click.echo(f"READY {url}"),
        stop=stop,
    )
    say("; ".join(["simulator ended", *(f"{what}: {value}" for what, value in truth.items())]))


def _set_by_signals(stop: threading.Event) -> None:
    """Let Ctrl-C and SIGTERM set it, at whatever moment they come."""

    def ask(*_: object) -> None:
        # The handler interrupts the wait for this very event, which may hold its lock just then: here that would last
        # for ever, and a thread only waits until the wait is over.
        threading.Thread(target=stop.set, daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
