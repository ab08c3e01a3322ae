"""Reminders: one letter a person and a day, with everything of an engagement that is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa

from callbacks.effects import plan_of
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.intervention import Intervention
from dashboard.journey.message import Message
from dashboard.journey.plan import ActionRecord, Status
from dashboard.journey.reminders import Cause, Reminder, Watched, due
from data_access.clock import wall_clock
from data_access.points import reached
from data_access.scope import Action, operator
from data_access.state import actions, engagements, interventions, support, users
from data_access.state.engine import writing
from data_access.state.outbox import queue
from layouts.components.link import page_href

KIND = "reminder"
FIRST_HOUR = 7  # in the engagement's zone: letters come in the morning, not at midnight


def queue_reminders(engine: sa.Engine, engagement: str, now: datetime) -> int:
    """Queue the letters of the day, once for each person however often it is asked.

    Told are appointments on the day and the day before, checks of effects that become possible, and late actions (on
    the first late day and each week after). Who has no e-mail, no right or no account any more gets nothing.

    Args:
        now: this moment, naive UTC.

    Returns:
        How many letters are new in the outbox.

    Raises:
        JourneyError: `unknown_engagement`.
    """
    place = engagements.get(engine, engagement)
    local = wall_clock(now, place.zone)
    if local.hour < FIRST_HOUR:
        return 0
    found = due_on(engine, engagement, local.date(), place.zone)
    people = _receivers(engine, engagement)
    count = 0
    with writing(engine) as connection:
        for user_id, own in groupby(sorted(found, key=lambda one: one.user_id), key=lambda one: one.user_id):
            if user_id not in people:
                continue
            letter = message(Words(people[user_id]), engagement, place.name, list(own))
            key = f"{KIND}:{engagement}:{user_id}:{local.date().isoformat()}"
            count += queue(connection, key, engagement, KIND, user_id, letter, now)
        reached("reminder.before_commit")
    reached("reminder.after_commit")
    return count


def due_on(engine: sa.Engine, engagement: str, today: date, zone: str) -> tuple[Reminder, ...]:
    """What is told on a day, to whomever."""
    who = operator(frozenset({engagement}))
    plan = actions.listed(engine, who, engagement)
    owners = {one.id: one for one in plan}
    watched = [
        _watched(one, owners.get(one.action_id), zone)
        for one in interventions.listed(engine, who, engagement)
    ]
    return due(support.listed(engine, who, engagement), [one for one in watched if one], plan, today)


def message(words: Words, engagement: str, name: str, found: Sequence[Reminder]) -> Message:
    """The letter in the reader's language.

    Args:
        name: of the engagement.
        found: at least one.
    """
    lines = [f"• {_line(words, one)}" for one in found]
    subject = words.plural("{name}: {n} reminder", "{name}: {n} reminders", len(found), name=name)
    link = page_href("/monitor", Address(engagement=engagement).with_extras(tab="board"))
    told = [{"cause": str(one.cause), "title": one.title, "number": one.number} for one in found]
    return Message(subject, "\n".join(lines), link=link, facts={"engagement": engagement, "reminders": told})


def _line(words: Words, one: Reminder) -> str:
    match one.cause:
        case Cause.TODAY:
            return words("Today: {title}", title=one.title)
        case Cause.TOMORROW:
            return words("Tomorrow: {title}", title=one.title)
        case Cause.LOOK:
            return words("The check of week {n} can be taken: {title}", n=str(one.number), title=one.title)
    return words.plural("{n} day overdue: {title}", "{n} days overdue: {title}", one.number, title=one.title)


def _watched(one: Intervention, action: ActionRecord | None, zone: str) -> Watched | None:
    """Whom its checks are told: the action's owner; nobody of a dropped one, or of one that nobody owns."""
    if action is None or one.status is Status.DROPPED:
        return None
    plan = plan_of(one, zone)
    looks = tuple(plan.look_day(week) for week in range(1, plan.weeks + 1))
    return None if action.owner_id is None else Watched(action.owner_id, one.title, looks)


def _receivers(engine: sa.Engine, engagement: str) -> dict[int, str]:
    """Who may get a letter of the engagement: id -> language."""
    return {
        one.record.id: one.record.language
        for one in users.list_users(engine)
        if not one.disabled
        and one.email
        and engagement in one.record.engagements
        and one.record.may(Action.SIMULATE)
    }
