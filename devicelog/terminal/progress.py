"""How far a long piece of work has come, on stderr; nothing where that is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devicelog.terminal.screen import console

#: Told what is being done, how much of it is done, and how much there is (0: nobody can tell).
Progress = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Progress]:
    """A line for each piece of work, from the first time it is told of."""
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    screen = console(to_stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    lines: dict[str, TaskID] = {}
    with Progress(*columns, TimeElapsedColumn(), console=screen, disable=not screen.is_terminal) as bar:

        def tell(what: str, done: int, total: int) -> None:
            if what not in lines:
                lines[what] = bar.add_task(what, total=None)
            bar.update(lines[what], completed=done, total=total or None)

        yield tell
        for line in lines.values():
            bar.update(line, completed=1, total=1)
