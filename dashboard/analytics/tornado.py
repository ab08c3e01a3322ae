"""Tornado: which lever matters most, moved alone by the same amount and over its own history (DOMAIN section 7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.funnel import UNKNOWN
from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS, Lever, Unit
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import whatif
from dashboard.journey.query import RepeatModel

NOT_A_SHARE = "not_a_share"
NO_HISTORY = "no_history"
NOBODY_PASSED = "nobody_passed"
NO_DEALS = "no_deals"
NO_LEADS = "no_leads"


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """One lever, all others unchanged.

    Attributes:
        lever: `leads`, a transition `from>to`, `average_check` or `deals_per_buyer`.
        value: what it is now: customers, a share 0..1, money, deals of a buyer.
        one_point: gain of one more point of conversion [money]; None for levers that are no share.
        ten_percent: gain of +10 % [money].
        low, high: the least and the most it was in the earlier periods with at least 30 customers here.
        gain_at_low, gain_at_high: gain with the lever there [money]; the bar is drawn between them.
        periods: how many earlier periods have a value.
        reasons: field -> why it is None (`not_a_share`, `no_history`, `nobody_passed`, `no_deals`, `no_leads`,
            `unknown_transition`).
    """

    lever: str
    value: float | None
    one_point: float | None
    ten_percent: float | None
    low: float | None
    high: float | None
    gain_at_low: float | None
    gain_at_high: float | None
    periods: int
    reasons: Mapping[str, str] = field(default_factory=dict)


def tornado(
    funnel: PricedFunnel,
    history: Sequence[PricedFunnel],
    segments: Collection[str] = (),
    model: RepeatModel = RepeatModel.LINEAR,
) -> tuple[TornadoBar, ...]:
    """Every lever of the total, the longest bar first.

    A lever goes to where it was on the total by the same relative change in each segment.

    Args:
        funnel: the cohort that levers move, every segment.
        history: cohorts of earlier periods of equal length, for each lever's own range; a figure of fewer than 30
            customers, or deals, is chance and makes no range.
        segments, model: as for `whatif`.
    """
    now = _values(funnel.only(segments))
    unknown = _unknown(funnel.only(segments))
    past = [_values(earlier.only(segments), MIN_CUSTOMERS) for earlier in history]

    def gain(target: str, amount: float, unit: Unit = Unit.PERCENT) -> float:
        return whatif(funnel, [Lever(target, unit, amount)], segments, model).gain

    bars = []
    for name, value in now.items():
        seen = [found for values in past if (found := values.get(name)) is not None]
        is_share = ">" in name
        if not value:
            bars.append(_still(name, value, seen, UNKNOWN if name in unknown else None))
            continue
        low, high = (min(seen), max(seen)) if seen else (None, None)
        reasons = {} if is_share else {"one_point": NOT_A_SHARE}
        if not seen:
            reasons |= dict.fromkeys(("low", "high", "gain_at_low", "gain_at_high"), NO_HISTORY)
        bars.append(
            TornadoBar(
                lever=name,
                value=value,
                one_point=gain(name, 0.01, Unit.POINTS) if is_share else None,
                ten_percent=gain(name, 0.1),
                low=low,
                high=high,
                gain_at_low=None if low is None else gain(name, max(-1.0, low / value - 1)),
                gain_at_high=None if high is None else gain(name, max(-1.0, high / value - 1)),
                periods=len(seen),
                reasons=reasons,
            )
        )
    return tuple(sorted(bars, key=_length, reverse=True))


def _values(funnel: PricedFunnel, least: int = 1) -> dict[str, float | None]:
    """What each lever is on the total of a cohort, in the order of the equation; None where that is unknown.

    Args:
        least: a rate or an average of fewer customers, or deals, is None.
    """
    counts = [sum(segment.counts[place] for segment in funnel.segments) for place in range(len(funnel.steps))]
    deals = sum(segment.deals for segment in funnel.segments)
    money = sum(float(segment.revenue) for segment in funnel.segments)
    buyers = counts[funnel.deal_index]
    unknown = _unknown(funnel)
    steps = {
        funnel.name(place): counts[place + 1] / counts[place]
        if counts[place] >= least and funnel.name(place) not in unknown
        else None
        for place in funnel.transitions
        if funnel.is_priced(place)
    }
    return {
        LEADS: float(counts[0]) or None,
        **steps,
        AVERAGE_CHECK: money / deals if deals >= least else None,
        DEALS_PER_BUYER: deals / buyers if buyers >= least else None,
    }


def _unknown(funnel: PricedFunnel) -> frozenset[str]:
    """Transitions that too many lost deals of a segment may have made unseen: the total has no rate there."""
    return frozenset(
        funnel.name(place)
        for place in funnel.transitions
        if any(segment.is_unknown(place) for segment in funnel.segments)
    )


def _still(name: str, value: float | None, seen: Sequence[float], why: str | None = None) -> TornadoBar:
    """A lever that has nothing to work on, or whose rate nobody knows (`why`)."""
    why = why or (
        NOBODY_PASSED
        if ">" in name and value == 0
        else NO_LEADS
        if ">" in name or name == LEADS
        else NO_DEALS
    )
    names = ("one_point", "ten_percent", "gain_at_low", "gain_at_high")
    reasons = dict.fromkeys(names, why) | ({"value": why} if value is None else {})
    low, high = (min(seen), max(seen)) if seen else (None, None)
    reasons |= {} if seen else dict.fromkeys(("low", "high"), NO_HISTORY)
    return TornadoBar(name, value, None, None, low, high, None, None, len(seen), reasons)


def _length(bar: TornadoBar) -> tuple[float, float]:
    """By the range of history, then by the gain of ten per cent."""
    span = 0.0
    if bar.gain_at_low is not None and bar.gain_at_high is not None:
        span = abs(bar.gain_at_high - bar.gain_at_low)
    return span, abs(bar.ten_percent or 0.0)
