"""`devicelog serve` as a process: the first start, other computers over TLS alone, and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

import pyotp
import pytest

from devicelog import clock
from devicelog.accounts.people import Description
from devicelog.store.accounts.acts import check_there
from tests.end_to_end.processes import NOWHERE, PIPE
from tests.end_to_end.running import DEVICELOG, PATIENCE, wait_until
from tests.waiting import killed_when_late
from tests.web.people import PASSWORD, accounts_of
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.running import Devicelog


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The process, and what it printed up to READY; afterwards it is asked to end, and does."""
    environment = {**os.environ, "DEVICELOG_KEYS": str(folder / "keys"), "DEVICELOG_LOG": str(folder / "log")}
    environment |= {"DEVICELOG_LOG_LEVEL": "debug"}
    command = [*DEVICELOG, "serve", "--store", str(folder / "store"), *words]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with started as process, killed_when_late(process):
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if line.startswith("READY"):
                break
        try:
            yield process, said
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=PATIENCE)
            said += [out, err]
    assert process.returncode == 0, said
    assert "Traceback" not in "".join(said)


def test_the_first_start_prints_a_code_that_makes_the_admin_and_no_other_start_does(tmp_path: Path) -> None:
    port = str(free_port())
    with serving(tmp_path, "--port", port) as (_, said):
        assert said[-1] == f"READY http://localhost:{port}/"
        codes = [code for line in said for code in re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", line)]
        assert len(codes) == 1
        with Visit(f"http://localhost:{port}") as visit:
            assert visit.get("/").headers["location"] == "/welcome"
            visit.get("/welcome")
            visit.post("/welcome", code=codes[0])
            totp = pyotp.TOTP(visit.secret).at(clock.now().wall_ns // 10**9)
            made = {"name": "Ada", "login": "ada", "password": PASSWORD, "repeated": PASSWORD, "totp": totp}
            assert visit.post("/welcome/admin", code=codes[0], **made).status_code == 200
    with serving(tmp_path, "--port", port) as (_, said):
        assert said == [f"READY http://localhost:{port}/"]
    log = (tmp_path / "log").read_text()
    assert "first code used" in log
    assert codes[0] not in log
    assert PASSWORD not in log


def test_other_computers_reach_it_over_tls_alone_by_a_certificate_whose_fingerprint_is_told(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, "--lan", "--name", "station.example", "--port", str(port)) as (process, said):
        told = next(line for line in said if line.startswith("certificate SHA-256 ")).split()[-1]
        assert f"for tablets: https://station.example:{port}/" in said
        trusting = ssl.create_default_context(cafile=next((tmp_path / "keys").glob("*/station.crt")))
        with (
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line,
            trusting.wrap_socket(line, server_hostname="station.example") as tls,
        ):
            assert tls.version() in ("TLSv1.2", "TLSv1.3")
            found = sha256(tls.getpeercert(binary_form=True) or b"").hexdigest().upper()
        assert told.replace(":", "") == found
        key = next((tmp_path / "keys").glob("*/station.key"))
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert not list((tmp_path / "store").glob("station.*"))

        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:  # HTTP where TLS is expected
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"HTTP/1.1 200" not in plain.recv(1000)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line, pytest.raises(OSError):  # noqa: PT011
            old.wrap_socket(line)

        with Visit(f"https://localhost:{port}") as visit:
            answer = visit.get("/welcome")
            assert answer.headers["set-cookie"].startswith("__Host-devicelog_before=")
            assert "Secure" in answer.headers["set-cookie"]
            assert "strict-transport-security" not in answer.headers
            assert told in answer.text
        assert process.poll() is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--host", "0.0.0.0"), "add --lan"),
        (("--host", "192.0.2.7"), "add --lan"),
        (("--lan", "--host", "127.0.0.1"), "leave one of them out"),
        (("--certificate", "c.pem"), "without --key"),
        (("--key", "k.pem"), "without --certificate"),
        (("--certificate", "c.pem", "--key", "k.pem"), "cannot be read"),
        (("--name", "a b"), "expected a host name"),
        (("--port", "0"), "--port"),
        (("--port", "65536"), "--port"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(box: Devicelog, words: tuple[str, ...], told: str) -> None:
    assert told in box.refuses("serve", *words)


def test_a_code_for_the_first_admin_is_asked_for_where_nobody_watched_the_start(box: Devicelog) -> None:
    with box.writer() as writer:
        from devicelog.accounts.accounts import Accounts

        Accounts.open(writer.folder).close()
    first, second = (box("accounts", "first", "--json").document["code"] for _ in range(2))
    assert first != second
    assert box("accounts", "first").out.strip().count("-") == 3


def test_in_a_log_no_code_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from devicelog.cli.serve import _goes_to_the_journal

    with (tmp_path / "journal").open("w") as journal:
        found = os.fstat(journal.fileno())
        monkeypatch.setattr(sys, "stdout", journal)
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        assert _goes_to_the_journal()
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino + 1}")
        assert not _goes_to_the_journal()


def test_accounts_that_were_lost_are_no_first_start(box: Devicelog) -> None:
    # given a store whose acts tell of somebody with an account, and whose accounts are gone
    with box.writer() as writer:
        with accounts_of(box.store) as accounts:
            accounts.people.add(Description("Eva Beispiel", "eva"), ["admin"], clock.now().wall_ns, by="Ada")
            accounts.record(writer)
        accounts.file.folder.database.unlink()

    # then no start gives the first one who comes a code, until somebody wants that
    told = box.sentence("serve", "--port", str(free_port()), code=2)
    assert "is gone, and 1 person has an account by the acts of the store" in told
    assert box("accounts", "first").out.strip().count("-") == 3
    with box.reader() as reader:
        check_there(reader)


SIM = "sim://reference-mesogun?seed=1&speed=10"


def _damaged(box: Devicelog) -> tuple[str, ...]:
    for name in ("accounts.db", "accounts.db-wal", "accounts.db-shm"):
        (box.store / name).unlink(missing_ok=True)
    (box.store / "accounts.db").write_bytes(b"this is no database" * 500)
    return ("--port", str(free_port()))


def _without_certificate(box: Devicelog) -> tuple[str, ...]:
    return ("--lan", "--certificate", str(box.store / "gone.pem"), "--key", str(box.store / "gone.key"))


@pytest.mark.parametrize("break_", [_damaged, _without_certificate])
def test_a_session_goes_on_also_where_no_page_can_be_served(
    box: Devicelog, break_: Callable[[Devicelog], tuple[str, ...]]
) -> None:
    # given: a recording that was killed, and afterwards something without which no page can be served
    with box.record(SIM) as recording:
        session = recording.session
        recording.wait_for(20)
        recording.kill()
    words = break_(box)
    # when
    process = box.begin("serve", *words, streams=(NOWHERE, NOWHERE, PIPE))
    try:
        before = len(box.entries(session))
        box.wait_for_entry("recording_resumed", session=session)
        wait_until(lambda: len(box.entries(session)) > before + 20, "twenty entries more")
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        told = process.stderr.read()
    finally:
        code = process.wait()
        process.close()
    # then
    assert code in (2, 3)
    assert f"session {session} goes on and is recorded, without pages" in told
    assert "Traceback" not in told
    assert box.states() == {session: "running"}  # for the next start
