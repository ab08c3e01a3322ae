"""The bar on the demo's first page: these are demo data, load your own."""

from __future__ import annotations

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.button import icon_button
from layouts.components.icon import icon
from layouts.components.link import page_link

HIDDEN_COOKIE = "journey_demo_bar"  # set by assets/js/data.js once somebody has hidden the bar


def demo_bar(words: Words, address: Address) -> html.Div:
    """The bar, which can be hidden for good."""
    way = page_link(words("Load your own"), "/data", address.for_page())
    hide = icon_button(words("Hide"), "close", **attributes(data_hide=HIDDEN_COOKIE))
    return html.Div(
        [icon("info"), html.Span([words("These are demo data"), " · ", way]), hide],
        className="notice notice--demo",
    )
