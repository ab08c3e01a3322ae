"""What the scripts of the what-if work on, as plain JSON: the cohort by segment, benchmarks, words and formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.analytics.benchmarks import Benchmark, Benchmarks, best_other
from dashboard.analytics.priced import PricedSegment
from dashboard.i18n.words import msgid
from layouts.components.pill import segment_dot, segment_name
from layouts.whatif import WhatIfView
from layouts.whatif_draws import cohort_mark

_WORDS: Mapping[str, str] = {
    "leads": msgid("Leads"),
    "conversion": msgid("Conversion to purchase"),
    "average_check": msgid("Average check"),
    "deals_per_buyer": msgid("Deals per customer"),
    "all": msgid("All"),
    "for_segment": msgid("For segment"),
    "changed": msgid("has levers of its own"),
    "own_levers": msgid("With levers of their own: {segments}"),
    "change_of": msgid("{lever}: change"),
    "unit_of": msgid("{lever}: in per cent, in points, or up to a conversion"),
    "unit_target": msgid("to, %"),
    "reset_lever": msgid("{lever}: take the change back"),
    "steps_of": msgid("Steps: {n}"),
    "find": msgid("Find a segment"),
    "found_none": msgid("No such segment"),
    "each_to_best": msgid("up to the best segment"),
    "to_best": msgid("up to “{segment}”: {rate}"),
    "to_pooled": msgid("up to the average: {rate}"),
    "each_to_own": msgid("up to its own best"),
    "to_own": msgid("own best: {rate}"),
    "to_target": msgid("target: {rate}"),
    "as_range": msgid("± range"),
    "as_range_of": msgid("{lever}: as a range"),
    "least": msgid("least"),
    "most": msgid("most"),
    "least_of": msgid("{lever}: at least"),
    "most_of": msgid("{lever}: at most"),
    "range": msgid("Likely range of the change"),
    "range_wider": msgid(
        "95 of 100: {range}. Chance of the measured conversions, checks and deals, and of lifts that are ranges."
    ),
    "range_middle": msgid("middle {money}"),
    "spoken_range": msgid("likely range {range}"),
    "nobody_here": msgid("Nobody went on here: there is nothing to raise."),
    "no_deals_here": msgid("No deals here: this lever moves nothing."),
    "reset": msgid("Reset"),
    "reset_segment": msgid("Reset segment"),
    "no_change": msgid("no change"),
    "against_baseline": msgid("vs baseline {money}"),
    "outside_part": msgid("+ {money} outside the funnel"),
    "broken_scale": msgid(
        "The scale is broken at the slanted cut: compare the tops of the bars, not their heights."
    ),
    "spoken": msgid("Scenario {money}, {change}"),
    "segments": msgid("Segments"),
    "segment": msgid("Segment"),
    "everywhere": msgid("all segments"),
    "share": msgid("Copy the link to this scenario"),
    "copied": msgid("Link copied"),
    "copy_text": msgid("Copy as text"),
    "text_copied": msgid("Text copied"),
    "goal_before": msgid("To earn"),
    "goal_after": msgid("more than the baseline"),
    "goal_name": msgid("How much more to earn, {unit}"),
    "goal_find": msgid("What it takes"),
    "goal_wrong": msgid("Type an amount above zero."),
    "capped_high": msgid("{lever}: stops at 100%, no conversion is higher ({segments})."),
    "capped_low": msgid("{lever}: stops at 0%, no conversion is lower ({segments})."),
    "nobody_passed": msgid("{lever}: nobody went on, so the lever moves nothing ({segments})."),
    "no_deals": msgid("{lever}: no deals, so the lever moves nothing ({segments})."),
    "nothing_to_compare": msgid("{lever}: no other segment to rise to ({segments})."),
    "below_one": msgid(
        "A customer who bought has at least one deal: this scenario cannot come true ({segments})."
    ),
}
_SIZES = ((1_000_000, msgid("million {symbol}")), (1_000, msgid("thousand {symbol}")))
_BARS: Mapping[str, str] = {
    "baseline": msgid("Baseline"),
    "leads": msgid("leads"),
    "conversion": msgid("conversion"),
    "average_check": msgid("avg check"),
    "deals_per_buyer": msgid("frequency"),
    "scenario": msgid("Scenario"),
}
_COLUMNS: Mapping[str, str] = {
    "baseline": msgid("Baseline"),
    "scenario": msgid("Scenario"),
    "gain": msgid("Change"),
    "leads": "L",
    "conversion": "C",
    "average_check": "P",
    "deals_per_buyer": "Q",
}


def scenario_model(view: WhatIfView) -> dict[str, Any]:
    """What the scripts work on, as plain JSON: the cohort by segment, benchmarks, words and formats."""
    words, priced = view.words, view.priced
    best = best_other(priced)
    sentences: dict[str, Any] = {key: words(text) for key, text in _WORDS.items()}
    sentences["bars"] = {key: words(text) for key, text in _BARS.items()}
    sentences["columns"] = {key: words(text) for key, text in _COLUMNS.items()}
    base = view.baseline
    return {
        "engagement": view.query.engagement,
        "cohort": cohort_mark(view),
        "language": words.language,
        "symbol": view.formats.symbol,
        "steps": list(priced.steps),
        "names": [view.stage_name(key) for key in priced.steps],
        "deal": priced.deal_index,
        "repeat": str(view.query.model),
        "priced": sum(priced.is_priced(transition) for transition in priced.transitions),
        "segments": [
            _segment(view, segment, best[segment.segment])
            for segment in view.shown.segments
            if segment.counts[0]
        ],
        "labels": {segment.segment: segment_name(words, segment.segment) for segment in priced.segments},
        "words": sentences,
        "outcome": words(
            "Scenario revenue of ripe entries · {period}", period=view.formats.period(view.query.period)
        ),
        "goal": _goal_unit(view),
        "outside": words(
            "Outside the funnel: {money} of entrants who did not reach the deal step. No lever moves it.",
            money=view.formats.money(base.outside),
        )
        if base.outside
        else None,
        "notes": _notes(view),
    }


def _segment(view: WhatIfView, segment: PricedSegment, best: tuple[Benchmark | None, ...]) -> dict[str, Any]:
    return {
        "segment": segment.segment,
        "name": segment_name(view.words, segment.segment),
        "dot": segment_dot(segment.segment, view.order).className,  # type: ignore[attr-defined]
        "counts": list(segment.counts),
        "deals": segment.deals,
        "revenue": float(segment.revenue),
        "outside": float(segment.outside),
        "best": [one.rate if one else None for one in best],
        "own": rates_of(view.own, segment.segment),
        "targets": [_target(view, segment.segment, place) for place in view.priced.transitions],
        "bestOf": [one.segment if one else None for one in best],
    }


def rates_of(own: Benchmarks, segment: str) -> list[float | None] | None:
    """The best own rate of each transition; None where nobody has asked for it yet."""
    return [one.rate if one else None for one in own[segment]] if segment in own else None


def _target(view: WhatIfView, segment: str, place: int) -> float | None:
    """The segment's own target of a transition, else that for all."""
    name = view.priced.name(place)
    return view.targets.get((segment, name), view.targets.get(("", name)))


def _goal_unit(view: WhatIfView) -> dict[str, Any]:
    """In which unit people would type an amount of this revenue."""
    for size, text in _SIZES:
        if abs(view.baseline.revenue) >= 10 * size:
            return {"size": size, "unit": view.words(text, symbol=view.formats.symbol)}
    return {"size": 1, "unit": view.formats.symbol}


def _notes(view: WhatIfView) -> list[str]:
    """What the scenario takes for granted, and the steps without a lever."""
    words, priced = view.words, view.priced
    notes = [words("Levers are assumed independent: a higher check does not lower conversion.")]
    silent = [transition for transition in priced.transitions if not priced.is_priced(transition)]
    if silent:
        later = ", ".join(view.stage_name(priced.steps[transition + 1]) for transition in silent)
        notes.append(
            words(
                "Steps after the second purchase do not move revenue and have no lever: {steps}.", steps=later
            )
        )
    return notes
