"""The tab "Targets" of the settings: a grid of months to type or paste into, how the month goes, what was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import html

from dashboard.analytics.targets import Measured
from dashboard.i18n.formats import ARROW, NBSP, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.stages import StageModel
from dashboard.journey.targets import EVERYBODY, UNITS, Kpi, TargetKey, Unit, figures_of
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.form import post_button
from layouts.components.pill import segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state
from layouts.components.table import table
from layouts.targets_status import figure, likely_range, status_pill, why

PATH, TAB = "/settings", "targets"
MOST_CHANGES = 4  # of one save that the history tells one by one
NAMES: Mapping[Kpi, str] = {
    Kpi.REVENUE: msgid("Revenue"),
    Kpi.LEADS: msgid("Leads"),
    Kpi.CONVERSION: msgid("Conversion to purchase"),
    Kpi.AVERAGE_CHECK: msgid("Average check"),
    Kpi.DEALS_PER_BUYER: msgid("Deals per customer"),
}
_WORDS: Mapping[str, str] = {
    "figure": msgid("Figure"),
    "save": msgid("Save targets"),
    "changes": msgid("Not saved yet: {n}"),
    "elsewhere": msgid("of them in other segments or years: {n}"),
    "discard": msgid("Drop changes"),
    "outside": msgid("{n} cells of the block lie outside the grid and were left out."),
    "now": msgid("{cell}: somebody else has set {value} meanwhile, you typed {own}."),
    "empty": msgid("nothing"),
}


@dataclass(frozen=True, slots=True)
class TargetView:
    """What the tab draws.

    Attributes:
        year: whose months stand in the columns.
        segment: whose targets; "" = everybody.
        segments: of the engagement, in order.
        cells: figure and month -> (value, version), for every cell of the grid that was ever set.
        sources: what targets can be taken from: value and words of each.
    """

    words: Words
    formats: Formats
    address: Address
    engagement: str
    name: str
    model: StageModel
    year: int
    segment: str
    segments: tuple[str, ...]
    cells: Mapping[TargetKey, tuple[Decimal | None, int]]
    sources: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class SaveLine:
    """One save of the history; `when` is ready to read; figures and months with their values before and after."""

    when: str
    who: str
    changes: Sequence[tuple[TargetKey, Decimal | None, Decimal | None]]


def figure_name(words: Words, model: StageModel, kpi: Kpi, stage: str) -> str:
    """`Средний чек`, or of a transition `Оценка → Сделка`."""
    if not stage:
        return words(NAMES[kpi])
    place = model.order(stage) - 1
    names = (one.short_name(words.language) for one in model.stages[place - 1 : place + 1])
    return f" {ARROW} ".join(names)


def cell_name(words: Words, formats: Formats, model: StageModel, key: TargetKey) -> str:
    """`Выручка, Подарок, март 2026`."""
    whose = [segment_name(words, key.segment)] if key.segment else []
    month = formats.period_long(Period.parse(key.month))
    return ", ".join([figure_name(words, model, key.kpi, key.stage), *whose, month])


def typed(value: Decimal | None, unit: Unit, formats: Formats) -> str:
    """A target as it stands in its cell: exact, and read back as it is written."""
    if value is None:
        return ""
    shown = value * 100 if unit is Unit.SHARE else value
    exponent = shown.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    text = formats.number(shown, 2 if unit is Unit.MONEY and places else places)
    return text + (NBSP if formats.language == "ru" else "") + "%" if unit is Unit.SHARE else text


def grid_card(view: TargetView) -> html.Section:
    """The grid; assets/js/targets.js draws its cells and sends what was typed."""
    words = view.words
    spec = {
        "action": "/settings/targets",
        "take": "/settings/targets/take",
        "engagement": view.engagement,
        "language": words.language,
        "segment": view.segment,
        "year": view.year,
        "months": [_month(view, number) for number in range(1, 13)],
        "rows": [_row(view, kpi, stage) for kpi, stage in figures_of(view.model)],
        "words": {key: words(text) for key, text in _WORDS.items()},
        "sources": [list(one) for one in view.sources],
        "takeWords": [words("Take from"), words("Fill in"), words("Take targets from a plan or scenario")],
    }
    place = html.Div(
        className="targets",
        **attributes(data_targets=json.dumps(spec, ensure_ascii=False)),
    )
    return card(
        words("Targets of {year}: {segment}", year=str(view.year), segment=_whose(view)),
        html.Div([_segments(view), _years(view)], className="targets__switches"),
        place,
        subtitle=words(
            "{name} · type, or paste a block from Excel; an empty cell takes a target back", name=view.name
        ),
    )


def targets_page(*cards: html.Section) -> html.Div:
    """The cards of the tab, one below the other."""
    return html.Div(list(cards), className="targets__page")


def progress_card(view: TargetView, month: str, found: Sequence[Measured]) -> html.Section:
    """How the figures that have targets stand in a month."""
    words, formats = view.words, view.formats
    title = words("How {month} goes", month=formats.period_long(Period.parse(month)))
    if not found:
        return card(title, empty_state(words("This month has no targets yet.")))
    titles = (
        words("Figure"),
        words("Segment"),
        words("Target"),
        words("So far"),
        words("Pace to date"),
        words("Forecast"),
        words("Likely range"),
        words("Status"),
    )
    rows = [_progress_row(view, one, titles) for one in found]
    body = table(title, titles, rows, numbers=range(2, 7))
    return card(
        title, html.Div(body, className="stacked"), subtitle=words("conversions of steps: of ripe entries")
    )


def history_card(view: TargetView, saves: Sequence[SaveLine]) -> html.Section:
    """What the last saves changed, and the way back."""
    words = view.words
    title = words("Changes of targets")
    if not saves:
        return card(title, empty_state(words("Nobody has changed a target yet.")))
    lines = [html.Li(_save(view, one)) for one in saves]
    back = post_button(
        words("Take the last save back"),
        "/settings/targets/undo",
        {"engagement": view.engagement},
        ask=words("Bring back what stood before the last save?"),
    )
    return card(
        title,
        html.Ul(lines, className="targets__changes"),
        html.Div(back),
        subtitle=words("the last five saves; taking one back can be taken back itself"),
    )


def _whose(view: TargetView) -> str:
    return segment_name(view.words, view.segment or None)


def _segments(view: TargetView) -> html.Nav:
    words = view.words
    return segmented(
        words("Segment"),
        PATH,
        [
            Choice(
                segment_name(words, segment or None),
                view.address.with_extras(tab=TAB, seg=segment or None),
                segment == view.segment,
            )
            for segment in (EVERYBODY, *view.segments)
        ],
    )


def _years(view: TargetView) -> html.Nav:
    return segmented(
        view.words("Year"),
        PATH,
        [
            Choice(str(year), view.address.with_extras(tab=TAB, year=str(year)), year == view.year)
            for year in range(view.year - 1, view.year + 2)
        ],
    )


def _month(view: TargetView, number: int) -> dict[str, str]:
    token = f"{view.year}-{number:02}"
    period = Period.parse(token)
    return {
        "key": token,
        "short": view.formats.period(period).split(NBSP)[0],
        "name": view.formats.period_long(period),
    }


def _row(view: TargetView, kpi: Kpi, stage: str) -> dict[str, Any]:
    unit = UNITS[kpi]
    cells = []
    for number in range(1, 13):
        key = TargetKey(kpi, stage, view.segment, f"{view.year}-{number:02}")
        value, version = view.cells.get(key, (None, 0))
        cells.append({"text": typed(value, unit, view.formats), "version": version})
    signs = {Unit.MONEY: view.formats.symbol, Unit.SHARE: "%"}
    name = figure_name(view.words, view.model, kpi, stage)
    return {"kpi": str(kpi), "stage": stage, "name": name, "unit": signs.get(unit, ""), "cells": cells}


def _progress_row(view: TargetView, one: Measured, titles: Sequence[str]) -> html.Tr:
    words, formats, unit = view.words, view.formats, UNITS[one.kpi]
    found = one.progress
    name = figure_name(words, view.model, one.kpi, one.stage)
    head = html.Th(name, scope="row")
    whose = segment_name(words, one.segment or None)
    if found is None:
        rest: list[Any] = [whose, "—", "—", "—", "—", "—", why(words, one.reason)]
    else:
        status: list[Any] = [status_pill(words, found.status)]
        if found.reason is not None:
            status.append(html.Div(why(words, found.reason), className="goal__more"))
        values = (found.target, found.actual, found.pace, found.forecast)
        likely = likely_range(formats, unit, found) or "—"
        rest = [whose, *(figure(formats, unit, value) for value in values), likely, status]
    cells = [
        html.Td(
            value, className="number" if 1 <= place <= 5 else "", **attributes(data_label=titles[place + 1])
        )
        for place, value in enumerate(rest)
    ]
    return html.Tr([head, *cells])


def _save(view: TargetView, save: SaveLine) -> list[Any]:
    words, more = view.words, len(save.changes) - MOST_CHANGES
    lines = [html.Li(_change(view, *change)) for change in save.changes[:MOST_CHANGES]]
    if more > 0:
        lines.append(html.Li(words.plural("and {n} more target", "and {n} more targets", more)))
    return [html.Span(f"{save.when} · {save.who}", className="targets__when"), html.Ul(lines)]


def _change(view: TargetView, key: TargetKey, before: Decimal | None, after: Decimal | None) -> list[Any]:
    old, new = (typed(value, UNITS[key.kpi], view.formats) or "—" for value in (before, after))
    name = cell_name(view.words, view.formats, view.model, key)
    return [name, ": ", old, f" {ARROW} ", html.B(new)]
