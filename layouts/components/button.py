"""Buttons: what a click does stands on it as a verb, without a full stop."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.link import page_link


def button(
    text: str, *, sign: str | None = None, primary: bool = False, id: Any = None, **marks: Any
) -> html.Button:
    """A button with words and perhaps a sign before them.

    Args:
        sign: name of an icon.
        marks: `data-...` and `aria-...` for our own scripts.
    """
    more: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Button(_content(text, sign), type="button", className=_class(primary), **more, **marks)


def icon_button(label: str, sign: str, *, id: Any = None, **marks: Any) -> html.Button:
    """A square button whose sign everybody knows; `label` is its name for readers and on hover."""
    more: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Button(
        icon(sign),
        type="button",
        className="button button--icon",
        title=label,
        **attributes(aria_label=label),
        **more,
        **marks,
    )


def button_link(
    text: str,
    path: str,
    address: Address,
    *,
    sign: str | None = None,
    primary: bool = False,
    after: bool = False,
) -> Any:
    """A link to a page that looks like a button; with `after` the sign stands behind the words (an arrow)."""
    return page_link(_content(text, sign, after), path, address, _class(primary))


def _content(text: str, sign: str | None, after: bool = False) -> list[Any]:
    parts: list[Any] = [html.Span(text)]
    if sign:
        parts.insert(len(parts) if after else 0, icon(sign))
    return parts


def _class(primary: bool) -> str:
    return "button button--primary" if primary else "button"
