"""`devicelog deliver`: a session's record to a folder, a FHIR server or an HL7 listener."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.formats import format_option, named_formats
from devicelog.cli.options import at_home, by_option, json_option, person, print_json, say, store_option, why_option
from devicelog.cli.tried import content, exit_code, print_tried, tried_now

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("deliver")
@click.argument("session", metavar="SESSION")
@click.option("--to", required=True, metavar="TARGET", help="DIR, fhir+https://HOST/BASE or mllps://HOST:PORT.")
@click.option("--again", is_flag=True, help="Also if the target has this very record already.")
@format_option("To a folder. ")
@click.option(
    "--message",
    "messages",
    multiple=True,
    type=click.Choice(("document", "observations")),
    help="To a listener. MDM^T02 or ORU^R01; may be repeated.  [default: document]",
)
@click.option("--token-file", metavar="FILE", type=_FILE, help="A FHIR server's token: a file that only you can read.")
@click.option("--ca", metavar="FILE", type=_FILE, help="The authorities to trust (PEM), in place of the system's.")
@click.option("--cert", metavar="FILE", type=_FILE, help="A certificate (PEM) that says who we are.")
@click.option("--key", metavar="FILE", type=_FILE, help="Its private key, if that is in a file of its own.")
@click.option("--unencrypted", is_flag=True, help="Allow http:// or mllp:// beyond this computer.")
@click.option("--timeout", default="60 s", show_default=True, metavar="DURATION", help="Wait so long for an answer.")
@click.option("--wait", default="10 s", show_default=True, metavar="DURATION", help="Go on trying for so long.")
@by_option
@why_option
@store_option
@json_option
def command(
    session: str,
    to: str,
    again: bool,
    formats: str | None,
    messages: tuple[str, ...],
    token_file: Path | None,
    ca: Path | None,
    cert: Path | None,
    key: Path | None,
    unencrypted: bool,
    timeout: str,
    wait: str,
    by: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Bring the record of SESSION to TARGET, once, and keep the receipt in its ledger.

    SESSION is an id, any unique beginning of one, or "last". The order is written down before the first byte leaves.
    What cannot be delivered now stays in the outbox and is tried by the next `deliver` to the same target, and by
    `outbox run`. fhir+http:// and mllp:// are for this computer alone.

    Exit codes: 0 delivered, now or before; 1 the receiver refused it; 2 bad input; 3 not now: it is kept, but while the
    store is in use nothing can be written down.
    """
    from devicelog import log
    from devicelog.delivery import means as of_means
    from devicelog.delivery.asking import Order, ask_of, whats
    from devicelog.delivery.target import Receiver, target
    from devicelog.store.outbox import Means
    from devicelog.units import duration

    log.configure()
    place, who = target(to, unencrypted=unencrypted), person(by)
    if formats is not None and place.receiver is not Receiver.FOLDER:
        raise click.UsageError(f"--format is for a folder, and {place.name} is none; leave it out.")
    if messages and place.receiver is not Receiver.HL7:
        raise click.UsageError(f"--message is for an HL7 listener, and {place.name} is none; leave it out.")
    files = {"ca": ca, "certificate": cert, "key": key, "token": token_file}
    named = {name: str(at_home(path).absolute()) for name, path in files.items() if path is not None}
    means = Means(**named, unencrypted=unencrypted, timeout=float(duration(timeout)))
    of_means.check(means, place)
    names = named_formats(formats)
    seconds = float(duration(wait))
    order = Order(place, whats(place, messages), names, means, who)
    row, asked = ask_of(store, session, order, again=again, wait=seconds)
    if place.receiver is not Receiver.FOLDER and not place.encrypted and not place.is_here:
        say(f"note: {place.name} is not encrypted: whoever is on the network can read the record")
    numbers = [one.number for one in asked.waiting]
    tried = tried_now(store, numbers=numbers, at_once=True, wait=seconds) if numbers else []
    if as_json:
        before = [{"entry": one.number, **one.content} for one in asked.before]
        print_json({"session": row.id, "delivered_before": before, "tried": [content(one) for one in tried]})
    else:
        for one in asked.before:
            at = one.content["at"]["wall"][:19]
            click.echo(f"{one.content['what']} was delivered to {place.name} at {at}Z already, see entry {one.number}")
        print_tried(tried)
    raise SystemExit(exit_code(tried))
