"""How the people of the demo watch: effects that were registered in time, notes, consultations, alert rules.

Everything goes the way of the screens, after the plan (`commands/demo_plan.py`) is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from callbacks import alerting
from callbacks.answers import Answers
from callbacks.effects import plan_of, plan_power
from dashboard.demo.plan import ENGAGEMENT
from dashboard.demo.watch import MEETINGS, REGISTERED_BEFORE, RULES, WATCHED, Meeting, Rule, Watched
from dashboard.errors import JourneyError
from dashboard.journey.alert_check import RuleDraft
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.intervention import Intervention, Promise
from dashboard.journey.period import last_full_quarter
from dashboard.journey.plan import ActionRecord
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.generations import GenerationFacts
from data_access.scope import Action, Role, Scope, UserRecord, authorize
from data_access.state import actions, alert_rules, annotations, interventions, support, users

_WEEKS = 8


def watch_demo(settings: Settings, engine: sa.Engine) -> None:
    """Let the demo be watched, unless somebody has begun to or its people are gone."""
    people = {account.record.login: account.record for account in users.list_users(engine)}
    who = people.get(str(Role.CONSULTANT))
    if who is None or ENGAGEMENT not in who.engagements or interventions.listed(engine, who, ENGAGEMENT):
        return
    facts = GenerationFacts(settings, engine)
    with closing(facts):
        _fill(Answers(facts), engine, who, people)


def _fill(answers: Answers, engine: sa.Engine, who: UserRecord, people: Mapping[str, UserRecord]) -> None:
    scope = authorize(who, ENGAGEMENT, Action.PLAN)
    info = answers.info(scope)
    planned = actions.listed(engine, who, ENGAGEMENT)
    if info.data_end_day is None or not planned:
        return
    until = info.data_end_day + timedelta(days=1)
    for watched in WATCHED:
        _register(answers, engine, who, scope, info, _of(planned, watched.title), watched)
    quarter = last_full_quarter(info.data_end_day).since
    if quarter is not None:
        text = "Новые цены и больше рекламы защиты"
        annotations.add(engine, who, ENGAGEMENT, annotations.Wording(quarter, text), info.segments, utc_now())
    for meeting in MEETINGS:
        _meet(engine, people, who, planned, meeting, until)
    for rule in RULES:
        _rule(engine, people, who, info, rule)
    alerting.look(answers, engine, scope, utc_now())


def _of(planned: tuple[ActionRecord, ...], title: str) -> ActionRecord | None:
    return next((one for one in planned if title and one.title.startswith(title)), None)


def _register(
    answers: Answers,
    engine: sa.Engine,
    who: UserRecord,
    scope: Scope,
    info: GenerationInfo,
    action: ActionRecord | None,
    watched: Watched,
) -> None:
    """As it was done a few days before the start."""
    if action is None or action.live_on is None:
        return
    comparison = tuple(name for name in watched.comparison if name in info.segments)
    promise = Promise(
        action.from_stage,
        action.to_stage,
        action.segment,
        "",
        action.live_on,
        watched.expected,
        comparison,
        _WEEKS,
    )
    then = _morning(action.live_on - timedelta(days=REGISTERED_BEFORE), info.zone)
    try:
        draft = Intervention(0, ENGAGEMENT, action.id, "", action.status, promise, None, "", then, 0)
        found = plan_power(answers, scope, plan_of(draft, info.zone))
        interventions.register(engine, who, info, action.id, promise, then, detectable=found.detectable)
    except JourneyError:  # a tiny demo may lack a segment or a stage
        return


def _meet(
    engine: sa.Engine,
    people: Mapping[str, UserRecord],
    who: UserRecord,
    planned: tuple[ActionRecord, ...],
    meeting: Meeting,
    until: date,
) -> None:
    action = _of(planned, meeting.action)
    if meeting.action and action is None:
        return
    wording = support.Wording(
        meeting.kind,
        meeting.title,
        until + timedelta(days=meeting.day),
        meeting.url,
        action.id if action else None,
        (people.get(str(Role.CONSULTANT)) or who).id,
    )
    made = support.add(engine, who, ENGAGEMENT, wording, utc_now())
    if meeting.done:
        support.tick(engine, who, made, 0, done=True)


def _rule(
    engine: sa.Engine, people: Mapping[str, UserRecord], who: UserRecord, info: GenerationInfo, rule: Rule
) -> None:
    owner = people.get(rule.owner)
    draft = RuleDraft(
        name=rule.name,
        kind=rule.kind,
        kpi=rule.kpi or "",
        stage=rule.stage,
        segment=rule.segment,
        limits=rule.limits,
        owner_id=owner.id if owner else None,
        users=(owner.id,) if owner else (),
    )
    try:
        alert_rules.add(engine, who, ENGAGEMENT, draft, info)
    except JourneyError:  # a tiny demo may lack a segment or a stage
        return


def _morning(day: date, zone: str) -> datetime:
    """Ten in the morning of a day of the zone, as naive UTC."""
    local = datetime.combine(day, time(10), ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)
