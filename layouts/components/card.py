"""The card: one message, its unit, its content."""

from __future__ import annotations

from typing import Any

from dash import html


def card(
    title: Any,
    *content: Any,
    subtitle: Any = None,
    aside: Any = None,
    tools: Any = None,
    id: str | None = None,
    class_name: str = "",
) -> html.Section:
    """A white field with a heading.

    Args:
        title: the message, in words.
        subtitle: unit and how to read it.
        aside: switch or link at the right of the heading.
        tools: the card's menu (`card_tools`), in its corner.
        class_name: further classes, such as the card's place in a grid.
    """
    heading: list[Any] = [html.H2(title, className="card__title")]
    if subtitle is not None:
        heading.append(html.P(subtitle, className="card__subtitle"))
    head: list[Any] = [html.Div(heading, className="card__words")]
    corner = [html.Div(aside, className="card__aside")] if aside is not None else []
    if tools is not None:
        corner.append(tools)
    if corner:
        head.append(html.Div(corner, className="card__corner"))
    more: dict[str, Any] = {"id": id} if id else {}
    return html.Section(
        [html.Div(head, className="card__head"), *content], className=f"card {class_name}".strip(), **more
    )


def page_header(title: Any, subtitle: Any = None, aside: Any = None) -> html.Div:
    """Heading of a page: its name, what it shows in one line, its tabs at the right."""
    words: list[Any] = [html.H1(title, className="page__title", tabIndex="-1")]
    if subtitle is not None:
        words.append(html.P(subtitle, className="page__subtitle"))
    parts: list[Any] = [html.Div(words)]
    if aside is not None:
        parts.append(html.Div(aside, className="page__aside"))
    return html.Div(parts, className="page__head")
