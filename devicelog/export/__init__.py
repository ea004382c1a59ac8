"""A session as files: one room a format, chosen from the one table below.

    session.py    what is exported                  exported.py   a session read from an export
    ucum.py       the units of FHIR and HL7         again.py      an export written again from another one
    chart/        the chart of a session            deidentified/ a session without what tells whose it is
    json/ csv/ pdf/ fhir/ hl7/                      the formats
    folder/       their files in one folder, signed
    many/         many such folders under one signed list
    proof/        whether a folder still is what was exported
    flat/         one table over many sessions

A new format is a module with a function `write(session, folder)`, and a line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.errors import UnknownNameError
from devicelog.export.csv import csv_package
from devicelog.export.fhir import bundles
from devicelog.export.fhir.signature import DOCUMENT_SIGNATURE
from devicelog.export.hl7 import messages
from devicelog.export.json import session_json
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession


class Inner(Protocol):
    """A signature inside a file of a format, beside the one over the whole folder."""

    @property
    def file(self) -> str:
        """The file that carries it."""

    def sign(self, data: bytes, key: Ed25519PrivateKey) -> bytes:
        """The file as it was written, with the signature in it."""

    def unsigned(self, data: bytes) -> bytes:
        """The file as it was before it was signed; ValueError if no signature is in it."""

    def faults(self, data: bytes, key: bytes) -> Iterator[str]:
        """Why the signature is not one that the owner of this public key made; nothing if it is."""


@dataclass(frozen=True, slots=True)
class Format:
    """What writes a format's files into a folder.

    By the file `known_by`, which no other format writes, a folder is known to hold the format; `about` are the lines of
    README.txt that say what its files are; `inner` is the signature that one of its files carries. What `has_page`
    holds the PDF, whose bytes depend on more than the ledger; what `has_tables` holds the files of `csv`. What is
    `by_name_only` is written for whoever names it, and not where all are asked for.
    """

    write: Callable[[ExportedSession, Path], None]
    known_by: str
    about: str
    inner: Inner | None = None
    has_page: bool = False
    has_tables: bool = False
    by_name_only: bool = False


#: Every format there is, by the name that `--format` takes, in the order in which README.txt tells of them.
FORMATS: Mapping[str, Format] = {
    "json": Format(session_json.write, session_json.FILE, session_json.ABOUT),
    "csv": Format(csv_package.write, csv_package.DICTIONARY.file, csv_package.ABOUT),
    "pdf": Format(session_pdf.write, session_pdf.FILE, session_pdf.ABOUT, has_page=True),
    "fhir": Format(bundles.write, bundles.DOCUMENT, bundles.ABOUT, DOCUMENT_SIGNATURE, has_page=True, has_tables=True),
    "fhir-injections": Format(
        bundles.write_injections, bundles.INJECTIONS, bundles.ABOUT_INJECTIONS, by_name_only=True
    ),
    "hl7": Format(messages.write, messages.DOCUMENT, messages.ABOUT, has_page=True),
}


def chosen(names: Iterable[str]) -> list[str]:
    """The formats of these names in the order of FORMATS; for none all but those by name only.

    UnknownNameError for another name.
    """
    wanted = {name.strip() for name in names}
    for name in sorted(wanted):
        if name not in FORMATS:
            raise UnknownNameError("export format", name, FORMATS)
    return [name for name, one in FORMATS.items() if name in wanted or not (wanted or one.by_name_only)]


def as_written(formats: Iterable[str]) -> list[str]:
    """Formats in the order in which they are written: who holds the tables first, so that they are made once."""
    return sorted(formats, key=lambda name: not FORMATS[name].has_tables)
