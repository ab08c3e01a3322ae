"""Weakest link in money: which contact of a stage costs most against the stage's average, and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboard.analytics.heatmap import Cell, Heatmap
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.score import Key, Opinion

NOT_PRICED = "not_priced"
NOBODY_PASSED = "nobody_passed"
NO_TRANSACTIONS = "no_transactions"
TOO_FEW_CUSTOMERS = "too_few_customers"
NO_SCORE = "no_score"


@dataclass(frozen=True, slots=True)
class Link:
    """One cell judged by money and by opinion.

    Attributes:
        customers: distinct customers whom the cell met (reach).
        average: progression of all customers of the stage.
        people: reach x (average - own progression): customers who would have gone on at the average; negative
            where the cell does better. None under 30 mature customers.
        value: money of one customer who moves on from the stage.
        loss: people x value.
        score: touchpoint score 0..100.
        weakest_by_money: the largest positive loss of its stage.
        weakest_by_opinion: the lowest score of its stage, where scores differ.
        reasons: why a figure is None: field -> reason.
    """

    stage: str
    channel: str
    touchpoint: str | None
    customers: int
    progression: float | None
    average: float | None
    people: float | None
    value: float | None
    loss: float | None
    score: float | None
    score_answers: int
    weakest_by_money: bool = False
    weakest_by_opinion: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict, kw_only=True)


def weakest_links(
    heat: Heatmap, priced: PricedFunnel | None, said: Mapping[Key, Opinion]
) -> tuple[Link, ...]:
    """Every cell of the map in its order, with what it loses.

    Args:
        priced: the priced funnel over all stages, the chosen segments alone; None without transactions.
        said: opinions by cell.
    """
    values = {stage.stage: stage_value(priced, stage.stage) for stage in heat.stages}
    links = [_link(cell, heat, values[cell.stage], said) for cell in heat.cells]
    for stage in heat.stages:
        own = [place for place, link in enumerate(links) if link.stage == stage.stage]
        _mark(links, own)
    return tuple(links)


def stage_value(priced: PricedFunnel | None, stage: str) -> tuple[float | None, str | None]:
    """Money of one customer who moves on from the stage, or None with its reason.

    R of all segments over the customers who reached the next step; from the deal on R_repeat = R (1 - 1 / Q).
    """
    if priced is None:
        return None, NO_TRANSACTIONS
    if stage not in priced.steps[:-1]:
        return None, NOT_PRICED
    place = priced.steps.index(stage)
    if not priced.is_priced(place):
        return None, NOT_PRICED
    moved = sum(segment.counts[place + 1] for segment in priced.segments)
    if not moved:
        return None, NOBODY_PASSED
    money = 0.0
    for segment in priced.segments:
        if priced.before_deal(place):
            money += float(segment.revenue)
        elif segment.deals:
            money += float(segment.revenue) * (1 - segment.counts[priced.deal_index] / segment.deals)
    return money / moved, None


def _link(
    cell: Cell, heat: Heatmap, value: tuple[float | None, str | None], said: Mapping[Key, Opinion]
) -> Link:
    own, average = cell.progression, heat.stage(cell.stage).progression
    opinion = said.get((cell.stage, cell.channel, cell.touchpoint), Opinion())
    reasons = {}
    people = None
    if own is None or average is None:
        reasons |= dict.fromkeys(("progression", "people"), cell.reasons["progression"])
        if average is None:
            reasons["average"] = cell.reasons["progression"]
    elif cell.low_mature:
        reasons["people"] = TOO_FEW_CUSTOMERS
    else:
        people = cell.customers * (average - own)
    if value[1]:
        reasons["value"] = value[1]
    loss = people * value[0] if people is not None and value[0] is not None else None
    if loss is None:
        reasons["loss"] = reasons.get("people") or reasons["value"]
    if opinion.score is None:
        reasons["score"] = NO_SCORE
    return Link(
        stage=cell.stage,
        channel=cell.channel,
        touchpoint=cell.touchpoint,
        customers=cell.customers,
        progression=own,
        average=average,
        people=people,
        value=value[0],
        loss=loss,
        score=opinion.score,
        score_answers=opinion.score_answers,
        reasons=reasons,
    )


def _mark(links: list[Link], own: list[int]) -> None:
    """Mark the weakest of one stage; by money also where the stage has no price, since people order alike."""
    losing = [(links[place].people or 0.0, place) for place in own if (links[place].people or 0.0) > 0]
    if losing:
        worst = max(losing)[1]
        links[worst] = replace(links[worst], weakest_by_money=True)
    scored = [(score, place) for place in own if (score := links[place].score) is not None]
    if len({score for score, _ in scored}) > 1:
        worst = min(scored)[1]
        links[worst] = replace(links[worst], weakest_by_opinion=True)
