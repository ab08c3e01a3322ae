"""Every goal of `make bench`, and beside it why it is missed where it is: the one place for both.

The reasons are short; docs/benchmarks.md has the figures of the profiles that they come from.
"""

from __future__ import annotations

from dataclasses import dataclass

BARE = "bare one-chart page"


@dataclass(frozen=True)
class Goal:
    """What a figure may be at most.

    Attributes:
        limit: in `unit`.
        unit: "ms", "x" (times), "MB"; empty for counts.
        why: what a profile said where the limit was exceeded; empty where it is met.
    """

    limit: float
    unit: str
    why: str = ""


GOALS = {
    # whole callbacks
    "overview, the middle one of its cards": Goal(
        50,
        "ms",
        "profile: 61 % reads 3 statements a card (DuckDB 34 %), 28 % prices",
    ),
    "overview, growth from 1 M to 10 M": Goal(3, "x"),
    "funnel page, all data": Goal(
        250,
        "ms",
        "profile: 33 % markup, 25 % the grid, 25 % reads 3 statements, 19 % the ranking",
    ),
    "funnel page, 3 months": Goal(
        50,
        "ms",
        "profile: 61 % reads 11 statements; 35 % are six earlier periods for the ranking",
    ),
    "touchpoint map, all data": Goal(700, "ms"),
    "touchpoint map, 3 months": Goal(160, "ms"),
    "touchpoint map with kept answers: all but the query": Goal(
        3,
        "ms",
        "profile: 50 % words and links of 60 cells, 18 % stage list, 7 % markup",
    ),
    # questions, and against the fastest peer that gives the whole answer
    "question: LCPQ by segment and month": Goal(50, "ms"),
    "funnel with medians, all": Goal(
        0.12,
        "x",
        "profile: 81 % grouping with five times three quantiles, 6 % joins; a peer gives medians alone",
    ),
    "heatmap, all": Goal(0.3, "x"),
    "LCPQ by segment and month": Goal(
        0.15,
        "x",
        "profile: DuckDB 56 % of one thread, rows of the answer 17 %, the frame 10 %",
    ),
    "daily series": Goal(
        0.15,
        "x",
        "profile: DuckDB 37 % of one thread, 740 rows of the answer 21 %, the frame 14 %, names of days 10 %",
    ),
    "30 most frequent transitions": Goal(
        0.1,
        "x",
        "profile: 53 % grouping with medians, 30 % the scan, 13 % joins",
    ),
    "funnel of filtered events, from the journeys": Goal(
        0.75,
        "x",
        "profile: 7 scans with their conditions 45 %, 12 joins 27 %, 7 groupings 22 %",
    ),
    "delivery of 1 %: derived tables by those of everybody": Goal(0.1, "x"),
    # many people at once
    "50 viewers, whole pages, p95 against alone": Goal(5, "x"),
    "50 viewers, a card at a time, p95 against alone": Goal(5, "x"),
    "50 viewers during an import, p95 against alone": Goal(8, "x"),
    "50 viewers, errors": Goal(0, ""),
    "300 viewers, 503 without Retry-After": Goal(0, ""),
    "300 viewers, errors": Goal(0, ""),
    "300 viewers, light requests' p95 against alone": Goal(10, "x"),
    "300 viewers, light requests refused": Goal(0, ""),
    "alone again afterwards, p95 against before": Goal(1.5, "x"),
    # a browser
    "first load, compressed": Goal(1.3, "MB"),
    f"first load, figures : {BARE}": Goal(1.2, "x"),
    "layout shift": Goal(0.02, ""),
    "filter change to new numbers": Goal(300, "ms"),
    "frames while a lever is dragged, the middle one : empty page": Goal(1.2, "x"),
    "requests while a lever is dragged": Goal(0, ""),
}
