"""The JSON that users script: names, nulls with reasons, totals, definition."""

from __future__ import annotations

from datetime import date

import orjson
import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import ANSWERS, twin
from dashboard.analytics import funnel as analytics_funnel
from dashboard.analytics import heatmap as analytics_heatmap
from dashboard.analytics import heatmap_metrics as analytics_heatmap_metrics
from dashboard.analytics import heatmap_money as analytics_heatmap_money
from dashboard.analytics import lcpq as analytics_lcpq
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.period import Period
from dashboard.journey.query import Against, Attribution, Mode, Split
from tests.facts import SCOPE, Event, Sale, load, question

LCPQ = {
    "leads", "leads_of_period", "earlier_leads", "direct", "buyers", "conversion", "conversion_of_leads",
    "average_check", "deals", "deals_per_buyer", "revenue", "new_buyers", "returning_buyers", "new_revenue",
    "returning_revenue", "refunds", "refunded", "fully_refunded", "zero_deals", "cost", "cpl", "cac", "romi",
}  # fmt: skip
FUNNEL = {
    "segment", "stage", "customers", "from_previous", "from_first", "ci_low", "ci_high", "median_days", "p75_days",
    "p90_days", "immature", "amount_entering", "amount_passing", "bound_low",
    "bound_high",
}  # fmt: skip
HEATMAP = {
    "stage", "channel", "touches", "customers", "share", "mature_customers", "progression", "lift", "ci_low", "ci_high",
    "lift_customers", "lift_others", "median_days", "timed", "sentiment", "rated", "nps", "nps_answers",
    "nps_rejected", "score",
    "score_answers", "exit_share", "stopped", "revenue", "removal", "cost", "cost_per_progression",
}  # fmt: skip
BOTTLENECK = {
    "segment", "from_stage", "to_stage", "customers", "conversion", "benchmark", "benchmark_segment", "against",
    "recoverable", "low", "high", "probability", "proven", "gross_loss", "one_point", "median_days",
}  # fmt: skip
WHATIF = {
    "baseline",
    "scenario",
    "gain",
    "gain_low",
    "gain_high",
    "gain_low_95",
    "gain_high_95",
    "gain_middle",
}
SIDE = {"leads", "conversion", "average_check", "deals_per_buyer", "revenue", "outside"}
FIRST, EVALUATION, LATER = "initial_consideration", "active_evaluation", "experience"


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Eighty customers of segment a (twenty buy twice), eighty of b (forty buy), data long past every window."""
    events, sales, segments = [], [], {}
    for number in range(160):
        name, segment = f"c{number}", "a" if number < 80 else "b"
        segments[name] = segment
        events.append(Event(name, FIRST, 0, channel="site", touchpoint="landing"))
        if number % 2 == 0:
            events.append(Event(name, EVALUATION, 1, channel="manager", touchpoint="call"))
        bought = number % 4 == 0 if segment == "a" else number % 2 == 0
        if bought:
            sales.append(Sale(name, 2, "100.10", f"o{number}", product="x", channel="store"))
            events.append(Event(name, LATER, 5, channel="service"))
        if bought and segment == "a":
            sales.append(Sale(name, 8, 50, f"p{number}", product="y"))
    events.append(Event("late", LATER, 400))
    sales.append(Sale("late", 400, 10, "z"))
    return Answers(load(sa.create_engine("duckdb:///:memory:"), events, sales, segments=segments))


JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def test_every_answer_has_the_same_four_parts(answers: Answers) -> None:
    for name in ANSWERS:
        answer = twin(name, answers, SCOPE, question(period=JANUARY))
        parts = WHATIF if name == "whatif" else {"rows", "total"}
        assert set(answer) == parts | {"definition", "reasons"}, name
        definition = answer["definition"]
        assert definition["period"] == {"since": "2026-01-01", "until": "2026-02-01"}
        assert definition["generation"] == 1
        assert definition["zone"] == "UTC"
        assert definition["mode"] == "ordered"
        assert definition["window_days"] == 90
        assert orjson.loads(orjson.dumps(answer)) == answer


def test_lcpq_rows_and_total(answers: Answers) -> None:
    answer = twin("lcpq", answers, SCOPE, question(period=JANUARY, by=(Split.SEGMENT,)))
    assert set(answer["total"]) == LCPQ | {"no_customer"}
    assert [row["segment"] for row in answer["rows"]] == ["a", "b", "(none)"]
    assert all(set(row) == LCPQ | {"segment"} for row in answer["rows"])
    total = answer["total"]
    assert (total["leads"], total["buyers"], total["deals"]) == (160, 60, 80)
    assert total["revenue"] == pytest.approx(60 * 100.10 + 20 * 50, abs=1e-9)
    product = total["leads"] * total["conversion"] * total["average_check"] * total["deals_per_buyer"]
    assert product == pytest.approx(total["revenue"], rel=1e-12)
    nobody = answer["rows"][2]
    assert (nobody["leads"], nobody["revenue"], nobody["conversion"]) == (0, 0, None)
    assert {"code", "field", "where", "text"} == set(answer["reasons"][0])
    assert any(item["code"] == "no_leads" and item["field"] == "conversion" for item in answer["reasons"])


def test_months_have_names_that_sort(answers: Answers) -> None:
    answer = twin(
        "lcpq", answers, SCOPE, question(period=Period(date(2026, 1, 1), date(2026, 3, 1)), by=(Split.MONTH,))
    )
    assert [row["month"] for row in answer["rows"]] == ["2026-01", "2026-02"]
    assert [row["deals"] for row in answer["rows"]] == [80, 0]


def test_products_know_no_leads_and_say_why(answers: Answers) -> None:
    answer = twin("lcpq", answers, SCOPE, question(period=JANUARY, by=(Split.PRODUCT,)))
    assert {row["product"]: row["revenue"] for row in answer["rows"]} == {"x": pytest.approx(6006), "y": 1000}
    assert all(row["leads"] is None and row["conversion"] is None for row in answer["rows"])
    assert any(item["field"] == "leads" for item in answer["reasons"])


def test_funnel_rows_hold_the_total_and_every_segment(answers: Answers) -> None:
    alone = twin("funnel", answers, SCOPE, question(period=JANUARY))
    assert [row["segment"] for row in alone["rows"]] == [None] * 6
    assert [row["customers"] for row in alone["rows"]] == [
        160,
        80,
        60,
        60,
        0,
        20,
    ]  # nobody triggers: optional
    split = twin("funnel", answers, SCOPE, question(period=JANUARY, by=(Split.SEGMENT,)))
    compared = {"difference", "difference_low", "difference_high", "p_value", "significant"}
    assert all(set(row) == FUNNEL | compared for row in split["rows"])
    assert len(split["rows"]) == 6 * 4  # total, a, b and those without a segment
    first = split["rows"][0]
    assert (first["from_first"], first["from_previous"]) == (1, None)
    assert alone["total"] is None


def test_heatmap_and_its_touchpoints(answers: Answers) -> None:
    answer = twin("heatmap", answers, SCOPE, question(period=JANUARY))
    assert all(set(row) == HEATMAP for row in answer["rows"])
    found = {(row["stage"], row["channel"]): row for row in answer["rows"]}
    assert found[EVALUATION, "manager"]["progression"] == 60 / 80
    deeper = twin("heatmap", answers, SCOPE, question(period=JANUARY, by=(Split.TOUCHPOINT,)))
    assert all(set(row) == HEATMAP | {"touchpoint"} for row in deeper["rows"])
    book = twin("lcpq", answers, SCOPE, question(period=JANUARY))["total"]
    for given in (answer, deeper):
        assert sum(row["revenue"] or 0 for row in given["rows"]) == pytest.approx(book["revenue"])


def test_contacts_are_credited_and_judged(answers: Answers) -> None:
    query = question(period=JANUARY)
    credited = twin("attribution", answers, SCOPE, query)
    total = credited["total"]
    assert total["sales"] == 60
    for model in Attribution:
        assert sum(row[str(model)] for row in credited["rows"]) == pytest.approx(total["sales"])
        assert sum(row[f"{model}_revenue"] for row in credited["rows"]) == pytest.approx(total["revenue"])
    weakest = twin("weakest", answers, SCOPE, query)
    manager = next(row for row in weakest["rows"] if row["channel"] == "manager")
    # one channel is its stage's average: it loses nothing, a customer who moves on from it is worth R / 60
    assert (manager["people"], manager["loss"], manager["weakest_by_money"]) == (0, 0, False)
    assert manager["value"] == pytest.approx(total["revenue"] / 60)
    assert weakest["total"] == {"score": None, "lowest_at": None, "mean_score": None}
    spoiled = twin("spoil", answers, SCOPE, query)
    assert {row["measure"] for row in spoiled["rows"]} == {"conversion", "repeat"}
    assert {reason["code"] for reason in spoiled["reasons"]} == {"nobody_to_compare"}


def test_bottlenecks_are_ranked_and_price_the_gap(answers: Answers) -> None:
    rows = twin("bottlenecks", answers, SCOPE, question(period=JANUARY))["rows"]
    assert all(set(row) == BOTTLENECK for row in rows)
    assert {row["segment"] for row in rows} >= {"a", "b"}
    ranked = [row for row in rows if row["recoverable"] is not None and row["customers"] >= 30]
    keys = [(not row["proven"], -row["low"]) for row in ranked]
    assert keys == sorted(keys)
    assert all(row["low"] < row["recoverable"] < row["high"] for row in ranked if row["recoverable"])
    days = {(row["segment"], row["from_stage"]): row["median_days"] for row in rows}
    assert (days["a", FIRST], days["a", "purchase"], days["a", LATER]) == (1, 3, 3)
    assert rows == twin("bottlenecks", answers, SCOPE, question(period=JANUARY))["rows"]


def test_bottlenecks_against_a_target_and_without_one(answers: Answers) -> None:
    asked = question(period=JANUARY, against=Against.TARGET)
    with pytest.raises(JourneyError) as refused:
        twin("bottlenecks", answers, SCOPE, asked)
    assert refused.value.code == "no_target"
    aimed = asked.with_(targets=((f"{FIRST}>{EVALUATION}", 0.75),))
    answer = twin("bottlenecks", answers, SCOPE, aimed)
    rows = {(row["segment"], row["from_stage"]): row for row in answer["rows"]}
    assert rows["a", FIRST]["benchmark"] == 0.75
    assert rows["a", FIRST]["recoverable"] > 0
    assert rows["a", EVALUATION]["benchmark"] is None
    assert (answer["definition"]["benchmark"], answer["definition"]["targets"]) == (
        "target",
        {f"{FIRST}>{EVALUATION}": 0.75},
    )
    unused = twin("funnel", answers, SCOPE, aimed)["definition"]["unused_options"]
    assert unused == ["benchmark", "target"]


def test_whatif_without_levers_changes_nothing_and_with_one_adds_up(answers: Answers) -> None:
    still = twin("whatif", answers, SCOPE, question(period=JANUARY))
    assert set(still["baseline"]) == SIDE
    assert still["baseline"] == still["scenario"]
    assert still["gain"] == 0
    moved = twin("whatif", answers, SCOPE, question(period=JANUARY), ("leads=+10%",))
    assert moved["gain"] == pytest.approx(0.1 * (moved["baseline"]["revenue"] - moved["baseline"]["outside"]))
    assert moved["scenario"]["revenue"] - moved["baseline"]["revenue"] == pytest.approx(moved["gain"])


def test_recoverable_is_the_whatif_of_that_one_step(answers: Answers) -> None:
    rows = twin("bottlenecks", answers, SCOPE, question(period=JANUARY))["rows"]
    row = next(row for row in rows if row["recoverable"])
    points = 100 * (row["benchmark"] - row["conversion"])
    lever = f"{row['from_stage']}>{row['to_stage']}=+{points:.12f}pp"
    moved = twin("whatif", answers, SCOPE, question(period=JANUARY, segments=(row["segment"],)), (lever,))
    assert moved["gain"] == pytest.approx(row["recoverable"], abs=0.01)


def test_comparison_stands_beside_the_answer(answers: Answers) -> None:
    answer = twin("lcpq", answers, SCOPE, question(period=JANUARY, compare="previous"))
    assert answer["comparison"]["definition"]["period"] == {"since": "2025-12-01", "until": "2026-01-01"}
    assert answer["comparison"]["total"]["deals"] == 0


def test_options_that_a_question_does_not_use_are_named(answers: Answers) -> None:
    asked = question(mode=Mode.REACHED, increasing=True, window_days=7)
    assert set(twin("funnel", answers, SCOPE, asked)["definition"]["unused_options"]) == {
        "increasing",
        "window_days",
    }
    assert "mode" in twin("lcpq", answers, SCOPE, asked)["definition"]["unused_options"]
    assert twin("lcpq", answers, SCOPE, question(), ("leads=+1%",))["definition"]["unused_options"] == ["set"]


def test_names_that_do_not_exist_are_refused(answers: Answers) -> None:
    for fields, code in (
        ({"segments": ("nobody",)}, "unknown_segment"),
        ({"channels": ("nowhere",)}, "unknown_channel"),
        ({"stages": ("never",)}, "unknown_stage"),
    ):
        with pytest.raises(JourneyError) as caught:
            twin("funnel", answers, SCOPE, question(**fields))
        assert caught.value.code == code


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_has_a_sentence(language: str) -> None:
    codes = {
        value
        for module in (
            analytics_lcpq,
            analytics_funnel,
            analytics_heatmap,
            analytics_heatmap_metrics,
            analytics_heatmap_money,
        )
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value.replace("_", "").isalpha()
    }
    codes |= {
        "not_priced",
        "row_of_money",
        "too_few_customers",
        "no_score",
        "nobody_passed",
        "nothing_to_compare",
        "capped",
        "unfinished_period",
        "no_deals",
        "no_leads",
    }
    assert "no_previous_step" in codes
    assert [code for code in sorted(codes) if Words(language).error(JourneyError(code)) == code] == []
