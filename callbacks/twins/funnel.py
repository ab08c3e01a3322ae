"""The funnel as JSON: a row for each step of everybody and of each group, with how far groups differ."""

from __future__ import annotations

from typing import Any

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain, reasons_of
from dashboard.analytics.funnel import Funnel, FunnelGroup, amount_basis
from dashboard.analytics.funnel_groups import Difference, key_of
from dashboard.analytics.mature_span import MatureSpan
from dashboard.journey.funnel_options import Excluded
from dashboard.journey.funnel_steps import levels_of
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access.scope import Scope

_STEP = (
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
    "amount_entering",
    "amount_passing",
    "bound_low",
    "bound_high",
)


def funnel_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """`rows`, `reasons` and, where an exclusion takes out customers, `removed`."""
    found = answers.funnel(scope, query, amounts=True)
    levels = levels_of(query)
    told = answers.differences(scope, query, found) if levels else {}
    rows, reasons = [], []
    for group in found.groups:
        labels = _labels(group, levels)
        for step in group.steps:
            row = labels | {name: plain(getattr(step, name)) for name in _STEP}
            rows.append(row | (_difference(told.get((key_of(group), step.stage))) if levels else {}))
            where = tuple(labels[level] for level in levels or ("segment",))
            reasons.append(((*where, step.stage), step.reasons))
    parts: Json = {"rows": rows, "reasons": reasons_of(reasons)}
    if any(rule.action is Excluded.REMOVE for rule in query.exclusions):
        parts["removed"] = _removed(found, levels)
    return parts


def funnel_definition(query: JourneyQuery, info: GenerationInfo) -> Json:
    """The options of funnels that were asked for, as they are written."""
    return {
        "optional": list(query.optional),
        "step_windows": [str(window) for window in query.step_windows],
        "exclusions": [str(rule) for rule in query.exclusions],
        "step_filters": [str(rule) for rule in query.step_filters],
        "customer_filters": [str(rule) for rule in query.filters],
        "attributes": list(query.attributes),
        "value_at": query.value_at,
        "mode_chosen_by": "no_stage_history" if query.mode_by_data else None,
        "amount_basis": amount_basis(info),
        "mature_span": None,
        "stages_without_data": list(info.stages_without_data),
    }


def span_json(span: MatureSpan) -> Json:
    """Whose entries were used, and when the asked period will be ready."""
    return {
        "period": {"since": plain(span.asked.since), "until": plain(span.asked.until)},
        "mature_span": {
            "since": plain(span.period.since),
            "until": plain(span.period.until),
            "ready_on": plain(span.ready_on),
            "entries": span.entries,
            "mature_entries": span.mature,
        },
    }


def _labels(group: FunnelGroup, levels: tuple[str, ...]) -> dict[str, Any]:
    """The group's value of each level; null for everybody. `segment` stands in every row."""
    return {"segment": group.segment} | {level: group.values.get(level) for level in levels}


def _difference(found: Difference | None) -> dict[str, Any]:
    names = ("difference", "difference_low", "difference_high", "p_value", "significant")
    if found is None:
        return dict.fromkeys(names)
    return dict(
        zip(names, (found.difference, found.low, found.high, found.p_value, found.significant), strict=True)
    )


def _removed(found: Funnel, levels: tuple[str, ...]) -> list[Json]:
    return [_labels(group, levels) | {"customers": group.removed} for group in found.groups]
