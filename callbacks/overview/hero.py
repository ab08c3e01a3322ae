"""The hero and the ranking: where money is left on the table."""

from __future__ import annotations

from typing import Any

from callbacks.overview.place import place_of, ranked, worst
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.heatmap import WeakLink
from dashboard.analytics.priced import PricedFunnel
from dashboard.i18n.words import Words
from dashboard.journey.query import JourneyQuery
from dashboard.server.sheets import Column, Sheet
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.components.pill import segment_name
from layouts.overview_hero import Rate, hero_card, no_bottleneck


def show_hero(services: Services, ask: Ask) -> Any:
    """The costliest step in one sentence, with the touchpoint that loses most there."""
    place, words = place_of(ask), ask.words
    if not ask.info.has_transactions:
        return no_bottleneck(
            place, words("Without transactions a step has no price: the funnels show where people stop.")
        )
    query, span = services.answers.ripe(ask.scope, ask.query)
    lines = [*mode_line(words, query), *maturity_line(words, ask.formats, span)]
    priced = services.answers.priced(ask.scope, query)
    if not priced.mature:
        return [*lines, no_bottleneck(place, _nothing_ripe(words, priced))]
    rows = services.answers.bottlenecks(ask.scope, query)
    row = worst(rows)
    if row is None:
        return [*lines, no_bottleneck(place, _nothing_lost(words, priced, rows))]
    heat = services.answers.heatmap(ask.scope, query.with_(by=(), segments=(row.segment,)))
    link: WeakLink | None = heat.weakest.get(row.from_stage)
    return [*lines, hero_card(place, row, link, _rates(services, ask, query, row))]


def _nothing_lost(words: Words, priced: PricedFunnel, ranked: tuple[Bottleneck, ...]) -> str:
    if all(row.benchmark is None for row in ranked) and len(priced.segments) == 1:
        return words("There is only one segment: nothing to compare its steps with.")
    if len(priced.segments) == 1:
        return words("No step falls behind its benchmark.")
    return words("No segment falls behind another one: there is nothing to recover.")


def _nothing_ripe(words: Words, priced: PricedFunnel) -> str:
    if not priced.entrants:
        return words("Nobody entered the first stage in this period.")
    return words(
        "No entry of this period is ripe yet: {n} customers are still inside the window.", n=priced.entrants
    )


def _rates(services: Services, ask: Ask, query: JourneyQuery, row: Bottleneck) -> list[Rate]:
    """The step's conversion before and now, and what it is held against."""
    rates = [Rate(ask.formats.period(query.period), row.conversion, "now")]
    other = services.answers.compared(ask.scope, query)
    if other is not None:
        before = _step(services.answers.priced(ask.scope, query.with_(period=other, compare=None)), row)
        rates.insert(0, Rate(ask.formats.period(other), before, "before"))
    rates.append(Rate(ask.words("benchmark"), row.benchmark, "benchmark"))
    return rates


def _step(priced: PricedFunnel, row: Bottleneck) -> float | None:
    segment = next((one for one in priced.segments if one.segment == row.segment), None)
    return segment.conversion(priced.steps.index(row.from_stage)) if segment else None


def ranking_sheet(services: Services, ask: Ask) -> Sheet:
    """Every transition of every chosen segment, as ranked."""
    return _sheet(ask, ask.words("Bottlenecks in money"), ranked(services, ask))


def hero_sheet(services: Services, ask: Ask) -> Sheet:
    """The one row behind the hero; none where nothing is lost."""
    row = worst(ranked(services, ask))
    return _sheet(ask, ask.words("Main bottleneck of the period"), () if row is None else (row,))


def _sheet(ask: Ask, title: str, rows: tuple[Bottleneck, ...]) -> Sheet:
    words, model = ask.words, ask.info.model
    columns = (
        Column(words("Segment")),
        Column(words("From stage")),
        Column(words("To stage")),
        Column(words("Customers"), "number", "customers"),
        Column(words("Conversion"), "share", "conversion"),
        Column(words("Benchmark"), "share", "benchmark"),
        Column(words("At stake"), "money", "recoverable"),
        Column(words("Likely from"), "money", "low"),
        Column(words("Likely to"), "money", "high"),
        Column(words("One more point"), "money", "one_point"),
        Column(words("Proven"), "text", "proven"),
    )
    lines = [
        (
            segment_name(words, row.segment),
            model.stage(row.from_stage).name(words.language),
            model.stage(row.to_stage).name(words.language),
            row.customers,
            row.conversion,
            row.benchmark,
            row.recoverable,
            row.low,
            row.high,
            row.one_point,
            words("yes") if row.proven else words("no"),
        )
        for row in rows
    ]
    return Sheet(title, columns, lines)
