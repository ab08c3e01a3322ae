"""The question of a screen in one line: `III квартал 2026 против II квартала 2026 · все сегменты и каналы`."""

from __future__ import annotations

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery
from layouts.components.pill import channel_title, segment_name


def question_line(words: Words, formats: Formats, query: JourneyQuery, compared: Period | None) -> str:
    """Period, comparison, segments and channels.

    Args:
        compared: the comparison period as it was counted; None without one.
    """
    period = formats.period_long(query.period)
    if compared:
        period = words("{period} against {other}", period=period, other=formats.period_against(compared))
    if not query.segments and not query.channels:
        return f"{period} · {words('all segments and channels')}"
    segments = ", ".join(segment_name(words, label) for label in query.segments) or words("all segments")
    channels = ", ".join(channel_title(words, label) for label in query.channels) or words("all channels")
    return f"{period} · {segments} · {channels}"
