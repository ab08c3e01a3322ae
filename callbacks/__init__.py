"""What happens: every callback of the product, wired to one app."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dash import Dash

    from callbacks.services import Services

FEATURES = (
    "entrance",
    "shell",
    "filters",
    "finder",
    "help",
    "me",
    "views",
    "share",
    "settings",
    "data",
    "overview",
    "funnel",
    "touchpoints",
    "whatif",
    "plan",
    "report",
    "wall",
    "monitor",
    "customers",
    "customer",
    "live",
    "metrics",
)  # by name: `callbacks.twins` answers the console without Dash


def register(app: Dash, services: Services) -> None:
    """Wire every feature to the app.

    Raises:
        JourneyError: `callback_without_action` where a server callback does not say which right it needs, or was
            made with the global `dash.callback`, which bypasses the check.
    """
    import dash._callback as dash_callbacks

    from callbacks import cards
    from callbacks.services import refuse_undeclared
    from dashboard.errors import JourneyError

    features = [import_module(f"callbacks.{name}") for name in FEATURES]
    for feature in features:
        feature.register(app, services)
    told = [getattr(feature, "CARDS", {}) for feature in features]
    cards.register(app, services, {key: card for page in told for key, card in page.items()})
    refuse_undeclared(app)
    if dash_callbacks.GLOBAL_CALLBACK_MAP:
        name = next(iter(dash_callbacks.GLOBAL_CALLBACK_MAP))
        raise JourneyError("callback_without_action", status=500, callback=name)
