"""The funnel's rates, reasons and rows from counts alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from dashboard.analytics.funnel import FunnelStep, funnel, unused_options
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import Entry, JourneyQuery, Mode, Split
from tests.facts import model_of

INFO = GenerationInfo(
    engagement="test",
    number=1,
    built_at=datetime(2026, 1, 1),
    zone="UTC",
    currency="RUB",
    model=model_of("ABC", deal="C"),
    data_end=None,
    data_end_day=None,
    data_end_date_only=False,
    first_day=None,
    last_day=None,
    has_transactions=False,
    segments=("s", "t"),
    channels=(),
    sources=(),
    set_aside={},
)
BY_SEGMENT = JourneyQuery("test", by=(Split.SEGMENT,))


def frame(**groups: list[int]) -> pd.DataFrame:
    """Counts by group; `everybody` is the total."""
    rows: list[dict[str, Any]] = []
    for name, counts in groups.items():
        for number, (stage, customers) in enumerate(zip("ABC", counts, strict=True), 1):
            days = dict.fromkeys(
                ("median_days", "p75_days", "p90_days"), 1.5 if number > 1 and customers else None
            )
            segment = None if name == "everybody" else name.replace("none", "(none)")
            row = {"segment": segment, "step": number, "stage": stage, "customers": customers}
            rows.append(row | days | {"immature": customers // 10})
    return pd.DataFrame(rows, dtype=object)


def total(*counts: int) -> tuple[FunnelStep, ...]:
    return funnel(frame(everybody=list(counts)), JourneyQuery("test"), INFO).total.steps


def test_rates_are_of_the_step_before_and_of_the_first() -> None:
    first, second, third = total(1000, 100, 30)
    assert (first.from_previous, first.from_first) == (None, 1.0)
    assert (second.from_previous, second.from_first) == (0.1, 0.1)
    assert (third.from_previous, third.from_first) == (0.3, 0.03)
    assert (second.ci_low, second.ci_high) == (
        pytest.approx(0.0829, abs=1e-4),
        pytest.approx(0.1202, abs=1e-4),
    )
    assert (second.median_days, second.immature) == (1.5, 10)
    assert second.reasons == {}


def test_the_first_step_has_no_step_before() -> None:
    step = total(1000, 100, 30)[0]
    fields = ("from_previous", "ci_low", "ci_high", "median_days", "p75_days", "p90_days")
    assert step.reasons == dict.fromkeys(fields, "no_previous_step")
    assert all(getattr(step, name) is None for name in fields)


def test_unknown_is_none_with_a_reason() -> None:
    _, second, third = total(10, 0, 0)
    assert (second.from_previous, second.ci_low, second.median_days) == (0.0, 0.0, None)
    assert second.reasons == dict.fromkeys(("median_days", "p75_days", "p90_days"), "nobody_passed")
    assert (third.from_previous, third.from_first, third.ci_low) == (None, 0.0, None)
    assert third.reasons["from_previous"] == "no_customers"
    assert total(0, 0, 0)[0].reasons["from_first"] == "no_customers"
    assert total(0, 0, 0)[0].from_first is None


@pytest.mark.parametrize("counts", [(1000, 100, 30), (10, 0, 0), (0, 0, 0)])
def test_every_missing_figure_has_its_reason_and_no_other(counts: tuple[int, ...]) -> None:
    for step in total(*counts):
        rates = ("from_previous", "from_first", "ci_low", "ci_high", "median_days", "p75_days", "p90_days")
        assert {name for name in rates if getattr(step, name) is None} == set(step.reasons)


def test_every_segment_has_a_row_for_every_step() -> None:
    found = funnel(frame(t=[5, 2, 1], everybody=[5, 2, 1]), BY_SEGMENT, INFO)
    assert [group.segment for group in found.groups] == [None, "s", "t"]
    assert [[step.customers for step in group.steps] for group in found.segments] == [[0, 0, 0], [5, 2, 1]]


def test_customers_without_a_segment_do_not_vanish() -> None:
    counted = frame(none=[2, 0, 0], s=[1, 1, 0], everybody=[3, 1, 0])
    assert [group.segment for group in funnel(counted, BY_SEGMENT, INFO).segments] == ["s", "t", "(none)"]
    chosen = BY_SEGMENT.with_(segments=("s",))
    assert [group.segment for group in funnel(frame(s=[1, 1, 0]), chosen, INFO).segments] == ["s"]


def test_no_split_no_segments() -> None:
    assert funnel(frame(everybody=[3, 1, 0]), JourneyQuery("test"), INFO).segments == ()


def test_steps_are_those_of_the_question() -> None:
    found = funnel(frame(), JourneyQuery("test", stages=("C", "A")), INFO)
    assert found.stages == ("C", "A")
    assert [(step.stage, step.customers) for step in found.total.steps] == [("C", 0), ("A", 0)]


@pytest.mark.parametrize(
    ("options", "unused"),
    [
        ({}, ()),
        ({"horizon_days": 30}, ()),  # amounts are of so many days
        ({"entry": Entry.FIRST, "increasing": True}, ()),
        ({"mode": Mode.STRICT, "entry": Entry.FIRST, "increasing": True}, ("increasing",)),
        ({"mode": Mode.ANY, "entry": Entry.FIRST, "increasing": True}, ("entry", "increasing")),
        ({"mode": Mode.REACHED, "entry": Entry.FIRST, "window_days": 7}, ("entry", "window_days")),
        ({"mode": Mode.REACHED, "horizon_days": 30}, ()),
    ],
)
def test_options_that_a_mode_does_not_use_are_named(options: dict[str, Any], unused: tuple[str, ...]) -> None:
    assert unused_options(JourneyQuery("test", **options)) == unused
