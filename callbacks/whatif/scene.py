"""What the callbacks of the what-if share: the ripe cohort, and the scenario that the hand has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callbacks.services import Ask, Services
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.levers import Lever
from dashboard.analytics.mature_span import MatureSpan
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.journey.query import JourneyQuery, Mode
from layouts.whatif import WhatIfView


@dataclass(frozen=True, slots=True)
class Scene:
    """The ripe question, its cohort and its levers."""

    view: WhatIfView
    span: MatureSpan | None
    levers: tuple[Lever, ...]

    @property
    def query(self) -> JourneyQuery:
        """The question about ripe entries."""
        return self.view.query


def is_priced(ask: Ask) -> bool:
    """True where steps have a price at all."""
    return ask.info.has_transactions and ask.query.mode is not Mode.ANY


def ripe_query(services: Services, ask: Ask) -> JourneyQuery:
    """The question about ripe entries: of the period, or of the span that stands in for it."""
    return services.answers.ripe(ask.scope, ask.query)[0]


def scene_of(services: Services, ask: Ask, asked: Any = None) -> Scene:
    """The scene of a view.

    Args:
        asked: what the scripts send, `{"search": ...}`: the hand's scenario is newer than the address that the
            server saw. Written by whoever likes: only levers are read from it, never whose data they are.

    Raises:
        JourneyError: `no_transactions`, `mode_not_priced`.
    """
    if not ask.info.has_transactions:
        raise JourneyError("no_transactions")
    ripe, span = services.answers.ripe(ask.scope, ask.query)
    priced = services.answers.priced(ask.scope, ripe)
    view = WhatIfView(ask.words, ask.formats, ripe, ask.info.model, priced, ask.info.segments)
    search = asked.get("search") if isinstance(asked, dict) else None
    extras = Address.parse(search).extras if isinstance(search, str) else ask.extras
    return Scene(view, span, levers_of(extras, view.shown))
