"""Small marks with a meaning: status tags, segment dots."""

from __future__ import annotations

from typing import Any, Literal

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.channels import channel_name
from dashboard.journey.query import NO_CHANNEL, NO_SEGMENT
from layouts.components.attributes import attributes
from layouts.components.icon import icon

Tone = Literal["neutral", "good", "bad", "warn"]
COLOURED_SEGMENTS = 6


def pill(text: Any, tone: Tone = "neutral", sign: str | None = None) -> html.Span:
    """A tag such as "confirmed" or "check"; the words carry the meaning, the colour repeats it."""
    parts: list[Any] = [icon(sign)] if sign else []
    return html.Span([*parts, html.Span(text)], className=f"pill pill--{tone}")


def segment_dot(label: str, order: tuple[str, ...]) -> html.Span:
    """The square of a segment's colour: fixed by its place in the engagement's order, grey from the seventh on.

    Args:
        order: `GenerationInfo.segments`.
    """
    named = [segment for segment in order if segment != NO_SEGMENT]
    place = named.index(label) + 1 if label in named else COLOURED_SEGMENTS + 1
    number = str(place) if place <= COLOURED_SEGMENTS else "rest"
    return html.Span(className=f"dot dot--{number}", **attributes(aria_hidden="true"))


def segment_name(words: Words, label: str | None) -> str:
    """What screens call a segment; None is the total."""
    if label is None:
        return words("All segments")
    return words("No segment") if label == NO_SEGMENT else label


def channel_title(words: Words, label: str) -> str:
    """What screens call a channel."""
    return words("No channel") if label == NO_CHANNEL else channel_name(label, words.language)
