"""Statements that screens ask again and again: built once, written out as SQL once.

An answer from the cache takes a millisecond; building its statement and writing it out to find it there takes thirty.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial, wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from data_access.scope import Scope

KEPT = 200  # statements of a process, 150 to 550 kB each: two or three filters on every page

_Asked = ParamSpec("_Asked")
_Built = TypeVar("_Built", bound="sa.Select | None")
_Builder = Callable[Concatenate[Scope, _Asked], _Built]

_lock = Lock()
_kept: LRUCache[Hashable, sa.Select | None] = LRUCache(KEPT)  # by builder and arguments
# by statement, then by dialect and whether the values stand in the text; an entry goes with its statement
_written: WeakKeyDictionary[sa.Select, dict[tuple[str, bool], tuple[str, str]]] = WeakKeyDictionary()


def built_once(build: _Builder[_Asked, _Built]) -> _Builder[_Asked, _Built]:
    """The same question gives the same statement object; SQLAlchemy never changes one in place.

    The arguments alone may decide the statement (no clock, no setting); they are compared by value. The builder
    never learns who asks, so a statement can serve everybody who has the right.
    """
    kept = cached(_kept, key=partial(hashkey, build), lock=_lock)(build)

    @wraps(build)
    def once(scope: Scope, *asked: _Asked.args, **named: _Asked.kwargs) -> _Built:
        return kept(scope.impersonal, *asked, **named)

    return once


def written(statement: sa.Select, dialect: sa.Dialect) -> tuple[str, str]:
    """The SQL text and the values: two statements with the same ones ask the same."""
    return _once(statement, dialect, whole=False)


def written_whole(statement: sa.Select, dialect: sa.Dialect) -> str:
    """The SQL text with its values in their places, for people to read."""
    return _once(statement, dialect, whole=True)[0]


def _once(statement: sa.Select, dialect: sa.Dialect, *, whole: bool) -> tuple[str, str]:
    texts = _written.setdefault(statement, {})
    key = (dialect.name, whole)
    if key not in texts:
        options = {"literal_binds": True} if whole else {}
        compiled = statement.compile(dialect=dialect, compile_kwargs=options)
        texts[key] = (str(compiled), repr(sorted(compiled.params.items())))
    return texts[key]
