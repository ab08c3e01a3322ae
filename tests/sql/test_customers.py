"""Lists of customers are exactly as long as the figures that lead to them, on both engines."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.funnel import funnel
from dashboard.analytics.lcpq import lcpq
from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import Excluded, Exclusion, StepWindow
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, JourneyQuery, Mode, Split
from dashboard.journey.whom import Slice, Went, Whom
from data_access.customer import fetch_customer
from data_access.customers import fetch_customers
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq
from data_access.pseudonyms import Pseudonyms
from data_access.sales import fetch_sales
from data_access.scope import Action, Scope
from tests.facts import ENGAGEMENT, SCOPE, Event, Sale, load, model_of, question
from tests.sql.test_funnel_random import KINDS, random_log
from tests.thorough import first_now

NAMES = Pseudonyms("only-for-tests")
PEOPLE, CONTACTS = (Scope(ENGAGEMENT, action, 0) for action in (Action.PEOPLE, Action.CONTACTS))
ALL = Slice(rows=10_000)
MODES = {
    "ordered": {},
    "first entry": {"entry": Entry.FIRST},
    "strict": {"mode": Mode.STRICT},
    "any": {"mode": Mode.ANY},
    "reached": {"mode": Mode.REACHED},
    "reached in a horizon": {"mode": Mode.REACHED, "horizon_days": 6},
    "a step may be missed": {"optional": ("B",)},
    "excluded": {"exclusions": (Exclusion("D", "A", "B", Excluded.REMOVE),)},
    "step windows": {"step_windows": (StepWindow("B", 3),)},
}


def people(facts: EngineFacts, query: JourneyQuery, whom: Whom, part: Slice = ALL) -> Any:
    return fetch_customers(facts, PEOPLE, query, whom, part, NAMES, most=10_000)


@pytest.fixture(params=["duck", "postgres"])
def random_facts(request: pytest.FixtureRequest) -> EngineFacts:
    """A random engagement: ties, calendar days, refunds, segments that change."""
    kind = KINDS["some calendar days"]
    log = random_log(kind, random.Random(7), customers=40)
    site = request.getfixturevalue(request.param)
    return load(site, log.events, log.sales, model=log.model, segments=log.segments, zone=kind.zone)


@pytest.mark.parametrize("mode", first_now(MODES, now=2))
def test_every_step_lists_whom_the_funnel_counts(mode: str, random_facts: EngineFacts) -> None:
    query = question(window_days=7, **MODES[mode])
    counted = query.with_(by=(Split.SEGMENT,), mature=True)
    found = funnel(fetch_funnel(random_facts, SCOPE, counted), counted, random_facts.info(SCOPE))
    assert found.total.steps[0].customers > 10
    for place, step in enumerate(found.total.steps[:3]):
        entered, on = (
            people(random_facts, query, Whom(step=step.stage, went=went)) for went in (None, Went.ON)
        )
        assert len(entered) == step.customers
        assert entered["token"].is_unique
        assert set(on["token"]) == set(entered["token"][entered["passed"] == 1])
        assert set(entered["passed"]) <= {0, 1}
        for group in found.groups[1:]:  # the first one is everybody
            at_step, later = group.steps[place], group.steps[place + 1]
            mine = entered[entered["segment"] == group.segment]
            assert len(mine) == at_step.customers
            if not query.optional:
                assert (mine["passed"] == 1).sum() == later.customers
    stage, group = found.stages[1], found.groups[1]
    stopped = people(random_facts, query, Whom(step=stage, went=Went.STOPPED, group=group.segment))
    all_of = people(random_facts, query, Whom(step=stage, group=group.segment))
    assert len(all_of) == group.steps[1].customers
    assert set(stopped["token"]) == set(all_of["token"][all_of["passed"] == 0])


def test_every_cell_lists_whom_the_map_counts(random_facts: EngineFacts) -> None:
    for more in ({}, {"segments": ("s",)}, {"channels": ("x",)}):
        query = question(window_days=5, **more)
        cells = fetch_heatmap(random_facts, SCOPE, query)
        for cell in cells.to_dict("records")[::3]:
            whom = Whom(stage=cell["stage"], channel=cell["channel"] if cell["level"] == "cell" else None)
            listed = people(random_facts, query, whom)
            assert len(listed) == cell["customers"]
            assert listed["touches"].sum() == cell["touches"]
            assert (listed["passed"] == 1).sum() == cell["passed"]
            assert listed["passed"].notna().sum() == cell["mature_customers"]
            on = people(random_facts, query, Whom(stage=whom.stage, channel=whom.channel, went=Went.ON))
            assert len(on) == cell["passed"]


def test_transactions_add_up_to_the_revenue_of_the_period(random_facts: EngineFacts) -> None:
    period = Period(date(2026, 3, 22), date(2026, 11, 5))
    for more in ({}, {"period": period}, {"period": period, "segments": ("s",)}, {"channels": ("x",)}):
        query = question(**more)
        frame = fetch_lcpq(random_facts, SCOPE, query)
        book = lcpq(frame, frame, query, random_facts.info(SCOPE), None, None)
        rows = fetch_sales(random_facts, PEOPLE, query, ALL, NAMES, most=10_000)
        whole = frame.to_dict("records")[0]
        assert sum(rows["amount"], Decimal(0)) == whole["revenue"]
        assert list(rows["kind"]).count("deal") == whole["deals"]
        assert float(sum(rows["amount"], Decimal(0))) == pytest.approx(book.total.revenue)
        if len(rows):
            first = rows.to_dict("records")[0]
            assert (first["total_amount"], first["total"]) == (whole["revenue"], len(rows))


def small(engine: sa.Engine) -> EngineFacts:
    """Three customers that a marketer can follow by hand; the window is seven days."""
    events = [
        Event("+79161", "A", 0, "site", "home page", manager="Olga"),
        Event("+79161", "B", 1.5, "store", "shelf", manager="Petr"),
        Event("+79162", "A", 0, "site"),
        Event("+79162", "B", 4, "email"),
        Event("+79163", "A", 2, "site", "home page"),
        Event("+79164", "B", 80),  # so late that every entry is ripe
    ]
    sales = [
        Sale("+79161", 3, 1_000, "d1", channel="store"),
        Sale("+79161", 5, -300, refund_of="d1", channel="store"),
        Sale("+79163", datetime(2026, 3, 1), "0.10", "d2"),
    ]
    segments = {"+79161": "new", "+79162": "gift"}
    return load(engine, events, sales, model=model_of("ABC", "C"), segments=segments)


def test_a_row_tells_the_way_of_a_customer(engine: sa.Engine) -> None:
    query = question(window_days=7, horizon_days=30)
    part = Slice(sort="revenue")
    rows = fetch_customers(small(engine), CONTACTS, query, Whom(), part, NAMES)
    first = rows.iloc[0]
    assert list(rows["customer"]) == ["+79161", "+79162", "+79163"]
    assert (first["segment"], first["reached"], first["days"]) == ("new", 3, 3.0)
    assert (first["deals"], first["revenue"], first["manager"]) == (1, Decimal(700), "Petr")
    assert (first["last_stage"], first["channel"], first["last_day"]) == ("C", "store", date(2026, 1, 4))
    assert (rows.iloc[1]["channel"], rows.iloc[1]["reached"]) == ("email", 2)
    assert list(rows["revenue"]) == [Decimal(700), Decimal(0), Decimal(0)]  # d2 lies behind the horizon
    assert set(rows["total"]) == {3}
    by_group = people(small(engine), query, Whom(by="channel", group="site", step="B"))
    assert len(by_group) == 2


def test_pages_follow_each_other_without_gap_or_overlap(engine: sa.Engine) -> None:
    facts = load(
        engine,
        [*(Event(f"u{number}", "A", number % 3) for number in range(25)), Event("late", "B", 80)],
        model=model_of("ABC", "C"),
    )
    query = question(window_days=7)
    for sort in ("last", "manager", "revenue", "days", "nonsense"):
        for descending in (True, False):
            parts = [Slice(sort, descending, first, 10) for first in (0, 10, 20)]
            pages = [people(facts, query, Whom(), part) for part in parts]
            assert [len(page) for page in pages] == [10, 10, 5]
            assert len({token for page in pages for token in page["token"]}) == 25
    assert len(fetch_customers(facts, PEOPLE, query, Whom(), Slice(rows=10**9), NAMES, most=12)) == 12


def test_who_may_not_see_contacts_sees_signs_and_cannot_search(engine: sa.Engine) -> None:
    facts, query = small(engine), question(window_days=7)
    part = Slice(search="9162")
    open_ = fetch_customers(facts, CONTACTS, query, Whom(), part, NAMES)
    masked = fetch_customers(facts, PEOPLE, query, Whom(), part, NAMES)
    assert list(open_["customer"]) == ["+79162"]
    assert len(masked) == 3
    assert "7916" not in masked.to_csv() + fetch_sales(facts, PEOPLE, query, ALL, NAMES).to_csv()
    assert set(open_["token"]) < set(masked["token"])
    for fetch in (
        lambda: fetch_customers(facts, SCOPE, query, Whom(), ALL, NAMES),
        lambda: fetch_sales(facts, SCOPE, query, ALL, NAMES),
        lambda: fetch_customer(facts, SCOPE, "+79161", "x"),
    ):
        with pytest.raises(JourneyError, match="no_right"):
            fetch()


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", "';--"])
def test_a_search_is_a_text_and_no_pattern(search: str, engine: sa.Engine) -> None:
    part = Slice(search=search)
    found = fetch_customers(small(engine), CONTACTS, question(window_days=7), Whom(), part, NAMES)
    assert found.empty


def test_one_customer_from_the_first_contact_to_the_refund(engine: sa.Engine) -> None:
    facts = small(engine)
    token = NAMES.token(ENGAGEMENT, "+79161")
    found = fetch_customer(facts, CONTACTS, "+79161", token)
    assert found is not None
    assert found.keys == ("+79161",)
    assert list(found.story["what"]) == ["touch", "touch", "deal", "refund"]
    assert list(found.story["stage"])[:3] == ["A", "B", "C"]
    assert (found.sums["deals"], found.sums["revenue"]) == (1, Decimal(700))
    assert (found.sums["first_day"], found.sums["touches"]) == (date(2026, 1, 1), 2)
    assert list(found.segments["segment"]) == ["new"]
    masked = fetch_customer(facts, PEOPLE, "+79161", token)
    assert masked is not None
    assert masked.keys == ()
    assert "7916" not in masked.name
    assert fetch_customer(facts, PEOPLE, "nobody", "x") is None
