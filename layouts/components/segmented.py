"""A switch between a few views; each one is a link, so that the address knows which is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dash import html

from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.link import page_link


@dataclass(frozen=True, slots=True)
class Choice:
    """One position of the switch."""

    text: str
    address: Address
    chosen: bool = False


def segmented(label: str, path: str, choices: Iterable[Choice]) -> html.Nav:
    """The switch.

    Args:
        label: what is switched, for readers.
        path: the page that the links stay on.
    """
    links = [
        page_link(
            choice.text,
            path,
            choice.address,
            "switch__choice" + (" switch__choice--on" if choice.chosen else ""),
        )
        for choice in choices
    ]
    return html.Nav(links, className="switch", **attributes(aria_label=label))
