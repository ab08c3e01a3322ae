"""The ways between pages: rail at the left, bar at the bottom of a phone, engagement switcher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dash import dcc, html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.pages import Page

_THUMB = 5  # links that fit under it


def nav_id(page: Page, place: str) -> dict[str, str]:
    """Id of a page's link in the `rail` or the `bar`."""
    return {"type": "nav", "page": page.key, "place": place}


def rail_links(words: Words, pages: Iterable[Page]) -> html.Nav:
    """The menu in groups; assets/js/shell.js keeps its links on the current filters."""
    parts: list[Any] = []
    for group, members in groupby([page for page in pages if page.menu], key=lambda page: page.group):
        if group:
            parts.append(html.P(words(group), className="rail__group"))
        parts.extend(_link(page, words(page.title), "rail", _count(words, page)) for page in members)
    return html.Nav(parts, className="rail__links", **attributes(aria_label=words("Pages")))


def bottom_bar(words: Words, pages: Iterable[Page]) -> html.Nav:
    """The first of them under the thumb; the others stand in the person's menu."""
    links = [_link(page, words(page.short), "bar", _count(words, page)) for page in _under_the_thumb(pages)]
    return html.Nav(links, className="bottom", **attributes(aria_label=words("Pages")))


def person_links(words: Words, pages: Sequence[Page], place: str) -> list[dcc.Link]:
    """Pages about the person and the product instead of the journey; what stands in the rail is not repeated there.

    Args:
        place: `person` in the rail, `phone` in the bar.
    """
    if place == "person":
        return [_link(page, words(page.title), place) for page in pages if page.plain and not page.menu]
    near = _under_the_thumb(pages)
    return [
        _link(page, words(page.title), place)
        for page in pages
        if page not in near and (page.plain or page.menu)
    ]


def _under_the_thumb(pages: Iterable[Page]) -> list[Page]:
    return [page for page in pages if page.menu and not page.plain][:_THUMB]


@dataclass(frozen=True, slots=True)
class EngagementChoice:
    """One engagement of the switcher."""

    key: str
    name: str


def engagement_list(
    words: Words, path: str, address: Address, chosen: str | None, others: Sequence[EngagementChoice]
) -> list[Any]:
    """The same choice in the sheet of a phone; nothing where there is no choice."""
    if len(others) < 2:
        return []
    title = html.H3(words("Engagement"), className="sheet__title")
    links = [_engagement(path, address, choice, chosen) for choice in others]
    return [html.Section([title, *links], className="sheet__section")]


def engagement_switcher(
    words: Words,
    path: str,
    address: Address,
    chosen: EngagementChoice | None,
    others: Sequence[EngagementChoice],
) -> html.Div:
    """Whose data these are; with more than one engagement it opens the list."""
    if chosen is None:
        return html.Div()
    label = html.Span(
        [
            html.Span(words("Engagement"), className="switcher__caption"),
            html.Span(chosen.name, className="switcher__name"),
        ],
        className="switcher__words",
    )
    short = html.Span(chosen.name[:1].upper(), className="switcher__short", **attributes(aria_hidden="true"))
    if len(others) < 2:
        return html.Div([label, short], className="switcher", title=chosen.name)
    links = [_engagement(path, address, choice, chosen.key) for choice in others]
    face = html.Summary([label, short, icon("updown")], className="switcher__face", title=chosen.name)
    return html.Div(
        html.Details(
            [face, html.Div(links, className="menu")],
            className="switcher popover",
            **attributes(data_popover="engagement"),
        )
    )


def _engagement(path: str, address: Address, choice: EngagementChoice, chosen: str | None) -> dcc.Link:
    mark = " menu__item--on" if choice.key == chosen else ""
    return page_link(choice.name, path, address.for_engagement(choice.key), "menu__item" + mark)


def open_alerts(count: int) -> html.Span:
    """The number that the script writes into the menu; what stands on the page goes before what the shell has asked."""
    return html.Span(hidden=True, **attributes(data_open_alerts=str(count)))


def _count(words: Words, page: Page) -> list[Any]:
    """Where assets/js/alerts.js writes how many alerts are open."""
    if page.key != "monitor":
        return []
    return [html.Span(className="nav__count", **attributes(data_word=words("open alerts:")))]


def _link(page: Page, text: str, place: str, more: Sequence[Any] = ()) -> dcc.Link:
    return dcc.Link(
        [icon(page.icon), html.Span(text, className="nav__text"), *more],
        id=nav_id(page, place),
        href=page.path,
        className="nav",
        title=text,
    )
