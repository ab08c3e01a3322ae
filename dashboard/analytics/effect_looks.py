"""The weekly looks of an effect: what both methods, and the word, were after week 1, 2, ... up to now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.analytics.effect import Amount, EffectPlan, Finding, Look, Method, Verdict, Why
from dashboard.analytics.effect_difference import comparison_of, difference
from dashboard.analytics.effect_limits import detectable, limit
from dashboard.analytics.effect_series import line_of, series
from dashboard.analytics.effect_sums import EffectSums
from dashboard.analytics.effect_verdict import choose, judge


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that one look says.

    Attributes:
        least: least effect that the whole horizon can tell, at the pace up to this look.
    """

    week: int
    findings: tuple[Finding, ...]
    missing: tuple[tuple[Method, Why], ...]
    verdict: Verdict
    reasons: tuple[Why, ...]
    entries: int
    least: float | None

    @property
    def chosen(self) -> Finding | None:
        """The finding that the verdict stands on."""
        return choose(self.findings)


def looks_of(
    plan: EffectPlan, sums: EffectSums, *, comparison: Sequence[str], holidays: Collection[date] = ()
) -> tuple[Seen, ...]:
    """Every look up to now, in order.

    Args:
        comparison: segments that were really left as they are.
    """
    target, control = sums.places(plan, comparison=comparison)
    if not target or not sums.span.look:
        return ()
    line, beside = line_of(sums, target, holidays), comparison_of(sums, target, control)
    breadth = 1.0 if isinstance(beside, Why) else beside.breadth
    seen = []
    for week in range(1, sums.span.look + 1):
        said = {
            Method.DIFFERENCE: beside if isinstance(beside, Why) else difference(sums, beside, week),
            Method.SERIES: line if isinstance(line, Why) else series(sums, line, week),
        }
        findings = tuple(one for one in said.values() if isinstance(one, Finding))
        missing = tuple((method, one) for method, one in said.items() if isinstance(one, Why))
        entries = int(sums.since_start(sums.reached, week)[list(target)].sum())
        rate = sums.share(target)
        least = None if rate is None else detectable(rate, entries * plan.weeks / week, breadth)
        verdict, reasons = judge(plan, findings, least)
        if not findings:
            reasons = tuple(dict.fromkeys(why for _, why in reversed(missing)))
        seen.append(Seen(week, findings, missing, verdict, reasons, entries, least))
    return tuple(seen)


def amount(found: Finding, expected: float, times: float = 1.0) -> Amount:
    """The estimate in another unit, beside what was promised."""
    return Amount(found.estimate * times, found.low * times, found.high * times, expected * times)


def look_rows(
    plan: EffectPlan, sums: EffectSums, seen: tuple[Seen, ...], target: tuple[int, ...]
) -> tuple[Look, ...]:
    """Week 1 to the horizon: what was seen, and the days of what is still to come."""
    rows = []
    for week in range(1, plan.weeks + 1):
        one = seen[week - 1] if week <= len(seen) else None
        found = one.chosen if one else None
        rows.append(
            Look(
                week=week,
                day=plan.look_day(week),
                done=one is not None,
                entries=one.entries if one else 0,
                limit=limit(week, plan.weeks),
                expected=plan.expected,
                points=amount(found, plan.expected) if found else None,
                z=found.z if found else None,
                rate=_rate(sums, target, week) if one else None,
                verdict=one.verdict if one else None,
            )
        )
    return tuple(rows)


def _rate(sums: EffectSums, target: tuple[int, ...], week: int) -> float | None:
    place = sums.span.before + week - 1
    reached, went = (sums.by_week(values)[list(target), place].sum() for values in (sums.reached, sums.went))
    return float(went / reached) if reached else None


def money(amount: Amount | None, price: Decimal | None) -> Amount | None:
    """People at the price of one."""
    if amount is None or price is None:
        return None
    one = float(price)
    return Amount(amount.actual * one, amount.low * one, amount.high * one, amount.expected * one)
