"""Which statements an answer was made from: part of "how is this number made"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa

from data_access import schema
from data_access.statements import written_whole

_COUNTED = tuple(table.name for table in (*schema.SUMS, schema.journey, schema.deal))

_recorded: ContextVar[list[str] | None] = ContextVar("recorded", default=None)
_read: ContextVar[set[str] | None] = ContextVar("read", default=None)


@contextmanager
def recorded() -> Iterator[list[str]]:
    """SQL of everything asked inside, in order and each text once; also what a cache answers."""
    found: list[str] = []
    token = _recorded.set(found)
    try:
        yield found
    finally:
        _recorded.reset(token)


def is_recording() -> bool:
    """True where somebody wants to see the statements: all of them must be asked then."""
    return _recorded.get() is not None


def record(statement: sa.Select, dialect: sa.Dialect) -> None:
    """Note a statement with its values written out, where somebody wants to see it; else costs nothing."""
    found = _recorded.get()
    if found is None:
        return
    text = written_whole(statement, dialect)
    if text not in found:
        found.append(text)
    names = _read.get()
    if names is not None:
        names |= _tables(statement)


@contextmanager
def read() -> Iterator[set[str]]:
    """Names of the tables that everything recorded inside reads; see `read_from`."""
    found: set[str] = set()
    token = _read.set(found)
    try:
        yield found
    finally:
        _read.reset(token)


def read_from(names: set[str]) -> list[str]:
    """Those of the tables that figures are counted from: what the planner chose, journeys and deals."""
    return [name for name in _COUNTED if name in names]


def _tables(statement: sa.Select) -> set[str]:
    """Names of all tables that a statement reads, however deep."""
    waiting: list[Any] = [statement]
    seen: set[int] = set()
    names: set[str] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, sa.Table):
            names.add(part.name)
        elif isinstance(part, sa.Column):
            waiting.append(part.table)
        else:
            waiting += part.get_children()
    return names
