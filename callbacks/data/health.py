"""The tab "Data health": how fresh, whole and clean each source is."""

from __future__ import annotations

from typing import Any

from callbacks.cards import Card
from callbacks.services import Ask, Services, Visit
from dashboard.analytics.health import DOUBTS
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery
from dashboard.server.sheets import Column, Sheet
from data_access.clock import wall_clock
from data_access.scope import Action
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.states import empty_state
from layouts.data import PATH, Place
from layouts.data_health import CARD, HealthPlace, doubt_name, health_cards, kind_of_facts


def show_health(services: Services, visit: Visit) -> Any:
    """Every source of the engagement; before the first import the way to it."""
    words = visit.words
    try:
        ask = services.ask(visit, Action.IMPORT)
    except JourneyError as error:
        if error.code != "no_data_yet":
            raise
        start = Place(words, visit.address).start
        way = button_link(words("Import a file"), PATH, start, primary=True)
        return card(words("How healthy the data are"), empty_state(words("Nothing was imported yet."), way))
    today = wall_clock(services.clock(), ask.info.zone).date()
    place = HealthPlace(words, ask.formats, ask.address, today, ask.info.data_end_day)
    return health_cards(place, services.answers.health(ask.scope))


def health_query(_: Services, ask: Ask) -> JourneyQuery:
    """All of the data, whatever the filters say."""
    return JourneyQuery(ask.scope.engagement, period=Period())


def health_sheet(services: Services, ask: Ask) -> Sheet:
    """A row for each kind of facts of each source."""
    words = ask.words
    columns = (
        Column(words("Source"), field="source"),
        Column(words("What"), field="kind"),
        Column(words("Rows"), "number", "rows"),
        Column(words("Money"), "money", "amount"),
        Column(words("First day"), "date", "first_day"),
        Column(words("Last day"), "date", "last_day"),
        Column(words("Days behind"), "number", "behind"),
        Column(words("Gaps"), "number", "gap_count"),
        Column(words("Longest gap, days"), "number", "longest_gap_days"),
        Column(words("Jumps of volume"), "number", "jump_count"),
        *(Column(doubt_name(words, doubt), "number", doubt) for doubt in DOUBTS),
    )
    rows = [
        (
            one.source,
            kind_of_facts(words, one.kind),
            one.rows,
            one.amount,
            one.first_day,
            one.last_day,
            one.behind,
            len(one.gaps),
            one.longest_gap.days if one.longest_gap else None,
            len(one.jumps),
            *(one.doubts[doubt] for doubt in DOUBTS),
        )
        for one in services.answers.health(ask.scope).sources
    ]
    return Sheet(words("How healthy the data are"), columns, rows)


CARDS = {CARD: Card("data", "health", health_query, health_sheet, Action.IMPORT)}
