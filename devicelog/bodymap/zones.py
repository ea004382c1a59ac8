"""The body map: coded places of a treatment, found by their code or by what people type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from unicodedata import combining, normalize

from devicelog.errors import BadInputError

#: A code: small ASCII words joined by dots; what stands before the last dot is the zone around it.
CODE = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")

_WORD = re.compile(r"[^\W_]+")


class Side(StrEnum):
    """Which half of the body, as the patient has it."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Source:
    """What says that a zone is excluded, and where it was read."""

    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A key of the map's sources, and how good that source is (H: standard or law, M: paper or manual)."""

    key: str
    grade: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a zone must not be treated by some modalities, and who says so."""

    modalities: frozenset[str]
    because: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """One place. `parent` is the code of the zone around it; `snomed` a SNOMED CT code, where one means just this.

    `drawings` are those that have a path of its own for it. Exclusions of the zones around it hold here, too.
    """

    code: str
    name: str
    parent: str | None
    side: Side | None
    drawings: tuple[str, ...]
    aliases: tuple[str, ...]
    snomed: str | None
    excluded: tuple[Exclusion, ...]


@dataclass(frozen=True)
class BodyMap:
    """One version of the map: zones by code in the order of its file, titles of drawings, and sources by key."""

    version: str
    sha256: str
    zones: Mapping[str, Zone]
    drawings: Mapping[str, str]
    sources: Mapping[str, Source]

    @cached_property
    def _by_key(self) -> dict[str, Zone]:
        """The zones by everything that names them, as `key` writes it."""
        return {key(text): zone for zone in self.zones.values() for text in (zone.code, *zone.aliases)}

    def find(self, text: str) -> Zone | None:
        """The zone that a code or another name means; capitals, accents and what joins the words do not matter."""
        return self._by_key.get(key(text))

    def canonical(self, text: str) -> str:
        """The code of the zone that is meant; a text that is not on the map stays as it is."""
        zone = self.find(text)
        return zone.code if zone is not None else text

    def close_to(self, text: str) -> list[str]:
        """Codes that may have been meant by a text that is not on the map, the closest first; four at most."""
        wanted = key(text)
        keys = get_close_matches(wanted[:60], self._by_key, n=6, cutoff=0.6)
        words = set(wanted.split())
        keys += [name for name in self._by_key if words and words <= set(name.split())]
        return list(dict.fromkeys(self._by_key[name].code for name in keys))[:4]

    def around(self, zone: Zone) -> Iterator[Zone]:
        """The zone itself and those around it, from the inside out."""
        inner: Zone | None = zone
        while inner is not None:
            yield inner
            inner = self.zones[inner.parent] if inner.parent is not None else None

    def inside(self, zone: Zone) -> Iterator[Zone]:
        """The zone itself and those in it, in the order of the map."""
        return (one for one in self.zones.values() if one is zone or one.code.startswith(f"{zone.code}."))

    def exclusions(self, zone: Zone, modality: str) -> list[Exclusion]:
        """Why a modality must not be used in a zone; empty if nothing on the map is against it."""
        return [found for place in self.around(zone) for found in place.excluded if modality in found.modalities]

    def cited(self, exclusion: Exclusion) -> str:
        """Why a zone is excluded and who says so, with the grade of each source, as a sentence can hold it."""
        sources = ", ".join(f"{self.sources[source.key].title} [{source.grade}]" for source in exclusion.sources)
        return f"{exclusion.because} ({sources})"

    def excludes(self, modality: str) -> bool:
        """Whether any zone is excluded for a modality."""
        return any(modality in found.modalities for zone in self.zones.values() for found in zone.excluded)

    def content(self) -> dict[str, str]:
        """The map as a session names it in its first entry."""
        return {"version": self.version, "sha256": self.sha256}


def key(text: str) -> str:
    """A name without what does not matter in it: its words in small letters without accents, joined by blanks."""
    plain = "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))
    return " ".join(_WORD.findall(plain.replace("'", "").replace("’", "")))


def load(version: str | None = None) -> BodyMap:
    """The body map that is shipped, or an older version of it; the same one each time.

    Raises UnknownNameError for a version that is not installed.
    """
    from devicelog.bodymap.map_file import read

    return read(version)


def named(content: Mapping[str, str] | None) -> BodyMap | None:
    """The map that a session names in its first entry; None if it names none.

    Raises UnknownNameError for a version that is not installed, BadInputError if another text is installed under it.
    """
    if content is None:
        return None
    found = load(content["version"])
    if found.sha256 != content["sha256"]:
        what = f"the body map {found.version} of this devicelog has another SHA-256 than the session names"
        raise BadInputError(f"{what} ({content['sha256'][:16]}); install the devicelog that recorded it.")
    return found
