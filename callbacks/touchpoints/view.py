"""The address of the touchpoints page becomes what is drawn: measure, rows, order, the open cell."""

from __future__ import annotations

from typing import Any

from callbacks.services import Ask, Services
from callbacks.touchpoints.asked import difference, links, measured, offered
from dashboard.analytics.heatmap import Heatmap
from dashboard.analytics.heatmap_shown import Measure, Shown, key_of, met
from dashboard.analytics.score import Key
from dashboard.journey.query import Attribution, JourneyQuery, Split
from layouts.touchpoint_map import DIFFERENCES
from layouts.touchpoint_measures import FIRST
from layouts.touchpoints import BY_LOSS, CLOSED, EVERY_ROW, MapView, Minus


def measure_of(services: Services, ask: Ask) -> Measure:
    """The measure of the address, if the engagement has it; the first one else."""
    wanted = ask.extras.get("metric", "")
    if subtracted(ask) is not None:
        return Measure(wanted) if wanted in set(DIFFERENCES) else FIRST
    found = wanted in set(Measure) and Measure(wanted) in offered(services.answers, ask.scope)
    return Measure(wanted) if found else FIRST


def subtracted(ask: Ask) -> str | None:
    """The segment to take off (`vs`), where exactly one other segment is chosen."""
    other = ask.extras.get("vs")
    chosen = ask.query.segments
    if other not in ask.info.segments or len(chosen) != 1 or other in chosen:
        return None
    return other if ask.extras.get("view") != "list" else None


def map_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the map: channels, or single touchpoints where all of them have rows."""
    by = (Split.TOUCHPOINT,) if ask.extras.get("rows") == EVERY_ROW else ()
    return _credited(ask).with_(by=by)


def channel_query(ask: Ask) -> JourneyQuery:
    """The question of the map's channels."""
    return _credited(ask).with_(by=())


def point_query(ask: Ask) -> JourneyQuery:
    """The question of the map's single touchpoints."""
    return _credited(ask).with_(by=(Split.TOUCHPOINT,))


def _credited(ask: Ask) -> JourneyQuery:
    said = ask.extras.get("credit", "")
    return ask.query.with_(attribution=Attribution(said) if said in set(Attribution) else Attribution.LAST)


def map_view(services: Services, ask: Ask) -> MapView:
    """What the map draws."""
    answers, measure = services.answers, measure_of(services, ask)
    whole = measured(answers, ask.scope, channel_query(ask), measure)
    channels = _channels(services, ask, whole)
    every = ask.extras.get("rows") == EVERY_ROW
    opened = ask.extras.get("open")
    expanded = channels if every else [channel for channel in channels if channel == opened]
    points = measured(answers, ask.scope, point_query(ask), measure) if expanded else None
    found = open_cell(services, ask, whole)
    return MapView(
        *(ask.words, ask.formats, ask.address, ask.info.model, whole, points, channels, expanded, found),
        offered=offered(answers, ask.scope),
        attribution=_credited(ask).attribution,
        segments=ask.info.segments,
        chosen=ask.query.segments,
        minus=_minus(services, ask, measure, bool(expanded)),
        note=_note(ask, whole),
    )


def _minus(services: Services, ask: Ask, measure: Measure, expanded: bool) -> Minus | None:
    other = subtracted(ask)
    if other is None:
        return None
    found, points = (
        difference(services.answers, ask.scope, query, other, measure) if asked else None
        for query, asked in ((channel_query(ask), True), (point_query(ask), expanded))
    )
    return Minus(ask.query.segments[0], other, found, points) if found else None


def _channels(services: Services, ask: Ask, whole: Shown) -> list[str]:
    """Rows of the map: the most used first, or those that lose most."""
    occurring = {key[1] for key in whole.values}
    channels = [channel for channel in ask.info.channels if channel in occurring]
    channels += sorted(occurring - set(channels))
    if ask.extras.get("sort") != BY_LOSS:
        return channels
    lost = dict.fromkeys(channels, 0.0)
    for link in links(services.answers, ask.scope, channel_query(ask), whole.heat):
        amount = link.loss if ask.info.has_transactions else link.people
        lost[link.channel] += max(amount or 0.0, 0.0)
    return sorted(channels, key=lambda channel: -lost[channel])


def _note(ask: Ask, whole: Shown) -> str | None:
    """That most windows are still open: rates are of a part of the customers alone."""
    if whole.measure not in (Measure.PROGRESSION, Measure.LOSS):
        return None
    met_all = sum(stage.customers for stage in whole.heat.stages)
    ripe = sum(stage.mature_customers for stage in whole.heat.stages)
    if not met_all or 2 * ripe >= met_all:
        return None
    return ask.words(
        "Most windows of {days} days are still open: rates are of {share} of the customers.",
        days=ask.query.window_days,
        share=ask.formats.share(ripe / met_all),
    )


def open_cell(services: Services, ask: Ask, whole: Shown) -> Key | None:
    """The cell of the address, else the weakest link that loses most; None where the panel was closed."""
    if ask.extras.get("detail") == CLOSED:
        return None
    stage, channel, touchpoint = (ask.extras.get(name) for name in ("stage", "channel", "touchpoint"))
    if stage and channel:
        if touchpoint:
            known = {key_of(cell) for cell in services.answers.heatmap(ask.scope, point_query(ask)).cells}
            if (stage, channel, touchpoint) in known:
                return stage, channel, touchpoint
        if any(key_of(cell) == (stage, channel, None) for cell in whole.heat.cells):
            return stage, channel, None
    return _costliest(whole.heat, stage)


def _costliest(heat: Heatmap, stage: str | None) -> Key | None:
    weakest = heat.weakest
    if stage is not None and stage in weakest:
        return key_of(weakest[stage].cell)
    found = sorted(weakest.values(), key=lambda link: -link.loss)
    return key_of(found[0].cell) if found else None


def plain_view(services: Services, ask: Ask) -> MapView:
    """The view of the list: single touchpoints and whom they met; measures stand in its columns."""
    heat = services.answers.heatmap(ask.scope, point_query(ask))
    channels: Any = services.answers.heatmap(ask.scope, channel_query(ask))
    found = open_cell(services, ask, met(channels, FIRST))
    shown = met(heat, FIRST)
    return MapView(
        *(ask.words, ask.formats, ask.address, ask.info.model, shown, shown, (), (), found),
        offered=offered(services.answers, ask.scope),
        attribution=Attribution.LAST,
        segments=ask.info.segments,
        chosen=ask.query.segments,
    )
