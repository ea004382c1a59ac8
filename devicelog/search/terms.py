"""What a session is found by: the terms of its digest, and what a search wants of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from devicelog.search.digest import Digest
from devicelog.store.projection import How, Term, Wanted

#: The priorities of an alarm; any other word looks into its text.
PRIORITIES = ("low", "medium", "high")


def folded(text: str) -> str:
    """A text as it is compared: without regard to case, or to how many blanks stand between its words."""
    return " ".join(text.split()).casefold()


def terms(digest: Digest) -> frozenset[Term]:
    """All terms of a session; its subject and its time are columns of their own."""
    return frozenset((key, folded(value)) for key, value in _said(digest) if value)


def _said(digest: Digest) -> Iterator[tuple[str, str | None]]:
    from devicelog.record.signatures import Status  # only whoever makes terms needs the record

    yield "practitioner", digest.practitioner
    yield "protocol", digest.protocol
    yield "family", digest.family
    yield "signed", "no" if digest.signed == Status.UNSIGNED else "yes"
    yield "follow-up", "agreed" if digest.follow_ups else None
    for device in digest.devices:
        yield "driver", device.driver
        yield "model", device.model
        yield "serial", device.serial
    for given in digest.zones:
        yield "zone", given.code
    for lot in digest.lots:
        yield "lot", lot.lot
        yield from (("lot before", lot_before) for lot_before in lot.before)
        yield "product", lot.product
    for alarm in digest.alarms:
        yield "priority", alarm.priority
        yield "alarm", alarm.name


# -- what is wanted -----------------------------------------------------------------------------------------------


def by_practitioner(name: str) -> Wanted:
    return Wanted(("practitioner",), folded(name))


def by_protocol(name: str) -> Wanted:
    """A treatment protocol by its id, or all of a family."""
    return Wanted(("protocol", "family"), folded(name))


def by_device(name: str) -> Wanted:
    """A device by its serial number, its model or its driver."""
    return Wanted(("serial", "model", "driver"), folded(name))


def by_zone(code: str) -> Wanted:
    """A zone, by its code or another name of the body map, and those below it."""
    from devicelog.bodymap.zones import load  # whoever looks for no zone reads no map

    return Wanted(("zone",), folded(load().canonical(code)), How.BELOW)


def by_lot(lot: str) -> Wanted:
    return Wanted(("lot",), folded(lot))


def by_lot_ever(lot: str) -> Wanted:
    """A lot, also one that was stated until it was corrected."""
    return Wanted(("lot", "lot before"), folded(lot))


def by_product(name: str) -> Wanted:
    return Wanted(("product",), folded(name))


def by_alarm(text: str) -> Wanted:
    """Alarms of a priority, or of a limit or text that holds this."""
    if folded(text) in PRIORITIES:
        return Wanted(("priority",), folded(text))
    return Wanted(("alarm",), folded(text), How.PART)


def by_signature(*, signed: bool) -> Wanted:
    """Signed, also if it was added to or amended since; or never signed."""
    return Wanted(("signed",), "yes" if signed else "no")


def with_follow_ups() -> Wanted:
    """A follow-up was agreed, settled or not."""
    return Wanted(("follow-up",), "agreed")


#: What somebody looks for in words.
BY: Mapping[str, Callable[[str], Wanted]] = {
    "practitioner": by_practitioner,
    "protocol": by_protocol,
    "device": by_device,
    "zone": by_zone,
    "product": by_product,
    "lot": by_lot,
    "alarm": by_alarm,
}
