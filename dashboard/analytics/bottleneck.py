"""Bottlenecks in money: where a segment converts below the best other one, and what closing the gap is worth.

One relative per cent is worth the same at every step, so steps are ranked by headroom x money (DOMAIN
section 6). Recoverables are alternatives: they are never summed over steps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dashboard.analytics.priced import PricedFunnel, PricedSegment

MIN_CUSTOMERS = 30
_WEAKEST_SHRINKAGE = 10.0


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The rate that a transition of a segment is held against.

    Attributes:
        rate: share 0..1.
        segment: whose rate it is; None where segments do not really differ and the pooled rate stands in.
    """

    rate: float
    segment: str | None


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One transition of one segment, in customers and money.

    Attributes:
        customers: n_k, who stood at `from_stage`.
        passed: n_(k+1), who went on.
        conversion: share that went on; None without customers.
        benchmark: see `Benchmark.rate`; None with nothing to compare with.
        benchmark_segment: see `Benchmark.segment`.
        recoverable: money if the transition rose to the benchmark, all else unchanged.
        gross_loss: money that everybody who was lost here would have brought; never added up.
        one_point: money of one more point of conversion.
        low_n: fewer than 30 customers: shown, never ranked first.
        reasons: field -> why it is None (`not_priced`, `no_transactions`, `nobody_passed`, `nothing_to_compare`,
            `no_customers`).
    """

    segment: str
    from_stage: str
    to_stage: str
    customers: int
    passed: int
    conversion: float | None
    benchmark: float | None
    benchmark_segment: str | None
    recoverable: float | None
    gross_loss: float | None
    one_point: float | None
    low_n: bool
    reasons: Mapping[str, str]


def bottlenecks(funnel: PricedFunnel, segments: Collection[str] | None = None) -> tuple[Bottleneck, ...]:
    """Every transition of every segment, the most recoverable money first.

    Args:
        funnel: all segments, so that each has others to be compared with.
        segments: show these alone; None = all.

    Returns:
        Ranked rows, then those with fewer than 30 customers, then those without a figure.
    """
    benchmarks = best_other(funnel)
    rows = [
        _row(funnel, segment, transition, benchmarks[segment.segment][transition])
        for segment in funnel.segments
        if segments is None or segment.segment in segments
        for transition in funnel.transitions
    ]
    return tuple(sorted(rows, key=_rank))


def best_other(funnel: PricedFunnel) -> dict[str, tuple[Benchmark | None, ...]]:
    """Per segment the benchmark of each transition: the best other segment's shrunk rate.

    Rates of small segments are pulled towards the pooled rate, so that a lucky handful is no target. None
    where no other segment has 30 customers at the step.
    """
    shrunk = [_shrunk_rates(funnel, transition) for transition in funnel.transitions]
    return {
        segment.segment: tuple(_best(rates, segment.segment) for rates in shrunk)
        for segment in funnel.segments
    }


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
    funnel: PricedFunnel, segment: PricedSegment, transition: int, benchmark: Benchmark | None
) -> Bottleneck:
    customers, passed = segment.counts[transition], segment.counts[transition + 1]
    value = step_value(funnel, segment, transition)
    missing = _why_no_value(funnel, transition) if value is None else None
    reasons: dict[str, str] = {}
    if missing:
        reasons |= dict.fromkeys(("recoverable", "gross_loss", "one_point"), missing)
    if benchmark is None:
        reasons |= {"benchmark": "nothing_to_compare", "recoverable": missing or "nothing_to_compare"}
    if not customers:
        reasons["conversion"] = "no_customers"
    return Bottleneck(
        segment=segment.segment,
        from_stage=funnel.steps[transition],
        to_stage=funnel.steps[transition + 1],
        customers=customers,
        passed=passed,
        conversion=segment.conversion(transition),
        benchmark=benchmark.rate if benchmark else None,
        benchmark_segment=benchmark.segment if benchmark else None,
        recoverable=recoverable(funnel, segment, transition, benchmark.rate) if benchmark else None,
        gross_loss=None if value is None else (customers - passed) * value,
        one_point=None if value is None else customers * 0.01 * value,
        low_n=customers < MIN_CUSTOMERS,
        reasons=reasons,
    )


def _why_no_value(funnel: PricedFunnel, transition: int) -> str:
    if not funnel.has_money:
        return "no_transactions"
    return "nobody_passed" if funnel.is_priced(transition) else "not_priced"


def _rank(row: Bottleneck) -> tuple[int, float]:
    if row.recoverable is None:
        return 2, 0.0
    return int(row.low_n), -row.recoverable


def _shrunk_rates(funnel: PricedFunnel, transition: int) -> dict[str, Benchmark]:
    """Beta-binomial shrinkage over the segments with enough customers; one pooled rate where they do not differ."""
    seen = {
        segment.segment: (segment.counts[transition], segment.counts[transition + 1])
        for segment in funnel.segments
        if segment.counts[transition] >= MIN_CUSTOMERS
    }
    if not seen:
        return {}
    total = sum(n for n, _ in seen.values())
    pooled = sum(k for _, k in seen.values()) / total
    rho = _spread(seen.values(), total, pooled)
    if rho <= 0:
        return dict.fromkeys(seen, Benchmark(pooled, None))
    m = max(_WEAKEST_SHRINKAGE, 1 / rho - 1)
    return {name: Benchmark((k + m * pooled) / (n + m), name) for name, (n, k) in seen.items()}


def _spread(groups: Collection[tuple[int, int]], total: int, pooled: float) -> float:
    """rho: how much segments differ beyond chance; 0 where that cannot be told."""
    if len(groups) < 2 or not 0 < pooled < 1:
        return 0.0
    excess = sum(n * (k / n - pooled) ** 2 for n, k in groups) / (pooled * (1 - pooled)) - (len(groups) - 1)
    return excess / (total - sum(n * n for n, _ in groups) / total - (len(groups) - 1))


def _best(rates: Mapping[str, Benchmark], own: str) -> Benchmark | None:
    others = [benchmark for name, benchmark in rates.items() if name != own]
    return max(others, key=lambda benchmark: benchmark.rate, default=None)
