"""What the data cover: data end over sources, facts of the future, the analysis date, first and last day."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.facts import EngineFacts
from tests.facts import SCOPE, Event, Sale, load, model_of

MODEL = model_of("ABC", deal="C")
MARCH_5, MARCH_8 = datetime(2026, 3, 5, 9), datetime(2026, 3, 8, 9)


def test_the_data_end_where_the_first_source_ends(duck: sa.Engine) -> None:
    events = [
        Event("u1", "A", MARCH_5, source="crm"),
        Event("u1", "A", datetime(2026, 3, 1), source="crm"),
        Event("u1", "A", MARCH_8, source="site"),
    ]
    info = load(duck, events, [Sale("u1", datetime(2026, 3, 9), 1)], model=MODEL).info(SCOPE)
    assert (info.data_end, info.data_end_day, info.data_end_date_only) == (MARCH_5, date(2026, 3, 5), False)
    assert (info.first_day, info.last_day) == (date(2026, 3, 1), date(2026, 3, 9))


def test_a_source_of_events_and_deals_ends_with_the_later(duck: sa.Engine) -> None:
    events = [Event("u1", "A", MARCH_8, source="crm")]
    info = load(duck, events, [Sale("u1", MARCH_5, 1, source="crm")], model=MODEL).info(SCOPE)
    assert info.data_end == MARCH_8


def test_a_calendar_day_lasts_to_its_end(duck: sa.Engine) -> None:
    events = [Event("u1", "A", date(2026, 3, 5)), Event("u1", "A", datetime(2026, 3, 5, 6))]
    info = load(duck, events, model=MODEL, zone="Europe/Moscow").info(SCOPE)
    assert info.data_end == datetime(2026, 3, 5, 21)
    assert (info.data_end_day, info.data_end_date_only) == (date(2026, 3, 5), True)


def test_a_timed_source_ends_before_a_dated_one_of_the_same_day(duck: sa.Engine) -> None:
    events = [Event("u1", "A", date(2026, 3, 5), source="crm"), Event("u1", "A", MARCH_5, source="site")]
    info = load(duck, events, model=MODEL).info(SCOPE)
    assert (info.data_end, info.data_end_date_only) == (MARCH_5, False)


def test_facts_after_the_import_stand_outside_and_are_listed(duck: sa.Engine) -> None:
    events = [Event("u1", "A", MARCH_5), Event("u1", "A", MARCH_8)]
    sales = [Sale("u1", MARCH_5, 10), Sale("u1", MARCH_8, 7)]
    info = load(duck, events, sales, model=MODEL, now=datetime(2026, 3, 6)).info(SCOPE)
    assert info.set_aside == {"event_future": (1, 0.0), "transaction_future": (1, 7.0)}
    assert info.data_end == MARCH_5
    assert info.last_day == date(2026, 3, 5)


def test_a_fact_of_the_very_moment_of_the_import_counts(duck: sa.Engine) -> None:
    info = load(duck, [Event("u1", "A", MARCH_5)], model=MODEL, now=MARCH_5).info(SCOPE)
    assert info.set_aside == {}
    assert info.data_end == MARCH_5


def test_today_as_a_calendar_day_ends_now(duck: sa.Engine) -> None:
    info = load(duck, [Event("u1", "A", date(2026, 3, 5))], model=MODEL, now=MARCH_5).info(SCOPE)
    assert (info.data_end, info.data_end_day, info.data_end_date_only) == (MARCH_5, date(2026, 3, 5), False)


def test_the_analysis_date_is_the_last_day_that_counts(duck: sa.Engine) -> None:
    # 21:30 UTC of 5 March is the 6th in Moscow
    events = [
        Event("u1", "A", datetime(2026, 3, 5, 20, 30)),
        Event("u1", "A", datetime(2026, 3, 5, 21, 30)),
        Event("u1", "A", date(2026, 3, 6)),
    ]
    info = load(duck, events, model=MODEL, zone="Europe/Moscow", analysis_date=date(2026, 3, 5)).info(SCOPE)
    assert info.set_aside == {"event_future": (2, 0.0)}
    assert info.last_day == date(2026, 3, 5)


def test_a_source_that_goes_on_after_the_analysis_date_is_complete_up_to_it(duck: sa.Engine) -> None:
    events = [Event("u1", "A", datetime(2026, 3, 1)), Event("u1", "A", MARCH_8)]
    info = load(duck, events, model=MODEL, zone="Europe/Moscow", analysis_date=date(2026, 3, 5)).info(SCOPE)
    assert (info.data_end, info.data_end_day) == (datetime(2026, 3, 5, 21), date(2026, 3, 5))


def test_a_source_that_stopped_before_the_analysis_date_ends_where_it_stopped(duck: sa.Engine) -> None:
    events = [Event("u1", "A", MARCH_5, source="crm"), Event("u1", "A", MARCH_8, source="site")]
    info = load(duck, events, model=MODEL, analysis_date=date(2026, 3, 7)).info(SCOPE)
    assert info.data_end == MARCH_5


def test_unmapped_events_do_not_stretch_the_days_of_the_numbers(duck: sa.Engine) -> None:
    events = [Event("u1", "unmapped", MARCH_5), Event("u1", "A", MARCH_8)]
    info = load(duck, events, model=MODEL).info(SCOPE)
    assert (info.first_day, info.last_day) == (date(2026, 3, 8), date(2026, 3, 8))


def test_events_without_a_customer_are_listed(duck: sa.Engine) -> None:
    info = load(duck, [Event(None, "A", MARCH_5), Event("u1", "A", MARCH_5)], model=MODEL).info(SCOPE)
    assert info.set_aside == {"event_no_customer": (1, 0.0)}


def test_without_facts_there_is_no_data_end(duck: sa.Engine) -> None:
    info = load(duck, model=MODEL).info(SCOPE)
    assert (info.data_end, info.data_end_day, info.first_day, info.last_day) == (None, None, None, None)
    assert info.has_transactions is False


def test_without_a_generation_there_is_no_data_yet(duck: sa.Engine) -> None:
    load(duck, model=MODEL, engagement="another")
    with pytest.raises(JourneyError, match="no_data_yet"):
        EngineFacts(duck).info(SCOPE)


def test_the_model_comes_back_as_it_was(duck: sa.Engine) -> None:
    model = model_of("ABCDE", deal="C", nth={"E": 2})
    assert load(duck, model=model).info(SCOPE).model == model
