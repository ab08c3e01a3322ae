"""Documents with native charts: figures are figures, hostile texts are texts, nothing overlaps, nothing reaches out."""

from __future__ import annotations

import io
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from dashboard.i18n.formats import Formats
from dashboard.server.paper import Chart, Kind, Look, Page, Paper, Plot, amount_code
from dashboard.server.sheets import Column, Sheet
from dashboard.server.slides import as_slides
from dashboard.server.workbook import as_workbook
from tests.office import cells, charts, live_parts, parts, references

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")', "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\tTAB", "＝1+1", "＋1", "＠x",
    "http://evil.example/", "Sheet1!A1", "=Лист!A1", "Подарок, «быстро»", "\x0bстрока", "<c:f>A1</c:f>&amp;",
)  # fmt: skip
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LEAST = 46325.0
LONG = "Перезванивать в течение 5 минут после заявки и записывать в магазин прямо во время звонка " * 2


def paper(language: str = "ru") -> Paper:
    columns = (Column("Сегмент"), Column("=База", "money"), Column("Сценарий", "money"))
    rows = tuple((text, 1e6 * number, 1.5e6 * number) for number, text in enumerate(HOSTILE, 1))
    plots = (Plot(1, Look.ACTUAL), Plot(2, Look.SCENARIO))
    bars = Chart(Kind.COLUMNS, 0, plots, len(rows), "млн ₽", "#,##0.0,,", labelled=True)
    first = Page("Сегменты", Sheet(HOSTILE[0], columns, rows, (HOSTILE[1],)), bars, (0, 1, 2), HOSTILE[3])
    days = (
        Column("Мероприятие"),
        Column("Начало", "date"),
        Column("Идея", "number"),
        Column("В работе", "number"),
    )
    plan = tuple(
        (
            f"{number}. {LONG}",
            date(2026, 11, 1 + number),
            5 if number % 2 else None,
            None if number % 2 else 9,
        )
        for number in range(25)
    )
    looks = (Look.GROUND, Look.PREVIOUS, Look.ACCENT)
    bars_of = tuple(Plot(place, look) for place, look in enumerate(looks, 1))
    gantt = Chart(Kind.GANTT, 0, bars_of, 25, code="d mmm", least=LEAST)
    lines = Chart(Kind.LINES, 0, (Plot(2, Look.ACCENT), Plot(3, Look.BAND)), 25)
    stacked = Chart(Kind.STACKED, 0, (Plot(2, Look.RISE), Plot(3, Look.FALL)), 25, labelled=True, least=1.0)
    more = [
        Page(name, Sheet(f"{name}: {LONG}", days, plan), chart, told)
        for name, chart, told in (
            ("План", gantt, (0, 1, 2, 3)),
            ("По месяцам", lines, ()),
            ("Мост", stacked, ()),
        )
    ]
    return Paper("Сеть «Электрон»", ("Проект: acme", LONG), (first, *more), Formats(language))


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return as_workbook(paper())


@pytest.fixture(scope="module")
def slides() -> bytes:
    return as_slides(paper())


def test_nothing_in_a_document_runs_or_reaches_out(workbook: bytes, slides: bytes) -> None:
    assert live_parts(workbook) == []
    assert live_parts(slides) == []


def test_hostile_texts_are_texts_in_the_cells(workbook: bytes) -> None:
    sheet = cells(workbook)["Сегменты"]
    assert (sheet[0][0], sheet[1][0]) == HOSTILE[:2]
    assert tuple(row[0] for row in sheet[4 : 4 + len(HOSTILE)]) == HOSTILE
    assert [row[1] for row in sheet[4:7]] == [1e6, 2e6, 3e6]
    # a text that a spreadsheet would run after an edit of its cell is marked as text
    assert b'quotePrefix="1"' in parts(workbook)["xl/styles.xml"]


def test_charts_of_a_workbook_show_its_cells(workbook: bytes) -> None:
    sheets, found = cells(workbook), charts(workbook)
    assert len(found) == 4
    for chart in found:
        for reference in references(chart):
            column = [sheets[reference.sheet][row][reference.column] for row in reference.rows]
            for place, text in reference.cached.items():
                cell = column[place]
                if isinstance(cell, date):
                    cell = (cell - date(1899, 12, 30)).days
                said = text.replace("_x000B_", "\x0b")  # as spreadsheets write signs that XML cannot hold
                assert (said == cell) if isinstance(cell, str) else float(text) == cell
            assert [place for place, cell in enumerate(column) if cell != ""] == sorted(reference.cached)


def test_charts_of_slides_hold_the_figures_and_their_own_workbook_the_same(slides: bytes) -> None:
    inner = [body for name, body in parts(slides).items() if name.endswith(".xlsx")]
    found = charts(slides)
    assert len(found) == len(inner) == 5  # a plan of 25 takes two
    for chart in found:
        assert {reference.sheet for reference in references(chart)} == {"Sheet1"}
    frames = [shape for slide in shown(slides).slides for shape in slide.shapes if shape.has_chart]
    first = frames[0].chart
    assert [str(name) for name in first.plots[0].categories][:3] == list(HOSTILE[:3])
    assert [list(series.values)[:2] for series in first.series] == [[1e6, 2e6], [1.5e6, 3e6]]
    for frame, body in zip(frames, inner, strict=True):
        sheet = cells(body)["Sheet1"]
        names = [str(name) for name in frame.chart.plots[0].categories]
        assert [row[0] for row in sheet[1:]] == names
        for place, series in enumerate(frame.chart.series, 1):
            assert sheet[0][place] == series.name
            assert [None if row[place] == "" else row[place] for row in sheet[1:]] == list(series.values)


def test_bars_of_a_plan_lie_on_an_axis_of_days_the_first_on_top(workbook: bytes, slides: bytes) -> None:
    for chart in (charts(workbook)[1], charts(slides)[1]):
        names, values = (next(chart.iter(f"{CHART}{axis}")) for axis in ("catAx", "valAx"))
        assert next(names.iter(f"{CHART}orientation")).get("val") == "maxMin"
        assert next(values.iter(f"{CHART}numFmt")).get("formatCode") == "d mmm"
        assert float(next(values.iter(f"{CHART}min")).get("val", "")) == LEAST
        ground = next(chart.iter(f"{CHART}ser"))
        assert ground.find(f".//{DRAWING}noFill") is not None
        assert [one.get("val") for one in chart.iterfind(f".//{CHART}legendEntry/{CHART}idx")] == ["0"]


def test_every_slide_has_its_message_its_notes_and_room(slides: bytes) -> None:
    opened = shown(slides)
    wide, tall = opened.slide_width, opened.slide_height
    assert (wide, tall) == (Inches(13.333), Inches(7.5))
    assert len(opened.slides) > 8
    for slide in opened.slides:
        title = slide.shapes.title
        assert title is not None
        assert title.text_frame.text.strip()
        assert slide.notes_slide.notes_text_frame.text.strip()
        boxes = [(one.left, one.top, one.left + one.width, one.top + one.height) for one in slide.shapes]
        assert all(a >= 0 and b >= 0 and c <= wide and d <= tall for a, b, c, d in boxes)
        for one, other in combinations(boxes, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, title.text_frame.text
    theme = next(text for name, text in parts(slides).items() if name.endswith("theme1.xml")).decode()
    assert 'typeface="Segoe UI"' in theme
    assert '<a:font script="Cyrl" typeface="Arial"/>' in theme


def test_a_slide_keeps_russian_text_and_formats(slides: bytes) -> None:
    tables = [shape.table for slide in shown(slides).slides for shape in slide.shapes if shape.has_table]
    rows = [[cell.text_frame.text for cell in row.cells] for row in tables[0].rows]
    assert rows[0] == ["Сегмент", "=База", "Сценарий"]
    assert rows[12] == ["Подарок, «быстро»", "12,0\u00a0млн\u00a0₽", "18,0\u00a0млн\u00a0₽"]
    plans = [[cell.text_frame.text for cell in row.cells] for table in tables for row in table.rows]
    assert sum(row[0].endswith(LONG) for row in plans) == 25


@pytest.mark.parametrize(
    ("amounts", "code", "digits"),
    [((), "#,##0", 0), ((999_999.0,), "#,##0", 0), ((-2e6, 1.0), "#,##0.0,,", 6), ((3e9,), "#,##0.0,,,", 9)],
)
def test_large_amounts_are_read_in_millions(amounts: tuple[float, ...], code: str, digits: int) -> None:
    assert amount_code(amounts) == (code, digits)


def shown(body: bytes) -> Any:
    return Presentation(io.BytesIO(body))
