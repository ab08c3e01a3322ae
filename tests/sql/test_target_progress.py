"""Plan and fact from the rows on: the screens' figures against plain Python over the same rows, on both engines."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import stdev

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.progress import all_progress, equation_progress
from dashboard.analytics.targets import Basis, Status
from dashboard.journey.period import Period
from dashboard.journey.query import Mode
from dashboard.journey.targets import Kpi, TargetKey
from tests.facts import SCOPE, Event, Sale, load, model_of, question

FIRST, LAST = date(2025, 3, 1), date(2026, 4, 12)  # twelve days of April are known
APRIL, MARCH = Period.parse("2026-04"), Period.parse("2026-03")


def customers() -> tuple[list[Event], list[Sale], dict[str, str]]:
    """Up to four leads a day with a whole-day time; some buy on the same or the next day, some twice."""
    draw = random.Random(11)
    events: list[Event] = []
    sales: list[Sale] = []
    segments: dict[str, str] = {}
    day = FIRST
    while day <= LAST:
        for number in range(draw.randint(2, 4) if day != LAST else 4):
            name = f"{day}-{number}"
            segments[name] = draw.choice(["gift", "own"])
            events.append(Event(name, "A", datetime(day.year, day.month, day.day), "site"))
            if number and draw.random() < 0.7:
                events.append(Event(name, "B", datetime(day.year, day.month, day.day), "site"))
            for deal in range(draw.choice([0, 1, 1, 2])):
                when = min(day + timedelta(days=deal), LAST)
                moment = datetime(when.year, when.month, when.day)
                sales.append(Sale(name, moment, draw.randint(100, 900), f"{name}-{deal}"))
        day += timedelta(days=1)
    return events, sales, segments


EVENTS, SALES, SEGMENTS = customers()


@pytest.fixture
def answers(engine: sa.Engine) -> Answers:
    return Answers(load(engine, EVENTS, SALES, model=model_of("ABC", deal="C"), segments=SEGMENTS))


def money(since: date, until: date) -> int:
    return sum(int(str(sale.amount)) for sale in SALES if since <= sale.when.date() < until)


def leads(since: date, until: date) -> int:
    """In play: a lead event in the period, or a deal there."""
    seen = {event.customer for event in EVENTS if since <= event.when.date() < until}
    return len(seen | {sale.customer for sale in SALES if since <= sale.when.date() < until})


def test_a_running_month_from_the_rows_on(answers: Answers) -> None:
    targets = {
        TargetKey(Kpi.REVENUE, "", "", "2026-04"): Decimal(50_000),
        TargetKey(Kpi.LEADS, "", "gift", "2026-04"): Decimal(20),
        TargetKey(Kpi.LEADS, "", "own", "2026-04"): Decimal(25),
        TargetKey(Kpi.AVERAGE_CHECK, "", "", "2026-04"): Decimal(400),
    }
    found = equation_progress(answers, SCOPE, question(period=APRIL), targets)
    assert set(found) == {Kpi.REVENUE, Kpi.LEADS, Kpi.AVERAGE_CHECK}
    first = date(2026, 4, 1)
    sums = [money(first + timedelta(n), first + timedelta(n + 1)) for n in range(12)]
    share = money(date(2025, 4, 1), date(2025, 4, 13)) / money(date(2025, 4, 1), date(2025, 5, 1))
    revenue = found[Kpi.REVENUE].progress
    assert revenue is not None
    assert revenue.actual == sum(sums)
    assert revenue.basis is Basis.YEAR_AGO
    assert float(revenue.pace or 0) == pytest.approx(50_000 * share)
    assert float(revenue.forecast or 0) == pytest.approx(sum(sums) / share)
    more = (1 - share) / share
    reach = 1.2815516 * stdev(sums) * (12 * (more**2 + more)) ** 0.5
    assert float(revenue.high or 0) == pytest.approx(sum(sums) / share + reach)
    people = found[Kpi.LEADS].progress
    assert people is not None
    assert people.target == 45  # what both segments shall bring
    assert people.actual == leads(first, date(2026, 4, 13))
    before = leads(date(2025, 4, 1), date(2025, 4, 13)) / leads(date(2025, 4, 1), date(2025, 5, 1))
    assert float(people.forecast or 0) == pytest.approx(float(people.actual or 0) / before)
    check = found[Kpi.AVERAGE_CHECK].progress
    assert check is not None
    deals = sum(1 for sale in SALES if sale.when.date() >= first)
    assert float(check.actual or 0) == pytest.approx(sum(sums) / deals)


def test_a_month_that_is_over_and_its_steps(answers: Answers) -> None:
    targets = {
        TargetKey(Kpi.REVENUE, "", "gift", "2026-03"): Decimal(1),
        TargetKey(Kpi.DEALS_PER_BUYER, "", "", "2026-03"): Decimal(2),
        TargetKey(Kpi.CONVERSION, "B", "", "2026-03"): Decimal("0.5"),
        TargetKey(Kpi.CONVERSION, "B", "gift", "2026-02"): Decimal("0.5"),
    }
    query = question(period=MARCH, mode=Mode.REACHED, segments=("own",), channels=("site",))
    found = all_progress(answers, SCOPE, query, targets)  # whatever the filters
    assert [(one.kpi, one.stage, one.segment) for one in found] == [
        (Kpi.DEALS_PER_BUYER, "", ""),
        (Kpi.REVENUE, "", "gift"),
        (Kpi.CONVERSION, "B", ""),
    ]
    ratio, revenue, step = (one.progress for one in found)
    assert ratio is not None
    assert revenue is not None
    assert step is not None
    assert (ratio.status, ratio.over, ratio.forecast) == (Status.BEHIND, True, None)
    assert (revenue.status, revenue.over) == (Status.AHEAD, True)
    march = [
        event
        for event in EVENTS
        if event.when.date() >= date(2026, 3, 1) and event.when.date() < date(2026, 4, 1)
    ]
    entered = {event.customer for event in march if event.stage == "A"}
    bought = {sale.customer for sale in SALES}
    passed = entered & ({event.customer for event in EVENTS if event.stage == "B"} | bought)
    assert float(step.actual or 0) == pytest.approx(len(passed) / len(entered))
