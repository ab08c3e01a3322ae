"""The "i" beside a term: what it means, on hover and on focus (assets/js/tip.js)."""

from __future__ import annotations

from dash import html

from layouts.components.attributes import attributes
from layouts.components.icon import icon


def definition(term: str, text: str) -> html.Button:
    """A small button that explains a term.

    Args:
        term: the term, as the button's name.
        text: the meaning in one or two sentences.
    """
    marks = attributes(aria_label=f"{term}: {text}", data_tip=text)
    return html.Button(icon("info"), type="button", className="definition", **marks)
