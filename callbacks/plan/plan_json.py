"""The plan as plain JSON, for scripts: stable names, money as numbers, days as 2026-03-01."""

from __future__ import annotations

from typing import Any

from callbacks.plan.chains import chains_of
from callbacks.plan.common import plan_view
from callbacks.services import Ask, Services
from dashboard.analytics.plan_chains import Chain
from dashboard.journey.plan import ActionRecord

_TEXTS = (
    "title", "problem", "stage", "segment", "channel", "touchpoint", "owner", "measure", "comparison", "decision",
)  # fmt: skip
_NUMBERS = ("cost", "lift", "value")
_DAYS = ("starts_on", "due_on", "live_on")


def plan_json(services: Services, ask: Ask) -> dict[str, Any]:
    """The actions of an engagement, and its chains against the bottlenecks of the period.

    Returns:
        `actions`; `chains`, the broken ones first, each with `breaks`: `why` and the action's id (None: there is none);
        `completeness`: share of whole chains (None: no chain); `period` of the bottlenecks.
    """
    plan = plan_view(services, ask)
    query, found = chains_of(services, ask, plan)
    return {
        "actions": [_action(one) | {"overdue": one.overdue(plan.today)} for one in plan.actions],
        "chains": [_chain(one) for one in found.chains],
        "completeness": found.completeness,
        "period": query.period.token(),
    }


def _action(one: ActionRecord) -> dict[str, Any]:
    numbers = {name: getattr(one, name) for name in _NUMBERS}
    return {
        "id": one.id,
        "chain": one.chain_id,
        "status": str(one.status),
        **{name: getattr(one, name) or None for name in _TEXTS},
        **{name: None if value is None else float(value) for name, value in numbers.items()},
        **{name: getattr(one, name) for name in _DAYS},
        "needs": list(one.needs),
    }


def _chain(one: Chain) -> dict[str, Any]:
    return {
        "id": one.id,
        "segment": one.segment or None,
        "from_stage": one.from_stage or None,
        "to_stage": one.to_stage or None,
        "recoverable": None if one.bottleneck is None else one.bottleneck.recoverable,
        "actions": [action.id for action in one.actions],
        "breaks": [
            {"why": str(found.why), "action": found.action.id if found.action else None}
            for found in one.breaks
        ],
    }
