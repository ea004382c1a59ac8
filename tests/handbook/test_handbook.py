"""The handbook's text, its pictures and the list of what is taken agree, and the pictures are small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.handbook.pictures import FOLDER, PICTURES

HANDBOOK = FOLDER.parent
PAGES = sorted(HANDBOOK.glob("*.md"))
_PICTURE = re.compile(r"!\[([^\]]*)\]\(pictures/([a-z-]+)\.webp\)")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
#: No picture is larger, and all together are not (bytes).
_ONE, _ALL = 120_000, 1_500_000


def shown() -> list[tuple[str, str]]:
    """Every picture in the text, with what it says to who cannot see it."""
    return [(said, name) for page in PAGES for said, name in _PICTURE.findall(page.read_text(encoding="utf-8"))]


def test_every_picture_is_in_the_text_and_every_one_in_the_text_is_taken() -> None:
    assert [page.stem for page in PAGES] == ["author", "engineer", "practitioner"]
    assert {name for _, name in shown()} == set(PICTURES)
    assert {file.stem for file in FOLDER.iterdir()} == set(PICTURES)
    assert len(PICTURES) == len(set(PICTURES))


def test_every_picture_says_what_it_shows() -> None:
    assert [name for said, name in shown() if len(said) < 10] == []


def test_pictures_are_small_and_what_they_claim_to_be() -> None:
    sizes = {}
    for file in FOLDER.iterdir():
        begins = file.read_bytes()[:12]
        assert (begins[:4], begins[8:]) == (b"RIFF", b"WEBP"), file.name
        sizes[file.name] = file.stat().st_size
    assert {name: size for name, size in sizes.items() if size > _ONE} == {}
    assert sum(sizes.values()) < _ALL


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_the_handbook_links_to_is_there(page: Path) -> None:
    links = [link.partition("#") for link in _LINK.findall(page.read_text(encoding="utf-8"))]
    assert links
    for file, _, heading in links:
        target = page.parent / file
        assert target.exists(), file
        assert not heading or heading in _headings(target), f"{file} has no heading {heading}"


def _headings(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in found}
