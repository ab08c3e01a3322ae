"""The last step: the first look at one's own funnel, and where to go from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callbacks.data.journal import entry_of, report_of
from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import msgid
from dashboard.journey.period import Period
from dashboard.journey.query import Mode
from data_access.scope import Action
from data_access.state.drafts import DraftRecord
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.data import Place, pair
from layouts.data_check import done_line, first_funnel, next_steps

MODES = {
    Mode.ORDERED: msgid("Customers who reached each stage in order"),
    Mode.STRICT: msgid("Customers who reached each stage, one right after the other"),
    Mode.ANY: msgid("Customers who reached each stage, in any order"),
    Mode.REACHED: msgid("Customers by the furthest stage reached"),
}


def show_done(services: Services, visit: Visit, place: Place, draft: DraftRecord) -> list[Any]:
    """What was imported, the funnel of it, three ways on, and the report."""
    entry = entry_of(services, draft.engagement, draft.import_id)
    plain = visit.address.for_page().with_(period=Period(None, None))
    parts: list[Any] = [done_line(place, entry.rows, draft.engagement if entry.undoable else None)]
    try:
        ask = services.ask(replace(visit, address=plain), Action.READ)
    except JourneyError as error:
        if error.code != "no_data_yet":
            raise
        return parts  # the import was undone, and it was the first
    query, span = services.answers.ripe(ask.scope, ask.query)
    group = services.answers.funnel(ask.scope, query.with_(mature=True, compare=None)).total
    unknown = ask.info.stages_without_data
    stages = [(step.stage, None if step.stage in unknown else step.customers) for step in group.steps]
    lines = [*mode_line(ask.words, query), *maturity_line(ask.words, ask.formats, span)]
    note = f"{ask.words(MODES[query.mode])} · {ask.formats.period_long(query.period)}"
    main = [first_funnel(place, ask.formats, ask.info.model, stages, note, lines)]
    side = next_steps(place, plain, visit.user.may(Action.SIMULATE))
    formats = Formats(visit.words.language, ask.info.currency)
    return [*parts, pair(main, side), report_of(services, visit, formats, entry)]
