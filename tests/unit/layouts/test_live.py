"""The age of the figures, in words of both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.generation import GenerationInfo, SourceSpan
from dashboard.journey.stages import PRESETS
from layouts.live import age_tag, age_text, milliseconds, source_ends

NOW = datetime(2026, 11, 22, 5, 0, 12, 500_000)
SPAN = SourceSpan("crm", "event", 10, NOW - timedelta(days=9), NOW, date(2026, 11, 21), False)
INFO = GenerationInfo(
    engagement="acme", number=3, built_at=NOW, zone="Europe/Moscow", currency="RUB", model=PRESETS["loop6"],
    data_end=NOW, data_end_day=NOW.date(), data_end_date_only=False, first_day=None, last_day=None,
    has_transactions=True, segments=(), channels=(), sources=(SPAN,), set_aside={},
)  # fmt: skip
TEXTS = ("{n} s", "{n} min", "{n} h", "{n} d")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (172_799, "47 h"),
        (172_800, "2 d"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(seconds: float, text: str) -> None:
    assert age_text(TEXTS, seconds) == text


@pytest.mark.parametrize(
    ("language", "text", "exact"),
    [
        ("en", "updated 12\u00a0s ago", "Figures since 22\u00a0Nov\u00a02026, 08:00:00"),
        ("ru", "обновлено 12\u00a0с назад", "Цифры с 22\u00a0нояб.\u00a02026, 08:00:00"),
    ],
)
def test_the_tag_says_how_long_ago_and_exactly_when(language: str, text: str, exact: str) -> None:
    tag = age_tag(
        Words(language), Formats(language), INFO, NOW - timedelta(seconds=12.5), NOW
    ).to_plotly_json()
    props = tag["props"]
    assert (props["children"], props["title"]) == (text, exact)
    assert (props["data-age"], props["data-switched"]) == ("12.5", str(milliseconds(NOW) - 12_500))
    assert age_text(tuple(json.loads(props["data-texts"])), 12.5) == text


def test_sources_of_one_age_need_no_word() -> None:
    sale = replace(SPAN, source="shop", kind="transaction")
    assert source_ends(Words("en"), Formats("en"), INFO) == []
    assert source_ends(Words("en"), Formats("en"), replace(INFO, sources=(SPAN, sale))) == []


def test_touches_and_sales_of_different_age_are_told_apart() -> None:
    sale = replace(SPAN, source="shop", kind="transaction", last_day=date(2026, 11, 18))
    older = replace(sale, source="till", last_day=date(2026, 11, 2))
    said = source_ends(Words("ru"), Formats("ru"), replace(INFO, sources=(SPAN, sale, older)))
    assert said == ["Касания по 21\u00a0нояб.\u00a02026", "Продажи по 18\u00a0нояб.\u00a02026"]
