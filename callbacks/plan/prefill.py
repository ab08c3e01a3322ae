"""What an address proposes for the plan: the fix of a bottleneck, or one action for each lever of a what-if.

Money, lift and problem are worked out here, from the question in the address; nothing of them comes from a form.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from callbacks.plan.ideas import with_measure
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.heatmap import Cell, Heatmap
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.levers import Lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import WhatIf
from dashboard.errors import JourneyError
from dashboard.i18n.formats import ARROW
from dashboard.journey.query import JourneyQuery, Mode
from data_access.state.action_fields import LONGEST
from layouts.components.lever import lever_change, lever_name
from layouts.components.pill import channel_title, segment_name
from layouts.components.to_plan import New
from layouts.plan_new import Proposal

_PLACES = Decimal("0.0001")  # as money is kept


def proposals(services: Services, ask: Ask) -> tuple[Proposal, ...]:
    """What the address proposes, in the words of the measure that it names.

    Raises:
        JourneyError: as `_proposed`.
    """
    return with_measure(services, ask, _proposed(services, ask))


def _proposed(services: Services, ask: Ask) -> tuple[Proposal, ...]:
    """What the address proposes; nothing where its bottleneck or its levers do not exist.

    Raises:
        JourneyError: `unknown_segment` and the like from the what-if.
    """
    match ask.extras.get("new"):
        case New.BLANK:
            return (Proposal(source={"kind": New.BLANK}),)
        case New.BOTTLENECK if _priced(ask):
            query, _ = services.answers.ripe(ask.scope, ask.query)
            row = bottleneck_of(services, ask, query)
            return () if row is None else (_of_bottleneck(services, ask, query, row),)
        case New.LEVERS if _priced(ask):
            query, _ = services.answers.ripe(ask.scope, ask.query)
            priced = services.answers.priced(ask.scope, query).only(query.segments)
            levers = levers_of(ask.extras, priced)
            return tuple(_of_lever(services, ask, query, priced, lever) for lever in levers)
    return ()


def bottleneck_of(services: Services, ask: Ask, query: JourneyQuery) -> Bottleneck | None:
    """The transition that the address names by `seg` and `step`, as the hero and the funnel price it."""
    place = (ask.extras.get("seg"), ask.extras.get("step"))
    rows = services.answers.bottlenecks(ask.scope, query)
    return next((row for row in rows if (row.segment, row.from_stage) == place), None)


def money(value: float | None) -> Decimal | None:
    """An amount as it is kept."""
    return None if value is None else Decimal(str(float(value))).quantize(_PLACES)


def _priced(ask: Ask) -> bool:
    return ask.info.has_transactions and ask.query.mode is not Mode.ANY


def _of_bottleneck(services: Services, ask: Ask, query: JourneyQuery, row: Bottleneck) -> Proposal:
    words = ask.words
    step = _step(ask, row.from_stage, row.to_stage)
    channel = ask.extras.get("channel", "")
    channel = channel if channel in ask.info.channels else ""
    touchpoint = ask.extras.get("touchpoint", "")[: LONGEST["touchpoint"]] if channel else ""
    heat = services.answers.heatmap(ask.scope, query.with_(by=(), segments=(row.segment,)))
    segment = segment_name(words, row.segment)
    title = words("Raise {step}, {segment}", step=step, segment=segment)
    if channel:
        place = touchpoint or channel_title(words, channel)
        title = words("{place}: raise {step}, {segment}", place=place, step=step, segment=segment)
    lift = None
    if row.benchmark is not None and row.conversion is not None:
        lift = max(0.0, row.benchmark - row.conversion)
    return Proposal(
        title=title[: LONGEST["title"]],
        problem=_problem(ask, row, heat, channel),
        stage=row.from_stage,
        segment=row.segment,
        channel=channel,
        touchpoint=touchpoint,
        step=(row.from_stage, row.to_stage),
        lift=lift,
        value=money(row.recoverable),
        source=_source(ask, query, New.BOTTLENECK, low=row.low, high=row.high, proven=bool(row.proven)),
    )


def _problem(ask: Ask, row: Bottleneck, heat: Heatmap, channel: str) -> str:
    """The bottleneck in measured words, and the touchpoint against its stage."""
    words, formats = ask.words, ask.formats
    step, rate = _step(ask, row.from_stage, row.to_stage), formats.share(row.conversion, 1)
    said = [words("{step}: {rate} go on.", step=step, rate=rate)]
    if row.benchmark is not None:
        against = formats.share(row.benchmark, 1)
        said = [
            words(
                "{step}: {rate} go on, the benchmark is {benchmark}.", step=step, rate=rate, benchmark=against
            )
        ]
    cell = next((one for one in heat.cells if _is(one, row.from_stage, channel)), None)
    average = heat.stage(row.from_stage).progression
    if cell is not None and cell.progression is not None and average is not None:
        said.append(
            words(
                "{channel}: {own} of 100 go on, stage average {average}.",
                channel=channel_title(words, channel),
                own=formats.number(round(100 * cell.progression)),
                average=formats.number(round(100 * average)),
            )
        )
    return " ".join(said)


def _is(cell: Cell, stage: str, channel: str) -> bool:
    return cell.touchpoint is None and (cell.stage, cell.channel) == (stage, channel)


def _of_lever(
    services: Services, ask: Ask, query: JourneyQuery, priced: PricedFunnel, lever: Lever
) -> Proposal:
    words = ask.words
    alone = services.answers.whatif(ask.scope, query, (lever,))
    sure = services.answers.gain_range(ask.scope, query, (lever,))
    start, _, end = lever.target.partition(">")
    name = lever_name(words, ask.info.model, lever.target)
    what = words("{lever} {change}", lever=name, change=lever_change(words, ask.formats, lever))
    segment = lever.segment or (query.segments[0] if len(query.segments) == 1 else "")
    title = words("{lever}, {segment}", lever=what, segment=segment_name(words, segment or None))
    return Proposal(
        title=title[: LONGEST["title"]],
        stage=start if end else "",
        segment=segment,
        step=(start, end) if end else None,
        lift=_lift(priced, alone, lever) if end else None,
        value=money(alone.gain),
        source=_source(ask, query, New.LEVERS, low=sure.low, high=sure.high, lever=lever.target),
    )


def _lift(priced: PricedFunnel, alone: WhatIf, lever: Lever) -> float | None:
    """How much higher the transition converts over everybody whom the lever moves [share]."""
    place = next(place for place in priced.transitions if priced.name(place) == lever.target)
    before = {one.segment: one.counts for one in priced.segments}
    moved = [one for one in alone.segments if lever.segment in (None, one.segment)]
    customers = sum(before[one.segment][place] for one in moved)
    if not customers:
        return None
    return sum(one.counts[place + 1] - before[one.segment][place + 1] for one in moved) / customers


def _source(ask: Ask, query: JourneyQuery, kind: New, **facts: Any) -> dict[str, Any]:
    """Where the figures come from, so that everybody can look again."""
    address = ask.address.with_(period=ask.query.period, language=None, theme=None)
    said = {"kind": str(kind), "search": address.search(), "period": query.period.token(), **facts}
    return {key: value for key, value in said.items() if value is not None}


def _step(ask: Ask, start: str, end: str) -> str:
    language = ask.words.language
    return f" {ARROW} ".join(ask.info.model.stage(key).short_name(language) for key in (start, end))


def asked(services: Services, ask: Ask) -> tuple[Proposal, ...]:
    """What a form is about to put on the plan.

    Raises:
        JourneyError: `nothing_to_plan` where the address proposes nothing any more.
    """
    found = proposals(services, ask)
    if not found:
        raise JourneyError("nothing_to_plan")
    return found
