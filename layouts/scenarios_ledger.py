"""The card "Plan and fact" of /whatif: every approved forecast beside what came true, and what to expect next."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from dashboard.analytics.ledger import LEAST, Outcome, StepOutcome, TrackRecord, Verdict
from dashboard.analytics.ledger_months import MonthOutcome
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.delta import delta
from layouts.components.link import fresh_link
from layouts.components.pill import Tone, pill, segment_name
from layouts.components.table import scroll_region
from layouts.scenarios import Plan, plan_pill

_EXAMPLE = 0.03  # the lift that the sentence tells with
_VERDICTS: dict[Verdict, tuple[str, Tone]] = {
    Verdict.MORE: (msgid("▲ more than expected"), "good"),
    Verdict.AS_EXPECTED: (msgid("✓ as expected"), "good"),
    Verdict.OPEN: (msgid("≈ cannot be told yet"), "neutral"),
    Verdict.LESS: (msgid("▽ less than expected"), "warn"),
    Verdict.NO_LIFT: (msgid("○ no lift to be seen"), "warn"),
    Verdict.WORSE: (msgid("▼ worse than before"), "bad"),
    Verdict.WAITING: (msgid("… waiting"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the plan beside the facts.

    Attributes:
        address: of the scenario as it was approved.
        gain, low, high: expected money and its 80 % range, as they were frozen.
        months: revenue of the months that are over.
    """

    plan: Plan
    name: str
    address: Address
    gain: float
    low: float
    high: float
    outcome: Outcome
    months: tuple[MonthOutcome, ...]


@dataclass(frozen=True, slots=True)
class LedgerView:
    """How the card speaks.

    Attributes:
        step_name: words of a transition `from>to`.
    """

    words: Words
    formats: Formats
    step_name: Callable[[str], str]

    def verdict(self, verdict: Verdict) -> str:
        """`✓ as expected`."""
        return self.words(_VERDICTS[verdict][0])

    def why(self, row: StepOutcome, outcome: Outcome) -> str:
        """Why nothing can be told of a step, and from when on it can."""
        words, ready = self.words, outcome.ready_on
        match row.reason:
            case "replaced":
                return words("a later plan took its place before anybody entered")
            case "few_customers":
                return words("n = {n} so far; told from {least} on", n=row.customers, least=LEAST)
            case "step_gone":
                return words("this step or segment does not exist any more")
            case "losses_unknown":
                return words("too many deals were lost at a stage that nobody knows")
        day = self.day(ready or outcome.promise.starts)
        if row.reason == "not_begun":
            return words("after the end of the data; can be told from {day}", day=day)
        return words("not ripe yet, can be told from {day}", day=day)

    def day(self, day: date) -> str:
        """A day with its year."""
        return self.formats.day(day, year=True)


def ledger_card(
    view: LedgerView, versions: Sequence[Version], record: TrackRecord | None, address: Address
) -> html.Section:
    """The track record in one sentence, then every version of the plan, the current one open."""
    words = view.words
    parts = [_version(view, version, opened=place == 0) for place, version in enumerate(versions)]
    return card(
        words("Plan and fact"),
        *([_earned(view, record)] if record else []),
        *parts,
        subtitle=words("Approved forecasts against the ripe entries since their start"),
        tools=card_tools(words, "whatif-ledger", address, words("Plan and fact"), picture=False),
        class_name="ledger",
    )


def _earned(view: LedgerView, record: TrackRecord) -> html.Div:
    words, formats = view.words, view.formats
    _, believed, _ = record.expects()
    sentence = words(
        "Your forecasts came true by {share} so far ({n} of them): a lift of {lift} is expected to give {earned}",
        n=record.forecasts,
        share=formats.share(believed),
        lift=formats.points(_EXAMPLE),
        earned=formats.points(_EXAMPLE * believed),
    )
    meaning = words(
        "Actual over expected lift of the forecasts that can be told, drawn towards 100% as if one more had come "
        "true exactly."
    )
    told = {"any": record.expects(), "steps": {name: record.expects(name) for name in record.by_step}}
    button = html.Button(
        words("Expect what forecasts have earned"),
        type="button",
        className="button",
        title=words("Makes the levers of conversions that are set now a range; Back brings them back"),
        **attributes(
            data_earned=json.dumps(told),
            data_none=words("First set a lever of a conversion in per cent or points that is no range yet."),
        ),
    )
    steps = [
        html.Li(f"{view.step_name(name)}: {formats.share(record.expects(name)[1])}")
        for name in record.by_step
    ]
    return html.Div(
        [
            html.P([sentence, " ", definition(words("Track record"), meaning)], className="ledger__record"),
            *([html.Ul(steps, className="ledger__steps")] if steps else []),
            html.Div([button, html.Span(className="form__note", role="status")], className="ledger__act"),
        ],
        className="ledger__earned",
    )


def _version(view: LedgerView, version: Version, *, opened: bool) -> html.Details:
    words, formats, outcome = view.words, view.formats, version.outcome
    opening = fresh_link(words("Open the scenario"), "/whatif", version.address)
    likely = formats.range(formats.money_signed(version.low), formats.money_signed(version.high))
    promised = words(
        "expected {gain}, likely {range}; entries since {day}",
        gain=formats.money_signed(version.gain),
        range=likely,
        day=view.day(outcome.promise.starts),
    )
    text, tone = _VERDICTS[outcome.verdict]
    head = [
        html.Span(words("Plan v{number}", number=str(version.plan.number)), className="ledger__number"),
        html.Span(version.name, className="ledger__title"),
        pill(words(text), tone),
    ]
    told = html.P([plan_pill(words, formats, version.plan), " ", promised, " · ", opening], className="meta")
    inside = [told, *_money(view, outcome), _table(view, version), *_months(view, version.months)]
    return html.Details(
        [html.Summary(head, className="ledger__head"), *inside], className="ledger__version", open=opened
    )


def _money(view: LedgerView, outcome: Outcome) -> list[html.P]:
    money, formats = outcome.money, view.formats
    if money is None:
        return []
    sentence = view.words.plural(
        "{n} ripe entry brought {actual} in the funnel; expected {expected}, as before {before}.",
        "{n} ripe entries brought {actual} in the funnel; expected {expected}, as before {before}.",
        money.entries,
        actual=formats.money(money.actual),
        expected=formats.money(money.expected),
        before=formats.money(money.before),
    )
    return [html.P(sentence, className="ledger__money")]


def _months(view: LedgerView, months: Sequence[MonthOutcome]) -> list[Any]:
    """Revenue by month; nothing before the first one is over."""
    if not months:
        return []
    words, formats = view.words, view.formats
    titles = (
        words("Month"),
        words("As before"),
        words("Expected"),
        words("Actual"),
        words("Against the plan"),
    )
    rows = [
        html.Tr(
            [
                html.Th(formats.period(Period(one.since, one.until)), scope="row"),
                *(
                    html.Td(formats.money(value), **attributes(data_label=title))
                    for title, value in zip(titles[1:], (one.before, one.expected, one.actual), strict=False)
                ),
                html.Td(_against(formats, one), **attributes(data_label=titles[-1])),
            ]
        )
        for one in months
    ]
    head = html.Tr([html.Th(title, scope="col") for title in titles])
    label = words("Revenue by month, plan and fact")
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table ledger__table")
    meaning = words(
        "As before: average days of the period that the forecast was made on; seasons are in the fact alone."
    )
    return [
        html.H3([label, " ", definition(label, meaning)], className="ledger__heading"),
        scroll_region(label, body),
    ]


def _against(formats: Formats, one: MonthOutcome) -> html.Span:
    share = one.actual / one.expected - 1 if one.expected else None
    return delta(formats.share_change(share), share)


def _table(view: LedgerView, version: Version) -> Any:
    words, outcome = view.words, version.outcome
    if not outcome.steps:
        return html.P(words("This plan moved no conversion: its money alone is compared."), className="meta")
    titles = (words("Step"), words("Before"), words("Expected"), words("Actual"), words("Outcome"))
    head = html.Tr([html.Th(title, scope="col") for title in titles])
    rows = [_row(view, row, outcome, titles) for row in outcome.steps]
    label = words("Plan v{number}", number=str(version.plan.number))
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table ledger__table")
    return scroll_region(label, body)


def _row(view: LedgerView, row: StepOutcome, outcome: Outcome, titles: Sequence[str]) -> html.Tr:
    words, formats, step = view.words, view.formats, row.step
    who = html.Th(
        [html.Span(view.step_name(step.transition)), html.Small(segment_name(words, step.segment))],
        scope="row",
    )
    before = [formats.share(step.before, 1), html.Small(words("n = {n}", n=step.customers))]
    expected = [formats.share(step.expected, 1), html.Small(formats.points(step.lift))]
    if row.lift is None or row.interval is None:
        actual: list[Any] = ["—"]
        said = [html.Span(view.why(row, outcome), className="ledger__why")]
    else:
        ends = formats.range(formats.points(row.interval.low), formats.points(row.interval.high))
        actual = [
            formats.share(row.actual, 1),
            html.Small(
                f"{formats.points(row.lift)} · {words('n = {n}', n=row.customers)}",
                title=words("95 of 100: {range}", range=ends),
            ),
        ]
        text, tone = _VERDICTS[row.verdict]
        said = [pill(words(text), tone), html.Small(words("95 of 100: {range}", range=ends))]
    cells = zip(titles[1:], (before, expected, actual, said), strict=True)
    return html.Tr([who, *(html.Td(cell, **attributes(data_label=title)) for title, cell in cells)])
