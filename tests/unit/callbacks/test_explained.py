"""How a number is made: every field has its meaning, the SQL runs as it is shown, sources and spans are said."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.explained import fields_of
from callbacks.twins.twin import ANSWERS, twin
from dashboard.i18n.words import Words
from dashboard.journey.definitions import FIELDS, QUESTIONS, SHARED, meaning
from dashboard.journey.period import Period
from dashboard.journey.query import Book, Split
from data_access import schema
from layouts.how import TABLES
from tests.facts import SCOPE, Cost, Event, Sale, load, question

STAGES = ("initial_consideration", "active_evaluation", "experience")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PERIOD = Period(date(2026, 1, 1), date(2026, 4, 1))


@pytest.fixture(scope="module")
def engine() -> sa.Engine:
    return sa.create_engine("duckdb:///:memory:", poolclass=sa.StaticPool)


@pytest.fixture(scope="module")
def answers(engine: sa.Engine) -> Answers:
    """Forty customers who evaluate, half of them buy; orders end earlier than events."""
    events, sales = [], []
    for number in range(40):
        name = f"c{number}"
        events += [
            Event(name, stage, day, channel="site", segment="a")
            for day, stage in enumerate(STAGES[: 1 + number % 3])
        ]
        if number % 2:
            sales.append(Sale(name, 3, 100, f"o{number}", product="x", channel="store"))
    events.append(Event("late", STAGES[2], 400))
    sales.append(Sale("late", 100, 100, "o-late", product="x"))
    # costs of each day for ten weeks: one day is missing, and the last week has five times as many
    days = [date(2026, 1, 5 if number == 8 else 4) + timedelta(number) for number in range(71)]
    costs = [Cost(day, 1) for day in days for _ in range(60 if day >= date(2026, 3, 9) else 12)]
    return Answers(load(engine, events, sales, costs=costs))


@pytest.mark.parametrize("name", ANSWERS)
def test_every_field_is_explained_in_both_languages(answers: Answers, name: str) -> None:
    answer = twin(name, answers, SCOPE, question(period=PERIOD), explain=True)
    fields = fields_of(answer)
    assert [field for field in fields if meaning(name, field) is None] == []
    for language in ("en", "ru"):
        said = answer["how"]["words"][language]
        assert set(said["fields"]) == set(fields)
        texts = [said["question"], *said["fields"].values()]
        assert [bool(CYRILLIC.search(text)) for text in texts] == [language == "ru"] * len(texts)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_sql_runs_as_it_is_shown(answers: Answers, engine: sa.Engine, name: str) -> None:
    answer = twin(name, answers, SCOPE, question(period=PERIOD, by=(Split.SEGMENT,)), explain=True)
    assert answer["how"]["sql"]
    with engine.connect() as connection:
        for text in answer["how"]["sql"]:
            connection.exec_driver_sql(text).fetchall()


def test_an_answer_without_explanation_records_nothing(answers: Answers) -> None:
    assert "how" not in twin("funnel", answers, SCOPE, question(period=PERIOD))


def test_entries_sources_and_freshness_are_said(answers: Answers) -> None:
    how = twin("funnel", answers, SCOPE, question(period=PERIOD), explain=True)["how"]
    assert how["counted"] == {"field": "customers", "entered": 40, "ripe": 40}
    assert {source["source"]: source["rows"] for source in how["sources"]} == {"events": 80, "orders": 21}
    assert how["freshness"]["late"] == ["orders"]
    assert how["freshness"]["data_end"] == datetime(2026, 4, 11, 12).isoformat() + "Z"
    assert how["asked"]["period"] == {"since": "2026-01-01", "until": "2026-04-01"}


def test_the_tables_that_a_number_is_counted_from_are_said(answers: Answers) -> None:
    asked, ragged = question(period=PERIOD), Period(date(2026, 1, 2), date(2026, 3, 5))
    for query, tables in (
        (asked, {"lcpq_cell"}),
        (asked.with_(period=ragged), {"customer_day", "customer_month"}),
        (asked.with_(book=Book.COHORT), {"first_lead", "deal"}),
        (asked.with_(channels=("site",)), {"deal"}),
    ):
        told = twin("lcpq", answers, SCOPE, query, explain=True)["how"]["read_from"]
        assert set(told) == tables | {"journey"}  # which holds the costs of events
    assert {table.name for table in schema.SUMS} < set(TABLES)


def test_no_definition_is_left_over(answers: Answers) -> None:
    said: dict[str, set[str]] = {name: set() for name in ANSWERS}
    for name, by in product(ANSWERS, ((), (Split.SEGMENT,))):
        said[name] |= set(fields_of(twin(name, answers, SCOPE, question(period=PERIOD, by=by))))
    assert set(QUESTIONS) == set(ANSWERS)
    assert [
        (name, field) for name, fields in FIELDS.items() for field in fields if field not in said[name]
    ] == []
    assert set(SHARED) <= set().union(*said.values()) | {"touchpoint"}


def test_words_are_those_of_the_language() -> None:
    text = QUESTIONS["lcpq"]
    assert Words("en")(text) == text
    assert CYRILLIC.search(Words("ru")(text))
