"""Score, weakest link in money and spoil effect on numbers that one can check by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.analytics.score import journey_score, opinions
from dashboard.analytics.spoil import Stratum, difference, spoil
from dashboard.analytics.statistics import newcombe
from dashboard.analytics.weakest import stage_value, weakest_links
from dashboard.journey.query import JourneyQuery
from tests.unit.analytics.test_lcpq import INFO

STAGE, LATER = "active_evaluation", "experience"
NO_MOOD = pd.DataFrame(columns=["stage", "channel", "sentiment", "rated", "squares"])


def answered(*rows: tuple[str, str, str, list[float]]) -> pd.DataFrame:
    """Answers by (stage, channel, metric, scores)."""
    return pd.DataFrame(
        [
            {
                "stage": stage, "channel": channel, "metric": metric, "answers": len(scores), "weight": len(scores),
                "points": sum(scores), "squares": sum(score * score for score in scores),
                "promoters": sum(score >= 9 for score in scores) if metric == "nps" else 0,
                "detractors": sum(score <= 6 for score in scores) if metric == "nps" else 0, "rejected": 0,
            }
            for stage, channel, metric, scores in rows
        ]
    )  # fmt: skip


def test_domain_5_score_is_the_mean_of_the_parts_that_are_present() -> None:
    rows = [
        (STAGE, "site", "experience", [1.0] * 10),  # (1 + 2) x 25 = 75
        (STAGE, "site", "goal", [4.0] * 10),  # 4 x 20 = 80
        (STAGE, "site", "emotion", [0.5] * 10),  # (0.5 + 1) x 50 = 75
        (STAGE, "site", "csat", [3.0] * 10),  # survey score: the middle of 1..5 = 50
    ]
    found = opinions(answered(*rows), NO_MOOD)[STAGE, "site", None]
    assert (found.raw, found.score, found.score_answers) == (70.0, 70.0, 40)
    part = opinions(answered(*rows[:2]), NO_MOOD)[STAGE, "site", None]
    assert (part.raw, part.score, part.score_answers) == (77.5, None, 20)  # under 30 answers


def test_the_sentiment_of_contacts_is_part_of_the_emotion() -> None:
    mood = pd.DataFrame([{"stage": STAGE, "channel": "site", "sentiment": -0.5, "rated": 30, "squares": 7.5}])
    found = opinions(answered((STAGE, "site", "emotion", [0.5] * 10)), mood)[STAGE, "site", None]
    assert found.raw == pytest.approx((-0.25 + 1) * 50)
    assert found.score_answers == 40


def test_domain_9_nps_golden() -> None:
    found = opinions(answered((STAGE, "site", "nps", [10, 9, 8, 7, 6])), NO_MOOD)[STAGE, "site", None]
    assert found.nps == pytest.approx(40 - 20)


def test_domain_6_scores_are_drawn_to_the_stage_and_the_journey_has_its_lowest() -> None:
    noisy = [0.0, 100.0] * 20
    alike = opinions(
        answered((STAGE, "site", "score", noisy), (STAGE, "ads", "score", [*noisy, 100.0])), NO_MOOD
    )
    assert alike[STAGE, "site", None].score == alike[STAGE, "ads", None].score  # no more apart than by chance
    apart = opinions(
        answered(
            (STAGE, "site", "score", [80.0, 82.0] * 20),
            (STAGE, "ads", "score", [40.0, 42.0] * 20),
            (LATER, "service", "score", [60.0] * 40),
        ),
        NO_MOOD,
    )
    site, ads = apart[STAGE, "site", None].score, apart[STAGE, "ads", None].score
    assert (site, ads) == (pytest.approx((40 * 81 + 10 * 61) / 50), pytest.approx((40 * 41 + 10 * 61) / 50))
    whole = journey_score(apart)
    assert whole is not None
    assert (whole.lowest, whole.where) == (ads, (STAGE, "ads", None))
    assert whole.mean == pytest.approx((77 + 45 + 60) / 3)
    assert journey_score({}) is None


def map_of(*rows: tuple[Any, ...]) -> Heatmap:
    names = ["level", "stage", "channel", "touches", "customers", "mature_customers", "passed"]
    return heatmap(pd.DataFrame(rows, columns=names), JourneyQuery("test"), INFO)


def priced(*counts: int, deals: int, revenue: int) -> PricedFunnel:
    segment = PricedSegment("all", counts, deals, Decimal(revenue), Decimal(0), counts[0])
    return PricedFunnel(
        INFO.model.keys, INFO.model.keys.index("purchase"), len(INFO.model.keys) - 1, (segment,)
    )


def test_domain_6_weakest_link_is_reach_times_gap_times_value() -> None:
    funnel = priced(10_000, 4_000, 1_000, 600, 300, 150, deals=1_300, revenue=6_500_000)
    heat = map_of(
        ("stage", STAGE, "", 900, 700, 700, 175),
        ("cell", STAGE, "site", 500, 400, 400, 120),
        ("cell", STAGE, "ads", 120, 110, 100, 10),
        ("cell", STAGE, "email", 200, 29, 29, 0),
    )
    links = {link.channel: link for link in weakest_links(heat, funnel, {})}
    # a customer who reaches the deal is worth R / n_deal = 6500; ads lose 110 x (25 % - 10 %) of them
    assert links["ads"].value == 6_500
    assert links["ads"].loss == pytest.approx(110 * 0.15 * 6_500)
    assert links["ads"].weakest_by_money
    assert links["site"].loss == pytest.approx(-400 * 0.05 * 6_500)
    assert (links["email"].people, links["email"].reasons["loss"]) == (None, "too_few_customers")
    assert not links["email"].weakest_by_money
    # from the deal on: R_repeat = R (1 - 1 / Q), over those who moved on
    assert stage_value(funnel, "purchase") == (pytest.approx(6_500_000 * (1 - 1 / 1.3) / 600), None)
    assert stage_value(funnel, INFO.model.keys[-1]) == (None, "not_priced")
    assert stage_value(None, STAGE) == (None, "no_transactions")
    assert stage_value(priced(10, 0, 0, 0, 0, 0, deals=0, revenue=0), STAGE) == (None, "nobody_passed")


def test_weakest_by_opinion_needs_scores_that_differ() -> None:
    heat = map_of(
        ("stage", STAGE, "", 90, 90, 90, 30),
        ("cell", STAGE, "site", 60, 60, 60, 20),
        ("cell", STAGE, "ads", 60, 60, 60, 20),
    )
    said = opinions(
        answered((STAGE, "site", "score", [80.0, 82.0] * 20), (STAGE, "ads", "score", [40.0, 42.0] * 20)),
        NO_MOOD,
    )
    assert [link.weakest_by_opinion for link in weakest_links(heat, None, said)] == [
        link.channel == "ads" for link in weakest_links(heat, None, said)
    ]
    tied = opinions(answered(*[(STAGE, name, "score", [5.0] * 40) for name in ("site", "ads")]), NO_MOOD)
    assert not any(link.weakest_by_opinion for link in weakest_links(heat, None, tied))


def test_spoil_of_one_stratum_is_newcombes_difference() -> None:
    found = difference([Stratum(1000, 100, 1000, 120)])
    interval = newcombe(100, 1000, 120, 1000)
    assert interval is not None
    assert found == pytest.approx((-0.02, interval.low, interval.high))
    assert difference([Stratum(0, 0, 10, 3), Stratum(10, 2, 0, 0)]) is None


def test_spoil_compares_like_with_like() -> None:
    """Where unhappy customers merely are of a weaker segment, pooled rates differ and the effect is 0."""
    strata = [Stratum(90, 9, 10, 1), Stratum(10, 5, 90, 45)]
    found = difference(strata)
    assert found is not None
    assert found[0] == pytest.approx(0)
    rows = [
        (STAGE, "weak", 1, 90, 9), (STAGE, "weak", 0, 10, 1), (STAGE, "strong", 1, 10, 5), (STAGE, "strong", 0, 90, 45),
        (LATER, "weak", 1, 40, 4), (LATER, "weak", 0, 40, 20), (LATER, "strong", 0, 5, 5),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["stage", "segment", "negative", "customers", "bought"])
    effects = {(str(row.measure), row.stage): row for row in spoil(frame, INFO)}
    assert effects["conversion", None].effect == pytest.approx(0)
    repeat = effects["repeat", LATER]
    assert (repeat.effect, repeat.negative, repeat.others) == (pytest.approx(-0.4), 40, 40)
    assert repeat.ci_high is not None
    assert repeat.ci_high < 0
    assert not repeat.low_n


groups = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (max(pair), min(pair)))
strata = st.builds(lambda one, other: Stratum(*one, *other), groups, groups)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(strata, max_size=6))
def test_the_interval_holds_the_effect(found: list[Stratum]) -> None:
    answer = difference(found)
    assert (answer is None) == (not any(one.negative and one.others for one in found))
    if answer is not None:
        assert -1 - 1e-9 <= answer[1] <= answer[0] + 1e-12
        assert answer[0] - 1e-12 <= answer[2] <= 1 + 1e-9
