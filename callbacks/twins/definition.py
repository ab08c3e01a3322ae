"""What exactly was asked: the `definition` of every answer, so that anybody can ask it again."""

from __future__ import annotations

from collections.abc import Mapping

from callbacks.answers import Answers
from callbacks.twins.funnel import funnel_definition
from callbacks.twins.plain import Json
from callbacks.twins.plain import plain as _plain
from dashboard.analytics.funnel import unused_options
from dashboard.journey.funnel_steps import SPLITS as FUNNEL_SPLITS
from dashboard.journey.query import Against, Book, JourneyQuery, Split
from data_access.scope import Scope


def definition_of(
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
    at_end = ("bridge", "transitions", "paths", "products", *_CONTACTS)
    if question in at_end or (question == "lcpq" and query.book is Book.PERIOD):
        return "period end"
    return {"retention": "first deal", "losses": "end of the deal"}.get(question, "entry")


def _book(question: str, query: JourneyQuery) -> str | None:
    if question == "lcpq":
        return str(query.book)
    if question == "sources":
        return str(Book.COHORT)
    return "period" if question == "bridge" else "funnel_cohort" if question in PRICED else None


_AFTER_THE_DEAL = ("retention", "products", "losses", "sources")
PRICED = ("bottlenecks", "whatif", "tornado")
BY_FUNNEL = ("funnel", *PRICED, "bridge", "weakest")  # questions that walk steps
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
    "health": "behind = last day of the source of events or transactions that reaches furthest - last day of this one; "
    "a gap is a span without rows that its weekdays around give less than one chance in a "
    "thousand; a jump is a week more than 3.5 robust deviations and 30 % away from the median of the eight weeks "
    "before it",
    "sources": "leads = customers whose first lead event of all history lies in the period; cpl = cost / leads; "
    "revenue = their deals up to the horizon, net of refunds",
    "transitions": "count = events followed by the other one as the next of the same customer's whole journey, "
    "both in the period; median_hours between the two",
    "paths": "a journey begins at the customer's first event of the period (of the start stage) and ends with its "
    "last one, or with to_deal with the first deal; conversion = bought / customers; stopped = no deal, and no event "
    "for the window's days after the last one",
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
    "paths": frozenset(),
    "retention": frozenset({Split.SEGMENT}),
    "products": frozenset({Split.SEGMENT, Split.MONTH, Split.PRODUCT}),
    "losses": frozenset({Split.SEGMENT}),
    "sources": frozenset({Split.SEGMENT, Split.CHANNEL}),
    "health": frozenset(),
}


BY_MARGIN = ("lcpq",)  # ROMI is theirs
_OWN_OPTIONS = {
    "model": ("whatif", "tornado"),
    "goal": ("whatif",),
    "level": ("transitions", "paths"),
    "top": ("transitions", "paths"),
    "start": ("paths",),
    "to_deal": ("paths",),
    "through": ("paths",),
    "landmark_days": ("heatmap", "spoil"),
    "attribution": ("heatmap",),
    "book": ("lcpq",),
    "margin": BY_MARGIN,
    "products": ("lcpq", "bridge", "products", "sources"),
    "sale_channels": ("lcpq", "bridge", "products", "sources"),
}


def _may_move(question: str, query: JourneyQuery) -> bool:
    """True where `--mature` may move the period; priced funnels are mature without it."""
    return question in PRICED and query.period.bounded


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
    if question in (
        "lcpq",
        "heatmap",
        "transitions",
        "paths",
        "attribution",
        "spoil",
        "health",
        *_AFTER_THE_DEAL,
    ):
        plain = JourneyQuery(query.engagement)
        kept = ("window_days",) if question in ("heatmap", "spoil", "paths") else ()
        if question == "lcpq":
            kept = ("horizon_days", "mature") if query.book is Book.COHORT else ("horizon_days",)
        if question in _AFTER_THE_DEAL:
            kept = {"sources": ("horizon_days", "mature"), "retention": ("horizon_days",)}.get(question, ())
        names = [name for name in _FUNNEL_OPTIONS if name not in kept]
        return splits + [name for name in names if getattr(query, name) != getattr(plain, name)]
    priced = question in (*PRICED, "weakest")
    mature = ["mature"] if priced and query.mature and not _may_move(question, query) else []
    if priced:
        mature += [name for name in ("attributes", "value_at") if _given(query, name)]
    stages = ["stages"] if question == "weakest" and query.stages else []
    return [*splits, *unused_options(query), *mature, *stages]
