"""The filter bar answers: the choices of the engagement that is open, and what is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import Dash, Output
from flask import request

from callbacks.services import Ask, Services, Visit
from dashboard.errors import JourneyError
from dashboard.i18n.words import msgid
from data_access.clock import wall_clock
from data_access.scope import Action
from layouts.demo_bar import HIDDEN_COOKIE, demo_bar
from layouts.filter_fields import FilterView
from layouts.filters import chip_text, filter_bar, filter_sheet, freshness, notices
from layouts.live import age_tag
from layouts.narrowed import narrowed
from layouts.pages import Page, page_at
from layouts.shell import Ids

GUESTS = msgid("The link fixes these; only the days can be changed")


def register(app: Dash, services: Services) -> None:
    """Wire the filter bar to every change of the address."""

    @services.frame(
        app,
        Output(Ids.FILTERS, "children"),
        Output(Ids.SHEET_FILTERS, "children"),
        Output(Ids.CHIP_TEXT, "children"),
        Output(Ids.FRESHNESS, "children"),
        Output(Ids.NOTICES, "children"),
        listens=Ids.ADDRESS,
    )
    def bar(visit: Visit) -> list[Any]:
        return show_filters(services, visit)


def show_filters(services: Services, visit: Visit) -> list[Any]:
    """Bar, sheet, chip, freshness and notices; all empty where the page itself says why it shows nothing."""
    page = page_at(visit.path)
    if page is None or page.plain:
        return [[], [], "", [], []]
    try:
        ask = services.ask(visit, Action(page.action))
    except JourneyError:
        return [[], [], "", [], []]
    if visit.user.guest is not None:
        page = replace(page, ignores={**page.ignores, "segments": GUESTS, "channels": GUESTS})
    view = FilterView(page, ask.address, ask.query, ask.info, ask.words, ask.formats)
    fresh = [freshness(view, wall_clock(services.clock(), ask.info.zone)), *_age(services, ask)]
    return [
        filter_bar(view),
        filter_sheet(view, fresh),
        chip_text(view),
        fresh,
        [*_demo(services, ask, page), *narrowed(view), *notices(ask.words, ask.problems)],
    ]


def _demo(services: Services, ask: Ask, page: Page) -> list[Any]:
    """The way to one's own data, on the first page of the demo, until somebody hides it."""
    welcome = page.key == "overview" and ask.user.guest is None and ask.user.may(Action.IMPORT)
    if not welcome or HIDDEN_COOKIE in request.cookies:
        return []
    return [demo_bar(ask.words, ask.address)] if services.is_demo(ask.scope.engagement) else []


def _age(services: Services, ask: Ask) -> list[Any]:
    """How long ago the shown generation came."""
    current = services.facts.status(ask.scope)
    if current is None:
        return []
    return [age_tag(ask.words, ask.formats, ask.info, current.switched_at, services.clock())]
