"""The one place that makes an AG Grid: a page of a long list that the server orders and cuts.

The address knows the order and the page, so a click on a heading changes the address (assets/js/customers.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
from dash import html

from dashboard.i18n.words import Words
from layouts.components.attributes import attributes

_LINE = 42  # of the heading and of each row [px]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column.

    Attributes:
        key: name of the column; what the address orders by.
        wide: share of the width; `least` [px] of it at least.
        number: figures stand right.
        link: the cell leads to the row's `href`.
        order: `asc` or `desc` where the rows stand in its order.
    """

    key: str
    title: str
    wide: int
    least: int
    number: bool
    sortable: bool
    link: bool
    order: str | None


def grid(
    words: Words, id: str, label: str, columns: Sequence[GridColumn], rows: Sequence[dict[str, Any]]
) -> html.Div:
    """A page of rows.

    Args:
        label: what the grid lists, for readers.
        rows: text of each cell by the column's key; `href` where a column is a link.
    """
    table = dag.AgGrid(
        id=id,
        columnDefs=[_definition(column) for column in columns],
        rowData=list(rows),
        defaultColDef={
            "resizable": True,
            "suppressMovable": True,
            "comparator": {"function": "asTheyStand"},
            "sortingOrder": ["desc", "asc"],
        },
        dashGridOptions={
            "domLayout": "autoHeight",
            "rowHeight": _LINE,
            "headerHeight": _LINE,
            "animateRows": False,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "suppressColumnVirtualisation": True,
            "localeText": _texts(words),
        },
        eventListeners={"sortChanged": ["sorted(params)"]},
        style={"height": None},
    )
    room = {"minHeight": f"{(len(rows) + 1) * _LINE}px"}  # before the library has come
    return html.Div(table, className="grid", style=room, role="region", **attributes(aria_label=label))


def _definition(column: GridColumn) -> dict[str, Any]:
    side = "grid__number" if column.number else None
    return {
        "field": column.key,
        "headerName": column.title,
        "headerTooltip": column.title,
        "tooltipField": column.key,
        "flex": column.wide,
        "minWidth": column.least,
        "sortable": column.sortable,
        "sort": column.order,
        **({"cellClass": side, "headerClass": side} if side else {}),
        # a pinned column does not flex
        **({"cellRenderer": "RowLink", "pinned": "left", "flex": None, "width": 140} if column.link else {}),
    }


def _texts(words: Words) -> dict[str, str]:
    """What the grid itself says."""
    return {
        "noRowsToShow": words("No rows"),
        "loadingOoo": words("Loading"),
        "ariaSortableColumn": words("Press Enter to order by it"),
    }
