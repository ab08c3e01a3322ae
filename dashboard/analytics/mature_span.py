"""The latest span of entries that are over: what a funnel shows where the asked period is still too young."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery


@dataclass(frozen=True, slots=True)
class MatureSpan:
    """Entries of another period stand in for those of the asked one.

    Attributes:
        period: the days whose entries are used, as many as were asked for.
        asked: the period that was asked for.
        ready_on: first day on which every entry of the asked period is over.
        entries, mature: entries of the asked period, and those of them whose window is over.
    """

    period: Period
    asked: Period
    ready_on: date
    entries: int
    mature: int


def mature_span(
    period: Period, days: int | None, info: GenerationInfo, entries: int, mature: int
) -> MatureSpan | None:
    """The latest mature span of equal length; None where at least half of the entries are mature, or none are there.

    Args:
        period: the asked period; one with an open end stands for itself.
        days: days from an entry after which it is mature; None = at once.
        entries, mature: of the period (see `fetch_entries`).
    """
    if days is None or not entries or 2 * mature >= entries:
        return None
    if not (period.since and period.until):
        return None
    end = ripe_until(days, info)
    if end is None:
        return None
    if info.data_end_date_only:
        ready = period.until - timedelta(days=1) + timedelta(days=days)
    else:
        ready = period.until + timedelta(days=days)
    since = end - (period.until - period.since)
    return MatureSpan(Period(since, end), period, ready, entries, mature)


def ripe_until(days: int, info: GenerationInfo) -> date | None:
    """The first day whose entries are not all `days` old at the data end; None without data."""
    if info.data_end is None or info.data_end_day is None:
        return None
    if info.data_end_date_only:
        return info.data_end_day - timedelta(days=days) + timedelta(days=1)
    # the day in which the last mature moment lies is not over itself
    last = (info.data_end - timedelta(days=days)).replace(tzinfo=UTC)
    return last.astimezone(ZoneInfo(info.zone)).date()


def ripe_days(query: JourneyQuery, info: GenerationInfo) -> int:
    """Days of the period whose entries are ripe for their money: those that a priced cohort was gathered in; >= 1."""
    days = query.money_days
    end = ripe_until(days or 0, info)
    first = max(filter(None, (query.period.since, info.first_day)), default=None)
    last = min(filter(None, (query.period.until, end)), default=None)
    return max(1, (last - first).days) if first and last else 1
