"""What a browser gets to know how sure a gain is: little, of the shown segments, and of the cohort that it names."""

from __future__ import annotations

import json

import pytest

from dashboard.analytics.scenario_draws import scenario_draws
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.query import JourneyQuery, RepeatModel
from dashboard.journey.stages import preset
from layouts.whatif import WhatIfView
from layouts.whatif_draws import cohort_mark, draws_model
from tests.priced import funnel, segment


def view(segments: int, stages: int, query: JourneyQuery) -> WhatIfView:
    counts = [9000 - 700 * place for place in range(stages)]
    parts = [segment(f"s{number}", counts, counts[2] + 900, 9_000_000) for number in range(segments)]
    steps = [f"step{place}" for place in range(stages)]
    priced = funnel(*parts, steps=steps, deal_index=2, repeat_index=stages - 1)
    return WhatIfView(Words("en"), Formats("en", "RUB"), query, preset("loop6"), priced, ())


@pytest.mark.parametrize(("segments", "stages", "most"), [(4, 6, 90_000), (12, 11, 200_000)])
def test_the_draws_are_small(segments: int, stages: int, most: int) -> None:
    shown = view(segments, stages, JourneyQuery("acme"))
    found = draws_model(shown, scenario_draws(shown.priced, shown.query))
    assert len(json.dumps(found)) < most
    assert len(found["segments"]) == segments


def test_draws_name_their_cohort_and_hold_the_shown_segments_alone() -> None:
    query = JourneyQuery("acme", segments=("s1",))
    shown = view(3, 6, query)
    found = draws_model(shown, scenario_draws(shown.priced, query))
    assert list(found["segments"]) == ["s1"]
    assert (
        found["cohort"] == cohort_mark(shown) == cohort_mark(view(3, 6, query.with_(model=RepeatModel.LOOP)))
    )
    others = [
        view(3, 6, query.with_(window_days=30)),
        view(3, 6, query.with_(segments=())),
        view(2, 6, query),
    ]
    assert len({found["cohort"], *(cohort_mark(other) for other in others)}) == 4
