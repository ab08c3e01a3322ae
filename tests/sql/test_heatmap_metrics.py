"""Every metric of the heatmap beside progression, on tables that a marketer checks by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from dashboard.analytics.heatmap_whole import CellFigures
from dashboard.journey.period import Period
from dashboard.journey.query import Attribution, JourneyQuery, Split
from dashboard.journey.stages import StageModel
from tests.facts import SCOPE, Answer, Cost, Event, Sale, load, model_of, question, walk

MODEL = model_of("ABCD", deal="C", nth={"D": 2})
LATE = walk("zoe A400", channel="site")  # the data go on for long: every window above is over
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def whole(engine: sa.Engine, events: list[Event], sales: list[Sale] | None = None, **more: Any) -> Answers:
    model: StageModel = more.pop("model", MODEL)
    return Answers(load(engine, [*events, *LATE], sales or [], model=model, **more))


def cells(answers: Answers, **fields: Any) -> dict[Any, CellFigures]:
    query: JourneyQuery = question(**{"period": JANUARY, "window_days": 7, **fields})
    by_touchpoint = Split.TOUCHPOINT in query.by
    return {
        (cell.stage, cell.channel, cell.touchpoint) if by_touchpoint else (cell.stage, cell.channel): cell
        for cell in answers.heatmap_whole(SCOPE, query)
    }


def test_domain_5_median_time_runs_from_the_first_touch_of_those_who_went_on(duck: sa.Engine) -> None:
    events = [
        *walk("ann A0 A1 B2", channel="site"),
        *walk("bob A0 B5", channel="site"),
        *walk("cid A0 B6", channel="site"),
        *walk("dan A0 B9", channel="site"),  # after the window
        *walk("eve A1 B2", channel="ads"),
    ]
    found = cells(whole(duck, events))
    assert (found["A", "site"].median_days, found["A", "site"].timed) == (5.0, 3)
    assert (found["A", "ads"].median_days, found["A", "ads"].timed) == (1.0, 1)
    assert found["B", "site"].median_days is None
    assert found["B", "site"].reasons["median_days"] == "nobody_went_on"


def test_domain_5_exit_share_is_of_those_who_stopped_by_their_last_touch(duck: sa.Engine) -> None:
    events = [
        *walk("ann A0 A3", channel="site"),  # stopped; last seen in ads
        *walk("ann A5", channel="ads"),
        *walk("bob A0", channel="ads"),  # stopped
        *walk("bob A9", channel="site"),  # after the window of her first touch
        *walk("cid A0", channel="site"),  # stopped
        *walk("dan A0 B1", channel="site"),  # went on from A, stopped in B
        *walk("eve D1", channel="site"),  # nobody leaves the last stage
    ]
    found = cells(whole(duck, events))
    assert [(found["A", name].exit_share, found["A", name].stopped) for name in ("site", "ads")] == [
        (pytest.approx(1 / 3), 1),
        (pytest.approx(2 / 3), 2),
    ]
    assert (found["B", "site"].exit_share, found["B", "site"].stopped) == (1.0, 1)
    assert found["D", "site"].exit_share is None
    assert found["D", "site"].reasons["exit_share"] == "last_stage"


def test_domain_5_lift_compares_those_still_in_the_stage_at_the_landmark(duck: sa.Engine) -> None:
    events = [
        *walk("ann A0 A2 B12", channel="site"),  # touched by the site; goes on within 7 days from day 7
        *walk("bob A0", channel="ads"),
        *walk("bob A7", channel="site"),  # exactly at the landmark: touched
        *walk("cid A0 B10", channel="ads"),
        *walk("dan A0", channel="ads"),
        *walk("dan A8", channel="site"),  # after the landmark: not touched
        *walk("eve A0 B7", channel="site"),  # gone at the landmark
        *walk("fay A0 B15", channel="ads"),  # too late: day 14 is the last
    ]
    found = cells(whole(duck, events))
    site, ads = found["A", "site"], found["A", "ads"]
    assert (site.lift_customers, site.lift_others) == (2, 3)
    assert site.lift == pytest.approx(1 / 2 - 1 / 3)
    assert (ads.lift_customers, ads.lift_others) == (4, 1)
    assert ads.lift == pytest.approx(1 / 4 - 1)
    assert (site.ci_low, site.ci_high) == pytest.approx((-0.44578, 0.65483), abs=1e-5)
    assert set(ads.reasons) & {"lift", "ci_low", "ci_high"} == set()
    alone = cells(whole(duck, walk("ann A0", channel="site")))["A", "site"]
    assert (alone.lift, alone.reasons["lift"]) == (None, "nobody_to_compare")
    early = cells(whole(duck, events), landmark_days=1)["A", "site"]
    assert (early.lift_customers, early.lift_others) == (2, 4)  # eve is still there; ann's touch is of day 0


def test_the_lift_of_the_last_stage_is_about_another_deal(duck: sa.Engine) -> None:
    events = [*walk("ann D0", channel="site"), *walk("bob D0", channel="ads"), *walk("cid D0", channel="ads")]
    sales = [Sale("ann", 0, 5), Sale("ann", 9, 5), Sale("bob", 3, 5), Sale("zoe", 400, 1)]
    found = cells(whole(duck, events, sales))
    assert (found["D", "site"].lift, found["D", "site"].lift_customers, found["D", "site"].lift_others) == (
        1,
        1,
        1,
    )


def test_domain_5_sentiment_is_the_mean_over_rated_touches(duck: sa.Engine) -> None:
    events = [
        Event("ann", "A", 0, "site", sentiment=0.5),
        Event("ann", "A", 1, "site", sentiment=-1.0),
        Event("bob", "A", 0, "site"),
        Event("bob", "B", 3, "site"),
    ]
    found = cells(whole(duck, events))
    assert (found["A", "site"].sentiment, found["A", "site"].rated) == (-0.25, 2)
    assert found["B", "site"].sentiment is None
    assert found["B", "site"].reasons["sentiment"] == "no_sentiment"


def test_domain_9_nps_takes_the_latest_answer_of_each_respondent_and_touchpoint(duck: sa.Engine) -> None:
    def said(who: str, day: float, score: float, point: str | None = None, **more: Any) -> Answer:
        return Answer(None, "A", day, score, channel="site", touchpoint=point, respondent=who, **more)

    answers = [
        said("r1", 1, 2),
        said("r1", 5, 9),  # replaces the 2
        said("r1", 5, 10, "shop"),  # another touchpoint
        said("r2", 2, 6),
        said("r3", 3, 7),
        said("r4", 4, 8.5),  # no whole number
        said("r5", 4, 11),  # off the scale
        said("r5", 6, 4, metric="csat"),
        said("r6", 40, 10),  # February
        Answer("ann", None, 4, 3, channel="site"),  # no stage
        Answer("ann", "B", 4, 3, metric="something else"),
    ]
    found = cells(whole(duck, walk("ann A0", channel="site"), answers=answers))
    site = found["A", "site"]
    assert (site.nps, site.nps_answers, site.nps_rejected) == (25.0, 4, 2)  # 9, 10 and 6, 7: 50 % - 25 %
    assert set(found) == {("A", "site")}
    shop = cells(whole(duck, walk("ann A0", channel="site"), answers=answers), by=(Split.TOUCHPOINT,))
    assert (shop["A", "site", "shop"].nps, shop["A", "site", "shop"].touches) == (100.0, 0)
    assert shop["A", "site", "shop"].reasons["progression"] == "no_touches"
    heavy = [said("r1", 1, 10, weight=3.0), said("r2", 1, 0, weight=1.0)]
    weighted = cells(whole(duck, walk("ann A0", channel="site"), answers=heavy))["A", "site"]
    assert (weighted.nps, weighted.nps_answers) == (50.0, 2)


def test_answers_of_people_who_are_no_customer_have_the_segment_of_the_file(duck: sa.Engine) -> None:
    answers = [
        Answer("ann", "A", 1, 10, channel="site", segment="loyal"),  # her own segment counts
        Answer(None, "A", 1, 0, channel="site", respondent="r", segment="loyal"),
        Answer(None, "A", 1, 7, channel="site", respondent="s"),
    ]
    facts = whole(duck, walk("ann A0", channel="site"), answers=answers, segments={"ann": "new"})
    found = {name: cells(facts, segments=(name,))["A", "site"].nps for name in ("new", "(none)")}
    assert found == {"new": 100.0, "(none)": 0.0}
    assert cells(facts)["A", "site"].nps == pytest.approx(0.0)


def test_costs_stand_where_they_are_known_and_never_twice(duck: sa.Engine) -> None:
    events = [
        Event("ann", "A", 0, "site", cost=5),  # the channel's cost row covers this day
        Event("ann", "B", 3, "site", cost=7),
        Event("bob", "A", 0, "ads", cost=2),
        Event("bob", "A", 1, "email"),
        Event("cid", "A", 0, "site"),
    ]
    spent = [
        Cost(date(2026, 1, 1), 100, "site", stage="A"),
        Cost(date(2026, 1, 2), 40, "email"),  # of no stage: the channel's row
        Cost(date(2026, 3, 1), 999, "site", stage="A"),
    ]
    found = cells(whole(duck, events, costs=spent))
    assert {key: cell.cost for key, cell in found.items()} == {
        ("A", "site"): 100.0,
        ("A", "ads"): 2.0,
        ("A", "email"): None,
        ("B", "site"): 7.0,
        (None, "email"): 40.0,
    }
    assert found["A", "email"].reasons["cost"] == "cost_on_channel"
    assert found[None, "email"].reasons["touches"] == "row_of_money"
    # 100 roubles, two customers met, one of two went on: 100 for each who did
    assert found["A", "site"].cost_per_progression == pytest.approx(100.0)
    bare = cells(whole(duck, walk("ann A0", channel="site")))["A", "site"]
    assert (bare.cost, bare.reasons["cost"]) == (None, "no_costs")


def sold(duck: sa.Engine) -> Answers:
    events = [
        *walk("ann A0", channel="site"),
        *walk("ann B2", channel="ads"),
        *walk("ann B3", channel="direct"),
        *walk("bob A0", channel="site"),
        *walk("cid A0 B1", channel="ads"),  # never buys
    ]
    sales = [
        Sale("ann", 3, 100, "a1"),  # at one instant with the direct visit of B: it counts
        Sale("ann", 9, 50, "a2"),
        Sale("ann", 12, -30, "a1"),  # a refund of its own day
        Sale("bob", 20, 10, "b1"),
        Sale("dan", 5, 7, "d1"),  # no touch
        Sale("zoe", 400, 1),
    ]
    return whole(duck, events, sales)


def test_domain_5_revenue_goes_to_the_last_touch_and_adds_up_with_no_touch(duck: sa.Engine) -> None:
    answers = sold(duck)
    found = cells(answers)
    assert {key: cell.revenue for key, cell in found.items()} == {
        ("A", "site"): 10.0,
        ("A", "ads"): 0.0,
        ("B", "ads"): 0.0,
        ("B", "direct"): 120.0,
        (None, "(no touch)"): 7.0,
    }
    side_by_side = answers.attribution(SCOPE, question(period=JANUARY))
    for model in Attribution:
        assert sum(cell.revenue[model] for cell in side_by_side.cells) == pytest.approx(137)
    assert cells(answers, attribution=Attribution.LAST_NON_DIRECT)["B", "ads"].revenue == 120.0
    linear = cells(answers, attribution=Attribution.LINEAR)
    assert linear["A", "site"].revenue == pytest.approx(10 + 40)


def test_touches_more_than_90_days_before_a_deal_are_forgotten(duck: sa.Engine) -> None:
    events = [*walk("ann A0", channel="site"), *walk("bob A0", channel="site")]
    sales = [Sale("ann", 90, 10), Sale("bob", 90.01, 20), Sale("zoe", 400, 1)]
    found = cells(whole(duck, events, sales), period=Period(date(2026, 1, 1), date(2026, 5, 1)))
    assert (found["A", "site"].revenue, found[None, "(no touch)"].revenue) == (10.0, 20.0)


def test_domain_5_models_side_by_side(duck: sa.Engine) -> None:
    found = sold(duck).attribution(SCOPE, question(period=JANUARY))
    assert (found.sales, found.revenue, found.lost) == (3, 137, 1)
    credit = {
        (cell.place.stage, cell.place.channel) if cell.place else None: cell.sales for cell in found.cells
    }
    by = {model: {key: row[model] for key, row in credit.items() if row[model]} for model in Attribution}
    site, ads, direct = ("A", "site"), ("B", "ads"), ("B", "direct")
    assert by[Attribution.FIRST] == {site: 2, None: 1}
    assert by[Attribution.LAST] == {site: 1, direct: 1, None: 1}
    assert by[Attribution.LAST_NON_DIRECT] == {site: 1, ads: 1, None: 1}
    assert by[Attribution.POSITION] == pytest.approx({site: 1.4, ads: 0.2, direct: 0.4, None: 1})
    # touches 3, 1 and 0 days before ann's deal weigh 2^(-3/7), 2^(-1/7) and 1
    weights = {site: 2 ** (-3 / 7), ads: 2 ** (-1 / 7), direct: 1.0}
    whole_weight = sum(weights.values())
    expected = {key: weight / whole_weight for key, weight in weights.items()}
    assert by[Attribution.TIME_DECAY] == pytest.approx(expected | {site: expected[site] + 1, None: 1})
    # two of three start at the site; half of them buy, half go on to B/ads, where cid is lost: base 2/3; without
    # the site 1/6, three quarters less
    effects = {key: cell.removal for key, cell in zip(credit, found.cells, strict=True)}
    assert effects == pytest.approx({site: 0.75, ("A", "ads"): 0.25, ads: 0.5, direct: 0.5, None: None})
    shares = {key: 2 * effect / 2 for key, effect in effects.items() if effect}
    assert by[Attribution.MARKOV] == pytest.approx(shares | {None: 1})


def test_without_transactions_there_is_no_revenue(duck: sa.Engine) -> None:
    found = cells(whole(duck, walk("ann A0 C1", channel="site")))["A", "site"]
    assert (found.revenue, found.removal) == (None, None)
    assert found.reasons["revenue"] == "no_transactions"


def test_filters_choose_customers_in_every_metric(duck: sa.Engine) -> None:
    events = [
        Event("ann", "A", 0, "site", sentiment=1.0, cost=3),
        Event("ann", "B", 1, "ads", cost=4),
        Event("bob", "A", 0, "ads", sentiment=-1.0, cost=9),
    ]
    sales = [Sale("ann", 2, 10), Sale("bob", 2, 20), Sale("zoe", 400, 1)]
    facts = whole(duck, events, sales, segments={"ann": "gift"})
    gift = cells(facts, segments=("gift",))
    assert (gift["A", "site"].sentiment, gift["A", "site"].cost, gift["B", "ads"].revenue) == (1.0, 3.0, 10.0)
    assert (gift["A", "ads"].touches, gift["A", "ads"].cost, gift["A", "ads"].rated) == (0, 0.0, 0)
    by_channel = cells(facts, channels=("site",))  # ann: her touches stay, costs are of the site alone
    assert (by_channel["B", "ads"].revenue, by_channel["B", "ads"].cost) == (10.0, 0.0)
    assert by_channel["A", "site"].cost == 3.0
