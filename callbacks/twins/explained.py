"""How a number is made: the meaning of each field, what was asked, who was counted, sources, freshness, SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from callbacks.answers import Answers
from callbacks.twins.definition import PRICED
from callbacks.twins.plain import Json, plain
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.i18n.words import Words
from dashboard.journey.definitions import QUESTIONS, meaning
from dashboard.journey.generation import GenerationInfo, SourceSpan
from dashboard.journey.query import JourneyQuery
from data_access.recorder import read_from
from data_access.scope import Scope

_N: Mapping[str, str] = {  # the field that says how many stand behind a row
    "lcpq": "leads",
    "funnel": "customers",
    "heatmap": "customers",
    "attribution": "sales",
    "weakest": "customers",
    "spoil": "negative",
    "transitions": "count",
    "paths": "customers",
    "bottlenecks": "customers",
    "bridge": "revenue",
    "whatif": "leads",
    "tornado": "periods",
    "retention": "customers",
    "products": "deals",
    "losses": "lost",
    "sources": "leads",
    "health": "rows",
}


def how_made(
    question: str,
    answer: Json,
    answers: Answers,
    scope: Scope,
    query: JourneyQuery,
    statements: Iterable[str],
    tables: set[str],
) -> Json:
    """Everything that somebody needs to trust the answer, or to doubt it in the right place.

    Returns:
        `words` (by language: `question`, and `fields` by name), `asked` (filters, splits and the formula),
        `counted` (see `_counted`), `sources` (each with its rows and span), `freshness` (data end, when the
        generation was built, sources that end before the latest one), `sql` (statements as they ran), `read_from`
        (names of the tables that they count from).
    """
    info, asked = answers.info(scope), answer["definition"]
    return {
        "words": {language: _in_words(question, answer, Words(language)) for language in LANGUAGES},
        "asked": {name: asked[name] for name in ("period", "compare", "filters", "by", "formula")},
        "counted": _counted(question, answer, answers, scope, query),
        "sources": [_source(source) for source in info.sources],
        "freshness": {
            "data_end": asked["data_end"],
            "built_at": plain(info.built_at),
            "generation": info.number,
            "late": _late(info),
        },
        "sql": list(statements),
        "read_from": read_from(tables),
    }


def _source(source: SourceSpan) -> Json:
    return {
        "source": source.source,
        "kind": source.kind,
        "rows": source.rows,
        "first": plain(source.first_moment),
        "last": plain(source.last_day if source.last_date_only else source.last_moment),
    }


def _in_words(question: str, answer: Json, words: Words) -> Json:
    found = ((name, meaning(question, name)) for name in fields_of(answer))
    return {
        "question": words(QUESTIONS[question]),
        "fields": {name: words(text) for name, text in found if text is not None},
    }


def fields_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of everything that the answer says, in order."""
    rows = answer["rows"] if "rows" in answer else (answer["baseline"],)
    names = [name for row in rows for name in row]
    total = answer.get("total") or {}
    parts = [
        row for part in total.values() if isinstance(part, list) for row in part if isinstance(row, dict)
    ]
    names += [*total, *(name for row in parts for name in row)]
    names += [name for name in answer if name.startswith("gain")]
    return tuple(dict.fromkeys(names))


def _counted(question: str, answer: Json, answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """Whom the answer counts: `field` holds n in each row; `entered` and `ripe` (window over) where entries count."""
    counted: Json = {"field": _N[question], "entered": None, "ripe": None}
    if question == "funnel":
        first = answer["rows"][0]
        counted |= {"entered": first["customers"], "ripe": first["customers"] - first["immature"]}
    elif question in PRICED:
        cohort = answers.priced(scope, query).only(query.segments)
        counted |= {"entered": cohort.entrants, "ripe": cohort.mature}
    return counted


def _late(info: GenerationInfo) -> list[str]:
    """Sources that end before the day on which the latest one ends."""
    last = max((source.last_day for source in info.sources), default=None)
    return [source.source for source in info.sources if source.last_day != last]
