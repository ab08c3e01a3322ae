"""The scenario as pages of a document: each page is one message, with every figure behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from callbacks.services import Ask, Services
from callbacks.whatif.scene import Scene
from callbacks.whatif.sheets import lever_line, levers_sheet, said_levers, segments_sheet
from callbacks.whatif.time import Timed, months_sheet
from dashboard.analytics.uncertainty import GainRange
from dashboard.analytics.whatif import FACTORS, Figures, WhatIf
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.period import Period, add_months
from dashboard.server.paper import Chart, Kind, Look, Page, Plot, amount_code
from dashboard.server.sheets import Cell, Column, Sheet
from layouts.components.pill import segment_name

_FACTOR_NAMES = (
    msgid("L · leads"),
    msgid("C · conversion"),
    msgid("P · average check"),
    msgid("Q · frequency"),
)
_UNITS = {6: msgid("millions, {symbol}"), 9: msgid("billions, {symbol}")}
_NAMED = 2  # levers in a title
_BROKEN = 0.75  # of the highest bar: where every bar is at least so high, the axis begins above nothing


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages tell.

    Attributes:
        found: both sides of the scenario.
        likely: where the gain likely lies; None without a lever.
        notes: how the figures are defined.
    """

    services: Services
    ask: Ask
    scene: Scene
    found: WhatIf
    likely: GainRange | None
    notes: str

    @property
    def words(self) -> Words:
        """The reader's language."""
        return self.ask.words


def summary_page(told: Told, about: Sequence[str]) -> Page:
    """The scenario in one sentence, and L, C, P, Q of both sides."""
    words = told.words
    columns = (
        Column(words("Side")),
        Column(words("Leads"), "number", "leads"),
        Column(words("Conversion to purchase"), "share"),
        Column(words("Average check"), "money"),
        Column(words("Deals per customer"), "decimal"),
        Column(words("Revenue"), "money", "revenue"),
        Column(words("Outside the funnel"), "money", "outside"),
    )
    before, after = told.found.baseline, told.found.scenario
    lines = [_side(words("Baseline"), before), _side(words("Scenario"), after)]
    lines += [_gain(words("Change"), told.found.gain), *_range_lines(told)]
    sheet = Sheet(_sentence(told), columns, lines, (*about, *said_levers(told.scene)))
    return Page(words("Summary"), sheet, None, tuple(range(len(columns))), told.notes)


def bridge_page(told: Told) -> Page:
    """From the baseline to the scenario, factor by factor."""
    words, found = told.words, told.found
    titles = (
        words("Part"),
        words("Revenue"),
        words("Below the bar"),
        words("Baseline"),
        words("Scenario"),
        words("Adds"),
        words("Takes away"),
    )
    columns = tuple(Column(title, "money" if place else "text") for place, title in enumerate(titles))
    parts = [found.parts[factor] for factor in FACTORS]
    levels = list(accumulate(parts, initial=found.baseline.revenue))
    start, end = found.baseline.revenue, found.scenario.revenue
    lines: list[tuple[Cell, ...]] = [(words("Baseline"), start, None, start, None, None, None)]
    for name, part, level in zip(_FACTOR_NAMES, parts, levels, strict=False):
        more, less = (part if part > 0 else None), (-part if part < 0 else None)
        lines.append((words(name), part, min(level, level + part), None, None, more, less))
    lines.append((words("Scenario"), end, None, None, end, None, None))
    least = _axis_start(levels)
    said = _axis_line(told, least)
    chart = _bridge_chart(told, levels, len(lines), least) if min(levels) >= 0 else None
    sheet = Sheet(_bridge_message(told, parts), columns, lines, said)
    return Page(words("Bridge"), sheet, chart, () if chart else (0, 1), told.notes)


def segments_page(told: Told) -> Page:
    """Both sides of each segment."""
    words, found = told.words, told.found
    sheet = segments_sheet(told.services, told.ask)
    best = max(found.segments, key=lambda one: one.gain)
    title = words("Segments: baseline and scenario")
    if best.gain > 0 and len(found.segments) > 1:
        title = words(
            "{segment} gains most: {gain} of {whole}",
            segment=segment_name(words, best.segment),
            gain=told.ask.formats.money_signed(best.gain),
            whole=told.ask.formats.money_signed(found.gain),
        )
    before, after, change = 5, 10, 11  # columns of the revenue in `segments_sheet`
    revenues = [one.scenario.revenue for one in found.segments]
    chart = _columns_chart(told, (before, after), len(found.segments), revenues)
    return Page(words("Segments"), replace(sheet, title=title), chart, (0, before, after, change), told.notes)


def steps_page(told: Told) -> Page:
    """Customers at each step, before and after."""
    words, shown = told.words, told.scene.view.shown
    before = [sum(counts) for counts in zip(*(one.counts for one in shown.segments), strict=True)]
    after = [sum(counts) for counts in zip(*(one.counts for one in told.found.segments), strict=True)]
    columns = (
        Column(words("Stage")),
        Column(words("Baseline: customers"), "number"),
        Column(words("Scenario: customers"), "number"),
        Column(words("Baseline: of the step before"), "share"),
        Column(words("Scenario: of the step before"), "share"),
    )
    lines = [
        (
            told.scene.view.model.stage(key).name(words.language),
            before[place],
            after[place],
            _share(before, place),
            _share(after, place),
        )
        for place, key in enumerate(shown.steps)
    ]
    deal = shown.deal_index
    title = words(
        "Buyers: {after} instead of {before}",
        after=words.formats.number(after[deal]),
        before=words.formats.number(before[deal]),
    )
    plots = (Plot(1, Look.ACTUAL), Plot(2, Look.SCENARIO))
    chart = Chart(Kind.COLUMNS, 0, plots, len(lines), words("customers"), labelled=True)
    return Page(words("Funnel steps"), Sheet(title, columns, lines), chart, (), told.notes)


def months_page(told: Told, found: Timed) -> Page | None:
    """When the gain comes; None without one."""
    if found.path is None:
        return None
    words, formats, path = told.words, told.ask.formats, found.path
    sheet = months_sheet(told.ask, found)
    columns = (Column(words("Month")), *sheet.columns[1:])
    lines = [
        (_month_name(formats, month.first_day), *row[1:])
        for month, row in zip(path.months, sheet.rows, strict=True)
    ]
    title = words("{gain} a month once everything works", gain=formats.money_signed(path.full_gain))
    if path.full_from is not None:
        title = words(
            "{gain} a month from {month} on",
            gain=formats.money_signed(path.full_gain),
            month=_month_name(formats, path.full_from),
        )
    code, digits = amount_code(month.high for month in path.months)
    plots = (Plot(2, Look.ACCENT), Plot(3, Look.BAND), Plot(4, Look.BAND))  # the gain and its 80 % interval
    chart = Chart(Kind.LINES, 0, plots, len(lines), _unit(told, digits), code)
    return Page(words("Month by month"), Sheet(title, columns, lines, sheet.about), chart, (), told.notes)


def levers_page(told: Told) -> Page:
    """What the scenario assumes."""
    sheet = levers_sheet(told.services, told.ask)
    title = told.words("What the scenario assumes")
    return Page(told.words("Levers"), replace(sheet, title=title), None, (0, 1, 2), told.notes)


def _sentence(told: Told) -> str:
    words, formats, found = told.words, told.ask.formats, told.found
    if told.likely is None:
        return words("The baseline is {base}; no lever is moved", base=formats.money(found.baseline.revenue))
    return words(
        "{levers}: {revenue} instead of {base}, {gain}; likely {low} to {high}",
        levers=_levers(told),
        revenue=formats.money(found.scenario.revenue),
        base=formats.money(found.baseline.revenue),
        gain=formats.money_signed(found.gain),
        low=formats.money_signed(told.likely.low),
        high=formats.money_signed(told.likely.high),
    )


def _levers(told: Told) -> str:
    """One or two levers by name, more by number."""
    count = len(told.scene.levers)
    if count > _NAMED:
        return told.words.plural("{n} lever", "{n} levers", count)
    return lever_line(told.scene)


def _range_lines(told: Told) -> list[tuple[Cell, ...]]:
    likely, words = told.likely, told.words
    if likely is None:
        return []
    return [
        _gain(words("Change, 80 % range from"), likely.low),
        _gain(words("Change, 80 % range to"), likely.high),
        _gain(words("Change, 95 % range from"), likely.low_95),
        _gain(words("Change, 95 % range to"), likely.high_95),
    ]


def _side(name: str, side: Figures) -> tuple[Cell, ...]:
    factors = (side.leads, side.conversion, side.average_check, side.deals_per_buyer)
    return (name, *factors, side.revenue, side.outside)


def _gain(name: str, gain: float) -> tuple[Cell, ...]:
    return (name, None, None, None, None, gain, None)


def _bridge_message(told: Told, parts: Sequence[float]) -> str:
    words, gain = told.words, told.found.gain
    if not gain:
        return words("From the baseline to the scenario")
    strongest = max(range(len(parts)), key=lambda place: abs(parts[place]))
    return words(
        "{factor} changes most: {part} of {whole}",
        factor=words(_FACTOR_NAMES[strongest]),
        part=told.ask.formats.money_signed(parts[strongest]),
        whole=told.ask.formats.money_signed(gain),
    )


def _axis_start(levels: Sequence[float]) -> float:
    """0, or where all bars are nearly as high a round figure below them: else nobody would see the changes."""
    low, high = min(levels), max(levels)
    if low <= 0 or low < _BROKEN * high or high == low:
        return 0.0
    step = 10.0 ** (len(str(int(high - low))) - 1)
    return max(0.0, (low - (high - low)) // step * step)


def _axis_line(told: Told, least: float) -> tuple[str, ...]:
    if not least:
        return ()
    money = told.ask.formats.money(least)
    return (told.words("The axis of the picture begins at {money}, not at 0", money=money),)


def _bridge_chart(told: Told, levels: Sequence[float], rows: int, least: float) -> Chart:
    looks = (Look.GROUND, Look.ACTUAL, Look.SCENARIO, Look.RISE, Look.FALL)
    plots = tuple(Plot(column, look) for column, look in enumerate(looks, 2))
    code, digits = amount_code(levels)
    return Chart(Kind.STACKED, 0, plots, rows, _unit(told, digits), code, labelled=True, least=least)


def _columns_chart(told: Told, columns: tuple[int, int], rows: int, amounts: Sequence[float]) -> Chart:
    plots = (Plot(columns[0], Look.ACTUAL), Plot(columns[1], Look.SCENARIO))
    code, digits = amount_code(amounts)
    return Chart(Kind.COLUMNS, 0, plots, rows, _unit(told, digits), code, labelled=True)


def _month_name(formats: Formats, day: date) -> str:
    """`Jan 2027`."""
    return formats.period(Period(day, add_months(day, 1)))


def _unit(told: Told, digits: int) -> str:
    symbol = told.ask.formats.symbol
    return told.words(_UNITS[digits], symbol=symbol) if digits else symbol


def _share(counts: Sequence[float], place: int) -> float | None:
    return counts[place] / counts[place - 1] if place and counts[place - 1] else None
