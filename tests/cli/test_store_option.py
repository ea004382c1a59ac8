"""`--store` means the same folder in every command, also with a home in it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devicelog.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Store


@pytest.mark.parametrize("words", [["sessions"], ["show", "last"], ["entries", "last"], ["verify"], ["replay", "last"]])
@pytest.mark.parametrize("by_variable", [True, False])
def test_a_home_is_written_out_in_every_command(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], *, by_variable: bool
) -> None:
    shutil.copytree(store.path, tmp_path / "zz")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    where = {"DEVICELOG_STORE": "~/zz"} if by_variable else {}

    result = CliRunner().invoke(cli, words if by_variable else [*words, "--store", "~/zz"], env=where)

    assert result.exit_code == 0, result.output


def test_messages_name_the_folder_in_full(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    result = type(store)(store.path.relative_to("/"), {}).run("sessions")

    assert result.exit_code == 2
    assert f"{tmp_path}/" in str(result.exception)


def test_a_home_that_nobody_has_is_bad_input(store: Store) -> None:
    result = CliRunner().invoke(cli, ["sessions", "--store", "~nobody-is-called-so/zz"])

    assert result.exit_code == 2
    assert "that home cannot be found" in result.stderr
