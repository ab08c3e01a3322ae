"""LCPQ and heatmap on the two real sets, against sets and groups of plain pandas on the files alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.journey.period import Period
from dashboard.journey.query import Book, JourneyQuery, Split
from data_access.facts import EngineFacts
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq, fetch_outside
from data_access.retention import fetch_retention
from data_access.scope import Action, Scope
from tests.sql.real_sets import Imported
from tests.thorough import thorough

pytestmark = thorough

STAGES = ["application", "preaccepted", "accepted", "offer_sent", "offer_returned", "activated"]
STATES = {
    "A_SUBMITTED": 1,
    "A_PARTLYSUBMITTED": 1,
    "A_PREACCEPTED": 2,
    "A_ACCEPTED": 3,
    "A_FINALIZED": 3,
    "O_SELECTED": 3,
    "O_CREATED": 3,
    "O_SENT": 4,
    "O_SENT_BACK": 5,
    "A_ACTIVATED": 6,
}
WORK = {
    "W_Nabellen offertes": 4,
    "W_Nabellen incomplete dossiers": 5,
    "W_Afhandelen leads": 1,
    "W_Beoordelen fraude": 1,
    "W_Completeren aanvraag": 2,
    "W_Valideren aanvraag": 5,
}
PARTS = ["leads_of_period", "earlier_leads", "direct", "buyers", "deals"]


def ask(imported: Imported, fetch: Any, engine: sa.Engine | None = None, **fields: Any) -> Any:
    scope = Scope(imported.mapping.engagement, Action.READ, 0)
    return fetch(EngineFacts(engine or imported.engine), scope, JourneyQuery(scope.engagement, **fields))


def book(leads: pd.DataFrame, deals: pd.DataFrame, since: Any, until: Any) -> tuple[list[int], Decimal]:
    """The period book by sets; both frames have `who` and `day`, deals also `amount`."""
    now = set(leads.loc[(leads["day"] >= since) & (leads["day"] < until), "who"])
    before = set(leads.loc[leads["day"] < until, "who"])
    sold = deals[(deals["day"] >= since) & (deals["day"] < until)]
    paid = sold[sold["amount"] > 0]
    buyers = set(paid["who"])
    parts = [len(now), len((buyers - now) & before), len(buyers - now - before), len(buyers), len(paid)]
    return parts, sum(sold["amount"], Decimal(0))


@pytest.fixture(scope="module")
def touches(log: Any) -> Any:
    """The bank's mapped rows: who, day, utc, place of the stage, channel."""
    state = log["name"].isin(STATES)
    work = log["name"].isin(WORK) & (log["step"] == "COMPLETE")
    found = log[state | work].copy()
    found["place"] = found["name"].map({**STATES, **WORK})
    found["channel"] = "back office"
    found.loc[state & (found["resource"] == "112"), "channel"] = "automatic"
    found.loc[found["name"].str.startswith("W_Nabellen"), "channel"] = "phone"
    return found.rename(columns={"case": "who"})


@pytest.fixture(scope="module")
def loans(log: Any) -> Any:
    paid = log[log["name"] == "A_ACTIVATED"].rename(columns={"case": "who"})
    return paid.assign(amount=paid["amount"].map(Decimal))


@pytest.fixture(scope="module")
def baskets(lines: Any) -> Any:
    sums = lines.groupby(["household_id", "basket_id", "day"], as_index=False)["amount"].sum()
    return sums.rename(columns={"household_id": "who"})


@pytest.fixture(scope="module")
def reached(shop: Imported) -> Any:
    """Campaigns and coupons of the grocery chain: who, day, stage, channel."""
    sent = shop.raw("campaigns.csv.gz").merge(shop.raw("campaign_descriptions.csv.gz"), on="campaign_id")
    sent = sent.assign(stage="campaign", channel=sent["campaign_type"], day=sent["start_date"])
    coupons = shop.raw("coupon_redemptions.csv.gz").assign(stage="coupon")
    coupons["day"] = coupons["redemption_date"]
    both = pd.concat([sent, coupons]).rename(columns={"household_id": "who"})
    return both[["who", "day", "stage", "channel"]]


def test_the_banks_book_by_segment_and_month(bank: Imported, log: Any, touches: Any, loans: Any) -> None:
    asked = log[log["name"] == "A_SUBMITTED"].drop_duplicates("case").set_index("case")["amount"].astype(int)
    edges = [-1, 4_999, 9_999, 19_999, 10**9]
    bands: Any = pd.cut(asked, edges, labels=["<5000", "5000-9999", "10000-19999", ">=20000"])
    of = bands.astype(str).to_dict()
    found = ask(bank, fetch_lcpq, by=(Split.SEGMENT, Split.MONTH)).set_index(["segment", "month"])
    leads = touches[touches["place"] < 6]
    assert len(found) >= 4 * 5
    for (segment, month), row in found.iterrows():
        span = Period.parse(str(month))
        mine = leads[leads["who"].map(of) == segment], loans[loans["who"].map(of) == segment]
        parts, revenue = book(*mine, span.since, span.until)
        assert ([int(row[name]) for name in PARTS], row["revenue"]) == (parts, revenue), (segment, month)
    assert sum(found["revenue"]) == Decimal("35290338")


def test_the_banks_book_as_a_whole(bank: Imported, touches: Any, loans: Any) -> None:
    row = ask(bank, fetch_lcpq).iloc[0]
    parts, revenue = book(touches[touches["place"] < 6], loans, date.min, date.max)
    assert [int(row[name]) for name in PARTS] == parts == [13_087, 0, 0, 2_246, 2_246]
    assert row["revenue"] == revenue == Decimal("35290338")


@pytest.mark.parametrize("window_days", [7, 30])
def test_the_banks_heatmap(bank: Imported, log: Any, touches: Any, window_days: int) -> None:
    period = Period(date(2011, 11, 1), date(2012, 2, 1))
    found = ask(bank, fetch_heatmap, period=period, window_days=window_days)
    cells = found[found["level"] == "cell"].set_index(["stage", "channel"])
    state = log["name"].str[:2].isin(["A_", "O_"])
    end = log.loc[state | (log["step"] == "COMPLETE"), "utc"].max()
    window = pd.Timedelta(days=window_days)
    # who goes on is known by the times of each place; only a deal's own row (A_ACTIVATED) reaches the last
    times = {
        place: rows.groupby("who")["utc"].agg(list).to_dict() for place, rows in touches.groupby("place")
    }
    shown = touches[(touches["day"] >= period.since) & (touches["day"] < period.until)]
    assert len(cells) == len(touches[["place", "channel"]].drop_duplicates())
    for (place, channel), rows in shown.groupby(["place", "channel"]):
        first = rows.groupby("who")["utc"].min()
        ripe = first[first + window <= end]
        if place == 6:
            later: Any = {who: [at for at in times[6][who] if at > first[who]] for who in ripe.index}
        else:
            later = {
                who: [at for other in range(place + 1, 7) for at in times[other].get(who, [])]
                for who in ripe.index
            }
        passed = sum(any(at <= when <= at + window for when in later[who]) for who, at in ripe.items())
        row = cells.loc[(STAGES[place - 1], channel)]
        assert row.tolist()[1:] == [len(rows), len(first), len(ripe), passed], (place, channel)


def test_the_chains_book_by_month(shop: Imported, reached: Any, baskets: Any) -> None:
    found = ask(shop, fetch_lcpq, by=(Split.MONTH,)).set_index("month")
    assert len(found) >= 12
    for month, row in found.iterrows():
        span = Period.parse(str(month))
        parts, revenue = book(reached, baskets, str(span.since), str(span.until))
        assert ([int(row[name]) for name in PARTS], row["revenue"]) == (parts, revenue), month
    assert sum(found["earlier_leads"]) > 0
    assert sum(found["direct"]) > 0


@pytest.mark.parametrize(("since", "until"), [("2017-01-01", "2017-07-01"), ("2017-08-01", "2018-01-01")])
def test_the_chains_cohorts(shop: Imported, reached: Any, baskets: Any, since: str, until: str) -> None:
    days = 60
    period = Period(date.fromisoformat(since), date.fromisoformat(until))
    found = ask(shop, fetch_lcpq, period=period, book=Book.COHORT, horizon_days=days).set_index("mature")
    first = reached.groupby("who")["day"].min()  # calendar days: everything of that day counts
    first = first[(first >= since) & (first < until)]
    assert len(first) > 50
    last = {who: str(date.fromisoformat(day) + timedelta(days=days)) for who, day in first.items()}
    bought = baskets[baskets["who"].isin(first.index)]
    bought = bought[(bought["day"] >= bought["who"].map(first)) & (bought["day"] <= bought["who"].map(last))]
    ends = min(reached.groupby("stage")["day"].max().min(), baskets["day"].max())
    for mature in (True, False):
        people = {who for who in first.index if (last[who] <= ends) == mature}
        own = bought[bought["who"].isin(people)]
        paid = own[own["amount"] > 0]
        expected = [len(people), paid["who"].nunique(), len(paid), sum(own["amount"], Decimal(0))]
        if not people:
            assert mature not in found.index
            continue
        row = found.loc[mature]
        assert [row[name] for name in ("leads_of_period", "buyers", "deals", "revenue")] == expected, mature
    outside = ask(shop, fetch_outside, period=period, book=Book.COHORT, horizon_days=days)
    whole = ask(shop, fetch_lcpq, period=period).iloc[0]
    assert sum(found["revenue_in_period"]) + sum(outside["revenue"]) == whole["revenue"]


def test_the_chains_repeat_baskets(shop: Imported, baskets: Any) -> None:
    found = ask(shop, fetch_retention).set_index(["month", "deal_no", "months_since"])["customers"]
    paid = baskets[baskets["amount"] > 0].sort_values(["day", "basket_id"])
    paid = paid.assign(number=paid.groupby("who").cumcount() + 1, month=pd.PeriodIndex(paid["day"], freq="M"))
    first = paid[paid["number"] == 1].set_index("who")["month"]
    early = paid[paid["number"] <= 3].assign(cohort=lambda rows: rows["who"].map(first))
    since = [(later - earlier).n for later, earlier in zip(early["month"], early["cohort"], strict=True)]
    expected = early.assign(since=since).groupby(["cohort", "number", "since"]).size()
    assert {
        (str(pd.Timestamp(month).date())[:7], number, months): count
        for (month, number, months), count in found.items()
    } == {(str(month), number, months): count for (month, number, months), count in expected.items()}


def test_the_chains_products_and_channels_add_up(shop: Imported, lines: Any, baskets: Any) -> None:
    whole = ask(shop, fetch_lcpq).iloc[0]
    products = ask(shop, fetch_lcpq, by=(Split.PRODUCT,)).set_index("product")
    stores = ask(shop, fetch_lcpq, by=(Split.SALE_CHANNEL,)).set_index("sale_channel")
    first_lead = ask(shop, fetch_lcpq, by=(Split.CHANNEL,))
    assert sum(products["revenue"]) == sum(stores["revenue"]) == whole["revenue"] == sum(lines["amount"])
    for name in PARTS:
        assert sum(first_lead[name]) == whole[name]
    category = shop.raw("products.csv.gz").set_index("product_id")["product_category"]
    milk = lines[lines["product_id"].map(category) == "FLUID MILK PRODUCTS"]
    assert len(milk) > 1_000
    paid = set(baskets.loc[baskets["amount"] > 0, "basket_id"])  # the others were given away: no deals
    assert (products.loc["FLUID MILK PRODUCTS", "deals"], products.loc["FLUID MILK PRODUCTS", "revenue"]) == (
        len(paid & set(milk["basket_id"])),
        sum(milk["amount"]),
    )


def test_the_chains_heatmap_counts_calendar_days(shop: Imported, reached: Any, baskets: Any) -> None:
    days = 14
    found = ask(shop, fetch_heatmap, window_days=days)
    cells = found[(found["level"] == "cell") & (found["stage"] == "campaign")].set_index("channel")
    sent = reached[reached["stage"] == "campaign"]
    # the source that ends first decides who is mature
    end = min(sent["day"].max(), reached[reached["stage"] == "coupon"]["day"].max(), baskets["day"].max())
    onward = pd.concat([reached[reached["stage"] == "coupon"], baskets[baskets["amount"] > 0]])
    later = onward.groupby("who")["day"].agg(set).to_dict()
    for channel, rows in sent.groupby("channel"):
        first = rows.groupby("who")["day"].min()
        window = {
            who: [str(date.fromisoformat(day) + timedelta(days=more)) for more in range(days + 1)]
            for who, day in first.items()
        }
        ripe = [who for who in first.index if window[who][-1] <= end]
        passed = sum(bool(later.get(who, set()) & set(window[who])) for who in ripe)
        assert cells.loc[channel].tolist()[2:] == [len(rows), len(first), len(ripe), passed], channel
