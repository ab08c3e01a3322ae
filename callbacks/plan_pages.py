"""The plan as pages of a document: every action, and when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from callbacks.services import Ask
from dashboard.i18n.words import msgid
from dashboard.journey.plan import ActionRecord, Status
from dashboard.server.paper import Chart, Kind, Look, Page, Plot
from dashboard.server.sheets import Cell, Column, Sheet
from layouts.components.pill import channel_title, segment_name
from layouts.plan_words import FIELD_NAMES, STATUS_NAMES

_LOOKS = {  # of a bar, by how far the action is; what was dropped has none
    Status.IDEA: Look.PREVIOUS,
    Status.IN_PROGRESS: Look.ACCENT,
    Status.LIVE: Look.RISE,
    Status.MEASURED: Look.ACTUAL,
}
_DAY_ZERO = date(1899, 12, 30)  # of spreadsheets
_MARGIN = 2  # days before the first bar
_NOTES = msgid(
    "Expected money is what the bottleneck or the scenario of the action is worth; actions on one bottleneck are "
    "alternatives and are not added up."
)


def plan_pages(ask: Ask, actions: Iterable[ActionRecord], today: date) -> list[Page]:
    """A table of the actions, and where some have a day a bar for each of them.

    Args:
        today: in the engagement's zone.
    """
    order = list(Status)
    ranked = sorted(actions, key=lambda one: (order.index(one.status), _end(one) or date.max, one.id))
    pages = [_table_page(ask, ranked, today)]
    if bars := [one for one in ranked if one.status in _LOOKS and _end(one) is not None]:
        pages.append(_days_page(ask, bars))
    return pages


def _table_page(ask: Ask, actions: Sequence[ActionRecord], today: date) -> Page:
    words = ask.words
    kinds = {
        "title": "text",
        "status": "text",
        "owner_id": "text",
        "stage": "text",
        "segment": "text",
        "channel": "text",
        "touchpoint": "text",
        "starts_on": "date",
        "due_on": "date",
        "live_on": "date",
        "cost": "money",
    }
    columns = [Column(words(FIELD_NAMES[field]), kind) for field, kind in kinds.items()]
    columns += [Column(words("Expected lift"), "points"), Column(words("Expected money"), "money")]
    texts = ("problem", "measure", "comparison", "decision")
    columns += [Column(words(FIELD_NAMES[field])) for field in texts]
    lines = [
        (*_places(ask, one), *_figures(one), *(getattr(one, field) for field in texts)) for one in actions
    ]
    sheet = Sheet(_message(ask, actions, today), columns, lines)
    return Page(words("Plan"), sheet, None, (0, 1, 2, 8, 10, 12), words(_NOTES))


def _places(ask: Ask, one: ActionRecord) -> tuple[Cell, ...]:
    words = ask.words
    known = next((stage for stage in ask.info.model.stages if stage.key == one.stage), None)
    stage = known.name(words.language) if known else one.stage
    channel = channel_title(words, one.channel) if one.channel else ""
    whose = (words(STATUS_NAMES[one.status]), one.owner, stage, segment_name(words, one.segment or None))
    return (one.title, *whose, channel, one.touchpoint)


def _figures(one: ActionRecord) -> tuple[Cell, ...]:
    return (one.starts_on, one.due_on, one.live_on, one.cost, one.lift, one.value)


def _message(ask: Ask, actions: Sequence[ActionRecord], today: date) -> str:
    words = ask.words
    if not actions:
        return words("Nothing is on the plan yet")
    count = words.plural("{n} action on the plan", "{n} actions on the plan", len(actions))
    late = sum(one.overdue(today) for one in actions)
    if not late:
        return words("{count}, nothing is overdue", count=count)
    return words("{count}, overdue: {late}", count=count, late=late)


def _days_page(ask: Ask, actions: Sequence[ActionRecord]) -> Page:
    """A bar for each action with a day, from its start to its end."""
    words = ask.words
    columns = (
        Column(words(FIELD_NAMES["title"])),
        Column(words(FIELD_NAMES["owner_id"])),
        Column(words("Begins"), "date"),
        *(Column(words(STATUS_NAMES[status]), "number") for status in _LOOKS),
    )
    lines = [_bar(one) for one in actions]
    first = min(_start(one) for one in actions)
    last = max(_end(one) or first for one in actions)
    title = words(
        "From {first} to {last}",
        first=ask.formats.day(first, year=True),
        last=ask.formats.day(last, year=True),
    )
    plots = (Plot(2, Look.GROUND), *(Plot(place, look) for place, look in enumerate(_LOOKS.values(), 3)))
    least = float((first - _DAY_ZERO).days - _MARGIN)
    chart = Chart(Kind.GANTT, 0, plots, len(lines), code="d mmm", least=least)
    sheet = Sheet(title, columns, lines, (words("Days of each action, by how far it is"),))
    return Page(words("By day"), sheet, chart, (), words(_NOTES))


def _bar(one: ActionRecord) -> tuple[Cell, ...]:
    start, end = _start(one), _end(one)
    days = ((end or start) - start + timedelta(days=1)).days
    return (one.title, one.owner, start, *(days if one.status is status else None for status in _LOOKS))


def _end(one: ActionRecord) -> date | None:
    """The last day of its bar: when it went live, else when it is due, else the day of its start."""
    return one.live_on or one.due_on or one.starts_on


def _start(one: ActionRecord) -> date:
    """The first one, never after the last."""
    end = _end(one) or date.max
    return min(one.starts_on or end, end)
