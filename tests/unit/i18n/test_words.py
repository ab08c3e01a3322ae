"""Sentences with facts, counts and components."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words

RU, EN = Words("ru"), Words("en")


def test_a_sentence_is_said_in_the_language() -> None:
    assert EN("Data as of {moment}", moment="06:10") == "Data as of 06:10"
    assert RU("Data as of {moment}", moment="06:10") == "Данные на 06:10"


def test_a_sentence_without_translation_or_fact_is_still_said() -> None:
    assert RU("Nobody translated {this}", this="that") == "Nobody translated that"
    assert RU("Data as of {moment}") == "Данные на {moment}"


@pytest.mark.parametrize(
    ("n", "russian", "english"),
    [
        (1, "1\u00a0этап", "1\u00a0stage"),
        (2, "2\u00a0этапа", "2\u00a0stages"),
        (5, "5\u00a0этапов", "5\u00a0stages"),
        (11, "11\u00a0этапов", "11\u00a0stages"),
        (21, "21\u00a0этап", "21\u00a0stages"),
        (1891, "1\u00a0891\u00a0этап", "1,891\u00a0stages"),
        (1.5, "1,50\u00a0этапа", "1.50\u00a0stages"),
        (0, "0\u00a0этапов", "0\u00a0stages"),
    ],
)
def test_a_count_finds_its_form(n: float, russian: str, english: str) -> None:
    assert RU.plural("{n} stage", "{n} stages", n) == russian
    assert EN.plural("{n} stage", "{n} stages", n) == english


def test_a_component_keeps_its_place_in_any_word_order() -> None:
    bold = object()
    assert EN.rich("Data as of {moment}", moment=bold) == ["Data as of ", bold]
    assert RU.rich("{n} of {total}", n=2, total=bold) == ["2", " из ", bold]


def test_an_error_says_what_and_how_to_mend_it() -> None:
    error = JourneyError("empty_period", since=date(2026, 3, 1), until=date(2026, 2, 1))
    assert RU.error(error) == "Период пуст: 1\u00a0мар.\u00a02026 не раньше, чем 1\u00a0февр.\u00a02026."
    assert EN.error(error) == "The period is empty: 1\u00a0Mar\u00a02026 is not before 1\u00a0Feb\u00a02026."
    assert RU.error(JourneyError("no_such_code", value=1)) == "no_such_code (value=1)"


def test_a_fact_is_never_read_as_a_sentence_of_its_own() -> None:
    error = JourneyError("bad_period", value="{since} %s {0.__class__}")
    assert "{since} %s {0.__class__}" in RU.error(error)
