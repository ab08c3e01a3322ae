"""One look at an engagement: every enabled rule judged, incidents carried on, messages queued with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callbacks.alerting.figures import full_figures, plain_figures
from callbacks.alerting.letters import Letters, library_of, receivers_of
from callbacks.alerting.series import Series
from callbacks.alerting.verdicts import Knowledge, walked
from callbacks.answers import Answers
from dashboard.analytics.alert_episodes import Walk
from dashboard.journey.alerts import AlertRule
from dashboard.journey.incidents import (
    RESOLVED_BACK,
    RESOLVED_NO_RULE,
    EventKind,
    Incident,
    IncidentFigures,
    State,
)
from data_access.scope import Scope, operator
from data_access.state import alert_rules, incident_looks
from data_access.state.incident_looks import Finding

_Walked = tuple[AlertRule, Walk]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look did: counts for the worker's list of runs.

    Attributes:
        rules: judged; `unknown` those of them that could say nothing, with the reason's own words in the rules' list.
    """

    rules: int = 0
    unknown: int = 0
    opened: int = 0
    updated: int = 0
    resolved: int = 0


def look(answers: Answers, state: sa.Engine, scope: Scope, now: datetime) -> Looked:
    """Evaluate the enabled rules of an engagement at a moment; once more at the same moment changes nothing.

    Args:
        scope: made by `authorize` for who looks (the worker: `operator`).
        now: naive UTC.

    Raises:
        JourneyError: `no_data_yet` where the engagement has no data.
    """
    who = operator(frozenset({scope.engagement}))
    rules = [one for one in alert_rules.listed(state, who, scope.engagement) if one.enabled]
    going = incident_looks.going_on(state, scope.engagement)
    if not rules and not going:
        return Looked()
    with answers.facts.pinned():
        known = Knowledge(Series(answers, scope, answers.info(scope)), state, now)
        found = [(rule, walked(rule, known)) for rule in rules]
        causes = _by_cause(found)
        findings = [
            finding
            for cause in dict.fromkeys((*causes, *going))
            if (finding := _finding(cause, causes.get(cause, []), going.get(cause), known)) is not None
        ]
        letters = _letters(causes, known, loud=any(one.cause in going or one.figures for one in findings))
    told = incident_looks.settle(
        state, scope.engagement, findings, [rule.id for rule in rules], now, letters.tell
    )
    kinds = [one.kind for one in told]
    return Looked(
        rules=len(rules),
        unknown=sum(not _known(one) for _, one in found),
        opened=kinds.count(EventKind.OPENED),
        updated=kinds.count(EventKind.UPDATED),
        resolved=kinds.count(EventKind.RESOLVED),
    )


def _by_cause(found: Sequence[_Walked]) -> dict[str, list[_Walked]]:
    causes: dict[str, list[_Walked]] = {}
    for rule, one in found:
        causes.setdefault(rule.cause, []).append((rule, one))
    return causes


def _letters(causes: Mapping[str, Sequence[_Walked]], known: Knowledge, *, loud: bool) -> Letters:
    if not loud:
        return Letters(known, {}, {})
    receivers = {cause: receivers_of((rule for rule, _ in rules), known) for cause, rules in causes.items()}
    return Letters(known, receivers, library_of(known))


def _known(found: Walk) -> bool:
    return found.latest is not None and found.latest.state is not State.UNKNOWN


def _finding(
    cause: str, rules: Sequence[_Walked], open_one: Incident | None, known: Knowledge
) -> Finding | None:
    """What the rules of one cause say together; None where nothing is to be written."""
    firing = [(rule, one) for rule, one in rules if one.going is not None]
    if firing:
        rule, found = _speaker(firing, open_one)
        return Finding(cause, rule.id, rule.owner_id, _figures(rule, found, open_one, known))
    if open_one is None:
        return None
    if not rules:
        return Finding(cause, open_one.rule.id, None, None, RESOLVED_NO_RULE)
    if not any(_known(one) for _, one in rules):
        return None
    ended = next((one.episodes[-1].ended for _, one in rules if one.episodes), RESOLVED_BACK)
    return Finding(cause, open_one.rule.id, None, None, ended)


def _speaker(firing: Sequence[_Walked], open_one: Incident | None) -> _Walked:
    """The rule that speaks for its cause: the one that did so far, else the one that is farthest beyond."""
    same = [one for one in firing if open_one is not None and one[0].id == open_one.rule.id]
    return same[0] if same else max(firing, key=lambda one: (_severity(one[1]), -one[0].id))


def _severity(found: Walk) -> float:
    return found.going.last.severity if found.going else 0.0


def _figures(
    rule: AlertRule, found: Walk, open_one: Incident | None, known: Knowledge
) -> IncidentFigures | None:
    """The figures; explained only where they are new, so that a look at the same data asks nothing more."""
    episode = found.going
    if episode is None:
        return None
    plain = plain_figures(rule, episode)
    before = open_one.figures if open_one else None
    if before is not None and (before.rule, before.since, before.until, before.value) == (
        plain.rule,
        plain.since,
        plain.until,
        plain.value,
    ):
        return plain
    return full_figures(rule, found, plain, known)
