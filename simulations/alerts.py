"""How often do alert rules cry wolf, and how soon do they see a drop?

Draws weeks of a conversion, of people and of money from worlds in which nothing changes, walks every kind of rule over
them by the code that the worker runs, and counts the incidents of twenty weeks; then lets a conversion of 25 % fall by
a fifth at a thousand customers a week and looks whether the first closed week opens an incident. DOMAIN section 8
promises at most one false alert per rule in twenty weeks, and 90 of 100 drops seen. Figures of a full run stand in
docs/method.md.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.analytics.alert_episodes import walk
from dashboard.analytics.alert_points import Point
from dashboard.journey.alerts import AlertKind, AlertRule, Base, Limits, Side
from dashboard.journey.targets import Kpi

RUNS = 400
LOOKED = 20  # weeks
BEFORE = 26  # weeks of past at the first of them
START = date(2024, 1, 1)
RATE, CUSTOMERS = 0.25, 1000
CHECK, SPREAD = 5000.0, 1.0  # money of a deal is lognormal
LIMITS = AlertRule(1, "simulated", "", AlertKind.LIMITS, Kpi.CONVERSION, "a", "", "", Limits(side=Side.BOTH))
RULES: dict[str, AlertRule] = {
    "conversion, more than chance": LIMITS,
    "people, more than chance": replace(LIMITS, kpi=Kpi.LEADS),
    "money, more than chance": replace(LIMITS, kpi=Kpi.REVENUE),
    "average check, more than chance": replace(LIMITS, kpi=Kpi.AVERAGE_CHECK),
    "conversion, a tenth against the week before": replace(
        LIMITS, kind=AlertKind.RELATIVE, limits=Limits(side=Side.BOTH, change=0.1)
    ),
    "money, a tenth against the mean of 8 weeks": replace(
        LIMITS,
        kind=AlertKind.RELATIVE,
        kpi=Kpi.REVENUE,
        limits=Limits(side=Side.BOTH, change=0.1, base=Base.MEAN),
    ),
    "conversion below its own true level": replace(
        LIMITS, kind=AlertKind.ABSOLUTE, limits=Limits(threshold=RATE)
    ),
}


def main() -> None:
    """Print false alerts per rule in twenty weeks, and how many drops are seen."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"{runs} runs of {LOOKED} weeks without a change, {BEFORE} weeks before them: incidents per rule")
    for before, customers in ((BEFORE, CUSTOMERS), (8, CUSTOMERS), (120, CUSTOMERS), (BEFORE, 120)):
        print(f"{before} weeks of past, {customers} customers a week")
        for name, rule in RULES.items():
            print(f"  {name:<46} {false_alerts(rule, runs, before, customers):.2f}")
    print(f"A conversion of 25 % falls by a fifth, {CUSTOMERS} a week: seen in the first closed week")
    for before in (8, BEFORE, 60):
        print(f"  {before} weeks of past: {found_drops(5 * runs, before) / (5 * runs):.1%}")


def false_alerts(rule: AlertRule, runs: int, before: int = BEFORE, customers: int = CUSTOMERS) -> float:
    """Mean number of incidents that a rule opens in twenty weeks in which nothing changes."""
    rng = np.random.default_rng(runs + before + customers)
    opened = 0
    for _ in range(runs):
        points = [_week(rng, rule, number, customers) for number in range(before + LOOKED)]
        first = points[before].since
        opened += sum(one.opened.since >= first for one in walk(rule, points).episodes)
    return opened / runs


def found_drops(runs: int, before: int = BEFORE, drop: float = 0.2) -> int:
    """In how many runs the first closed week after a drop opens an incident, where none was open before."""
    rng = np.random.default_rng(runs + before)
    rule = replace(LIMITS, limits=Limits())
    found = 0
    for _ in range(runs):
        points = [_week(rng, rule, number, CUSTOMERS) for number in range(before)]
        points.append(_week(rng, rule, before, CUSTOMERS, RATE * (1 - drop)))
        going = walk(rule, points).going
        found += going is not None and going.last.since == points[-1].since
    return found


def _week(
    rng: np.random.Generator, rule: AlertRule, number: int, customers: int, rate: float = RATE
) -> Point:
    since = START + timedelta(days=7 * number)
    until = since + timedelta(days=7)
    if rule.kpi is Kpi.CONVERSION:
        return Point(since, until, int(rng.binomial(customers, rate)), customers, customers)
    people = int(rng.poisson(customers))
    if rule.kpi is Kpi.LEADS:
        return Point(since, until, people, None, people)
    levels = rng.lognormal(-(SPREAD**2) / 2, SPREAD, people)
    money = CHECK * float(levels.sum())
    return Point(since, until, money, people if rule.kpi is Kpi.AVERAGE_CHECK else None, people)


if __name__ == "__main__":
    main()
