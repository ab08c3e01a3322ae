"""`journey query funnel` with every option: rows, what is said of the question, and the latest mature span."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.analytics.mature_span import mature_span
from dashboard.journey.funnel_options import Exclusion, Filter, StepWindow, parse_filters
from dashboard.journey.funnel_steps import FIELDS, settled
from dashboard.journey.period import Period
from dashboard.journey.query import Mode, Split
from tests.facts import SCOPE, Event, Known, Sale, load, model_of, question, walk

MODEL = model_of("ABCX", deal="C")


def many(passed: int, stood: int, channel: str) -> list[Event]:
    """Customers of a channel, so many of whom went on to B."""
    events = []
    for number in range(stood):
        events.append(Event(f"{channel}{number}", "A", 0, channel=channel))
        if number < passed:
            events.append(Event(f"{channel}{number}", "B", 1))
    return events


def test_groups_tell_how_far_they_differ_from_the_others(duck: sa.Engine) -> None:
    events = [*many(12, 100, "x"), *many(10, 100, "y"), *many(60, 100, "z")]
    answers = Answers(load(duck, [*events, *walk("w C0 X0")], model=MODEL))
    asked: dict[str, Any] = {"stages": ("A", "B"), "by": (Split.CHANNEL,)}
    rows = twin("funnel", answers, SCOPE, question(**asked))["rows"]
    found = {row["channel"]: row for row in rows if row["stage"] == "B"}
    assert found[None]["difference"] is None
    assert found["z"]["difference"] == pytest.approx(0.6 - 22 / 200)
    assert found["z"]["difference_low"] < found["z"]["difference"] < found["z"]["difference_high"]
    assert found["z"]["significant"]
    assert all(row["difference"] is None for row in rows if row["stage"] == "A")
    # a filter leaves out rows, but not the groups that they are compared with
    only = question(**asked, filters=(Filter("channel", ("z",)),))
    kept = [row for row in twin("funnel", answers, SCOPE, only)["rows"] if row["channel"] == "z"]
    assert [row["difference"] for row in kept] == [None, found["z"]["difference"]]


def test_everything_that_was_asked_is_said(duck: sa.Engine) -> None:
    facts = load(duck, walk("u A0 B1 C2 X3", channel="x"), model=MODEL, known=[Known("u", "city", "Omsk")])
    query = question(
        stages=("A", "B", "C"),
        optional=("B",),
        step_windows=(StepWindow("C", 5),),
        exclusions=(Exclusion.parse("X:A>C:remove"),),
        attributes=("city",),
        value_at="last",
        step_filters=parse_filters(("B:channel=x",), ("channel",), steps=True),
        filters=parse_filters(("channel=x", "channel=y", "attribute:city=Omsk"), FIELDS),
    )
    answer = twin("funnel", Answers(facts), SCOPE, query)
    said = answer["definition"]
    assert said["optional"] == ["B"]
    assert said["step_windows"] == ["C=5"]
    assert said["exclusions"] == ["X:A>C:remove"]
    assert said["step_filters"] == ["B:channel=x"]
    assert said["customer_filters"] == ["channel=x|y", "attribute:city=Omsk"]
    assert (said["attributes"], said["value_at"]) == (["city"], "last")
    assert said["unused_options"] == []
    assert answer["removed"][0] == {"segment": None, "attribute:city": None, "customers": 0}
    assert [row["attribute:city"] for row in answer["rows"]] == [None] * 3 + ["Omsk"] * 3
    unused = twin("funnel", Answers(facts), SCOPE, query.with_(mode=Mode.ANY, attributes=()))["definition"]
    assert set(unused["unused_options"]) == {"optional", "step_windows", "exclusions"}


def test_the_latest_mature_span_stands_in_for_a_young_period(engine: sa.Engine) -> None:
    """DOMAIN 4: under half of the period's entries are mature; the data end with 30 October."""
    events = [Event(f"u{month}", "A", date(2026, month, 20)) for month in range(1, 11)]
    events += [Event("end", "B", date(2026, 10, 30))]
    answers = Answers(load(engine, events, [Sale("u6", date(2026, 6, 21), 5)], model=MODEL))
    young = question(period=Period(date(2026, 7, 1), date(2026, 11, 1)), mature=True, stages=("A", "B", "C"))
    answer = twin("funnel", answers, SCOPE, young)
    span = answer["definition"]["mature_span"]
    # sales end the data on 21 June unless the events go on: the earliest source decides
    assert answer["definition"]["data_end"] == "2026-06-21"
    assert (span["since"], span["until"]) == ("2025-11-21", "2026-03-24")
    assert span["ready_on"] == "2027-01-29"
    assert answer["rows"][0]["customers"] == 3
    assert answer["definition"]["period"]["since"] == "2026-07-01"
    plain = twin("funnel", answers, SCOPE, young.with_(mature=False))
    assert (plain["definition"]["mature_span"], plain["rows"][0]["customers"]) == (None, 4)
    priced = twin("bottlenecks", answers, SCOPE, young)
    assert priced["definition"]["mature_span"]["until"] == "2026-03-24"
    for mode in (Mode.STRICT, Mode.ANY):
        assert twin("funnel", answers, SCOPE, young.with_(mode=mode))["definition"]["mature_span"] == span | {
            "entries": 5 if mode is Mode.ANY else 4
        }
    reached = twin("funnel", answers, SCOPE, young.with_(mode=Mode.REACHED))
    assert reached["definition"]["mature_span"] is None


def test_a_period_that_is_half_mature_stays(duck: sa.Engine) -> None:
    info = load(duck, walk("u A0 B100"), model=MODEL).info(SCOPE)
    period = Period(date(2026, 1, 1), date(2026, 4, 1))
    assert mature_span(period, 90, info, 10, 5) is None
    assert mature_span(period, 90, info, 0, 0) is None
    assert mature_span(Period(), 90, info, 10, 1) is None
    span = mature_span(period, 90, info, 10, 4)
    assert span is not None
    # the data end at noon of 11 April: entries of 10 January and before are over, those of the 11th in part
    assert span.period == Period(date(2025, 10, 13), date(2026, 1, 11))
    assert span.ready_on == date(2026, 6, 30)


def test_what_nobody_said_is_settled(duck: sa.Engine) -> None:
    info = load(duck, walk("u A0 B1 C2 X3"), model=MODEL).info(SCOPE)
    windows = question(stages=("A", "B", "C"), step_windows=(StepWindow("B", 5), StepWindow("C", 7)))
    assert settled(windows, info, mode_given=True, window_given=False).window_days == 12
    assert settled(windows, info, mode_given=True, window_given=True).window_days == 90
    part = windows.with_(step_windows=windows.step_windows[:1])
    assert settled(part, info, mode_given=True, window_given=False).window_days == 90


def test_reached_is_chosen_by_itself_without_stage_history(duck: sa.Engine) -> None:
    deals = [Event(f"u{number}", "ABC"[number % 3], number, label="step") for number in range(9)]
    info = load(duck, deals, model=MODEL).info(SCOPE)
    assert not info.has_history
    chosen = settled(question(), info, mode_given=False, window_given=False)
    assert (chosen.mode, chosen.mode_by_data) == (Mode.REACHED, True)
    assert settled(question(), info, mode_given=True, window_given=False).mode is Mode.ORDERED
