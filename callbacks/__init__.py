"""What happens: every callback of the product, wired to one app."""

from __future__ import annotations

import dash._callback as dash_callbacks
from dash import Dash

from callbacks import (
    cards,
    customer,
    customers,
    entrance,
    filters,
    funnel,
    live,
    overview,
    shell,
    touchpoints,
    whatif,
)
from callbacks.services import Services, refuse_undeclared
from dashboard.errors import JourneyError

FEATURES = (entrance, shell, filters, overview, funnel, touchpoints, whatif, customers, customer, live)


def register(app: Dash, services: Services) -> None:
    """Wire every feature to the app.

    Raises:
        JourneyError: `callback_without_action` where a server callback does not say which right it needs, or was
            made with the global `dash.callback`, which bypasses the check.
    """
    for feature in FEATURES:
        feature.register(app, services)
    told = [getattr(feature, "CARDS", {}) for feature in FEATURES]
    cards.register(app, services, {key: card for page in told for key, card in page.items()})
    refuse_undeclared(app)
    if dash_callbacks.GLOBAL_CALLBACK_MAP:
        name = next(iter(dash_callbacks.GLOBAL_CALLBACK_MAP))
        raise JourneyError("callback_without_action", status=500, callback=name)
