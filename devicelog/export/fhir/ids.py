"""Ids of resources, and the systems of identifiers: the same session always gives the same, here and elsewhere.

An id is uuid5 (RFC 9562) over what the resource is of and its role. What several sessions share (a patient, a person, a
device, an installation) has an id that does not depend on the session, so that a server keeps one of each.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from devicelog.ledger import encode

#: Under this every id is made.
NAMESPACE = uuid5(NAMESPACE_URL, "urn:devicelog")

# The systems below are uris of devicelog's own. `devicelog` is no registered URN namespace; a system has to be told
# from others and need not be found on the internet, and nobody can come to own it as one can a host name.
SESSION = "urn:devicelog:session"
DOCUMENT = "urn:devicelog:document"
SUBJECT = "urn:devicelog:subject"
INSTALLATION = "urn:devicelog:installation"
PERSON = "urn:devicelog:person"
DEVICE = "urn:devicelog:device"
SOFTWARE = "urn:devicelog:software"
PRODUCT = "urn:devicelog:product"
LEDGER_HEAD = "urn:devicelog:ledger-head"
SEAL = "urn:devicelog:seal"
ENTRY = "urn:devicelog:entry"
SHA256 = "urn:devicelog:sha-256"
REGISTRATION = "urn:devicelog:registration"


def uid(*of: str | int | None) -> str:
    """The id of what these name; their order counts."""
    return str(uuid5(NAMESPACE, encode(list(of)).decode()))


def clinic_number(installation: str) -> str:
    """The system of a clinic's own numbers of its patients: they mean something in one installation alone."""
    return f"urn:devicelog:{installation}:patient"


def urn(id_: str) -> str:
    """The fullUrl of an entry; ValueError if it is not a UUID. Never an identifier: servers rewrite what equals it."""
    return UUID(id_).urn
