"""A new driver gets a name that people can type, Python can import, and nobody has yet."""

from __future__ import annotations

import pytest

from devicelog import registry
from devicelog.errors import BadInputError
from devicelog.kit.name import LONGEST, free_name
from devicelog.plugin import Plugin


@pytest.mark.parametrize("text", ["g", "my-gun", "sd10", "maker-model-3", "x" * LONGEST])
def test_a_free_name_is_a_distribution_and_a_module(text: str) -> None:
    name = free_name(text)

    assert (name.driver, name.distribution) == (text, f"devicelog-{text}")
    assert name.module == text.replace("-", "_")
    assert name.module.isidentifier()


@pytest.mark.parametrize(
    ("text", "closest"),
    [
        ("My Gun", "my-gun"),
        ("my_gun", "my-gun"),
        ("my--gun", "my-gun"),
        ("-gun", "gun"),
        ("3d-gun", "d-gun"),
        ("../gun", "gun"),
        ("x" * (LONGEST + 1), "x" * LONGEST),
    ],
)
def test_a_name_that_cannot_be_typed_is_told_with_one_that_can(text: str, closest: str) -> None:
    with pytest.raises(BadInputError, match="expected lower-case letters") as told:
        free_name(text)

    assert f"such as {closest!r}" in str(told.value)
    assert free_name(closest).driver == closest


@pytest.mark.parametrize("text", ["", "é", "-", "7", "\n"])
def test_a_name_of_which_nothing_can_be_used_is_told_without_another_one(text: str) -> None:
    with pytest.raises(BadInputError, match="expected lower-case letters") as told:
        free_name(text)

    assert "such as" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("new", "`devicelog drivers new` is a command"),
        ("new-era", "has a driver of that name"),
        ("class", "it is a word of the Python language"),
        ("json", "Python would take its module 'json' for another one"),
        ("tests", "Python would take its module 'tests' for another one"),
        ("serial", "a module 'serial' is installed already"),
    ],
)
def test_a_name_that_somebody_has_is_told_with_who_has_it(text: str, why: str) -> None:
    with pytest.raises(BadInputError) as told:
        free_name(text)

    assert str(told.value).startswith(f"a driver cannot be called {text!r}, because ")
    assert why in str(told.value)


def test_the_name_of_a_simulator_is_taken_too(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = Plugin("board", "somebody 1.0", registry.simulator("new-era"), None)
    monkeypatch.setattr(registry, "simulators", lambda: {"board": plugin})

    with pytest.raises(BadInputError, match=r"somebody 1.0 has a simulator of that name"):
        free_name("board")


def test_a_package_that_is_installed_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devicelog.kit.name.distribution", lambda _: None)

    with pytest.raises(BadInputError, match="a package 'devicelog-my-gun' is installed already"):
        free_name("my-gun")
