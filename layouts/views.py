"""The dialog behind the bookmark: saved views of this engagement, and a link to this view for an outsider.

assets/js/views.js draws it at each opening, from the words that stand here as attributes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.i18n.words import Words
from layouts.components.attributes import attributes
from layouts.components.button import icon_button
from layouts.pages import Page

DAYS = ("1", "14", "90")  # how long a link may live; the middle one is offered first


def views_button(words: Words) -> Any:
    """What opens the dialog."""
    return icon_button(
        words("Saved views and links"), "bookmark", **attributes(data_views="yes", aria_haspopup="dialog")
    )


def views_dialog(words: Words, pages: Sequence[Page], publishes: bool) -> html.Dialog:
    """The closed dialog.

    Args:
        pages: those of the person.
        publishes: the person may show a view to outsiders.
    """
    said = {
        "title": words("Saved views and links"),
        "close": words("Close"),
        "saved": words("Saved views"),
        "none": words("No view is saved here yet."),
        "team": words("for everybody here"),
        "by": words("from {name}"),
        "rename": words("Rename"),
        "delete": words("Delete"),
        "sure": words("Delete this view?"),
        "save": words("Save this view"),
        "change": words("Keep the change"),
        "name": words("Name of the view"),
        "shared": words("Show it to everybody in this engagement"),
        "done": words("Saved"),
        "plain": words("This page has no view to save."),
        "outside": words("Show this view to an outsider"),
        "outsideText": words(
            "Whoever has the link sees this one view without an account, read only. You can end it in your profile."
        ),
        "outsideNot": words(
            "Only pages with figures can be shown to outsiders: not scenarios, not customers."
        ),
        "days": words("The link lives for"),
        "make": words("Make a link"),
        "made": words("The link is shown this once:"),
    }
    setup = {
        "words": said,
        "publishes": publishes,
        "days": [[days, words.plural("{n} day", "{n} days", int(days))] for days in DAYS],
        "pages": [page.path for page in pages if not page.plain],
        "readable": [page.path for page in pages if not page.plain and page.action == "read"],
    }
    return html.Dialog(
        id="views",
        className="views",
        **attributes(aria_label=said["title"], data_setup=json.dumps(setup, ensure_ascii=False)),
    )
