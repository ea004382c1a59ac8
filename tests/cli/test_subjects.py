"""`devicelog subjects --ask`: what is typed at a question stands on no command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from devicelog.cli.subjects import command
from devicelog.store.people import known
from devicelog.store.reader import Reader


def test_what_is_not_given_is_asked_for_and_an_empty_answer_leaves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    store = ("--store", str(tmp_path / "store"))
    for words, typed in (
        (("add", "--reference", "P-1", "--contact", "0123", "--ask"), "Ann Example\n1984-05-17\n\n"),
        (("change", "P-1", "--ask"), "\n\n0456\nlikes tea\n"),
    ):
        done = CliRunner().invoke(command, [*words, *store], input=typed, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    with Reader.open(tmp_path / "store") as reader:
        person = known(reader, "P-1").person
    assert person is not None
    said = (person.name, person.birth_date, person.contact, person.note)
    assert said == ("Ann Example", "1984-05-17", "0456", "likes tea")
