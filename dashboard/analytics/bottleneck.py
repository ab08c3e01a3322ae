"""Bottlenecks in money: where a segment converts below its benchmark, and what closing the gap is worth.

One relative per cent is worth the same at every step, so steps are ranked by headroom x money (DOMAIN
section 6). Recoverables are alternatives: they are never summed over steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.analytics.benchmarks import MIN_CUSTOMERS, Benchmark, benchmarks_of
from dashboard.analytics.draws import Draws
from dashboard.analytics.funnel import UNKNOWN
from dashboard.analytics.likely import Place, gaps, lagging, range_of
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.journey.query import Against, JourneyQuery

NOTHING_TO_COMPARE = "nothing_to_compare"


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One transition of one segment, in customers and money.

    Attributes:
        customers: n_k, who stood at `from_stage`.
        passed: n_(k+1), who went on.
        conversion: share that went on; None without customers.
        benchmark: see `Benchmark.rate`; None with nothing to compare with.
        benchmark_segment: see `Benchmark.segment`.
        against: which benchmark it is; None with nothing to compare with.
        recoverable: money if the transition rose to the benchmark, all else unchanged.
        low, high: likely range (80 %) of the recoverable [money]; below 0 where the benchmark may be the worse rate.
        probability: chance, 0..1, that the benchmark really is above the conversion.
        proven: the segment converts below all others together by more than chance, and something is to be
            recovered; None where no test is possible.
        gross_loss: money that everybody who was lost here would have brought; never added up.
        one_point: money of one more point of conversion.
        low_n: fewer than 30 customers: shown, never ranked first.
        reasons: field -> why it is None (`not_priced`, `no_transactions`, `nobody_passed`, `nothing_to_compare`,
            `no_customers`, `too_few_customers`).
    """

    segment: str
    from_stage: str
    to_stage: str
    customers: int
    passed: int
    conversion: float | None
    benchmark: float | None
    benchmark_segment: str | None
    against: Against | None
    recoverable: float | None
    low: float | None
    high: float | None
    probability: float | None
    proven: bool | None
    gross_loss: float | None
    one_point: float | None
    low_n: bool
    reasons: Mapping[str, str]


def bottlenecks(
    funnel: PricedFunnel, query: JourneyQuery, history: Sequence[PricedFunnel] = ()
) -> tuple[Bottleneck, ...]:
    """Every transition of the chosen segments: what is proven before what is not, then the surest money first.

    Args:
        funnel: all segments, so that each has others to be compared with; choosing some changes no figure.
        query: seeds the draws; says which segments are shown and what they are held against.
        history: see `benchmarks_of`.

    Returns:
        Ranked rows, then those with fewer than 30 customers, then those without a figure. Within each by the
        lower end of the likely range.

    Raises:
        JourneyError: see `benchmarks_of`.
    """
    benchmarks = benchmarks_of(funnel, query, history)
    gap = gaps(funnel, benchmarks, query)
    rows = {
        (segment.segment, transition): _row(
            funnel,
            segment,
            transition,
            benchmarks[segment.segment][transition],
            gap.get((segment.segment, transition)),
        )
        for segment in funnel.segments
        for transition in funnel.transitions
    }
    ranked = [place for place, row in rows.items() if row.recoverable is not None and not row.low_n]
    lags = lagging(funnel, ranked)
    shown = (
        _judged(row, place, lags)
        for place, row in rows.items()
        if not query.segments or row.segment in query.segments
    )
    return tuple(sorted(shown, key=_rank))


def step_value(funnel: PricedFunnel, segment: PricedSegment, transition: int) -> float | None:
    """Value of one more customer reaching the step behind the transition [money]; None where nobody did."""
    passed = segment.counts[transition + 1]
    if not passed or not funnel.is_priced(transition):
        return None
    revenue = float(segment.revenue)
    if not funnel.before_deal(transition):
        revenue *= _repeat_share(funnel, segment)
    return revenue / passed


def recoverable(funnel: PricedFunnel, segment: PricedSegment, transition: int, target: float) -> float | None:
    """Money if the transition rose to `target` (share 0..1), all else unchanged; 0 where it is there already."""
    value, rate = step_value(funnel, segment, transition), segment.conversion(transition)
    if value is None or rate is None:
        return None
    return segment.counts[transition] * max(0.0, target - rate) * value


def _repeat_share(funnel: PricedFunnel, segment: PricedSegment) -> float:
    """1 - 1/Q: the part of the revenue that comes after the first deal."""
    return 1 - segment.counts[funnel.deal_index] / segment.deals if segment.deals else 0.0


def _row(
    funnel: PricedFunnel,
    segment: PricedSegment,
    transition: int,
    benchmark: Benchmark | None,
    gap: Draws | None,
) -> Bottleneck:
    """The row before it is known which rows are proven."""
    customers, passed = segment.counts[transition], segment.counts[transition + 1]
    if segment.is_unknown(transition):
        return _unknown(funnel, segment, transition)
    value = step_value(funnel, segment, transition)
    worth = None if value is None else customers * value  # money of one whole conversion
    low, high, probability = (None, None, None) if gap is None else range_of(gap)
    return Bottleneck(
        segment=segment.segment,
        from_stage=funnel.steps[transition],
        to_stage=funnel.steps[transition + 1],
        customers=customers,
        passed=passed,
        conversion=segment.conversion(transition),
        benchmark=benchmark.rate if benchmark else None,
        benchmark_segment=benchmark.segment if benchmark else None,
        against=benchmark.against if benchmark else None,
        recoverable=recoverable(funnel, segment, transition, benchmark.rate) if benchmark else None,
        low=_money(low, worth),
        high=_money(high, worth),
        probability=probability,
        proven=None,
        gross_loss=None if value is None else (customers - passed) * value,
        one_point=None if worth is None else worth * 0.01,
        low_n=customers < MIN_CUSTOMERS,
        reasons=_reasons(funnel, transition, customers, value, benchmark),
    )


def _unknown(funnel: PricedFunnel, segment: PricedSegment, transition: int) -> Bottleneck:
    """A transition that too many lost deals may have made unseen: it has no rate, and stands in no ranking."""
    figures = (
        "conversion", "benchmark", "benchmark_segment", "against", "recoverable", "low", "high", "probability",
        "proven", "gross_loss", "one_point",
    )  # fmt: skip
    return Bottleneck(
        segment=segment.segment,
        from_stage=funnel.steps[transition],
        to_stage=funnel.steps[transition + 1],
        customers=segment.counts[transition],
        passed=segment.counts[transition + 1],
        low_n=segment.counts[transition] < MIN_CUSTOMERS,
        reasons=dict.fromkeys(figures, UNKNOWN),
        **dict.fromkeys(figures),
    )


def _money(gap: float | None, worth: float | None) -> float | None:
    return None if gap is None or worth is None else gap * worth


def _reasons(
    funnel: PricedFunnel, transition: int, customers: int, value: float | None, benchmark: Benchmark | None
) -> dict[str, str]:
    reasons: dict[str, str] = {}
    if benchmark is None:
        compared = ("benchmark", "against", "recoverable", "low", "high", "probability")
        reasons |= dict.fromkeys(compared, NOTHING_TO_COMPARE)
    if value is None:
        missing = _why_no_value(funnel, transition)
        reasons |= dict.fromkeys(("recoverable", "low", "high", "gross_loss", "one_point"), missing)
    if not customers:
        reasons |= dict.fromkeys(("conversion", "probability"), "no_customers")
    return reasons


def _why_no_value(funnel: PricedFunnel, transition: int) -> str:
    if not funnel.has_money:
        return "no_transactions"
    return "nobody_passed" if funnel.is_priced(transition) else "not_priced"


def _judged(row: Bottleneck, place: Place, lags: Mapping[Place, bool]) -> Bottleneck:
    """The row with `proven`, or why nothing can be proven."""
    if place in lags:
        return replace(row, proven=lags[place] and bool(row.recoverable))
    why = row.reasons.get("recoverable") or ("too_few_customers" if row.low_n else NOTHING_TO_COMPARE)
    return replace(row, reasons={**row.reasons, "proven": why})


def _rank(row: Bottleneck) -> tuple[int, float]:
    if row.recoverable is None or row.low is None:
        return 3, 0.0
    if row.low_n:
        return 2, -row.low
    return int(not row.proven), -row.low
