"""The library of measures: what to do at a stage about a problem, ready for the plan; people reword it in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.channels import CHANNELS
from dashboard.journey.measures import LANGUAGES, Measure, problems_of
from dashboard.journey.stages import Phase, StageModel
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import channel_title, pill
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state
from layouts.plan import PATH

STAGE, PROBLEM, SEARCH, EDIT, HIDDEN, MEASURE = "stage", "problem", "q", "edit", "hidden", "measure"
NEW = "new"  # value of `edit` for a measure that is not there yet
ANY = "any:"  # before a phase: any stage of it
_PHASES = {
    Phase.LEAD: msgid("Any stage before the deal"),
    Phase.DEAL: msgid("The deal"),
    Phase.REPEAT: msgid("Any stage after the deal"),
}
_IN = {"en": (msgid("Measure, in English"), msgid("Problem, in English")),
       "ru": (msgid("Measure, in Russian"), msgid("Problem, in Russian"))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LibraryView:
    """What the tab draws.

    Attributes:
        measures: the whole library, what is hidden too.
        may_plan: the reader may change it and put measures on the plan.
    """

    words: Words
    address: Address
    model: StageModel
    engagement: str
    measures: Sequence[Measure]
    may_plan: bool

    @property
    def stage(self) -> str | None:
        """The stage that the address names."""
        said = self.address.extras.get(STAGE, "")
        return said if said in self.model.keys else None

    @property
    def problem(self) -> str | None:
        """The problem that the address names, where some measure mends it."""
        said = self.address.extras.get(PROBLEM, "")
        return said if any(one.problem_key == said for one in self.measures) else None

    @property
    def shown(self) -> list[Measure]:
        """What the address asks for."""
        text, hidden = self.address.extras.get(SEARCH, ""), self.address.extras.get(HIDDEN) == "1"
        return [
            one
            for one in self.measures
            if one.hidden is hidden
            and (self.stage is None or one.of_stage(self.model, self.stage))
            and (self.problem is None or one.problem_key == self.problem)
            and one.says(text)
        ]

    def stage_name(self, one: Measure) -> str:
        """Where it helps, in words."""
        if not one.stage:
            return self.words(_PHASES[one.phase])
        return self.model.stage(one.stage).name(self.words.language)


def library(view: LibraryView) -> html.Section:
    """The tab."""
    words, shown = view.words, view.shown
    editing = view.may_plan and view.address.extras.get(EDIT) == NEW
    add = view.address.with_extras(edit=NEW)
    aside = (
        button_link(words("Add a measure"), PATH, add, sign="plus") if view.may_plan and not editing else None
    )
    body: list[Any] = [_filters(view)]
    if editing:
        body.append(html.Div(_form(view, None), className="library__new"))
    body += _groups(view, shown) if shown else [_nothing(view)]
    return card(
        words("Library of measures"),
        *body,
        *_hidden_line(view),
        subtitle=words.plural(
            "{n} measure by stage and problem", "{n} measures by stage and problem", len(shown)
        ),
        aside=aside,
        class_name="library",
    )


def _filters(view: LibraryView) -> html.Div:
    words, plain = view.words, view.address.with_extras(edit=None, problem=None)
    stages = [Choice(words("All stages"), plain.with_extras(stage=None), view.stage is None)]
    stages += [
        Choice(stage.short_name(words.language), plain.with_extras(stage=stage.key), stage.key == view.stage)
        for stage in view.model.stages
    ]
    marks = attributes(
        data_search=view.address.extras.get(SEARCH, ""), data_label=words("Search the library")
    )
    parts = [segmented(words("Stage"), PATH, stages), html.Div(className="library__search", **marks)]
    if view.problem is not None:
        named = next(one.problem for one in view.measures if one.problem_key == view.problem)
        parts.append(
            page_link(
                [html.Span(named[words.language]), icon("close")],
                PATH,
                view.address.with_extras(problem=None),
                "pill pill--link library__problem",
                words("Show all problems"),
            )
        )
    return html.Div(parts, className="library__filters")


def _groups(view: LibraryView, shown: Sequence[Measure]) -> list[html.Section]:
    """A section for each stage, in it a block for each problem."""
    sections = []
    for name, group in groupby(shown, view.stage_name):
        measures = list(group)
        blocks = [
            _problem(view, problem["en"], problem[view.words.language], measures)
            for problem in problems_of(measures)
        ]
        sections.append(
            html.Section(
                [html.H3(name, className="library__stage"), html.Div(blocks, className="library__blocks")]
            )
        )
    return sections


def _problem(view: LibraryView, key: str, name: str, measures: Sequence[Measure]) -> html.Div:
    title: Any = name
    if view.problem is None:
        title = page_link(name, PATH, view.address.with_extras(problem=key, edit=None))
    rows = [_row(view, one) for one in measures if one.problem_key == key]
    return html.Div([html.H4(title), html.Ul(rows)], className="library__block")


def _row(view: LibraryView, one: Measure) -> html.Li:
    words = view.words
    if view.may_plan and view.address.extras.get(EDIT) == one.key:
        return html.Li(_form(view, one), className="measure measure--open")
    marks: list[Any] = [html.Span(channel_title(words, one.channel))] if one.channel else []
    if one.own or one.version:
        marks.append(pill(words("own") if one.own else words("edited")))
    foot = [html.Span(marks, className="measure__marks"), *(_tools(view, one) if view.may_plan else [])]
    return html.Li(
        [
            html.Div(one.name[words.language], className="measure__words"),
            html.Div(foot, className="measure__tools"),
        ],
        className="measure",
    )


def _tools(view: LibraryView, one: Measure) -> list[Any]:
    words, name = view.words, one.name[view.words.language]
    if one.hidden:
        return [_hide(view, one, words("Propose again"), hidden=False)]
    target = view.address.for_page().with_extras(new="blank", measure=one.key)
    edit = view.address.with_extras(edit=one.key)
    return [
        page_link([words("To the plan"), _unseen(name)], PATH, target),
        page_link([words("Edit"), _unseen(name)], PATH, edit),
    ]


def _unseen(name: str) -> html.Span:
    """What a link is about, for readers."""
    return html.Span(f": {name}", className="visually-hidden")


def _hide(view: LibraryView, one: Measure, text: str, *, hidden: bool) -> html.Button:
    body = {"engagement": view.engagement, "version": one.version, "hidden": hidden}
    return post_button(text, f"/plan/measures/{one.key}/hide", body)


def _form(view: LibraryView, one: Measure | None) -> list[Any]:
    """The fields of a measure, in the reader's language first; None is a new one."""
    words = view.words
    languages = sorted(LANGUAGES, key=lambda language: language != words.language)
    texts = []
    for place, kind in enumerate(("name", "problem")):
        for language in languages:
            value = (one.name, one.problem)[place][language] if one else ""
            texts.append(Field(f"{kind}_{language}", words(_IN[language][place]), value=value))
    fields = (*texts, *_places(view, one))
    action = f"/plan/measures/{one.key}" if one else "/plan/measures"
    body: dict[str, Any] = {"engagement": view.engagement}
    if one:
        body["version"] = one.version
    title = words("Edit the measure") if one else words("New measure")
    back = page_link(words("Leave it as it is"), PATH, view.address.with_extras(edit=None))
    more = [back] if one is None else [_hide(view, one, words("Propose no longer"), hidden=True), back]
    return [
        html.H4(title),
        form(action, fields, words("Save the measure"), words("Saved"), primary=True, body=body),
        html.Div(more, className="measure__tools"),
    ]


def _places(view: LibraryView, one: Measure | None) -> tuple[Field, Field]:
    words, model = view.words, view.model
    stages = [(stage.key, stage.name(words.language)) for stage in model.stages]
    stages += [(f"{ANY}{phase}", words(name)) for phase, name in _PHASES.items()]
    chosen = view.stage or model.keys[0]
    if one:
        chosen = one.stage or f"{ANY}{one.phase}"
    channels = [("", words("Any channel"))]
    channels += [(key, channel.name(words.language)) for key, channel in CHANNELS.items()]
    return (
        Field("stage", words("Stage"), "select", stages, chosen),
        Field("channel", words("Channel"), "select", channels, one.channel if one else "", required=False),
    )


def _nothing(view: LibraryView) -> html.Div:
    words, every = view.words, view.address.with_extras(**dict.fromkeys((STAGE, PROBLEM, SEARCH, HIDDEN)))
    action = button_link(words("Show the whole library"), PATH, every)
    return empty_state(words("No measure of the library fits this search."), action)


def _hidden_line(view: LibraryView) -> list[Any]:
    """The way to what is not proposed any more, and back."""
    words, count = view.words, sum(one.hidden for one in view.measures)
    if view.address.extras.get(HIDDEN) == "1":
        back = page_link(words("Back to what is proposed"), PATH, view.address.with_extras(hidden=None))
        return [html.P(back, className="library__hidden")]
    if not count or not view.may_plan:
        return []
    text = words.plural("{n} measure is not proposed", "{n} measures are not proposed", count)
    link = page_link(text, PATH, view.address.with_extras(hidden="1", edit=None))
    return [html.P(link, className="library__hidden")]
