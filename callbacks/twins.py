"""Headless twins: every answer as plain JSON with stable names, for `journey query` and its users' scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from callbacks.answers import Answers
from callbacks.twin_json import Json
from callbacks.twin_json import plain as _plain
from callbacks.twin_json import reason as _reason
from callbacks.twin_json import reasons_of as _reasons
from callbacks.twins_revenue import bridge_parts, whatif_parts
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import FunnelStep, unused_options
from dashboard.analytics.heatmap import Cell
from dashboard.analytics.lcpq import Lcpq
from dashboard.journey.query import JourneyQuery, Split
from data_access.scope import Scope

_LCPQ = (
    "leads",
    "leads_of_period",
    "earlier_leads",
    "direct",
    "buyers",
    "conversion",
    "average_check",
    "deals",
    "deals_per_buyer",
    "revenue",
)
_FUNNEL = (
    "stage",
    "customers",
    "from_previous",
    "from_first",
    "ci_low",
    "ci_high",
    "median_days",
    "p75_days",
    "p90_days",
    "immature",
)
_HEATMAP = ("stage", "channel", "touches", "customers", "progression")
_BOTTLENECK = (
    "segment",
    "from_stage",
    "to_stage",
    "customers",
    "conversion",
    "benchmark",
    "recoverable",
    "gross_loss",
    "one_point",
)


def lcpq_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Rows by the splits, and the total; `comparison` holds the same for the other period."""
    book = answers.lcpq(scope, query)
    rows = [_row(row, _LCPQ, query.by) for row in book.rows]
    reasons = _reasons(
        (("total", book.total.reasons), *((_group(row, query.by), row.reasons) for row in book.rows))
    )
    if book.unfinished:
        reasons.append(_reason("unfinished_period", None, None))
    answer = _answer(answers, scope, query, "lcpq", rows, reasons, levers)
    answer["total"] = _row(book.total, _LCPQ, ())
    return answer


def funnel_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each step: of everybody (`segment` null), then of each segment with `--by segment`."""
    found = answers.funnel(scope, query)
    steps = [(group.segment, step) for group in found.groups for step in group.steps]
    rows = [{"segment": segment, **_row(step, _FUNNEL, ())} for segment, step in steps]
    reasons = _reasons(((segment, step.stage), step.reasons) for segment, step in steps)
    return _answer(answers, scope, query, "funnel", rows, reasons, levers)


def heatmap_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each cell that occurs in the engagement; with `--by touchpoint` for each touchpoint."""
    found = answers.heatmap(scope, query)
    names = (*_HEATMAP, *(("touchpoint",) if Split.TOUCHPOINT in query.by else ()))
    rows = [_row(cell, names, ()) for cell in found.cells]
    reasons = _reasons(((cell.stage, cell.channel), cell.reasons) for cell in found.cells)
    return _answer(answers, scope, query, "heatmap", rows, reasons, levers)


def bottlenecks_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each transition of each segment, the most recoverable money first."""
    found = answers.bottlenecks(scope, query)
    rows = [_row(row, _BOTTLENECK, ()) for row in found]
    reasons = _reasons(((row.segment, row.from_stage, row.to_stage), row.reasons) for row in found)
    return _answer(answers, scope, query, "bottlenecks", rows, reasons, levers)


def whatif_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Both sides of the scenario and the gain."""
    definition = _definition(answers, scope, query, "whatif", levers)
    definition |= {"levers": list(levers), "model": str(query.model)}
    return {**whatif_parts(answers, scope, query, levers), "definition": definition}


def bridge_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Which factor explains how much of the change since the comparison period (else the previous one)."""
    against = query.with_(compare=query.compare or "previous")
    rows, reasons, between = bridge_parts(answers, scope, against)
    answer = _answer(answers, scope, against, "bridge", rows, reasons, levers)
    answer["definition"] |= between
    return answer


Twin = Callable[[Answers, Scope, JourneyQuery, tuple[str, ...]], Json]
ANSWERS: Mapping[str, Twin] = {
    "lcpq": lcpq_json,
    "funnel": funnel_json,
    "heatmap": heatmap_json,
    "bottlenecks": bottlenecks_json,
    "whatif": whatif_json,
    "bridge": bridge_json,
}
_COMPARE_THEMSELVES = frozenset({"bridge"})


def twin(
    question: str, answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...] = ()
) -> Json:
    """The answer as JSON; with `query.compare`, the other period's answer stands under `comparison`.

    Raises:
        JourneyError: whatever the question itself is refused for.
    """
    with answers.facts.pinned():
        answer = ANSWERS[question](answers, scope, query, levers)
        other = None if question in _COMPARE_THEMSELVES else answers.compared(scope, query)
        if other is not None:
            answer["comparison"] = ANSWERS[question](
                answers, scope, query.with_(period=other, compare=None), levers
            )
    return answer


def _answer(
    answers: Answers,
    scope: Scope,
    query: JourneyQuery,
    question: str,
    rows: list[Json],
    reasons: list[Json],
    levers: tuple[str, ...],
) -> Json:
    definition = _definition(answers, scope, query, question, levers)
    return {"rows": rows, "total": None, "definition": definition, "reasons": reasons}


def _definition(
    answers: Answers, scope: Scope, query: JourneyQuery, question: str, levers: tuple[str, ...]
) -> Json:
    """What exactly was asked, so that anybody can ask it again."""
    info = answers.info(scope)
    return {
        "question": question,
        "engagement": query.engagement,
        "generation": info.number,
        "data_end": _plain(info.data_end_day if info.data_end_date_only else info.data_end),
        "zone": info.zone,
        "currency": info.currency,
        "book": "period"
        if question in ("lcpq", "bridge")
        else "funnel_cohort"
        if question in _PRICED
        else None,
        "period": {"since": _plain(query.period.since), "until": _plain(query.period.until)},
        "compare": query.compare,
        "filters": {"segments": list(query.segments), "channels": list(query.channels)},
        "by": [str(split) for split in query.by],
        "stages": list(query.stages or info.model.keys),
        "mode": str(query.mode),
        "entry": str(query.entry),
        "window_days": query.window_days,
        "horizon_days": query.horizon_days,
        "increasing": query.increasing,
        "mature": query.mature,
        "unused_options": [*_unused(question, query), *(["set"] if levers and question != "whatif" else [])],
        "segment_as_of": "period end" if question in ("lcpq", "heatmap", "bridge") else "entry",
        "set_aside": {
            reason: {"rows": rows, "amount": amount} for reason, (rows, amount) in info.set_aside.items()
        },
        "formula": _FORMULAS[question],
    }


_PRICED = ("bottlenecks", "whatif")
_FORMULAS = {
    "lcpq": "revenue = leads x conversion x average_check x deals_per_buyer",
    "funnel": "from_previous = customers whose chosen attempt reached the step / customers of the step before",
    "heatmap": "progression = customers who reached a later stage within the window / mature customers of the cell",
    "bottlenecks": "recoverable = customers x max(0, benchmark - conversion) x value of reaching the next step",
    "whatif": "revenue' = leads' x conversion' x average_check' x deals_per_buyer' + outside",
    "bridge": "revenue = leads x path x each from>to x average_check x deals; effect = logmean(after, before) x "
    "ln(factor after / before), Shapley where a factor is zero; a factor without data takes the other side's value",
}
_FUNNEL_OPTIONS = ("mode", "entry", "window_days", "horizon_days", "increasing", "stages", "mature")
_USED_SPLITS: Mapping[str, frozenset[Split]] = {
    "lcpq": frozenset(set(Split) - {Split.TOUCHPOINT}),
    "funnel": frozenset({Split.SEGMENT}),
    "heatmap": frozenset({Split.TOUCHPOINT}),
    "bottlenecks": frozenset({Split.SEGMENT}),
    "whatif": frozenset(),
    "bridge": frozenset({Split.SEGMENT}),
}


def _unused(question: str, query: JourneyQuery) -> list[str]:
    """Options that were given and that this question does not use."""
    splits = [f"by {split}" for split in query.by if split not in _USED_SPLITS[question]]
    if question in ("lcpq", "heatmap"):
        plain = JourneyQuery(query.engagement)
        kept = ("window_days",) if question == "heatmap" else ()
        names = [name for name in _FUNNEL_OPTIONS if name not in kept]
        return splits + [name for name in names if getattr(query, name) != getattr(plain, name)]
    mature = ["mature"] if question in _PRICED and query.mature else []
    return [*splits, *unused_options(query, priced=question in _PRICED), *mature]


def _row(item: Lcpq | FunnelStep | Cell | Bottleneck, names: Iterable[str], by: Iterable[Split]) -> Json:
    groups = {str(split): _plain(getattr(item, str(split))) for split in by}
    return groups | {name: _plain(getattr(item, name)) for name in names}


def _group(row: Lcpq, by: Iterable[Split]) -> tuple[Any, ...]:
    return tuple(getattr(row, str(split)) for split in by)
