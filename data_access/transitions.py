"""Transitions: from which stage or touchpoint customers went straight to which (paths, Sankey; DOMAIN section 4)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_CHANNEL, JourneyQuery, Level
from data_access import schema
from data_access.dialect import days_between, percentile
from data_access.facts import Facts
from data_access.filters import check_names, holds_at_end, in_period, of_channels, of_segments, segment_of
from data_access.funnel_steps import Moment
from data_access.heatmap import chosen_rows
from data_access.planner import Source, transitions_source
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_transitions(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """How often customers went straight from one place to another, the most frequent pairs first.

    Neighbours are events adjacent in the customer's whole journey; a pair counts where both ends lie in the
    period and the customer passes the filters. At stage level these are the mapped events and the deals, each
    deal once; at touchpoint level the touches. A place followed by itself is a pair too.

    Returns a frame with `start`, `finish`, `count`, `median_hours` (between the two; of calendar days whole
    days) and `place` (1, 2, ...). With `query.top` all further pairs stand in one row with `start`, `finish`
    and `place` empty.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, transitions_statement(scope, info, query, transitions_source()))


@built_once
def transitions_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Pairs of neighbours, counted and ranked; what lies behind `query.top` as one group."""
    if source is Source.JOURNEY_DAY:
        return _by_known_pairs(scope, info, query)
    pair = _pairs(scope, info, query)
    counted = _ranked(pair, query)
    shown = sa.true() if query.top is None else counted.c.place <= query.top
    start, finish, place = (
        sa.case((shown, column)) for column in (counted.c.start, counted.c.finish, counted.c.place)
    )
    return (
        sa.select(
            _name(start, info, query).label("start"),
            _name(finish, info, query).label("finish"),
            sa.func.count().label("count"),
            percentile(0.5, pair.c.hours).label("median_hours"),
            place.label("place"),
        )
        .select_from(
            pair.join(counted, sa.and_(pair.c.start == counted.c.start, pair.c.finish == counted.c.finish))
        )
        .group_by(start, finish, place)
        .order_by(place.asc().nulls_last())
    )


def _pairs(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Every two neighbours that the filter keeps, with the hours between them."""
    event = _neighbours(scope, query)
    rows: Any = event
    kept: ColumnElement[bool] = sa.true()
    if query.segments:
        rows, segment = segment_of(event, scope, lambda span: holds_at_end(span, query.period, info))
        kept = of_segments(segment, query)
    begun = Moment(event.c.moment, event.c.local_day, event.c.instant)
    ended = Moment(event.c.next_moment, event.c.next_day, event.c.next_instant)
    return (
        sa.select(
            event.c.spot.label("start"),
            event.c.next_spot.label("finish"),
            (days_between(begun, ended) * 24).label("hours"),
        )
        .select_from(rows)
        .where(
            event.c.next_spot.is_not(None),
            in_period(event.c.local_day, query.period),
            in_period(event.c.next_day, query.period),
            of_channels(event.c.customer_id, scope, info, query),
            kept,
        )
        .cte("pair")
    )


def _by_known_pairs(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """The same answer from the journeys by day: numbers are counted, and named when they are few."""
    pair = _known_pairs(scope, info, query)
    median = percentile(0.5, pair.c.hours).label("median_hours")
    columns = (
        (sa.func.count().label("count"), median) if query.top is None else (sa.func.count().label("count"),)
    )
    counted = (
        sa.select(pair.c.start, pair.c.finish, *columns)
        .group_by(pair.c.start, pair.c.finish)
        .cte("counted_pair")
    )
    ranked = _ranked_names(counted, scope, query)
    start, finish = (_name(ranked.c[end], info, query).label(end) for end in ("start", "finish"))
    if query.top is None:
        numbers = (ranked.c["count"], ranked.c.median_hours, ranked.c.place)
        return sa.select(start, finish, *numbers).order_by(ranked.c.place)
    same = sa.and_(pair.c.start == ranked.c.start_no, pair.c.finish == ranked.c.finish_no)
    group = sa.case((ranked.c.place <= query.top, ranked.c.place)).label("place")
    summed = (
        sa.select(group, sa.func.count().label("count"), median)
        .select_from(pair.join(ranked, same))
        .group_by(group)
        .cte("summed_pair")
    )
    return (
        sa.select(start, finish, summed.c["count"], summed.c.median_hours, summed.c.place)
        .select_from(summed.outerjoin(ranked, ranked.c.place == summed.c.place))
        .order_by(summed.c.place.asc().nulls_last())
    )


def _known_pairs(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """What `_pairs` gives, with numbers for names: each row knows its neighbour."""
    row = schema.journey_day
    kind = "step" if query.level is Level.STAGE else "touch"
    start = row.c.stage_order if query.level is Level.STAGE else row.c[f"{query.level}_no"]
    finish = row.c[f"next_{query.level}"]
    rows, kept = chosen_rows(row, scope, info, query)
    return (
        sa.select(start.label("start"), finish.label("finish"), row.c[f"next_{kind}_hours"].label("hours"))
        .select_from(rows)
        .where(
            kept,
            row.c[f"is_{kind}"],
            finish.is_not(None),
            in_period(row.c[f"next_{kind}_day"], query.period),
        )
        .cte("pair")
    )


def _ranked_names(counted: sa.CTE, scope: Scope, query: JourneyQuery) -> sa.CTE:
    """Counted pairs with the names of both ends and their place; stages keep their numbers, which order them."""
    rows: Any = counted
    names = (counted.c.start, counted.c.finish)
    if query.level is not Level.STAGE:
        cell = schema.known_cell
        known = (
            sa.select(cell.c[f"{query.level}_no"].label("no"), cell.c[str(query.level)].label("name"))
            .where(cell.c.engagement == scope.engagement)
            .distinct()
            .cte("place_name")
        )
        here, there = known.alias("start_name"), known.alias("finish_name")
        rows = counted.join(here, here.c.no == counted.c.start).join(there, there.c.no == counted.c.finish)
        names = (here.c.name, there.c.name)
    start, finish = names
    place = sa.func.row_number().over(order_by=(counted.c["count"].desc(), *_in_order(names, query)))
    numbers = [column for column in counted.c if column.name not in ("start", "finish")]
    return (
        sa.select(
            counted.c.start.label("start_no"),
            counted.c.finish.label("finish_no"),
            start.label("start"),
            finish.label("finish"),
            *numbers,
            place.label("place"),
        )
        .select_from(rows)
        .cte("ranked_name")
    )


def _neighbours(scope: Scope, query: JourneyQuery) -> sa.CTE:
    """Each event of the level beside the next one of the same customer, before any filter."""
    journey = schema.journey
    by_stage = query.level is Level.STAGE
    spot = journey.c.stage_order if by_stage else place_of(journey, query.level)
    following = {
        "next_spot": spot,
        "next_moment": journey.c.moment,
        "next_day": journey.c.local_day,
        "next_instant": journey.c.instant,
    }
    return (
        sa.select(
            journey.c.customer_id,
            spot.label("spot"),
            journey.c.moment,
            journey.c.local_day,
            journey.c.instant,
            *(
                sa.func.lead(column)
                .over(partition_by=journey.c.customer_id, order_by=journey.c.item)
                .label(name)
                for name, column in following.items()
            ),
        )
        .where(
            journey.c.engagement == scope.engagement, journey.c.is_step if by_stage else journey.c.is_touch
        )
        .cte("neighbour")
    )


def place_of(journey: Any, level: Level) -> ColumnElement[str]:
    """Name of the place that a row of the journey stands at: its stage, its channel or its touchpoint."""
    if level is Level.STAGE:
        return journey.c.stage
    return journey.c.channel if level is Level.CHANNEL else sa.func.coalesce(journey.c.touchpoint, NO_CHANNEL)


def _ranked(pair: sa.CTE, query: JourneyQuery) -> sa.CTE:
    """Pairs by how often they occur; equal ones by the order of stages, or of letters alike on every engine."""
    place = sa.func.row_number().over(
        order_by=(sa.func.count().desc(), *_in_order((pair.c.start, pair.c.finish), query))
    )
    return (
        sa.select(pair.c.start, pair.c.finish, place.label("place"))
        .group_by(pair.c.start, pair.c.finish)
        .cte("ranked_pair")
    )


def _in_order(names: tuple[Any, Any], query: JourneyQuery) -> list[Any]:
    """Stages by their order; other names by their letters, alike on every engine."""
    return list(names) if query.level is Level.STAGE else [sa.collate(name, "C") for name in names]


def _name(spot: Any, info: GenerationInfo, query: JourneyQuery) -> Any:
    """The stage's key for its order; a channel and a touchpoint are their own names."""
    if query.level is not Level.STAGE:
        return spot
    return sa.case(dict(enumerate(info.model.keys, 1)), value=spot)
