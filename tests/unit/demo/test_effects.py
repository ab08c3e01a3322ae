"""The planted changes of the full demo get the right words: one works, the other does nothing (docs/demo.md)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.analytics.effect import Effect, EffectPlan, Method, Verdict
from dashboard.analytics.effect_answer import effect
from dashboard.analytics.effect_span import WEEK, EffectSpan
from dashboard.demo.journeys import Story
from dashboard.demo.plan import (
    CALLBACK,
    FULL_SIZE,
    PREORDER_BANNER,
    SEED,
    SEGMENTS,
    TOUCHPOINTS,
    Calendar,
    Intervention,
)
from dashboard.demo.rows import Rows
from simulations.effects import sums_of

UNTIL = date(2026, 11, 21)
CALENDAR = Calendar.ending(UNTIL)
NAMES = tuple(segment.name for segment in SEGMENTS)
WINDOW = 28


@pytest.fixture(scope="module")
def story() -> Story:
    return Story(np.random.Generator(np.random.PCG64(SEED)), FULL_SIZE, CALENDAR)


def at_stage(story: Story, stage: str) -> pd.DataFrame:
    """Everybody's moments at a stage, in order of time."""
    if stage == "purchase":
        rows: Rows = story.deals
    else:
        points = [place for place, one in enumerate(TOUCHPOINTS) if one.stage == stage]
        rows = story.touches.take(np.isin(story.touches.point, points))
    frame = pd.DataFrame({"customer": rows.customer, "segment": rows.segment, "when": rows.when})
    return frame.sort_values(by="when")


def measured(story: Story, what: Intervention, expected: float) -> Effect:
    """The answer, from sums that pandas counts anew."""
    start = what.start(UNTIL)
    before = min(52, (start - CALENDAR.start).days // WEEK)
    mature = before + min(8, (what.days_before_end - WINDOW) // WEEK)
    span = EffectSpan(start, before, 8, mature)
    came, went = at_stage(story, what.from_stage), at_stage(story, what.to_stage)
    after = went.assign(then=went["when"])[["customer", "when", "then"]]
    entry = pd.merge_asof(came, after, on="when", by="customer", direction="forward")
    entry["went"] = (entry["then"] <= entry["when"] + WINDOW).astype(int)
    entry["day"] = np.floor(entry["when"]).astype(int) - (span.since - CALENDAR.start).days
    entry = entry.loc[(entry["day"] >= 0) & (entry["day"] < WEEK * (before + 8))]
    entry = entry.assign(week=entry["day"] // WEEK, stopped=1 - entry["went"])
    best = entry.sort_values(by=["stopped", "when"]).drop_duplicates(["customer", "week"])
    rows = best[["customer", "segment", "day", "went"]].to_numpy(dtype=int)
    comparison = tuple(name for name in NAMES if name != what.segment)
    plan = EffectPlan(
        1, what.name, what.from_stage, what.to_stage, what.segment, "", start, expected, comparison, start
    )
    return effect(plan, sums_of(span, NAMES, rows), until=UNTIL)


def test_the_callback_works_and_its_interval_holds_the_truth(story: Story) -> None:
    found = measured(story, CALLBACK, 0.05)
    assert (found.verdict, found.look, found.chosen) == (Verdict.CONFIRMED, 8, Method.DIFFERENCE)
    assert found.agree
    assert found.points is not None
    assert found.points.low < 0.11 * (CALLBACK.lift - 1) < found.points.high


def test_the_banner_that_does_nothing_is_never_called_an_effect(story: Story) -> None:
    found = measured(story, PREORDER_BANNER, 0.05)
    said = {look.verdict for look in found.looks}
    assert said <= {Verdict.NO_EFFECT, Verdict.CANNOT_TELL}
    assert found.verdict is Verdict.NO_EFFECT
