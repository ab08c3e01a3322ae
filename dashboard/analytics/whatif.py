"""What an improvement is worth: levers on the priced funnel (DOMAIN section 7).

The same arithmetic runs under the thumb in `assets/js/whatif.js`; `tests/js` holds the two equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from dashboard.analytics.benchmarks import Benchmark, Benchmarks
from dashboard.analytics.decomposition import contributions
from dashboard.analytics.levers import AMOUNTS, AVERAGE_CHECK, DEALS_PER_BUYER, LEADS, Lever, LeverSet, Unit
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.analytics.rises import Rises
from dashboard.errors import JourneyError
from dashboard.journey.query import RepeatModel

FACTORS = (LEADS, "conversion", AVERAGE_CHECK, DEALS_PER_BUYER)
REPEAT_SHARE = "repeat_share"  # r = 1 - 1/Q, the share of deals that are not a customer's first
MOST_REPEATED = 0.99  # at 1 a customer would never stop buying
_ROUNDING = 1e-12  # a conversion of 0.9 + 0.1 is no cap


@dataclass(frozen=True, slots=True)
class Figures:
    """One side of the comparison.

    Attributes:
        leads: customers at the first step.
        conversion: share of them at the deal step; None without leads.
        average_check: money of a deal; None without deals.
        deals_per_buyer: None without buyers.
        revenue: money, with `outside`.
        outside: money of entrants who did not reach the deal step: the same on both sides.
    """

    leads: float
    conversion: float | None
    average_check: float | None
    deals_per_buyer: float | None
    revenue: float
    outside: float


@dataclass(frozen=True, slots=True)
class Cap:
    """A share that levers would have pushed past a bound: it stops at `limit`.

    A conversion stops at 0 or 1; in the loop model the share of repeat deals (`repeat_share`) at 0.99.
    """

    segment: str
    target: str
    limit: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a lever moves nothing in a segment: `nobody_passed`, `no_deals` or `nothing_to_compare`."""

    segment: str
    target: str
    code: str


@dataclass(frozen=True, slots=True)
class SegmentWhatIf:
    """One segment: both sides, the gain and its parts (see `WhatIf`), customers at each step of the scenario."""

    segment: str
    baseline: Figures
    scenario: Figures
    gain: float
    parts: Mapping[str, float]
    counts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A scenario beside its baseline.

    Attributes:
        gain: revenue of the scenario minus revenue of the baseline [money].
        parts: the gain by factor (see `FACTORS`), worked out per segment and summed; adds up to it.
        segments: the same for each segment; totals come from their sums.
    """

    baseline: Figures
    scenario: Figures
    gain: float
    parts: Mapping[str, float]
    caps: tuple[Cap, ...]
    reasons: tuple[Reason, ...]
    segments: tuple[SegmentWhatIf, ...]


def whatif(
    funnel: PricedFunnel,
    levers: Iterable[Lever],
    segments: Collection[str] = (),
    model: RepeatModel = RepeatModel.LINEAR,
    own: Benchmarks | None = None,
) -> WhatIf:
    """Revenue of the cohort if the levers were moved; levers are assumed independent.

    A segment's own lever stands in place of the total's. Without a lever the scenario is the baseline, exactly.

    Args:
        funnel: every segment, so that each has others to rise to.
        levers: what the scenario changes.
        segments: count these alone; empty = all.
        model: how conversions after the deal move the deals of a buyer.
        own: the best of each segment's own earlier periods, for levers that rise to it.

    Raises:
        JourneyError: see `LeverSet`; `no_transactions`.
    """
    if not funnel.has_money:
        raise JourneyError("no_transactions")
    chosen = LeverSet(funnel, levers)
    rises = Rises(funnel, chosen, own)
    sides = [
        _moved(funnel, segment, chosen.of(segment.segment), rises, model)
        for segment in funnel.only(segments).segments
    ]
    return WhatIf(
        baseline=_total([side.before for side in sides]),
        scenario=_total([side.after for side in sides]),
        gain=sum(side.gain for side in sides),
        parts={factor: sum(side.parts[place] for side in sides) for place, factor in enumerate(FACTORS)},
        caps=tuple(cap for side in sides for cap in side.notes.caps),
        reasons=tuple(reason for side in sides for reason in side.notes.reasons),
        segments=tuple(side.shown() for side in sides),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What adds up over segments."""

    leads: float
    buyers: float
    deals: float
    money: float
    outside: float

    def figures(self) -> Figures:
        return Figures(
            leads=self.leads,
            conversion=self.buyers / self.leads if self.leads else None,
            average_check=self.money / self.deals if self.deals else None,
            deals_per_buyer=self.deals / self.buyers if self.buyers else None,
            revenue=self.money + self.outside,
            outside=self.outside,
        )


@dataclass(frozen=True, slots=True)
class _Notes:
    """What is said about the levers of a segment; fills while it is worked out."""

    segment: str
    caps: list[Cap] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def nothing_moves(self, target: str, code: str) -> None:
        self.reasons.append(Reason(self.segment, target, code))


@dataclass(frozen=True, slots=True)
class _Side:
    before: _Sums
    after: _Sums
    gain: float
    parts: Sequence[float]
    counts: tuple[float, ...]
    notes: _Notes

    def shown(self) -> SegmentWhatIf:
        return SegmentWhatIf(
            self.notes.segment,
            self.before.figures(),
            self.after.figures(),
            self.gain,
            dict(zip(FACTORS, self.parts, strict=True)),
            self.counts,
        )


def _total(parts: Sequence[_Sums]) -> Figures:
    return _Sums(
        leads=sum(part.leads for part in parts),
        buyers=sum(part.buyers for part in parts),
        deals=sum(part.deals for part in parts),
        money=sum(part.money for part in parts),
        outside=sum(part.outside for part in parts),
    ).figures()


def _moved(
    funnel: PricedFunnel,
    segment: PricedSegment,
    levers: Mapping[str, Lever],
    rises: Rises,
    model: RepeatModel,
) -> _Side:
    """The segment before and after: everything after is before times a ratio, so no lever means no change."""
    notes = _Notes(segment.segment)
    steps = [1.0] * len(funnel.transitions)
    for transition in funnel.transitions:
        lever = levers.get(funnel.name(transition))
        if lever is not None:
            benchmark = rises.of(segment.segment, transition, lever.unit)
            steps[transition] = _ratio(segment.conversion(transition), lever, benchmark, notes)
    leads, check, often = (1 + levers[name].amount if name in levers else 1.0 for name in AMOUNTS)
    path, repeat = prod(steps[: funnel.deal_index]), prod(steps[funnel.deal_index :])
    first, buyers, deals = segment.counts[0], segment.counts[funnel.deal_index], segment.deals
    money, outside = float(segment.revenue), float(segment.outside)
    gain, parts = 0.0, (0.0,) * len(FACTORS)
    if deals and buyers:
        factors = (first, buyers / first, money / deals, deals / buyers)
        ratios = (leads, path, check, _frequency_ratio(deals / buyers, repeat, model, notes) * often)
        gain = money * (prod(ratios) - 1)
        parts = contributions(
            factors, [factor * ratio for factor, ratio in zip(factors, ratios, strict=True)]
        )
        deals *= ratios[0] * ratios[1] * ratios[3]
    else:
        for name in (AVERAGE_CHECK, DEALS_PER_BUYER):
            if name in levers:
                notes.nothing_moves(name, "no_deals")
    return _Side(
        before=_Sums(first, buyers, segment.deals, money, outside),
        after=_Sums(first * leads, buyers * leads * path, deals, money + gain, outside),
        gain=gain,
        parts=parts,
        counts=tuple(count * leads * prod(steps[:place]) for place, count in enumerate(segment.counts)),
        notes=notes,
    )


def _frequency_ratio(frequency: float, repeat: float, model: RepeatModel, notes: _Notes) -> float:
    """Q'/Q where the conversions after the deal became `repeat` times as high: the first deal stays.

    Linear: Q' = 1 + (Q - 1) * repeat. Loop: every deal is followed by another with r = 1 - 1/Q, so
    Q' = 1 / (1 - r * repeat); r' stops at 0.99, or where it already is.
    """
    if repeat == 1:
        return 1.0
    if model is RepeatModel.LINEAR:
        return (1 + (frequency - 1) * repeat) / frequency
    share = 1 - 1 / frequency
    most = max(MOST_REPEATED, share)
    if share * repeat > most + _ROUNDING:
        notes.caps.append(Cap(notes.segment, REPEAT_SHARE, most))
    return 1 / (1 - min(most, share * repeat)) / frequency


def _ratio(rate: float | None, lever: Lever, benchmark: Benchmark | None, notes: _Notes) -> float:
    """c'/c of one transition, c' between 0 and 1; 1 where the lever has nothing to work on."""
    if not rate:
        notes.nothing_moves(lever.target, "nobody_passed")
        return 1.0
    if lever.unit is Unit.TARGET:
        return max(rate, lever.amount) / rate
    if lever.unit in (Unit.BEST, Unit.OWN, Unit.HEADROOM):
        if benchmark is None:
            notes.nothing_moves(lever.target, "nothing_to_compare")
            return 1.0
        share = lever.amount if lever.unit is Unit.HEADROOM else 1.0
        return 1 + share * (max(rate, benchmark.rate) / rate - 1)
    wanted = rate * (1 + lever.amount) if lever.unit is Unit.PERCENT else rate + lever.amount
    reached = min(max(wanted, 0.0), 1.0)
    if abs(wanted - reached) > _ROUNDING:
        notes.caps.append(Cap(notes.segment, lever.target, reached))
    return reached / rate
