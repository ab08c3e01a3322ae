"""Which table answers a question: the cheapest of those that answer it exactly (docs/method.md).

Every rule is a function of the generation's frame and the query alone, so that the same question always gives the same
statement. Tests and benchmarks ask the journeys themselves inside `journeys_only()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from enum import StrEnum

from dashboard.analytics.mature_span import ripe_until
from dashboard.journey.funnel_steps import walked_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import KEPT_WINDOWS, Book, Entry, JourneyQuery, Mode, Split
from data_access.lcpq_cells import all_ready

_journeys_only: ContextVar[bool] = ContextVar("journeys_only", default=False)


class Source(StrEnum):
    """What a statement reads: the table, or what its rows know beyond themselves."""

    JOURNEY = "journey"
    JOURNEY_DAY = "journey_day"
    ATTEMPT = "attempt"
    CHOICE = "choice"  # entries, and which periods choose them
    LCPQ_CELL = "lcpq_cell"
    CUSTOMER_DAY = "customer_day"
    FIRST_LEAD = "first_lead"


@contextmanager
def journeys_only() -> Iterator[None]:
    """Inside, every question is answered from the journeys and deals: what the other tables must equal."""
    token = _journeys_only.set(True)
    try:
        yield
    finally:
        _journeys_only.reset(token)


def only_journeys() -> bool:
    """True inside `journeys_only()`."""
    return _journeys_only.get()


def funnel_source(info: GenerationInfo, query: JourneyQuery) -> Source:
    """The kept walks answer the plain ordered funnel over the first of all stages, in every window and period.

    Other steps, steps that may be missed or must come within days of each other, exclusions, and conditions of single
    events make other walks.
    """
    other_walks = (
        query.mode is not Mode.ORDERED
        or query.increasing
        or query.optional
        or query.step_windows
        or query.exclusions
        or query.step_filters
    )
    if only_journeys() or not info.has_attempts or other_walks:
        return Source.JOURNEY
    steps, kept = walked_steps(query, info), walked_steps(query.with_(stages=()), info)
    return Source.ATTEMPT if steps == kept[: len(steps)] else Source.JOURNEY


def chosen_source(info: GenerationInfo, query: JourneyQuery, ripe_days: int | None) -> Source:
    """In a kept window the entries over all steps know which periods choose them; else `funnel_source`.

    Args:
        ripe_days: days from an entry after which it is mature.
    """
    source = funnel_source(info, query)
    ready = (
        source is Source.ATTEMPT
        and query.window_days in KEPT_WINDOWS
        and ripe_days is not None
        and _ripens_in_order(info, ripe_days)
        and query.entry is Entry.BEST
        and query.value_at == "first"
        and walked_steps(query, info) == walked_steps(query.with_(stages=()), info)
    )
    return Source.CHOICE if ready else source


def _ripens_in_order(info: GenerationInfo, days: int) -> bool:
    """True where no entry is ripe before an earlier one of its customer.

    A day without a time counts by the calendar, a moment by hours: between them clocks may be put back or forward.
    """
    if info.data_end is None or info.data_end_day is None:
        return False
    return info.data_end_date_only or ripe_until(days, info) == info.data_end_day - timedelta(days=days)


def heatmap_source() -> Source:
    """The journeys by day know of each touch what came before and after it: they answer every heatmap."""
    return Source.JOURNEY if only_journeys() else Source.JOURNEY_DAY


def lcpq_source(info: GenerationInfo, query: JourneyQuery) -> Source:
    """Cells where calendar units answer, else customers' months and days; of cohorts the kept first leads.

    Filters of places, and whatever asks of single deals, are answered from the journeys and deals.
    """
    of_deals = query.products or query.sale_channels or {Split.PRODUCT, Split.SALE_CHANNEL} & set(query.by)
    if only_journeys() or query.channels or query.touchpoints:
        return Source.JOURNEY
    if query.book is Book.COHORT:
        return Source.FIRST_LEAD
    if of_deals:
        return Source.JOURNEY
    return Source.LCPQ_CELL if all_ready(info, query) else Source.CUSTOMER_DAY


def transitions_source() -> Source:
    """Each row of the journeys by day knows its neighbour: they answer every transition."""
    return Source.JOURNEY if only_journeys() else Source.JOURNEY_DAY
