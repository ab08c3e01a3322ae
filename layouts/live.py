"""How old the shown figures are, and the quiet bar of a lost connection; assets/js/live.js keeps both true."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dash import html

from dashboard.i18n.formats import NBSP, Formats
from dashboard.i18n.words import Words
from dashboard.journey.generation import GenerationInfo
from layouts.components.attributes import attributes
from layouts.components.icon import icon

_EPOCH = datetime(1970, 1, 1)  # naive UTC, as stored
_DAY = 86_400
_UNITS = (
    (1, 60),
    (60, 3600),
    (3600, 2 * _DAY),
)  # seconds of a unit, and from which age on the next one is said


def age_tag(
    words: Words, formats: Formats, info: GenerationInfo, since: datetime, now: datetime
) -> html.Span:
    """`updated 12 s ago`, which the browser counts on; the exact moments stand behind it.

    Args:
        since: when viewers got the shown generation (naive UTC).
        now: this moment (naive UTC).
    """
    seconds = max((now - since).total_seconds(), 0.0)
    texts = _texts(words)
    local = since.replace(tzinfo=UTC).astimezone(ZoneInfo(info.zone))
    exact = words("Figures since {moment}", moment=f"{formats.day(local, year=True)}, {local:%H:%M:%S}")
    return html.Span(
        age_text(texts, seconds),
        className="age",
        title="\n".join([exact, *source_ends(words, formats, info)]),
        **attributes(
            data_age=f"{seconds:.1f}",
            data_switched=str(milliseconds(since)),
            data_texts=json.dumps(texts, ensure_ascii=False),
        ),
    )


def age_text(texts: tuple[str, ...], seconds: float) -> str:
    """An age in the largest unit that says it: seconds, minutes, hours up to two days, days."""
    place = next((number for number, (_, end) in enumerate(_UNITS) if seconds < end), len(_UNITS))
    unit = _UNITS[place][0] if place < len(_UNITS) else _DAY
    return texts[place].replace("{n}", str(int(seconds // unit)))


def source_ends(words: Words, formats: Formats, info: GenerationInfo) -> list[str]:
    """The last days of touches and of sales, where they differ: figures made of them are of different age."""
    said = {"event": words("Touches up to {day}"), "transaction": words("Sales up to {day}")}
    days = info.ends
    if len(set(days.values())) < 2:
        return []
    return [said[kind].replace("{day}", formats.day(day, year=True)) for kind, day in sorted(days.items())]


def offline_bar(words: Words) -> html.Div:
    """What the browser shows while it does not reach the server; also its words at new figures and in a crowd."""
    return html.Div(
        [icon("warning"), html.Span(words("No connection, trying again"))],
        id="offline",
        className="offline",
        hidden=True,
        role="status",
        **attributes(
            data_updated=words("Figures updated"),
            data_crowd=words("Many people are asking. This is asked again by itself in a moment."),
        ),
    )


def milliseconds(moment: datetime) -> int:
    """A moment (naive UTC) as browsers count time."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _texts(words: Words) -> tuple[str, ...]:
    """Said of an age in seconds, minutes, hours and days."""
    texts = (
        words("updated {n} s ago"),
        words("updated {n} min ago"),
        words("updated {n} h ago"),
        words("updated {n} d ago"),
    )
    return tuple(text.replace("{n} ", "{n}" + NBSP) for text in texts)
