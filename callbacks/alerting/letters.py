"""Messages about incidents: in the receiver's language, with everything that is needed to act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from callbacks.alerting.verdicts import Knowledge
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.alerts import AlertRule
from dashboard.journey.incidents import (
    RESOLVED_NEW_LEVEL,
    EventKind,
    IncidentFigures,
    Slice,
)
from dashboard.journey.measures import Measure
from dashboard.journey.message import Message
from dashboard.journey.targets import UNITS, Unit
from data_access.scope import Action, UserRecord
from data_access.state import endpoints, measures, outbox, users
from data_access.state.incident_looks import Told
from layouts.alert_words import AlertNames
from layouts.components.pill import channel_title, segment_name


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who hears of an incident: a person by e-mail, or an endpoint in its owner's language."""

    user: UserRecord
    endpoint_id: int | None = None

    @property
    def key(self) -> str:
        """What tells this receiver from others in the key of a message."""
        return f"user:{self.user.id}" if self.endpoint_id is None else f"endpoint:{self.endpoint_id}"


def receivers_of(rules: Iterable[AlertRule], known: Knowledge) -> tuple[Receiver, ...]:
    """Everybody who wants to hear of these rules and may see the engagement at this moment, each once."""
    listed = tuple(rules)
    people = {one.record.id: one.record for one in users.list_users(known.state) if not one.disabled}
    ways = {one.id: one for one in endpoints.listed(known.state, known.who, known.engagement) if one.enabled}
    wanted = [(number, None) for rule in listed for number in rule.users]
    wanted += [
        (ways[number].user_id, number) for rule in listed for number in rule.endpoints if number in ways
    ]
    found = [
        Receiver(people[user], endpoint)
        for user, endpoint in dict.fromkeys(wanted)
        if user in people and may_hear(people[user], known.engagement)
    ]
    return tuple(found)


def may_hear(user: UserRecord, engagement: str) -> bool:
    """True for who may see incidents of the engagement."""
    return engagement in user.engagements and user.may(Action.SIMULATE)


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes and queues the messages of one look.

    Attributes:
        receivers: cause -> who hears of it.
        library: the engagement's measures by key.
    """

    known: Knowledge
    receivers: Mapping[str, tuple[Receiver, ...]]
    library: Mapping[str, Measure]

    def tell(self, connection: sa.Connection, told: Told) -> None:
        """Queue what happened for everybody, in the transaction in which it happened."""
        found, now = told.incident, self.known.now
        for receiver in self.receivers.get(found.cause, ()):
            key = f"incident:{found.id}:{found.version}:{receiver.key}"
            message = self.message(told, receiver.user.language)
            user = receiver.user.id
            where = receiver.endpoint_id
            outbox.queue(connection, key, found.engagement, "alert", user, message, now, endpoint_id=where)

    def message(self, told: Told, language: str) -> Message:
        """One message in a language."""
        words = Words(language)
        info = self.known.series.info
        names = AlertNames(words, Formats(language, info.currency), info.model, info.stages_without_data)
        found, figures = told.incident, told.incident.figures
        lines = [names.sentence(found.rule, figures)]
        if told.kind is EventKind.RESOLVED:
            lines = [_over(words, names, told)]
        else:
            lines += _parts(words, names, found.rule, figures)
            lines += _money(words, names, figures)
            lines += self._proposal(words, figures)
        facts = {
            "event": str(told.kind),
            "incident": found.id,
            "engagement": found.engagement,
            "rule": found.rule.name,
            "stage": found.rule.stage,
            "segment": found.rule.segment,
            "channel": found.rule.channel,
            "figures": figures.to_json(),
        }
        return Message(_subject(words, names, told), "\n".join(lines), link=figures.link, facts=facts)

    def _proposal(self, words: Words, figures: IncidentFigures) -> list[str]:
        measure = self.library.get(figures.measure)
        return [words("What may help: {measure}", measure=measure.name[words.language])] if measure else []


def library_of(known: Knowledge) -> dict[str, Measure]:
    """The engagement's measures by key."""
    model = known.series.info.model
    return {one.key: one for one in measures.listed(known.state, known.who, known.engagement, model)}


def _subject(words: Words, names: AlertNames, told: Told) -> str:
    title = names.title(told.incident.rule)
    match told.kind:
        case EventKind.RESOLVED:
            return words("Over: {title}", title=title)
        case EventKind.UPDATED:
            return words("Worse: {title}", title=title)
    return words("Alert: {title}", title=title)


def _over(words: Words, names: AlertNames, told: Told) -> str:
    title = names.title(told.incident.rule)
    if told.ended == RESOLVED_NEW_LEVEL:
        return words("{title}: so long at the new level that it is the usual one now.", title=title)
    return words("{title}: back within its limits.", title=title)


def _parts(words: Words, names: AlertNames, rule: AlertRule, figures: IncidentFigures) -> list[str]:
    """The slices, each with its part of the change."""
    if not figures.slices:
        return []
    parts = "; ".join(_part(names, rule, figures, one) for one in figures.slices)
    if figures.dimension == "source":
        return [words("Source: {parts}", parts=parts)]
    if figures.dimension == "action":
        return [words("Overdue: {parts}", parts=parts)]
    if figures.usual == figures.base:
        return [words("Made by: {parts}", parts=parts)]
    usual = names.value(rule.kpi, figures.usual)
    return [words("Against the usual {value}, made by: {parts}", value=usual, parts=parts)]


def _part(names: AlertNames, rule: AlertRule, figures: IncidentFigures, one: Slice) -> str:
    title = slice_name(names.words, figures.dimension, one.name)
    if rule.kpi is None:
        late = names.words.plural("{n} day", "{n} days", round(one.effect))
        return title if figures.dimension == "source" else f"{title} ({late})"
    if UNITS[rule.kpi] is Unit.SHARE:
        effect = names.formats.points(one.effect)
    elif UNITS[rule.kpi] is Unit.MONEY:
        effect = names.formats.money_signed(one.effect)
    else:
        effect = names.formats.signed(one.effect, 2 if UNITS[rule.kpi] is Unit.RATIO else 0)
    return f"{title} {effect}" + ("" if one.share is None else f" ({names.formats.share(one.share)})")


def slice_name(words: Words, dimension: str, name: str) -> str:
    """How a slice is called: segments and channels in the reader's language, others as the data name them."""
    if dimension == "segment":
        return segment_name(words, name)
    return channel_title(words, name) if dimension == "channel" else name


def _money(words: Words, names: AlertNames, figures: IncidentFigures) -> list[str]:
    if figures.money is None:
        return []
    return [words("In money: {money}", money=names.formats.money_signed(figures.money))]
