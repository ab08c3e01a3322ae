"""What the parts of the overview share: names, the ripe question, the ranking."""

from __future__ import annotations

from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.journey.query import JourneyQuery, Mode
from data_access.scope import Action
from layouts.overview import Place


def place_of(ask: Ask) -> Place:
    """How the page names things; its links carry the period that is shown."""
    address = ask.address.with_(period=ask.query.period)
    return Place(
        ask.words,
        ask.formats,
        address,
        ask.info.model,
        ask.info.segments,
        may_simulate=ask.user.may(Action.SIMULATE),
        may_plan=ask.user.may(Action.PLAN),
        may_see_people=ask.user.may(Action.PEOPLE),
        may_import=ask.user.may(Action.IMPORT),
        ends=ask.info.ends,
    )


def ripe_query(services: Services, ask: Ask) -> JourneyQuery:
    """The question about ripe entries: of the period, or of the span that stands in for it."""
    return services.answers.ripe(ask.scope, ask.query)[0]


def ranked(services: Services, ask: Ask) -> tuple[Bottleneck, ...]:
    """Every transition of the chosen segments; nothing where steps have no price."""
    if not ask.info.has_transactions or ask.query.mode is Mode.ANY:
        return ()
    return services.answers.bottlenecks(ask.scope, ripe_query(services, ask))


def worst(rows: tuple[Bottleneck, ...]) -> Bottleneck | None:
    """The first row that loses money and has people enough."""
    return next((row for row in rows if row.recoverable and not row.low_n), None)
