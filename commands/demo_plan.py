"""What the people of the demo have planned: actions, two scenarios of which both were approved in turn, targets.

Everything goes the way of the screens: money and lifts are worked out from the demo's own figures, rights are those of
the demo's consultant.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.plan.prefill import proposals
from callbacks.services import Ask, Services
from callbacks.whatif.scenario_frozen import frozen
from callbacks.whatif.scenarios import settled
from dashboard.demo.fixes import FIXES, PLANS, TARGET_GROWTH, Fix, PlannedScenario
from dashboard.demo.plan import ENGAGEMENT
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.period import Period, add_months, last_full_quarter
from dashboard.journey.query import JourneyQuery, Split
from dashboard.journey.targets import EVERYBODY, WHOLE_WAY, Kpi, TargetKey
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.generations import GenerationFacts
from data_access.scope import Action, Role, UserRecord
from data_access.state import action_entries, actions, forecasts, scenarios, targets, users
from layouts.plan_new import New, Proposal

_LANGUAGE = "ru"  # of everything that is invented
_ROUND = Decimal(100_000)  # targets are round sums


def plan_demo(settings: Settings, engine: sa.Engine) -> None:
    """Fill the plan of the demo, unless somebody has begun one or its people are gone."""
    people = {account.record.login: account.record for account in users.list_users(engine)}
    who = people.get(str(Role.CONSULTANT))
    if who is None or ENGAGEMENT not in who.engagements or actions.listed(engine, who, ENGAGEMENT):
        return
    facts = GenerationFacts(settings, engine)
    with closing(facts):  # the server that follows opens the file for itself
        _fill(Services(settings, lambda: engine, facts, Answers(facts), utc_now, lambda: who), who, people)


def _fill(services: Services, who: UserRecord, people: Mapping[str, UserRecord]) -> None:
    info = services.answers.info(services.ask(services.visit("/plan", _search()), Action.PLAN).scope)
    if info.data_end_day is None:
        return
    until = info.data_end_day + timedelta(days=1)
    for fix in FIXES:
        _add(services, people, fix, until)
    for plan in PLANS:
        _approve(services, who, plan, until)
    _set_targets(services, who, until)


def _search(**extras: str) -> str:
    return Address(engagement=ENGAGEMENT, language=_LANGUAGE).with_extras(**extras).search()


def _add(services: Services, people: Mapping[str, UserRecord], fix: Fix, until: date) -> None:
    """One action, priced like one that was made by hand."""
    if fix.lift is None:
        search = _search(new=New.BOTTLENECK, seg=fix.segment, step=fix.from_stage)
    else:
        lever = {f"dC.{fix.from_stage}": f"{100 * fix.lift:g}pp@{fix.segment}"}
        search = _search(new=New.LEVERS, **lever)
    ask = services.ask(services.visit("/plan", search), Action.PLAN)
    found = next(iter(proposals(services, ask)), Proposal())  # a tiny demo may lack the step
    owner = people.get(fix.owner or "")
    values = {
        "title": fix.title,
        "problem": fix.problem,
        "status": fix.status,
        "stage": fix.from_stage,
        "segment": fix.segment,
        "channel": fix.channel,
        "touchpoint": fix.touchpoint,
        "owner_id": owner.id if owner else None,
        "starts_on": _day(until, fix.starts),
        "due_on": _day(until, fix.due),
        "live_on": _day(until, fix.live),
        "cost": None if fix.cost is None else Decimal(fix.cost),
        "measure": fix.measure,
        "comparison": fix.comparison,
        "decision": fix.decision,
    }
    value_of: dict[str, Any] = {"lift": found.lift, "value": found.value, "source": dict(found.source)}
    place = actions.Bottleneck(fix.segment, fix.from_stage, fix.to_stage)
    who, state = services.viewer(), services.state()
    made = actions.add(state, who, ENGAGEMENT, values, value_of=value_of, bottleneck=place)
    for text, done in fix.checklist:
        entry = action_entries.add_entry(state, who, made, "check", text)
        action_entries.tick(state, who, made, entry, done=done)
    if fix.comment:
        action_entries.add_entry(state, owner or who, made, "comment", fix.comment)


def _day(until: date, days: int | None) -> date | None:
    return None if days is None else until + timedelta(days=days)


def _approve(services: Services, who: UserRecord, plan: PlannedScenario, until: date) -> None:
    """Keep a scenario and make it the plan; a tiny demo may lack what it moves."""
    quarter = last_full_quarter(until - timedelta(days=1 + plan.quarters_ago * 91))
    levers = dict(plan.levers) | {"from": str(until + timedelta(days=plan.starts))}
    address = Address.parse(_search(**levers)).with_(period=quarter)
    try:
        search = settled(services, ENGAGEMENT, address.search())
        figures = frozen(services, _asked(services, search))
    except JourneyError as error:
        if error.code != "scenario_without_levers":
            raise
        return
    number = scenarios.save(services.state(), who, ENGAGEMENT, plan.name, plan.notes, search)
    record = scenarios.get(services.state(), who, number)
    forecasts.approve(services.state(), who, record, figures)


def _asked(services: Services, search: str) -> Ask:
    visit = services.visit("/whatif", search)
    place = replace(visit, address=visit.address.with_(engagement=ENGAGEMENT), words=Words(_LANGUAGE))
    return services.ask(place, Action.APPROVE)


def _set_targets(services: Services, who: UserRecord, until: date) -> None:
    """Revenue of this quarter and the one before it: the months of a year ago, and some growth."""
    ask = services.ask(services.visit("/overview", _search()), Action.READ)
    quarter = last_full_quarter(until - timedelta(days=1)).since
    if quarter is None:
        return
    first = add_months(quarter, -12)
    year_ago = JourneyQuery(ENGAGEMENT, Period(first, add_months(first, 6)), by=(Split.MONTH,))
    found = services.answers.lcpq(ask.scope, year_ago)
    wishes = [
        targets.Wish(
            TargetKey(Kpi.REVENUE, WHOLE_WAY, EVERYBODY, _year_later(str(row.month))), _target(row.revenue), 0
        )
        for row in found.rows
    ]
    targets.put(services.state(), who, ENGAGEMENT, wishes, ask.info.model.keys[1:], ask.info.segments)


def _year_later(month: str) -> str:
    return f"{int(month[:4]) + 1}{month[4:]}"


def _target(revenue: Any) -> Decimal:
    wanted = Decimal(str(revenue)) * Decimal(str(TARGET_GROWTH))
    return (wanted / _ROUND).quantize(Decimal(1), ROUND_HALF_UP) * _ROUND
