"""The help page: the words of the method in both languages, the keys, what each answer's figures mean."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.catalogue import LANGUAGES
from dashboard.i18n.words import Words, msgid
from dashboard.journey.definitions import FIELDS, QUESTIONS, meaning
from dashboard.journey.glossary import GLOSSARY, Term
from dashboard.journey.stages import Phase, StageModel
from layouts.components.attributes import attributes
from layouts.components.card import card, page_header
from layouts.components.states import skeleton


class Ids(StrEnum):
    """Fixed places of the page."""

    STAGES = "help-stages"


PHASES = {
    Phase.LEAD: msgid("brings leads and conversion"),
    Phase.DEAL: msgid("the deal"),
    Phase.REPEAT: msgid("brings repeat purchases"),
}
KEYS = (
    (("Ctrl", "K"), msgid("find a page, a stage, a touchpoint, a segment, a word")),
    (("Tab",), msgid("go on to the next control; the first one skips to the content")),
    (("Enter",), msgid("open what has the focus")),
    (("Esc",), msgid("close a menu, a panel or the finder; the focus goes back")),
    (("←", "→"), msgid("move a lever of the what-if by one step")),
)
METHOD = (
    msgid(
        "Every customer counts once at each stage; the order of the stages and the window decide who went on."
    ),
    msgid("Rates are counted on ripe entries alone: those whose window is over at the data end."),
    msgid("Leads × conversion × average check × deals per customer give exactly the revenue of the period."),
    msgid("Money at stake asks one thing: this step at its benchmark, everything else as it is."),
    msgid(
        "A difference is called proven only where chance alone would hardly make it, all rows looked at together."
    ),
)


def layout(words: Words) -> list[Any]:
    """The whole page; only the stages of the open engagement come later."""
    return [
        page_header(words("Help and glossary"), words("What the words and figures of the product mean")),
        html.Div(
            [
                _glossary(words),
                html.Div(
                    [
                        html.Div(skeleton(348, phone=386), id=Ids.STAGES),
                        _keys(words),
                        card(
                            words("How the numbers are made"),
                            html.Ul(
                                [html.Li(words(sentence)) for sentence in METHOD], className="help__method"
                            ),
                        ),
                    ],
                    className="help__side",
                ),
            ],
            className="help",
        ),
        card(
            words("Figures by the name that exports and the console print"),
            *[_question(words, question) for question in QUESTIONS],
        ),
    ]


def stages_card(words: Words, model: StageModel) -> html.Section:
    """The stages of one engagement in order, in both languages, and what each one drives."""
    other = _other(words)
    rows = [
        html.Li(
            [
                html.B(stage.name(words.language)),
                html.Span(stage.name(other), lang=other, className="term__other"),
                html.Span(words(PHASES[stage.phase]), className="term__text"),
            ]
        )
        for stage in model.stages
    ]
    return card(words("Stages of this engagement"), html.Ol(rows, className="help__stages"))


def _glossary(words: Words) -> html.Section:
    field = html.Div(
        className="help__search",
        **attributes(
            data_filter="term", data_label=words("Search the glossary"), data_nothing=words("No such word.")
        ),
    )
    return card(
        words("Glossary"),
        field,
        html.Dl(
            [part for term in sorted_terms(words) for part in _term(words, term)], className="help__terms"
        ),
    )


def sorted_terms(words: Words) -> list[Term]:
    """The words of the method in the alphabet of the reader."""
    return sorted(GLOSSARY, key=lambda term: words(term.name).casefold().replace("ё", "е"))


def _term(words: Words, term: Term) -> Iterable[Any]:
    other = _other(words)
    name = [
        html.B(words(term.name)),
        html.Span(Words(other)(term.name), lang=other, className="term__other"),
    ]
    yield html.Div(
        [html.Dt(name), html.Dd(words(term.text), className="term__text")],
        id=f"term-{term.key}",
        className="term",
        tabIndex="-1",
    )


def _keys(words: Words) -> html.Section:
    rows = [
        html.Tr([html.Th([html.Kbd(key) for key in keys], scope="row"), html.Td(words(does))])
        for keys, does in KEYS
    ]
    return card(words("Keyboard"), html.Table(html.Tbody(rows), className="table help__keys"))


def _question(words: Words, question: str) -> html.Details:
    fields = [
        html.Div(
            [html.Dt(html.Code(field)), html.Dd(words(meaning(question, field) or ""))],
            className="help__field",
        )
        for field in FIELDS.get(question, {})
    ]
    return html.Details(
        [html.Summary([html.Code(question), html.Span(words(QUESTIONS[question]))]), html.Dl(fields)],
        className="help__question",
    )


def _other(words: Words) -> str:
    return next(language for language in LANGUAGES if language != words.language)
