"""The heatmap on tables that a marketer checks by hand, on DuckDB and PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Split
from data_access.facts import EngineFacts
from data_access.heatmap import fetch_heatmap
from tests.facts import SCOPE, Event, Sale, load, model_of, question, walk

MODEL = model_of("ABCD", deal="C", nth={"D": 2})
LATE = walk("zoe A400", channel="site")  # the data go on for long: every window above is over
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def ask(facts: EngineFacts, *by: Split, **fields: Any) -> Heatmap:
    query = question(by=by, **{"window_days": 7, **fields})
    return heatmap(fetch_heatmap(facts, SCOPE, query), query, facts.info(SCOPE))


def counts(found: Heatmap) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """(stage, channel) -> touches, customers, mature customers, passed."""
    return {
        (cell.stage, cell.channel): (cell.touches, cell.customers, cell.mature_customers, cell.passed)
        for cell in found.cells
    }


def test_a_customer_counts_once_per_cell(engine: sa.Engine) -> None:
    events = [
        *walk("ann A0 A1 B3", channel="site"),
        *walk("ann A2", channel="ads"),
        *walk("bob A0 A1", channel="site"),
        *LATE,
    ]
    found = ask(load(engine, events, model=MODEL), period=JANUARY)
    assert counts(found) == {
        ("A", "site"): (4, 2, 2, 1),
        ("A", "ads"): (1, 1, 1, 1),
        ("B", "site"): (1, 1, 1, 0),
    }
    stage = found.stage("A")
    assert (stage.touches, stage.customers, stage.mature_customers, stage.passed) == (5, 2, 2, 1)
    assert [cell.share for cell in found.cells] == [1.0, 0.5, 1.0]
    assert found.stage("D").customers == 0
    assert found.stage("D").reasons == {"progression": "no_touches"}


def test_the_window_runs_from_the_first_touch_both_ends_included(engine: sa.Engine) -> None:
    events = [*walk("ann A0 A3 B7", channel="site"), *walk("bob A0 A5 B7.01", channel="site"), *LATE]
    facts = load(engine, events, model=MODEL)
    assert counts(ask(facts, period=JANUARY))["A", "site"] == (4, 2, 2, 1)
    assert counts(ask(facts, period=JANUARY, window_days=8))["A", "site"] == (4, 2, 2, 2)
    assert counts(ask(facts, period=JANUARY, window_days=0))["A", "site"] == (4, 2, 2, 0)


def test_the_first_touch_is_that_of_the_period(engine: sa.Engine) -> None:
    events = [*walk("ann A0 A35 B40", channel="site"), *LATE]
    february = Period(date(2026, 2, 1), date(2026, 3, 1))
    facts = load(engine, events, model=MODEL)
    assert counts(ask(facts, period=JANUARY))["A", "site"] == (1, 1, 1, 0)
    assert counts(ask(facts, period=february))["A", "site"] == (1, 1, 1, 1)


def test_only_customers_whose_window_is_over_have_a_progression(engine: sa.Engine) -> None:
    events = [
        *walk("ann A0 B1", channel="site"),
        *walk("bob A3 B4", channel="site"),
        *walk("cid A9", channel="ads"),
    ]
    found = ask(load(engine, events, model=MODEL))
    # the data end on day 9: ann's seven days are over, bob's end on day 10
    assert counts(found)["A", "site"] == (2, 2, 1, 1)
    assert found.cells[0].progression == 1.0
    assert found.cells[1].progression is None
    assert found.cells[1].reasons == {"progression": "not_ripe"}


def test_a_window_that_ends_with_the_data_is_over(engine: sa.Engine) -> None:
    events = [*walk("ann A0", channel="site"), *walk("bob A7", channel="ads")]
    assert counts(ask(load(engine, events, model=MODEL)))["A", "site"] == (1, 1, 1, 0)


@pytest.mark.parametrize(("last", "mature"), [(date(2026, 1, 8), 1), (date(2026, 1, 7), 0)])
def test_calendar_days_count_as_days(engine: sa.Engine, last: date, mature: int) -> None:
    # touched at 20:00 of the 1st; the data end with the calendar day `last`
    events = [
        Event("ann", "A", datetime(2026, 1, 1, 20), "site"),
        Event("ann", "B", last, "site"),
        Event("bob", "A", last, "ads"),
    ]
    found = ask(load(engine, events, model=MODEL))
    assert counts(found)["A", "site"] == (1, 1, mature, mature)


def test_a_later_stage_at_the_same_instant_counts(engine: sa.Engine) -> None:
    day = date(2026, 1, 5)
    events = [Event("ann", "A", day, "site"), Event("ann", "B", day, "site"), *LATE]
    found = ask(load(engine, events, model=MODEL), period=JANUARY, window_days=0)
    assert counts(found)["A", "site"] == (1, 1, 1, 1)


def test_a_deal_goes_on_to_the_deal_stage_and_the_second_to_its_own(engine: sa.Engine) -> None:
    events = [
        *walk("ann A0", channel="site"),
        *walk("ann C2 D3", channel="store"),
        *walk("bob C2", channel="store"),
        *LATE,
    ]
    sales = [Sale("ann", 2, 10), Sale("ann", 5, 10), Sale("bob", 2, 10), Sale("zoe", 400, 1)]
    found = ask(load(engine, events, sales, model=MODEL), period=JANUARY)
    assert counts(found) == {
        ("A", "site"): (1, 1, 1, 1),
        ("C", "store"): (2, 2, 2, 1),  # an absorbed event is a touch; ann went on to D, bob did not
        ("D", "store"): (1, 1, 1, 1),  # the last stage: another deal
    }


def test_a_deal_is_no_touch(engine: sa.Engine) -> None:
    facts = load(engine, LATE, [Sale("zoe", 400, 10, channel="store")], model=MODEL)
    assert counts(ask(facts)) == {("A", "site"): (1, 1, 0, 0)}


def test_a_cell_without_touches_in_the_period_stands_with_zeros(engine: sa.Engine) -> None:
    events = [*walk("ann A0", channel="site"), *walk("ann B90", channel="ads"), *LATE]
    found = ask(load(engine, events, model=MODEL), period=JANUARY)
    assert counts(found) == {("A", "site"): (1, 1, 1, 0), ("B", "ads"): (0, 0, 0, 0)}
    empty = found.cells[1]
    assert (empty.progression, empty.share) == (None, None)
    assert empty.reasons == {"progression": "no_touches", "share": "no_touches"}


def test_touchpoints_open_a_channel(engine: sa.Engine) -> None:
    events = [
        *walk("ann A0", channel="site", touchpoint="blog"),
        *walk("ann A1", channel="site", touchpoint="shop"),
        *walk("bob A0 B1", channel="site", touchpoint="shop"),
        *walk("bob A0", channel="site"),
        *LATE,
    ]
    found = ask(load(engine, events, model=MODEL), Split.TOUCHPOINT, period=JANUARY)
    assert [
        (cell.stage, cell.touchpoint, cell.touches, cell.customers, cell.passed) for cell in found.cells
    ] == [
        ("A", "(none)", 1, 1, 1),
        ("A", "blog", 1, 1, 0),
        ("A", "shop", 2, 2, 1),
        ("B", "shop", 1, 1, 0),
    ]
    assert found.stage("A").customers == 2


def test_filters_choose_customers(engine: sa.Engine) -> None:
    events = [
        *walk("ann A0", channel="site"),
        *walk("ann B1", channel="ads"),
        *walk("bob A0", channel="ads"),
        *LATE,
    ]
    facts = load(engine, events, model=MODEL, segments={"ann": "gift"})
    gift = counts(ask(facts, period=JANUARY, segments=("gift",)))
    assert gift == {("A", "site"): (1, 1, 1, 1), ("A", "ads"): (0, 0, 0, 0), ("B", "ads"): (1, 1, 1, 0)}
    # ann had a lead event on the site: all her touches stay
    assert counts(ask(facts, period=JANUARY, channels=("site",))) == gift


def test_the_segment_is_that_of_the_periods_end(engine: sa.Engine) -> None:
    events = [
        Event("ann", "A", 0, "site", segment="new"),
        Event("ann", "B", 40, "site", segment="loyal"),
        *LATE,
    ]
    facts = load(engine, events, model=MODEL)
    assert counts(ask(facts, period=JANUARY, segments=("new",)))["A", "site"][0] == 1
    assert counts(ask(facts, segments=("new",)))["A", "site"][0] == 0
    assert counts(ask(facts, segments=("loyal",)))["A", "site"][0] == 1


def test_unmapped_events_are_no_touches(engine: sa.Engine) -> None:
    found = ask(load(engine, [Event("ann", "unmapped", 0, "site"), *LATE], model=MODEL))
    assert counts(found) == {("A", "site"): (1, 1, 0, 0)}


def test_without_touches_there_are_no_cells(engine: sa.Engine) -> None:
    found = ask(load(engine, (), [Sale("ann", 1, 10)], model=MODEL))
    assert found.cells == ()
    assert [stage.customers for stage in found.stages] == [0, 0, 0, 0]


def test_unknown_names_are_refused(duck: sa.Engine) -> None:
    with pytest.raises(JourneyError, match="unknown_channel"):
        ask(load(duck, LATE, model=MODEL), channels=("fax",))
