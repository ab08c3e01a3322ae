"""What callbacks work with, and the only ways to make one.

Every server callback names the right that it needs, gets the address of the screen as its first input and never
sees an id from the browser unchecked: `Services.ask` turns the address into a `Scope` through `authorize`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from dash import Dash, Input, Output, no_update
from dash.exceptions import PreventUpdate
from flask import request
from werkzeug.exceptions import HTTPException

from callbacks.answers import Answers
from callbacks.drawings import PersonalError, drawn_once, personal
from callbacks.progress import aimed, stored_targets
from dashboard.errors import JourneyError
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import Against, JourneyQuery
from dashboard.journey.shared_view import held, seen
from dashboard.server.errors import MalformedRequestError, callback_runs, note
from dashboard.settings import Settings
from data_access.facts import Facts
from data_access.scope import Action, Scope, UserRecord, authorize, refuse_guest
from data_access.state import engagements
from layouts.components.markup import still
from layouts.components.states import error_state
from layouts.pages import PAGES, address_store, page_at
from layouts.shell import Ids as Shell

ACTION = "journey_action"  # attribute of a callback's function: the right that it declares
ALIKE = ()  # nothing beside the question decides a drawing
_HIDDEN = frozenset({401, 403, 404})  # these leave the callback as HTTP statuses
_FAILED = msgid("Something went wrong on our side")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a signed-in person, before any engagement is opened.

    Attributes:
        path: page that is open.
        address: what the query string says.
    """

    user: UserRecord
    path: str
    address: Address
    words: Words


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that may be asked: the person, their right, the data's frame, the query and the words.

    Attributes:
        scope: goes to `services.answers`; made by `authorize`.
        query: filters and defaults of this screen.
        problems: what of the address was ignored.
        formats: figures in the person's language and the engagement's currency.
    """

    user: UserRecord
    path: str
    address: Address
    words: Words
    scope: Scope
    info: GenerationInfo
    query: JourneyQuery
    problems: tuple[JourneyError, ...]

    @property
    def formats(self) -> Formats:
        """Figures of this engagement for this reader."""
        return Formats(self.words.language, self.info.currency)

    @property
    def extras(self) -> Mapping[str, str]:
        """Keys of the page itself, written by whoever wrote the address: check before use."""
        return self.address.extras


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a callback may use; nothing is global.

    Attributes:
        state: the state database; made on first use, after the server's fork.
        clock: this moment as naive UTC.
        viewer: the person who asks, from the server's session.
    """

    settings: Settings
    state: Callable[[], sa.Engine]
    facts: Facts
    answers: Answers
    clock: Callable[[], datetime]
    viewer: Callable[[], UserRecord]

    def __post_init__(self) -> None:
        for name in ("state", "clock", "viewer"):
            object.__setattr__(self, name, personal(getattr(self, name)))

    def visit(self, path: str, search: str) -> Visit:
        """Who asks, and where they are."""
        user, address = self.viewer(), Address.parse(search)
        if user.guest is not None:
            address = held(address, Address.parse(user.guest.search))
        return Visit(user, path, address, Words(address.language or user.language))

    def ask(self, visit: Visit, action: Action) -> Ask:
        """The question of a screen, with the right to ask it.

        Raises:
            JourneyError: `unknown_engagement` (404), `no_right` (403), `no_engagement` (404) for a person without
                one, `no_data_yet` (409).
        """
        key = visit.address.engagement or self.first_engagement(visit.user)
        guest = visit.user.guest
        if guest is not None and visit.path != guest.path:
            raise JourneyError("unknown_engagement", status=404, engagement=key)
        scope = authorize(visit.user, key, action)
        info = self.facts.info(scope)
        address = visit.address.with_(engagement=key)
        query, problems = self._aimed(visit.user, *address.query(info), info)
        if guest is not None:
            info = seen(info, Address.parse(guest.search))
        return Ask(visit.user, visit.path, address, visit.words, scope, info, query, problems)

    def _aimed(
        self, user: UserRecord, query: JourneyQuery, problems: tuple[JourneyError, ...], info: GenerationInfo
    ) -> tuple[JourneyQuery, tuple[JourneyError, ...]]:
        """The question with the stored targets where it is held against them; without any, against the best segment."""
        if query.against is not Against.TARGET:
            return query, problems
        try:
            return aimed(query, info, stored_targets(self.state(), user, info.engagement)), problems
        except JourneyError as error:
            return query.with_(against=Against.BEST_OTHER), (*problems, error)

    def admit(self, visit: Visit, action: Action) -> Visit:
        """The visit to a page without data, where the person may come in.

        Raises:
            JourneyError: `unknown_engagement` (404) where the address names one that is not theirs, `no_right` (403).
        """
        refuse_guest(visit.user, action)
        if visit.address.engagement:
            authorize(visit.user, visit.address.engagement, action)
        elif not visit.user.may(action):
            raise JourneyError("no_right", status=403, action=str(action))
        return visit

    def first_engagement(self, user: UserRecord) -> str:
        """The engagement that opens where an address names none.

        Raises:
            JourneyError: `no_engagement` for a person without one.
        """
        if not user.engagements:
            raise JourneyError("no_engagement", status=404)
        return min(user.engagements)

    def may_open(self, user: UserRecord, path: str) -> bool:
        """True for a page that the person's role may open."""
        page = page_at(path)
        return page is not None and user.may(Action(page.action))

    def engagements(self, user: UserRecord) -> tuple[engagements.Engagement, ...]:
        """The person's engagements by name."""
        mine = (one for one in engagements.list(self.state()) if one.key in user.engagements)
        return tuple(sorted(mine, key=lambda one: one.name.casefold()))

    def is_demo(self, key: str) -> bool:
        """True for the engagement that `journey demo` has made."""
        return engagements.get(self.state(), key).demo

    def frame(
        self,
        app: Dash,
        *outputs: Output,
        listens: Shell,
        also: tuple[Any, ...] = (),
        action: Action = Action.READ,
        wait: bool = False,
    ) -> Any:
        """Decorator for the shell's callbacks: `(visit, *values of also) -> outputs`, when a store of it changes.

        Args:
            wait: True where nothing is asked before the first change.
        """
        return self._callback(app, outputs, listens, also, action, lambda visit: visit, wait)

    def card(
        self,
        app: Dash,
        page: str,
        *outputs: Output,
        also: tuple[Any, ...] = (),
        action: Action = Action.READ,
        shared: Callable[[Ask], Hashable | None] | None = None,
    ) -> Any:
        """Decorator for a page's callbacks: `(ask, *values of also) -> outputs`.

        It runs when the page opens and when its address changes. A `JourneyError` or a defect shows in the
        first output that is `children`, so that the other cards live on. On a plain page it gets the visit
        instead of the ask: there are no data to ask.

        Args:
            page: key of the page.
            also: further `Input`s and `State`s; their values are attacker-written, check them.
            shared: given where figures, rights, language, theme and what it returns decide the drawing, so that it is
                kept for everybody; the card gets the answer as its second argument where it is more than `ALIKE`. None
                is returned for questions that are drawn for each person. A drawing that looks at a person, at the
                state or at the clock after all is made anew for the person, and not kept.
        """
        if shared is not None and also:
            raise ValueError(
                "a shared card knows the question alone"
            )  # what else it heard would not be in its key
        place = next(one for one in PAGES if one.key == page)
        subject = self.admit if place.plain else self.ask
        return self._callback(
            app,
            outputs,
            address_store(place),
            also,
            action,
            lambda visit: subject(replace(visit, path=place.path), action),  # whatever page the browser names
            shared=shared,
        )

    def _callback(
        self,
        app: Dash,
        outputs: tuple[Output, ...],
        store: str,
        also: tuple[Any, ...],
        action: Action,
        subject: Callable[[Visit], Any],
        wait: bool = False,
        shared: Callable[[Ask], Hashable | None] | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        target = outputs[0] if len(outputs) == 1 else list(outputs)

        def decorate(show: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(show)
            def run(place: Any, *values: Any) -> Any:
                callback_runs()
                visit = self.visit(*_read_place(place))
                try:
                    ask = subject(visit)
                    beside = None if shared is None else shared(ask)
                    if beside is not None:
                        return self._everybodys(outputs, show, ask, beside)
                    return _drawn(outputs, show(ask, *values))
                except (PreventUpdate, HTTPException, MalformedRequestError):
                    raise
                except JourneyError as error:
                    if error.status in _HIDDEN or not _place_of_error(outputs):
                        raise
                    return _in_place(outputs, error_state(visit.words, visit.words.error(error)))
                except Exception as error:
                    if not _place_of_error(outputs):
                        raise
                    error_id = note(error, f"{show.__module__}.{show.__name__}")
                    return _in_place(outputs, error_state(visit.words, visit.words(_FAILED), error_id))

            setattr(run, ACTION, action)
            return app.callback(target, Input(store, "data"), *also, prevent_initial_call=wait)(run)

        return decorate

    def _everybodys(
        self, outputs: tuple[Output, ...], show: Callable[..., Any], ask: Ask, beside: Hashable
    ) -> Any:
        """The drawing that is kept for everybody who may ask this; see `card`."""
        address = ask.address.with_(problems=())
        anybody = replace(
            ask, user=ask.user.anybody, address=address, scope=ask.scope.impersonal, problems=()
        )
        place = (address.search(), ask.query, ask.info.number)
        question = (show.__module__, show.__name__, anybody.user, *place, beside)
        known = () if beside == ALIKE else (beside,)

        def draw() -> tuple[Any, ...]:
            answer = _drawn(outputs, show(anybody, *known))
            return (answer,) if len(outputs) == 1 else tuple(answer)

        try:
            parts = drawn_once(self.facts, ask.scope, question, draw)
        except PersonalError:
            return _drawn(outputs, show(ask, *known))
        return parts[0] if len(outputs) == 1 else parts


def alike(_: Ask) -> Hashable:
    """Nothing beside the question decides the drawing of a shared card."""
    return ALIKE


def referred_search() -> str:
    """The query string of the screen that sent this request, for answers that no callback gives (the layout)."""
    return urlsplit(request.headers.get("Referer", "")).query


def refuse_undeclared(app: Dash) -> None:
    """Stop the start where a server callback does not say which right it needs.

    Raises:
        JourneyError: `callback_without_action`.
    """
    for name, callback in app.callback_map.items():
        run = callback.get("callback")
        if run is not None and not isinstance(getattr(run, ACTION, None), Action):
            raise JourneyError("callback_without_action", status=500, callback=name)


def _read_place(place: Any) -> tuple[str, str]:
    if not isinstance(place, dict):
        raise MalformedRequestError
    path, search = place.get("path"), place.get("search")
    if not isinstance(path, str) or not isinstance(search, str):
        raise MalformedRequestError
    return path, search


def _place_of_error(outputs: tuple[Output, ...]) -> bool:
    return any(output.component_property == "children" for output in outputs)


def _drawn(outputs: tuple[Output, ...], answer: Any) -> Any:
    """The answer, its content as light for the browser as it can be."""
    if len(outputs) == 1:
        return still(answer) if outputs[0].component_property == "children" else answer
    parts = zip(outputs, answer, strict=True)
    return [still(part) if output.component_property == "children" else part for output, part in parts]


def _in_place(outputs: tuple[Output, ...], state: Any) -> Any:
    """The error in the first output that holds content; the rest stays as it is."""
    answers: list[Any] = [no_update] * len(outputs)
    place = next(number for number, output in enumerate(outputs) if output.component_property == "children")
    answers[place] = still(state)
    return answers[0] if len(outputs) == 1 else answers
