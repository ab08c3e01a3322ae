"""The way from a figure to the people behind it: `1 891 customers →`."""

from __future__ import annotations

from typing import Any, Literal

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.link import page_link

CUSTOMERS = "/customers"
ALL_DEALS = "1"  # value of the address key `deals`
KEYS = (
    "by",
    "seg",
    "step",
    "went",
    "stage",
    "channel",
    "touchpoint",
    "deals",
)  # what a list of people is asked by


def people_link(
    words: Words,
    address: Address,
    n: int,
    *,
    may: bool,
    by: str | None = None,
    seg: str | None = None,
    step: str | None = None,
    went: Literal["on", "stopped"] | None = None,
    stage: str | None = None,
    channel: str | None = None,
    touchpoint: str | None = None,
    deals: bool = False,
    text: Any = None,
) -> Any:
    """A link to the list whose length is the figure; for whom may not see customers the bare figure.

    Args:
        address: of the screen that holds the figure: its filters and funnel options go along, its own keys do not.
        n: the figure: customers, or with `deals` transactions.
        may: `ask.user.may(Action.PEOPLE)`.
        by: what `seg` is a value of where that is no segment: `channel`, `touchpoint`, `month`, `quarter`.
        seg: the group's segment as the data name it, "(none)" included; None = everybody under the filters.
        step: key of the stage that the funnel step starts from. With it alone: who entered the step.
        went: of these, who went on to the next stage of the funnel, or who stopped.
        stage, channel, touchpoint: a cell of the touchpoint map instead of a funnel step.
        deals: transactions of the period instead of customers: the rows of its revenue.
        text: other words than `1 891 customers →`, such as the pill itself.
    """
    if text is None:
        counted = (
            words.plural("{n} transaction", "{n} transactions", n)
            if deals
            else words.plural("{n} customer", "{n} customers", n)
        )
        text = counted + " →" if may else counted
    if not may or not n:
        return html.Span(text)
    asked = {
        "by": by,
        "seg": seg,
        "step": step,
        "went": went,
        "stage": stage,
        "channel": channel,
        "touchpoint": touchpoint,
        "deals": ALL_DEALS if deals else None,
    }
    return page_link(text, CUSTOMERS, address.for_page().with_extras(**asked), "link link--people")
