"""Since your last visit: what moved in money, on the view that opens by itself."""

from __future__ import annotations

from typing import Any

from callbacks.overview.lcpq import segments_query
from callbacks.overview.place import place_of, ranked
from callbacks.services import Ask, Services
from dashboard.analytics.visit import figure_key, largest_changes
from data_access.clock import wall_clock
from data_access.scope import Role
from data_access.state.visits import note_visit
from layouts.overview_visit import visit_line


def show_visit(services: Services, ask: Ask) -> Any:
    """The three largest changes; nothing where filters are chosen, and for guests and walls, who have no visits."""
    address = ask.address
    nobody = ask.user.guest is not None or ask.user.role == Role.DISPLAY
    if address.period or address.segments or address.channels or nobody:
        return []
    period = ask.query.period.token()
    now, figures = services.clock(), _figures(services, ask)
    before = note_visit(services.state(), ask.user.id, ask.scope.engagement, now, period, figures)
    if before is None or before.period != period:
        return visit_line(place_of(ask), None, ())
    day = wall_clock(before.at, ask.info.zone).date()
    return visit_line(place_of(ask), day, largest_changes(before.figures, figures))


def _figures(services: Services, ask: Ask) -> dict[str, float]:
    book = services.answers.lcpq(ask.scope, segments_query(services, ask))
    found = {figure_key("revenue", row.segment): float(row.revenue) for row in (*book.rows, book.total)}
    for row in ranked(services, ask):
        if row.recoverable is not None:
            found[figure_key("step", row.segment, row.from_stage, row.to_stage)] = float(row.recoverable)
    return found
