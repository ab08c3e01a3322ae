"""The card "what N weeks showed": the effect in points, people and money, how sure it is, and what was promised."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.effect import Amount, Effect, Finding, Method, Verdict
from layouts.components.card import card
from layouts.components.definition import definition
from layouts.components.pill import segment_name
from layouts.components.to_report import Part, report_button
from layouts.monitor_decide import decision_part
from layouts.monitor_words import CERTAINTY, METHODS, REASONS, MonitorView, fact


def shown_card(view: MonitorView, effect: Effect) -> html.Section:
    """The open effect in figures and words."""
    words = view.words
    title = (
        words.plural("What {n} week showed", "What {n} weeks showed", effect.look)
        if effect.look
        else words("What the weeks will show")
    )
    return card(
        title,
        *_headline(view, effect),
        html.Dl(_facts(view, effect), className="facts effect__facts"),
        *_promised(view, effect),
        *decision_part(view, effect),
        html.Div(
            report_button(words, Part.EFFECT, str(effect.plan.action_id)), className="buttons effect__along"
        ),
        class_name="effect__shown",
    )


def _headline(view: MonitorView, effect: Effect) -> list[Any]:
    words, points = view.words, effect.points
    if points is None:
        first = effect.plan.look_day(1)
        return [
            html.P("—", className="effect__large"),
            html.P(words("The first figure can be told on {day}", day=view.day(first)), className="meta"),
        ]
    interval = words("change of the conversion, 95% interval {range}", range=view.points_range(points))
    meaning = words(
        "The interval is wider than that of a single look: one may look every week and still be wrong in 5 of 100 "
        "actions at most."
    )
    return [
        html.P(view.points(points.actual), className="effect__large"),
        html.P([interval, definition(words("95% interval"), meaning)], className="meta"),
    ]


def _facts(view: MonitorView, effect: Effect) -> list[html.Div]:
    words = view.words
    rows = []
    if effect.money is not None:
        money = effect.money
        tone = "good" if money.low > 0 else "bad" if money.high < 0 else "plain"
        value = html.B(
            view.formats.money_signed(money.actual),
            className=f"effect__money effect__money--{tone}",
            title=view.formats.money_full(money.actual),
        )
        rows.append(fact(words("Effect in money"), value, html.Small(view.money_range(money))))
    elif effect.points is not None:
        rows.append(fact(words("Effect in money"), words("the step has no price in these data")))
    rows.append(fact(words("Certainty"), html.B(_certainty(view, effect))))
    compared = [one for one in effect.plan.comparison if one not in effect.touched]
    names = ", ".join(segment_name(words, one) for one in compared) or words("none")
    rows.append(fact(words("Comparison group"), html.B(names)))
    rows.append(fact(words("Look"), html.B(_look(view, effect)), _limit(view, effect)))
    return rows


def _certainty(view: MonitorView, effect: Effect) -> str:
    """In a word; of no effect, which size of it would have shown."""
    words = view.words
    if effect.verdict is Verdict.NO_EFFECT and effect.detectable is not None:
        return words("high: {least} or more would have shown", least=view.points(effect.detectable))
    return words(CERTAINTY[effect.verdict])


def _look(view: MonitorView, effect: Effect) -> str:
    if not effect.look:
        return view.words("none yet")
    return view.words("{look} of {all}", look=effect.look, all=effect.plan.weeks)


def _limit(view: MonitorView, effect: Effect) -> Any:
    words = view.words
    sentence = words(
        "At this look an effect counts as confirmed only where it is {limit} times its own uncertainty; the limit "
        "sinks from week to week, so that looking often does not make chance look like an effect.",
        limit=view.formats.number(effect.limit, 1),
    )
    return definition(words("Look"), sentence)


def _promised(view: MonitorView, effect: Effect) -> list[Any]:
    """Expected beside actual, in points, people and money."""
    words, formats = view.words, view.formats
    rows = []
    if effect.points is not None:
        rows.append(
            (words("Conversion"), view.points(effect.points.actual), view.points(effect.points.expected))
        )
    else:
        rows.append((words("Conversion"), "—", view.points(effect.plan.expected)))
    if effect.people is not None:
        people = effect.people
        rows.append(
            (words("People"), formats.signed(round(people.actual)), formats.signed(round(people.expected)))
        )
    if effect.money is not None:
        money = effect.money
        rows.append(
            (words("Money"), formats.money_signed(money.actual), formats.money_signed(money.expected))
        )
    head = html.Tr(
        [
            html.Th(html.Span(words("Figure"), className="visually-hidden"), scope="col"),
            html.Th(words("Actual"), scope="col", className="number"),
            html.Th(words("Promised"), scope="col", className="number"),
        ]
    )
    lines = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                html.Td(html.B(actual), className="number"),
                html.Td(promised, className="number"),
            ]
        )
        for name, actual, promised in rows
    ]
    return [html.Table([html.Thead(head), html.Tbody(lines)], className="table effect__promised")]


def proof(view: MonitorView, effect: Effect) -> list[Any]:
    """How it is known: what each method says, both where both speak, and what stands against a surer verdict."""
    notes = [html.Li(line) for line in _notes(view, effect)]
    parts = [*_findings(view, effect), *([html.Ul(notes, className="effect__notes")] if notes else [])]
    return [html.Div(parts, className="effect__proof")] if parts else []


def _findings(view: MonitorView, effect: Effect) -> list[Any]:
    rows = [html.Li(_finding(view, found)) for found in effect.findings]
    said = {found.method for found in effect.findings}
    rows += [
        html.Li([f"{view.words(METHODS[method])}: ", view.words(REASONS[why])], className="meta")
        for method, why in effect.missing
        if effect.findings and method not in said
    ]
    return [html.Ul(rows, className="effect__findings")] if rows else []


def _finding(view: MonitorView, found: Finding) -> list[Any]:
    words = view.words
    amount = Amount(found.estimate, found.low, found.high, 0.0)
    figure = f"{view.points(found.estimate)} ({view.points_range(amount)})"
    return [f"{words(METHODS[found.method])}: ", html.B(figure), ". ", html.Span(_check(view, found))]


def _check(view: MonitorView, found: Finding) -> str:
    """Pre-trend or placebo in a sentence."""
    words = view.words
    if found.why is not None:
        return words(REASONS[found.why])
    if found.method is Method.DIFFERENCE:
        return words("Before the start both moved alike.")
    if found.placebo:
        return words.plural(
            "Of {n} day on which nothing happened {share} show a gap as large.",
            "Of {n} days on which nothing happened {share} show a gap as large.",
            len(found.placebo),
            share=view.formats.share(found.check),
        )
    return words("Level and slope before the start are carried on.")


def _notes(view: MonitorView, effect: Effect) -> list[Any]:
    """Why the verdict is not surer, and when it can be told."""
    words = view.words
    told = {found.why for found in effect.findings}
    lines: list[Any] = [words(REASONS[why]) for why in effect.reasons if why not in told]
    if effect.agree:
        lines.append(words("Both methods agree."))
    if effect.touched:
        names = ", ".join(segment_name(words, one) for one in effect.touched)
        lines.append(
            words("Left out of the comparison, since another action changed it: {names}.", names=names)
        )
    lines += _when(view, effect)
    if effect.detectable is not None and effect.plan.expected < effect.detectable:
        lines.append(
            words(
                "Promised are {expected}, but these entries can tell {least} at least: a small effect may stay unseen.",
                expected=view.points(effect.plan.expected),
                least=view.points(effect.detectable),
            )
        )
    return lines


def _when(view: MonitorView, effect: Effect) -> list[str]:
    """`Can be told on 14 November: 1 240 more entries are needed`."""
    words = view.words
    if effect.verdict is not Verdict.CANNOT_TELL:
        return []
    last = effect.plan.look_day(effect.plan.weeks)
    if effect.needed and effect.told_on is not None and effect.told_on <= last:
        return [
            words.plural(
                "Can be told on {day}: {n} more entry is needed.",
                "Can be told on {day}: {n} more entries are needed.",
                effect.needed,
                day=view.day(effect.told_on),
            )
        ]
    if effect.needed:
        return [
            words.plural(
                "{n} more entry is needed; at the present pace they do not come within the horizon.",
                "{n} more entries are needed; at the present pace they do not come within the horizon.",
                effect.needed,
            )
        ]
    coming = [look.day for look in effect.looks if not look.done]
    return [words("Next look on {day}.", day=view.day(min(coming)))] if coming else []
