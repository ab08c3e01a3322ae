"""Revenue bridge: how much each factor explains of the change between two periods or segments (DOMAIN section 3).

Revenue = L * kappa * prod(c_k) * P * Q, where c_k are the funnel's transitions up to the deal and kappa is what
they leave of C: who bought outside the path. Effects are worked out per segment and summed, so mix is included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

from dashboard.analytics.decomposition import contributions
from dashboard.analytics.funnel import NO_CUSTOMERS, NOBODY_PASSED, Funnel, FunnelGroup
from dashboard.analytics.lcpq import NO_DEALS, NO_LEADS, REFUNDS_WITHOUT_SALES, LcpqBook
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.errors import JourneyError
from dashboard.journey.query import JourneyQuery

LEADS = "leads"
PATH = "path"
AVERAGE_CHECK = "average_check"
DEALS = "deals"
BESIDE_THE_PATH = "beside_the_path"


@dataclass(frozen=True, slots=True)
class Side:
    """What one group of customers was and paid on one side of the bridge.

    Attributes:
        leads: L.
        conversion: C, share 0..1; None without leads.
        average_check: P, money for each deal; None without deals.
        deals_per_buyer: Q; None without deals.
        revenue: money, net of refunds.
        steps: c_k up to the deal, share of the customers of the step before; None where nobody stood there.
    """

    leads: int
    conversion: float | None
    average_check: float | None
    deals_per_buyer: float | None
    revenue: float
    steps: tuple[float | None, ...]

    @property
    def beside(self) -> float:
        """Refunds without sales: money inside revenue, outside L * C * P * Q."""
        return 0.0 if self.deals_per_buyer else self.revenue


@dataclass(frozen=True, slots=True)
class Sides:
    """One side of the bridge: names of the transitions, everybody, and each segment."""

    transitions: tuple[str, ...]
    total: Side
    segments: Mapping[str, Side]

    def whole(self) -> Sides:
        """The same customers as one group, whatever their segment is called."""
        return Sides(self.transitions, self.total, {"": self.total})


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """One bar.

    Attributes:
        segment: None = all together.
        factor: `leads`, `path` (kappa), a transition `from>to`, `average_check`, `deals` (of a buyer), or
            `refunds_without_sales` where there are any.
        before, after: value of the factor on both sides; None where a side has no data for it.
        effect: money of the change that the factor explains; effects add up to the change.
        reasons: `before` or `after` -> why it is None, or why the value could not be used.
    """

    segment: str | None
    factor: str
    before: float | None
    after: float | None
    effect: float
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the revenue before to the revenue after.

    Attributes:
        total: bars of everybody: effects are sums over the segments.
        segments: bars of each segment.
    """

    before: float
    after: float
    total: tuple[BridgeRow, ...]
    segments: tuple[BridgeRow, ...]


def sides(book: LcpqBook, funnel: Funnel, deal: str) -> Sides:
    """One side from the book and the funnel of the same customers, both split by segment alone.

    Steps that may be missed have no transition of their own.

    Raises:
        JourneyError: `steps_without_deal` where the deal is not among the steps.
    """
    if deal not in funnel.stages:
        raise JourneyError("steps_without_deal", stage=deal)
    last = funnel.stages.index(deal)
    path = [
        place for place in range(last + 1) if place in (0, last) or not funnel.total.steps[place].optional
    ]
    names = [funnel.stages[place] for place in path]
    walked = {group.segment: group for group in funnel.segments}
    return Sides(
        transitions=tuple(f"{start}>{end}" for start, end in pairwise(names)),
        total=_side(book.total, funnel.total, path),
        segments={str(row.segment): _side(row, walked.get(str(row.segment)), path) for row in book.rows},
    )


def bridge(before: Sides, after: Sides) -> Bridge:
    """The change of revenue by factor, for all and for each segment.

    A segment that one side does not know had no customers there: its whole revenue is an effect of leads.
    """
    nobody = Side(0, None, None, None, 0.0, (None,) * len(after.transitions))
    names = list(dict.fromkeys((*after.segments, *before.segments)))
    segments = [
        bar
        for name in names
        for bar in _bars(name, after, before.segments.get(name, nobody), after.segments.get(name, nobody))
    ]
    explained: dict[str, float] = {}
    for bar in segments:
        explained[bar.factor] = explained.get(bar.factor, 0.0) + bar.effect
    total = [
        replace(bar, effect=explained.get(bar.factor, 0.0))
        for bar in _bars(None, after, before.total, after.total)
        if bar.factor != REFUNDS_WITHOUT_SALES
    ]
    refunds = [bar for bar in segments if bar.factor == REFUNDS_WITHOUT_SALES]
    if refunds:
        total.append(
            _refunds(None, sum(bar.before or 0 for bar in refunds), sum(bar.after or 0 for bar in refunds))
        )
    return Bridge(before.total.revenue, after.total.revenue, tuple(total), tuple(segments))


def _side(row: Lcpq, group: FunnelGroup | None, path: Sequence[int]) -> Side:
    counts = [group.steps[place].customers if group else 0 for place in path]
    return Side(
        leads=row.leads or 0,
        conversion=row.conversion,
        average_check=None if row.average_check is None else float(row.average_check),
        deals_per_buyer=row.deals_per_buyer,
        revenue=float(row.revenue),
        steps=tuple(passed / stood if stood else None for stood, passed in pairwise(counts)),
    )


def _bars(segment: str | None, named: Sides, before: Side, after: Side) -> list[BridgeRow]:
    """Bars of one pair of sides: L, kappa, the transitions, P, Q; refunds without sales where there are any."""
    names = (LEADS, PATH, *named.transitions, AVERAGE_CHECK, DEALS)
    pair = (before, after)
    steps = [_step(before, after, place) for place in range(len(named.transitions))]
    paths = [_kappa(side, [values[place] for values in steps]) for place, side in enumerate(pair)]
    known = [
        (side.leads, path, *(values[place] for values in steps), side.average_check, side.deals_per_buyer)
        for place, (side, path) in enumerate(zip(pair, paths, strict=True))
    ]
    effects = contributions(_filled(known[0], known[1]), _filled(known[1], known[0]))
    shown = [
        (side.leads, path, *side.steps, side.average_check, side.deals_per_buyer)
        for side, path in zip(pair, paths, strict=True)
    ]
    reasons = [_reasons(side, path, named.transitions) for side, path in zip(pair, paths, strict=True)]
    bars = []
    for place, name in enumerate(names):
        why = {
            end: codes[name] for end, codes in zip(("before", "after"), reasons, strict=True) if name in codes
        }
        bars.append(BridgeRow(segment, name, shown[0][place], shown[1][place], effects[place], why))
    if before.beside or after.beside:
        bars.append(_refunds(segment, before.beside, after.beside))
    return bars


def _refunds(segment: str | None, before: float, after: float) -> BridgeRow:
    return BridgeRow(segment, REFUNDS_WITHOUT_SALES, before, after, after - before, {})


def _step(before: Side, after: Side, place: int) -> tuple[float, float]:
    """c_k on both sides; what a side does not know is the other side's, and 1 where neither does.

    A side with buyers none of whom walked the step does not know it either: its buyers are kappa's.
    """
    old, new = (
        rate if rate or not side.conversion else None
        for side, rate in ((before, before.steps[place]), (after, after.steps[place]))
    )
    if old is None or new is None:
        same = old or new or 1.0
        return same, same
    return old, new


def _kappa(side: Side, steps: Sequence[float]) -> float | None:
    """C against what the path alone would give; None where the path gives nothing, or without leads."""
    walked = prod(steps)
    return side.conversion / walked if side.conversion is not None and walked else None


def _filled(own: Sequence[float | None], other: Sequence[float | None]) -> list[float]:
    """A factor without data takes its value from the other side; 1 where neither has any."""
    found = []
    for value, beyond in zip(own, other, strict=True):
        known = beyond if value is None else value
        found.append(1.0 if known is None else float(known))
    return found


def _reasons(side: Side, path: float | None, transitions: Sequence[str]) -> dict[str, str]:
    """Factor -> why this side has no value, or none that could be used."""
    found: dict[str, str] = {}
    for name, rate in zip(transitions, side.steps, strict=True):
        if rate is None:
            found[name] = NO_CUSTOMERS
        elif not rate and side.conversion:
            found[name] = BESIDE_THE_PATH
    if path is None:
        found[PATH] = NO_LEADS if side.conversion is None else NOBODY_PASSED
    if not side.deals_per_buyer:
        found |= dict.fromkeys((AVERAGE_CHECK, DEALS), REFUNDS_WITHOUT_SALES if side.revenue else NO_DEALS)
    return found


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
