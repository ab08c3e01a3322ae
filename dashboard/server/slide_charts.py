"""Native charts of a slide: people edit them with a right click, on figures that stand in the chart itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.util import Pt

from dashboard.server.paper import (
    COLOURS,
    GRID,
    MUTED,
    PAPER,
    TEXT,
    Chart,
    Kind,
    Look,
    Page,
    Plot,
    drawn,
    label_code,
)
from dashboard.server.sheets import Cell, Pen, open_book

_TYPES = {
    Kind.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
    Kind.STACKED: XL_CHART_TYPE.COLUMN_STACKED,
    Kind.LINES: XL_CHART_TYPE.LINE,
    Kind.GANTT: XL_CHART_TYPE.BAR_STACKED,
}
_DAY_ZERO = date(1899, 12, 30)  # of spreadsheets
_LONGEST = 60  # characters of a name beside a bar


def add_chart(shapes: Any, page: Page, chart: Chart, place: tuple[int, int, int, int]) -> Any:
    """Draw the page's chart.

    Args:
        shapes: of the slide.
        place: left, top, width, height [EMU].
    """
    names = [_short(str(cell)) for cell in drawn(page, chart, chart.categories)]
    titles = [_plain(page.sheet.columns[plot.column].title) for plot in chart.plots]
    values = [[_number(cell) for cell in drawn(page, chart, plot.column)] for plot in chart.plots]
    data = CategoryChartData(number_format=chart.code)
    data.categories = names
    for title, column in zip(titles, values, strict=True):
        data.add_series(title, column)
    frame = shapes.add_chart(_TYPES[chart.kind], *place, data)
    frame.chart.part.chart_workbook.update_from_xlsx_blob(_figures(names, titles, values))
    _dress(frame.chart, chart)
    return frame


def _figures(names: Sequence[str], titles: Sequence[str], values: Sequence[Sequence[float | None]]) -> bytes:
    """The workbook inside the chart, laid out as python-pptx refers to it.

    Its own one would run a name that looks like a formula, and make a link of one that looks like an address.
    """
    file = io.BytesIO()
    with open_book(file) as book:
        pen, sheet = Pen(book), book.add_worksheet("Sheet1")
        for row, name in enumerate(names, 1):
            pen.write(sheet, row, 0, name)
        for column, (title, cells) in enumerate(zip(titles, values, strict=True), 1):
            pen.write(sheet, 0, column, title)
            for row, cell in enumerate(cells, 1):
                pen.write(sheet, row, column, cell)
    return file.getvalue()


def _dress(made: Any, chart: Chart) -> None:
    made.font.size = Pt(11)
    made.font.color.rgb = _rgb(MUTED)
    made.has_title = False
    if chart.kind is not Kind.LINES:
        made.plots[0].gap_width = 40 if chart.kind is Kind.GANTT else 60
    for plot, series in zip(chart.plots, made.series, strict=True):
        _colour(series, chart, plot)
    _legend(made, [place for place, plot in enumerate(chart.plots) if plot.look is Look.GROUND])
    names, values = made.category_axis, made.value_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    names.format.line.color.rgb = _rgb(MUTED)
    names.reverse_order = chart.kind is Kind.GANTT  # the first action on top
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = _rgb(GRID)
    values.format.line.fill.background()
    values.tick_labels.number_format = chart.code
    values.tick_labels.number_format_is_linked = False
    if chart.least is not None:
        values.minimum_scale = chart.least
    if chart.axis:
        values.has_title = True
        values.axis_title.text_frame.text = chart.axis
        font = values.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold, font.color.rgb = Pt(11), False, _rgb(MUTED)


def _colour(series: Any, chart: Chart, plot: Plot) -> None:
    if plot.look is Look.GROUND:
        series.format.fill.background()
        series.format.line.fill.background()
        return
    colour = _rgb(COLOURS[plot.look])
    line, fill = series.format.line, series.format.fill
    line.color.rgb = colour
    if chart.kind is Kind.LINES:
        line.width = Pt(1.25 if plot.look is Look.BAND else 2.25)
        if plot.look in (Look.BAND, Look.SCENARIO):
            line.dash_style = MSO_LINE.DASH
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        return
    if plot.look is Look.SCENARIO:
        fill.patterned()
        fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        fill.fore_color.rgb, fill.back_color.rgb = colour, _rgb(PAPER)
    else:
        fill.solid()
        fill.fore_color.rgb = colour
    if chart.labelled:
        _label(series, chart, plot)


def _label(series: Any, chart: Chart, plot: Plot) -> None:
    labels = series.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = label_code(chart, plot), False
    labels.font.size, labels.font.color.rgb = Pt(11), _rgb(TEXT)
    if plot.look in (Look.ACTUAL, Look.SCENARIO):  # a dark bar: the figure stands on paper
        _papered(labels._element)


def _papered(labels: Any) -> None:
    """A white ground behind the values, which python-pptx has no word for: `c:spPr` stands after `c:numFmt`."""
    shape = labels.makeelement(_tag("c", "spPr"), {})
    fill = shape.makeelement(_tag("a", "solidFill"), {})
    fill.append(fill.makeelement(_tag("a", "srgbClr"), {"val": PAPER}))
    shape.append(fill)
    labels.find(_tag("c", "numFmt")).addnext(shape)


def _legend(made: Any, hidden: Sequence[int]) -> None:
    made.has_legend = True
    made.legend.position = XL_LEGEND_POSITION.BOTTOM
    made.legend.include_in_layout = False
    after = made.legend._element.find(_tag("c", "legendPos"))
    for place in reversed(hidden):
        entry = after.makeelement(_tag("c", "legendEntry"), {})
        entry.append(entry.makeelement(_tag("c", "idx"), {"val": str(place)}))
        entry.append(entry.makeelement(_tag("c", "delete"), {"val": "1"}))
        after.addnext(entry)


def _tag(space: str, name: str) -> str:
    spaces = {
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    }
    return f"{{{spaces[space]}}}{name}"


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour)


def _number(cell: Cell) -> float | None:
    """The cell as spreadsheets count: a day is the number of days since their first one."""
    if cell is None or isinstance(cell, str):
        return None
    if isinstance(cell, date):
        return float((date(cell.year, cell.month, cell.day) - _DAY_ZERO).days)
    return float(cell)


def _short(text: str) -> str:
    plain = _plain(text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1].rstrip()}…"


def _plain(text: str) -> str:
    """Without signs that XML cannot hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
