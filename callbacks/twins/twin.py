"""Headless twins: every answer as plain JSON with stable names, for `journey query` and its users' scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext

from callbacks.answers import Answers
from callbacks.twins.deals import losses_parts, products_parts, retention_parts, sources_parts
from callbacks.twins.definition import PRICED, definition_of
from callbacks.twins.explained import how_made
from callbacks.twins.funnel import funnel_parts, span_json
from callbacks.twins.health import health_parts
from callbacks.twins.lcpq import lcpq_parts
from callbacks.twins.paths import paths_parts
from callbacks.twins.plain import Json
from callbacks.twins.plain import plain as _plain
from callbacks.twins.plain import reasons_of as _reasons
from callbacks.twins.revenue import bridge_parts, tornado_parts, whatif_parts
from callbacks.twins.touch import attribution_parts, heatmap_parts, spoil_parts, weakest_parts
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.journey.query import JourneyQuery, Split
from data_access.recorder import read, recorded
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
    definition = definition_of(answers, scope, query, "lcpq", levers) | said
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
    days = answers.step_days(scope, query)
    rows = []
    said = []
    for row in found:
        median, reason = days.get((row.segment, row.to_stage), (None, "no_customers"))
        rows.append(_row(row, _BOTTLENECK, ()) | {"median_days": median})
        missing = row.reasons if reason is None else {**row.reasons, "median_days": reason}
        said.append(((row.segment, row.from_stage, row.to_stage), missing))
    reasons = _reasons(said)
    answer = _answer(answers, scope, query, "bottlenecks", rows, reasons, levers)
    answer["definition"] |= {
        "benchmark": str(query.against),
        "targets": dict(query.targets),
        "interval": _LIKELY,
    }
    return answer


def whatif_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Both sides of the scenario and the gain."""
    definition = definition_of(answers, scope, query, "whatif", levers)
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


def paths_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each of the most frequent ways to a deal; `total` holds all journeys and their `links`."""
    rows, total, reasons = paths_parts(answers, scope, query)
    answer = _answer(answers, scope, query, "paths", rows, reasons, levers)
    names = ("top", "start", "through")
    answer["definition"] |= {"level": str(query.level), "to_deal": query.ends_with_deal}
    answer["definition"] |= {name: getattr(query, name) for name in names}
    return answer | {"total": total}


def bridge_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Which factor explains how much of the change since the comparison period (else the previous one)."""
    against = query.with_(compare=query.compare or "previous")
    rows, reasons, between = bridge_parts(answers, scope, against)
    answer = _answer(answers, scope, against, "bridge", rows, reasons, levers)
    answer["definition"] |= between
    return answer


def health_json(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """A row for each kind of facts of each source, over all days; `total` lists what looks wrong day by day."""
    rows, total = health_parts(answers, scope)
    return _answer(answers, scope, query, "health", rows, [], levers) | {"total": total}


def _after_the_deal(question: str, parts: Callable[[Answers, Scope, JourneyQuery], Json]) -> Twin:
    def told(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
        definition = definition_of(answers, scope, query, question, levers)
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
    "paths": paths_json,
    "attribution": attribution_json,
    "weakest": weakest_json,
    "spoil": spoil_json,
    "retention": _after_the_deal("retention", retention_parts),
    "products": _after_the_deal("products", products_parts),
    "losses": _after_the_deal("losses", losses_parts),
    "sources": _after_the_deal("sources", sources_parts),
    "health": health_json,
}
_LIKELY = (
    "low, high: 80 % of 4 000 draws of the recoverable: benchmark from the distribution of its shrunk rate (targets "
    "are fixed), conversion from Beta(passed + 1/2, lost + 1/2), value of the next step fixed; proven: one-sided "
    "pooled z against all other segments, Benjamini-Hochberg with q = 5 % over all rows"
)
_INTERVAL = (
    "gain_low, gain_high: 80 %; gain_low_95, gain_high_95: 95 %; gain_middle: half of the draws lie above; "
    "2 000 draws that baseline and scenario share, one from each two-thousandth of a distribution: conversions "
    "from Beta(passed + 1/2, lost + 1/2), check and deals by customer bootstrap, leads fixed"
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
    notes = recorded() if explain else nullcontext([])
    with answers.facts.pinned(), notes as statements, read() as tables:
        asked, said = _asked(question, answers, scope, query)
        answer = ANSWERS[question](answers, scope, asked, levers)
        answer["definition"] |= said
        if explain:
            answer["how"] = how_made(question, answer, answers, scope, asked, statements, tables)
        other = None if question in _COMPARE_THEMSELVES else answers.compared(scope, query)
        if other is not None:
            against, said = _asked(question, answers, scope, query.with_(period=other, compare=None))
            answer["comparison"] = ANSWERS[question](answers, scope, against, levers)
            answer["comparison"]["definition"] |= said
    return answer


def _asked(question: str, answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[JourneyQuery, Json]:
    """The question; with `--mature` of the latest mature span where the period is too young, and how to say so."""
    if not (query.mature and query.period.bounded and question in ("funnel", *PRICED)):
        return query, {}
    span = answers.mature_span(scope, query, priced=question in PRICED)
    return (query, {}) if span is None else (query.with_(period=span.period), span_json(span))


def _answer(
    answers: Answers,
    scope: Scope,
    query: JourneyQuery,
    question: str,
    rows: list[Json],
    reasons: list[Json],
    levers: tuple[str, ...],
) -> Json:
    definition = definition_of(answers, scope, query, question, levers)
    return {"rows": rows, "total": None, "definition": definition, "reasons": reasons}


def _row(item: Bottleneck, names: Iterable[str], by: Iterable[Split]) -> Json:
    groups = {str(split): _plain(getattr(item, str(split))) for split in by}
    return groups | {name: _plain(getattr(item, name)) for name in names}
