"""Drawings that serve everybody who may see them: made once a question and generation, kept as bytes.

Figures are kept by question (`data_access.kept`); most of what is left is drawing them. A card that reads nothing but
figures looks the same for everybody with the same role, language and theme: it is drawn once and sent as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

import orjson
from plotly.io.json import to_json_plotly

from data_access.facts import Facts
from data_access.scope import Scope

_Asked = ParamSpec("_Asked")
_Told = TypeVar("_Told")


class PersonalError(Exception):
    """A drawing for everybody looked at a person, at the state or at the clock: it serves nobody else."""


_drawing: ContextVar[bool] = ContextVar("drawing_for_everybody", default=False)


def personal(read: Callable[_Asked, _Told]) -> Callable[_Asked, _Told]:
    """A way to learn what is somebody's own or of this moment: inside a drawing for everybody it ends the drawing."""

    @wraps(read)
    def learn(*asked: _Asked.args, **named: _Asked.kwargs) -> _Told:
        if _drawing.get():
            raise PersonalError
        return read(*asked, **named)

    return learn


def drawn_once(
    facts: Facts, scope: Scope, question: tuple[Hashable, ...], draw: Callable[[], tuple[object, ...]]
) -> list[orjson.Fragment]:
    """What `draw` gives, each part as Dash would write it; from the kept bytes where they are.

    Args:
        question: with the current generation it alone decides the drawing.

    Raises:
        PersonalError: it is no drawing for everybody.
        JourneyError: whatever `draw` raises; nothing is kept then.
    """

    def written() -> tuple[bytes, ...]:
        with _for_everybody():
            return tuple(str(to_json_plotly(part)).encode() for part in draw())

    return [orjson.Fragment(part) for part in facts.worked_out(scope, ("drawn", *question), written)]


@contextmanager
def _for_everybody() -> Iterator[None]:
    token = _drawing.set(True)
    try:
        yield
    finally:
        _drawing.reset(token)
