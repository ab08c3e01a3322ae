"""The whole answer about one effect, out of its sums."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import ceil, sqrt

import numpy as np

from dashboard.analytics.effect import (
    LEAST_PRE_WEEKS,
    Effect,
    EffectPlan,
    EffectWeek,
    Finding,
    Method,
    Power,
    Verdict,
    Why,
)
from dashboard.analytics.effect_difference import Comparison, comparison_of
from dashboard.analytics.effect_limits import ONE_LOOK, POWER, detectable, limit, needed
from dashboard.analytics.effect_looks import Seen, amount, look_rows, looks_of, money
from dashboard.analytics.effect_series import Line, line_of
from dashboard.analytics.effect_span import WEEK
from dashboard.analytics.effect_sums import EffectSums
from dashboard.analytics.effect_verdict import agree

MOST_AHEAD = 104  # weeks beyond which "can be told by then" is no answer
PACE_WEEKS = 8  # the latest mature weeks tell how many entries come


def effect(
    plan: EffectPlan,
    sums: EffectSums,
    *,
    until: date,
    price: Decimal | None = None,
    touched: Collection[str] = (),
    holidays: Collection[date] = (),
) -> Effect:
    """What came of an action.

    Args:
        until: data end day.
        price: money of one customer who goes on; None = the step has no price.
        touched: comparison segments that another action changed meanwhile.
        holidays: public holidays of the engagement's country.
    """
    plan = replace(plan, expected=promised(plan, sums))
    comparison = tuple(name for name in plan.comparison if name not in touched)
    target, control = sums.places(plan, comparison=comparison)
    seen = looks_of(plan, sums, comparison=comparison, holidays=holidays)
    last = seen[-1] if seen else None
    chosen = last.chosen if last else None
    people = amount(chosen, plan.expected, last.entries) if chosen and last else None
    more, told_on = _outlook(plan, sums, target, last)
    touched = tuple(name for name in plan.comparison if name in touched)
    return Effect(
        plan=plan,
        verdict=last.verdict if last else Verdict.CANNOT_TELL,
        reasons=last.reasons if last else (_why_nothing(plan, sums, until),),
        look=sums.span.look,
        limit=limit(max(1, sums.span.look), plan.weeks),
        chosen=chosen.method if chosen else None,
        findings=last.findings if last else (),
        missing=_missing(last, touched),
        agree=agree(last.findings) if last else None,
        points=amount(chosen, plan.expected) if chosen else None,
        people=people,
        money=money(people, price),
        price=price,
        entries=last.entries if last else 0,
        not_counted=_not_counted(sums, target),
        detectable=last.least if last else power(plan, sums).detectable,
        needed=more,
        told_on=told_on,
        weeks=_weeks(sums, target, _without(sums, target, control, chosen, holidays)),
        control=_weeks(sums, control, {}) if control else (),
        looks=look_rows(plan, sums, seen, target),
        touched=touched,
        sums_until=until,
    )


def power(plan: EffectPlan, sums: EffectSums) -> Power:
    """What a registration can hope for, by the present rate and pace."""
    target, control = sums.places(plan, comparison=plan.comparison)
    rate, pace = sums.share(target), _pace(sums, target)
    entries = round(pace * plan.weeks)
    beside = comparison_of(sums, target, control)
    breadth = 1.0 if isinstance(beside, Why) else beside.breadth
    least = detectable(rate, entries, breadth) if rate is not None else None
    more = needed(rate, plan.expected, breadth) if rate is not None else None
    why = Why.SHORT_PAST if sums.span.past < LEAST_PRE_WEEKS else Why.FEW_ENTRIES if least is None else None
    return Power(
        rate=rate,
        entries=entries,
        detectable=least,
        weak=least is not None and abs(plan.expected) < least,
        needed=more,
        first_look=plan.look_day(1),
        last_look=plan.look_day(plan.weeks),
        told_on=_day(plan, more / pace) if more is not None and pace else None,
        pre_weeks=sums.span.past,
        why=why,
    )


def promised(plan: EffectPlan, sums: EffectSums) -> float:
    """The expected share; of joint actions each counts for its segment's share of the entries before the start."""
    if not plan.promises:
        return plan.expected
    entries = sums.past(sums.reached)
    target, _ = sums.places(plan, comparison=plan.comparison)
    every = entries[list(target)].sum()
    share = {name: entries[place] / every if every else 0.0 for place, name in enumerate(sums.segments)}
    return sum(
        expected * (1.0 if segment == plan.segment else share.get(segment, 0.0))
        for segment, expected in plan.promises
    )


def _pace(sums: EffectSums, target: tuple[int, ...]) -> float:
    """Entries of a week, by the latest mature ones."""
    weekly = sums.by_week(sums.reached)[list(target)].sum(axis=0)[: sums.span.mature][-PACE_WEEKS:]
    return float(weekly.mean()) if weekly.size else 0.0


def _why_nothing(plan: EffectPlan, sums: EffectSums, until: date) -> Why:
    """Why there has been no look."""
    if not sums.segments:
        return Why.NO_DATA
    return Why.NOT_STARTED if plan.starts_on > until else Why.NOT_MATURE


def _missing(last: Seen | None, touched: tuple[str, ...]) -> tuple[tuple[Method, Why], ...]:
    """Why a method says nothing; a comparison that was named is not missing, another action took it away."""
    found = last.missing if last else ()
    return tuple(
        (method, Why.COMPARISON_TOUCHED if touched and why is Why.NO_COMPARISON else why)
        for method, why in found
    )


def _not_counted(sums: EffectSums, target: tuple[int, ...]) -> int:
    """Entries after the start whose window is still open."""
    weekly = sums.by_week(sums.reached)[list(target)].sum(axis=0)
    return int(weekly[max(sums.span.mature, sums.span.before) :].sum())


def _outlook(
    plan: EffectPlan, sums: EffectSums, target: tuple[int, ...], last: Seen | None
) -> tuple[int | None, date | None]:
    """Entries more until the promised effect can be told, and the day by which they are mature.

    Before the first look by the rule of thumb; afterwards by the error that the looks really have, which shrinks with
    the root of the entries.
    """
    ahead = power(plan, sums)
    if last is None or last.chosen is None:
        return ahead.needed, ahead.told_on
    if last.verdict is not Verdict.CANNOT_TELL or not plan.expected:
        return 0, None
    bar = max(limit(plan.weeks, plan.weeks), ONE_LOOK)
    enough = ceil(last.entries * ((bar + POWER) * last.chosen.error / plan.expected) ** 2)
    more, pace = max(0, enough - last.entries), _pace(sums, target)
    if not more or not pace:
        rest = last.week < plan.weeks
        return more, plan.look_day(last.week + 1) if rest else None
    return more, _day(plan, last.week + more / pace)


def _day(plan: EffectPlan, weeks: float) -> date | None:
    """Day on which so many weeks are mature; None where nobody would wait for it."""
    return plan.look_day(max(1, ceil(weeks))) if weeks <= MOST_AHEAD else None


Band = dict[int, tuple[float, float]]  # place of a week -> share without the action, standard error


def _without(
    sums: EffectSums,
    target: tuple[int, ...],
    control: tuple[int, ...],
    chosen: Finding | None,
    holidays: Collection[date],
) -> Band:
    """What the chosen method says each week would have been; before any look the series, where there is a past."""
    if not target:
        return {}
    span = sums.span
    entries, gap = (sums.by_week(values) for values in sums.gap(target))
    own = sums.by_week(sums.went)[list(target)].sum(axis=0)
    places = [week for week in range(span.mature) if entries[week]]
    # the share at the segments' rates before the start, with the week's own mix
    mix = {week: float((own[week] - gap[week]) / entries[week]) for week in places}
    if chosen is not None and chosen.method is Method.DIFFERENCE:
        groups = comparison_of(sums, target, control)
        return _beside(groups, mix) if isinstance(groups, Comparison) else {}
    line = line_of(sums, target, holidays)
    return _onwards(line, mix) if isinstance(line, Line) else {}


def _beside(groups: Comparison, mix: dict[int, float]) -> Band:
    gap = groups.gap
    return {
        week: (share + float(gap.control[week]), sqrt(float(gap.variance[week]) * groups.unrest))
        for week, share in mix.items()
        if np.isfinite(gap.control[week])
    }


def _onwards(line: Line, mix: dict[int, float]) -> Band:
    days = {week: slice(WEEK * week, WEEK * (week + 1)) for week in mix}
    return {week: (share + line.without(days[week]), line.error(days[week])) for week, share in mix.items()}


def _weeks(sums: EffectSums, places: tuple[int, ...], without: Band) -> tuple[EffectWeek, ...]:
    """Every week of the span; the band is where such a week's share lies 95 times in 100."""
    span = sums.span
    reached, went = (
        sums.by_week(values)[list(places)].sum(axis=0).astype(int) for values in (sums.reached, sums.went)
    )
    rows = []
    for week in range(span.before + span.after):
        since, until = span.days_of(week)
        share, error = without.get(week, (None, 0.0))
        mature = week < span.mature
        rows.append(
            EffectWeek(
                number=span.number(week),
                since=since,
                until=until,
                reached=int(reached[week]),
                went_on=int(went[week]),
                rate=float(went[week] / reached[week]) if mature and reached[week] else None,
                mature=mature,
                without=share,
                low=None if share is None else max(0.0, share - ONE_LOOK * error),
                high=None if share is None else min(1.0, share + ONE_LOOK * error),
            )
        )
    return tuple(rows)
