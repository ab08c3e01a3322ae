"""Headless twins: every answer as plain JSON with stable names, for `journey query` and its users' scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext

from callbacks.answers import Answers
from callbacks.explained import how_made
from callbacks.twin_json import Json
from callbacks.twin_json import plain as _plain
from callbacks.twin_json import reasons_of as _reasons
from callbacks.twins_lcpq import lcpq_parts
from callbacks.twins_revenue import bridge_parts, whatif_parts
from callbacks.twins_touch import attribution_parts, heatmap_parts, spoil_parts, weakest_parts
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import FunnelStep, unused_options
from dashboard.journey.query import Book, JourneyQuery, Split
from data_access.recorder import recorded
from data_access.scope import Scope

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
    parts, said = lcpq_parts(answers, scope, query)
    definition = _definition(answers, scope, query, "lcpq", levers) | said
    return {**parts, "definition": definition}


def funnel_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each step: of everybody (`segment` null), then of each segment with `--by segment`."""
    found = answers.funnel(scope, query)
    steps = [(group.segment, step) for group in found.groups for step in group.steps]
    rows = [{"segment": segment, **_row(step, _FUNNEL, ())} for segment, step in steps]
    reasons = _reasons(((segment, step.stage), step.reasons) for segment, step in steps)
    return _answer(answers, scope, query, "funnel", rows, reasons, levers)


def heatmap_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each cell that occurs in the engagement; with `--by touchpoint` for each touchpoint."""
    rows, reasons = heatmap_parts(answers, scope, query)
    answer = _answer(answers, scope, query, "heatmap", rows, reasons, levers)
    answer["definition"] |= {"landmark_days": query.landmark_days, "attribution": str(query.attribution)}
    return answer


def attribution_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each cell on a path to a sale or to none, with what every model credits to it."""
    rows, total, reasons = attribution_parts(answers, scope, query)
    answer = _answer(answers, scope, query, "attribution", rows, reasons, levers)
    return answer | {"total": total}


def weakest_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each cell: what it loses against its stage, beside what people say of it."""
    rows, total, reasons = weakest_parts(answers, scope, query)
    answer = _answer(answers, scope, query, "weakest", rows, reasons, levers)
    return answer | {"total": total}


def spoil_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """How much less customers buy after a negative contact: over all stages (`stage` null), then by stage."""
    rows, reasons = spoil_parts(answers, scope, query)
    answer = _answer(answers, scope, query, "spoil", rows, reasons, levers)
    answer["definition"] |= {"landmark_days": query.landmark_days}
    return answer


def bottlenecks_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each transition of each segment, the most recoverable money first."""
    found = answers.bottlenecks(scope, query)
    rows = [_row(row, _BOTTLENECK, ()) for row in found]
    reasons = _reasons(((row.segment, row.from_stage, row.to_stage), row.reasons) for row in found)
    return _answer(answers, scope, query, "bottlenecks", rows, reasons, levers)


def whatif_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Both sides of the scenario and the gain."""
    definition = _definition(answers, scope, query, "whatif", levers)
    definition |= {"levers": list(levers), "model": str(query.model), "interval": _INTERVAL}
    return {**whatif_parts(answers, scope, query, levers), "definition": definition}


def transitions_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each way from one stage or touchpoint straight to another; `(other)` behind the `--top` ones."""
    rows = [
        {"from": way.start, "to": way.finish, "count": way.count, "median_hours": way.median_hours}
        for way in answers.transitions(scope, query)
    ]
    answer = _answer(answers, scope, query, "transitions", rows, [], levers)
    answer["definition"] |= {"level": str(query.level), "top": query.top}
    return answer


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
    "transitions": transitions_json,
    "attribution": attribution_json,
    "weakest": weakest_json,
    "spoil": spoil_json,
}
_INTERVAL = (
    "gain_low, gain_high: 80 %; gain_low_95, gain_high_95: 95 %; 10 000 draws that baseline and scenario share: "
    "conversions from Beta(passed + 1/2, lost + 1/2), check and deals by customer bootstrap, leads fixed"
)
_COMPARE_THEMSELVES = frozenset({"bridge"})


def twin(
    question: str,
    answers: Answers,
    scope: Scope,
    query: JourneyQuery,
    levers: tuple[str, ...] = (),
    *,
    explain: bool = False,
) -> Json:
    """The answer as JSON; with `query.compare`, the other period's answer stands under `comparison`.

    With `explain`, `how` says how its numbers are made (see `how_made`).

    Raises:
        JourneyError: whatever the question itself is refused for.
    """
    with answers.facts.pinned(), recorded() if explain else nullcontext([]) as statements:
        answer = ANSWERS[question](answers, scope, query, levers)
        if explain:
            answer["how"] = how_made(question, answer, answers, scope, query, statements)
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
        "book": _book(question, query),
        "period": {"since": _plain(query.period.since), "until": _plain(query.period.until)},
        "compare": query.compare,
        "filters": {
            name: list(getattr(query, name))
            for name in ("segments", "channels", "touchpoints", "products", "sale_channels")
        },
        "by": [str(split) for split in query.by],
        "stages": list(query.stages or info.model.keys),
        "mode": str(query.mode),
        "entry": str(query.entry),
        "window_days": query.window_days,
        "horizon_days": query.horizon_days,
        "increasing": query.increasing,
        "mature": query.mature,
        "unused_options": [*_unused(question, query), *(["set"] if levers and question != "whatif" else [])],
        "segment_as_of": "period end"
        if question in ("bridge", "transitions", *_CONTACTS)
        or (question, query.book) == ("lcpq", Book.PERIOD)
        else "entry",
        "set_aside": {
            reason: {"rows": rows, "amount": amount} for reason, (rows, amount) in info.set_aside.items()
        },
        "formula": _FORMULAS[question],
    }


def _book(question: str, query: JourneyQuery) -> str | None:
    if question == "lcpq":
        return str(query.book)
    return "period" if question == "bridge" else "funnel_cohort" if question in _PRICED else None


_PRICED = ("bottlenecks", "whatif")
_CONTACTS = ("heatmap", "attribution", "weakest", "spoil")
_FORMULAS = {
    "lcpq": "revenue = leads x conversion x average_check x deals_per_buyer",
    "funnel": "from_previous = customers whose chosen attempt reached the step / customers of the step before",
    "heatmap": "progression = customers who reached a later stage within the window / mature customers of the cell",
    "bottlenecks": "recoverable = customers x max(0, benchmark - conversion) x value of reaching the next step",
    "whatif": "revenue' = leads' x conversion' x average_check' x deals_per_buyer' + outside",
    "bridge": "revenue = leads x path x each from>to x average_check x deals; effect = logmean(after, before) x "
    "ln(factor after / before), Shapley where a factor is zero; a factor without data takes the other side's value",
    "attribution": "a deal's touches are those of the 90 days up to it; sales = first deals of the period, revenue = "
    "all deals and refunds; each model's credits add up to both",
    "weakest": "loss = customers x (average of the stage - progression) x value, value = revenue of the priced funnel "
    "(from the deal on, of repeat deals) / customers who moved on",
    "spoil": "effect = share who bought after a negative contact - share after others, customers of one stage and "
    "segment compared (Mantel-Haenszel)",
    "transitions": "count = events followed by the other one as the next of the same customer's whole journey, "
    "both in the period; median_hours between the two",
}
_FUNNEL_OPTIONS = ("mode", "entry", "window_days", "horizon_days", "increasing", "stages", "mature")
_USED_SPLITS: Mapping[str, frozenset[Split]] = {
    "lcpq": frozenset(set(Split) - {Split.TOUCHPOINT, Split.MANAGER, Split.CUSTOMER_TYPE}),
    "funnel": frozenset({Split.SEGMENT}),
    "heatmap": frozenset({Split.TOUCHPOINT}),
    "attribution": frozenset({Split.TOUCHPOINT}),
    "weakest": frozenset({Split.TOUCHPOINT}),
    "spoil": frozenset(),
    "bottlenecks": frozenset({Split.SEGMENT}),
    "whatif": frozenset(),
    "bridge": frozenset({Split.SEGMENT}),
    "transitions": frozenset(),
}


_OWN_OPTIONS = {
    "model": ("whatif",),
    "level": ("transitions",),
    "top": ("transitions",),
    "landmark_days": ("heatmap", "spoil"),
    "attribution": ("heatmap",),
}


def _given(query: JourneyQuery, name: str) -> bool:
    return getattr(query, name) != getattr(JourneyQuery(query.engagement), name)


def _unused(question: str, query: JourneyQuery) -> list[str]:
    """Options that were given and that this question does not use."""
    splits = [f"by {split}" for split in query.by if split not in _USED_SPLITS[question]]
    splits += [name for name, used in _OWN_OPTIONS.items() if question not in used and _given(query, name)]
    if question in ("lcpq", "heatmap", "transitions", "attribution", "spoil"):
        plain = JourneyQuery(query.engagement)
        kept = ("window_days",) if question in ("heatmap", "spoil") else ()
        if question == "lcpq":
            kept = ("horizon_days", "mature") if query.book is Book.COHORT else ("horizon_days",)
        names = [name for name in _FUNNEL_OPTIONS if name not in kept]
        return splits + [name for name in names if getattr(query, name) != getattr(plain, name)]
    priced = question in (*_PRICED, "weakest")
    mature = ["mature"] if priced and query.mature else []
    stages = ["stages"] if question == "weakest" and query.stages else []
    return [*splits, *unused_options(query, priced=priced), *mature, *stages]


def _row(item: FunnelStep | Bottleneck, names: Iterable[str], by: Iterable[Split]) -> Json:
    groups = {str(split): _plain(getattr(item, str(split))) for split in by}
    return groups | {name: _plain(getattr(item, name)) for name in names}
