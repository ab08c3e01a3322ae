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
        "profile: 2 to 6 statements are 30 to 57 % of a card (planning a third of a small one), drawing the rest",
    ),
    "overview, growth from 1 M to 10 M": Goal(
        3,
        "x",
        "profile: LCPQ cells do not grow, the priced funnels (8 of 11 cards) do with the entries of their quarter",
    ),
    "funnel page, all data": Goal(
        250,
        "ms",
        "profile: 3 statements are 50 % at 1 M, two of them go over every entry, half of that are quantiles",
    ),
    "funnel page, 3 months": Goal(
        50,
        "ms",
        "profile: 5 statements are half of it, most of it quantiles by segment of this period and the one before",
    ),
    "touchpoint map, all data": Goal(700, "ms", "profile: at 10 M two statements over every touch are 95 %"),
    "touchpoint map, 3 months": Goal(
        160, "ms", "profile: at 10 M the statement over the touches of it is 80 %"
    ),
    "touchpoint map with kept answers: all but the query": Goal(
        3,
        "ms",
        "profile: 40 % session and rights, 20 % Dash's dispatch, 18 % gzip and headers; the drawing is kept",
    ),
    # questions, and against the fastest peer that gives the whole answer
    "question: LCPQ by segment and month": Goal(50, "ms"),
    "funnel with medians, all": Goal(
        0.12,
        "x",
        "profile: 46 % five times three quantiles by segment and for all, 26 % the scan of every entry, 20 % a join",
    ),
    "heatmap, all": Goal(0.3, "x"),
    "LCPQ by segment and month": Goal(0.15, "x"),
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
    "delivery of 1 %: derived tables by those of everybody": Goal(
        0.1,
        "x",
        "profile: 26 % entries (51 window functions over few rows), 14 % the commit, 10 % LCPQ sums, 5 % days",
    ),
    # many people at once
    "50 viewers, whole pages, p95 against alone": Goal(
        5,
        "x",
        "at 1 M: two cores answer 3 pages a second, half of them new; 50 people ask for more",
    ),
    "50 viewers, a card at a time, p95 against alone": Goal(
        5, "x", "at 1 M: two cores are busy all the time"
    ),
    "50 viewers during an import, p95 against alone": Goal(
        8, "x", "as whole pages, with an import on one core"
    ),
    "50 viewers, errors": Goal(0, ""),
    "300 viewers, 503 without Retry-After": Goal(0, ""),
    "300 viewers, errors": Goal(0, ""),
    "300 viewers, light requests' p95 against alone": Goal(
        10, "x", "a light request waits for the interpreter beside two questions at work: 144 ms"
    ),
    "300 viewers, light requests refused": Goal(0, ""),
    "alone again afterwards, p95 against before": Goal(1.5, "x"),
    # a browser
    "first load, compressed": Goal(1.3, "MB"),
    f"first load, figures : {BARE}": Goal(1.2, "x"),
    "layout shift": Goal(0.02, ""),
    "filter change to new numbers": Goal(
        300, "ms", "profile: 4 to 13 answers of 50 to 200 ms of a processor each, none kept, on two cores"
    ),
    "frames while a lever is dragged, the middle one : empty page": Goal(1.2, "x"),
    "requests while a lever is dragged": Goal(0, ""),
}
