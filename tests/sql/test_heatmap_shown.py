"""Each measure asked alone says what the whole heatmap says, and is held against its stage's average."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.touchpoints.asked import links, measured, offered
from dashboard.analytics.heatmap_shown import Measure
from dashboard.analytics.heatmap_whole import CellFigures
from dashboard.analytics.score import Key
from dashboard.journey.query import Split
from tests.facts import SCOPE, load, question, walk
from tests.sql.test_heatmap_random import company
from tests.sql.test_numbers_random import MODEL
from tests.tables import memory

FIELDS = {
    Measure.SCORE: ("score", "score_answers"),
    Measure.PROGRESSION: ("progression", "mature_customers"),
    Measure.TOUCHES: ("touches", None),
    Measure.CUSTOMERS: ("customers", None),
    Measure.SHARE: ("share", "customers"),
    Measure.LIFT: ("lift", None),
    Measure.DAYS: ("median_days", "timed"),
    Measure.MOOD: ("sentiment", "rated"),
    Measure.NPS: ("nps", "nps_answers"),
    Measure.EXITS: ("exit_share", None),
    Measure.COST: ("cost", None),
    Measure.COST_PER: ("cost_per_progression", "mature_customers"),
    Measure.REVENUE: ("revenue", None),
    Measure.REMOVAL: ("removal", None),
}


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(load(memory(), model=MODEL, zone="Europe/Berlin", **company()))


@pytest.mark.parametrize("by", [(), (Split.TOUCHPOINT,)], ids=["channels", "touchpoints"])
def test_a_measure_alone_is_that_of_the_whole_heatmap(answers: Answers, by: tuple[Split, ...]) -> None:
    query = question(window_days=20, by=by)
    rows: dict[Key, CellFigures] = {
        (row.stage, row.channel, row.touchpoint): row
        for row in answers.heatmap_whole(SCOPE, query)
        if row.stage
    }
    assert set(offered(answers, SCOPE)) == set(Measure)
    for measure, (name, n) in FIELDS.items():
        found = measured(answers, SCOPE, query, measure).values
        assert found.keys() <= rows.keys()
        for key, own in found.items():
            assert own.value == pytest.approx(getattr(rows[key], name)), (measure, key)
            assert n is None or own.n == getattr(rows[key], n), (measure, key)
            if own.value is None:
                assert own.reason == rows[key].reasons[name]
        missing = [key for key in rows.keys() - found.keys() if getattr(rows[key], name) is not None]
        assert not [key for key in missing if measure in (Measure.SCORE, Measure.NPS)]


def test_loss_is_the_weakest_link_in_money(answers: Answers) -> None:
    query = question(window_days=20)
    told, _ = answers.weakest(SCOPE, query)
    found = measured(answers, SCOPE, query, Measure.LOSS)
    assert [own.value for own in found.values.values()] == [link.loss for link in told]
    assert [link.people for link in links(answers, SCOPE, query, found.heat)] == [
        link.people for link in told
    ]


def test_a_stages_average_weighs_each_cell_by_what_it_stands_on(answers: Answers) -> None:
    found = measured(answers, SCOPE, question(window_days=20), Measure.MOOD)
    for stage, average in found.averages.items():
        own = [one for key, one in found.values.items() if key[0] == stage and one.known is not None]
        if own:
            total = sum((one.value or 0) * (one.n or 0) for one in own)
            assert average == pytest.approx(total / sum(one.n or 0 for one in own))
            assert min(one.value or 0 for one in own) <= (average or 0) <= max(one.value or 0 for one in own)


def test_money_on_no_cell_stands_beside_the_map(answers: Answers) -> None:
    query = question(window_days=20)
    costs = measured(answers, SCOPE, query, Measure.COST)
    whole = answers.heatmap_whole(SCOPE, query)
    assert costs.beside == pytest.approx(sum(float(row.cost or 0) for row in whole if row.stage is None))
    credited = measured(answers, SCOPE, query, Measure.REVENUE)
    inside = sum(own.value or 0 for own in credited.values.values())
    assert inside + (credited.beside or 0) == pytest.approx(sum(float(row.revenue or 0) for row in whole))


def test_an_engagement_without_money_or_opinions_is_offered_neither(duck: sa.Engine) -> None:
    bare = Answers(load(duck, walk("ann A0 B1", channel="site"), model=MODEL))
    kept = {
        Measure.PROGRESSION,
        Measure.TOUCHES,
        Measure.CUSTOMERS,
        Measure.SHARE,
        Measure.LIFT,
        Measure.DAYS,
    }
    assert set(offered(bare, SCOPE)) == kept | {Measure.EXITS}
