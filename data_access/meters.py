"""What an operator may want to count of questions to the facts; nobody counts unless somebody listens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Meter(Protocol):
    """Who counts."""

    def asked(self, seconds: float, outcome: str) -> None:
        """A statement ran on the facts: how long, and `ok` or the code of its error."""
        ...

    def looked_up(self, *, found: bool) -> None:
        """An answer was wanted that may be kept already."""
        ...


_meters: list[Meter] = []


def listen(meter: Meter) -> None:
    """Let one count in this process from here on; it takes the place of the one before."""
    _meters[:] = [meter]


def looked_up(*, found: bool) -> None:
    """Tell whether an answer was kept already."""
    for meter in _meters:
        meter.looked_up(found=found)


@contextmanager
def asking() -> Iterator[None]:
    """Time what happens inside: one question to the facts."""
    began, outcome = time.perf_counter(), "ok"
    try:
        yield
    except Exception as error:
        outcome = getattr(error, "code", "failed")
        raise
    finally:
        for meter in _meters:
            meter.asked(time.perf_counter() - began, outcome)
