"""Every command that docs/verify.md shows runs, says what the page says, and fails where it should."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devicelog.export.folder import readme
from devicelog.ledger import fingerprint
from tests.waiting import PATIENCE

Run = Callable[..., tuple[int, str, str]]

PAGE = Path(__file__).parents[2] / "docs" / "verify.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
#: What the page has, by the words by which a block is known.
LIST, KEY, SEAL, SIGNED, JQ, NODE = (
    next(block for block in BLOCKS if word in block)
    for word in ("sha256sum --check", "openssl pkey ", "base32", '"$scratch/body"', "jq ", "node -e")
)
DEVICELOG = [block for block in BLOCKS if "devicelog" in block]
PROGRAMS = ("sh", "sha256sum", "openssl", "base32", "base64", "perl", "jq", "node")


def needs(*programs: str) -> None:
    """Skip where one of them is missing; with CI set that is a failure."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"not installed: {', '.join(missing)}")


@pytest.fixture
def folder(exported: Path, store: Path, keys: Path) -> Path:
    """A session in every format; its keys are not at hand any more."""
    shutil.rmtree(store)
    shutil.rmtree(keys)
    return exported


def shell(folder: Path, block: str) -> subprocess.CompletedProcess[str]:
    """A block of the page, in the folder, by a plain shell that stops at the first command that fails.

    What `devicelog` is called with is printed, a word a line and an empty line behind.
    """
    program = f"devicelog() {{ printf '%s\\n' \"$@\" ''; }}\n{block}"
    environment = {**os.environ, "TMPDIR": str(folder.parent)}
    called = ["sh", "-eu", "-c", program]
    return subprocess.run(
        called, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment
    )


def spoil(file: Path, old: bytes, new: bytes) -> None:
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))


def test_the_page_has_a_block_for_each(exported: Path) -> None:
    assert len(BLOCKS) == len({LIST, KEY, SEAL, SIGNED, JQ, NODE, *DEVICELOG})


def test_the_list_and_its_signature(folder: Path) -> None:
    needs("sha256sum", "openssl")
    done = shell(folder, LIST)
    assert (done.returncode, done.stderr) == (0, "")
    *files, signature = done.stdout.splitlines()
    assert len(files) == len(list(folder.iterdir())) - 2
    assert all(line.endswith(": OK") for line in files)
    assert signature == "Signature Verified Successfully"
    (folder / "more.csv").touch()
    assert shell(folder, LIST).stdout.splitlines()[-1] == "more.csv"
    (folder / "more.csv").unlink()
    spoil(folder / "SHA256SUMS", b"README.txt", b"README.tyt")
    assert shell(folder, LIST).returncode != 0


def test_the_list_by_itself_signed_anew_fails(folder: Path) -> None:
    needs("sha256sum", "openssl")
    spoil(folder / "README.txt", b"SIMULATED", b"GENUINE!!")
    subprocess.run(
        "sha256sum $(cut -c67- SHA256SUMS) > x; mv x SHA256SUMS", cwd=folder, shell=True, timeout=PATIENCE, check=True
    )
    done = shell(folder, LIST)
    assert done.returncode != 0
    assert "FAILED" not in done.stdout
    assert "Verification Failure" in done.stdout + done.stderr


def test_the_fingerprint_is_the_one_that_is_printed(folder: Path) -> None:
    needs("openssl", "sha256sum")
    told = shell(folder, KEY).stdout.strip()
    assert f"first 16 digits): {told}" in (folder / readme.FILE).read_text(encoding="utf-8")
    assert told == fingerprint(
        bytes.fromhex(json.loads((folder / "session.json").read_bytes())["ledger"]["public_key"])
    )


def test_the_seal_on_paper(folder: Path) -> None:
    needs("openssl", "base32", "perl")
    done = shell(folder, SEAL)
    assert done.returncode == 0, done.stderr
    [printed] = re.findall(r"^DL1 .*$", (folder / readme.FILE).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert done.stdout.strip() == printed.split()[6].replace("-", "")
    signed = shell(folder, SIGNED)
    assert (signed.returncode, signed.stdout.strip()) == (0, "Signature Verified Successfully")
    spoil(folder / "session.json", b'"final":true', b'"final":True')
    assert shell(folder, SEAL).stdout != done.stdout
    assert shell(folder, SIGNED).returncode != 0


@pytest.mark.parametrize(("block", "program"), [(JQ, "jq"), (NODE, "node")], ids=["jq", "node"])
def test_the_fhir_document_by_itself(folder: Path, block: str, program: str) -> None:
    needs("openssl", "base64", program)
    file = folder / "fhir_document.json"
    done = shell(folder, block)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("Signature Verified Successfully", "holds")
    file.write_text(json.dumps(json.loads(file.read_bytes()), indent=3, sort_keys=True), encoding="utf-8")
    assert shell(folder, block).returncode == 0
    spoil(file, b'"Bundle"', b'"bundle"')
    assert shell(folder, block).returncode != 0


def test_the_canonical_form_of_jq_and_of_node_is_the_one_that_was_signed(folder: Path) -> None:
    """With numbers and letters that are spelled in several ways."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from devicelog.export.fhir.signature import DOCUMENT_SIGNATURE

    needs("openssl", "base64", "jq", "node")
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public_key.pem").write_bytes(pem)
    text = '{"timestamp":"t","z":[0.020,1.50,100,-0.5,0.15,1234.5678,9007199254740991,true,null],'
    text += '"a":"李雷 \\u2028 \\"<b>\\" \\\\ \\/ \\n\\t\\u0001 é","id":"x","meta":{},"é":{},"E":[]}'
    (folder / "fhir_document.json").write_bytes(DOCUMENT_SIGNATURE.sign(text.encode(), key))
    for block in (JQ, NODE):
        assert shell(folder, block).returncode == 0, block


def test_what_devicelog_does(folder: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("openssl", "sha256sum")
    monkeypatch.chdir(folder)
    calls = [call.split("\n") for block in DEVICELOG for call in shell(folder, block).stdout.strip().split("\n\n")]
    assert [words[0] for words in calls] == ["verify"] * 4 + ["show", "entries", "export"]
    for words in calls:
        code, out, err = run(*words, "--store", tmp_path / "none")
        assert code == 0, (words, out, err)
        if "--key" in words:
            assert "which is the one that was named" in out


def test_the_readme_of_an_export_says_the_same_in_short(folder: Path) -> None:
    text = (folder / readme.FILE).read_text(encoding="utf-8")
    assert LIST.splitlines()[1] in text
    assert "sha256sum --check SHA256SUMS" in text
    for word in ("certutil", "Get-FileHash", "--key FINGERPRINT", "Bundle.signature"):
        assert word in text
