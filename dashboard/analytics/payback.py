"""Return on a cost and the day on which it is earned back, from the gain month by month (DOMAIN section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from dashboard.analytics.timing import GainPath
from dashboard.errors import JourneyError
from dashboard.journey.period import add_months

ROI_MONTHS = 12
NOT_WITHIN = "not_within_24_months"
NOTHING_SPENT = "nothing_spent"
_CHUNK = 1_000  # draws that are followed day by day at a time


@dataclass(frozen=True, slots=True)
class Payback:
    """What a cost brings.

    Attributes:
        cost: spent once, at the start [money].
        margin: share of revenue that is left after the cost of goods, 0..1; None = nobody has told it, so that all
            of it stands on revenue.
        roi, roi_low, roi_high: (gain of the first `ROI_MONTHS` months x margin - cost) / cost, with its 80 % interval.
        day: on which the gain x margin since the start has reached the cost.
        early, late: one chance in ten that it is earlier, or later, than that.
        chance: share of the draws in which it is within the months that the path looks ahead.
        reasons: field -> why it is None: `not_within_24_months`, `nothing_spent`.
    """

    cost: float
    margin: float | None
    roi: float | None
    roi_low: float | None
    roi_high: float | None
    day: date | None
    early: date | None
    late: date | None
    chance: float
    reasons: Mapping[str, str] = field(default_factory=dict)


def payback(path: GainPath, cost: float, margin: float | None = None) -> Payback:
    """When the gain has earned back what was spent once at the start.

    Raises:
        JourneyError: `bad_cost` for less than nothing, `bad_margin`.
    """
    if not isfinite(cost) or cost < 0:
        raise JourneyError("bad_cost", value=cost)
    if margin is not None and not 0 <= margin <= 1:
        raise JourneyError("bad_margin", value=margin)
    kept = 1.0 if margin is None else margin
    horizon = add_months(path.start.day, ROI_MONTHS)
    drawn = np.quantile(path.total_draws(horizon) * kept, (0.1, 0.9))
    sums = (path.total(horizon) * kept, float(drawn[0]), float(drawn[1]))
    roi, low, high = ((one - cost) / cost if cost else None for one in sums)
    likely = _first_days(path, path.parts[np.newaxis, :] * kept, cost)
    days = _first_days(path, path.draws * kept, cost)
    early, late = (float(one) for one in np.quantile(days, (0.1, 0.9), method="inverted_cdf"))
    found = {
        name: path.start.day + timedelta(days=int(after)) if after < inf else None
        for name, after in (("day", float(likely[0])), ("early", early), ("late", late))
    }
    reasons = {name: NOT_WITHIN for name, on in found.items() if on is None}
    reasons |= {} if cost else dict.fromkeys(("roi", "roi_low", "roi_high"), NOTHING_SPENT)
    return Payback(
        cost=cost,
        margin=margin,
        roi=roi,
        roi_low=low,
        roi_high=high,
        **found,
        chance=float(np.isfinite(days).mean()),
        reasons=reasons,
    )


def _first_days(path: GainPath, parts: NDArray[np.float64], cost: float) -> NDArray[np.float64]:
    """Days after the start until the money of all days so far has reached the cost; infinite where it does not.

    Args:
        parts: a row for each draw, a column for each lever: its money of a day at full effect.
    """
    come = path.effects.cumsum(axis=1)
    found = np.full(len(parts), inf)
    for begin in range(0, len(parts), _CHUNK):
        reached = parts[begin : begin + _CHUNK] @ come >= cost
        there = reached.any(axis=1)
        found[begin : begin + _CHUNK][there] = reached[there].argmax(axis=1)
    return found
