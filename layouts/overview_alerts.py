"""One quiet line in the overview's heading while something is outside its limits."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.journey.address import Address
from dashboard.journey.incidents import Incident
from layouts.alert_words import AlertNames
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.monitor import PATH, Tab, tab_address
from layouts.monitor_alert_view import INCIDENT


def alerts_line(names: AlertNames, address: Address, first: Incident, others: int) -> Any:
    """The incident that weighs most, and how many more there are.

    Args:
        address: of the overview; the alerts keep its filters.
    """
    words, tab = names.words, tab_address(address, Tab.ALERTS)
    sentence = names.sentence(first.rule, first.figures)
    line = page_link(
        [icon("warning"), html.Span(sentence)],
        PATH,
        tab.with_extras(**{INCIDENT: str(first.id)}),
        "alert-line__link",
        title=sentence,
    )
    more = words.plural("and {n} more alert", "and {n} more alerts", others)
    rest = [page_link(more, PATH, tab, "link alert-line__more")] if others else []
    return html.P([line, *rest], className="alert-line")
