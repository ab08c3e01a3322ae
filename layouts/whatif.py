"""The page /whatif: levers on the priced funnel. Python gives numbers and words, assets/js/whatif_*.js the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import dcc, html

from dashboard.analytics.benchmarks import Benchmark, best_other
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.analytics.whatif import Figures, whatif
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.journey.stages import StageModel
from layouts.components.card import page_header
from layouts.components.pill import segment_dot, segment_name
from layouts.components.states import empty_state, skeleton


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "whatif-subtitle"
    BODY = "whatif-body"
    MODEL = "whatif-model"  # everything that the scripts need: numbers, words, formats
    APP = "whatif-app"  # filled by assets/js/whatif_screen.js alone
    MOUNTED = "whatif-mounted"


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """What the page draws.

    Attributes:
        priced: the cohort, every segment of the engagement.
        order: segments of the engagement, which fixes their colours.
    """

    words: Words
    formats: Formats
    query: JourneyQuery
    model: StageModel
    priced: PricedFunnel
    order: tuple[str, ...]

    @property
    def shown(self) -> PricedFunnel:
        """The cohort of the chosen segments."""
        return self.priced.only(self.query.segments)

    @property
    def baseline(self) -> Figures:
        """Their figures before any lever."""
        return whatif(self.priced, (), self.query.segments).baseline

    def stage_name(self, key: str) -> str:
        """`Оценка`."""
        return self.model.stage(key).short_name(self.words.language)


_WORDS: Mapping[str, str] = {
    "leads": msgid("Leads"),
    "conversion": msgid("Conversion to purchase"),
    "average_check": msgid("Average check"),
    "deals_per_buyer": msgid("Deals per customer"),
    "all": msgid("All"),
    "for_segment": msgid("For segment"),
    "changed": msgid("has levers of its own"),
    "own_levers": msgid("With levers of their own: {segments}"),
    "levers": msgid("Levers"),
    "levers_note": msgid("Change against the baseline"),
    "change_of": msgid("{lever}: change"),
    "switch_unit": msgid("Per cent or percentage points"),
    "each_to_best": msgid("up to the best segment"),
    "to_best": msgid("up to “{segment}”: {rate}"),
    "to_pooled": msgid("up to the average: {rate}"),
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
    "segments_note": msgid("Revenue before and after; L, C, P, Q of the scenario"),
    "segment": msgid("Segment"),
    "everywhere": msgid("all segments"),
    "share": msgid("Copy the link to this scenario"),
    "copied": msgid("Link copied"),
    "capped_high": msgid("{lever}: stops at 100%, no conversion is higher ({segments})."),
    "capped_low": msgid("{lever}: stops at 0%, no conversion is lower ({segments})."),
    "nobody_passed": msgid("{lever}: nobody went on, so the lever moves nothing ({segments})."),
    "no_deals": msgid("{lever}: no deals, so the lever moves nothing ({segments})."),
    "nothing_to_compare": msgid("{lever}: no other segment to rise to ({segments})."),
    "below_one": msgid(
        "A customer who bought has at least one deal: this scenario cannot come true ({segments})."
    ),
}
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


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(words("What-if: L × C × P × Q"), html.Span(id=Ids.SUBTITLE)),
        html.Div(skeleton(720), id=Ids.BODY),
        dcc.Store(id=Ids.MOUNTED),
    ]


def whatif_body(view: WhatIfView) -> list[Any]:
    """The store, and the empty place that the scripts fill from it."""
    return [
        dcc.Store(id=Ids.MODEL, data=scenario_model(view)),
        html.Div(id=Ids.APP, className="whatif"),
    ]


def nothing_priced(
    words: Words, query: JourneyQuery, has_transactions: bool, priced: PricedFunnel | None
) -> Any:
    """Why there is nothing to play with."""
    if not has_transactions:
        sentence = words("Without transactions a step has no price: the funnels show where people stop.")
    elif query.mode is Mode.ANY:
        sentence = words(
            "Steps in any order have no price: choose another order of steps on the funnel page."
        )
    elif priced is not None and priced.entrants:
        sentence = words(
            "No entry of this period is ripe yet: {n} customers are still inside the window.",
            n=priced.entrants,
        )
    else:
        sentence = words("Nobody entered the first stage in this period.")
    return html.Div(empty_state(sentence), className="card")


def baseline_line(view: WhatIfView) -> str:
    """`Baseline · Q3 2026 · all entries, money of 90 days from the entry: 62,800 × 13.77% × ... = ₽314M`."""
    words, formats, base = view.words, view.formats, view.baseline
    factors = (
        formats.number(base.leads),
        formats.share(base.conversion, 2),
        formats.money(base.average_check),
        formats.number(base.deals_per_buyer, 2),
    )
    outside = words("+ {money} outside the funnel", money=formats.money(base.outside)) if base.outside else ""
    return words(
        "Baseline · {period} · {ripe}, {span}: {product} = {revenue}",
        period=formats.period(view.query.period),
        ripe=_ripe(view),
        span=_span(view),
        product=f"{' × '.join(factors)} {outside}".strip(),
        revenue=formats.money(base.revenue),
    )


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
        "language": words.language,
        "symbol": view.formats.symbol,
        "steps": list(priced.steps),
        "names": [view.stage_name(key) for key in priced.steps],
        "deal": priced.deal_index,
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
        "bestOf": [one.segment if one else None for one in best],
    }


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


def _ripe(view: WhatIfView) -> str:
    """How many of the period's entries are counted."""
    shown = view.shown
    if shown.mature == shown.entrants:
        return view.words("all entries")
    return view.words("{mature} of {entrants} entries are ripe", mature=shown.mature, entrants=shown.entrants)


def _span(view: WhatIfView) -> str:
    """How long the money counts from the entry on."""
    days = view.query.money_days
    if days is None:
        return view.words("money of all their deals")
    return view.words.plural("money of {n} day from the entry", "money of {n} days from the entry", days)
