"""Notes on time axes: those by hand, and those that the plan, the decisions, the imports and the settings make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from callbacks.services import Ask, Services
from dashboard.i18n.words import msgid
from dashboard.journey.address import Address
from dashboard.journey.intervention import DecisionKind
from dashboard.journey.notes import Axis, Note, NoteKind, marks
from dashboard.journey.period import Period
from dashboard.journey.plan import ActionRecord
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, decisions, imports, trail
from data_access.state import annotations as day_notes
from layouts.components.link import page_href
from layouts.components.notes import HIDDEN, KEY, NotesView
from layouts.monitor_log import figures_then

_JOURNAL = 500  # imports that are told
_WALL = "/wall"


def notes_of(services: Services, ask: Ask, period: Period | None = None) -> tuple[Note, ...]:
    """Every note under the filter bar's segments, in order of time.

    Guests and wall displays get none: notes are words of the house, not part of a view that is shown around.

    Args:
        period: of these days alone; None = of every day.
    """
    if not _of_the_house(ask):
        return ()
    segments = ask.query.segments
    names = trail.names(services.state())
    plan = actions.listed(services.state(), ask.user, ask.scope.engagement)
    found = [*_by_hand(services, ask), *_live(ask, plan), *_decided(services, ask, plan)]
    found += [
        replace(one, who=names.get(one.who, one.who))
        for one in (*_deeds(services, ask), *_imports(services, ask))
    ]
    kept = [
        one
        for one in found
        if (not segments or one.segment in ("", *segments)) and (period is None or _within(period, one.day))
    ]
    return tuple(sorted(kept, key=lambda one: (one.day, one.text)))


def on_axis(
    services: Services,
    ask: Ask,
    first_days: Iterable[date],
    end: date | None = None,
    *,
    without: Collection[NoteKind] = (),
    first: int = 0,
) -> NotesView:
    """The notes of a chart over time: marks for `dashboard.figures.notes.annotated`, words for `notes_below`.

    Args:
        first_days: of the chart's buckets, the n-th stands at n.
        end: first day after the last bucket; None = as long as the others.
        without: kinds that the chart tells by itself; `first` the letters that it uses for them.
    """
    days = tuple(first_days)
    axis = Axis.of(days) if end is None else Axis(days, end)
    told = notes_of(services, ask, Period(days[0], axis.end)) if days else ()
    found = [one for one in told if one.kind not in without]
    shown = ask.extras.get(KEY) != HIDDEN
    return NotesView(
        ask.words,
        ask.formats,
        ask.path,
        ask.address,
        marks(found, axis, first) if shown else (),
        len(found),
        shown,
        may_note=ask.user.may(Action.PLAN) and not ask.user.is_guest,
        may_read=_of_the_house(ask),
    )


def _of_the_house(ask: Ask) -> bool:
    """True for people with an account at their own screen: whoever passes a wall reads it."""
    return ask.user.may(Action.SIMULATE) and not ask.user.is_guest and ask.path != _WALL


def _within(period: Period, day: date) -> bool:
    return (period.since is None or period.since <= day) and (period.until is None or day < period.until)


def _day(ask: Ask, moment: datetime) -> date:
    return wall_clock(moment, ask.info.zone).date()


def _by_hand(services: Services, ask: Ask) -> Iterator[Note]:
    for one in day_notes.listed(services.state(), ask.user, ask.scope.engagement):
        mine = {"segment": one.segment, "who": one.author, "number": one.id, "version": one.version}
        yield Note(one.day, one.text, NoteKind.NOTE, **mine)


def _live(ask: Ask, plan: Iterable[ActionRecord]) -> Iterator[Note]:
    for one in plan:
        if one.live_on is None:
            continue
        link = page_href("/plan", ask.address.for_page().with_extras(action=str(one.id)))
        text = ask.words("Live: {title}", title=one.title)
        more: dict[str, Any] = {"who": one.owner or "", "action_id": one.id}
        yield Note(one.live_on, text, NoteKind.ACTION, one.segment, link, **more)


def _decided(services: Services, ask: Ask, plan: Iterable[ActionRecord]) -> Iterator[Note]:
    """Decisions, each with its reason; the link is the state that was looked at."""
    titles = {
        DecisionKind.KEEP: msgid("Decided to keep: {title}"),
        DecisionKind.ADJUST: msgid("Decided to adjust: {title}"),
        DecisionKind.STOP: msgid("Decided to stop: {title}"),
    }
    segments = {one.id: one.segment for one in plan}
    for one in decisions.listed(services.state(), ask.user, ask.scope.engagement):
        link = page_href("/monitor", Address.parse(one.search).with_(engagement=ask.scope.engagement))
        then = figures_then(ask.words, ask.formats, one.figures)
        detail = tuple(text for text in (one.reason, then) if text)
        more: dict[str, Any] = {"who": one.author, "action_id": one.action_id, "detail": detail}
        text = ask.words(titles[one.kind], title=one.title)
        yield Note(
            _day(ask, one.at), text, NoteKind.DECISION, segments.get(one.action_id or 0, ""), link, **more
        )


def _imports(services: Services, ask: Ask) -> Iterator[Note]:
    words = ask.words
    link = page_href("/data", ask.address.for_page()) if ask.user.may(Action.IMPORT) else ""
    for one in imports.journal(services.state(), ask.scope.engagement, _JOURNAL):
        if one.status == "done" and one.finished_at is not None:
            text = words.plural("Import: {n} new row", "Import: {n} new rows", one.rows)
            yield Note(_day(ask, one.finished_at), text, NoteKind.IMPORT, link=link, who=one.actor)
        if one.undone_at is not None:
            text = words.plural("Import of {n} row taken back", "Import of {n} rows taken back", one.rows)
            yield Note(_day(ask, one.undone_at), text, NoteKind.IMPORT, link=link, who=one.undone_by or "")


def _deeds(services: Services, ask: Ask) -> Iterator[Note]:
    for one in trail.deeds(services.state(), ask.user, ask.scope.engagement):
        link = page_href("/whatif", ask.address.for_page()) if one.action == "plan.approve" else ""
        for text in _definition(ask, one):
            yield Note(_day(ask, one.at), text, NoteKind.DEFINITION, link=link, who=one.actor)


def _definition(ask: Ask, one: trail.Deed) -> Sequence[str]:
    """What was changed, in words; nothing for what moves no figure, such as a name."""
    words = ask.words
    if one.action == trail.STAGES:
        return (words("Import with other stages"),)
    if one.action == "plan.approve":
        return (words("Plan approved: version {number}", number=str(one.detail.get("number"))),)
    if one.action == "target.put":
        count = len(one.detail.get("changes") or ())
        return (words.plural("{n} target changed", "{n} targets changed", count),)
    names = {
        "stage_model": words("Stages changed"),
        "margin": words("Margin changed"),
        "zone": words("Time zone changed"),
        "currency": words("Currency changed"),
    }
    return [names[field] for field in one.detail.get("fields") or () if field in names]
