"""Answers over time, once for the what-if and the plan: when the gain of levers and of actions comes."""

from __future__ import annotations

from collections.abc import Iterable

from callbacks.answers import Answers
from dashboard.analytics.levers import Lever
from dashboard.analytics.mature_span import ripe_days
from dashboard.analytics.timing import GainPath, PaymentLag, Start, gain_path
from dashboard.journey.query import JourneyQuery
from data_access.payment_lag import fetch_payment_lag
from data_access.scope import Scope


def payment_lag(answers: Answers, scope: Scope, query: JourneyQuery) -> PaymentLag:
    """How long after each step the money of the priced cohort came, segment by segment."""
    return PaymentLag.of(fetch_payment_lag(answers.facts, scope, query.with_(segments=())))


def scenario_path(
    answers: Answers, scope: Scope, query: JourneyQuery, levers: Iterable[Lever], start: Start
) -> GainPath:
    """When the gain of a scenario comes: month by month from a start on, late by the measured way to the payment."""
    with answers.facts.pinned():
        lag, priced = payment_lag(answers, scope, query), answers.priced(scope, query)
        days, chosen = ripe_days(query, answers.info(scope)), tuple(levers)
        own = answers.risen(scope, query, chosen)
        return gain_path(priced, chosen, query, lag, start, days, query.segments, own)
