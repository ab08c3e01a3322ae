"""A progress bar on stderr for commands that take longer than a breath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from commands.context import note

Tell = Callable[[str, float], None]


@contextmanager
def progress_bar(title: str) -> Iterator[Tell]:
    """Yields what long work calls with the name of its part and the share done, 0..1."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=note) as bar:
        task = bar.add_task(title, total=1.0)

        def tell(part: str, done: float) -> None:
            bar.update(task, description=f"{title}: {part}", completed=done)

        yield tell
        bar.update(task, description=title, completed=1.0)


def part_of(tell: Tell, start: float, end: float) -> Tell:
    """The same bar for one part of the work, from `start` to `end` of the whole."""
    return lambda part, done: tell(part, start + (end - start) * done)
