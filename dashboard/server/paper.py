"""A document that leaves the product: pages with one message each, a table of exact figures and perhaps a chart.

`workbook.py` makes an XLSX of it and `slides.py` a PPTX, both with native charts that people may edit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from dashboard.i18n.formats import Formats
from dashboard.server.sheets import MIME, Cell, Sheet

PPTX = "pptx"
PAPER_MIME = {
    **{kind: mime for kind, mime in MIME.items() if kind == "xlsx"},
    PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


class Kind(StrEnum):
    """How a chart is drawn: columns side by side, columns on top of each other, lines, bars over days."""

    COLUMNS = "columns"
    STACKED = "stacked"
    LINES = "lines"
    GANTT = "gantt"


class Look(StrEnum):
    """What a series means; `GROUND` carries the others and is not seen."""

    ACTUAL = "actual"
    SCENARIO = "scenario"
    RISE = "rise"
    FALL = "fall"
    BAND = "band"
    ACCENT = "accent"
    PREVIOUS = "previous"
    WARN = "warn"
    GROUND = "ground"


COLOURS = {  # the light theme of assets/css/00-tokens.css: a document is paper
    Look.ACTUAL: "2B3950",
    Look.SCENARIO: "2B3950",
    Look.RISE: "7CC2B8",
    Look.FALL: "E79A78",
    Look.BAND: "7F8AA0",
    Look.ACCENT: "2450D8",
    Look.PREVIOUS: "AEB8C7",
    Look.WARN: "8A5A00",
}
PAPER, TEXT, MUTED, GRID, WELL = "FFFFFF", "141C2B", "465268", "E1E5EB", "EEF1F5"
ACCENTS = ("2450D8", "C68225", "6D0F48", "A880CC", "F05E7D", "493608")  # of the segments, for what people add
FONTS = ("Segoe UI", "Arial")  # the second one has Cyrillic wherever the first one is missing


@dataclass(frozen=True, slots=True)
class Plot:
    """A series of a chart: a column of the page's table, and what it means."""

    column: int
    look: Look


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of the first rows of a table.

    Attributes:
        categories: the column that names the bars or the points.
        rows: how many rows of the table are drawn, from the first one on.
        axis: what the axis of values shows, with its unit.
        code: number format of the values, as spreadsheets have it.
        labelled: values stand at the bars.
        least: where the axis of values begins; None = where the program likes.
    """

    kind: Kind
    categories: int
    plots: tuple[Plot, ...]
    rows: int
    axis: str = ""
    code: str = "#,##0"
    labelled: bool = False
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One message.

    Attributes:
        name: of its sheet, 31 characters at most.
        sheet: its title is the message; every figure behind it.
        chart: its picture.
        told: columns of the table that a slide shows; none = a slide shows the picture alone.
        notes: how its figures are defined; what the speaker reads.
    """

    name: str
    sheet: Sheet
    chart: Chart | None = None
    told: tuple[int, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document.

    Attributes:
        title: what it is about, with the engagement's name.
        about: whose figures these are: engagement, period, filters, date.
        pages: the first one says it all in a sentence.
        formats: figures of its reader.
    """

    title: str
    about: tuple[str, ...]
    pages: tuple[Page, ...]
    formats: Formats


def drawn(page: Page, chart: Chart, column: int) -> list[Cell]:
    """The cells of a column that the chart shows."""
    return [row[column] for row in page.sheet.rows[: chart.rows]]


def amount_code(amounts: Iterable[float]) -> tuple[str, int]:
    """Number format of amounts that are read at a glance, and how many digits it leaves out: 9, 6 or 0."""
    most = max((abs(amount) for amount in amounts), default=0)
    for digits, commas in ((9, ",,,"), (6, ",,")):
        if most >= 10**digits:
            return f"#,##0.0{commas}", digits
    return "#,##0", 0


def label_code(chart: Chart, plot: Plot) -> str:
    """Number format of the values at a series: what goes up or down says so."""
    return {Look.RISE: '"+"', Look.FALL: '"\u2212"'}.get(plot.look, "") + chart.code


def told(formats: Formats, cell: Cell, kind: str) -> str:
    """A cell in words, for a slide's table; nothing where there is no figure.

    Args:
        kind: of its column, see `dashboard.server.sheets.Column`.
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return formats.day(cell.date(), year=True)
    if isinstance(cell, date):
        return formats.day(cell, year=True)
    if isinstance(cell, str | bool):
        return str(cell)
    return _figure(formats, cell, kind)


def _figure(formats: Formats, figure: int | float | Decimal, kind: str) -> str:
    match kind:
        case "money":
            return formats.money(figure)
        case "share":
            return formats.share(figure, 1)
        case "points":
            return formats.points(figure, 1)
        case "decimal":
            return formats.number(figure, 2)
    return formats.number(figure)
