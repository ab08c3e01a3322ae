"""On top of a letter: what waits for somebody. Actions of the plan, incidents, decisions."""

from __future__ import annotations

from callbacks.effects import measurable, registered_effects
from callbacks.letters.writer import Writer
from dashboard.analytics.effect import Effect, Verdict
from dashboard.i18n.formats import Formats
from dashboard.journey.incidents import IncidentStatus
from dashboard.journey.letter import Line, Section, Tone
from dashboard.journey.plan import ActionRecord
from data_access.state import actions, decisions, incidents, interventions
from layouts.alert_words import AlertNames
from layouts.components.link import page_href
from layouts.components.pill import segment_name
from layouts.monitor_words import VERDICTS

MOST_LINES = 6  # of a list; how many more there are is said


def open_things(writer: Writer) -> tuple[Section, ...]:
    """Everything that waits; lists without a line are left out."""
    words = writer.words
    found = (
        _section(writer, words("Open actions"), _actions(writer)),
        _section(writer, words("Decisions that wait"), _decisions(writer)),
        _section(writer, words("Open alerts"), _incidents(writer)),
    )
    return tuple(one for one in found if one.lines)


def _section(writer: Writer, title: str, lines: list[Line]) -> Section:
    rest = len(lines) - MOST_LINES
    note = writer.words("and {n} more", n=rest) if rest > 0 else ""
    return Section(title, tuple(lines[:MOST_LINES]), note)


def _actions(writer: Writer) -> list[Line]:
    """What is still to be done: overdue first, then the reader's own, then by day."""
    ask, today = writer.ask, writer.today
    listed = actions.listed(writer.services.state(), ask.user, ask.scope.engagement)
    segments, channels = ask.query.segments, ask.query.channels
    kept = [
        one
        for one in listed
        if one.status.to_do
        and (not segments or one.segment in ("", *segments))
        and (not channels or one.channel in ("", *channels))
    ]

    def order(one: ActionRecord) -> tuple[bool, bool, bool, str, int]:
        due = one.due_on
        return (
            not one.overdue(today),
            one.owner_id != ask.user.id,
            due is None,
            due.isoformat() if due else "",
            one.id,
        )

    return [_action(writer, one) for one in sorted(kept, key=order)]


def _action(writer: Writer, one: ActionRecord) -> Line:
    words, formats = writer.words, writer.formats
    late = one.overdue(writer.today)
    parts = []
    if one.due_on is not None and late:
        days = (writer.today - one.due_on).days
        parts.append(words.plural("overdue by {n} day", "overdue by {n} days", days))
    elif one.due_on is not None:
        parts.append(words("due {day}", day=formats.day(one.due_on)))
    mine = one.owner_id == writer.ask.user.id
    parts.append(words("yours") if mine else one.owner or words("nobody owns it"))
    if one.segment:
        parts.append(segment_name(words, one.segment))
    if one.value is not None:
        parts.append(words("worth {money}", money=formats.money(one.value)))
    link = page_href("/plan", writer.address.for_page().with_extras(action=str(one.id)))
    return Line(one.title, ", ".join(parts), link, Tone.BAD if late else Tone.PLAIN)


def _decisions(writer: Writer) -> list[Line]:
    """Effects that can be told and about which nobody has decided yet."""
    ask, state = writer.ask, writer.services.state()
    key = ask.scope.engagement
    kept = interventions.listed(state, ask.user, key)
    if not kept:
        return []
    decided = {one.action_id for one in decisions.listed(state, ask.user, key)}
    waiting = [one for one in kept if measurable(one, ask.info)]
    found = registered_effects(writer.services.answers, ask.scope, waiting)
    return [
        _decision(writer, one)
        for one in found
        if one.verdict is not Verdict.CANNOT_TELL and not decided & set(one.plan.ids)
    ]


def _decision(writer: Writer, one: Effect) -> Line:
    words, formats = writer.words, writer.formats
    verdict = VERDICTS[one.verdict][0]
    parts = [words(verdict)]
    if one.points is not None:
        parts.append(_with_range(formats, one.points.actual, one.points.low, one.points.high))
    link = page_href("/monitor", writer.address.for_page().with_extras(a=str(one.plan.action_id)))
    bad = one.verdict in (Verdict.HARMFUL, Verdict.NO_EFFECT)
    return Line(one.plan.title, ", ".join(parts), link, Tone.BAD if bad else Tone.GOOD)


def _with_range(formats: Formats, value: float, low: float | None, high: float | None) -> str:
    told = formats.points(value)
    if low is None or high is None:
        return told
    return f"{told} ({formats.range(formats.signed(low * 100, 1), formats.points(high))})"


def _incidents(writer: Writer) -> list[Line]:
    """What goes on, the newest first."""
    ask = writer.ask
    names = AlertNames(writer.words, writer.formats, ask.info.model, ask.info.stages_without_data)
    listed = incidents.listed(writer.services.state(), ask.user, ask.scope.engagement)
    going = [one for one in listed if one.status is not IncidentStatus.RESOLVED]
    base = writer.address.for_page()
    return [
        Line(
            names.sentence(one.rule, one.figures),
            writer.words("worth {money}", money=writer.formats.money_signed(one.figures.money))
            if one.figures.money
            else "",
            page_href("/monitor", base.with_extras(tab="alerts", incident=str(one.id))),
            Tone.GOOD if (one.figures.money or 0) > 0 else Tone.BAD,
        )
        for one in going
        if not ask.query.segments or one.rule.segment in ("", *ask.query.segments)
    ]
