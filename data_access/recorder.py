"""Which statements an answer was made from: part of "how is this number made"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import sqlalchemy as sa

from data_access.statements import written_whole

_recorded: ContextVar[list[str] | None] = ContextVar("recorded", default=None)


@contextmanager
def recorded() -> Iterator[list[str]]:
    """SQL of everything asked inside, in order and each text once; also what a cache answers."""
    found: list[str] = []
    token = _recorded.set(found)
    try:
        yield found
    finally:
        _recorded.reset(token)


def record(statement: sa.Select, dialect: sa.Dialect) -> None:
    """Note a statement with its values written out, where somebody wants to see it; else costs nothing."""
    found = _recorded.get()
    if found is None:
        return
    text = written_whole(statement, dialect)
    if text not in found:
        found.append(text)
