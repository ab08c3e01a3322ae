"""Twin of the paths: whole ways as rows; every journey, and where it went step by step, as the total."""

from __future__ import annotations

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain, reasons_of
from dashboard.analytics.paths import Paths
from dashboard.analytics.transitions import OTHER
from dashboard.journey.query import JourneyQuery
from data_access.scope import Scope

_VARIANT = (
    "variants",
    "customers",
    "share",
    "bought",
    "stopped",
    "open",
    "conversion",
    "median_days",
    "revenue",
    "low_n",
)


def paths_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[list[Json], Json, list[Json]]:
    """Rows of the most frequent ways, `(other)` behind them; the total with its `links`; reasons."""
    found = answers.paths(scope, query)
    rows = [
        {"path": list(way.path) or [OTHER], **{name: plain(getattr(way, name)) for name in _VARIANT}}
        for way in found.variants
    ]
    total = {
        "customers": found.customers,
        "bought": found.bought,
        "stopped": found.stopped,
        "open": found.open,
        "conversion": found.conversion,
        "links": _links(found),
    }
    reasons = reasons_of((" > ".join(way.path or (OTHER,)), way.reasons) for way in found.variants)
    if found.conversion is None:
        reasons += reasons_of([("total", {"conversion": "no_journeys"})])
    return rows, total, reasons


def _links(found: Paths) -> list[Json]:
    return [
        {
            "position": link.position,
            "from": link.start,
            "to": link.finish,
            "customers": link.customers,
            "returned": link.returned,
        }
        for link in found.links
    ]
