"""Answers that are worked out once: cards of a page, and people who look at it, share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from dashboard.journey.query import JourneyQuery
from data_access.facts import Facts
from data_access.scope import Scope

_UNSAID = {field.name: field.default for field in fields(JourneyQuery)}

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")


class _HasFacts(Protocol):
    facts: Facts


_Self = TypeVar("_Self", bound=_HasFacts)
_Answer = Callable[Concatenate[_Self, Scope, JourneyQuery, _Asked], _Found]


def kept(*without: str) -> Callable[[_Answer[_Self, _Asked, _Found]], _Answer[_Self, _Asked, _Found]]:
    """Decorator of an answer that is kept as its frames are: for everybody who may ask, until a new generation.

    The answer must be immutable, the same for whoever asks, and without words of a language. Everything inside is
    read from one generation.

    Args:
        without: fields of the question that leave the answer as it is: the answer gets it without them, so that
            questions that differ in them alone are one.
    """

    def decorate(answer: _Answer[_Self, _Asked, _Found]) -> _Answer[_Self, _Asked, _Found]:
        @wraps(answer)
        def once(
            self: _Self, scope: Scope, query: JourneyQuery, *asked: _Asked.args, **named: _Asked.kwargs
        ) -> _Found:
            plain = _plain(query, without)
            return self.facts.worked_out(
                scope,
                (answer.__qualname__, plain, *asked, *sorted(named.items())),
                lambda: answer(self, scope, plain, *asked, **named),
            )

        return once

    return decorate


def _plain(query: JourneyQuery, without: tuple[str, ...]) -> JourneyQuery:
    said: dict[str, Any] = {name: _UNSAID[name] for name in without if getattr(query, name) != _UNSAID[name]}
    return query.with_(**said) if said else query
