"""The heatmap on random journeys: equal to plain Python, equal on both engines, silent where nothing works."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from scipy.stats import binom

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.analytics.heatmap_metrics import by_cell, lift
from dashboard.journey.period import Period
from dashboard.journey.query import Attribution, Split
from data_access import schema
from data_access.facts import EngineFacts
from data_access.heatmap_metrics import fetch_lift
from data_access.ingest import derive
from data_access.ingest.engine import append, arrow_schema
from tests.facts import ENGAGEMENT, SCOPE, Answer, Cost, Event, Sale, load, model_of, question
from tests.oracle import heatmap as plain
from tests.sql.test_numbers_random import MODEL, START, companies, company_engine, events, periods, sales
from tests.tables import fresh

__all__ = ["company_engine"]  # a fixture


@settings(companies, max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(events=events, sales=sales, period=periods)
def test_metrics_agree_with_plain_python(
    company_engine: sa.Engine, events: list[Event], sales: list[Sale], period: Period
) -> None:
    facts = load(company_engine, events, sales, model=MODEL, zone="Europe/Berlin")
    window, landmark = 9, 3
    query = question(period=period, window_days=window, landmark_days=landmark)
    rows = Answers(facts).heatmap_whole(SCOPE, query)
    cells = {(row.stage, row.channel): row for row in rows if row.stage}
    journeys = plain.Journeys(facts)

    pace = {cell: (row.median_days, row.timed) for cell, row in cells.items() if row.timed}
    slow = plain.pace(journeys, period, window)
    assert pace.keys() == slow.keys()
    for cell, (days, timed) in slow.items():
        assert pace[cell] == (pytest.approx(days), timed)

    assert {cell: row.stopped for cell, row in cells.items() if row.stopped} == plain.exits(
        journeys, period, window
    )
    for stage in MODEL.keys[:-1]:  # everybody who stopped was last seen somewhere
        shares = [
            row.exit_share for row in cells.values() if row.stage == stage and row.exit_share is not None
        ]
        assert not shares or sum(shares) == pytest.approx(1)

    for cell, (n, k, n0, k0) in plain.lift(journeys, period, window, landmark).items():
        assert (cells[cell].lift_customers, cells[cell].lift_others) == (n, n0)
        assert cells[cell].lift == (pytest.approx(k / n - k0 / n0) if n and n0 else None)

    if facts.info(SCOPE).has_transactions:
        last = {(row.stage, row.channel) if row.stage else None: row.revenue for row in rows if row.revenue}
        slow_revenue = {cell: money for cell, money in plain.revenue(journeys, period).items() if money}
        assert last == pytest.approx(slow_revenue)
        total = sum(float(deal["amount"]) for deal in journeys.deals if plain.inside(deal, period))
        found = Answers(facts).attribution(SCOPE, query)
        for model in Attribution:
            assert sum(cell.revenue[model] for cell in found.cells) == pytest.approx(total, abs=1e-6)
            assert sum(cell.sales[model] for cell in found.cells) == pytest.approx(found.sales, abs=1e-9)


def company(people: int = 60) -> dict[str, Any]:
    """Journeys with every kind of fact, the same each time."""
    events = [
        Event(
            f"c{number}",
            "ABCDE"[(number * 7 + step * 3) % 5],
            START + timedelta(hours=number * 5 + step * 31),
            ["site", "ads", "direct", None][(number + step) % 4],
            touchpoint=["blog", "shop", None][step % 3],
            segment=["new", "loyal", None][(number * step) % 3],
            sentiment=[None, -0.5, 0.25, 1.0][(number * 3 + step) % 4],
            cost=[None, 2.5, 1.25][(number + 2 * step) % 3],
        )
        for number in range(people)
        for step in range(6)
    ]
    sales = [
        Sale(
            f"c{number}",
            START + timedelta(hours=number * 9 + step * 200),
            100 * (step - 1) + number,
            f"d{step}",
        )
        for number in range(people)
        for step in range(4)
    ]
    answers = [
        Answer(
            f"c{number}" if number % 3 else None,
            "ABCDE"[number % 5],
            START + timedelta(days=number % 40),
            [0, 3, 5, 9, 10, 7.5][(number + step) % 6],
            metric=["nps", "csat", "score", "emotion"][step],
            channel="site",
            touchpoint=["blog", None][number % 2],
            respondent=f"r{number % 50}",
            weight=[None, 2.0][number % 2],
            segment=["new", "loyal", None][number % 3],
        )
        for number in range(people)
        for step in range(4)
    ]
    costs = [
        Cost(
            date(2026, 3, day),
            10 * day,
            ["site", "ads", None][day % 3],
            [None, "new"][day % 2],
            [None, "A"][day % 2],
        )
        for day in range(1, 29)
    ]
    return {"events": events, "sales": sales, "answers": answers, "costs": costs}


def test_both_engines_answer_alike(duck: sa.Engine, postgres: sa.Engine) -> None:
    facts = company()
    found: list[list[Any]] = []
    for engine in (duck, postgres):
        loaded = load(engine, facts["events"], facts["sales"], answers=facts["answers"], costs=facts["costs"],
                      model=MODEL, zone="Europe/Berlin")  # fmt: skip
        answers = Answers(loaded)
        rows = []
        for fields in (
            {},
            {"period": Period(date(2026, 3, 5), date(2026, 4, 2)), "segments": ("new",)},
            {"by": (Split.TOUCHPOINT,), "channels": ("site", "ads"), "attribution": Attribution.LINEAR},
        ):
            query = question(**{"window_days": 9, "landmark_days": 3, **fields})
            for name in ("heatmap", "attribution", "weakest", "spoil"):
                rows += twin(name, answers, SCOPE, query)["rows"]
        found.append(rows)
    one, other = found
    assert [list(row) for row in one] == [list(row) for row in other]
    for mine, theirs in zip(one, other, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-9), mine
    numbers = [row for row in one if "lift" in row]
    for name in ("lift", "median_days", "sentiment", "nps", "score", "exit_share", "revenue", "cost"):
        assert any(row[name] for row in numbers), name
    assert any(row.get("effect") for row in one)


SETS, CUSTOMERS = 40, 120


def nothing_works(engine: sa.Engine, seed: int) -> EngineFacts:
    """Forty companies as segments of one: contacts come at random and change nothing; leaving is at random too."""
    rng = np.random.default_rng(seed)
    people = SETS * CUSTOMERS
    leaves = rng.exponential(30, people)  # days to the next stage, whatever happens
    counts = rng.poisson(6, people) + 1
    person = np.repeat(np.arange(people), counts)
    day = rng.uniform(0, 25, len(person))
    day[np.r_[0, np.cumsum(counts)[:-1]]] = 0.0
    kept = day < leaves[person]  # contacts of a stage end with it
    person, person_days = person[kept], day[kept]
    channel = np.where(rng.random(len(person)) < 0.2, "email", "site")
    gone = np.flatnonzero(leaves < 200)
    frame = pd.DataFrame(
        {
            "person": np.concatenate([person, gone, [0]]),
            "stage": ["A"] * len(person) + ["B"] * (len(gone) + 1),
            "channel": [*channel, *["site"] * (len(gone) + 1)],
        }
    )
    days = [*person_days, *leaves[gone], 400.0]
    moments = pd.to_datetime([datetime(2026, 1, 1) + timedelta(seconds=int(day * 86_400)) for day in days])
    rows = {
        "engagement": ENGAGEMENT, "event_id": np.arange(len(frame)), "customer_key": frame["person"].astype(str),
        "occurred_at": moments, "local_day": moments.date, "date_only": False, "stage": frame["stage"],
        "channel": frame["channel"], "source": "log", "row_key": frame.index.astype(str), "import_id": 1,
    }  # fmt: skip
    names = {"engagement": ENGAGEMENT, "customer_key": np.arange(people).astype(str), "valid_from": None,
             "segment": [f"s{number // CUSTOMERS:02}" for number in range(people)],
             "value_id": np.arange(people), "source": "log", "row_key": np.arange(people).astype(str),
             "import_id": 1}  # fmt: skip
    fresh(engine)
    with engine.begin() as connection:
        append(connection, schema.event, _arrow(schema.event, pd.DataFrame(rows)))
        append(connection, schema.segment_value, _arrow(schema.segment_value, pd.DataFrame(names)))
        derive.rebuild(connection, engagement=ENGAGEMENT, number=1, now=datetime(2030, 1, 1), zone="UTC",
                       currency="RUB", model=model_of("ABC", deal="C"))  # fmt: skip
    return EngineFacts(engine)


def _arrow(table: sa.Table, frame: pd.DataFrame) -> pa.Table:
    wanted = arrow_schema(table)
    whole = frame.reindex(columns=wanted.names)
    whole = whole.astype(dict.fromkeys(wanted.names, object)).where(whole.notna(), None)
    return pa.Table.from_pandas(whole, schema=wanted, preserve_index=False)


def test_domain_5_where_nothing_works_the_lift_interval_holds_zero(duck: sa.Engine) -> None:
    facts = nothing_works(duck, seed=20260101)
    held = 0
    for segment in facts.info(SCOPE).segments:
        frame = fetch_lift(facts, SCOPE, question(segments=(segment,), window_days=30))
        levels = {level: by_cell(frame.query(f"level == '{level}'")) for level in ("cell", "stage")}
        email = lift(levels["cell"], levels["stage"], ("A", "email", None)).values
        assert min(email["lift_customers"], email["lift_others"]) >= 10
        held += email["ci_low"] <= 0 <= email["ci_high"]
    # of 40 intervals of 95 % fewer would hold zero once in a thousand times
    assert held >= int(binom.ppf(0.001, SETS, 0.95))
