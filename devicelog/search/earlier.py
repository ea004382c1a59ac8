"""The earlier sessions of a subject: for the count and the interval of a course, and for what was set last time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.search.finding import Search, digests

if TYPE_CHECKING:
    from devicelog.search.digest import Digest
    from devicelog.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Amount:
    """A decimal as text, and its unit; a count has none."""

    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier session: when it began (RFC 3339, UTC), whether anything was given in it, and with what.

    `parameters` are, where the record knows them: the setting of each metric that was one value throughout
    (`depth_set`), the mean of what was measured (`depth`, `volume`, `current_measured`), and what was given in all
    (`injections`, `volume_total`, `charge_total`, `duration`).
    """

    session: str
    started: str
    state: str
    protocol: str | None
    family: str | None
    treated: bool
    zones: tuple[str, ...]
    parameters: dict[str, Amount]


def earlier(reader: Reader, subjects: Collection[str], family: str | None = None) -> list[Past]:
    """The sessions of these subject ids (one person may have had several), oldest first; of one protocol family only.

    A session that is running is among them, as far as it has come; one whose ledger cannot be read is not.
    """
    found = [digest for subject in dict.fromkeys(subjects) for digest in digests(reader, Search(subject=subject))]
    chosen = [digest for digest in found if family is None or digest.family == family]
    return [_past(digest) for digest in sorted(chosen, key=lambda digest: (digest.started, digest.number))]


def _past(digest: Digest) -> Past:
    return Past(
        session=digest.session,
        started=digest.started,
        state=digest.state,
        protocol=digest.protocol,
        family=digest.family,
        treated=digest.treated,
        zones=tuple(given.zone for given in digest.zones if given.zone is not None),
        parameters=dict(_parameters(digest)),
    )


def _parameters(digest: Digest) -> Iterator[tuple[str, Amount]]:
    for mean in digest.means:
        yield mean.metric, Amount(mean.mean, mean.unit)
        if mean.set is not None:
            yield f"{mean.metric.removesuffix('_measured')}_set", Amount(mean.set, mean.unit)
    total = digest.total
    if total.injections is not None:
        yield "injections", Amount(str(total.injections), "")
    if total.volume is not None:
        yield "volume_total", Amount(total.volume, "mL")
    if total.charge is not None:
        yield "charge_total", Amount(total.charge, "mA*min")
    yield "duration", Amount(digest.elapsed, "s")
