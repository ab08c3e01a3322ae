"""A letter as a page for mail programs: tables and inline styles, nothing from outside, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dashboard.i18n.words import Words
from dashboard.journey.letter import Bar, Figure, Letter, Line, Section, Tone

# mail programs know no variables: the light palette of assets/css/00-tokens.css
INK, QUIET, EDGE, PAGE, SHEET, ACCENT = "#141C2B", "#465268", "#E1E5EB", "#F5F6F8", "#FFFFFF", "#2450D8"
GOOD, BAD = "#0A6F65", "#B93815"
TONES = {Tone.GOOD: GOOD, Tone.BAD: BAD, Tone.PLAIN: INK}
_FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_WIDTH = 640  # px
_LONGEST_BAR = 100  # per cent of its column


def html_of(letter: Letter) -> str:
    """The whole page; links are paths of ours, which the sender makes whole."""
    words = Words(letter.language)
    parts = [_head(words, letter)]
    parts += [_section(one) for one in letter.open_things]
    parts.append(_figures(words, letter))
    parts.append(_bridge(words, letter.bars))
    parts += [_section(one) for one in letter.changed]
    parts.append(_paragraph(letter.usual, INK))
    parts.append(_foot(words, letter))
    return (
        f'<!doctype html><html lang="{letter.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light"><meta name="supported-color-schemes" content="light">'
        f"<title>{escape(letter.subject)}</title></head>"
        f'<body style="margin:0;padding:0;background:{PAGE};color:{INK};{_FONT}">'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:{PAGE}"><tr>'
        '<td align="center" style="padding:16px 8px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:{_WIDTH}px;background:{SHEET};border:1px solid {EDGE};border-radius:12px"><tr>'
        f'<td style="padding:24px 20px;font-size:15px;line-height:1.5;color:{INK};text-align:left">'
        f"{''.join(parts)}</td></tr></table></td></tr></table></body></html>"
    )


def _head(words: Words, letter: Letter) -> str:
    headline = letter.headline[:1].upper() + letter.headline[1:]
    return (
        f'<p style="margin:0;font-size:13px;color:{QUIET}">{escape(letter.engagement)}</p>'
        f'<h1 style="margin:2px 0 0;font-size:20px;line-height:1.3">{escape(letter.title)}</h1>'
        f'<p style="margin:8px 0 0;font-size:17px;line-height:1.4">{escape(headline)}</p>'
        f'<p style="margin:14px 0 0">{_link(words("Open in Journey BI"), letter.link, button=True)}</p>'
    )


def _title(text: str) -> str:
    return (
        f'<h2 style="margin:26px 0 6px;padding-bottom:6px;border-bottom:1px solid {EDGE};font-size:16px">'
        f"{escape(text)}</h2>"
    )


def _section(one: Section) -> str:
    rows = "".join(_line(line) for line in one.lines)
    return _title(one.title) + _table(rows) + _paragraph(one.note, QUIET, small=True)


def _line(one: Line) -> str:
    text = _link(one.text, one.link) if one.link else escape(one.text)
    detail = f'<br><span style="font-size:13px;color:{TONES[one.tone]}">{escape(one.detail)}</span>'
    return f'<tr><td style="padding:6px 0;vertical-align:top">{text}{detail if one.detail else ""}</td></tr>'


def _figures(words: Words, letter: Letter) -> str:
    """The equation as rows: a phone has no room for columns."""
    if not letter.news:
        return ""
    rows = "".join(_figure(words, one) for one in letter.news)
    return _title(words("What changed")) + _table(rows)


def _figure(words: Words, one: Figure) -> str:
    sign = f'<span style="color:{QUIET}">{one.letter} · </span>' if one.letter else ""
    was = escape(words("before: {value}", value=one.was))
    return (
        f'<tr><td style="padding:6px 8px 6px 0;vertical-align:top">{sign}{_link(one.title, one.link)}'
        f'<br><span style="font-size:13px;color:{QUIET}">{was}</span></td>'
        '<td align="right" style="padding:6px 0;vertical-align:top"><b style="font-size:17px">'
        f'{escape(one.value)}</b><br><span style="font-size:13px;color:{TONES[one.tone]}">'
        f"{escape(one.change)}</span></td></tr>"
    )


def _bridge(words: Words, bars: Iterable[Bar]) -> str:
    """Each factor with a bar as long as its effect."""
    listed = list(bars)
    largest = max((abs(one.effect) for one in listed), default=0.0)
    if not largest:
        return ""
    rows = "".join(_bar(one, largest) for one in listed)
    return _title(words("Why revenue changed")) + _table(rows)


def _bar(one: Bar, largest: float) -> str:
    length = round(abs(one.effect) / largest * _LONGEST_BAR)
    colour = INK if not length else GOOD if one.effect > 0 else BAD
    bar = (
        f'<table role="presentation" width="{length}%" cellpadding="0" cellspacing="0"><tr>'
        f'<td style="height:10px;line-height:10px;font-size:1px;background:{colour};border-radius:3px">&nbsp;</td>'
        "</tr></table>"
    )
    bar = bar if length else ""
    return (
        f'<tr><td style="padding:5px 8px 5px 0;white-space:nowrap">{escape(one.name)}</td>'
        f'<td width="40%" style="padding:5px 8px">{bar}</td>'
        f'<td align="right" style="padding:5px 0;white-space:nowrap;color:{colour}">{escape(one.text)}</td></tr>'
    )


def _table(rows: str) -> str:
    return f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0">{rows}</table>'


def _paragraph(text: str, colour: str, *, small: bool = False) -> str:
    size = 13 if small else 15
    return f'<p style="margin:14px 0 0;font-size:{size}px;color:{colour}">{escape(text)}</p>' if text else ""


def _link(text: str, href: str, *, button: bool = False) -> str:
    look = f"color:{ACCENT};text-decoration:underline"
    if button:
        look = (
            f"display:inline-block;padding:9px 16px;border-radius:8px;background:{ACCENT};color:{SHEET};"
            "text-decoration:none;font-weight:600"
        )
    return f'<a href="{escape(href)}" target="_blank" style="{look}">{escape(text)}</a>'


def _foot(words: Words, letter: Letter) -> str:
    parts = [f'<hr style="margin:26px 0 0;border:0;border-top:1px solid {EDGE}">']
    parts.append(_paragraph(" ".join(letter.notes), QUIET, small=True))
    parts.append(_paragraph(letter.why, QUIET, small=True))
    if letter.unsubscribe:
        leave = _link(words("Do not send me this letter any more"), letter.unsubscribe)
        parts.append(f'<p style="margin:14px 0 0;font-size:13px">{leave}</p>')
    return "".join(parts)
