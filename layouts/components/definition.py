"""The "i" beside a term: what it means, on hover and on focus."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from layouts.components.attributes import attributes
from layouts.components.icon import icon


def definition(id: str, term: str, text: str) -> html.Span:
    """A small button that explains a term.

    Args:
        id: unique in the page: `feature-term`.
        term: the term, as the button's name.
        text: the meaning in one or two sentences.
    """
    mark = html.Button(
        icon("info"), id=id, type="button", className="definition", **attributes(aria_label=f"{term}: {text}")
    )
    tip = dbc.Tooltip(text, target=id, trigger="hover focus", placement="top", delay={"show": 150, "hide": 0})
    return html.Span([mark, tip], className="definition__place")
