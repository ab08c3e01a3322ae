"""The tab "Targets" answers: the grid, what was typed into it, how the month goes, what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dash import Dash
from werkzeug.exceptions import BadRequest

from callbacks.progress import all_progress, stored_targets
from callbacks.services import Ask, Services, Visit
from callbacks.settings.proposal import sources_of, take
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.period import Period
from dashboard.journey.targets import Kpi, TargetKey, check_key, check_value, read_value
from dashboard.server.posts import post
from data_access.clock import wall_clock
from data_access.scope import Action, UserRecord
from data_access.state import engagements, targets
from data_access.state.targets import Wish
from layouts.components.states import empty_state
from layouts.targets import (
    SaveLine,
    TargetView,
    cell_name,
    grid_card,
    history_card,
    progress_card,
    targets_page,
)

_CELL = {"kpi": str, "stage": str, "segment": str, "month": str, "text": str, "version": int}
_LONGEST = 200
FIRST_YEAR, LAST_YEAR = 1991, 2099  # whose neighbours can be asked for too


def register(app: Dash, services: Services) -> None:
    """Routes below `/settings/targets`; whose engagement it is, `data_access.state.targets` checks."""

    def approver() -> UserRecord:
        user = services.viewer()
        if user.is_guest or not user.may(Action.APPROVE):
            raise JourneyError("no_right", status=403, action=str(Action.APPROVE))
        return user

    server, place = app.server, "/settings/targets"

    @post(server, place, "targets.put", check=approver, engagement=str, language=str, cells=list)
    def put(wish: dict[str, Any]) -> dict[str, Any]:
        return save(services, _asked(services, wish["engagement"], wish["language"]), wish["cells"])

    @post(
        server,
        f"{place}/take",
        "targets.take",
        check=approver,
        engagement=str,
        language=str,
        source=str,
        year=int,
    )
    def propose(wish: dict[str, Any]) -> dict[str, Any]:
        ask = _asked(services, wish["engagement"], wish["language"])
        if not FIRST_YEAR <= wish["year"] <= LAST_YEAR:
            raise BadRequest
        return take(services, ask, wish["source"], wish["year"])

    @post(server, f"{place}/undo", "targets.undo", check=approver, engagement=str)
    def undo(wish: dict[str, Any]) -> None:
        targets.undo(services.state(), services.viewer(), wish["engagement"])


def _asked(services: Services, engagement: str, language: str) -> Ask:
    """The engagement's frame, with the right to set targets; the words of the page that was typed into."""
    if language not in ("ru", "en"):
        raise BadRequest
    visit = services.visit("/settings", "")
    address = visit.address.with_(engagement=engagement, language=language)
    return services.ask(Visit(visit.user, visit.path, address, Words(language)), Action.APPROVE)


def save(services: Services, ask: Ask, cells: Sequence[Any]) -> dict[str, Any]:
    """Keep what was typed: all of it, or nothing and a sentence for each cell that cannot be read.

    Raises:
        JourneyError: `targets_changed` (409), `too_many_targets`, and what `targets.put` refuses.
    """
    words, model = ask.words, ask.info.model
    if len(cells) > targets.MOST_WISHES:
        raise JourneyError("too_many_targets", limit=targets.MOST_WISHES)
    stages, segments = model.keys[1:], ask.info.segments
    wishes: list[Wish] = []
    bad: list[dict[str, Any]] = []
    for cell in cells:
        key = check_key(_key(cell), stages, segments)
        try:
            value = read_value(cell["text"], key.unit, words.language)
            wishes.append(Wish(key, None if value is None else check_value(key, value), cell["version"]))
        except JourneyError as error:
            bad.append({"cell": _place(key), "said": _said(ask, key, error)})
    if bad:
        said = words.plural(
            "{n} cell cannot be read; nothing was saved.",
            "{n} cells cannot be read; nothing was saved.",
            len(bad),
        )
        return {"bad": bad, "said": said}
    try:
        count = targets.put(services.state(), ask.user, ask.scope.engagement, wishes, stages, segments)
    except JourneyError as error:
        raise _in_words(ask, error) from error
    return {"said": words.plural("Saved: {n} target.", "Saved: {n} targets.", count)}


def _key(cell: Any) -> TargetKey:
    if not isinstance(cell, dict) or set(cell) != set(_CELL):
        raise BadRequest
    if any(type(cell[name]) is not kind for name, kind in _CELL.items()):
        raise BadRequest
    if any(len(cell[name]) > _LONGEST for name, kind in _CELL.items() if kind is str):
        raise BadRequest
    if cell["kpi"] not in set(Kpi):
        raise BadRequest
    return TargetKey(Kpi(cell["kpi"]), cell["stage"], cell["segment"], cell["month"])


def _place(key: TargetKey) -> list[str]:
    return [str(key.kpi), key.stage, key.segment, key.month]


def _said(ask: Ask, key: TargetKey, error: JourneyError) -> str:
    """The cell by its row and column, and what to do there."""
    name = cell_name(ask.words, ask.formats, ask.info.model, key)
    if error.code == "target_out_of_range":
        return ask.words("{cell}: a target lies between 0 and {most}.", cell=name, most=error.facts["most"])
    return f"{name}: {ask.words.error(error)}"


def _in_words(ask: Ask, error: JourneyError) -> JourneyError:
    """A conflict that names the cells as the page does."""
    if error.code != "targets_changed":
        return error
    names = [
        f"{cell_name(ask.words, ask.formats, ask.info.model, key)} ({who})"
        for key, who in error.facts["stale"][:5]
    ]
    return JourneyError(error.code, status=error.status, **error.facts | {"cells": "; ".join(names)})


def show_targets(services: Services, visit: Visit) -> Any:
    """The grid, and how the month goes."""
    view = _view(services, visit)
    if view is None:
        return empty_state(visit.words("Targets need segments and stages: import data first."))
    ask, shown = view
    month = _month(ask, shown.year)
    query = ask.query.with_(period=Period.parse(month))
    stored = stored_targets(services.state(), ask.user, ask.scope.engagement)
    found = all_progress(services.answers, ask.scope, query, stored)
    return targets_page(grid_card(shown), progress_card(shown, month, found))


def show_changes(services: Services, visit: Visit) -> Any:
    """What the last saves changed."""
    view = _view(services, visit)
    if view is None:
        return []
    ask, shown = view
    today = wall_clock(services.clock(), ask.info.zone).date()
    known = ("", *ask.info.model.keys)
    saves: dict[datetime, SaveLine] = {}
    for one in targets.history(services.state(), ask.user, ask.scope.engagement):
        if one.key.stage in known:  # a stage that the model has no more has no name
            when = ask.formats.moment(wall_clock(one.at, ask.info.zone), today)
            save = saves.setdefault(one.at, SaveLine(when, one.actor, []))
            saves[one.at] = replace(save, changes=(*save.changes, (one.key, one.before, one.after)))
    return history_card(shown, tuple(saves.values()))


def _view(services: Services, visit: Visit) -> tuple[Ask, TargetView] | None:
    try:
        ask = services.ask(visit, Action.APPROVE)
    except JourneyError as error:
        if error.code != "no_data_yet":
            raise
        return None
    stored = targets.listed(services.state(), ask.user, ask.scope.engagement)
    segment = ask.extras.get("seg", "")
    return ask, TargetView(
        words=ask.words,
        formats=ask.formats,
        address=ask.address,
        engagement=ask.scope.engagement,
        name=engagements.get(services.state(), ask.scope.engagement).name,
        model=ask.info.model,
        year=_year(ask),
        segment=segment if segment in ask.info.segments else "",
        segments=ask.info.segments,
        cells={one.key: (one.value, one.version) for one in stored},
        sources=sources_of(services, ask),
    )


def _year(ask: Ask) -> int:
    """The year of the address, else the one that the data end in."""
    said = ask.extras.get("year", "")
    if len(said) == 4 and said.isascii() and said.isdigit() and FIRST_YEAR <= int(said) <= LAST_YEAR:
        return int(said)
    end = ask.info.data_end_day
    return end.year if end else wall_clock(ask.info.built_at, ask.info.zone).year


def _month(ask: Ask, year: int) -> str:
    """The month that the data end in; of other years their last one that is known."""
    end = ask.info.data_end_day
    number = 12 if end is None or end.year > year else end.month if end.year == year else 1
    return f"{year}-{number:02}"
