"""What stays on screen while pages change: rail, filter bar, notices, the place of the page."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.i18n.words import Words
from layouts.components.attributes import attributes
from layouts.components.button import icon_button
from layouts.components.icon import icon
from layouts.components.states import skeleton
from layouts.finder import finder, finder_button
from layouts.live import offline_bar
from layouts.navigation import bottom_bar, rail_links
from layouts.pages import Page
from layouts.person import Viewer, person_menu
from layouts.report import report_bar
from layouts.views import views_button, views_dialog


class Ids(StrEnum):
    """Fixed places of the shell."""

    LOCATION = "shell-location"
    ADDRESS = "shell-address"  # {path, search}: every change of the address
    ROUTE = "shell-route"  # the same, but only when another page or engagement opens
    SWITCHER = "shell-switcher"
    FILTERS = "shell-filters"
    SHEET = "shell-sheet"
    SHEET_TITLE = "shell-sheet-title"
    SHEET_SWITCHER = "shell-sheet-switcher"
    SHEET_FILTERS = "shell-sheet-filters"
    CHIP = "shell-chip"
    CHIP_TEXT = "shell-chip-text"
    FRESHNESS = "shell-freshness"
    NOTICES = "shell-notices"
    ALERTS = "shell-alerts"  # how many are open, for the menu
    PAGE = "shell-page"
    HOW = "shell-how"
    HOW_ASKED = "shell-how-asked"  # {path, search, card}: whose number is to be explained
    HOW_PANEL = "shell-how-panel"
    HOW_TITLE = "shell-how-title"


def shell(words: Words, viewer: Viewer, pages: Sequence[Page]) -> html.Div:
    """The frame for one person; the pages are those of their role."""
    return html.Div(
        [
            dcc.Location(id=Ids.LOCATION, refresh="callback-nav"),
            dcc.Store(id=Ids.ADDRESS),
            dcc.Store(id=Ids.ROUTE),
            html.A(words("Skip to content"), href="#main", className="skip"),
            _rail(words, viewer, pages),
            html.Div(
                [
                    _bar(words, viewer, pages),
                    html.Div(id=Ids.NOTICES, className="notices", role="status"),
                    html.Main(
                        html.Div(_first_skeleton(), id=Ids.PAGE),
                        id="main",
                        className="main",
                        tabIndex="-1",
                    ),
                ],
                className="column",
            ),
            bottom_bar(words, pages),
            dbc.Offcanvas(
                [
                    html.Div(id=Ids.SHEET_SWITCHER, className="sheet__filters"),
                    html.Div(id=Ids.SHEET_FILTERS, className="sheet__filters"),
                    html.Section(
                        html.Div(_sharing(words, viewer), className="sheet__tools"),
                        className="sheet__section",
                    ),
                ],
                id=Ids.SHEET,
                title=html.Span(words("Filters"), id=Ids.SHEET_TITLE),
                labelledby=Ids.SHEET_TITLE,
                placement="bottom",
                class_name="sheet",
                is_open=False,
            ),
            dcc.Store(id=Ids.HOW_ASKED),
            dbc.Offcanvas(
                html.Div(skeleton(320), id=Ids.HOW, role="status"),
                id=Ids.HOW_PANEL,
                title=html.Span(words("How is this number made"), id=Ids.HOW_TITLE),
                labelledby=Ids.HOW_TITLE,
                placement="end",
                class_name="how",
                is_open=False,
            ),
            html.Div(id=Ids.ALERTS, hidden=True),
            offline_bar(words),
            *(
                [report_bar(words)]
                if any(page.key == "report" for page in pages) and not viewer.visit
                else []
            ),
            *([] if viewer.visit else [finder(words), views_dialog(words, pages, viewer.publishes)]),
            html.Div(id="live", className="visually-hidden", role="status", **attributes(aria_live="polite")),
        ],
        className="shell shell--guest" if viewer.visit else "shell",
    )


def _rail(words: Words, viewer: Viewer, pages: Sequence[Page]) -> html.Aside:
    brand = html.Div(
        [html.Span(className="brand__sign", **attributes(aria_hidden="true")), html.Span("Journey BI")],
        className="brand",
    )
    return html.Aside(
        [
            brand,
            html.Div(id=Ids.SWITCHER, className="rail__switcher"),
            rail_links(words, pages),
            person_menu(words, viewer, pages, "person"),
        ],
        className="rail",
    )


def _bar(words: Words, viewer: Viewer, pages: Sequence[Page]) -> html.Header:
    chip = html.Button(
        [
            html.Span(
                [
                    html.Span(words("Filters"), className="chip__caption"),
                    html.Span(id=Ids.CHIP_TEXT, className="chip__value"),
                ],
                className="chip__words",
            ),
            icon("filter"),
        ],
        id=Ids.CHIP,
        type="button",
        className="chip bar__chip",
        **attributes(aria_haspopup="dialog"),
    )
    return html.Header(
        [
            html.Div(id=Ids.FILTERS, className="bar__filters"),
            chip,
            html.Div(id=Ids.FRESHNESS, className="bar__freshness"),
            html.Div(
                [*_tools(words, viewer), person_menu(words, viewer, pages, "phone")], className="bar__tools"
            ),
        ],
        className="bar",
    )


def _tools(words: Words, viewer: Viewer) -> list[Any]:
    return [
        *([] if viewer.visit else [finder_button(words)]),
        *_sharing(words, viewer),
        html.Button(
            [
                html.Span(icon("moon"), className="to-dark"),
                html.Span(icon("sun"), className="to-light"),
            ],
            type="button",
            className="button button--icon bar__theme",
            title=words("Light or dark"),
            **attributes(data_theme_switch="yes", aria_label=words("Light or dark")),
        ),
    ]


def _sharing(words: Words, viewer: Viewer) -> list[Any]:
    if viewer.visit:
        return [icon_button(words("Print"), "print", **attributes(data_print="yes"))]
    return [
        views_button(words),
        html.Button(
            [icon("link"), html.Span(words("Share"))],
            type="button",
            className="button bar__share",
            title=words("Copy the link to this view"),
            **attributes(data_share=words("Link copied")),
        ),
        icon_button(words("Print"), "print", **attributes(data_print="yes")),
    ]


def _first_skeleton() -> list[Any]:
    return [skeleton(62, lines=2), skeleton(210), skeleton(140), skeleton(320)]
