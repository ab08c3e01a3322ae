"""The period and the cohort book from the sums that stand ready equal those of the journeys."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.journey.period import Period, ends_of, pieces_of
from dashboard.journey.query import Book, JourneyQuery, Split
from data_access import planner, schema
from data_access.facts import EngineFacts
from data_access.lcpq import fetch_lcpq, fetch_outside
from data_access.lcpq_cells import all_ready, cells_of
from data_access.planner import Source, lcpq_source
from tests.facts import SCOPE, Event, Sale, load, model_of, question
from tests.sql.test_lcpq import EVENTS, JANUARY, MODEL, SALES, SEGMENTS
from tests.sql.test_sources import company, digest

PERIODS = {
    "month": JANUARY,
    "quarter": Period(date(2026, 1, 1), date(2026, 4, 1)),
    "three months": Period(date(2026, 2, 1), date(2026, 5, 1)),
    "ragged": Period(date(2026, 1, 29), date(2026, 4, 11)),
    "week": Period(date(2026, 2, 9), date(2026, 2, 16)),
    "past the data": Period(date(2026, 3, 1), date(2027, 2, 3)),
    "before the data": Period(date(2025, 2, 7), date(2026, 3, 1)),
    "from a day": Period(date(2026, 2, 10), None),
    "from a month": Period(date(2026, 2, 1), None),
    "to a day": Period(None, date(2026, 3, 17)),
    "all": Period(),
}
SPLITS: tuple[tuple[Split, ...], ...] = (
    (), (Split.SEGMENT,), (Split.CHANNEL, Split.SEGMENT), (Split.DAY,), (Split.WEEK, Split.SEGMENT),
    (Split.SEGMENT, Split.MONTH), (Split.MONTH, Split.CHANNEL), (Split.QUARTER,), (Split.YEAR, Split.SEGMENT),
)  # fmt: skip
KEPT: tuple[dict[str, Any], ...] = ({}, {"segments": ("new", "(none)")})


def questions(step: int) -> list[JourneyQuery]:
    """Every period and every split, `step` of them apart in the table of both; some of two segments alone."""
    pairs = list(product(PERIODS.values(), SPLITS))[::step]
    return [question(period=period, by=by, **KEPT[place % 2]) for place, (period, by) in enumerate(pairs)]


def assert_equal(facts: EngineFacts, query: JourneyQuery) -> None:
    """The answer of the planner's source is that of the journeys."""
    fetches = (fetch_lcpq, fetch_outside) if query.book is Book.COHORT else (fetch_lcpq,)
    for fetch in fetches:
        own = digest(fetch(facts, SCOPE, query))
        with planner.journeys_only():
            assert own == digest(fetch(facts, SCOPE, query)), query


def test_the_sums_answer_as_the_journeys_do(engine: sa.Engine) -> None:
    facts = load(engine, **company(people=60))
    for query in questions(step=7):
        assert_equal(facts, query)
    for query in questions(step=33):
        assert_equal(facts, query.with_(book=Book.COHORT, horizon_days=20))


@pytest.mark.parametrize("deal", ["A", "C"])  # without lead stages, and with two
def test_a_segment_that_changes_after_the_data_is_read_where_the_period_ends(
    duck: sa.Engine, deal: str
) -> None:
    model = model_of("ABC", deal=deal)
    events = [Event("ann", "A", 0), Event("ann", "B", 40, segment="late"), Event("bob", "A", 41)]
    events += [Event("ann", "X", 75, segment="later")]  # outside the model: a segment without a fact
    facts = load(duck, events, [Sale("ann", 3, 10), Sale("cid", 44, 0)], model=model, zone="Asia/Tehran")
    for query in questions(step=8):
        assert_equal(facts, query.with_(segments=()))


def test_the_planner_reads_cells_where_calendar_units_answer(duck: sa.Engine) -> None:
    facts = load(duck, EVENTS, SALES, model=MODEL, segments=SEGMENTS)
    info = facts.info(SCOPE)

    def source(name: str, **fields: Any) -> Source:
        return lcpq_source(info, question(period=PERIODS[name], **fields))

    # the data end on 12 March: nothing lies between that and 17 March, nor in the rest of the quarter
    ready = {name for name in PERIODS if source(name) is Source.LCPQ_CELL}
    assert ready == {"month", "quarter", "past the data", "to a day", "all"}
    assert source("month", by=(Split.SEGMENT, Split.DAY)) is Source.LCPQ_CELL
    assert source("ragged", by=(Split.MONTH,)) is Source.CUSTOMER_DAY
    assert source("all", by=(Split.WEEK,)) is Source.CUSTOMER_DAY
    assert source("month", book=Book.COHORT) is Source.FIRST_LEAD
    for asked in ({"channels": ("site",)}, {"by": (Split.PRODUCT,)}, {"sale_channels": ("web",)}):
        assert source("month", **asked) is Source.JOURNEY


def test_a_month_of_a_customer_is_a_row_that_a_marketer_checks(engine: sa.Engine) -> None:
    facts = load(engine, EVENTS, SALES, model=MODEL, segments=SEGMENTS)
    month, cell = schema.customer_month, schema.lcpq_cell
    names = ("day", "lead_channel", "deals", "revenue", "refunded")
    rows = _rows(
        facts, sa.select(*(month.c[name] for name in names)).where(month.c.first_deal_day.is_not(None))
    )
    january, february, march = (date(2026, number, 1) for number in (1, 2, 3))
    assert rows == sorted(
        [
            (january, "site", 2, 160, 0),  # ann
            (january, "ads", 0, 0, 0),  # bob
            (january, None, 1, 30, 0),  # dan
            (january, None, 1, 20, 0),  # eve
            (february, "ads", 0, -25, 25),
            (february, None, 1, 40, 0),
            (march, "site", 0, 0, 0),  # eve's first lead
        ],
        key=repr,
    )
    quarter = sa.select(cell.c.segment, cell.c.channel, cell.c.leads_of_period, cell.c.direct, cell.c.revenue)
    quarter = quarter.where(cell.c.unit == "quarter", ~cell.c.latest)
    assert _rows(facts, quarter) == sorted(
        [
            ("gift", "site", 1, 0, 135),
            ("gift", "ads", 1, 0, 40),
            ("own", "site", 1, 0, 0),
            ("(none)", "site", 1, 0, 20),
            ("(none)", "(no lead)", 0, 1, 30),
        ],
        key=repr,
    )


def _rows(facts: EngineFacts, statement: sa.Select) -> list[tuple[Any, ...]]:
    frame = facts.frame(SCOPE, statement).astype(object)
    rows = frame.where(frame.notna(), None).itertuples(index=False)
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | date) else int(value)


def test_days_without_facts_change_nothing(duck: sa.Engine) -> None:
    facts = load(duck, EVENTS, SALES, model=MODEL)
    whole = digest(fetch_lcpq(facts, SCOPE, question()))
    first, last = facts.info(SCOPE).first_day, facts.info(SCOPE).last_day
    assert first is not None
    assert last is not None
    wide = Period(first - timedelta(days=3), last + timedelta(days=9))
    assert lcpq_source(facts.info(SCOPE), question(period=wide)) is Source.LCPQ_CELL
    assert digest(fetch_lcpq(facts, SCOPE, question(period=wide))) == whole


@pytest.mark.parametrize("name", PERIODS)
def test_the_ends_tell_whether_every_piece_of_time_stands_ready(duck: sa.Engine, name: str) -> None:
    info = load(duck, EVENTS, SALES, model=MODEL).info(SCOPE)
    for by, kept in product(SPLITS, KEPT):
        asked = question(period=PERIODS[name], by=by, **kept)
        assert all_ready(info, asked) == all(cell is not None for _, cell in cells_of(info, asked)), asked


@pytest.mark.parametrize("name", PERIODS)
@pytest.mark.parametrize("unit", ["day", "week", "month", "quarter", "year"])
def test_the_ends_of_a_period_are_its_first_and_last_piece(name: str, unit: str) -> None:
    for last in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 31), date(2027, 1, 1)):
        pieces = pieces_of(PERIODS[name], unit, date(2026, 1, 1), last)
        ends = ends_of(PERIODS[name], unit, date(2026, 1, 1), last)
        assert ends == (pieces if len(pieces) < 2 else [pieces[0], pieces[-1]])
    assert ends_of(PERIODS["all"], unit, None, None) == []
