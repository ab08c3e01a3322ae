"""What people say on random logs: NPS, mood, score and spoil effect equal plain Python, on both engines."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from dashboard.journey.period import Period
from data_access import schema
from tests.facts import SCOPE, Answer, Event, Sale, load, model_of, question
from tests.oracle import scores as plain
from tests.oracle.heatmap import Journeys

MODEL = model_of("ABCDE", deal="C", nth={"E": 2})
PERIODS = (Period(), Period(date(2026, 3, 4), date(2026, 3, 25)))
START = datetime(2026, 3, 1)
WINDOW, LANDMARK = 9, 3
SEGMENTS = ("new", "loyal", None)
SCORES = {
    "nps": [0, 3, 6, 7, 8, 9, 10, 11, -1, 7.5],
    "csat": [1, 2, 4, 5, 0],
    "experience": [-2, -1, 0, 2],
    "emotion": [-1, -0.5, 0.25, 1],
    "goal": [0, 2, 5, 6],
    "other": [3],
}


def log(seed: int, *, sold: bool) -> tuple[list[Event], list[Sale], list[Answer], dict[str, str]]:
    """Ninety customers with rated contacts, some with deals, and what they and others answered."""
    chance = random.Random(seed)

    def when() -> datetime | date:
        moment = START + timedelta(hours=6 * chance.randrange(160), minutes=chance.choice([0, 30]))
        return moment.date() if chance.random() < 0.2 else moment

    people = [f"c{number}" for number in range(90)]
    events = [
        Event(
            person,
            chance.choice("AABBCDE"),
            when(),
            chance.choice(["site", "ads", None]),
            sentiment=chance.choice([None, None, -1, -0.25, 0, 0.5]),
        )
        for person in people
        for _ in range(chance.randrange(1, 7))
    ]
    sales = [
        Sale(person, when(), chance.choice([100, 50, -20, 0]), f"d{number}")
        for number, person in enumerate(chance.choices(people, k=70))
    ]
    answers = []
    for _ in range(600):
        metric = chance.choice([*SCORES, "nps"])
        answers.append(
            Answer(
                chance.choice([*people, None]),
                chance.choice(["A", "B", "B", None]),
                when(),
                chance.choice([*SCORES[metric], None]),
                metric=metric,
                channel=chance.choice(["site", "ads", None]),
                touchpoint=chance.choice(["blog", None]),
                respondent=chance.choice([None, f"r{chance.randrange(40)}"]),
                weight=chance.choice([None, 1.0, 2.5]),
            )
        )
    known = {person: name for person in people if (name := chance.choice(SEGMENTS))}
    return events, sales if sold else [], answers, known


@pytest.mark.parametrize(("seed", "sold"), [(1, True), (2, True), (3, False)])
def test_domain_5_6_9_what_people_say_agrees_with_plain_python(
    engine: sa.Engine, seed: int, sold: bool
) -> None:
    events, sales, answers, known = log(seed, sold=sold)
    facts = load(engine, events, sales, answers=answers, segments=known, model=MODEL)
    journeys = Journeys(facts)
    names = facts.frame(SCOPE, sa.select(schema.customer.c.customer_id, schema.customer.c.customer_key))
    keys = {int(number): str(key) for number, key in names.itertuples(index=False)}
    segments = {number: known[key] for number, key in keys.items() if key in known}
    scored = 0
    for period in PERIODS:
        query = question(period=period, window_days=WINDOW, landmark_days=LANDMARK)
        rows = {(row.stage, row.channel): row for row in Answers(facts).heatmap_whole(SCOPE, query)}

        moods = plain.moods(journeys, period)
        for cell, values in moods.items():
            assert rows[cell].rated == len(values)
            assert rows[cell].sentiment == pytest.approx(sum(values) / len(values))
        assert {cell for cell, row in rows.items() if row.rated} == moods.keys()

        told = plain.told(answers, journeys, period)
        for cell, row in rows.items():
            said = told.get((str(cell[0]), cell[1]), plain.Told(None, 0, 0, 0, None))
            if row.stage is None:
                continue
            assert (row.nps_answers, row.nps_rejected, row.score_answers) == (
                said.nps_answers,
                said.nps_rejected,
                said.answers,
            ), cell
            assert row.nps == (None if said.nps is None else pytest.approx(said.nps))
            assert row.score == (None if said.score is None else pytest.approx(said.score))
            scored += row.score is not None

        strata = plain.spoil_strata(journeys, period, WINDOW, LANDMARK, segments)
        found = Answers(facts).spoil(SCOPE, query)
        deal = MODEL.order(MODEL.deal.key)
        for row in found:
            stages = [row.stage] if row.stage else [
                key for key in MODEL.keys if (MODEL.order(key) < deal) == (row.measure == "conversion")
            ]  # fmt: skip
            groups = [numbers for stage in stages for numbers in strata.get(stage, {}).values()]
            both = [one for one in groups if one[0] and one[2]]
            assert (row.negative, row.others) == (sum(n[0] for n in both), sum(n[2] for n in both)), row
            effect = plain.spoil_effect(groups)
            measured = None if effect is None else pytest.approx(effect)
            given = None if row.effect is None else (row.effect, row.ci_low, row.ci_high)
            assert given == measured, row
        assert {row.stage for row in found if row.stage} == set(strata)
        assert any(row.effect for row in found)
    assert scored >= 4
