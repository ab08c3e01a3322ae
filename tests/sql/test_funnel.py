"""The funnel on hand-made facts: the golden table of DOMAIN section 4 and its edges.

Times and order run on both engines, where these could differ; the rest on DuckDB, since `test_funnel_random`
holds both engines against one oracle.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.funnel import Funnel, funnel
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, Mode, Split
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel
from tests.facts import SCOPE, Event, Sale, load, model_of, question, walk

GOLDEN = (
    "u1 A0 B1 C2",
    "u2 A0 C1 B2 C3",
    "u3 A0 B9",
    "u4 A0 A8 B9 C10",
    "u5 B0 A1 C2",
    "u6 A0 B0 C0",
    "u7 C0",
    "u8 A0 X1 B2",
)
STEPS = ("A", "B", "C")
NTH = model_of("APTL", deal="P", nth={"L": 2})
BY_SEGMENT = (Split.SEGMENT,)


def ask(facts: EngineFacts, **fields: Any) -> Funnel:
    query = question(**fields)
    return funnel(fetch_funnel(facts, SCOPE, query), query, facts.info(SCOPE))


def customers(facts: EngineFacts, **fields: Any) -> list[int]:
    return [step.customers for step in ask(facts, **fields).total.steps]


def of_segments(found: Funnel) -> dict[str | None, list[int]]:
    return {group.segment: [step.customers for step in group.steps] for group in found.segments}


def pairs(
    engine: sa.Engine, moments: dict[str, tuple[Any, Any]], *, zone: str = "UTC", **fields: Any
) -> set[str]:
    """Which customers got from A at their first moment to B at their second."""
    events = [
        Event(name, stage, when)
        for name, both in moments.items()
        for stage, when in zip("AB", both, strict=True)
    ]
    segments = {name: name for name in moments}
    facts = load(engine, events, model=model_of("AB", deal="B"), segments=segments, zone=zone)
    found = of_segments(ask(facts, by=BY_SEGMENT, **fields))
    return {str(name) for name, counts in found.items() if counts == [1, 1]}


def test_domain_4_golden_table(engine: sa.Engine) -> None:
    events = [event for line in GOLDEN for event in walk(line)]
    facts = load(engine, events, model=model_of("ABCX", deal="C"))
    golden: list[tuple[dict[str, Any], list[int]]] = [
        ({"entry": Entry.FIRST}, [7, 4, 3]),
        ({"entry": Entry.BEST}, [7, 5, 4]),
        ({"increasing": True}, [7, 4, 3]),
        ({"mode": Mode.STRICT}, [7, 3, 3]),
        ({"mode": Mode.ANY}, [8, 6, 5]),
        ({"mode": Mode.REACHED}, [8, 8, 6]),
    ]
    for options, counts in golden:
        assert customers(facts, stages=STEPS, window_days=7, **options) == counts, options


def test_domain_4_golden_window_is_inclusive(engine: sa.Engine) -> None:
    moments = {"at the end": (0, 7), "a moment later": (0, 7.001), "a day before": (0, 6)}
    assert pairs(engine, moments, window_days=7) == {"at the end", "a day before"}
    assert pairs(engine, moments, window_days=6) == {"a day before"}


def test_times_are_days_of_24_hours_and_quantiles_lie_between_neighbours(engine: sa.Engine) -> None:
    events = [*walk("u A0 B1.5"), *walk("v A0 B4"), *walk("w A0")]
    step = ask(load(engine, events, model=model_of("AB", deal="B"))).total.steps[1]
    assert (step.median_days, step.p75_days) == (2.75, 3.375)
    assert step.p90_days == pytest.approx(3.75)
    assert (step.from_previous, step.from_first) == (2 / 3, 2 / 3)


class TestCalendarDays:
    """A date without a time is a whole day: equal in time to what else happens that day."""

    def test_order_of_one_day_is_the_order_of_stages(self, engine: sa.Engine) -> None:
        day = date(2026, 1, 5)
        facts = load(engine, [Event("u", "B", day), Event("u", "A", day)], model=model_of("AB", deal="B"))
        assert customers(facts) == [1, 1]
        assert customers(facts, increasing=True) == [1, 0]
        assert customers(facts, mode=Mode.STRICT) == [1, 1]
        assert customers(facts, mode=Mode.ANY) == [1, 1]
        assert ask(facts).total.steps[1].median_days == 0

    def test_a_timed_event_of_that_day_is_equal_too(self, engine: sa.Engine) -> None:
        # by the clock B came first; the other fact of the day has no time, so nobody knows
        events = [Event("u", "B", datetime(2026, 1, 5, 8)), Event("u", "A", date(2026, 1, 5))]
        assert customers(load(engine, events, model=model_of("AB", deal="B"))) == [1, 1]

    def test_window_counts_calendar_days(self, engine: sa.Engine) -> None:
        late, seventh, eighth = datetime(2026, 1, 1, 23), date(2026, 1, 8), date(2026, 1, 9)
        found = pairs(
            engine,
            {
                "time to 7th day": (late, seventh),
                "time to 8th day": (late, eighth),
                "day to 7th day": (late.date(), seventh),
                "day to 8th day": (late.date(), eighth),
                "day to a time of the 7th day": (late.date(), datetime(2026, 1, 8, 23, 59)),
            },
            window_days=7,
        )
        assert found == {"time to 7th day", "day to 7th day", "day to a time of the 7th day"}

    def test_whole_days_between_a_time_and_a_day(self, engine: sa.Engine) -> None:
        events = [Event("u", "A", datetime(2026, 1, 1, 23)), Event("u", "B", date(2026, 1, 3))]
        assert ask(load(engine, events, model=model_of("AB", deal="B"))).total.steps[1].median_days == 2


def test_window_over_the_change_of_clocks(engine: sa.Engine) -> None:
    """Berlin: 29 March has 23 hours, 25 October has 25; a day of a window has 24, a calendar day is a day."""
    found = pairs(
        engine,
        {
            "spring 24 h": (datetime(2026, 3, 28, 11), datetime(2026, 3, 29, 11)),
            "spring 24 h 1 min": (datetime(2026, 3, 28, 11), datetime(2026, 3, 29, 11, 1)),
            "autumn 24 h": (datetime(2026, 10, 24, 10), datetime(2026, 10, 25, 10)),
            "autumn 24 h 1 min": (datetime(2026, 10, 24, 10), datetime(2026, 10, 25, 10, 1)),
            "spring next day": (date(2026, 3, 28), date(2026, 3, 29)),
            "autumn next day": (date(2026, 10, 25), date(2026, 10, 26)),
            "autumn day after": (date(2026, 10, 25), date(2026, 10, 27)),
        },
        zone="Europe/Berlin",
        window_days=1,
    )
    assert found == {"spring 24 h", "autumn 24 h", "spring next day", "autumn next day"}


class TestNthDeal:
    """Stages that the n-th deal reaches: any deal that is at least the n-th of the walk, in its place."""

    def test_second_deal_after_the_step_before(self, engine: sa.Engine) -> None:
        facts = load(engine, walk("u A0 T5"), [Sale("u", 1, 10), Sale("u", 6, 10)], model=NTH)
        assert customers(facts) == [1, 1, 1, 1]
        assert ask(facts).total.steps[3].median_days == 1

    def test_a_third_deal_will_do(self, engine: sa.Engine) -> None:
        sales = [Sale("u", day, 10) for day in (1, 2, 6)]
        facts = load(engine, walk("u A0 T5"), sales, model=NTH)
        assert customers(facts) == [1, 1, 1, 1]
        assert customers(facts, window_days=5) == [1, 1, 1, 0]

    def test_not_before_the_step_before(self, engine: sa.Engine) -> None:
        facts = load(engine, walk("u A0 T5"), [Sale("u", 1, 10), Sale("u", 2, 10)], model=NTH)
        assert customers(facts) == [1, 1, 1, 0]
        assert customers(facts, mode=Mode.REACHED) == [1, 1, 1, 1]
        assert customers(facts, stages=("A", "P", "L")) == [1, 1, 1]

    def test_counted_from_the_deal_of_the_walk(self, engine: sa.Engine) -> None:
        facts = load(engine, walk("u A2 T5"), [Sale("u", 0, 10), Sale("u", 3, 10)], model=NTH)
        assert customers(facts) == [1, 1, 1, 0]
        # without the deal among the steps it is the customer's n-th
        assert customers(facts, stages=("A", "L")) == [1, 1]
        assert customers(facts, mode=Mode.ANY, window_days=2) == [1, 1, 0, 0]
        assert customers(facts, mode=Mode.ANY, window_days=3) == [1, 1, 1, 0]
        assert customers(facts, mode=Mode.ANY, window_days=5) == [1, 1, 1, 1]

    def test_in_a_window_it_is_counted_from_the_first_deal_there(self, engine: sa.Engine) -> None:
        sales = [Sale("u", day, 10) for day in (0, 3, 6)]
        facts = load(engine, walk("u A2"), sales, model=NTH)
        later = Period(date(2026, 1, 3), None)
        steps = ask(facts, mode=Mode.ANY, window_days=4, period=later).total.steps
        assert [step.customers for step in steps] == [1, 1, 1, 0]
        assert [step.median_days for step in steps] == [None, 1, 3, None]

    def test_its_own_events_reach_it_only_without_transactions(self, engine: sa.Engine) -> None:
        events = walk("u A0 P1 T2 L3")
        assert customers(load(engine, events, model=NTH)) == [1, 1, 1, 1]
        facts = load(engine, events, [Sale("u", 1, 10)], model=NTH)
        for mode in (Mode.ORDERED, Mode.STRICT, Mode.ANY, Mode.REACHED):
            assert customers(facts, mode=mode) == [1, 1, 1, 0], mode

    def test_strict_takes_deals_in_a_row_and_ends_at_an_event_of_the_stage(self, engine: sa.Engine) -> None:
        steps = ("A", "P", "L")
        twice = [Sale("u", 1, 10), Sale("u", 2, 10)]
        assert customers(load(engine, walk("u A0"), twice, model=NTH), stages=steps, mode=Mode.STRICT) == [
            1,
            1,
            1,
        ]
        between = load(engine, walk("u A0 L1.5"), twice, model=NTH)
        assert customers(between, stages=steps, mode=Mode.STRICT) == [1, 1, 0]
        assert customers(between, stages=steps) == [1, 1, 1]

    def test_strict_too_early_a_deal_is_another_stage(self, engine: sa.Engine) -> None:
        model = model_of("APTL", deal="P", nth={"L": 3})
        sales = [Sale("u", 1, 10), Sale("u", 3, 10), Sale("u", 4, 10)]
        facts = load(engine, walk("u A0 T2"), sales, model=model)
        assert customers(facts, mode=Mode.STRICT) == [1, 1, 1, 0]
        assert customers(facts) == [1, 1, 1, 1]

    def test_no_deal_twice_in_one_chain(self, engine: sa.Engine) -> None:
        model = model_of("APTLM", deal="P", nth={"L": 2, "M": 3})
        sales = [Sale("u", day, 10) for day in (1, 2, 3, 6)]
        facts = load(engine, walk("u A0 T5"), sales, model=model)
        # the fourth deal alone comes after the trigger: it cannot be two steps
        assert customers(facts) == [1, 1, 1, 1, 0]


class TestDeals:
    """Where transactions exist they alone reach the deal stage."""

    def test_an_event_without_money_reaches_nothing(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 P1"), [Sale("v", 1, 10)], model=NTH)
        assert customers(facts, stages=("A", "P")) == [1, 0]

    def test_an_absorbed_event_does_not_count_beside_its_deal(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 P1", deal_ref="d"), [Sale("u", 2, 10, ref="d")], model=NTH)
        step = ask(facts, stages=("A", "P")).total.steps[1]
        assert (step.customers, step.median_days) == (1, 2)

    def test_refunds_and_zero_amounts_reach_nothing(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0"), [Sale("u", 1, -10), Sale("u", 2, 0)], model=NTH)
        assert customers(facts, stages=("A", "P")) == [1, 0]


class TestPeriod:
    """Entries lie in the period; what follows may lie after it."""

    def test_later_steps_after_the_end(self, duck: sa.Engine) -> None:
        facts = load(duck, [*walk("u A0 B20"), *walk("v A-1 B2")], model=model_of("AB", deal="B"))
        january = Period(date(2026, 1, 1), date(2026, 1, 2))
        assert customers(facts, period=january) == [1, 1]
        assert customers(facts, period=january, window_days=19) == [1, 0]

    def test_any_starts_a_window_at_every_step(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 B5"), model=model_of("AB", deal="B"))
        fifth = Period(date(2026, 1, 6), date(2026, 1, 7))
        assert customers(facts, period=fifth) == [0, 0]
        assert customers(facts, period=fifth, mode=Mode.ANY) == [1, 0]

    def test_reached_takes_the_first_tracked_event_ever(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 A5 B6"), model=model_of("AB", deal="B"))
        fifth = Period(date(2026, 1, 6), date(2026, 1, 7))
        assert customers(facts, period=fifth) == [1, 1]
        assert customers(facts, period=fifth, mode=Mode.REACHED) == [0, 0]

    def test_local_days_decide(self, duck: sa.Engine) -> None:
        events = [Event("u", "A", datetime(2026, 1, 1, 22))]  # in Moscow already the 2nd
        facts = load(duck, events, model=model_of("AB", deal="B"), zone="Europe/Moscow")
        assert customers(facts, period=Period(date(2026, 1, 2), date(2026, 1, 3))) == [1, 0]


class TestReached:
    """The deepest stage from the first tracked event on."""

    def test_horizon_ends_it(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 B10"), model=model_of("AB", deal="B"))
        assert customers(facts, mode=Mode.REACHED, horizon_days=10) == [1, 1]
        assert customers(facts, mode=Mode.REACHED, horizon_days=9) == [1, 0]
        assert customers(facts, mode=Mode.REACHED, window_days=1) == [1, 1]

    def test_stages_after_the_deal_count_from_the_first_deal_on(self, duck: sa.Engine) -> None:
        events = [*walk("u A0 T1"), *walk("v A0 T1")]
        facts = load(duck, events, [Sale("v", 1, 10)], model=NTH)
        assert customers(facts, mode=Mode.REACHED) == [2, 1, 1, 0]

    def test_time_of_a_step_is_the_first_at_its_depth(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 C3 B5"), model=model_of("ABC", deal="C"))
        steps = ask(facts, mode=Mode.REACHED).total.steps
        assert [step.median_days for step in steps] == [None, 3, 0]


class TestSegments:
    """Each customer stands in the segment as of the entry of the chosen attempt."""

    def test_the_best_attempt_decides(self, duck: sa.Engine) -> None:
        events = [Event("u", "A", 0, segment="new"), Event("u", "A", 50, segment="old"), Event("u", "B", 51)]
        facts = load(duck, events, model=model_of("AB", deal="B"))
        best = ask(facts, by=BY_SEGMENT, window_days=7)
        assert of_segments(best) == {"new": [0, 0], "old": [1, 1]}
        first = ask(facts, by=BY_SEGMENT, window_days=7, entry=Entry.FIRST)
        assert of_segments(first) == {"new": [1, 0], "old": [0, 0]}
        # the filter comes after the choice: nobody's best attempt began as "new"
        assert customers(facts, segments=("new",), window_days=7) == [0, 0]
        assert customers(facts, segments=("old",), window_days=7) == [1, 1]

    def test_without_a_segment_at_the_entry(self, duck: sa.Engine) -> None:
        events = [Event("u", "A", 0), Event("u", "B", 5, segment="new"), Event("v", "A", 0, segment="new")]
        facts = load(duck, events, model=model_of("AB", deal="B"))
        found = ask(facts, by=BY_SEGMENT)
        assert of_segments(found) == {"new": [1, 0], "(none)": [1, 1]}
        assert [step.customers for step in found.total.steps] == [2, 1]

    def test_total_quantiles_are_of_everybody(self, duck: sa.Engine) -> None:
        events = [*walk("u A0 B1"), *walk("v A0 B2"), *walk("w A0 B9")]
        facts = load(duck, events, model=model_of("AB", deal="B"), segments={"u": "s", "v": "s", "w": "t"})
        found = ask(facts, by=BY_SEGMENT)
        assert found.total.steps[1].median_days == 2
        assert [group.steps[1].median_days for group in found.segments] == [1.5, 9]

    def test_chosen_segments_have_rows_also_where_nobody_came(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 B1"), model=model_of("AB", deal="B"), segments={"u": "s", "v": "t"})
        found = ask(facts, by=BY_SEGMENT, segments=("s",))
        assert of_segments(found) == {"s": [1, 1]}
        nobody = Period(date(2020, 1, 1), date(2020, 2, 1))
        assert of_segments(ask(facts, by=BY_SEGMENT, period=nobody)) == {"s": [0, 0], "t": [0, 0]}


class TestMaturity:
    """Entries whose window is not over at the data end: counted, told, and left out on demand."""

    def test_immature_is_by_entry_time_alone(self, duck: sa.Engine) -> None:
        facts = load(
            duck, [*walk("u A0 B1"), *walk("v A8 B9"), *walk("w X10")], model=model_of("ABX", deal="B")
        )
        found = ask(facts, stages=("A", "B"), window_days=7).total.steps
        assert [(step.customers, step.immature) for step in found] == [(2, 1), (2, 1)]
        left = ask(facts, stages=("A", "B"), window_days=7, mature=True).total.steps
        assert [(step.customers, step.immature) for step in left] == [(1, 1), (1, 1)]

    def test_the_edge_is_mature(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 B7"), model=model_of("AB", deal="B"))
        assert customers(facts, window_days=7, mature=True) == [1, 1]
        assert customers(facts, window_days=8, mature=True) == [0, 0]

    def test_mature_entries_are_chosen_before_the_best(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 A8 B9"), model=model_of("AB", deal="B"))
        plain = ask(facts, window_days=7).total.steps
        assert [(step.customers, step.immature) for step in plain] == [(1, 0), (1, 0)]
        left = ask(facts, window_days=7, mature=True).total.steps
        assert [(step.customers, step.immature) for step in left] == [(1, 0), (0, 0)]

    def test_calendar_days_at_the_data_end(self, duck: sa.Engine) -> None:
        events = [Event("u", "A", datetime(2026, 1, 1, 20)), Event("v", "B", date(2026, 1, 8))]
        facts = load(duck, events, model=model_of("AB", deal="B"))
        assert customers(facts, window_days=7, mature=True) == [1, 0]
        assert customers(facts, window_days=8, mature=True) == [0, 0]

    def test_reached_is_mature_at_once_unless_it_has_a_horizon(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 B7"), model=model_of("AB", deal="B"))
        assert customers(facts, mode=Mode.REACHED, mature=True) == [1, 1]
        assert customers(facts, mode=Mode.REACHED, mature=True, horizon_days=8) == [0, 0]


def test_channel_filter_keeps_customers_with_a_lead_event_there(duck: sa.Engine) -> None:
    events = [*walk("u A0", channel="site"), *walk("u B1", channel="ads"), *walk("v A0 B1", channel="ads")]
    facts = load(duck, events, model=model_of("AB", deal="B"))
    assert customers(facts, channels=("site",)) == [1, 1]
    assert customers(facts, channels=("site", "ads")) == [2, 2]


def test_names_that_the_engagement_does_not_have_are_refused(duck: sa.Engine) -> None:
    facts = load(duck, walk("u A0 B1"), model=model_of("AB", deal="B"))
    for field, code in (("segments", "segment"), ("channels", "channel"), ("stages", "stage")):
        with pytest.raises(JourneyError) as error:
            fetch_funnel(facts, SCOPE, question(**{field: ("nowhere",)}))
        assert error.value.code == f"unknown_{code}"


def test_no_customer_has_an_entry(duck: sa.Engine) -> None:
    facts = load(duck, [*walk("u B1"), *walk("v A0")], model=model_of("AB", deal="B"))
    later = Period(date(2026, 1, 2))
    for mode in (Mode.ORDERED, Mode.STRICT):
        found = ask(facts, mode=mode, by=BY_SEGMENT, period=later)
        assert [step.customers for step in found.total.steps] == [0, 0]
        assert found.total.steps[1].from_previous is None
        assert found.total.steps[1].reasons["from_previous"] == "no_customers"
