"""A digest as content: what a letter says, before it becomes text, a page or a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dashboard.journey.period import Period


class Rhythm(StrEnum):
    """How often it comes: on Mondays about the week before, on the first of a month about the month before."""

    WEEK = "week"
    MONTH = "month"


class Tone(StrEnum):
    """Whether a line is good news; beside it the words always say so too."""

    GOOD = "good"
    BAD = "bad"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a list.

    Attributes:
        detail: who, when, how much; may be empty.
        link: path and search of the exact state; empty = none.
    """

    text: str
    detail: str = ""
    link: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Figure:
    """Revenue, L, C, P or Q of the period beside the one before.

    Attributes:
        key: `revenue`, `leads`, `conversion`, `average_check` or `deals_per_buyer`.
        letter: its sign in the equation.
        now, before: as the overview has them; None = no data.
        value, was, change: the same in the reader's words; a missing one says why.
        news: beyond its usual range, or nobody knows its range yet.
    """

    key: str
    letter: str
    title: str
    now: float | Decimal | None
    before: float | Decimal | None
    value: str
    was: str
    change: str
    link: str
    tone: Tone = Tone.PLAIN
    news: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """What a factor explains of the change of revenue: money, and the same in words."""

    name: str
    effect: float
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A list under a heading; `note` says what to know about it."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter in the reader's language.

    Attributes:
        period: that it tells of, and the one before.
        headline: the sentence of the letter.
        open_things: lists that wait for somebody: they stand on top.
        figures: all five; those with `news` are told, the others are named in `usual`.
        bars: the bridge of revenue; empty where revenue stayed in its usual range or there is none.
        changed: lists of what moved.
        notes: what to know about the figures: unfinished, not ripe, filters.
        link: of the overview in the same state; `unsubscribe` the path that ends the letter.
        facts: keys and figures for machines.
    """

    language: str
    engagement: str
    subject: str
    title: str
    period: Period
    headline: str
    open_things: tuple[Section, ...]
    figures: tuple[Figure, ...]
    bars: tuple[Bar, ...]
    changed: tuple[Section, ...]
    usual: str
    notes: tuple[str, ...]
    why: str
    link: str
    unsubscribe: str
    facts: Mapping[str, object]

    @property
    def news(self) -> tuple[Figure, ...]:
        """The figures that changed."""
        return tuple(one for one in self.figures if one.news)


def closed_period(every: Rhythm, today: date) -> Period:
    """The last whole week (from Monday) or calendar month before a day."""
    if every is Rhythm.WEEK:
        monday = today - timedelta(days=today.weekday())
        return Period(monday - timedelta(days=7), monday)
    return Period.of_months(today.replace(day=1), 1).previous()
