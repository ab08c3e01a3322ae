"""The draws of a cohort as plain JSON, packed for `assets/js/whatif_band.js`."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from dashboard.analytics.draws import of_the_cohort
from dashboard.analytics.scenario_draws import (
    DRAWS,
    KNOTS,
    SCORES,
    STRIDE,
    ScenarioDraws,
    SegmentDraws,
    packed,
)
from layouts.whatif import WhatIfView


def cohort_mark(view: WhatIfView) -> str:
    """Tells draws of one cohort from those of another: model and draws of a screen must have the same."""
    said = repr((of_the_cohort(view.query), view.query.segments, view.priced)).encode()
    return sha256(said).hexdigest()[:16]


def draws_model(view: WhatIfView, drawn: ScenarioDraws) -> dict[str, Any]:
    """The draws of the segments that the page shows; about 80 kB for 4 segments x 6 stages, 180 kB for 12 x 11."""
    shown = {segment.segment for segment in view.shown.segments}
    return {
        "cohort": cohort_mark(view),
        "count": DRAWS,
        "stride": STRIDE,
        "scopes": drawn.scopes,
        "scores": packed(SCORES, "<f8"),
        "orders": packed(drawn.orders, "<u2"),
        "knots": {
            "first": float(KNOTS[0]),
            "step": float(KNOTS[-1] - KNOTS[0]) / (len(KNOTS) - 1),
            "count": len(KNOTS),
        },
        "segments": {name: _segment(own) for name, own in drawn.segments.items() if name in shown},
    }


def _segment(own: SegmentDraws) -> dict[str, Any]:
    return {
        "place": own.place,
        "deals": list(own.deals),
        "money": list(own.money),
        "rates": packed(own.rates, "<f8"),
    }
