"""The page /whatif: levers on the priced funnel. Python gives numbers and words, assets/js/whatif_*.js draws."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import dcc, html

from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import Figures, whatif
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.journey.stages import StageModel
from layouts.components.attributes import attributes
from layouts.components.card import card, page_header
from layouts.components.card_tools import card_tools
from layouts.components.states import empty_state, skeleton

_LEVERS_HEIGHT, _RESULT_HEIGHT, _TORNADO_HEIGHT = 640, 420, 330  # of the filled cards at a desk [px]


_AMOUNT_NAMES = {
    LEADS: msgid("Leads"),
    AVERAGE_CHECK: msgid("Average check"),
    DEALS_PER_BUYER: msgid("Deals per customer"),
}


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "whatif-subtitle"
    BODY = "whatif-body"
    MODEL = "whatif-model"  # everything that the scripts need: numbers, words, formats
    MOUNTED = "whatif-mounted"
    APP = "whatif-app"
    LEVERS = "whatif-levers"  # this place and the next four are filled by assets/js/whatif_screen.js alone
    RESULT = "whatif-result"
    BRIDGE = "whatif-bridge"
    SEGMENTS = "whatif-segments"
    STICKY = "whatif-sticky"
    ASKED = "whatif-asked"  # the scenario at rest, for the likely range
    RANGE = "whatif-range"
    SETTLED = "whatif-settled"
    TORNADO = "whatif-tornado"
    SOUGHT = "whatif-sought"  # the goal, and the scenario to start from
    GOAL = "whatif-goal"  # the goal's form: the scripts' own
    ANSWER = "whatif-answer"


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """What the page draws.

    Attributes:
        priced: the cohort, every segment of the engagement.
        order: segments of the engagement, which fixes their colours.
    """

    words: Words
    formats: Formats
    query: JourneyQuery
    model: StageModel
    priced: PricedFunnel
    order: tuple[str, ...]

    @property
    def shown(self) -> PricedFunnel:
        """The cohort of the chosen segments."""
        return self.priced.only(self.query.segments)

    @property
    def baseline(self) -> Figures:
        """Their figures before any lever."""
        return whatif(self.priced, (), self.query.segments).baseline

    def stage_name(self, key: str) -> str:
        """`Оценка`."""
        return self.model.stage(key).short_name(self.words.language)

    def lever_name(self, target: str) -> str:
        """`Оценка → Покупка`, or the name of L, P or Q."""
        if target not in _AMOUNT_NAMES:
            return f" {ARROW} ".join(self.stage_name(key) for key in target.split(">"))
        return self.words(_AMOUNT_NAMES[target])


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(words("What-if: L × C × P × Q"), html.Span(id=Ids.SUBTITLE)),
        html.Div(_waiting(), id=Ids.BODY),
        *(dcc.Store(id=name) for name in (Ids.MODEL, Ids.MOUNTED, Ids.ASKED, Ids.SETTLED, Ids.SOUGHT)),
    ]


def _waiting() -> html.Div:
    """The cards before their figures, in their places and sizes."""
    right = [html.Div(skeleton(height), className="card") for height in (_RESULT_HEIGHT, _TORNADO_HEIGHT)]
    levers = html.Div(skeleton(_LEVERS_HEIGHT), className="card")
    return html.Div([levers, html.Div(right, className="whatif__right")], className="whatif")


def whatif_body(view: WhatIfView, address: Address, several: bool) -> html.Div:
    """The cards; scripts and callbacks of their own fill them.

    Args:
        several: False where one segment has all customers, so that a table of segments would say nothing new.
    """
    words, formats = view.words, view.formats
    title = words("Scenario revenue of ripe entries · {period}", period=formats.period(view.query.period))
    levers = card(
        words("Levers"),
        html.Div(skeleton(_LEVERS_HEIGHT), id=Ids.LEVERS),
        subtitle=words("Change against the baseline"),
        tools=card_tools(words, "whatif-levers", address, words("Levers"), picture=False),
        class_name="levers",
    )
    range_place = html.Div(id=Ids.RANGE, className="range", **attributes(aria_live="polite"))
    outcome = card(
        title,
        html.Div([html.Div(id=Ids.RESULT), range_place], className="outcome__top"),
        html.Div(skeleton(_RESULT_HEIGHT - 120), id=Ids.BRIDGE),
        tools=card_tools(words, "whatif-scenario", address, title),
        class_name="outcome",
    )
    aside = html.Div(
        [html.Div(html.Div(skeleton(_TORNADO_HEIGHT), className="card"), id=Ids.TORNADO), _goal_card(words)],
        className="whatif__pair",
    )
    segments = card(
        words("Segments"),
        html.Div(id=Ids.SEGMENTS),
        subtitle=words("Revenue before and after; L, C, P, Q of the scenario"),
        tools=card_tools(words, "whatif-segments", address, words("Segments")),
        class_name="segments",
    )
    right = html.Div([outcome, aside, *([segments] if several else [])], className="whatif__right")
    return html.Div([levers, right, html.Div(id=Ids.STICKY)], id=Ids.APP, className="whatif")


def _goal_card(words: Words) -> html.Section:
    return card(
        words("Goal seek"),
        html.Div(id=Ids.GOAL),
        html.Div(id=Ids.ANSWER, className="goal__answer", **attributes(aria_live="polite")),
        subtitle=words("What it takes to earn more, on top of the levers that are set"),
        class_name="goal",
    )


def nothing_priced(
    words: Words, query: JourneyQuery, has_transactions: bool, priced: PricedFunnel | None
) -> Any:
    """Why there is nothing to play with."""
    if not has_transactions:
        sentence = words("Without transactions a step has no price: the funnels show where people stop.")
    elif query.mode is Mode.ANY:
        sentence = words(
            "Steps in any order have no price: choose another order of steps on the funnel page."
        )
    elif priced is not None and priced.entrants:
        sentence = words(
            "No entry of this period is ripe yet: {n} customers are still inside the window.",
            n=priced.entrants,
        )
    else:
        sentence = words("Nobody entered the first stage in this period.")
    return html.Div(empty_state(sentence), className="card")


def baseline_line(view: WhatIfView) -> str:
    """`Baseline · Q3 2026 · all entries, money of 90 days from the entry: 62,800 × 13.77% × ... = ₽314M`."""
    words, formats, base = view.words, view.formats, view.baseline
    factors = (
        formats.number(base.leads),
        formats.share(base.conversion, 2),
        formats.money(base.average_check),
        formats.number(base.deals_per_buyer, 2),
    )
    outside = words("+ {money} outside the funnel", money=formats.money(base.outside)) if base.outside else ""
    return words(
        "Baseline · {period} · {ripe}, {span}: {product} = {revenue}",
        period=formats.period(view.query.period),
        ripe=_ripe(view),
        span=_span(view),
        product=f"{' × '.join(factors)} {outside}".strip(),
        revenue=formats.money(base.revenue),
    )


def _ripe(view: WhatIfView) -> str:
    """How many of the period's entries are counted."""
    shown = view.shown
    if shown.mature == shown.entrants:
        return view.words("all entries")
    return view.words("{mature} of {entrants} entries are ripe", mature=shown.mature, entrants=shown.entrants)


def _span(view: WhatIfView) -> str:
    """How long the money counts from the entry on."""
    days = view.query.money_days
    if days is None:
        return view.words("money of all their deals")
    return view.words.plural("money of {n} day from the entry", "money of {n} days from the entry", days)
