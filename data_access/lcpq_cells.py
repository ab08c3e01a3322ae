"""Which spans of a period book stand ready in `lcpq_cell`: whole days, months, quarters and years, and all days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import ends_of, unit_of
from dashboard.journey.query import JourneyQuery, Split
from data_access.lcpq_spans import LATEST, Span, spans_of

UNITS = ("day", "month", "quarter", "year")
EVER = "ever"


@dataclass(frozen=True, slots=True)
class Cell:
    """The rows of `lcpq_cell` that answer a span.

    Attributes:
        latest: segments as of the end of time; else as of the unit's end.
    """

    unit: str
    starts: date
    latest: bool


def cells_of(info: GenerationInfo, query: JourneyQuery) -> list[tuple[Span, Cell | None]]:
    """Each span of the question with its cell; None where days have to be added up customer by customer."""
    return [(span, _cell(info, query, span)) for span in spans_of(info, query)]


def all_ready(info: GenerationInfo, query: JourneyQuery) -> bool:
    """True where every span of the question has its cell: units between the first and the last are whole."""
    return all(_cell(info, query, span) is not None for span in spans_of(info, query, ends_of))


def _cell(info: GenerationInfo, query: JourneyQuery, span: Span) -> Cell | None:
    """The unit that holds the facts of the span and no others: days without facts at its ends change nothing."""
    first, last = info.first_day, info.last_day
    if first is None or last is None:
        return None
    begins, until, latest = span.since, span.period.until, span.ends == LATEST
    from_start, to_end = begins <= first, until is None or until > last
    free = latest or not (Split.SEGMENT in query.by or query.segments)  # no segment as of the span's own end
    split = query.time_split
    if split is None and from_start and to_end and free:
        return Cell(EVER, date.min, latest=True)
    for unit in UNITS if split is None else {str(split)} & set(UNITS):
        starts, ends = unit_of(max(begins, first), unit)
        if (from_start or starts == begins) and (ends == until or (to_end and last < ends and free)):
            return Cell(unit, starts, latest)
    return None
