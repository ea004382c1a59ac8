"""What an override of a plan may be of; one that can be of nothing is refused with the nearest that could be meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from devicelog.errors import BadInputError
from devicelog.problems import guess, shown
from devicelog.products.product import Product
from devicelog.screening.rule import Rules

#: Every cause of a refusal begins with one of these.
_ROOMS = ("screening", "course", "product", "zone")
_COURSE = ("course:interval", "course:session_count")


def must_be_known(of: str, rules: Rules | None, products: Sequence[Product], zones: Iterable[str]) -> None:
    """Refuse an override of nothing that can stop a session; raises BadInputError.

    A zone may be named on the command line, so that any is taken; whether it is needed is said when the session begins.
    """
    one_each = [product.override(products) for product in products]
    screening = [f"screening:{rule.code}" for rule in rules.rules] if rules is not None else []
    known = [*screening, *_COURSE, *one_each, *(f"zone:{zone}" for zone in zones)]
    room = of.partition(":")[0]
    if of in known or room == "zone" or (rules is None and room == "screening"):
        return
    among = [product.override(products) for product in products if of in product.overrides]
    if among:
        distinct = " or ".join(dict.fromkeys(among))
        raise BadInputError(f"{shown(of)} is not of one product; expected {distinct}.")
    rooms = ", ".join(f"{room}:..." for room in _ROOMS)
    raise BadInputError(
        f"found {shown(of)}, expected what a refusal names ({rooms}){guess(of, known)}.".replace("?.", "?")
    )


def unneeded(of: str, needed: Iterable[str]) -> str:
    """That an override is not needed, and which of those that are needed was probably meant."""
    return f"the override of {of} is not needed, and not recorded{guess(of, needed)}"
