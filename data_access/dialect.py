"""The only engine-specific SQL text: rates, dates and time differences for each engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.sql.functions import GenericFunction


class ratio(GenericFunction[float]):  # noqa: N801 - reads like a SQL function
    """numerator / denominator as a float; NULL where the denominator is 0 or NULL."""

    type = sa.Double()
    inherit_cache = True


@compiles(ratio)
def _ratio(element: ratio, compiler: Any, **kw: Any) -> str:
    numerator, denominator = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({numerator} AS DOUBLE PRECISION) / NULLIF(CAST({denominator} AS DOUBLE PRECISION), 0))"


class seconds_between(GenericFunction[float]):  # noqa: N801
    """Seconds from the first moment to the second."""

    type = sa.Double()
    inherit_cache = True


@compiles(seconds_between)
def _seconds_between(element: seconds_between, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({end} - {start})) AS DOUBLE PRECISION)"


def plus_days(moment: ColumnElement[Any], days: int) -> ColumnElement[Any]:
    """The moment `days` x 24 h later."""
    return moment + sa.cast(sa.literal(f"{days} days", sa.String), sa.Interval)


def unit_start(unit: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of the day's month, quarter or year; through a timestamp, so that no session's zone shifts it."""
    return (
        day if unit == "day" else sa.cast(sa.func.date_trunc(str(unit), sa.cast(day, sa.DateTime)), sa.Date)
    )


def within_days(entry: Any, later: Any, days: int) -> ColumnElement[bool]:
    """True where `later` lies at most `days` after `entry`, both ends included.

    W days are W x 24 h; where one of the two is a calendar day without a time, calendar days count.
    Both arguments have columns `moment`, `local_day`, `instant`.
    """
    by_day = later.local_day <= entry.local_day + days
    by_time = later.moment <= plus_days(entry.moment, days)
    return sa.case((sa.or_(entry.instant, later.instant), by_day), else_=by_time)


def days_between(start: Any, end: Any) -> ColumnElement[float]:
    """Days of 24 h from the first moment to the second; whole days where either is a calendar day.

    Both arguments have columns `moment`, `local_day`, `instant`.
    """
    whole = sa.cast(end.local_day - start.local_day, sa.Double)
    exact = ratio(seconds_between(start.moment, end.moment), 86_400)
    return sa.case((sa.or_(start.instant, end.instant), whole), else_=exact)


def percentile(share: float, value: ColumnElement[Any]) -> Any:
    """Continuous percentile (linear between neighbours) of `value`; add `.filter()` as needed."""
    return sa.func.percentile_cont(share).within_group(value)


def percentiles(shares: Sequence[float], value: ColumnElement[Any], among: ColumnElement[bool] | None) -> Any:
    """Continuous percentiles of `value` over rows `among` (None = all), as one list in the order of `shares`.

    NULL without values. One pass for all of them: three single percentiles cost three times as much.
    """
    listed = sa.literal_column(f"ARRAY[{', '.join(repr(float(share)) for share in shares)}]")
    found = sa.func.percentile_cont(listed).within_group(value)
    found = found if among is None else found.filter(among)
    return sa.type_coerce(found, sa.types.NullType())  # as the driver gives it: a list of floats
