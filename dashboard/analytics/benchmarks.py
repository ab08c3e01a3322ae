"""What a transition of a segment is held against (DOMAIN section 6): other segments, its own past, or a target."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.analytics.priced import PricedFunnel
from dashboard.errors import JourneyError
from dashboard.journey.query import Against, JourneyQuery

MIN_CUSTOMERS = 30
OWN_PERIODS = 12
_WEAKEST_SHRINKAGE = 10.0


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The rate that a transition of a segment is held against.

    Attributes:
        rate: share 0..1.
        segment: whose rate it is; None where segments do not really differ and the pooled rate stands in, and
            for a target.
        against: which kind of benchmark it is.
        beta: both parameters of the distribution that says how sure the rate is; None = it is certain.
    """

    rate: float
    segment: str | None
    against: Against = Against.BEST_OTHER
    beta: tuple[float, float] | None = None


_TARGET = re.compile(r"^(?P<transition>[^=]+>[^=]+)=(?P<number>\d+(?:[.,]\d+)?)(?P<percent>%?)$")

Benchmarks = dict[str, tuple[Benchmark | None, ...]]


def benchmarks_of(funnel: PricedFunnel, query: JourneyQuery, history: Sequence[PricedFunnel]) -> Benchmarks:
    """Per segment the benchmark of each transition; None where there is nothing to compare with.

    Args:
        funnel: all segments, so that each has others to be compared with.
        query: which benchmark is meant, and the targets.
        history: the periods before of equal length, the latest first: one for `previous`, up to twelve for
            `own_best` and for `best_other`, which falls back on them where no other segment has 30 customers.

    Raises:
        JourneyError: `no_target` where targets are meant and there is none; `target_without_step` for a target of
            no transition.
    """
    match query.against:
        case Against.TARGET:
            return _targets(funnel, query.targets)
        case Against.PREVIOUS:
            return _own(funnel, history[:1], Against.PREVIOUS)
        case Against.OWN_BEST:
            return own_best(funnel, history)
    own = own_best(funnel, history)
    return {
        name: tuple(other or mine for other, mine in zip(others, own[name], strict=True))
        for name, others in best_other(funnel).items()
    }


def parse_target(text: str) -> tuple[str, float]:
    """Read an aim `from>to=0.35` or `from>to=35%`: the transition and its share 0..1.

    Raises:
        JourneyError: `bad_target` with what was typed.
    """
    found = _TARGET.match("".join(text.split()))
    rate = float(found["number"].replace(",", ".")) / (100 if found["percent"] else 1) if found else -1.0
    if found is None or not 0 <= rate <= 1:
        raise JourneyError("bad_target", target=text)
    return found["transition"], rate


def best_other(funnel: PricedFunnel) -> Benchmarks:
    """Per segment the benchmark of each transition: the best other segment's shrunk rate.

    Rates of small segments are pulled towards the pooled rate, so that a lucky handful is no target. None
    where no other segment has 30 customers at the step, and for a segment whose own rate is unknown: nothing
    says how far it is from the others. Segments of rules over behaviour at or after the entry
    would have to be left out here; segments are of attributes and of columns alone.
    """
    shrunk = [_shrunk_rates(funnel, transition) for transition in funnel.transitions]
    return {
        segment.segment: tuple(
            None if segment.is_unknown(transition) else _best(rates, segment.segment)
            for transition, rates in zip(funnel.transitions, shrunk, strict=True)
        )
        for segment in funnel.segments
    }


def own_best(funnel: PricedFunnel, history: Sequence[PricedFunnel]) -> Benchmarks:
    """Per segment the best that each transition was in the last twelve periods with 30 customers at the step.

    Args:
        history: earlier periods of equal length, the latest first.
    """
    return _own(funnel, history[:OWN_PERIODS], Against.OWN_BEST)


def needs_history(funnel: PricedFunnel) -> bool:
    """True where a transition that counts has no other segment to be compared with, so its own past stands in."""
    others = best_other(funnel)
    return any(
        others[segment.segment][transition] is None
        and segment.counts[transition] >= MIN_CUSTOMERS
        and not segment.is_unknown(transition)
        and funnel.is_priced(transition)
        for segment in funnel.segments
        for transition in funnel.transitions
    )


def eligible(funnel: PricedFunnel, transition: int) -> dict[str, tuple[int, int]]:
    """(customers, those who went on) of each segment with enough customers at the step to be compared."""
    return {
        segment.segment: (segment.counts[transition], segment.counts[transition + 1])
        for segment in funnel.segments
        if segment.counts[transition] >= MIN_CUSTOMERS and not segment.is_unknown(transition)
    }


def _targets(funnel: PricedFunnel, targets: Collection[tuple[str, float]]) -> Benchmarks:
    if not targets:
        raise JourneyError("no_target")
    names = [funnel.name(transition) for transition in funnel.transitions]
    rates: dict[
        str, dict[str, float]
    ] = {}  # segment, or "" for all that have none of their own -> its targets
    for said, rate in targets:
        transition, _, segment = said.partition("@")
        if transition not in names:
            raise JourneyError("target_without_step", transition=transition, known=", ".join(names))
        rates.setdefault(segment, {})[transition] = rate
    found: Benchmarks = {}
    for segment in funnel.segments:
        own = {**rates.get("", {}), **rates.get(segment.segment, {})}
        found[segment.segment] = tuple(
            Benchmark(own[name], None, Against.TARGET) if name in own else None for name in names
        )
    return found


def _own(funnel: PricedFunnel, history: Sequence[PricedFunnel], against: Against) -> Benchmarks:
    """The best of a segment's own rates in periods before, where it had 30 customers at the step."""
    found: Benchmarks = {}
    for segment in funnel.segments:
        past = [one for before in history for one in before.segments if one.segment == segment.segment]
        row: list[Benchmark | None] = []
        for transition in funnel.transitions:
            seen = [one.counts[transition : transition + 2] for one in past if not one.is_unknown(transition)]
            rates = [_jeffreys(k, n, segment.segment, against) for n, k in seen if n >= MIN_CUSTOMERS]
            row.append(max(rates, key=lambda benchmark: benchmark.rate, default=None))
        found[segment.segment] = tuple(row)
    return found


def _jeffreys(passed: int, customers: int, segment: str | None, against: Against) -> Benchmark:
    return Benchmark(passed / customers, segment, against, (passed + 0.5, customers - passed + 0.5))


def _shrunk_rates(funnel: PricedFunnel, transition: int) -> dict[str, Benchmark]:
    """Beta-binomial shrinkage over the segments with enough customers; one pooled rate where they do not differ."""
    seen = eligible(funnel, transition)
    if not seen:
        return {}
    total, went_on = sum(n for n, _ in seen.values()), sum(k for _, k in seen.values())
    pooled = went_on / total
    rho = _spread(seen.values(), total, pooled)
    if rho <= 0:
        return dict.fromkeys(seen, _jeffreys(went_on, total, None, Against.BEST_OTHER))
    m = max(_WEAKEST_SHRINKAGE, 1 / rho - 1)
    return {
        name: Benchmark((k + m * pooled) / (n + m), name, beta=(k + m * pooled, n - k + m * (1 - pooled)))
        for name, (n, k) in seen.items()
    }


def _spread(groups: Collection[tuple[int, int]], total: int, pooled: float) -> float:
    """rho: how much segments differ beyond chance; 0 where that cannot be told."""
    if len(groups) < 2 or not 0 < pooled < 1:
        return 0.0
    excess = sum(n * (k / n - pooled) ** 2 for n, k in groups) / (pooled * (1 - pooled)) - (len(groups) - 1)
    return excess / (total - sum(n * n for n, _ in groups) / total - (len(groups) - 1))


def _best(rates: Mapping[str, Benchmark], own: str) -> Benchmark | None:
    others = [benchmark for name, benchmark in rates.items() if name != own]
    return max(others, key=lambda benchmark: benchmark.rate, default=None)
