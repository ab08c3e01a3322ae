"""The page /overview: how are we doing, and where is the one worst bottleneck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.stages import StageModel
from layouts.components.card import page_header
from layouts.components.states import skeleton


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "overview-subtitle"
    WALL = "overview-wall"
    ALERTS = "overview-alerts"
    HERO = "overview-hero"
    EQUATION = "overview-equation"
    VISIT = "overview-visit"
    BRIDGE = "overview-bridge"
    BRIDGE_GRAPH = "overview-bridge-graph"
    TREND = "overview-trend"
    TREND_GRAPH = "overview-trend-graph"
    RANKING = "overview-ranking"
    SEGMENTS = "overview-segments"
    PLAN = "overview-plan"
    WAY = "overview-way"


@dataclass(frozen=True, slots=True)
class Place:
    """How the parts of the page name things.

    Attributes:
        order: segments of the engagement, which fixes their colours.
        may_simulate: the person may open the what-if; `may_plan` put an action on the plan.
        may_see_people: the person may open the rows behind a figure.
        may_import: the person may open the data page.
        ends: `event`, `transaction` -> the last day that figures made of them reach.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    order: tuple[str, ...]
    may_simulate: bool
    may_plan: bool
    may_see_people: bool
    may_import: bool
    ends: Mapping[str, date]

    def step_name(self, row: Bottleneck) -> str:
        """`Оценка → Сделка`."""
        return self.steps_name(row.from_stage, row.to_stage)

    def steps_name(self, start: str, end: str) -> str:
        """Both stages of a transition, short."""
        language = self.words.language
        return f" {ARROW} ".join(self.model.stage(key).short_name(language) for key in (start, end))

    def step_address(self, row: Bottleneck) -> Address:
        """The funnel with the bottleneck taken apart."""
        return self.address.for_page().with_extras(seg=row.segment, step=row.from_stage)


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Overview"), html.Span(id=Ids.SUBTITLE), [html.Div(id=Ids.ALERTS), html.Div(id=Ids.WALL)]
        ),
        html.Div(skeleton(218, phone=580), id=Ids.HERO),
        html.Div(skeleton(20, lines=1), id=Ids.VISIT, className="overview__visit"),
        html.Div(skeleton(145, phone=454), id=Ids.EQUATION),
        html.Div(
            [
                html.Div(skeleton(380, phone=327), id=Ids.BRIDGE),
                html.Div(skeleton(380, phone=416), id=Ids.RANKING),
            ],
            className="overview__pair",
        ),
        html.Div(skeleton(276, phone=425), id=Ids.SEGMENTS),
        html.Div(
            [
                html.Div(skeleton(288, phone=333), id=Ids.TREND),
                html.Div(skeleton(288, phone=360), id=Ids.WAY),
            ],
            className="overview__pair",
        ),
        html.Div(id=Ids.PLAN),  # the last: who has no plan sees nothing move
    ]
