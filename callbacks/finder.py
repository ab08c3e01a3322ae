"""The finder answers: everything of one engagement that a name can lead to, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from dash import Dash
from flask import Response, request

from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.i18n.words import Words
from dashboard.journey.channels import channel_name
from dashboard.journey.glossary import GLOSSARY
from dashboard.journey.plan import Status
from dashboard.journey.query import NO_CHANNEL, NO_SEGMENT
from data_access.finder import fetch_places
from data_access.scope import Action, Scope, authorize
from data_access.state import actions, views
from layouts.finder import TABS
from layouts.pages import PAGES

Find = dict[str, Any]


def register(app: Dash, services: Services) -> None:
    """Route `/finder?e=KEY`: the browser asks once for each engagement."""

    @app.server.get("/finder", endpoint="finder")
    def find() -> Response:
        visit = services.visit("/finder", request.query_string.decode("utf-8", "replace"))
        return Response(orjson.dumps(finds(services, visit)), mimetype="application/json")


def finds(services: Services, visit: Visit) -> list[Find]:
    """What a person may find. A find names a path and the keys that it sets; the others of the address stay.

    Each has `kind`, `path`, `ru` and `en`, perhaps `set` (keys of the address; a list where labels go with commas
    between them), `anchor` (a place inside the page), `search` (the whole query string) and `alone` (nothing
    of the address stays).

    Raises:
        JourneyError: `unknown_engagement` (404).
    """
    key = visit.address.engagement
    found = [*_pages(visit), *_engagements(services, visit), *_terms()]
    if key is None:
        return found
    scope = authorize(visit.user, key, Action.READ)
    found += _views(services, visit, key)
    if visit.user.may(Action.SIMULATE) and not visit.user.is_guest:
        found += _actions(services, visit, key)
    try:
        return [*found, *_data(services, scope)]
    except JourneyError as error:
        if error.code != "no_data_yet":
            raise
        return found


def _find(kind: str, path: str, names: Mapping[Any, str], **more: Any) -> Find:
    return {"kind": kind, "path": path, **names, **more}


def _both(text: str) -> dict[str, str]:
    return {language: Words(language)(text) for language in LANGUAGES}


def _pages(visit: Visit) -> Iterator[Find]:
    """Pages, then their tabs under the page's name."""
    mine = [page for page in PAGES if (page.menu or page.plain) and visit.user.may(Action(page.action))]
    for page in mine:
        yield _find("page", page.path, _both(page.title))
    for page in mine:
        for name, keys in TABS.get(page.key, ()):
            names = {
                language: f"{Words(language)(page.title)}: {Words(language)(name)}" for language in LANGUAGES
            }
            yield _find("tab", page.path, names, set=keys)


def _engagements(services: Services, visit: Visit) -> Iterator[Find]:
    for one in services.engagements(visit.user):
        names = dict.fromkeys(LANGUAGES, one.name)
        yield _find("engagement", "/overview", names, set={"e": one.key}, alone=True)


def _views(services: Services, visit: Visit, key: str) -> Iterator[Find]:
    for view in views.list_views(services.state(), visit.user, key):
        if services.may_open(visit.user, view.path):
            yield _find("view", view.path, dict.fromkeys(LANGUAGES, view.name), search=view.search)


def _actions(services: Services, visit: Visit, key: str) -> Iterator[Find]:
    """What is on the plan; what was dropped comes back by the board alone."""
    for one in actions.listed(services.state(), visit.user, key):
        if one.status is not Status.DROPPED:
            yield _find("action", "/plan", dict.fromkeys(LANGUAGES, one.title), set={"action": str(one.id)})


def _terms() -> Iterator[Find]:
    for term in GLOSSARY:
        yield _find("term", "/help", _both(term.name), anchor=f"term-{term.key}")


def _data(services: Services, scope: Scope) -> Iterator[Find]:
    """Stages, channels, segments and touchpoints of the current generation."""
    info = services.facts.info(scope)
    for stage in info.model.stages:
        names = {language: stage.name(language) for language in LANGUAGES}
        yield _find("stage", "/touchpoints", names, set={"stage": stage.key})
    for label in info.channels:
        if label != NO_CHANNEL:
            names = {language: channel_name(label, language) for language in LANGUAGES}
            yield _find("channel", "/touchpoints", names, set={"ch": [label]})
    for label in info.segments:
        if label != NO_SEGMENT:
            yield _find("segment", "/overview", dict.fromkeys(LANGUAGES, label), set={"s": [label]})
    places = fetch_places(services.facts, scope)
    for key, label, touchpoint in zip(places["stage"], places["channel"], places["touchpoint"], strict=True):
        stage = info.model.stage(key)
        names = {
            language: f"{touchpoint} · {stage.short_name(language)}, {channel_name(label, language)}"
            for language in LANGUAGES
        }
        keys = {"view": "list", "stage": key, "channel": label}
        yield _find("touchpoint", "/touchpoints", names, set=keys)
