"""A letter as a PDF: A4 portrait, with text that can be searched, the same bytes for the same letter."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from dashboard.i18n.words import Words
from dashboard.journey.letter import Bar, Figure, Letter, Line, Section
from dashboard.server.letter_html import BAD, EDGE, GOOD, INK, QUIET, TONES

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every glyph

_FONTS = Path(__file__).parent / "fonts"
_FACE = "DejaVu"
_MARGIN = 18.0  # mm
_LINE = 6.0
_NAME, _VALUE, _WAS = 70.0, 44.0, 32.0  # mm: columns of the figures; the change has the rest
_BAR_FROM, _BAR_TO = 80.0, 150.0  # mm from the left edge
_ROOM = 24.0  # that a heading needs below it, so that it does not stand alone at the end of a page


def pdf_of(letter: Letter) -> bytes:
    """The file; links are left out: a file has no address to begin them with."""
    words, page = Words(letter.language), _Page(letter)
    page.head(letter)
    for one in letter.open_things:
        page.section(one)
    if letter.figures:
        page.figures(words, letter.figures, letter.news)
    page.bridge(words, letter.bars)
    for one in letter.changed:
        page.section(one)
    if letter.usual:
        page.gap(4)
        page.paragraph(letter.usual)
    page.gap(6)
    page.paragraph(" ".join((*letter.notes, letter.why)), size=9, colour=QUIET)
    return bytes(page.output())


class _Page(FPDF):
    """A4 with our two faces and our colours."""

    def __init__(self, letter: Letter) -> None:
        super().__init__("portrait", "mm", "A4")
        self._foot = letter.engagement
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.c_margin = 0.0  # words begin and end where the lines below headings do
        self.set_auto_page_break(True, _MARGIN + 4)
        for style, name in (("", ""), ("B", "-Bold")):
            self.add_font(_FACE, style, _FONTS / f"DejaVuSansCondensed{name}.ttf")
        self.set_title(letter.subject)
        self.set_lang(letter.language)
        self.set_producer("Journey BI")
        until = letter.period.until or datetime(2000, 1, 1, tzinfo=UTC).date()
        self.set_creation_date(datetime(until.year, until.month, until.day, tzinfo=UTC))
        self.add_page()

    def footer(self) -> None:
        """Whose it is, and the page."""
        self.set_y(-_MARGIN)
        self._ink(QUIET, 8)
        width = self.epw / 2
        self.cell(width, _LINE, self._foot)
        self.cell(width, _LINE, str(self.page_no()), align=Align.R)

    def gap(self, height: float) -> None:
        """Room below, in mm."""
        self.ln(height)

    def paragraph(self, said: str, *, size: float = 10.5, colour: str = INK, bold: bool = False) -> None:
        """A paragraph over the whole width."""
        self._ink(colour, size, bold=bold)
        self.multi_cell(0, size * 0.5, said, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def head(self, letter: Letter) -> None:
        """Whose, when and the one sentence."""
        self.paragraph(letter.engagement, size=10, colour=QUIET)
        self.paragraph(letter.title, size=17, bold=True)
        self.gap(1)
        self.paragraph(letter.headline[:1].upper() + letter.headline[1:], size=13)

    def heading(self, said: str) -> None:
        """A heading with a line below it."""
        self.gap(5)
        self._keep(_ROOM)
        self.paragraph(said, size=12.5, bold=True)
        self.set_draw_color(EDGE)
        self.line(self.l_margin, self.get_y() + 0.8, self.w - self.r_margin, self.get_y() + 0.8)
        self.gap(2.5)

    def section(self, one: Section) -> None:
        """A list."""
        self.heading(one.title)
        for line in one.lines:
            self._listed(line)
        if one.note:
            self.paragraph(one.note, size=9, colour=QUIET)

    def _listed(self, one: Line) -> None:
        self._keep(2 * _LINE)
        self.paragraph(one.text)
        if one.detail:
            self.paragraph(one.detail, size=9, colour=TONES[one.tone])
        self.gap(1.2)

    def figures(self, words: Words, figures: Iterable[Figure], news: tuple[Figure, ...]) -> None:
        """The equation: all five, those that changed in ink, the others quiet."""
        self.heading(words("Revenue = L × C × P × Q"))
        self._ink(QUIET, 9)
        self.cell(
            _NAME + _VALUE + _WAS, 4, words("before"), align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        for one in figures:
            self._row(one, one in news)

    def _row(self, one: Figure, told: bool) -> None:
        sign = f"{one.letter} · " if one.letter else ""
        colour = INK if told else QUIET
        self._ink(colour, 10.5, bold=told)
        self.cell(_NAME, _LINE, f"{sign}{one.title}")
        self.cell(_VALUE, _LINE, one.value, align=Align.R)
        self._ink(QUIET, 10.5)
        self.cell(_WAS, _LINE, one.was, align=Align.R)
        self._ink(TONES[one.tone] if told else QUIET, 10.5)
        self.cell(0, _LINE, one.change, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def bridge(self, words: Words, bars: Iterable[Bar]) -> None:
        """Bars to the right are money won, to the left money lost."""
        listed = list(bars)
        largest = max((abs(one.effect) for one in listed), default=0.0)
        if not largest:
            return
        self.heading(words("Why revenue changed"))
        middle = (_BAR_FROM + _BAR_TO) / 2
        for one in listed:
            length = abs(one.effect) / largest * (_BAR_TO - _BAR_FROM) / 2
            colour = GOOD if one.effect > 0 else BAD if one.effect < 0 else QUIET
            self._keep(_LINE)
            self.line(middle, self.get_y(), middle, self.get_y() + _LINE)
            self.set_fill_color(colour)
            left = middle if one.effect >= 0 else middle - length
            if length > 0.2:
                self.rect(left, self.get_y() + 1.2, length, _LINE - 2.4, style="F")
            self._ink(INK, 10.5)
            self.cell(_BAR_FROM - _MARGIN, _LINE, one.name)
            self._ink(colour, 10.5)
            self.cell(0, _LINE, one.text, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _keep(self, height: float) -> None:
        """A new page where less than this is left of the old one."""
        if self.get_y() > self.page_break_trigger - height:
            self.add_page()

    def _ink(self, colour: str, size: float, *, bold: bool = False) -> None:
        self.set_font(_FACE, "B" if bold else "", size)
        self.set_text_color(colour)
