"""How LCPQ moved against another period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, same_length
from dashboard.journey.query import Book

DIFFERENT_LENGTH = "different_length"
NOTHING_BEFORE = "nothing_before"

COMPARED = ("leads", "buyers", "conversion", "average_check", "deals", "deals_per_buyer", "revenue")
_NOT_COMPARED = {Book.PERIOD: ("deals_per_buyer", "revenue"), Book.COHORT: ("revenue",)}


@dataclass(frozen=True, slots=True)
class Change:
    """How one figure moved against the comparison period.

    Attributes:
        absolute: now minus before, in the figure's unit (of C: as a share, 0.01 = one point).
        relative: share of the figure before; None for C and where there was nothing before.
        reason: why there is no change to show.
    """

    absolute: float | Decimal | None
    relative: float | None
    reason: str | None = None


def compare(
    now: Lcpq,
    before: Lcpq,
    period: Period,
    other: Period,
    info: GenerationInfo,
    book: Book = Book.PERIOD,
) -> dict[str, Change]:
    """Change of each figure of the equation against the comparison period.

    Args:
        period, other: the two periods; `other` as `dashboard.journey.period.comparison` gives it.

    R and Q of periods of different length are not compared ("different_length"); the Q of cohorts, whose
    horizon is the same, is.
    """
    alike = same_length(period, other, info.data_end_day)
    changes = {}
    for name in COMPARED:
        if name in _NOT_COMPARED[book] and not alike:
            changes[name] = Change(None, None, DIFFERENT_LENGTH)
        else:
            changes[name] = _change(name, now, before)
    return changes


def _change(name: str, now: Lcpq, before: Lcpq) -> Change:
    new, old = getattr(now, name), getattr(before, name)
    if new is None or old is None:
        reason = now.reasons.get(name) or before.reasons.get(name)
        return Change(None, None, reason)
    if name == "conversion":
        return Change(new - old, None)
    if not old:
        return Change(new - old, None, NOTHING_BEFORE)
    return Change(new - old, float((new - old) / abs(old)))
