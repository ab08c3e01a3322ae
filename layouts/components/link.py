"""The one way to make a link inside the product: a known page's path and an `Address`, never a text from data."""

from __future__ import annotations

import re
from typing import Any

from dash import dcc, html

from dashboard.journey.address import Address
from layouts.components.attributes import attributes

PAGE_PATHS = frozenset(  # a test keeps it equal to PAGES
    {
        "/overview",
        "/funnel",
        "/touchpoints",
        "/whatif",
        "/plan",
        "/monitor",
        "/customers",
        "/customer",
        "/data",
        "/help",
        "/me",
        "/report",
        "/settings",
        "/wall",
    }
)


_OUTSIDE = re.compile(r"https?://[^\s/@?#\\]+([/?#][^\s\\]*)?", re.IGNORECASE)
_DATA_FILE = re.compile(r"/data/[\w-]+/[\w-]+(/[\w-]+)?\.(csv|yaml)", re.ASCII)


def page_href(path: str, address: Address) -> str:
    """The relative address of a page.

    Raises:
        ValueError: for a path that is no page, so that a value from data can never become a link.
    """
    if path not in PAGE_PATHS:
        raise ValueError(f"not a page: {path!r}")
    return path + address.search()


def page_link(
    children: Any, path: str, address: Address, class_name: str = "link", title: str | None = None
) -> dcc.Link:
    """A link that changes the address without loading the page anew; Back works."""
    more: dict[str, Any] = {"title": title} if title else {}
    return dcc.Link(children, href=page_href(path, address), className=class_name, **more)


def fresh_link(children: Any, path: str, address: Address, class_name: str = "link") -> html.A:
    """A link that loads the page anew: what a hand has set on it goes, and the address alone says what is shown."""
    return html.A(children, href=page_href(path, address), className=class_name)


def export_link(children: Any, card: str, kind: str, address: Address, class_name: str, name: str) -> html.A:
    """A file of a card's figures under the view's address.

    Args:
        card: key of the card; names come from code, never from data.
        name: what the link is called for readers.
    """
    href = f"/export/{card}.{kind}{address.search()}"
    return html.A(children, href=href, className=class_name, download="", **attributes(aria_label=name))


def file_link(children: Any, path: str, class_name: str) -> html.A:
    """A file of the data page: a template, or the rejected rows of an import.

    Raises:
        ValueError: for a path that is no such file, so that a value from data can never become a link.
    """
    if not _DATA_FILE.fullmatch(path):
        raise ValueError(f"not a file of the data page: {path!r}")
    return html.A(children, href=path, className=class_name, download="")


def outside_link(children: Any, url: str) -> html.A:
    """A link out of the product, to an address that people have typed: a file on their disk, a brief.

    It opens beside the product and tells the other site nothing of where it was clicked. The server has checked the
    address before it was kept; whatever is not http or https with a host is no link here either.

    Raises:
        ValueError: for such an address.
    """
    if not _OUTSIDE.fullmatch(url):
        raise ValueError("not an address of the web")
    return html.A(children, href=url, className="link", target="_blank", rel="noopener noreferrer")


def template_link(children: Any, draft: int) -> html.A:
    """The mapping file of an import on its way.

    Args:
        draft: number of the import.
    """
    return html.A(children, href=f"/data/drafts/{draft}/template.yaml", className="link", download="")


def filter_link(
    children: Any, path: str, address: Address, key: str, value: str | None, class_name: str
) -> html.A:
    """A choice of the filter bar: assets/js/filters.js sets the one key in the address that is open at the click.

    The written address may be a moment old by then; it serves a new tab, and readers.
    """
    marks = attributes(data_key=key, data_value=value or "")
    return html.A(children, href=page_href(path, address), className=class_name, **marks)
