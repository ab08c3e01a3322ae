"""Answers: fetch and compute joined, once for the screens and for `journey query` alike."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.analytics.attribution import Attributed, attribution
from dashboard.analytics.bottleneck import Bottleneck, bottlenecks
from dashboard.analytics.bridge import Bridge, Sides, bridge, sides
from dashboard.analytics.funnel import Funnel, funnel
from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.analytics.heatmap_money import cell_money
from dashboard.analytics.heatmap_whole import CellFigures, Measured, heatmap_whole
from dashboard.analytics.lcpq import LcpqBook, lcpq
from dashboard.analytics.levers import Lever
from dashboard.analytics.priced import PricedFunnel, priced_funnel
from dashboard.analytics.score import JourneyScore, Key, Opinion, journey_score, opinions
from dashboard.analytics.spoil import Spoil, spoil
from dashboard.analytics.transitions import Transition, transitions
from dashboard.analytics.uncertainty import GainRange, gain_range
from dashboard.analytics.weakest import Link, weakest_links
from dashboard.analytics.whatif import WhatIf, whatif
from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, comparison
from dashboard.journey.query import Book, JourneyQuery, Mode, Split
from data_access.attribution import fetch_decay, fetch_path_cells, fetch_paths
from data_access.facts import Facts
from data_access.funnel import fetch_funnel, fetch_priced_funnel
from data_access.heatmap import fetch_heatmap
from data_access.heatmap_cost import fetch_cell_costs
from data_access.heatmap_metrics import fetch_exits, fetch_lift, fetch_mood, fetch_pace
from data_access.lcpq import fetch_lcpq, fetch_nobody, fetch_outside
from data_access.scope import Scope
from data_access.score import fetch_opinions
from data_access.spend import fetch_spend
from data_access.spoil import fetch_spoil
from data_access.transitions import fetch_transitions


class Answers:
    """Every figure of the product, from a question and a right to ask it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def info(self, scope: Scope) -> GenerationInfo:
        """The frame of the current generation: model, segments, spans, data end."""
        return self.facts.info(scope)

    def lcpq(self, scope: Scope, query: JourneyQuery, *, costs: bool = False) -> LcpqBook:
        """L, C, P, Q and revenue of the query's book, whole and by its splits; with `costs` CPL, CAC and ROMI."""
        with self.facts.pinned():
            info = self.facts.info(scope)
            whole = fetch_lcpq(self.facts, scope, query.with_(by=()))
            groups = fetch_lcpq(self.facts, scope, query) if query.by else whole
            spend = fetch_spend(self.facts, scope, query) if costs else None
            outside = fetch_outside(self.facts, scope, query) if query.book is Book.COHORT else None
            return lcpq(groups, whole, query, info, spend, outside)

    def nobody(self, scope: Scope, query: JourneyQuery) -> dict[str, dict[str, float]]:
        """Rows of the period without a customer: `event` and `transaction`, each with rows and money."""
        frame = fetch_nobody(self.facts, scope, query)
        found = {str(row["kind"]): row for row in frame.to_dict("records")}
        return {
            kind: {"rows": int(found[kind]["rows"]), "amount": float(found[kind]["amount"])}
            if kind in found
            else {"rows": 0, "amount": 0.0}
            for kind in ("event", "transaction")
        }

    def funnel(self, scope: Scope, query: JourneyQuery) -> Funnel:
        """Who reached each step, with intervals and times."""
        with self.facts.pinned():
            return funnel(fetch_funnel(self.facts, scope, query), query, self.facts.info(scope))

    def heatmap(self, scope: Scope, query: JourneyQuery) -> Heatmap:
        """Touchpoints by stage and channel."""
        with self.facts.pinned():
            return heatmap(fetch_heatmap(self.facts, scope, query), query, self.facts.info(scope))

    def heatmap_whole(self, scope: Scope, query: JourneyQuery) -> tuple[CellFigures, ...]:
        """Touchpoints under every metric."""
        with self.facts.pinned():
            sold = self.facts.info(scope).has_transactions
            credited = self.attribution(scope, query) if sold else None
            costs = fetch_cell_costs(self.facts, scope, query)
            mood = fetch_mood(self.facts, scope, query)
            measured = Measured(
                lift=fetch_lift(self.facts, scope, query),
                pace=fetch_pace(self.facts, scope, query),
                mood=mood,
                exits=fetch_exits(self.facts, scope, query),
                said=opinions(fetch_opinions(self.facts, scope, query), mood),
                money=cell_money(costs, credited, query.attribution),
            )
            return heatmap_whole(self.heatmap(scope, query), measured)

    def attribution(self, scope: Scope, query: JourneyQuery) -> Attributed:
        """Sales and revenue credited to contacts, every model side by side.

        Raises:
            JourneyError: `no_transactions`.
        """
        with self.facts.pinned():
            if not self.facts.info(scope).has_transactions:
                raise JourneyError("no_transactions")
            return attribution(
                fetch_path_cells(self.facts, scope, query),
                fetch_paths(self.facts, scope, query),
                fetch_decay(self.facts, scope, query),
            )

    def weakest(self, scope: Scope, query: JourneyQuery) -> tuple[tuple[Link, ...], JourneyScore | None]:
        """What each contact loses against its stage, in money and by opinion; the journey's score."""
        with self.facts.pinned():
            whole = query.with_(stages=(), by=())
            sold = self.facts.info(scope).has_transactions
            priced = self.priced(scope, whole).only(query.segments) if sold else None
            said = self._said(scope, query)
            return weakest_links(self.heatmap(scope, query), priced, said), journey_score(said)

    def spoil(self, scope: Scope, query: JourneyQuery) -> tuple[Spoil, ...]:
        """How much less customers buy after a negative contact."""
        with self.facts.pinned():
            return spoil(fetch_spoil(self.facts, scope, query), self.facts.info(scope))

    def _said(self, scope: Scope, query: JourneyQuery) -> dict[Key, Opinion]:
        mood = fetch_mood(self.facts, scope, query)
        return opinions(fetch_opinions(self.facts, scope, query), mood)

    def transitions(self, scope: Scope, query: JourneyQuery) -> tuple[Transition, ...]:
        """The ways customers went straight from one stage or touchpoint to the next, the most frequent first."""
        with self.facts.pinned():
            return transitions(fetch_transitions(self.facts, scope, query))

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

    def gain_range(self, scope: Scope, query: JourneyQuery, levers: Iterable[Lever]) -> GainRange:
        """How sure that gain is."""
        return gain_range(self.priced(scope, query), levers, query, query.segments)

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
