"""What the touchpoints page asks: only what the measure on the screen needs."""

from __future__ import annotations

from callbacks.answers import Answers
from dashboard.analytics import heatmap_shown as shown
from dashboard.analytics.heatmap import Heatmap
from dashboard.analytics.heatmap_difference import MapDifference, map_difference
from dashboard.analytics.heatmap_money import CellMoney, cell_money
from dashboard.analytics.heatmap_shown import Measure, Shown
from dashboard.analytics.heatmap_trend import TrendPoint, heatmap_trend, trend_span
from dashboard.analytics.score import Key, opinions
from dashboard.analytics.weakest import Link, weakest_links
from dashboard.journey.query import JourneyQuery
from data_access.heatmap_cost import fetch_cell_costs
from data_access.heatmap_known import fetch_heatmap_known
from data_access.heatmap_metrics import fetch_exits, fetch_lift, fetch_mood, fetch_pace
from data_access.heatmap_trend import fetch_heatmap_trend
from data_access.scope import Scope
from data_access.score import fetch_opinions


def offered(answers: Answers, scope: Scope) -> tuple[Measure, ...]:
    """Measures that the engagement has data for, in the order of `Measure`."""
    known = fetch_heatmap_known(answers.facts, scope).to_dict("records")[0]
    sold = answers.info(scope).has_transactions
    needs = {
        Measure.SCORE: known["scored"] or known["mood"],
        Measure.LOSS: sold,
        Measure.MOOD: known["mood"],
        Measure.NPS: known["nps"],
        Measure.COST: known["cost"],
        Measure.COST_PER: known["cost"],
        Measure.REVENUE: sold,
        Measure.REMOVAL: sold,
    }
    return tuple(measure for measure in Measure if needs.get(measure, True))


def measured(answers: Answers, scope: Scope, query: JourneyQuery, measure: Measure) -> Shown:
    """The map under one measure."""
    with answers.facts.pinned():
        heat = answers.heatmap(scope, query)
        match measure:
            case Measure.LOSS:
                return shown.lost_money(heat, links(answers, scope, query, heat))
            case Measure.SCORE | Measure.NPS:
                mood = fetch_mood(answers.facts, scope, query)
                said = opinions(fetch_opinions(answers.facts, scope, query), mood)
                return shown.said_of(heat, said, measure)
            case Measure.MOOD:
                return shown.mood_of(heat, fetch_mood(answers.facts, scope, query))
            case Measure.DAYS:
                return shown.pace_of(heat, fetch_pace(answers.facts, scope, query))
            case Measure.LIFT:
                return shown.lift_of(heat, fetch_lift(answers.facts, scope, query))
            case Measure.EXITS:
                return shown.exits_of(heat, fetch_exits(answers.facts, scope, query))
            case Measure.COST | Measure.COST_PER | Measure.REVENUE | Measure.REMOVAL:
                return shown.money_of(heat, _money(answers, scope, query, measure), measure)
            case _:
                return shown.met(heat, measure)


def links(answers: Answers, scope: Scope, query: JourneyQuery, heat: Heatmap) -> tuple[Link, ...]:
    """What each cell loses: customers, and money where there are transactions."""
    whole = query.with_(stages=(), by=())
    sold = answers.info(scope).has_transactions
    return weakest_links(heat, answers.priced(scope, whole).only(query.segments) if sold else None, {})


def _money(answers: Answers, scope: Scope, query: JourneyQuery, measure: Measure) -> CellMoney:
    """Costs or credits; the other side is not asked."""
    costs = fetch_cell_costs(answers.facts, scope, query)
    if measure in (Measure.COST, Measure.COST_PER):
        return cell_money(costs, None, query.attribution)
    return cell_money(costs, answers.attribution(scope, query, (query.attribution,)), query.attribution)


def difference(
    answers: Answers, scope: Scope, query: JourneyQuery, other: str, measure: Measure
) -> MapDifference:
    """The query's segment minus another one."""
    with answers.facts.pinned():
        own = answers.heatmap(scope, query)
        return map_difference(own, answers.heatmap(scope, query.with_(segments=(other,))), measure)


def trend(
    answers: Answers, scope: Scope, query: JourneyQuery, key: Key, measure: Measure
) -> tuple[tuple[TrendPoint, ...], str] | None:
    """Twelve weeks or months of a cell and their unit; None without data."""
    with answers.facts.pinned():
        found = trend_span(query.period, answers.info(scope))
        if found is None:
            return None
        span, unit = found
        cell = (str(key[0]), key[1], key[2])
        frame = fetch_heatmap_trend(answers.facts, scope, query.with_(period=span, by=()), cell, unit)
        return heatmap_trend(frame, span, unit, measure), unit
