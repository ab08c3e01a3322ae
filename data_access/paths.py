"""Paths: the ways customers took from the start of a journey to their deal, as counts of equal ways.

A journey begins at the customer's first event of the period (or first event of a chosen stage in it) and ends with
the last one of the period, or where it is asked so with the first deal. Several events at one place in a row are one
visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.analytics.paths import DRAWN
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Level
from data_access import schema
from data_access.dialect import days_between, percentile, within_days
from data_access.facts import Facts
from data_access.filters import (
    check_names,
    holds_at_end,
    in_period,
    of_channels,
    of_segments,
    over_by_data_end,
    segment_of,
)
from data_access.scope import Scope
from data_access.statements import built_once
from data_access.transitions import place_of

DEFAULT_VARIANTS = 20
BETWEEN = "\x1f"  # between the places of a path: no name holds a unit separator


@dataclass(frozen=True, slots=True)
class _Walks:
    """Parts that both statements are made of.

    Attributes:
        visits: `customer_id`, `position` (1, 2, ...), `place`, `following` (the next one; NULL: none), `again` (1:
            the next place was met before on this journey).
        ends: `customer_id`, `outcome`, `days` to the first deal and `revenue`.
    """

    visits: sa.CTE
    ends: sa.CTE


def fetch_path_links(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """How many journeys went from which place at which position to which next one, or to which end.

    Returns a frame with `position` (1, 2, ... up to the last that `DRAWN` tells), `place` and `following` (names;
    empty with `other_place`, `other_following` 1 for everything behind the most frequent places of a position),
    `again` (1: the next place was met before on the same journey), `outcome` (`bought`, `stopped` or `open` where
    the journey ends here; also of journeys that go on beyond the last position) and `customers`.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, links_statement(scope, info, query))


def fetch_variants(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """The most frequent ways as a whole, those behind them as one row.

    Returns a frame with `path` (places with `BETWEEN` between them; empty: all others), `place` (1, 2, ...; empty
    likewise), `variants` (how many different ways), `customers`, `bought`, `stopped`, `open`, `revenue` (of the
    deals on them) and `median_days` (from the start to the deal, of those who bought).

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, variants_statement(scope, info, query))


@built_once
def links_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Steps of journeys by position, rare places of a position as one."""
    walks = _walks(scope, info, query)
    visit, end = walks.visits, walks.ends
    positions, places = DRAWN[query.level]
    frequent = sa.func.row_number().over(
        partition_by=visit.c.position, order_by=(sa.func.count().desc(), sa.collate(visit.c.place, "C"))
    )
    ranked = (
        sa.select(visit.c.position, visit.c.place, frequent.label("rank"))
        .where(visit.c.position <= positions)
        .group_by(visit.c.position, visit.c.place)
        .cte("ranked_place")
    )
    here, there = ranked.alias("here"), ranked.alias("there")
    goes_on = sa.and_(visit.c.following.is_not(None), visit.c.position < positions)
    named, named_next = here.c.rank <= places, there.c.rank <= places
    columns = [
        visit.c.position,
        sa.case((named, visit.c.place)).label("place"),
        sa.case((named, 0), else_=1).label("other_place"),
        sa.case((sa.and_(goes_on, named_next), visit.c.following)).label("following"),
        sa.case((sa.and_(goes_on, ~named_next), 1), else_=0).label("other_following"),
        sa.case((goes_on, visit.c.again), else_=0).label("again"),
        sa.case((~goes_on, end.c.outcome)).label("outcome"),
    ]
    there_is = sa.and_(there.c.position == visit.c.position + 1, there.c.place == visit.c.following)
    return (
        sa.select(*columns, sa.func.count().label("customers"))
        .select_from(
            visit.join(here, sa.and_(here.c.position == visit.c.position, here.c.place == visit.c.place))
            .outerjoin(there, there_is)
            .join(end, end.c.customer_id == visit.c.customer_id)
        )
        .group_by(*(column.element for column in columns[1:]), visit.c.position)
    )


@built_once
def variants_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Whole ways, counted and ranked; what lies behind the top as one group."""
    walks = _walks(scope, info, query)
    visit, end = walks.visits, walks.ends
    text = sa.func.string_agg(visit.c.place, sa.literal(BETWEEN, sa.Text))
    passes = sa.func.sum(sa.case((visit.c.place == query.through, 1), else_=0)) > 0
    path = (
        sa.select(visit.c.customer_id, text.aggregate_order_by(visit.c.position).label("path"))
        .group_by(visit.c.customer_id)
        .having(sa.true() if query.through is None else passes)
        .cte("customer_path")
    )
    frequent = sa.func.row_number().over(order_by=(sa.func.count().desc(), sa.collate(path.c.path, "C")))
    ranked = sa.select(path.c.path, frequent.label("place")).group_by(path.c.path).cte("ranked_path")
    shown = ranked.c.place <= (DEFAULT_VARIANTS if query.top is None else query.top)
    name, place = sa.case((shown, ranked.c.path)), sa.case((shown, ranked.c.place))

    def ended(outcome: str) -> Any:
        return sa.func.sum(sa.case((end.c.outcome == outcome, 1), else_=0)).label(outcome)

    return (
        sa.select(
            name.label("path"),
            place.label("place"),
            sa.func.count(sa.distinct(ranked.c.path)).label("variants"),
            sa.func.count().label("customers"),
            ended("bought"),
            ended("stopped"),
            ended("open"),
            sa.func.sum(end.c.revenue).label("revenue"),
            percentile(0.5, end.c.days).label("median_days"),
        )
        .select_from(
            path.join(ranked, ranked.c.path == path.c.path).join(end, end.c.customer_id == path.c.customer_id)
        )
        .group_by(name, place)
        .order_by(place.asc().nulls_last())
    )


def _walks(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> _Walks:
    step = _steps(scope, info, query)
    start = _start(step, info, query)
    sale = _sale(step, start, info, query)
    walk = _walk(step, start, sale, info, query)
    return _Walks(_visits(walk), _ends(scope, info, query, step, start, sale, walk))


def _steps(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Events of the level and deals, in the period, of the customers whom the filters keep."""
    journey = schema.journey
    rows: Any = journey
    kept: ColumnElement[bool] = sa.true()
    if query.segments:
        rows, segment = segment_of(journey, scope, lambda span: holds_at_end(span, query.period, info))
        kept = of_segments(segment, query)
    of_level, is_deal = _of_level(journey, query), _is_deal(journey, info)
    return (
        sa.select(
            journey.c.customer_id,
            journey.c.item,
            journey.c.moment,
            journey.c.local_day,
            journey.c.instant,
            journey.c.stage_order,
            journey.c.amount,
            place_of(journey, query.level).label("place"),
            of_level.label("of_level"),
            is_deal.label("is_deal"),
        )
        .select_from(rows)
        .where(
            journey.c.engagement == scope.engagement,
            sa.or_(of_level, is_deal),
            in_period(journey.c.local_day, query.period),
            of_channels(journey.c.customer_id, scope, info, query),
            kept,
        )
        .cte("path_step")
    )


def _of_level(journey: Any, query: JourneyQuery) -> ColumnElement[bool]:
    return journey.c.is_step if query.level is Level.STAGE else journey.c.is_touch


def _is_deal(journey: Any, info: GenerationInfo) -> ColumnElement[bool]:
    """Deals; without transactions the events of the deal stage."""
    return sa.and_(journey.c.is_step, journey.c.stage_order == info.model.order(info.model.deal.key))


def _start(step: sa.CTE, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """The row that each customer's journey begins with."""
    here = sa.true() if query.start is None else step.c.stage_order == info.model.order(query.start)
    first = (
        sa.select(sa.func.min(step.c.item).label("item"))
        .where(step.c.of_level, here)
        .group_by(step.c.customer_id)
        .cte("first_step")
    )
    return sa.select(step).join(first, first.c.item == step.c.item).cte("path_start")


def _sale(step: sa.CTE, start: sa.CTE, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """The first deal of each journey, with the money of all its deals up to the journey's end.

    A journey that begins with a deal, or with a touch of the deal's own instant and stage, has that very deal; one
    that was asked to begin at the deal stage has the next one.
    """
    deal = info.model.order(info.model.deal.key)
    after = step.c.item > start.c.item
    if query.start is None:
        at_once = sa.and_(start.c.stage_order == deal, step.c.moment == start.c.moment)
        after = sa.or_(after, at_once)
    first = (
        sa.select(sa.func.min(step.c.item).label("item"), sa.func.sum(step.c.amount).label("revenue"))
        .select_from(step.join(start, start.c.customer_id == step.c.customer_id))
        .where(step.c.is_deal, after)
        .group_by(step.c.customer_id)
        .cte("first_sale")
    )
    revenue = step.c.amount if query.ends_with_deal else first.c.revenue
    return sa.select(step, revenue.label("revenue")).join(first, first.c.item == step.c.item).cte("path_sale")


def _walk(step: sa.CTE, start: sa.CTE, sale: sa.CTE, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Rows from the start up to the end, marked where the place is another than before."""
    leads: list[ColumnElement[bool]] = [sale.c.item.is_(None), step.c.item < sale.c.item]
    if query.level is Level.STAGE:  # a deal is no place on the way to itself, but the start is
        leads.append(step.c.item == start.c.item)
    else:  # what happened at the till at that instant led to the deal
        deal = info.model.order(info.model.deal.key)
        leads.append(sa.and_(step.c.moment == sale.c.moment, step.c.stage_order == deal))
    before = sa.func.lag(step.c.place).over(partition_by=step.c.customer_id, order_by=step.c.item)
    return (
        sa.select(
            step.c.customer_id,
            step.c.item,
            step.c.place,
            sa.case((before == step.c.place, 0), else_=1).label("begins"),
        )
        .select_from(
            step.join(start, start.c.customer_id == step.c.customer_id).outerjoin(
                sale, sale.c.customer_id == step.c.customer_id
            )
        )
        .where(
            step.c.of_level,
            step.c.item >= start.c.item,
            sa.or_(*leads) if query.ends_with_deal else sa.true(),
        )
        .cte("path_walk")
    )


def _visits(walk: sa.CTE) -> sa.CTE:
    """Visits in order, each with the next one."""
    way: dict[str, Any] = {"partition_by": walk.c.customer_id, "order_by": walk.c.item}
    same = sa.func.row_number().over(partition_by=(walk.c.customer_id, walk.c.place), order_by=walk.c.item)
    visit = (
        sa.select(
            walk.c.customer_id,
            walk.c.place,
            sa.func.row_number().over(**way).label("position"),
            sa.case((same > 1, 1), else_=0).label("met_before"),
        )
        .where(walk.c.begins == 1)
        .cte("visit")
    )
    on: dict[str, Any] = {"partition_by": visit.c.customer_id, "order_by": visit.c.position}
    return sa.select(
        visit,
        sa.func.lead(visit.c.place).over(**on).label("following"),
        sa.func.coalesce(sa.func.lead(visit.c.met_before).over(**on), 0).label("again"),
    ).cte("path_visit")


def _ends(
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    step: sa.CTE,
    start: sa.CTE,
    sale: sa.CTE,
    walk: sa.CTE,
) -> sa.CTE:
    """How each journey ended: with a deal, open (it went on in time, or still may), or stopped."""
    latest = sa.select(sa.func.max(walk.c.item).label("item")).group_by(walk.c.customer_id).cte("latest_step")
    last = sa.select(step).join(latest, latest.c.item == step.c.item).cte("path_last")
    rows: Any = start.join(last, last.c.customer_id == start.c.customer_id).outerjoin(
        sale, sale.c.customer_id == start.c.customer_id
    )
    still_open = ~over_by_data_end(last.c, info, query.window_days)
    if query.period.until is not None:
        later = _later(scope, info, query, query.period.until)
        rows = rows.outerjoin(later, later.c.customer_id == start.c.customer_id)
        went_on = within_days(last.c, later.c, query.window_days)
        still_open = sa.or_(still_open, sa.func.coalesce(went_on, sa.false()))
    return (
        sa.select(
            start.c.customer_id,
            sa.case((sale.c.item.is_not(None), "bought"), (still_open, "open"), else_="stopped").label(
                "outcome"
            ),
            days_between(start.c, sale.c).label("days"),
            sale.c.revenue,
        )
        .select_from(rows)
        .cte("path_end")
    )


def _later(scope: Scope, info: GenerationInfo, query: JourneyQuery, until: date) -> sa.CTE:
    """Each customer's first event after the period, as far as the window can reach."""
    journey = schema.journey
    place = sa.func.row_number().over(partition_by=journey.c.customer_id, order_by=journey.c.item)
    found = (
        sa.select(
            journey.c.customer_id,
            journey.c.moment,
            journey.c.local_day,
            journey.c.instant,
            place.label("place"),
        )
        .where(
            journey.c.engagement == scope.engagement,
            sa.or_(_of_level(journey, query), _is_deal(journey, info)),
            journey.c.local_day >= until,
            journey.c.local_day <= until + timedelta(days=query.window_days),
        )
        .cte("later_step")
    )
    return sa.select(found).where(found.c.place == 1).cte("first_later")
