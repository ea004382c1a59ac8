"""`devicelog serve`: the station: records, serves its pages and the API, and comes back after a crash."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devicelog.cli.options import say, store_option

if TYPE_CHECKING:
    import socket

    from devicelog.accounts.accounts import Accounts
    from devicelog.recording.service import ServiceManager
    from devicelog.station.station import Station
    from devicelog.store.folder import Folder
    from devicelog.web.certificate import Served
    from devicelog.web.settings import Settings


@click.command("serve")
@click.option(
    "--host",
    metavar="ADDRESS",
    help="The address of this computer where it listens.  [default: 127.0.0.1, with --lan all of them]",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8470, show_default=True, help="Its port.")
@click.option("--lan", is_flag=True, help="Also for other computers and tablets in the network, over TLS.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name or address by which it is asked for, besides those that it knows of; may be given again.",
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A certificate for TLS (PEM, with those above it behind).  [default: one of the station's own]",
)
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="The key of that certificate (PEM).")
@click.option(
    "--screening",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What is asked before a session: the clinic's own list; see `devicelog screening`.",
)
@click.option("--open-metrics", is_flag=True, help="Let this computer read /metrics without a token.")
@store_option
def command(
    host: str | None,
    port: int,
    lan: bool,
    names: tuple[str, ...],
    certificate: Path | None,
    key: Path | None,
    screening: Path | None,
    open_metrics: bool,
    store: Path,
) -> None:
    """Serve the station's pages and API for the store, until Ctrl-C or SIGTERM.

    It records, and a session that was in progress when it was killed goes on when it is back. Prints READY with the
    address once it can be opened.

    The first start prints a one-time code, with which the first admin is made on the page. Without --lan only this
    computer can open it. With --lan others can, over TLS alone: the fingerprint of the certificate is printed, to be
    compared on the tablet that is told to trust it. Exit code 2 for what cannot be, 3 for a port or store in use.
    """
    from devicelog import log
    from devicelog.errors import DevicelogError
    from devicelog.opening.setting import rules_of
    from devicelog.recording.service import ServiceManager
    from devicelog.station.station import Station
    from devicelog.station.without_pages import goes_on, left_open_goes_on
    from devicelog.web.server import listen

    log.configure()
    log.instead_of_tracebacks()
    manager = ServiceManager()
    try:
        if screening is not None:
            rules_of(str(screening))  # what cannot be used is said now, and not beside a patient
        settings = _settings(host, port, names, certificate, key, lan=lan)
        settings = replace(settings, screening=screening, open_metrics=open_metrics)
        taken = listen(settings)
    except DevicelogError as error:
        left_open_goes_on(store, manager, error, say, screening)
        raise
    with taken:
        station = Station(store, manager, screening)
        station.start()
        with closing(station):
            try:
                _serve(station, manager, settings, taken, lan=lan)
            except DevicelogError as error:
                goes_on(station, manager, error, say)
                raise
    say("the station has ended")


def _serve(station: Station, manager: ServiceManager, settings: Settings, taken: socket.socket, *, lan: bool) -> None:
    """Serve the pages until the process is asked to end."""
    from devicelog.accounts.accounts import Accounts
    from devicelog.station.ending import closing_in_time, end_at_last
    from devicelog.store.accounts.acts import check_there
    from devicelog.store.accounts.copying import check_accounts
    from devicelog.store.folder import open_folder
    from devicelog.store.reader import Reader
    from devicelog.web.api.joining import close
    from devicelog.web.app import application
    from devicelog.web.security import Security
    from devicelog.web.server import server

    folder = open_folder(station.store)
    settings = _with_certificate(settings, folder, lan=lan)
    with Reader.open(station.store) as reader:
        check_there(reader)
    accounts = Accounts.open(folder)
    with closing_in_time(accounts, "the accounts"):
        check_accounts(folder)
        pages = application(station, accounts, settings)
        pages.state.web.record_acts()

        def ready() -> None:
            _tell(settings, accounts)
            click.echo(f"READY {settings.url}")
            manager.ready()

        def ending() -> None:
            manager.stopping()
            end_at_last()
            pages.state.web.broadcasts.close()
            close(pages)

        server(Security(pages, settings), settings, ready, ending).run([taken])


def _settings(
    host: str | None, port: int, names: tuple[str, ...], certificate: Path | None, key: Path | None, *, lan: bool
) -> Settings:
    """What was given, as far as it can be; BadInputError in one sentence if it cannot."""
    from devicelog.errors import BadInputError
    from devicelog.web.addresses import bracketed, checked_name, own_addresses, own_names
    from devicelog.web.certificate import check_name, given_certificate
    from devicelog.web.settings import Settings, is_loopback

    if (certificate is None) != (key is None):
        given, missing = ("--certificate", "--key") if key is None else ("--key", "--certificate")
        raise BadInputError(f"found {given} without {missing}; give both, or neither.")
    host = host if host is not None else "0.0.0.0" if lan else "127.0.0.1"  # noqa: S104
    if lan and is_loopback(host):
        raise BadInputError(f"found --lan with --host {host}, which only this computer reaches; leave one of them out.")
    if not lan and not is_loopback(host):
        found = f"found --host {host}, which other computers may reach"
        raise BadInputError(f"{found}; add --lan to serve them, over TLS, or leave --host out.")
    asked = [checked_name(name) for name in names]
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104
    own = [*asked, *own_names(), *(own_addresses() if everywhere else [checked_name(host)])] if lan else asked
    if certificate is None or key is None:
        return Settings(host, port, frozenset(own), lan_name=own[0] if lan and own else "")
    served = given_certificate(certificate, key, _now())
    for name in asked:
        check_name(certificate, served, name)
    # Tablets trust it by the names in it, so these are asked for first.
    own = [*asked, *sorted(map(bracketed, served.names - {"localhost", "127.0.0.1", "::1"})), *own]
    lan_name = next((name for name in own if "*" not in name), "") if lan else ""
    return _secured(Settings(host, port, frozenset(own), lan_name=lan_name), served)


def _with_certificate(settings: Settings, folder: Folder, *, lan: bool) -> Settings:
    """With the station's own certificate where others reach it and none was given."""
    from devicelog.web.certificate import own_certificate
    from devicelog.web.settings import LOOPBACK_NAMES

    if not lan or settings.is_secure:
        return settings
    # The name that tablets use comes first: it is the one that a browser shows.
    names = dict.fromkeys([settings.lan_name, *sorted(settings.names), *sorted(LOOPBACK_NAMES)])
    served = own_certificate(folder.keys.folder, [name for name in names if name], _now())
    if served.made:
        say("a new certificate of the station's own was made: compare its fingerprint where it is to be trusted")
    return _secured(settings, served, is_own=True)


def _secured(settings: Settings, served: Served, *, is_own: bool = False) -> Settings:
    return replace(
        settings,
        certificate=served.certificate,
        key=served.key,
        fingerprint=served.fingerprint,
        is_own=is_own,
        ends=served.ends,
    )


def _tell(settings: Settings, accounts: Accounts) -> None:
    """What whoever starts it has to know: how tablets reach it, and the code for the first admin."""
    from devicelog import clock
    from devicelog.web.certificate import EARLY

    if settings.fingerprint:
        click.echo(f"certificate SHA-256 {settings.fingerprint}")
    if settings.certificate is not None and settings.ends is not None and settings.ends - _now() < EARLY:
        told = f"note: the certificate {settings.certificate} ends on {settings.ends:%Y-%m-%d}"
        say(f"{told}; have another one ready, because tablets refuse it from then on")
    if settings.reached_at is not None:
        click.echo(f"for tablets: {settings.reached_at}")
    if accounts.people.all():
        return
    if _goes_to_the_journal():
        say("nobody has an account yet: `devicelog accounts first` on this computer prints the one-time code for it")
        return
    given = accounts.people.first_code(clock.now().wall_ns)
    if given is not None:
        click.echo(f"one-time code for the first admin: {given.code} (until {clock.utc(given.expires)[:16]}Z)")


def _goes_to_the_journal() -> bool:
    """Whether what is printed is kept in a log (systemd.exec(5), JOURNAL_STREAM): no place for a code."""
    try:
        found = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def _now() -> datetime:
    from devicelog import clock

    return datetime.fromtimestamp(clock.now().wall_ns / 1e9, UTC)
