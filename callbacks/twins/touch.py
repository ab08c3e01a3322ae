"""Twins about contacts: the touchpoint heatmap with every metric, attribution, weakest links, spoiled contacts."""

from __future__ import annotations

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain, reasons_of
from dashboard.analytics.heatmap_money import NO_TOUCH
from dashboard.analytics.heatmap_whole import METRICS
from dashboard.journey.query import Attribution, JourneyQuery, Split
from data_access.scope import Scope

_WEAKEST = (
    "customers",
    "progression",
    "average",
    "people",
    "value",
    "loss",
    "score",
    "score_answers",
    "weakest_by_money",
    "weakest_by_opinion",
)
_SPOIL = ("stage", "effect", "ci_low", "ci_high", "negative", "others", "low_n")


def heatmap_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[list[Json], list[Json]]:
    """Rows of the cells; then of channels with costs of their own and of revenue without a touch (`stage` null)."""
    found = answers.heatmap_whole(scope, query)
    names = (*_place_names(query), *METRICS)
    rows = [{name: plain(getattr(cell, name)) for name in names} for cell in found]
    reasons = reasons_of(
        (tuple(getattr(cell, name) for name in _place_names(query)), cell.reasons) for cell in found
    )
    return rows, reasons


def attribution_parts(
    answers: Answers, scope: Scope, query: JourneyQuery
) -> tuple[list[Json], Json, list[Json]]:
    """Rows of the cells with the sales and the revenue that each model credits; the total; reasons."""
    found = answers.attribution(scope, query)
    rows, reasons = [], []
    for cell in found.cells:
        place = cell.place
        where = {
            "stage": place.stage if place else None,
            "channel": place.channel if place else NO_TOUCH,
            "touchpoint": place.touchpoint if place else None,
        }
        row = {name: where[name] for name in _place_names(query)}
        row |= {str(model): cell.sales[model] for model in Attribution}
        row |= {f"{model}_revenue": cell.revenue[model] for model in Attribution}
        rows.append(row | {"removal": cell.removal})
        if cell.removal is None:
            why = "row_of_money" if place is None else "no_sales_on_paths"
            reasons.append((tuple(row[name] for name in _place_names(query)), {"removal": why}))
    total = {"sales": found.sales, "revenue": found.revenue, "lost": found.lost}
    return rows, total, reasons_of(reasons)


def weakest_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[list[Json], Json, list[Json]]:
    """Rows of the cells by money and by opinion; the journey's score; reasons."""
    links, score = answers.weakest(scope, query)
    names = (*_place_names(query), *_WEAKEST)
    rows = [{name: plain(getattr(link, name)) for name in names} for link in links]
    reasons = reasons_of(
        (tuple(getattr(link, name) for name in _place_names(query)), link.reasons) for link in links
    )
    total = {
        "score": score.lowest if score else None,
        "lowest_at": list(score.where[: len(_place_names(query))]) if score else None,
        "mean_score": score.mean if score else None,
    }
    if score is None:
        reasons += reasons_of([("total", dict.fromkeys(total, "no_score"))])
    return rows, total, reasons


def spoil_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[list[Json], list[Json]]:
    """Both measures over all stages (`stage` null), then stage by stage; reasons."""
    found = answers.spoil(scope, query)
    rows = [
        {"measure": str(row.measure)} | {name: plain(getattr(row, name)) for name in _SPOIL} for row in found
    ]
    return rows, reasons_of(((str(row.measure), row.stage), row.reasons) for row in found)


def _place_names(query: JourneyQuery) -> tuple[str, ...]:
    by_touchpoint = Split.TOUCHPOINT in query.by
    return ("stage", "channel", "touchpoint") if by_touchpoint else ("stage", "channel")
