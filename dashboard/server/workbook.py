"""A document as a workbook: a sheet for each page, its chart drawn by the spreadsheet from the sheet's own cells."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from dashboard.server.paper import (
    COLOURS,
    FONTS,
    GRID,
    MUTED,
    PAPER,
    TEXT,
    Chart,
    Kind,
    Look,
    Page,
    Paper,
    Plot,
    label_code,
)
from dashboard.server.sheets import Pen, open_book

_TYPES = {
    Kind.COLUMNS: {"type": "column"},
    Kind.STACKED: {"type": "column", "subtype": "stacked"},
    Kind.LINES: {"type": "line"},
    Kind.GANTT: {"type": "bar", "subtype": "stacked"},
}
_WIDTH, _HEIGHT, _ROW = 760, 420, 26  # of a chart [px]; a bar of a plan takes one row


def as_workbook(paper: Paper) -> bytes:
    """The document; charts stand at the right of their figures."""
    file = io.BytesIO()
    with open_book(file) as book:
        book.set_properties({"title": paper.title, "author": "Journey BI"})
        pen = Pen(book)
        for page in paper.pages:
            sheet = book.add_worksheet(page.name)
            first = pen.draw(sheet, page.sheet)
            sheet.freeze_panes(first, 1)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            if page.notes:
                pen.write(sheet, first + len(page.sheet.rows) + 1, 0, page.notes)
            if page.chart is not None and page.chart.rows:
                place = _place(page)
                sheet.insert_chart(place, len(page.sheet.columns) + 1, _chart(book, page, page.chart, first))
    return file.getvalue()


def _place(page: Page) -> int:
    """Row of the chart: beside the head of the table."""
    return len(page.sheet.about) + 2


def _chart(book: xlsxwriter.Workbook, page: Page, chart: Chart, first: int) -> Any:
    """The chart; every text in it is a cell, so that no text of a client becomes a formula."""
    made: Any = book.add_chart(dict(_TYPES[chart.kind]))
    last = first + chart.rows - 1
    for plot in chart.plots:
        made.add_series(
            {
                "name": [page.name, first - 1, plot.column],
                "categories": [page.name, first, chart.categories, last, chart.categories],
                "values": [page.name, first, plot.column, last, plot.column],
                **_look(chart, plot),
            }
        )
    made.set_title({"name": [page.name, 0, 0], "name_font": _font(12, TEXT, bold=True), "overlay": False})
    _axes(made, chart)
    hidden = [place for place, plot in enumerate(chart.plots) if plot.look is Look.GROUND]
    made.set_legend({"position": "bottom", "font": _font(9), "delete_series": hidden})
    height = max(_HEIGHT, _ROW * chart.rows + 160) if chart.kind is Kind.GANTT else _HEIGHT
    made.set_size({"width": _WIDTH, "height": height})
    return made


def _axes(made: Any, chart: Chart) -> None:
    values: dict[str, Any] = {
        "num_format": chart.code,
        "num_font": _font(9),
        "major_gridlines": {"visible": True, "line": {"color": f"#{GRID}"}},
        "line": {"none": True},
    }
    if chart.axis:
        values |= {"name": chart.axis, "name_font": _font(9)}
    if chart.least is not None:
        values["min"] = chart.least
    names: dict[str, Any] = {"num_font": _font(9), "line": {"color": f"#{MUTED}"}, "label_position": "low"}
    if chart.kind is Kind.GANTT:  # the first action on top, as in the table
        made.set_x_axis(values)
        made.set_y_axis({**names, "reverse": True})
        return
    made.set_x_axis(names)
    made.set_y_axis(values)


def _look(chart: Chart, plot: Plot) -> dict[str, Any]:
    """Colours of a series."""
    if plot.look is Look.GROUND:
        return {"fill": {"none": True}, "border": {"none": True}}
    colour = f"#{COLOURS[plot.look]}"
    if chart.kind is Kind.LINES:
        dashed = {"dash_type": "dash"} if plot.look in (Look.BAND, Look.SCENARIO) else {}
        thick = 1.25 if plot.look is Look.BAND else 2.25
        return {"line": {"color": colour, "width": thick, **dashed}, "marker": {"type": "none"}}
    look: dict[str, Any] = {"gap": 60 if chart.kind is not Kind.GANTT else 40, "border": {"color": colour}}
    if plot.look is Look.SCENARIO:
        look["pattern"] = {"pattern": "wide_upward_diagonal", "fg_color": colour, "bg_color": "#FFFFFF"}
    else:
        look["fill"] = {"color": colour}
    if chart.labelled:
        look["data_labels"] = {
            "value": True,
            "num_format": label_code(chart, plot),
            "font": _font(9, TEXT),
            "fill": {"color": f"#{PAPER}"} if plot.look in (Look.ACTUAL, Look.SCENARIO) else {"none": True},
        }
    return look


def _font(size: int, colour: str = MUTED, *, bold: bool = False) -> dict[str, Any]:
    return {"name": FONTS[0], "size": size, "color": f"#{colour}", "bold": bold}
