"""What every card can do at its corner: say how its number is made, and leave as a table or a picture."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.link import export_link
from layouts.components.to_report import to_report


def card_tools(
    words: Words, card: str, address: Address, title: str, *, picture: bool = True, paper: str | None = None
) -> html.Details:
    """The menu of a card.

    Args:
        card: its key in the page's `CARDS`, such as `overview-segments`: the callback module says there what the
            card holds.
        address: of the view; the files answer the same question.
        title: of the card, so that readers hear whose menu it is.
        picture: False for cards that are lists of rows, where a picture says less than the table.
        paper: a whole document that one gets here too, such as `scenario`.
    """
    name = words("Export and definition: {card}", card=title)
    entries: list[Any] = [
        html.Button(
            [icon("info"), html.Span(words("How is this number made"))],
            type="button",
            className="menu__item",
            **attributes(data_how=card),
        ),
        *(
            export_link(
                [icon("table"), html.Span(kind.upper())],
                card,
                kind,
                address,
                "menu__item",
                words("Download as {kind}", kind=kind.upper()),
            )
            for kind in ("csv", "xlsx")
        ),
    ]
    if picture:
        entries += [
            html.Button(
                [icon("picture"), html.Span(kind.upper())],
                type="button",
                className="menu__item",
                **attributes(
                    data_picture=kind, data_card=card, aria_label=words("Save as {kind}", kind=kind.upper())
                ),
            )
            for kind in ("png", "svg")
        ]
    entries += paper_links(words, paper, address, "menu__item") if paper else []
    entries.append(to_report(words, card, address))
    return html.Details(
        [
            html.Summary(
                icon("more"),
                className="button button--icon button--small",
                title=name,
                **attributes(aria_label=name),
            ),
            html.Div([one for one in entries if one is not None], className="menu card-tools__menu"),
        ],
        className="popover card-tools",
        **attributes(data_popover=f"card-{card}"),
    )


def paper_links(words: Words, paper: str, address: Address, class_name: str) -> list[html.A]:
    """A whole document with charts that one may edit: as a workbook and as slides.

    Args:
        paper: its name in the address of its files.
    """
    names = {"xlsx": words("Workbook with charts: XLSX"), "pptx": words("Slides: PPTX")}
    return [
        export_link([icon("table"), html.Span(name)], paper, kind, address, class_name, name)
        for kind, name in names.items()
    ]
