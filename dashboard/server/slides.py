"""A document as a presentation: one message a slide, tables of text, native charts, notes for the speaker."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from dashboard.server.paper import ACCENTS, FONTS, MUTED, TEXT, WELL, Chart, Kind, Page, Paper, told
from dashboard.server.slide_charts import add_chart

_TITLE_ONLY = 5  # place among the layouts of the empty presentation
_WIDE, _TALL = Inches(13.333), Inches(7.5)
_LEFT, _WIDTH = Inches(0.6), Inches(12.13)
_UNDER = (_LEFT, Inches(1.42), _WIDTH, Inches(0.34))  # the line below the title
_TOP, _HEIGHT = Inches(1.85), Inches(4.95)  # of what stands below both
_LONGEST_LINE, _LONGEST_TITLE = 150, 230  # characters that have room there
_BARS = 14  # of a plan on one slide
_FONTS = (18, 16, 14, 12)  # of a table [pt]: the first one in which all its rows have room
_LINE, _SIGN = Inches(0.0168), Inches(0.0077)  # height of a line and width of a character, for each pt
_PADDING = Inches(0.14)  # of a row
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table without lines
_LANGUAGES = {"ru": MSO_LANGUAGE_ID.RUSSIAN, "en": MSO_LANGUAGE_ID.ENGLISH_UK}


@dataclass(frozen=True, slots=True)
class _Slide:
    """What one slide shows: a chart, some rows of a table in a font of so many pt, or neither."""

    page: Page
    chart: Chart | None = None
    rows: tuple[Sequence[str], ...] = ()
    font: int = _FONTS[-1]


def as_slides(paper: Paper) -> bytes:
    """The document, 16:9: a title, then a slide for each message."""
    shown = Presentation(io.BytesIO(_empty()))
    shown.core_properties.title, shown.core_properties.author = paper.title, "Journey BI"
    shown.core_properties.language = paper.formats.language
    _title_slide(shown, paper)
    slides = [slide for page in paper.pages for slide in _slides_of(page, paper)]
    for number, slide in enumerate(slides, 2):
        _content_slide(shown, paper, slide, f"{number} / {len(slides) + 1}")
    file = io.BytesIO()
    shown.save(file)
    return file.getvalue()


@cache
def _empty() -> bytes:
    """The library's empty presentation, in our size, colours and fonts, without its printer and its thumbnail."""
    shown: Any = Presentation()
    widened = _WIDE / shown.slide_width
    shown.slide_width, shown.slide_height = _WIDE, _TALL
    for place in (shown.slide_master, *shown.slide_layouts):
        for shape in place.placeholders:
            shape.left, shape.width = Emu(int(shape.left * widened)), Emu(int(shape.width * widened))
    theme = shown.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = _themed(theme.blob.decode("utf-8")).encode("utf-8")
    for part, kind in (
        (shown.part, RELATIONSHIP_TYPE.PRINTER_SETTINGS),
        (shown.part.package, RELATIONSHIP_TYPE.THUMBNAIL),
    ):
        for key in [key for key, rel in part._rels.items() if rel.reltype == kind]:
            part._rels.pop(key)
    file = io.BytesIO()
    shown.save(file)
    return file.getvalue()


def _themed(theme: str) -> str:
    """Fonts and colours of the product, for whatever people add."""
    fonts = f'<a:latin typeface="{FONTS[0]}"/>'
    named = theme.replace('<a:latin typeface="Calibri"/>', fonts)
    named = re.sub(r"(</a:(?:major|minor)Font>)", rf'<a:font script="Cyrl" typeface="{FONTS[1]}"/>\1', named)
    for number, colour in enumerate(ACCENTS, 1):
        mark = f"a:accent{number}"
        named = re.sub(f"<{mark}>.*?</{mark}>", f'<{mark}><a:srgbClr val="{colour}"/></{mark}>', named)
    return named


def _slides_of(page: Page, paper: Paper) -> Iterator[_Slide]:
    chart = page.chart
    if chart is not None and chart.rows:
        rows, step = page.sheet.rows, _BARS if chart.kind is Kind.GANTT else chart.rows
        for first in range(0, chart.rows, step):
            part = replace(page, sheet=replace(page.sheet, rows=rows[first : first + step]))
            yield _Slide(part, replace(chart, rows=min(step, chart.rows - first)))
    if page.told:
        lines = [_told(page, row, paper) for row in page.sheet.rows]
        yield from _parted(page, lines)
    elif chart is None:
        yield _Slide(page)


def _told(page: Page, row: Sequence[Any], paper: Paper) -> list[str]:
    return [told(paper.formats, row[place], page.sheet.columns[place].kind) for place in page.told]


def _parted(page: Page, lines: Sequence[Sequence[str]]) -> Iterator[_Slide]:
    """The whole table as large as it has room, or as many rows as a slide holds, again and again."""
    widths = _widths(page, lines)
    heads = _heads(page)
    for font in _FONTS:
        if sum(_row_height(line, widths, font) for line in (heads, *lines)) <= _HEIGHT:
            yield _Slide(page, rows=tuple(lines), font=font)
            return
    part: list[Sequence[str]] = []
    font, used = _FONTS[-1], 0
    room = _HEIGHT - _row_height(heads, widths, font)
    for line in lines:
        height = _row_height(line, widths, font)
        if part and used + height > room:
            yield _Slide(page, rows=tuple(part), font=font)
            part, used = [], 0
        part.append(line)
        used += height
    yield _Slide(page, rows=tuple(part), font=font)


def _heads(page: Page) -> list[str]:
    return [page.sheet.columns[place].title for place in page.told]


def _widths(page: Page, lines: Sequence[Sequence[str]]) -> list[int]:
    """Widths of the columns: by their longest text, within bounds."""
    longest = [max(10, min(38, max(map(len, column)))) for column in zip(_heads(page), *lines, strict=True)]
    return [int(_WIDTH * one / sum(longest)) for one in longest]


def _row_height(cells: Sequence[str], widths: Sequence[int], font: int) -> int:
    lines = max(
        ceil(len(cell) * _SIGN * font / (width - 2 * Inches(0.1))) or 1
        for cell, width in zip(cells, widths, strict=True)
    )
    return int(lines * _LINE * font + _PADDING)


def _title_slide(shown: Any, paper: Paper) -> None:
    slide = shown.slides.add_slide(shown.slide_layouts[_TITLE_ONLY])
    _title(slide, paper.title, paper, top=Inches(2.2), height=Inches(1.5), size=36)
    _text(slide, paper.about, paper, (_LEFT, Inches(3.9), _WIDTH, Inches(2.2)), size=16)
    _notes(slide, paper.about)


def _content_slide(shown: Any, paper: Paper, told: _Slide, number: str) -> None:
    page = told.page
    slide = shown.slides.add_slide(shown.slide_layouts[_TITLE_ONLY])
    title = _cut(page.sheet.title, _LONGEST_TITLE)
    _title(slide, title, paper, top=Inches(0.4), height=Inches(1.0), size=26 if len(title) < 110 else 20)
    said = " · ".join(line for line in page.sheet.about if line not in paper.about)
    if said:
        _text(slide, [_cut(said)], paper, _UNDER, size=13)
    if told.chart is not None:
        frame = add_chart(slide.shapes, page, told.chart, (_LEFT, _TOP, _WIDTH, _HEIGHT))
        _describe(frame, title)
    elif told.rows:
        _describe(_table(slide, told, paper), title)
    foot = Inches(6.95)
    whose = " · ".join((paper.title, *paper.about[1:2]))
    _text(slide, [_cut(whose)], paper, (_LEFT, foot, Inches(10.5), Inches(0.32)), size=10)
    _text(slide, [number], paper, (Inches(11.5), foot, Inches(1.23), Inches(0.32)), size=10, right=True)
    _notes(slide, tuple(dict.fromkeys((*page.sheet.about, *filter(None, [page.notes]), *paper.about))))


def _cut(line: str, longest: int = _LONGEST_LINE) -> str:
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _title(slide: Any, text: str, paper: Paper, *, top: int, height: int, size: int) -> None:
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = _LEFT, top, _WIDTH, height
    frame = title.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = 0
    _write(frame.paragraphs[0], text, paper, size, TEXT, bold=True)


def _text(
    slide: Any,
    lines: Sequence[str],
    paper: Paper,
    place: tuple[int, int, int, int],
    *,
    size: int,
    right: bool = False,
) -> None:
    frame = slide.shapes.add_textbox(*place).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    for number, line in enumerate(lines):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        _write(paragraph, line, paper, size, MUTED, right=right)


def _write(
    paragraph: Any,
    text: str,
    paper: Paper,
    size: int,
    colour: str,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    run.font.language_id = _LANGUAGES[paper.formats.language]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _table(slide: Any, told: _Slide, paper: Paper) -> Any:
    page, font = told.page, told.font
    columns = [page.sheet.columns[place] for place in page.told]
    lines = (_heads(page), *told.rows)
    widths = _widths(page, [_told(page, row, paper) for row in page.sheet.rows])
    heights = [_row_height(line, widths, font) for line in lines]
    frame = slide.shapes.add_table(len(lines), len(columns), _LEFT, _TOP, sum(widths), sum(heights))
    table = frame.table
    frame._element.graphic.graphicData.tbl.tblPr.find(f"{{{_A}}}tableStyleId").text = _NO_STYLE
    table.horz_banding = False
    for place, width in enumerate(widths):
        table.columns[place].width = width
    for number, line in enumerate(lines):
        table.rows[number].height = heights[number]
        for place, text in enumerate(line):
            cell = table.cell(number, place)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            right = columns[place].kind not in ("text", "date")
            colour = TEXT if number else MUTED
            _write(cell.text_frame.paragraphs[0], text, paper, font, colour, bold=not number, right=right)
            if number % 2 == 0:
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string(WELL)
    return frame


_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _describe(frame: Any, text: str) -> None:
    """What readers hear of a chart or a table."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", "".join(one for one in text if one.isprintable()))


def _notes(slide: Any, lines: Sequence[str]) -> None:
    slide.notes_slide.notes_text_frame.text = "\n".join(lines)
