"""Web shop, CRM and survey through their ready mappings, against counts and sums of plain pandas."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from data_access import schema
from tests.sql.real_sets import Imported, imported
from tests.thorough import thorough

pytestmark = thorough


@pytest.fixture(scope="module")
def crm() -> Iterator[Imported]:
    """Opportunities of a hardware vendor."""
    yield from imported("crm_sales_opportunities")


@pytest.fixture(scope="module")
def airport() -> Iterator[Imported]:
    """Interviews at an airport."""
    yield from imported("sfo_survey_2017")


# ------------------------------------------------------------------------------------- toy shop


def test_pages_are_stages_of_visitors(toys: Imported) -> None:
    views = toys.raw("website_pageviews_first5000.csv.gz")
    sessions = toys.raw("website_sessions_first5000.csv.gz").set_index("website_session_id")
    events = toys.frame(schema.event)
    assert events["stage"].value_counts().to_dict() == {
        "home": 2_548, "products": 997, "product_page": 705, "cart": 303, "shipping": 205, "billing": 163, "order": 79,
    }  # fmt: skip
    own = sessions.loc[views["website_session_id"]].reset_index(drop=True)
    named = own["utm_source"] + " " + own["utm_campaign"]
    searched = own["http_referer"].map(lambda page: "direct" if page == "NULL" else "organic search")
    assert events["channel"].tolist() == named.where(own["utm_source"] != "NULL", searched).tolist()
    assert events["customer_key"].tolist() == own["user_id"].tolist()
    assert events["visit_ref"].tolist() == views["website_session_id"].tolist()
    assert events["occurred_at"].tolist() == pd.to_datetime(views["created_at"]).tolist()


def test_devices_segment_the_visitors(toys: Imported) -> None:
    sessions = toys.raw("website_sessions_first5000.csv.gz")
    last = sessions.drop_duplicates("user_id", keep="last").set_index("user_id")["device_type"]
    spans = toys.frame(schema.segment_span).merge(toys.frame(schema.customer), on="customer_id")
    assert spans.set_index("customer_key")["segment"].to_dict() == last.to_dict()


def test_lines_of_orders_add_up_to_the_orders(toys: Imported) -> None:
    orders = toys.raw("orders.csv.gz")
    deals = toys.frame(schema.deal).merge(toys.frame(schema.customer), on="customer_id")
    sold = deals[deals["kind"] == "deal"].set_index("deal_ref")
    assert len(sold) == len(orders) == 32_313
    assert sold["amount"].sum() == Decimal("1938509.75")
    assert sold["amount"].to_dict() == dict(
        zip(orders["order_id"], orders["price_usd"].map(Decimal), strict=True)
    )
    assert sold["customer_key"].to_dict() == dict(zip(orders["order_id"], orders["user_id"], strict=True))
    assert sold["customer_key"].nunique() == 31_696
    lines = toys.frame(schema.transaction_line)
    cogs = sum(toys.raw("order_items.csv.gz")["cogs_usd"].map(Decimal))
    assert (
        lines.loc[lines["source"] == "orders", "cogs"].sum() == cogs == sum(orders["cogs_usd"].map(Decimal))
    )


def test_refunds_lower_revenue_and_name_their_order(toys: Imported) -> None:
    told = toys.raw("order_item_refunds.csv.gz")
    deals = toys.frame(schema.deal)
    refunds = deals[deals["kind"] == "refund"]
    assert len(refunds) == len(told) == 1_731
    assert refunds["amount"].sum() == Decimal("-85338.69")
    assert sorted(refunds["refund_ref"]) == sorted(told["order_id"])
    items = toys.raw("order_items.csv.gz").set_index("order_item_id")["product_id"]
    names = toys.raw("products.csv.gz").set_index("product_id")["product_name"]
    products = told["order_item_id"].map(items).map(names)
    assert refunds["product"].value_counts().to_dict() == products.value_counts().to_dict()
    back = told.groupby("order_id")["refund_amount_usd"].apply(lambda part: sum(map(Decimal, part)))
    price = toys.raw("orders.csv.gz").set_index("order_id")["price_usd"].map(Decimal)
    whole = set(back.index[back >= price[back.index]])
    assert set(deals.loc[deals["fully_refunded"], "deal_ref"]) == whole
    assert deals["amount"].sum() == Decimal("1938509.75") - Decimal("85338.69")


def test_the_truncated_page_views_end_the_data(toys: Imported) -> None:
    frame = toys.frame(schema.generation).iloc[0]
    assert frame["data_end"] == pd.Timestamp("2012-04-04 21:42:37")
    assert frame["has_history"]
    journey = toys.frame(schema.journey)
    reached = journey[journey["is_touch"]].groupby("stage")["customer_id"].nunique()
    views = toys.raw("website_pageviews_first5000.csv.gz").merge(
        toys.raw("website_sessions_first5000.csv.gz"), on="website_session_id"
    )
    people = views.groupby("pageview_url")["user_id"].nunique()
    assert reached.sum() == people.sum()
    assert reached["cart"] == people["/cart"]


# ------------------------------------------------------------------------------------------ CRM


def test_opportunities_are_touches_deals_and_losses(crm: Imported) -> None:
    rows = crm.raw("sales_pipeline.csv.gz")
    source = crm.source("opportunities")
    assert (source.rows, source.accepted, source.rejected) == (8_800, 8_300, 500)
    assert source.rejections[0].reason == "no_time"
    assert source.rows_without_customer == 1_088
    won, lost = rows[rows["deal_stage"] == "Won"], rows[rows["deal_stage"] == "Lost"]
    deals = crm.frame(schema.deal)
    assert len(deals) == len(won) == 4_238
    assert set(deals["kind"]) == {"deal"}
    assert deals["amount"].sum() == sum(won["close_value"].map(Decimal)) == Decimal(10_005_534)
    assert deals.groupby("product")["amount"].sum().to_dict() == (
        won["close_value"].map(Decimal).groupby(won["product"]).sum().to_dict()
    )
    ends = crm.frame(schema.deal_outcome)
    assert ends["outcome"].value_counts().to_dict() == {"won": 4_238, "lost": 2_473}
    assert ends["has_history"].all()  # every lost deal has engaged
    mine = ends[ends["outcome"] == "lost"].set_index("deal_ref")
    assert mine["local_day"].astype(str).to_dict() == lost.set_index("opportunity_id")["close_date"].to_dict()
    assert mine["manager"].to_dict() == lost.set_index("opportunity_id")["sales_agent"].to_dict()
    office = crm.raw("sales_teams.csv.gz").set_index("sales_agent")["regional_office"]
    assert (
        mine["channel"].value_counts().to_dict() == lost["sales_agent"].map(office).value_counts().to_dict()
    )


def test_the_misspelt_product_is_reported(crm: Imported) -> None:
    assert [item.labels for item in crm.source("opportunities").look_alikes] == [("GTX Pro", "GTXPro")]
    events = crm.frame(schema.event)
    rows = crm.raw("sales_pipeline.csv.gz")
    dated = rows[rows["engage_date"] != ""]
    assert (events["product"] == "GTXPro").sum() == (dated["product"] == "GTXPro").sum()
    assert events.loc[events["product"] == "GTXPro", "attributes"].isna().all()


def test_accounts_are_customers_with_a_sector(crm: Imported) -> None:
    accounts = crm.raw("accounts.csv.gz")
    spans = crm.frame(schema.segment_span).merge(crm.frame(schema.customer), on="customer_id")
    assert (
        spans.set_index("customer_key")["segment"].to_dict()
        == accounts.set_index("account")["sector"].to_dict()
    )
    bands = crm.frame(schema.attribute).query("name == 'employees'")["value"].value_counts().to_dict()
    edges: Any = pd.cut(
        accounts["employees"].astype(int),
        [0, 1_000, 3_000, 6_000, 10**9],
        right=False,
        labels=["<1000", "1000-2999", "3000-5999", ">=6000"],
    )
    assert bands == edges.value_counts().to_dict()


# --------------------------------------------------------------------------------------- survey


def test_scores_of_touchpoints_leave_codes_out(airport: Imported) -> None:
    people, answers = airport.raw("2017_SFO_Customer_Survey.csv.gz"), airport.frame(schema.survey_answer)
    assert airport.source("interviews").accepted == 2_831
    assert len(answers) == 2_831 * 26
    columns = {
        score.column: str(item.touchpoint.value)
        for item in airport.mapping.sources[0].surveys
        if (score := item.score) and item.touchpoint and item.metric.value == "csat"
    }
    given = answers[answers["metric"] == "csat"].dropna(subset=["score"])
    for column, touchpoint in columns.items():
        valid = people[people[column].isin(list("12345"))]
        score, weight = valid[column].astype(float), valid["WEIGHT"].astype(float)
        mine = given[given["touchpoint"] == touchpoint]
        assert len(mine) == len(valid)
        assert mine["score"].sum() == score.sum()
        expected = (score * weight).sum() / weight.sum()
        assert (mine["score"] * mine["weight"]).sum() / mine["weight"].sum() == pytest.approx(
            expected, rel=1e-12
        )


def test_nps_counts_0_to_10_alone(airport: Imported) -> None:
    people, answers = airport.raw("2017_SFO_Customer_Survey.csv.gz"), airport.frame(schema.survey_answer)
    scores = answers[answers["metric"] == "nps"]["score"].dropna()
    assert len(scores) == 872 + 564 + 677 + 291 + 342
    assert ((scores >= 9).sum(), (scores <= 6).sum()) == (872 + 564, 342)
    days = answers[answers["metric"] == "nps"]["local_day"].astype(str)
    assert days.tolist() == ("2017-05-" + people["INTDATE"].str.zfill(2)).tolist()
    told = answers[answers["metric"] == "nps"].set_index("respondent")["segment"]
    assert told.to_dict() == ("age group " + people.set_index("RESPNUM")["Q19AGE"]).to_dict()


# -------------------------------------------------------------------------------------------- all


@pytest.mark.parametrize("name", ["toys", "crm", "airport"])
def test_a_second_import_changes_nothing(name: str, request: pytest.FixtureRequest) -> None:
    found: Imported = request.getfixturevalue(name)
    before = _rows(found)
    with found.engine.begin() as connection:
        again = found.load(connection, 2)
    assert not again.changed
    for first, second in zip(found.report.sources, again.sources, strict=True):
        assert (second.known, second.rejected) == (first.accepted, first.rejected)
        assert [month.amount for month in second.months] == [month.amount for month in first.months]
        assert sum(month.rows for month in second.months) == second.rows
    assert _rows(found) == before


def _rows(found: Imported) -> dict[str, Any]:
    with found.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in schema.RAW
        }
