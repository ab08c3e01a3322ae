"""The measures of the touchpoint map: their names and meanings, how a figure reads, and which colour it has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dash import html

from dashboard.analytics.heatmap_shown import Measure, Shown, Value
from dashboard.analytics.score import Key
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.query import Attribution
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.segmented import Choice, segmented
from layouts.components.tone import tone_by, tone_of

PATH = "/touchpoints"
FIRST = Measure.PROGRESSION  # what the page opens with: always there, and as fast as the map
PRIMARY = (Measure.SCORE, Measure.PROGRESSION, Measure.LOSS, Measure.TOUCHES)

TERMS: Mapping[Measure, tuple[str, str]] = {
    Measure.SCORE: (
        msgid("Score"),
        msgid("Opinion of the touchpoint from 0 to 100, pulled towards the average of its stage."),
    ),
    Measure.PROGRESSION: (
        msgid("Going on"),
        msgid("Of the customers met here, the share that reached a later stage within the window"),
    ),
    Measure.LOSS: (
        msgid("Loss"),
        msgid(
            "Customers who would have gone on at the stage's average, times the revenue of one who goes on"
        ),
    ),
    Measure.TOUCHES: (msgid("Contacts"), msgid("Number of contacts in the period")),
    Measure.CUSTOMERS: (msgid("Reach"), msgid("Distinct customers met here in the period")),
    Measure.SHARE: (msgid("Share of stage"), msgid("Of the customers of the stage, the share met here")),
    Measure.LIFT: (
        msgid("Lift"),
        msgid("Who went on among those met here in the first days of the stage, minus among those not met."),
    ),
    Measure.DAYS: (
        msgid("Days"),
        msgid("Days to the next stage that half of those who went on needed at most."),
    ),
    Measure.MOOD: (msgid("Mood"), msgid("Average mood of the contacts, from −1 to 1.")),
    Measure.NPS: (msgid("NPS"), msgid("Share of answers 9–10 minus share of 0–6, from −100 to 100.")),
    Measure.EXITS: (
        msgid("Exits"),
        msgid("Of the customers who stopped in the stage, the share whose last touch was here."),
    ),
    Measure.COST: (msgid("Cost"), msgid("Money spent here in the period.")),
    Measure.COST_PER: (msgid("Cost per going on"), msgid("Cost for each customer who went on.")),
    Measure.REVENUE: (
        msgid("Revenue credited"),
        msgid("Revenue credited to the touchpoint by the chosen attribution model."),
    ),
    Measure.REMOVAL: (
        msgid("Lost without it"),
        msgid("Share of sales that would be lost if nobody passed here."),
    ),
}
_GROUPS: Sequence[tuple[str, Sequence[Measure]]] = (
    (msgid("Who is met"), (Measure.CUSTOMERS, Measure.SHARE)),
    (msgid("What comes of it"), (Measure.LIFT, Measure.DAYS, Measure.EXITS)),
    (msgid("What people say"), (Measure.MOOD, Measure.NPS)),
    (msgid("Money"), (Measure.COST, Measure.COST_PER, Measure.REVENUE, Measure.REMOVAL)),
)
_MODELS: Mapping[Attribution, str] = {
    Attribution.LAST: msgid("Last contact"),
    Attribution.FIRST: msgid("First contact"),
    Attribution.LAST_NON_DIRECT: msgid("Last but direct"),
    Attribution.LINEAR: msgid("All alike"),
    Attribution.POSITION: msgid("First and last 40 % each"),
    Attribution.TIME_DECAY: msgid("The later the more"),
    Attribution.MARKOV: msgid("Markov chain"),
    Attribution.SHAPLEY: msgid("Shapley"),
}
_REASONS: Mapping[str, str] = {
    "no_touches": msgid("nobody was met here in the period"),
    "not_ripe": msgid("no window is over yet"),
    "nobody_to_compare": msgid("nobody to compare with"),
    "nobody_went_on": msgid("nobody went on"),
    "no_sentiment": msgid("no contact has a mood"),
    "no_answers": msgid("nobody answered"),
    "too_few_answers": msgid("too few answers"),
    "nobody_stopped": msgid("nobody stopped here"),
    "last_stage": msgid("the last stage has no exit"),
    "not_priced": msgid("this stage has no price"),
    "nobody_passed": msgid("nobody moved on"),
    "too_few_customers": msgid("too few customers"),
    "no_costs": msgid("no costs in the period"),
    "cost_on_channel": msgid("the cost is known of the whole channel alone"),
    "no_transactions": msgid("no transactions"),
    "no_sales_on_paths": msgid("no sale after a contact"),
}
SEQUENTIAL = frozenset(
    {
        Measure.TOUCHES, Measure.CUSTOMERS, Measure.SHARE, Measure.EXITS, Measure.COST, Measure.REVENUE,
        Measure.REMOVAL,
    }
)  # fmt: skip
_OF_STAGE = frozenset({Measure.TOUCHES, Measure.CUSTOMERS, Measure.SHARE, Measure.EXITS})
_LIMITS: Mapping[Measure, tuple[float, float, float]] = {  # seven steps over ±20 of a score
    Measure.SCORE: (10 / 3, 10.0, 50 / 3),
    Measure.NPS: (20 / 3, 20.0, 100 / 3),
    Measure.MOOD: (1 / 15, 0.2, 1 / 3),
    Measure.LIFT: (0.0, 0.05, 0.1),
}
_LESS_IS_BETTER = frozenset({Measure.DAYS, Measure.COST_PER})


def why(words: Words, reason: str | None) -> str:
    """Why a figure is missing, in words."""
    return words(_REASONS.get(reason or "", _REASONS["no_touches"]))


def figure(formats: Formats, measure: Measure, value: float | None) -> str:
    """A figure as cells show it; a loss is money below zero."""
    match measure:
        case Measure.SCORE | Measure.TOUCHES | Measure.CUSTOMERS:
            return formats.number(value)
        case Measure.LOSS:
            return formats.money_signed(None if value is None else -value)
        case Measure.LIFT:
            return formats.points(value)
        case Measure.DAYS:
            return formats.days(value)
        case Measure.MOOD:
            return formats.signed(value, 2)
        case Measure.NPS:
            return formats.signed(value)
        case Measure.COST | Measure.COST_PER | Measure.REVENUE:
            return formats.money(value)
        case _:
            return formats.share(value)


def change(formats: Formats, measure: Measure, value: float | None, average: float | None) -> str | None:
    """How far a figure lies from what it is held against, as the small figure of a cell; None where it is not."""
    if value is None or average is None:
        return None
    match measure:
        case Measure.SCORE | Measure.NPS:
            return formats.signed(value - average)
        case Measure.PROGRESSION:
            return formats.signed(100 * (value - average))
        case Measure.MOOD:
            return formats.signed(value - average, 2)
        case Measure.DAYS:
            return formats.signed(value - average, int(abs(value - average) < 10))
        case Measure.COST_PER:
            return formats.share_change(value / average - 1, 0) if average else None
        case _:
            return None


def better(measure: Measure, value: float | None, average: float | None) -> float | None:
    """The same distance with good news above zero."""
    if value is None or average is None:
        return None
    return average - value if measure in _LESS_IS_BETTER else value - average


def look(shown: Shown, key: Key, own: Value) -> str:
    """Class of a cell's colour: diverging around its stage, or around nothing lost; sequential for amounts."""
    measure, value = shown.measure, own.known
    average = shown.averages.get(str(key[0]))
    if measure in SEQUENTIAL:
        largest = _largest_of_stage(shown, key[0]) if measure in _OF_STAGE else shown.largest
        return f"seq--{1 + round(5 * max(value or 0.0, 0.0) / largest)}" if largest else "seq--1"
    if measure is Measure.PROGRESSION:
        return tone_of(value, average)
    if measure is Measure.LOSS:
        part = -(value or 0.0) / shown.largest if shown.largest else 0.0
        return tone_by(part, (0.05, 0.2, 0.5))
    if measure is Measure.LIFT:
        return tone_by(value if own.distinct else None, _LIMITS[measure])
    if measure in _LESS_IS_BETTER:
        step = int(tone_of(value, average)[-1])
        return f"tone--{8 - step}"
    return tone_by(better(measure, value, average), _LIMITS[measure])


def _largest_of_stage(shown: Shown, stage: str | None) -> float:
    return max(
        (one.known for key, one in shown.values.items() if key[0] == stage and one.known is not None),
        default=0.0,
    )


def measure_switch(words: Words, address: Address, chosen: Measure, offered: Collection[Measure]) -> html.Div:
    """The four measures that one asks for first, and a menu of the others."""

    def at(measure: Measure) -> Address:
        return address.with_extras(metric=None if measure is FIRST else str(measure))

    first = [Choice(words(TERMS[one][0]), at(one), one is chosen) for one in PRIMARY if one in offered]
    entries: list[Any] = []
    for title, members in _GROUPS:
        links = [
            page_link(
                words(TERMS[one][0]),
                PATH,
                at(one),
                "menu__item" + (" menu__item--on" if one is chosen else ""),
            )
            for one in members
            if one in offered
        ]
        entries += [html.Div(words(title), className="menu__title"), *links] if links else []
    named = words(TERMS[chosen][0]) if chosen not in PRIMARY else words("More")
    return html.Div(
        [
            segmented(words("Metric"), PATH, first),
            menu(words("More metrics"), named, entries, chosen not in PRIMARY),
        ],
        className="heat-tools",
    )


def model_menu(words: Words, address: Address, chosen: Attribution) -> html.Details:
    """Which contact a sale is credited to."""
    entries = [
        page_link(
            words(text),
            PATH,
            address.with_extras(credit=None if model is Attribution.LAST else str(model)),
            "menu__item" + (" menu__item--on" if model is chosen else ""),
        )
        for model, text in _MODELS.items()
    ]
    return menu(words("Attribution model"), words(_MODELS[chosen]), entries, False)


def menu(name: str, text: str, entries: Sequence[Any], chosen: bool) -> html.Details:
    """A button that opens links.

    Args:
        name: what is chosen, for readers; also the key of the popover.
        text: the present choice.
        chosen: True where the present choice is one of the menu's.
    """
    look = "select" + (" select--on" if chosen else "")
    return html.Details(
        [
            html.Summary(
                [html.Span(text), icon("chevron")], className=look, **attributes(aria_label=f"{name}: {text}")
            ),
            html.Div(list(entries), className="menu select__menu"),
        ],
        className="popover",
        **attributes(data_popover=f"menu-{name}"),
    )
