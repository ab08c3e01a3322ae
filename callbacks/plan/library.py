"""The library of measures answers: what it proposes, and what people change in it."""

from __future__ import annotations

from typing import Any

from dash import Dash

from callbacks.services import Ask, Services
from dashboard.journey.measures import LANGUAGES, Measure
from dashboard.journey.stages import StageModel
from dashboard.server.posts import post
from data_access.scope import Action, authorize, refuse_guest
from data_access.state import engagements, measures
from data_access.state.measures import Wording
from layouts.plan_library import ANY, LibraryView, library

_TEXTS = {f"{kind}_{language}": str for kind in ("name", "problem") for language in LANGUAGES}
_CLOSED = {"go": {"edit": ""}}


def show_library(services: Services, ask: Ask) -> Any:
    """The tab."""
    refuse_guest(ask.user, ask.scope.action)
    found = measures_of(services, ask)
    may_plan = ask.user.may(Action.PLAN)
    return library(LibraryView(ask.words, ask.address, ask.info.model, ask.scope.engagement, found, may_plan))


def measures_of(services: Services, ask: Ask) -> tuple[Measure, ...]:
    """The engagement's library at the stages of its data."""
    return measures.listed(services.state(), ask.user, ask.scope.engagement, ask.info.model)


def register(app: Dash, services: Services) -> None:
    """Routes below `/plan/measures`; the rights are those of `data_access.state.measures`."""
    server, place = app.server, "/plan/measures"

    @post(server, place, "measures.add", engagement=str, stage=str, channel=str, **_TEXTS)
    def add(wish: dict[str, Any]) -> dict[str, Any]:
        key, model = _engagement(services, wish)
        measures.add(services.state(), services.viewer(), key, model, _wording(model, wish))
        return _CLOSED

    @post(
        server,
        f"{place}/<key>",
        "measures.change",
        engagement=str,
        version=int,
        stage=str,
        channel=str,
        **_TEXTS,
    )
    def change(wish: dict[str, Any], key: str) -> dict[str, Any]:
        engagement, model = _engagement(services, wish)
        who, wording = services.viewer(), _wording(model, wish)
        measures.change(services.state(), who, engagement, model, key, wish["version"], wording)
        return _CLOSED

    @post(server, f"{place}/<key>/hide", "measures.hide", engagement=str, version=int, hidden=bool)
    def hide(wish: dict[str, Any], key: str) -> dict[str, Any]:
        engagement, model = _engagement(services, wish)
        seen, hidden = wish["version"], wish["hidden"]
        measures.hide(services.state(), services.viewer(), engagement, model, key, seen, hidden=hidden)
        return _CLOSED


def _engagement(services: Services, wish: dict[str, Any]) -> tuple[str, StageModel]:
    """The engagement that a wish names, where the person may change its plan, and its stages.

    Raises:
        JourneyError: `unknown_engagement` (404), `no_right` (403).
    """
    key = authorize(services.viewer(), wish["engagement"], Action.PLAN).engagement
    return key, engagements.get(services.state(), key).model


def _wording(model: StageModel, wish: dict[str, Any]) -> Wording:
    stage, texts = wish["stage"], {kind: _both(wish, kind) for kind in ("problem", "name")}
    if stage.startswith(ANY):
        return Wording(stage.removeprefix(ANY), "", wish["channel"], **texts)
    return Wording(str(model.stage(stage).phase), stage, wish["channel"], **texts)


def _both(wish: dict[str, Any], kind: str) -> dict[str, str]:
    return {language: wish[f"{kind}_{language}"] for language in LANGUAGES}
