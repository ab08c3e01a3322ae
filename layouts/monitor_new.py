"""The form that registers an effect: what the action promises, and what these data could tell of it, before saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from dash import html

from dashboard.analytics.effect import LEAST_WEEKS, MOST_WEEKS, Power
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.intervention import Intervention, Promise
from layouts.components.address_fields import AddressField, address_fields
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.definition import definition
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_name
from layouts.components.states import empty_state
from layouts.monitor import PATH
from layouts.monitor_words import EDIT, NEW, REASONS, MonitorView, fact

STEP, SEGMENT, CHANNEL, START = "step", "seg", "at", "start"  # keys of the address
LIFT, WEEKS, WINDOW = "lift", "weeks", "win"
KEYS = (NEW, EDIT, STEP, SEGMENT, CHANNEL, START, LIFT, WEEKS, WINDOW)
CHOOSE = "choose"  # value of `new`: no action is chosen yet
EVERYBODY = "*"
_WINDOWS = (7, 14, 21, 28, 45, 60, 90)


@dataclass(frozen=True, slots=True)
class PromiseView:
    """What the form draws.

    Attributes:
        actions: those without a registration, id and title.
        action_id: the chosen one; None: still to choose. `title` is its name.
        promise: as the address says it; `usual` what it says where a key is missing.
        power: what the data could tell; None without a chosen action.
        problem: why this promise cannot be kept, as a sentence; empty = it can.
        kept: the registration that is being changed.
        today: in the engagement's zone.
    """

    words: Words
    formats: Formats
    address: Address
    info: GenerationInfo
    actions: Sequence[tuple[int, str]]
    action_id: int | None
    title: str
    promise: Promise
    usual: Promise
    power: Power | None
    problem: str
    kept: Intervention | None
    today: date

    @property
    def plain(self) -> Address:
        """The page with the form closed."""
        return self.address.with_extras(**dict.fromkeys(KEYS))


def promise_card(view: PromiseView) -> html.Section:
    """The form above the tab."""
    words = view.words
    title = words("Register an effect") if view.kept is None else words("Change a registered effect")
    body: list[Any]
    if view.kept is None and not view.actions and view.action_id is None:
        link = button_link(words("To the plan"), "/plan", view.address.for_page(), sign="plan")
        body = [empty_state(words("Every action of the plan is registered, or there is none yet."), link)]
    else:
        body = [_fields(view), *_outlook(view), *_save(view)]
    close = page_link(
        [icon("close"), html.Span(words("Close the panel"), className="visually-hidden")],
        PATH,
        view.plain,
        "button button--icon button--small",
        title=words("Close the panel"),
    )
    return card(
        title,
        *body,
        subtitle=words("Said before the start, so that the figures cannot choose their own success"),
        aside=close,
        class_name="card--action effect__new",
    )


def _fields(view: PromiseView) -> html.Div:
    words = view.words
    fields = []
    if view.kept is None:
        named = view.actions if view.action_id is not None else [(0, words("choose")), *view.actions]
        choices = [(str(number) if number else CHOOSE, title) for number, title in named]
        fields.append(
            AddressField(NEW, words("Action"), "select", str(view.action_id or CHOOSE), choices=choices)
        )
    if view.action_id is None:
        return address_fields(fields, "")
    return address_fields(
        [*fields, *_promise_fields(view)], words("Type a number of points between 0 and 99.")
    )


def _promise_fields(view: PromiseView) -> list[AddressField]:
    """What is promised: where, from when, how much, watched for how long."""
    words, info, promise, usual = view.words, view.info, view.promise, view.usual
    segments = [
        (EVERYBODY, words("All segments")),
        *((one, segment_name(words, one)) for one in info.segments),
    ]
    channels = [("", words("All channels")), *((one, channel_title(words, one)) for one in info.channels)]
    weeks = [
        (str(number), words.plural("{n} week", "{n} weeks", number))
        for number in range(LEAST_WEEKS, MOST_WEEKS + 1)
    ]

    lengths = sorted({*_WINDOWS, promise.window_days})
    windows = [(str(days), words.plural("{n} day", "{n} days", days)) for days in lengths]

    def chosen(
        key: str, label: str, now: str, default: str, choices: Sequence[tuple[str, str]]
    ) -> AddressField:
        return AddressField(key, label, "select", now, default, choices=choices)

    first, usually = promise.starts_on.isoformat(), usual.starts_on.isoformat()
    lift = view.formats.number(promise.expected * 100, 2)
    everybody = (promise.segment or EVERYBODY, usual.segment or EVERYBODY)
    return [
        chosen(STEP, words("Step"), step_text(promise), step_text(usual), _steps(view)),
        chosen(SEGMENT, words("Segment"), *everybody, segments),
        chosen(CHANNEL, words("Entries at"), promise.channel, usual.channel, channels),
        AddressField(START, words("First day"), "date", first, usually),
        AddressField(
            LIFT, words("Expected lift"), "number", lift, _points(usual.expected), "0", "99", words("points")
        ),
        chosen(WEEKS, words("Watched for"), str(promise.weeks), str(usual.weeks), weeks),
        chosen(WINDOW, words("Goes on within"), str(promise.window_days), str(usual.window_days), windows),
    ]


def step_text(promise: Promise) -> str:
    """The step as it stands in an address: `active_evaluation>purchase`."""
    return f"{promise.from_stage}>{promise.to_stage}"


def _points(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".")


def _steps(view: PromiseView) -> list[tuple[str, str]]:
    """Steps of neighbours, and the one that is promised."""
    stages = view.info.model.stages
    names = {stage.key: stage.short_name(view.words.language) for stage in stages}
    keys = [stage.key for stage in stages]
    pairs = list(pairwise(keys))
    own = (view.promise.from_stage, view.promise.to_stage)
    if own not in pairs and set(own) <= set(keys):
        pairs.append(own)
    return [(f"{start}>{end}", f"{names[start]} {ARROW} {names[end]}") for start, end in pairs]


def _outlook(view: PromiseView) -> list[Any]:
    """What these data could tell of the promise: before anything is saved."""
    power, words, formats = view.power, view.words, view.formats
    if power is None:
        return []
    meaning = words(
        "With as many entries an effect of this size is found in 80 of 100 cases; a smaller one mostly stays unseen."
    )
    rows = [
        fact(words("Goes on now"), html.B(formats.share(power.rate, 1))),
        fact(
            words.plural("Entries in {n} week", "Entries in {n} weeks", view.promise.weeks),
            html.B(formats.number(power.entries)),
        ),
        fact(
            [
                words("Least effect that can be told"),
                definition(words("Least effect that can be told"), meaning),
            ],
            html.B(formats.points(power.detectable, 1)) if power.detectable is not None else "—",
        ),
        fact(words("First possible verdict"), html.B(formats.day(power.first_look, year=True))),
        fact(words("Last look"), html.B(formats.day(power.last_look, year=True))),
    ]
    parts: list[Any] = [html.Dl(rows, className="facts effect__outlook")]
    parts += [_warning(sentence) for sentence in _warnings(view, power)]
    return parts


def _warnings(view: PromiseView, power: Power) -> list[str]:
    words, formats = view.words, view.formats
    found = []
    if power.why is not None:
        found.append(words(REASONS[power.why]))
    if power.weak and power.detectable is not None:
        facts = {
            "expected": formats.points(view.promise.expected, 1),
            "least": formats.points(power.detectable, 1),
        }
        said = words(
            "The expected {expected} are less than the {least} that can be told: the effect will mostly stay unseen.",
            **facts,
        )
        more = (
            words.plural("It would take {n} entry.", "It would take {n} entries.", power.needed)
            if power.needed
            else words("Watch it longer, or measure a larger group.")
        )
        found.append(f"{said} {more}")
    if view.kept is None and view.promise.starts_on < view.today:
        found.append(words("The start is over: the verdict can be “likely” at most."))
    return found


def _warning(sentence: str) -> html.P:
    return html.P([icon("warning"), html.Span(sentence)], className="effect__warning")


def _save(view: PromiseView) -> list[Any]:
    if view.action_id is None:
        return []
    words = view.words
    if view.problem:
        return [_warning(view.problem)]
    others = (
        [one for one in view.info.segments if one != view.promise.segment] if view.promise.segment else []
    )
    fields = []
    if others:
        choices = [(one, segment_name(words, one)) for one in others]
        chosen = [one for one in view.promise.comparison if one in others]
        fields.append(
            Field(
                "comparison",
                words("Comparison group: segments that stay as they are"),
                "checks",
                choices,
                chosen,
            )
        )
    else:
        said = words(
            "Everybody is treated, so nobody is left to compare with: the effect is held against its own past."
        )
        return [html.P(said, className="meta"), _form(view, fields)]
    return [_form(view, fields)]


def _form(view: PromiseView, fields: Sequence[Field]) -> html.Div:
    words, kept = view.words, view.kept
    seen = {one.name: one.value for one in fields}
    body: dict[str, Any] = {"search": view.address.search(), "seen": seen}
    if not fields:
        body["comparison"] = []
    if kept is not None:
        body["version"] = kept.version
        return form(
            f"/monitor/effects/{kept.id}", fields, words("Save"), words("Saved"), primary=True, body=body
        )
    body["action"] = str(view.action_id)
    return form("/monitor/effects", fields, words("Register"), words("Registered"), primary=True, body=body)


def kept_line(view: MonitorView, kept: Intervention, *, started: bool) -> html.P:
    """Who has registered it and when; the ways to change and to withdraw it.

    Args:
        started: changes are over.
    """
    words = view.words
    day = view.formats.day(kept.registered_at.date(), year=True)
    parts: list[Any] = [words("Registered by {name} on {day}", name=kept.author, day=day)]
    if view.may_plan and not started:
        parts += [" · ", page_link(words("Change"), PATH, view.plain.with_extras(edit=str(kept.id)))]
    if view.may_plan:
        parts.append(withdraw_button(view, kept))
    return html.P(parts, className="meta effect__kept")


def withdraw_button(view: MonitorView, kept: Intervention) -> html.Button:
    """The cross that measures an effect no longer, after a yes."""
    words = view.words
    return post_button(
        icon("close"),
        f"/monitor/effects/{kept.id}/withdraw",
        {"version": kept.version},
        ask=words("Measure the effect of “{title}” no longer?", title=kept.title),
        name=words("Measure it no longer"),
    )
