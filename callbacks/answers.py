"""Answers: fetch and compute joined, once for the screens and for `journey query` alike."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.analytics.bottleneck import Bottleneck, bottlenecks
from dashboard.analytics.bridge import Bridge, Sides, bridge, sides
from dashboard.analytics.funnel import Funnel, funnel
from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.analytics.lcpq import LcpqBook, lcpq
from dashboard.analytics.levers import Lever
from dashboard.analytics.priced import PricedFunnel, priced_funnel
from dashboard.analytics.whatif import WhatIf, whatif
from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, comparison
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access.facts import Facts
from data_access.funnel import fetch_funnel, fetch_priced_funnel
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq
from data_access.scope import Scope


class Answers:
    """Every figure of the product, from a question and a right to ask it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def info(self, scope: Scope) -> GenerationInfo:
        """The frame of the current generation: model, segments, spans, data end."""
        return self.facts.info(scope)

    def lcpq(self, scope: Scope, query: JourneyQuery) -> LcpqBook:
        """L, C, P, Q and revenue of the period, whole and by the splits of the query."""
        with self.facts.pinned():
            info = self.facts.info(scope)
            whole = fetch_lcpq(self.facts, scope, query.with_(by=()))
            groups = fetch_lcpq(self.facts, scope, query) if query.by else whole
            return lcpq(info, query, groups, whole)

    def funnel(self, scope: Scope, query: JourneyQuery) -> Funnel:
        """Who reached each step, with intervals and times."""
        with self.facts.pinned():
            return funnel(fetch_funnel(self.facts, scope, query), query, self.facts.info(scope))

    def heatmap(self, scope: Scope, query: JourneyQuery) -> Heatmap:
        """Touchpoints by stage and channel."""
        with self.facts.pinned():
            return heatmap(fetch_heatmap(self.facts, scope, query), query, self.facts.info(scope))

    def priced(self, scope: Scope, query: JourneyQuery) -> PricedFunnel:
        """The mature cohort in customers and money, every segment: benchmarks need the others."""
        with self.facts.pinned():
            everybody = query.with_(segments=())
            frame = fetch_priced_funnel(self.facts, scope, everybody)
            return priced_funnel(frame, everybody, self.facts.info(scope))

    def bottlenecks(self, scope: Scope, query: JourneyQuery) -> tuple[Bottleneck, ...]:
        """Transitions of the chosen segments, the most recoverable money first."""
        return bottlenecks(self.priced(scope, query), query.segments or None)

    def whatif(self, scope: Scope, query: JourneyQuery, levers: Iterable[Lever]) -> WhatIf:
        """What moving the levers is worth in the chosen segments."""
        return whatif(self.priced(scope, query), levers, query.segments, query.model)

    def bridge(self, scope: Scope, query: JourneyQuery) -> Bridge:
        """From the revenue of the comparison period, or of another segment, to that of the period, by factor.

        Raises:
            JourneyError: `no_transactions`, `mode_not_priced`, `steps_without_deal`, `compare_needs_period`,
                `bridge_needs_segment`.
        """
        with self.facts.pinned():
            if not self.facts.info(scope).has_transactions:
                raise JourneyError("no_transactions")
            other = compared_segment(query)
            if other is not None:
                before, after = (
                    self._sides(scope, query.with_(segments=(name,))) for name in (other, *query.segments)
                )
                return bridge(before.whole(), after.whole())
            period = self.compared(scope, query)
            if period is None:
                raise JourneyError("compare_needs_period")
            return bridge(self._sides(scope, query.with_(period=period)), self._sides(scope, query))

    def _sides(self, scope: Scope, query: JourneyQuery) -> Sides:
        """One side of a bridge: the book and the funnel of a period by segment."""
        if query.mode is Mode.ANY:
            raise JourneyError("mode_not_priced", mode=str(query.mode))
        split = query.with_(by=(Split.SEGMENT,), compare=None)
        deal = self.facts.info(scope).model.deal.key
        return sides(self.lcpq(scope, split), self.funnel(scope, split), deal)

    def compared(self, scope: Scope, query: JourneyQuery) -> Period | None:
        """The comparison period of a question; None where it compares with nothing."""
        if query.compare is None:
            return None
        return comparison(query.period, query.compare, self.facts.info(scope).data_end_day)


def compared_segment(query: JourneyQuery) -> str | None:
    """The segment that a bridge starts from (`--compare segment:NAME`); None where it starts from a period.

    Raises:
        JourneyError: `bridge_needs_segment` unless exactly one other segment is chosen.
    """
    word, _, name = (query.compare or "").partition(":")
    if word != "segment":
        return None
    if len(query.segments) != 1 or name in query.segments:
        raise JourneyError("bridge_needs_segment", segment=name)
    return name
