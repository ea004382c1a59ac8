"""`devicelog capture`: listen to an unknown device, look at what came, and read it with a driver."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from devicelog.cli.ending import end_on_signals
from devicelog.cli.group import Group
from devicelog.cli.options import json_option, print_json, say

if TYPE_CHECKING:
    from devicelog.capture.decoding import Decoding
    from devicelog.capture.file import CaptureFile
    from devicelog.capture.overview import Overview
    from devicelog.driver import Driver, SerialSettings
    from devicelog.terminal.decoded import Decoded

_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
_FORMAT = re.compile(r"([5-8])([NEOMS])(1|1\.5|2)")


class _Capture(Group):
    """A group whose first word may also be a port, or an option of listening to one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["listen", *args]
        return super().parse_args(ctx, args)


@click.group(
    "capture", cls=_Capture, subcommand_metavar="[[DRIVER@]URL --to FILE | show FILE | decode FILE --driver NAME]"
)
def command() -> None:
    """Listen to a device that nobody has a driver for, and look at what it sends.

    `devicelog capture URL --to FILE` listens, with DRIVER@URL the device is asked; `listen --help` has the options.
    docs/unknown-devices.md is the way from there to a profile.
    """


class _Format(click.ParamType[tuple[int, str, float]]):
    """Data bits, parity and stop bits, as people write them: 8N1, 7E1."""

    name = "FORMAT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str, float]:
        found = _FORMAT.fullmatch(str(value).upper())
        if found is None:
            self.fail(f"{value!r} is no format; expected data bits, parity, stop bits, such as 8N1 or 7E1.", param, ctx)
        return int(found[1]), found[2], float(found[3])


@command.command("listen")
@click.argument("urls", metavar="[DRIVER@]URL...", nargs=-1, required=True)
@click.option("--to", "path", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A new file.")
@click.option("--baud", type=click.IntRange(min=1), default=115_200, show_default=True, help="Bits a second.")
@click.option(
    "--format",
    "form",
    type=_Format(),
    default="8N1",
    show_default=True,
    help="Data bits, parity (N E O M S), stop bits.",
)
@click.option("--dtr", is_flag=True, help="Set DTR high; it stays low otherwise, because it resets some devices.")
@click.option("--rts", is_flag=True, help="Set RTS high; it stays low otherwise.")
@click.option("--for", "duration", metavar="DURATION", help='End after this time ("10 min").')
@click.option(
    "--origin", metavar="TEXT", help="Where the bytes are from: maker, model, what was done. No patient's name."
)
@click.option("--no-live", is_flag=True, help="No view; only the guess at the end.")
@click.pass_context
def listen(
    ctx: click.Context,
    urls: tuple[str, ...],
    path: Path,
    baud: int,
    form: tuple[int, str, float],
    dtr: bool,
    rts: bool,
    duration: str | None,
    origin: str | None,
    no_live: bool,
) -> None:
    """Listen to one line, or to several at once, and keep every read with its time in FILE. Nothing is sent.

    With DRIVER@URL the device is asked, by those queries of the driver that have no effect on it; they are kept, too,
    and the driver sets the port.

    Ctrl-C, SIGTERM or the time limit ends it. What the view shows is in the file; a file that is there is never
    overwritten. Opening a port can reset a device, whatever is done about it.
    """
    from devicelog import log
    from devicelog.cli.options import at_home
    from devicelog.driver import SerialSettings
    from devicelog.units import duration as seconds_of

    log.configure()
    seconds = float(seconds_of(duration)) if duration is not None else None
    settings = SerialSettings(baud, *form, dtr=dtr, rts=rts)
    _check_setting(ctx, urls)
    _listen(urls, settings, at_home(path), seconds, origin, live=not no_live)


def _check_setting(ctx: click.Context, urls: tuple[str, ...]) -> None:
    """BadInputError for a setting that no port would have, because drivers set them all."""
    from devicelog.errors import BadInputError
    from devicelog.naming import names_device

    given = [name for name in ("baud", "form", "dtr", "rts") if ctx.get_parameter_source(name) in _GIVEN]
    if given and all(names_device(url) for url in urls):
        option = "--format" if given[0] == "form" else f"--{given[0]}"
        raise BadInputError(f"found {option}, but {urls[0]!r} names a driver, which sets the port; leave it out.")


def _listen(
    urls: tuple[str, ...],
    settings: SerialSettings,
    path: Path,
    seconds: float | None,
    origin: str | None,
    *,
    live: bool,
) -> None:
    from devicelog.capture.listening import Listening, lines_of
    from devicelog.terminal.live_capture import LiveCapture

    lines = [line for url in urls for line in lines_of(url, settings)]
    listening = Listening(lines, path, origin)
    with listening.opened() as writer:
        end_on_signals(listening.end)
        say(f"listening, and {_what_is_sent(lines)}; what comes is kept in {path}; end with Ctrl-C")
        view = LiveCapture(writer)
        if live:
            with view:
                listening.run(writer, seconds, view.show, view.refresh)
        else:
            listening.run(writer, seconds, view.overview.take, lambda: None)
    _print_guess(path)


def _what_is_sent(lines: list[tuple[str, Driver]]) -> str:
    """Which devices are asked, in words."""
    asked = dict.fromkeys(driver.name for _, driver in lines if driver.asks_by_itself)
    if asked:
        return f"asking what {' and '.join(asked)} asks without an effect on the device"
    polled = dict.fromkeys(driver.name for _, driver in lines if driver.polling is not None)
    return f"sending nothing{', because what could be asked has an effect on the device' if polled else ''}"


def _print_guess(path: Path) -> None:
    """The guess about the whole capture, from the file, as `show` has it."""
    from devicelog.capture.file import CaptureFile
    from devicelog.capture.overview import WHOLE_WINDOW, Overview
    from devicelog.terminal.capture import guess_lines
    from devicelog.terminal.screen import console

    capture = CaptureFile(path)
    overview = Overview(capture.header, WHOLE_WINDOW)
    for row in capture.rows():
        overview.take(row)
    out = console()
    for line in guess_lines(overview):
        out.print(line, soft_wrap=True)
    say(f"{path} holds all that came; see `devicelog capture show {path}`")


@command.command("show")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--guess", "only_guess", is_flag=True, help="Only the guess, not the rows.")
@json_option
def show(file: Path, only_guess: bool, as_json: bool) -> None:
    """The rows of a capture in hex and text, and what they may be.

    The guess says how sure it is and on how many frames it rests. It is a guess: what a value means, nobody can see in
    its bytes.
    """
    from devicelog.capture.file import CaptureFile
    from devicelog.capture.overview import WHOLE_WINDOW, Overview

    capture = CaptureFile(file)
    overview = Overview(capture.header, WHOLE_WINDOW)
    if as_json:
        for row in capture.rows():
            overview.take(row)
        print_json({**overview.document(), "cut_off": capture.is_cut_off})
        return
    _print_view(capture, overview, rows=not only_guess)
    if capture.is_cut_off:
        say(f"note: the last row of {file} is not whole, because the capture was cut off there; all before it is read")
    elif overview.ended is None:
        say(f"note: {file} has no end: the capture runs still, or was cut off")


def _print_view(capture: CaptureFile, overview: Overview, *, rows: bool) -> None:
    from devicelog.terminal.capture import guess_lines, head_lines, row_lines
    from devicelog.terminal.screen import console

    out = console()
    for line in head_lines(capture.header):
        out.print(line, soft_wrap=True)
    for row in capture.rows():
        overview.take(row)
        for line in row_lines(row) if rows else ():
            out.print(line, soft_wrap=True)
    for line in guess_lines(overview, frames=True):
        out.print(line, soft_wrap=True)


@command.command("decode")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--driver", "name", required=True, metavar="NAME", help="An installed driver, or the path of a device profile."
)
@click.option("--link", "links", type=int, multiple=True, metavar="N", help="Only this line; may be repeated.")
@click.option(
    "--asked",
    type=int,
    metavar="N",
    help="The line on which another host's queries were heard, for replies without names.",
)
@json_option
def decode(file: Path, name: str, links: tuple[int, ...], asked: int | None, as_json: bool) -> None:
    """What a driver makes of a capture: readings in their units, bad frames with their bytes. Nothing is stored.

    Exit code 1: the driver read nothing in it.
    """
    from devicelog import registry
    from devicelog.capture.decoding import Decoding
    from devicelog.capture.file import CaptureFile
    from devicelog.terminal.decoded import Decoded

    driver = registry.driver(name)
    plugin = registry.drivers().get(driver.name)
    capture = CaptureFile(file)
    decoding = Decoding(capture, driver, plugin.package if plugin is not None else "", links, asked)
    decoded = Decoded()
    if as_json:
        entries = [decoded.document(*told) for told in decoding.entries() if decoded.counts(told[0])]
        print_json({"driver": driver.name, "version": driver.version, **decoded.totals(), "entries": entries})
    else:
        _print_decoded(decoded, decoding)
    if not decoded.readings:
        raise SystemExit(1)


def _print_decoded(decoded: Decoded, decoding: Decoding) -> None:
    from devicelog.terminal.screen import console

    out = console()
    for told in decoding.entries():
        if decoded.counts(told[0]):
            out.print(decoded.line(*told), soft_wrap=True)
    say(decoded.summary())
