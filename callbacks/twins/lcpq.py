"""Twins of LCPQ: both books, what stands beside them, and how they moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain, reason, reasons_of
from dashboard.analytics.lcpq import LcpqBook
from dashboard.analytics.lcpq_change import compare
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.query import Book, JourneyQuery, Split
from data_access.scope import Scope

FIGURES = (
    "leads",
    "leads_of_period",
    "earlier_leads",
    "direct",
    "buyers",
    "conversion",
    "conversion_of_leads",
    "average_check",
    "deals",
    "deals_per_buyer",
    "revenue",
    "new_buyers",
    "returning_buyers",
    "new_revenue",
    "returning_revenue",
    "refunds",
    "refunded",
    "fully_refunded",
    "zero_deals",
    "cost",
    "cpl",
    "cac",
    "romi",
)
OF_COHORTS = ("immature", "immature_revenue", "revenue_in_period")


def lcpq_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[Json, Json]:
    """(rows, total and reasons; what `definition` says beyond the question itself)."""
    book = answers.lcpq(scope, query, costs=True)
    cohort = query.book is Book.COHORT
    named = [("total", book.total.reasons)]
    named += [(_group(row, query.by), row.reasons) for row in book.rows if query.by]
    reasons = reasons_of(named)
    if book.unfinished:
        reasons.append(reason("unfinished_period", None, None))
    if cohort and book.total.immature:
        code = "immature_left_out" if query.mature else "immature_counted"
        reasons.append(reason(code, "immature", "total"))
    total = _figures(book.total, cohort)
    total |= _beside_cohort(book, query) if cohort else _beside_period(answers, scope, query)
    if query.compare is not None:
        changes, more = _change(answers, scope, query, book)
        total["change"] = changes
        reasons += more
    rows = [_figures(row, cohort, query.by) for row in book.rows]
    said = {
        "deals_per_buyer_span": plain(book.span),
        "margin": query.margin,
        "romi_on": "revenue" if query.margin is None else "margin",
        "horizon_days": query.horizon,
    }
    return {"rows": rows, "total": total, "reasons": reasons}, said


def _figures(row: Lcpq, cohort: bool, by: Iterable[Split] = ()) -> Json:
    names = (*map(str, by), *FIGURES, *(OF_COHORTS if cohort else ()))
    if row.day or row.week or row.month or row.quarter or row.year:
        names = (*names, "partial")
    return {name: plain(getattr(row, name)) for name in names}


def _group(row: Lcpq, by: Iterable[Split]) -> tuple[Any, ...]:
    return tuple(getattr(row, str(split)) for split in by)


def _beside_period(answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """Rows of the period that have no customer: outside every number, whatever the filters."""
    return {"no_customer": answers.nobody(scope, query)}


def _beside_cohort(book: LcpqBook, query: JourneyQuery) -> Json:
    """Headline figures, and the period's money that is in no cohort: cohort and this are everything."""
    parts = {part.part: {"customers": part.customers, "deals": part.deals, "revenue": plain(part.revenue)}
             for part in book.outside}  # fmt: skip
    outside = sum(part.revenue for part in book.outside)
    held = book.total.revenue + (book.total.immature_revenue if query.mature else 0)
    return {
        "headline": _figures(book.headline, True) if book.headline else None,
        "not_in_cohort": {"revenue": plain(outside), **parts},
        "everything": plain(held + outside),
    }


def _change(answers: Answers, scope: Scope, query: JourneyQuery, book: LcpqBook) -> tuple[Json, list[Json]]:
    """How each figure of the equation moved, and why one is not compared."""
    other = answers.compared(scope, query)
    if other is None:
        return {}, []
    before = answers.lcpq(scope, query.with_(period=other, compare=None, by=()))
    info = answers.info(scope)
    changes = compare(book.total, before.total, query.period, other, info, query.book)
    reasons = [
        reason(change.reason, name, "change") for name, change in changes.items() if change.reason is not None
    ]
    if book.unfinished and query.compare in ("previous", "year_ago"):
        reasons.append(reason("same_days", None, "comparison"))
    return {name: plain(change) for name, change in changes.items()}, reasons
