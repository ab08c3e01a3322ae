"""Every answer of `journey query` on three real sets: DuckDB and PostgreSQL say the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import ANSWERS, twin
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, JourneyQuery, Split
from data_access.scope import Action, Scope
from tests.facts import KeptFacts
from tests.tables import copy_derived, fresh
from tests.thorough import thorough

pytestmark = thorough

SETS = {  # fixture -> a period inside it
    "bank": Period(date(2011, 11, 1), date(2012, 1, 1)),
    "shop": Period(date(2017, 4, 1), date(2017, 7, 1)),
    "toys": Period(date(2012, 3, 19), date(2012, 5, 1)),
}
ASKED: dict[str, dict[str, Any]] = {
    "whole": {"by": (Split.SEGMENT,), "window_days": 30},
    "period": {"by": (Split.SEGMENT, Split.MONTH), "mature": True, "window_days": 14, "entry": Entry.FIRST},
}


@pytest.fixture(scope="module", params=SETS)
def both(request: pytest.FixtureRequest, postgres: sa.Engine) -> tuple[str, Answers, Answers, Period]:
    """The same derived facts on both engines."""
    imported = request.getfixturevalue(request.param)
    fresh(postgres)
    copy_derived(imported.engine, postgres)
    duck, other = (Answers(KeptFacts(engine)) for engine in (imported.engine, postgres))
    return imported.mapping.engagement, duck, other, SETS[request.param]


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("name", ANSWERS)
def test_engines_answer_alike(both: tuple[str, Answers, Answers, Period], name: str, asked: str) -> None:
    engagement, duck, postgres, period = both
    scope = Scope(engagement, Action.READ, 0)
    query = JourneyQuery(engagement, period=Period() if asked == "whole" else period, **ASKED[asked])
    one, other = (said(name, answers, scope, query) for answers in (duck, postgres))
    if isinstance(one, str):
        assert one == other
        return
    assert one["definition"] == other["definition"]
    for part in one.keys() - {"definition"}:
        assert_alike(one[part], other[part], f"{name} {asked} {part}")


def said(name: str, answers: Answers, scope: Scope, query: JourneyQuery) -> Any:
    """The answer, or the code of the error that refuses it."""
    try:
        return twin(name, answers, scope, query)
    except JourneyError as error:
        return error.code


def assert_alike(one: Any, other: Any, where: str) -> None:
    """Equal but for the last digits of a float."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_alike(one[key], other[key], f"{where} {key}")
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            assert_alike(left, right, f"{where} [{place}]")
    elif isinstance(one, float) and other is not None:
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9), where
    else:
        assert one == other, where
