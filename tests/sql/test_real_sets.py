"""The two real sets through their ready mappings, against counts and sums of plain pandas."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from data_access import schema
from tests.sql.real_sets import Imported
from tests.thorough import thorough

pytestmark = thorough

# ---------------------------------------------------------------------------------- the bank's log


def test_states_of_applications_reach_their_stages(bank: Imported, log: Any) -> None:
    events = bank.frame(schema.event)
    reached = events.groupby("raw_label")["customer_key"].nunique()
    names = [
        "A_SUBMITTED",
        "A_PREACCEPTED",
        "A_ACCEPTED",
        "A_FINALIZED",
        "O_SENT",
        "O_SENT_BACK",
        "A_ACTIVATED",
    ]
    assert reached[names].tolist() == [13_087, 7_367, 5_113, 5_015, 5_015, 3_254, 2_246]  # the publisher's
    assert reached[names].tolist() == [log[log["name"] == name]["case"].nunique() for name in names]
    by_stage = events[events["stage"] != "unmapped"].groupby("stage")["customer_key"].nunique()
    assert by_stage.to_dict() == {
        "application": 13_087,
        "preaccepted": 7_367,
        "accepted": 5_113,
        "offer_sent": 5_015,
        "offer_returned": 3_254,
        "activated": 2_246,
    }


def test_every_row_of_the_log_is_accounted_for(bank: Imported, log: Any) -> None:
    state = log["name"].str[:2].isin(["A_", "O_"])
    work = log["name"].str.startswith("W_") & (log["step"] == "COMPLETE")
    source = bank.source("log")
    assert source.rows == len(log) == 262_200
    assert source.accepted == source.written["event"] == (state | work).sum()
    assert source.left_out == {"nothing": (~state & ~work).sum()}
    assert source.rejected == source.known == source.rows_without_customer == 0
    unmapped = {item.label: item.rows for item in source.unmapped}
    ends = ["A_APPROVED", "A_CANCELLED", "A_DECLINED", "A_REGISTERED"]
    ends += ["O_ACCEPTED", "O_CANCELLED", "O_DECLINED"]
    assert unmapped == {name: (log["name"] == name).sum() for name in ends}


def test_channels_follow_resource_and_work(bank: Imported, log: Any) -> None:
    state = log["name"].str[:2].isin(["A_", "O_"])
    work = log["name"].str.startswith("W_") & (log["step"] == "COMPLETE")
    calls = log["name"].str.startswith("W_Nabellen")
    automatic = state & (log["resource"] == "112")
    expected = {
        "automatic": automatic.sum(),
        "phone": (work & calls).sum(),
        "back office": (state & ~automatic).sum() + (work & ~calls).sum(),
    }
    assert bank.frame(schema.event)["channel"].value_counts().to_dict() == expected


def test_zoned_times_become_utc_and_local_days(bank: Imported, log: Any) -> None:
    state = log["name"].str[:2].isin(["A_", "O_"])
    work = log["name"].str.startswith("W_") & (log["step"] == "COMPLETE")
    kept = log[state | work]
    events = bank.frame(schema.event)
    assert events["occurred_at"].tolist() == kept["utc"].dt.tz_localize(None).tolist()
    assert events["local_day"].tolist() == kept["day"].tolist()
    assert not events["date_only"].any()


def test_loans_keep_money_and_segment(bank: Imported, log: Any) -> None:
    paid = log[log["name"] == "A_ACTIVATED"]
    lines = bank.frame(schema.transaction_line)
    assert lines["amount"].sum() == sum(map(Decimal, paid["amount"])) == Decimal("35290338")
    by_month = _by_month(paid["day"].astype(str), paid["amount"].map(Decimal))
    assert {
        month.month: month.amount_accepted for month in bank.source("log").months if month.amount
    } == by_month
    deals = bank.frame(schema.deal)
    assert len(deals) == 2_246
    assert deals["amount"].sum() == Decimal("35290338")
    asked = log[log["name"] == "A_SUBMITTED"]["amount"].astype(int)
    bands: Any = pd.cut(
        asked, [-1, 4_999, 9_999, 19_999, 10**9], labels=["<5000", "5000-9999", "10000-19999", ">=20000"]
    )
    assert (
        bank.frame(schema.segment_value)["segment"].value_counts().to_dict() == bands.value_counts().to_dict()
    )
    assert bank.frame(schema.customer)["customer_id"].nunique() == 13_087


# ------------------------------------------------------------------------------ the grocery chain


def test_lines_of_a_basket_are_one_deal(shop: Imported, lines: Any) -> None:
    baskets = lines.groupby(["household_id", "basket_id", "day"])["amount"].sum()
    deals = shop.frame(schema.deal)
    assert len(deals) == len(baskets)
    assert (deals["kind"] == "deal").sum() == (baskets > 0).sum()
    assert deals["amount"].sum() == lines["amount"].sum() == Decimal("233935.24")
    assert (
        deals.groupby("deal_ref")["amount"].sum().to_dict()
        == lines.groupby("basket_id")["amount"].sum().to_dict()
    )


def test_basket_sums_agree_by_month_product_and_store(shop: Imported, lines: Any) -> None:
    source = shop.source("baskets")
    assert source.accepted == source.rows == 75_000
    assert {month.month: month.amount for month in source.months} == _by_month(lines["day"], lines["amount"])
    category = shop.raw("products.csv.gz").set_index("product_id")["product_category"]
    category = category.str.replace("CHRISTMAS  SEASONAL", "CHRISTMAS SEASONAL")  # inner blanks are folded
    stored = shop.frame(schema.transaction_line)
    sold = lines["amount"].groupby(lines["product_id"].map(category).fillna("")).sum()
    assert stored.groupby(stored["product"].fillna(""))["amount"].sum().to_dict() == sold.to_dict()
    stores = lines.groupby("Store " + lines["store_id"])["amount"].sum()
    assert stored.groupby("channel")["amount"].sum().to_dict() == stores.to_dict()
    assert stored["quantity"].tolist() == lines["quantity"].astype(float).tolist()
    assert stored["occurred_at"].tolist() == pd.to_datetime(lines["transaction_timestamp"]).tolist()


def test_campaigns_take_day_and_type_from_their_description(shop: Imported) -> None:
    sent = shop.raw("campaigns.csv.gz").merge(shop.raw("campaign_descriptions.csv.gz"), on="campaign_id")
    events = shop.frame(schema.event)
    campaigns = events[events["stage"] == "campaign"]
    assert campaigns["date_only"].all()
    stored = campaigns.groupby(["touchpoint", "channel", campaigns["local_day"].astype(str)]).size()
    expected = sent.groupby(["Campaign " + sent["campaign_id"], "campaign_type", "start_date"]).size()
    assert stored.to_dict() == expected.to_dict()
    assert campaigns["customer_key"].nunique() == 1_559
    coupons = events[events["stage"] == "coupon"]
    redeemed = shop.raw("coupon_redemptions.csv.gz")
    assert len(coupons) == len(redeemed) == 2_102
    assert coupons["customer_key"].nunique() == 410
    assert coupons["product"].tolist() == redeemed["coupon_upc"].tolist()  # leading digits stay
    assert coupons["local_day"].astype(str).tolist() == redeemed["redemption_date"].tolist()


def test_households_without_demographics_do_not_vanish(shop: Imported, lines: Any) -> None:
    told = shop.raw("demographics.csv.gz")
    values = shop.frame(schema.segment_value)
    assert len(values) == len(told) == 801
    assert values["segment"].value_counts().to_dict() == {
        "35-74K": 364,
        "75K and more": 225,
        "under 35K": 212,
    }
    attributes = shop.frame(schema.attribute).groupby("name")["customer_key"].size()
    assert attributes.to_dict() == {name: (told[name] != "").sum() for name in told.columns[1:]}
    bought = set(lines["household_id"])
    assert len(bought - set(told["household_id"])) == 1_576
    deals = shop.frame(schema.deal).merge(shop.frame(schema.customer), on="customer_id")
    unsegmented = deals[~deals["customer_key"].isin(values["customer_key"])]
    assert unsegmented["customer_key"].nunique() == 1_576
    outside = lines[~lines["household_id"].isin(told["household_id"])]
    assert unsegmented["amount"].sum() == outside["amount"].sum()


def test_coupon_discounts_are_costs(shop: Imported, lines: Any) -> None:
    spent = sum(
        (Decimal(text) for name in ("coupon_disc", "coupon_match_disc") for text in lines[name]), Decimal(0)
    )
    assert shop.frame(schema.cost)["amount"].sum() == spent


# ------------------------------------------------------------------------------------------ both


@pytest.mark.parametrize("name", ["bank", "shop"])
def test_a_second_import_changes_nothing(name: str, request: pytest.FixtureRequest) -> None:
    imported: Imported = request.getfixturevalue(name)
    before = _digest(imported)
    with imported.engine.begin() as connection:
        again = imported.load(connection, 2)
    assert again.accepted == 0
    for first, second in zip(imported.report.sources, again.sources, strict=True):
        assert second.known == first.accepted
        assert second.left_out == first.left_out
        assert [month.amount for month in second.months] == [month.amount for month in first.months]
    assert _digest(imported) == before


def _digest(imported: Imported) -> dict[str, Any]:
    with imported.engine.connect() as connection:
        return {
            table.name: connection.execute(
                sa.select(sa.func.count(), sa.func.sum(sa.func.hash(table.table_valued()))).select_from(table)
            ).one()
            for table in schema.RAW
        }


def _by_month(days: Any, amounts: Any) -> dict[str, Decimal]:
    return amounts.groupby(days.str.slice(0, 7)).sum().to_dict()
