"""The page /whatif: levers on the priced funnel. Python gives numbers and words, assets/js/whatif_*.js draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dash import dcc, html

from dashboard.analytics.benchmarks import Benchmarks
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import Figures, whatif
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.query import JourneyQuery, Mode, RepeatModel
from dashboard.journey.stages import StageModel
from layouts import scenarios
from layouts.components.attributes import attributes
from layouts.components.card import card, page_header
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.lever import lever_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state, skeleton
from layouts.components.to_plan import levers_to_plan
from layouts.whatif_whose import whose_words

_LEVERS_HEIGHT, _RESULT_HEIGHT, _TORNADO_HEIGHT = 640, 420, 330  # of the filled cards at a desk [px]
_TIME_HEIGHT = 130  # without a lever
_REPEAT = {RepeatModel.LINEAR: msgid("in proportion"), RepeatModel.LOOP: msgid("as a loop")}
_REPEAT_MEANING = msgid(
    "In proportion: repeat deals grow as the steps after the deal do. As a loop: each deal may be followed by "
    "another, so repeat deals bring further ones."
)


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
    ASKED = "whatif-asked"  # the scenario at rest, for the months
    RANGE = "whatif-range"  # the likely range: the scripts' own
    DRAWS = "whatif-draws"  # what the range is made of, once the scripts are there
    NO_DRAWS = "whatif-no-draws"  # why there are none
    DRAWN = "whatif-drawn"
    OWN = "whatif-own"  # the best own periods, once the scripts are there
    NO_OWN = "whatif-no-own"
    OWNED = "whatif-owned"
    SETTLED = "whatif-settled"
    TORNADO = "whatif-tornado"
    TIME = "whatif-time"
    SOUGHT = "whatif-sought"  # the goal, and the scenario to start from
    GOAL = "whatif-goal"  # the goal's form: the scripts' own
    ANSWER = "whatif-answer"


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """What the page draws.

    Attributes:
        priced: the cohort, every segment of the engagement.
        order: segments of the engagement, which fixes their colours.
        own: the best own periods of each segment, where they are asked for.
        targets: (segment, or "" for all, and transition) -> the conversion that is its target in this period.
    """

    words: Words
    formats: Formats
    query: JourneyQuery
    model: StageModel
    priced: PricedFunnel
    order: tuple[str, ...]
    own: Benchmarks = field(default_factory=dict)
    targets: Mapping[tuple[str, str], float] = field(default_factory=dict)

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
        return lever_name(self.words, self.model, target)


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(words("What-if: L × C × P × Q"), html.Span(id=Ids.SUBTITLE)),
        html.Div(_waiting(), id=Ids.BODY),
        *scenarios.places(),
        *(dcc.Store(id=name) for name in (Ids.MODEL, Ids.MOUNTED, Ids.ASKED, Ids.SETTLED, Ids.SOUGHT)),
    ]


def _waiting() -> html.Div:
    """The cards before their figures, in their places and sizes."""
    right = [html.Div(skeleton(height), className="card") for height in (_RESULT_HEIGHT, _TORNADO_HEIGHT)]
    levers = html.Div(skeleton(_LEVERS_HEIGHT), className="card")
    return html.Div([levers, html.Div(right, className="whatif__right")], className="whatif")


def whatif_body(view: WhatIfView, address: Address, several: bool, may_plan: bool) -> html.Div:
    """The cards; scripts and callbacks of their own fill them.

    Args:
        several: False where one segment has all customers, so that a table of segments would say nothing new.
        may_plan: the reader may put the levers on the action plan.
    """
    words, formats = view.words, view.formats
    title = words("Scenario revenue of ripe entries · {period}", period=formats.period(view.query.period))
    levers = card(
        words("Levers"),
        html.Div(skeleton(_LEVERS_HEIGHT), id=Ids.LEVERS),
        html.Div(id=Ids.NO_OWN),
        *_repeat_switch(view, address),
        subtitle=words("Change against the baseline"),
        tools=card_tools(words, "whatif-levers", address, words("Levers"), picture=False),
        class_name="levers",
    )
    range_place = html.Div(id=Ids.RANGE, className="range")
    outcome = card(
        title,
        html.Div([html.Div(id=Ids.RESULT), range_place, html.Div(id=Ids.NO_DRAWS)], className="outcome__top"),
        html.Div(skeleton(_RESULT_HEIGHT - 78), id=Ids.BRIDGE),
        aside=levers_to_plan(words, address) if may_plan else None,
        tools=card_tools(words, "whatif-scenario", address, title, paper="scenario"),
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
    right = html.Div(
        [outcome, _time_place(), aside, *([segments] if several else [])], className="whatif__right"
    )
    late = [
        dcc.Store(id=Ids.DRAWS),
        dcc.Store(id=Ids.DRAWN),
        dcc.Store(id=Ids.OWN),
        dcc.Store(id=Ids.OWNED),
    ]
    return html.Div([levers, right, html.Div(id=Ids.STICKY), *late], id=Ids.APP, className="whatif")


def _repeat_switch(view: WhatIfView, address: Address) -> list[html.Div]:
    """How steps after the deal move repeat purchases; nothing without such a step."""
    words, priced = view.words, view.priced
    if not any(priced.is_priced(place) and not priced.before_deal(place) for place in priced.transitions):
        return []
    chosen = view.query.model
    choices = [
        Choice(words(text), address.with_(model=model), model is chosen) for model, text in _REPEAT.items()
    ]
    name = words("Repeat purchases")
    label = html.Span([name, definition(name, words(_REPEAT_MEANING))], className="repeat__label")
    return [html.Div([label, segmented(name, "/whatif", choices)], className="repeat")]


def _time_place() -> html.Div:
    """Where the card "month by month" comes, once the scripts are there."""
    return html.Div(html.Div(skeleton(_TIME_HEIGHT), className="card"), id=Ids.TIME)


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
        period=" · ".join(filter(None, (formats.period(view.query.period), whose_words(words, view.query)))),
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
