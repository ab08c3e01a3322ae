"""Chains of the plan and its line of days, on plans of a few actions that one can check by eye."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.gantt import gantt
from dashboard.analytics.plan_chains import Break, expected, plan_chains
from dashboard.journey.plan import ActionRecord, Status
from dashboard.journey.query import Against

TODAY = date(2026, 6, 15)


def an_action(number: int, **values: Any) -> ActionRecord:
    moment = datetime(2026, 5, 1, 9)
    base: dict[str, Any] = dict.fromkeys(ActionRecord.__dataclass_fields__, "")
    base |= dict.fromkeys(("scenario_id", "starts_on", "due_on", "live_on", "cost", "lift", "value"))
    base |= {"id": number, "title": f"A{number}", "status": Status.IDEA, "owner_id": 7, "owner": "Ann"}
    base |= {"chain_id": 1, "chain_segment": "new", "from_stage": "a", "to_stage": "b"}
    base |= {"source": {}, "needs": (), "version": 0, "created_at": moment, "changed_at": moment}
    return ActionRecord(**base | values)


def a_bottleneck(
    segment: str, *, proven: bool = True, money: float = 100.0, low_n: bool = False
) -> Bottleneck:
    return Bottleneck(
        segment, "a", "b", 1000, 100, 0.1, 0.2, "other", Against.BEST_OTHER, money, 1.0, 2.0, 0.99, proven, 5.0,
        1.0, low_n, {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, []),
        ({"owner_id": None}, [Break.NO_OWNER]),
        ({"status": Status.LIVE, "live_on": TODAY}, [Break.NO_MEASURE, Break.NO_COMPARISON]),
        ({"status": Status.LIVE, "live_on": TODAY, "measure": "x", "comparison": "y"}, []),
        ({"status": Status.LIVE, "live_on": TODAY - timedelta(56), "measure": "x", "comparison": "y"}, []),
        (
            {"status": Status.LIVE, "live_on": TODAY - timedelta(57), "measure": "x", "comparison": "y"},
            [Break.NOT_MEASURED],
        ),
        ({"status": Status.MEASURED}, [Break.NO_DECISION]),
        ({"status": Status.MEASURED, "decision": "Keep it"}, []),
        ({"status": Status.DROPPED, "owner_id": None}, [Break.NO_ACTION]),
    ],
)
def test_what_breaks_a_chain(values: dict[str, Any], why: list[Break]) -> None:
    (chain,) = plan_chains([an_action(1, **values)], [a_bottleneck("new")], TODAY).chains
    assert [one.why for one in chain.breaks] == why
    assert chain.bottleneck is not None


def test_a_proven_bottleneck_without_an_action_is_a_broken_chain_and_the_share_counts_it() -> None:
    rows = [a_bottleneck("new"), a_bottleneck("old", money=900.0), a_bottleneck("gift", proven=False)]
    rows += [a_bottleneck("few", low_n=True), a_bottleneck("nothing", money=0.0)]
    found = plan_chains([an_action(1)], rows, TODAY)
    assert [(chain.id, chain.segment, bool(chain.breaks)) for chain in found.chains] == [
        (None, "old", True),
        (1, "new", False),
    ]
    assert found.completeness == 0.5
    assert plan_chains([], [], TODAY).completeness is None


def test_actions_of_no_bottleneck_stand_alone_and_dropped_ones_nowhere() -> None:
    alone = {"chain_id": None, "chain_segment": "", "from_stage": "", "to_stage": ""}
    plan = [an_action(1, **alone), an_action(2, **alone), an_action(3, status=Status.DROPPED, **alone)]
    assert [len(chain.actions) for chain in plan_chains(plan, [], TODAY).chains] == [1, 1]


def test_two_actions_on_one_bottleneck_win_its_money_once() -> None:
    money = {"value": Decimal(100)}
    plan = [
        an_action(1, **money),
        an_action(2, value=Decimal(70)),
        an_action(3, chain_id=2, value=Decimal(5)),
    ]
    plan += [an_action(4, chain_id=None, value=Decimal(1)), an_action(5, chain_id=None, value=Decimal(1))]
    plan += [an_action(6, status=Status.LIVE, value=Decimal(100)), an_action(7)]
    assert expected(plan) == {Status.IDEA: 107.0, Status.LIVE: 100.0}


def test_bars_stand_on_their_days() -> None:
    plan = [
        an_action(1, starts_on=date(2026, 6, 1), due_on=date(2026, 6, 10), status=Status.IN_PROGRESS),
        an_action(2, starts_on=date(2026, 6, 16), due_on=date(2026, 6, 30), needs=(1,)),
        an_action(3, starts_on=date(2026, 6, 5), due_on=date(2026, 6, 20), needs=(1,)),
        an_action(4, due_on=date(2026, 6, 8), live_on=date(2026, 6, 8), status=Status.LIVE),
        an_action(5),
        an_action(6, status=Status.DROPPED, due_on=date(2020, 1, 1)),
    ]
    found = gantt(plan, TODAY)
    assert found is not None
    assert found.days == 44  # 25 May to 7 July
    assert [bar.action.id for bar in found.bars] == [1, 3, 4, 2]
    first = found.bars[0]
    assert (first.left * 44, first.width * 44) == (pytest.approx(7), pytest.approx(10))
    assert first.late is not None
    assert [share * 44 for share in first.late] == [pytest.approx(17), pytest.approx(5)]
    assert found.bars[2].live == pytest.approx(14.5 / 44)
    assert found.bars[2].late is None, "what is live is not late"
    assert found.today == pytest.approx(21.5 / 44)
    assert [(need.before, need.after, need.broken) for need in found.needs] == [(0, 1, True), (0, 3, False)]
    assert [(day.isoformat(), round(left * 44), round(width * 44)) for day, left, width in found.months] == [
        ("2026-05-25", 0, 7),
        ("2026-06-01", 7, 30),
        ("2026-07-01", 37, 7),
    ]
    assert all(day.weekday() == 0 for day, _ in found.weeks)
    assert [one.id for one in found.undated] == [5]
    assert gantt([an_action(5)], TODAY) is None
    alone = gantt([an_action(1, starts_on=TODAY)], TODAY)
    assert alone is not None
    assert alone.days == 28
