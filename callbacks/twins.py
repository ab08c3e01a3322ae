"""Headless twins: every answer as plain JSON with stable names, for `journey query` and its users' scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext

from callbacks.answers import Answers
from callbacks.explained import how_made
from callbacks.twin_json import Json
from callbacks.twin_json import plain as _plain
from callbacks.twin_json import reasons_of as _reasons
from callbacks.twins_deals import losses_parts, products_parts, retention_parts, sources_parts
from callbacks.twins_funnel import funnel_definition, funnel_parts, span_json
from callbacks.twins_lcpq import lcpq_parts
from callbacks.twins_revenue import bridge_parts, tornado_parts, whatif_parts
from callbacks.twins_touch import attribution_parts, heatmap_parts, spoil_parts, weakest_parts
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import unused_options
from dashboard.journey.funnel_steps import SPLITS as FUNNEL_SPLITS
from dashboard.journey.query import Against, Book, JourneyQuery, Split
from data_access.recorder import recorded
from data_access.scope import Scope

_BOTTLENECK = (
    "segment",
    "from_stage",
    "to_stage",
    "customers",
    "conversion",
    "benchmark",
    "benchmark_segment",
    "against",
    "recoverable",
    "low",
    "high",
    "probability",
    "proven",
    "gross_loss",
    "one_point",
)


def lcpq_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Rows by the splits, and the total; `comparison` holds the same for the other period."""
    parts, said = lcpq_parts(answers, scope, query)
    definition = _definition(answers, scope, query, "lcpq", levers) | said
    return {**parts, "definition": definition}


def funnel_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each step: of everybody (levels null), then of each group of the breakdown."""
    answer = _answer(answers, scope, query, "funnel", [], [], levers)
    return answer | funnel_parts(answers, scope, query)


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
    """A row for each transition of each segment: what is proven first, then the surest money."""
    found = answers.bottlenecks(scope, query)
    rows = [_row(row, _BOTTLENECK, ()) for row in found]
    reasons = _reasons(((row.segment, row.from_stage, row.to_stage), row.reasons) for row in found)
    answer = _answer(answers, scope, query, "bottlenecks", rows, reasons, levers)
    answer["definition"] |= {
        "benchmark": str(query.against),
        "targets": dict(query.targets),
        "interval": _LIKELY,
    }
    return answer


def whatif_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Both sides of the scenario and the gain."""
    definition = _definition(answers, scope, query, "whatif", levers)
    definition |= {
        "levers": list(levers),
        "model": str(query.model),
        "goal": query.goal,
        "interval": _INTERVAL,
    }
    return {**whatif_parts(answers, scope, query, levers), "definition": definition}


def tornado_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each lever moved alone, the one with the longest history bar first."""
    rows, reasons = tornado_parts(answers, scope, query)
    answer = _answer(answers, scope, query, "tornado", rows, reasons, levers)
    answer["definition"] |= {"model": str(query.model)}
    return answer


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


def _after_the_deal(question: str, parts: Callable[[Answers, Scope, JourneyQuery], Json]) -> Twin:
    def told(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
        definition = _definition(answers, scope, query, question, levers)
        return {**parts(answers, scope, query), "definition": definition}

    return told


Twin = Callable[[Answers, Scope, JourneyQuery, tuple[str, ...]], Json]
ANSWERS: Mapping[str, Twin] = {
    "lcpq": lcpq_json,
    "funnel": funnel_json,
    "heatmap": heatmap_json,
    "bottlenecks": bottlenecks_json,
    "whatif": whatif_json,
    "tornado": tornado_json,
    "bridge": bridge_json,
    "transitions": transitions_json,
    "attribution": attribution_json,
    "weakest": weakest_json,
    "spoil": spoil_json,
    "retention": _after_the_deal("retention", retention_parts),
    "products": _after_the_deal("products", products_parts),
    "losses": _after_the_deal("losses", losses_parts),
    "sources": _after_the_deal("sources", sources_parts),
}
_LIKELY = (
    "low, high: 80 % of 4 000 draws of the recoverable: benchmark from the distribution of its shrunk rate (targets "
    "are fixed), conversion from Beta(passed + 1/2, lost + 1/2), value of the next step fixed; proven: one-sided "
    "pooled z against all other segments, Benjamini-Hochberg with q = 5 % over all rows"
)
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
        answer = _asked(question, answers, scope, query, levers)
        if explain:
            answer["how"] = how_made(question, answer, answers, scope, query, statements)
        other = None if question in _COMPARE_THEMSELVES else answers.compared(scope, query)
        if other is not None:
            answer["comparison"] = _asked(
                question, answers, scope, query.with_(period=other, compare=None), levers
            )
    return answer


def _asked(
    question: str, answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]
) -> Json:
    """The answer; with `--mature` that of the latest mature span where the period is too young."""
    span = None
    if query.mature and query.period.bounded and question in ("funnel", *_PRICED):
        span = answers.mature_span(scope, query, priced=question in _PRICED)
    if span is None:
        return ANSWERS[question](answers, scope, query, levers)
    answer = ANSWERS[question](answers, scope, query.with_(period=span.period), levers)
    answer["definition"] |= span_json(span)
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
        **funnel_definition(query, info),
        "unused_options": [*_unused(question, query), *(["set"] if levers and question != "whatif" else [])],
        "segment_as_of": _segment_as_of(question, query),
        "set_aside": {
            reason: {"rows": rows, "amount": amount} for reason, (rows, amount) in info.set_aside.items()
        },
        "formula": _FORMULAS[question],
    }


def _segment_as_of(question: str, query: JourneyQuery) -> str:
    at_end = ("bridge", "transitions", "products", *_CONTACTS)
    if question in at_end or (question == "lcpq" and query.book is Book.PERIOD):
        return "period end"
    return {"retention": "first deal", "losses": "end of the deal"}.get(question, "entry")


def _book(question: str, query: JourneyQuery) -> str | None:
    if question == "lcpq":
        return str(query.book)
    if question == "sources":
        return str(Book.COHORT)
    return "period" if question == "bridge" else "funnel_cohort" if question in _PRICED else None


_AFTER_THE_DEAL = ("retention", "products", "losses", "sources")
_PRICED = ("bottlenecks", "whatif", "tornado")
BY_FUNNEL = ("funnel", *_PRICED, "bridge", "weakest")  # questions that walk steps
_CONTACTS = ("heatmap", "attribution", "weakest", "spoil")
_FORMULAS = {
    "lcpq": "revenue = leads x conversion x average_check x deals_per_buyer",
    "funnel": "from_previous = customers whose chosen attempt reached the step / customers of the step before",
    "heatmap": "progression = customers who reached a later stage within the window / mature customers of the cell",
    "bottlenecks": "recoverable = customers x max(0, benchmark - conversion) x value of reaching the next step",
    "whatif": "revenue' = leads' x conversion' x average_check' x deals_per_buyer' + outside",
    "tornado": "gain = revenue with one lever moved - revenue: by one point, by ten per cent, to the least and the "
    "most of up to 12 earlier periods of equal length",
    "bridge": "revenue = leads x path x each from>to x average_check x deals; effect = logmean(after, before) x "
    "ln(factor after / before), Shapley where a factor is zero; a factor without data takes the other side's value",
    "attribution": "a deal's touches are those of the 90 days up to it; sales = first deals of the period, revenue = "
    "all deals and refunds; each model's credits add up to both",
    "weakest": "loss = customers x (average of the stage - progression) x value, value = revenue of the priced funnel "
    "(from the deal on, of repeat deals) / customers who moved on",
    "spoil": "effect = share who bought after a negative contact - share after others, customers of one stage and "
    "segment compared (Mantel-Haenszel)",
    "retention": "share = customers with that deal by the end of the month months_since / customers whose first deal "
    "of all history lies in the month; only months that are over in the data",
    "products": "revenue of the product's lines net of refunds; trend = money per month, least squares over the full "
    "months of the period",
    "losses": "share = lost deals / lost deals of the same segment and stage; loss_rate = lost / (lost + won)",
    "sources": "leads = customers whose first lead event of all history lies in the period; cpl = cost / leads; "
    "revenue = their deals up to the horizon, net of refunds",
    "transitions": "count = events followed by the other one as the next of the same customer's whole journey, "
    "both in the period; median_hours between the two",
}
_FUNNEL_OPTIONS = (
    "mode",
    "entry",
    "window_days",
    "horizon_days",
    "increasing",
    "stages",
    "mature",
    "optional",
    "step_windows",
    "exclusions",
    "attributes",
    "value_at",
    "step_filters",
    "filters",
)
_USED_SPLITS: Mapping[str, frozenset[Split]] = {
    "lcpq": frozenset(set(Split) - {Split.TOUCHPOINT, Split.MANAGER, Split.CUSTOMER_TYPE}),
    "funnel": frozenset(FUNNEL_SPLITS),
    "heatmap": frozenset({Split.TOUCHPOINT}),
    "attribution": frozenset({Split.TOUCHPOINT}),
    "weakest": frozenset({Split.TOUCHPOINT}),
    "spoil": frozenset(),
    "bottlenecks": frozenset({Split.SEGMENT}),
    "whatif": frozenset(),
    "tornado": frozenset(),
    "bridge": frozenset({Split.SEGMENT}),
    "transitions": frozenset(),
    "retention": frozenset({Split.SEGMENT}),
    "products": frozenset({Split.SEGMENT, Split.MONTH, Split.PRODUCT}),
    "losses": frozenset({Split.SEGMENT}),
    "sources": frozenset({Split.SEGMENT, Split.CHANNEL}),
}


_OWN_OPTIONS = {
    "model": ("whatif", "tornado"),
    "goal": ("whatif",),
    "level": ("transitions",),
    "top": ("transitions",),
    "landmark_days": ("heatmap", "spoil"),
    "attribution": ("heatmap",),
    "book": ("lcpq",),
    "margin": ("lcpq",),
    "products": ("lcpq", "products", "sources"),
    "sale_channels": ("lcpq", "products", "sources"),
}


def _may_move(question: str, query: JourneyQuery) -> bool:
    """True where `--mature` may move the period; priced funnels are mature without it."""
    return question in _PRICED and query.period.bounded


def _given(query: JourneyQuery, name: str) -> bool:
    return getattr(query, name) != getattr(JourneyQuery(query.engagement), name)


def _unused_benchmark(question: str, query: JourneyQuery) -> list[str]:
    ranked = question == "bottlenecks"
    benchmark = ["benchmark"] if not ranked and _given(query, "against") else []
    aimed = ranked and query.against is Against.TARGET
    return benchmark + (["target"] if query.targets and not aimed else [])


def _unused(question: str, query: JourneyQuery) -> list[str]:
    """Options that were given and that this question does not use."""
    splits = [f"by {split}" for split in query.by if split not in _USED_SPLITS[question]]
    splits += [name for name, used in _OWN_OPTIONS.items() if question not in used and _given(query, name)]
    splits += _unused_benchmark(question, query)
    if question in ("lcpq", "heatmap", "transitions", "attribution", "spoil", *_AFTER_THE_DEAL):
        plain = JourneyQuery(query.engagement)
        kept = ("window_days",) if question in ("heatmap", "spoil") else ()
        if question == "lcpq":
            kept = ("horizon_days", "mature") if query.book is Book.COHORT else ("horizon_days",)
        if question in _AFTER_THE_DEAL:
            kept = {"sources": ("horizon_days", "mature"), "retention": ("horizon_days",)}.get(question, ())
        names = [name for name in _FUNNEL_OPTIONS if name not in kept]
        return splits + [name for name in names if getattr(query, name) != getattr(plain, name)]
    priced = question in (*_PRICED, "weakest")
    mature = ["mature"] if priced and query.mature and not _may_move(question, query) else []
    if priced:
        mature += [name for name in ("attributes", "value_at") if _given(query, name)]
    stages = ["stages"] if question == "weakest" and query.stages else []
    return [*splits, *unused_options(query), *mature, *stages]


def _row(item: Bottleneck, names: Iterable[str], by: Iterable[Split]) -> Json:
    groups = {str(split): _plain(getattr(item, str(split))) for split in by}
    return groups | {name: _plain(getattr(item, name)) for name in names}
