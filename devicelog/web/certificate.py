"""The certificate with which other computers reach the station: one of its own, or one that was given.

The station's own is made on first use and renewed at a start, when it ends soon or lacks a name: EC P-256, 397 days at
most (CA/Browser Forum Baseline Requirements 6.3.2). Its key lies with the keys of the store, not with the data.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.errors import BadInputError, NotNowError
from devicelog.store.files import make_folders, write_durably

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
    from cryptography.x509 import Certificate, GeneralName

CERTIFICATE, KEY = "station.crt", "station.key"
#: How long one holds, and how long before its end another is made.
LASTS, EARLY = timedelta(days=397), timedelta(days=30)
#: A clock may be behind the one of a tablet.
_BACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Served:
    """A certificate with its key, as files in PEM; `made` if it is new, so that nobody trusts it yet."""

    certificate: Path
    key: Path
    fingerprint: str
    ends: datetime
    names: frozenset[str]
    made: bool = False


def own_certificate(folder: Path, names: Iterable[str], now: datetime) -> Served:
    """The station's own, for these names and addresses, made if there is none that will do; `folder` has the keys.

    Raises NotNowError if it cannot be written.
    """
    wanted = list(dict.fromkeys(name.strip("[]").lower() for name in names))
    certificate, key = folder / CERTIFICATE, folder / KEY
    kept = _kept(certificate, key)
    if kept is not None and _will_do(kept, wanted, now):
        return _served(certificate, key, kept)
    made, private = _made(wanted, now)
    try:
        make_folders(folder)
        write_durably(key, private)
        write_durably(certificate, made)
    except OSError as error:
        raise NotNowError(
            f"{error.filename or folder} cannot be written ({error.strerror}); make room there."
        ) from None
    fresh = _kept(certificate, key)
    assert fresh is not None
    return _served(certificate, key, fresh, made=True)


def given_certificate(certificate: Path, key: Path, now: datetime) -> Served:
    """One that was given, looked at; BadInputError if it cannot be used: unreadable, not a pair, not in its time."""
    found = _read_certificate(certificate)
    private = _read_key(key)
    _check_kept(key)
    if _public(found.public_key()) != _public(private.public_key()):
        raise BadInputError(f"{key} is not the key of {certificate}; expected the two that belong together.")
    if now < found.not_valid_before_utc:
        raise BadInputError(f"{certificate} holds from {found.not_valid_before_utc:%Y-%m-%d} on; look at the clock.")
    if now >= found.not_valid_after_utc:
        raise BadInputError(f"{certificate} ended on {found.not_valid_after_utc:%Y-%m-%d}; expected one that holds.")
    return _served(certificate, key, found)


def check_name(certificate: Path, served: Served, name: str) -> None:
    """See that a certificate is for a name or an address (RFC 6125 6.4); BadInputError if not: every tablet would warn.

    A `*` stands for one whole label, the first one.
    """
    wanted = name.strip("[]").lower()
    known = {one.lower() for one in served.names}
    if wanted in known or (as_address(wanted) is None and f"*.{wanted.partition('.')[2]}" in known):
        return
    names = ", ".join(sorted(served.names)) or "none"
    found = f"{certificate} is not for {name}, and tablets would warn; expected a certificate for it or another --name"
    raise BadInputError(f"{found}: this one is for {names}.")


def fingerprint(certificate: Certificate) -> str:
    """The SHA-256 as browsers show it: pairs of digits with colons."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return certificate.fingerprint(SHA256()).hex(":").upper()


def names_of(certificate: Certificate) -> set[str]:
    """The names and addresses that a certificate is for."""
    from cryptography.x509 import DNSName, ExtensionNotFound, IPAddress, SubjectAlternativeName

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return set()
    return {*names.get_values_for_type(DNSName), *map(str, names.get_values_for_type(IPAddress))}


def _served(certificate: Path, key: Path, found: Certificate, *, made: bool = False) -> Served:
    return Served(certificate, key, fingerprint(found), found.not_valid_after_utc, frozenset(names_of(found)), made)


def _will_do(kept: Certificate, wanted: list[str], now: datetime) -> bool:
    """Whether it holds for a while, and for all names."""
    in_time = kept.not_valid_before_utc <= now < kept.not_valid_after_utc - EARLY
    return in_time and set(wanted) <= names_of(kept)


def _kept(certificate: Path, key: Path) -> Certificate | None:
    """The one that is there, if it can be used; None: another is made."""
    try:
        found, private = _read_certificate(certificate), _read_key(key)
    except BadInputError:
        return None
    return found if _public(found.public_key()) == _public(private.public_key()) else None


def _made(names: list[str], now: datetime) -> tuple[bytes, bytes]:
    """A certificate that signs itself, and its key, in PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "devicelog"),
            x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64] if names else "devicelog"),
        ]
    )
    start = now.replace(microsecond=0) - _BACK
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LASTS - timedelta(seconds=1))
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    pem = serialization.Encoding.PEM
    kept = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return built.public_bytes(pem), kept


def _general(name: str) -> GeneralName:
    from cryptography.x509 import DNSName, IPAddress

    address = as_address(name)
    return DNSName(name) if address is None else IPAddress(address)


def as_address(name: str) -> IPv4Address | IPv6Address | None:
    """The address that a name is; None for a name."""
    try:
        return ip_address(name.strip("[]"))
    except ValueError:
        return None


def _read_certificate(path: Path) -> Certificate:
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise BadInputError(f"the certificate {path} cannot be read ({error.strerror}); name a file in PEM.") from None
    except ValueError:
        raise BadInputError(f"{path} holds no certificate; expected one in PEM, the station's own first.") from None


def _read_key(path: Path) -> PrivateKeyTypes:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise BadInputError(f"the key {path} cannot be read ({error.strerror}); name a file in PEM.") from None
    except TypeError:
        raise BadInputError(f"the key {path} is under a password; expected one without, for its owner alone.") from None
    except ValueError:
        raise BadInputError(f"{path} holds no private key; expected one in PEM.") from None


def _check_kept(key: Path) -> None:
    """See that a key is not for everybody on this computer; Windows tells that otherwise."""
    if os.name == "posix" and key.stat().st_mode & stat.S_IRWXO:
        raise BadInputError(f"the key {key} can be used by everybody on this computer; run `chmod o= {key}`.")


def _public(key: PublicKeyTypes) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
