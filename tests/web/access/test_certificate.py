"""The certificate with which tablets reach the station: one of its own, kept with the keys, or one that was given."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from devicelog.errors import BadInputError
from devicelog.web.addresses import checked_name, own_addresses
from devicelog.web.certificate import Served, check_name, given_certificate, own_certificate

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NAMES = ("station.local", "station", "192.168.7.2", "[fd00::2]", "localhost", "127.0.0.1", "[::1]")


def test_the_stations_own_is_made_once_for_all_its_names_and_its_key_is_private(tmp_path: Path) -> None:
    made = own_certificate(tmp_path / "keys", NAMES, NOW)
    found = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    assert made.made
    assert made.names == {name.strip("[]") for name in NAMES}
    assert isinstance(found.public_key(), ec.EllipticCurvePublicKey)
    assert found.not_valid_after_utc - found.not_valid_before_utc < timedelta(days=398)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    again = own_certificate(tmp_path / "keys", NAMES[:2], NOW + timedelta(days=300))
    assert (again.fingerprint, again.made) == (made.fingerprint, False)
    assert made.fingerprint.count(":") == 31


def test_it_is_made_anew_before_it_ends_and_for_a_name_that_it_lacks_or_when_it_is_damaged(tmp_path: Path) -> None:
    first = own_certificate(tmp_path, NAMES, NOW)
    soon = own_certificate(tmp_path, NAMES, NOW + timedelta(days=380))
    another = own_certificate(tmp_path, [*NAMES, "other.lan"], NOW + timedelta(days=380))
    another.key.write_bytes(b"nonsense")
    mended = own_certificate(tmp_path, NAMES, NOW + timedelta(days=380))
    assert len({first.fingerprint, soon.fingerprint, another.fingerprint, mended.fingerprint}) == 4
    assert all(one.made for one in (first, soon, another, mended))


def test_one_that_was_given_is_looked_at_and_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    mine, other = own_certificate(tmp_path / "a", NAMES, NOW), own_certificate(tmp_path / "b", NAMES, NOW)
    assert given_certificate(mine.certificate, mine.key, NOW).fingerprint == mine.fingerprint
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    locked = tmp_path / "locked.pem"
    key = rsa.generate_private_key(65537, 2048)
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    for certificate, private, at, words in (
        (mine.certificate, other.key, NOW, "is not the key of"),
        (mine.certificate, mine.key, NOW + timedelta(days=400), "ended on"),
        (mine.certificate, mine.key, NOW - timedelta(days=1), "look at the clock"),
        (tmp_path / "none.pem", mine.key, NOW, "cannot be read"),
        (mine.certificate, tmp_path / "none.pem", NOW, "cannot be read"),
        (empty, mine.key, NOW, "holds no certificate"),
        (mine.certificate, empty, NOW, "holds no private key"),
        (mine.certificate, locked, NOW, "under a password"),
    ):
        with pytest.raises(BadInputError, match=words):
            given_certificate(certificate, private, at)


def test_one_is_for_its_names_alone_and_a_star_is_one_label() -> None:
    served = Served(Path("c"), Path("k"), "", NOW, frozenset({"station.example", "*.lan", "192.168.7.2", "fd00::2"}))
    for name in ("station.example", "STATION.example", "tablet.lan", "192.168.7.2", "[fd00::2]"):
        check_name(Path("c"), served, name)
    for name in ("other.example", "a.b.lan", "lan", "192.168.7.3", "a.station.example"):
        with pytest.raises(BadInputError, match="is not for"):
            check_name(Path("c"), served, name)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are told otherwise here")
def test_a_key_that_everybody_on_the_computer_can_read_is_refused(tmp_path: Path) -> None:
    mine = own_certificate(tmp_path, NAMES, NOW)
    mine.key.chmod(0o640)
    given_certificate(mine.certificate, mine.key, NOW)
    mine.key.chmod(0o644)
    with pytest.raises(BadInputError, match="by everybody on this computer; run `chmod o="):
        given_certificate(mine.certificate, mine.key, NOW)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Station.Clinic.lan.", "station.clinic.lan"), ("192.168.7.2", "192.168.7.2"), ("fd00::2", "[fd00::2]")],
)
def test_a_name_is_taken_as_browsers_send_it(text: str, name: str) -> None:
    assert checked_name(text) == name


@pytest.mark.parametrize("text", ["", "a b", "http://station", "station:8470", "*", "-a", "ä.lan", "a" * 300])
def test_a_name_that_no_browser_sends_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="expected a host name"):
        checked_name(text)


def test_the_own_addresses_are_such_that_others_reach() -> None:
    assert not {"127.0.0.1", "[::1]"} & set(own_addresses())
