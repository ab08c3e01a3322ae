"""Answers: fetch and compute joined, once for the screens and for `journey query` alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard.analytics.attribution import Attributed, attribution
from dashboard.analytics.benchmarks import OWN_PERIODS, Benchmarks, needs_history, own_best
from dashboard.analytics.bottleneck import Bottleneck, bottlenecks
from dashboard.analytics.bridge import Bridge, Sides, bridge, compared_segment, sides
from dashboard.analytics.draws import NOT_OF_THE_COHORT
from dashboard.analytics.funnel import Funnel, funnel
from dashboard.analytics.funnel_change import StepChange, changes
from dashboard.analytics.funnel_groups import Difference, FunnelGroupKey, differences
from dashboard.analytics.funnel_parts import Part, step_parts
from dashboard.analytics.funnel_time import Line, funnel_time
from dashboard.analytics.goal_seek import GoalSeek, goal_seek
from dashboard.analytics.health import Health, health
from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.analytics.heatmap_money import cell_money
from dashboard.analytics.heatmap_whole import CellFigures, Measured, heatmap_whole
from dashboard.analytics.lcpq import LcpqBook, lcpq, lcpq_rows
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.levers import Lever, Unit
from dashboard.analytics.losses import Losses, losses
from dashboard.analytics.mature_span import MatureSpan, mature_span
from dashboard.analytics.paths import Paths, paths
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.priced import PricedFunnel, priced_funnel
from dashboard.analytics.products import Demand, products
from dashboard.analytics.retention import Retention, retention
from dashboard.analytics.scenario_draws import ScenarioDraws, scenario_draws
from dashboard.analytics.score import JourneyScore, Key, Opinion, journey_score, opinions
from dashboard.analytics.sources import Source, sources
from dashboard.analytics.spoil import Spoil, spoil
from dashboard.analytics.tornado import TornadoBar, tornado
from dashboard.analytics.transitions import Transition, transitions
from dashboard.analytics.uncertainty import GainRange, gain_range
from dashboard.analytics.weakest import Link, weakest_links
from dashboard.analytics.whatif import WhatIf, whatif
from dashboard.errors import JourneyError
from dashboard.journey.funnel_steps import levels_of
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, comparison
from dashboard.journey.query import Against, Attribution, Book, JourneyQuery, Mode, Split
from data_access.attribution import fetch_decay, fetch_lost_steps, fetch_path_cells, fetch_paths
from data_access.facts import Facts
from data_access.funnel import fetch_funnel, fetch_priced_funnel, fetch_priced_history
from data_access.funnel_entries import fetch_entries
from data_access.funnel_time import fetch_funnel_time
from data_access.health import fetch_health
from data_access.heatmap import fetch_heatmap
from data_access.heatmap_cost import fetch_cell_costs
from data_access.heatmap_metrics import fetch_exits, fetch_lift, fetch_mood, fetch_pace
from data_access.kept import kept
from data_access.lcpq import fetch_lcpq, fetch_nobody, fetch_outside
from data_access.losses import fetch_losses
from data_access.paths import BETWEEN, fetch_path_links, fetch_variants
from data_access.products import fetch_products
from data_access.retention import fetch_gaps, fetch_retention
from data_access.scope import Scope
from data_access.score import fetch_opinions
from data_access.spend import fetch_spend
from data_access.spoil import fetch_spoil
from data_access.transitions import fetch_transitions

# what leaves a cohort as it is, but for a breakdown: one that cannot be is refused
_SHOWN = tuple(name for name in NOT_OF_THE_COHORT if name != "by")


class Answers:
    """Every figure of the product, from a question and a right to ask it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def info(self, scope: Scope) -> GenerationInfo:
        """The frame of the current generation: model, segments, spans, data end."""
        return self.facts.info(scope)

    @kept("compare")
    def lcpq(self, scope: Scope, query: JourneyQuery, *, costs: bool = False) -> LcpqBook:
        """L, C, P, Q and revenue of the query's book, whole and by its splits; with `costs` CPL, CAC and ROMI."""
        info = self.facts.info(scope)
        whole = fetch_lcpq(self.facts, scope, query.with_(by=()))
        groups = fetch_lcpq(self.facts, scope, query) if query.by else whole
        spend = fetch_spend(self.facts, scope, query) if costs else None
        outside = fetch_outside(self.facts, scope, query) if query.book is Book.COHORT else None
        return lcpq(groups, whole, query, info, spend, outside)

    @kept("compare")
    def lcpq_groups(self, scope: Scope, query: JourneyQuery) -> tuple[Lcpq, ...]:
        """The groups of a split book alone: the whole of a year takes longer than its months."""
        return lcpq_rows(fetch_lcpq(self.facts, scope, query), query, self.facts.info(scope))

    def nobody(self, scope: Scope, query: JourneyQuery) -> dict[str, dict[str, float]]:
        """Rows of the period without a customer: `event` and `transaction`, each with rows and money."""
        frame = fetch_nobody(self.facts, scope, query)
        found = {str(row["kind"]): row for row in plain_rows(frame)}
        return {
            kind: {"rows": int(found[kind]["rows"]), "amount": float(found[kind]["amount"])}
            if kind in found
            else {"rows": 0, "amount": 0.0}
            for kind in ("event", "transaction")
        }

    @kept("compare")
    def retention(self, scope: Scope, query: JourneyQuery) -> Retention:
        """Repeat cohorts by month of the first deal, and the time between deals."""
        frame = fetch_retention(self.facts, scope, query)
        splits = ((), query.by) if Split.SEGMENT in query.by else ((),)
        gaps = [fetch_gaps(self.facts, scope, query.with_(by=by)) for by in splits]
        return retention(frame, gaps, query, self.facts.info(scope))

    @kept("compare")
    def products(self, scope: Scope, query: JourneyQuery) -> tuple[Demand, ...]:
        """Demand by product, segment and month, with its trend."""
        return products(fetch_products(self.facts, scope, query), query, self.facts.info(scope))

    @kept("compare")
    def losses(self, scope: Scope, query: JourneyQuery) -> Losses:
        """Lost deals by reason, stage and segment."""
        return losses(fetch_losses(self.facts, scope, query), self.facts.info(scope))

    @kept("compare")
    def sources(self, scope: Scope, query: JourneyQuery) -> tuple[Source, ...]:
        """New leads by channel and segment, with their costs and what they bought later."""
        cohort = query.with_(book=Book.COHORT)
        splits = [(Split.CHANNEL,)]
        splits += [(Split.SEGMENT, Split.CHANNEL)] if Split.SEGMENT in query.by else []
        return sources([self.lcpq(scope, cohort.with_(by=by), costs=True) for by in splits])

    def health(self, scope: Scope) -> Health:
        """How whole the data are, source by source, over all their days."""
        with self.facts.pinned():
            return health(fetch_health(self.facts, scope))

    @kept("compare")
    def funnel(self, scope: Scope, query: JourneyQuery, *, amounts: bool = False) -> Funnel:
        """Who reached each step, with intervals and times; with `amounts` also their money."""
        frame = fetch_funnel(self.facts, scope, query, with_amounts=amounts)
        return funnel(frame, query, self.facts.info(scope), amounts=amounts)

    def differences(
        self, scope: Scope, query: JourneyQuery, found: Funnel
    ) -> Mapping[tuple[FunnelGroupKey, str], Difference]:
        """How far each group's rates lie from everybody else's; significant over the full breakdown."""
        asked = query.with_(compare=None)
        whole = _full_breakdown(asked)

        def compute() -> Mapping[tuple[FunnelGroupKey, str], Difference]:
            return differences(found if whole == asked else self.funnel(scope, whole))

        return self.facts.worked_out(scope, ("differences", whole), compute)

    @kept("compare")
    def funnel_changes(
        self, scope: Scope, query: JourneyQuery, other: Period
    ) -> Mapping[tuple[FunnelGroupKey, str], StepChange]:
        """How far each rate moved since another period; significant over the full breakdown, and over everybody's."""
        sides = [self.funnel(scope, query.with_(period=period)) for period in (query.period, other)]
        whole = _full_breakdown(query)
        if whole != query:
            full = [self.funnel(scope, whole.with_(period=period)) for period in (query.period, other)]
        else:
            full = sides
        totals = [(side.total,) for side in sides]
        return changes(full[0].segments, full[1].segments) | changes(*totals)

    @kept("compare")
    def funnel_time(
        self, scope: Scope, query: JourneyQuery, start: str, end: str, unit: str, *, apart: bool = False
    ) -> tuple[Line, ...]:
        """The way from one step to a later one by entry cohort: everybody, then each group of the breakdown."""
        frame = fetch_funnel_time(self.facts, scope, query, start, end, unit, apart=apart)
        return funnel_time(frame, unit, next(iter(levels_of(query)), None))

    @kept("compare")
    def step_parts(
        self, scope: Scope, query: JourneyQuery, start: str, end: str, value: float | None
    ) -> tuple[Part, ...]:
        """Who of those at a step goes on less often, by the one level of the question.

        Args:
            value: money of one customer who goes on; None = the step has no price.
        """
        found = self.funnel(scope, query)
        return step_parts(found, self.differences(scope, query, found), start, end, value)

    @kept("compare")
    def mature_span(self, scope: Scope, query: JourneyQuery, *, priced: bool = False) -> MatureSpan | None:
        """The latest mature span of equal length where under half of the period's entries are mature.

        Args:
            priced: for bottlenecks and the what-if, whose entries also wait for their money.
        """
        reached = query.mode is Mode.REACHED
        days = query.money_days if priced else query.horizon_days if reached else query.window_days
        entries, mature = fetch_entries(self.facts, scope, query, days)
        return mature_span(query.period, days, self.facts.info(scope), entries, mature)

    def ripe(self, scope: Scope, query: JourneyQuery) -> tuple[JourneyQuery, MatureSpan | None]:
        """What a screen answers instead of a question about too young a period, and the span that stands in."""
        priced = query.mode is not Mode.ANY and self.info(scope).has_transactions
        span = self.mature_span(scope, query, priced=priced)
        return (query, None) if span is None else (query.with_(period=span.period), span)

    @kept("compare")
    def heatmap(self, scope: Scope, query: JourneyQuery) -> Heatmap:
        """Touchpoints by stage and channel."""
        return heatmap(fetch_heatmap(self.facts, scope, query), query, self.facts.info(scope))

    @kept("compare")
    def heatmap_whole(self, scope: Scope, query: JourneyQuery) -> tuple[CellFigures, ...]:
        """Touchpoints under every metric."""
        sold = self.facts.info(scope).has_transactions
        credited = self.attribution(scope, query, (query.attribution,)) if sold else None
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

    @kept("compare")
    def attribution(
        self, scope: Scope, query: JourneyQuery, models: tuple[Attribution, ...] = tuple(Attribution)
    ) -> Attributed:
        """Sales and revenue credited to contacts, the models side by side.

        Raises:
            JourneyError: `no_transactions`.
        """
        if not self.facts.info(scope).has_transactions:
            raise JourneyError("no_transactions")
        return attribution(
            fetch_path_cells(self.facts, scope, query),
            fetch_paths(self.facts, scope, query),
            fetch_decay(self.facts, scope, query) if Attribution.TIME_DECAY in models else None,
            fetch_lost_steps(self.facts, scope, query),
            models,
        )

    @kept("compare")
    def weakest(self, scope: Scope, query: JourneyQuery) -> tuple[tuple[Link, ...], JourneyScore | None]:
        """What each contact loses against its stage, in money and by opinion; the journey's score."""
        whole = query.with_(stages=(), by=())
        sold = self.facts.info(scope).has_transactions
        priced = self.priced(scope, whole).only(query.segments) if sold else None
        said = self._said(scope, query)
        return weakest_links(self.heatmap(scope, query), priced, said), journey_score(said)

    @kept("compare")
    def spoil(self, scope: Scope, query: JourneyQuery) -> tuple[Spoil, ...]:
        """How much less customers buy after a negative contact."""
        return spoil(fetch_spoil(self.facts, scope, query), self.facts.info(scope))

    def _said(self, scope: Scope, query: JourneyQuery) -> dict[Key, Opinion]:
        mood = fetch_mood(self.facts, scope, query)
        return opinions(fetch_opinions(self.facts, scope, query), mood)

    @kept("compare")
    def transitions(self, scope: Scope, query: JourneyQuery) -> tuple[Transition, ...]:
        """The ways customers went straight from one stage or touchpoint to the next, the most frequent first."""
        return transitions(fetch_transitions(self.facts, scope, query))

    @kept("compare")
    def paths(self, scope: Scope, query: JourneyQuery) -> Paths:
        """The ways customers took to a deal, or to where they stopped: step by step, and the most frequent ones."""
        sold = self.facts.info(scope).has_transactions
        links = fetch_path_links(self.facts, scope, query)
        return paths(links, fetch_variants(self.facts, scope, query), BETWEEN, sold=sold)

    @kept(*_SHOWN)
    def priced(self, scope: Scope, query: JourneyQuery) -> PricedFunnel:
        """The mature cohort in customers and money, every segment: benchmarks need the others."""
        return priced_funnel(fetch_priced_funnel(self.facts, scope, query), query, self.facts.info(scope))

    @kept("compare", "model", "goal")
    def bottlenecks(self, scope: Scope, query: JourneyQuery) -> tuple[Bottleneck, ...]:
        """Transitions of the chosen segments: what is proven first, then the surest money."""
        cohort = self.priced(scope, query)
        return bottlenecks(cohort, query, self._own_past(scope, query, cohort))

    def step_days(
        self, scope: Scope, query: JourneyQuery
    ) -> dict[tuple[str, str], tuple[float | None, str | None]]:
        """Median days from the step before to each stage, by (segment, stage), or why there are none.

        Of the mature entries of the plain funnel: where money counts longer than the window, some more than
        those of the bottlenecks.
        """
        split = query.with_(by=(Split.SEGMENT,), attributes=(), mature=True, compare=None)
        return {
            (group.segment or "", step.stage): (step.median_days, step.reasons.get("median_days"))
            for group in self.funnel(scope, split).segments
            for step in group.steps
        }

    def _own_past(self, scope: Scope, query: JourneyQuery, cohort: PricedFunnel) -> tuple[PricedFunnel, ...]:
        """The earlier cohorts that the benchmark needs; asked only where one does."""
        if query.against is Against.PREVIOUS:
            return self.history(scope, query, 1)
        fallback = query.against is Against.BEST_OTHER and needs_history(cohort)
        if fallback or query.against is Against.OWN_BEST:
            return self.history(scope, query, OWN_PERIODS)
        return ()

    def whatif(self, scope: Scope, query: JourneyQuery, levers: Iterable[Lever]) -> WhatIf:
        """What moving the levers is worth in the chosen segments."""
        moved = tuple(levers)
        own = self.risen(scope, query, moved)
        return whatif(self.priced(scope, query), moved, query.segments, query.model, own)

    def gain_range(self, scope: Scope, query: JourneyQuery, levers: Iterable[Lever]) -> GainRange:
        """How sure that gain is."""
        moved = tuple(levers)
        return gain_range(
            self.priced(scope, query), moved, query, query.segments, self.risen(scope, query, moved)
        )

    def scenario_draws(self, scope: Scope, query: JourneyQuery) -> ScenarioDraws:
        """The draws behind it, which every scenario of the cohort shares."""
        return scenario_draws(self.priced(scope, query), query)

    def goal_seek(self, scope: Scope, query: JourneyQuery, levers: Iterable[Lever], goal: float) -> GoalSeek:
        """The least that reaches a revenue in the chosen segments, on top of the levers."""
        moved = tuple(levers)
        own = self.risen(scope, query, moved)
        return goal_seek(self.priced(scope, query), moved, goal, query.segments, query.model, own)

    def own_best(self, scope: Scope, query: JourneyQuery) -> Benchmarks:
        """The best that each transition of a segment was in its last twelve periods."""
        with self.facts.pinned():
            return own_best(self.priced(scope, query), self.history(scope, query, OWN_PERIODS))

    def risen(self, scope: Scope, query: JourneyQuery, levers: Iterable[Lever]) -> Benchmarks:
        """The same where a lever rises to it; else nothing is asked."""
        return self.own_best(scope, query) if any(lever.unit is Unit.OWN for lever in levers) else {}

    @kept(*_SHOWN)
    def history(self, scope: Scope, query: JourneyQuery, periods: int = 12) -> tuple[PricedFunnel, ...]:
        """The cohorts of up to so many earlier periods of equal length that the data hold whole, latest first."""
        info = self.facts.info(scope)
        earlier = [query.with_(period=one) for one in query.period.earlier(periods, info.first_day)]
        frames = fetch_priced_history(self.facts, scope, earlier)
        return tuple(priced_funnel(*one, info) for one in zip(frames, earlier, strict=True))

    @kept("compare", "goal", "against", "targets")
    def tornado(self, scope: Scope, query: JourneyQuery) -> tuple[TornadoBar, ...]:
        """What each lever alone is worth in the chosen segments, by the same step and over its own history."""
        cohort, history = self.priced(scope, query), self.history(scope, query)
        return tornado(cohort, history, query.segments, query.model)

    @kept()
    def bridge(self, scope: Scope, query: JourneyQuery) -> Bridge:
        """From the revenue of the comparison period, or of another segment, to that of the period, by factor.

        Raises:
            JourneyError: `no_transactions`, `mode_not_priced`, `steps_without_deal`, `compare_needs_period`,
                `bridge_needs_segment`.
        """
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
        split = query.with_(by=(Split.SEGMENT,), attributes=(), compare=None, book=Book.PERIOD)
        deal = self.facts.info(scope).model.deal.key
        return sides(self.lcpq(scope, split), self.funnel(scope, split), deal)

    def compared(self, scope: Scope, query: JourneyQuery) -> Period | None:
        """The comparison period of a question; None where it compares with nothing."""
        if query.compare is None:
            return None
        return comparison(query.period, query.compare, self.facts.info(scope).data_end_day)


def _full_breakdown(query: JourneyQuery) -> JourneyQuery:
    """The question without filters of its own groups: significance is judged over all of them."""
    levels = levels_of(query)
    others = tuple(rule for rule in query.filters if rule.field not in levels)
    return query.with_(filters=others, segments=() if "segment" in levels else query.segments)
