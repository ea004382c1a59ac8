"""With what a receiver is spoken to: certificates and tokens, read from their files at each try and kept nowhere."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Callable
from pathlib import Path

from devicelog.delivery.target import Receiver, Target
from devicelog.errors import BadInputError
from devicelog.store.outbox import Means

#: No token is longer (bytes).
_LONGEST_TOKEN = 16384


def check(means: Means, target: Target) -> None:
    """Refuse what this target has no use for, and files that cannot be used; raises BadInputError."""
    if target.receiver is not Receiver.FHIR and means.token is not None:
        raise BadInputError(f"a token is for a FHIR server, and {target.name} is none; leave out --token-file.")
    given = (means.ca, means.certificate, means.key)
    if any(given) and not (target.receiver is not Receiver.FOLDER and target.encrypted):
        raise BadInputError(f"{target.name} is reached without TLS; leave out --ca, --cert and --key.")
    if means.key is not None and means.certificate is None:
        raise BadInputError("a private key alone proves nothing; name its certificate with --cert.")
    token(means)
    if target.receiver is not Receiver.FOLDER and target.encrypted:
        context(means)


def token(means: Means) -> str | None:
    """The token in its file; None if there is none. Raises BadInputError for a file that cannot be used."""
    if means.token is None:
        return None
    path = Path(means.token)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_LONGEST_TOKEN + 1)
    except OSError as error:
        raise BadInputError(f"the token file {path} cannot be read ({error.strerror}); check its path.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        found = f"the token file {path} can be read by others (mode {stat.S_IMODE(mode):o})"
        raise BadInputError(f"{found}; make it yours alone: chmod 600 {path}.")
    text = data.decode("ascii", "replace").strip()
    if not text or len(data) > _LONGEST_TOKEN or not all("!" <= letter <= "~" for letter in text):
        raise BadInputError(f"the token file {path} does not hold one token in one line; write it anew.")
    return text


def context(means: Means) -> ssl.SSLContext:
    """TLS 1.2 or newer; trusts the system's authorities, or those in one file. Raises BadInputError."""
    made = ssl.create_default_context()
    if means.ca is not None:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(means.ca, "certificates (PEM)", lambda: made.load_verify_locations(means.ca))
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if means.certificate is not None:
        certificate, key = means.certificate, means.key
        # An empty passphrase: nobody is there to be asked for one.
        _load(certificate, "a certificate and its key", lambda: made.load_cert_chain(certificate, key, lambda: ""))
    return made


def _load(file: str, expected: str, load: Callable[[], None]) -> None:
    try:
        load()
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or getattr(error, "reason", None) or error
        raise BadInputError(f"{file} cannot be used ({why}); expected a file with {expected}.") from None
