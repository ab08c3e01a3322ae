"""Figures as people of each language write them: tables of examples."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dashboard.i18n.formats import Formats
from dashboard.journey.period import Period

RU, EN = Formats("ru"), Formats("en")


def plain(text: str) -> str:
    """The figure with its no-break spaces made visible."""
    return text.replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("value", "digits", "russian", "english"),
    [
        (1234.5, 1, "1_234,5", "1,234.5"),
        (1_234_567, 0, "1_234_567", "1,234,567"),
        (-1234.5, 1, "−1_234,5", "−1,234.5"),
        (Decimal("0.125"), 2, "0,12", "0.12"),
        (0, 0, "0", "0"),
        (-0.04, 1, "0,0", "0.0"),
        (1.38, 2, "1,38", "1.38"),
        (None, 0, "—", "—"),
        (float("nan"), 1, "—", "—"),
    ],
)
def test_number(value: Any, digits: int, russian: str, english: str) -> None:
    assert plain(RU.number(value, digits)) == russian
    assert plain(EN.number(value, digits)) == english


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (34_812_345, "34,8_млн_₽", "₽34.8M"),
        (Decimal("-34812345.5000"), "−34,8_млн_₽", "−₽34.8M"),
        (313_800_000, "314_млн_₽", "₽314M"),
        (8_400_000, "8,40_млн_₽", "₽8.40M"),
        (2_130_000_000, "2,13_млрд_₽", "₽2.13B"),
        (999_999, "1,00_млн_₽", "₽1.00M"),
        (999_940, "999_940_₽", "₽999,940"),
        (26_381, "26_381_₽", "₽26,381"),
        (45.5, "45,50_₽", "₽45.50"),
        (0, "0_₽", "₽0"),
        (None, "—", "—"),
    ],
)
def test_money(value: Any, russian: str, english: str) -> None:
    assert plain(RU.money(value)) == russian
    assert plain(EN.money(value)) == english


def test_money_in_full_with_a_sign_and_with_chosen_decimals() -> None:
    assert plain(RU.money_full(1234.5)) == "1_234,50_₽"
    assert plain(EN.money_full(Decimal("-1234.5"))) == "−₽1,234.50"
    assert plain(RU.money_signed(4_100_000)) == "+4,10_млн_₽"
    assert plain(EN.money_signed(-4_100_000)) == "−₽4.10M"
    assert plain(RU.money_signed(0)) == "0_₽"
    assert plain(RU.money(313_800_000, 1)) == "313,8_млн_₽"


@pytest.mark.parametrize(
    ("currency", "russian", "english"),
    [("USD", "5,00_млн_$", "$5.00M"), ("EUR", "5,00_млн_€", "€5.00M"), ("CHF", "5,00_млн_CHF", "CHF_5.00M")],
)
def test_other_currencies(currency: str, russian: str, english: str) -> None:
    assert plain(Formats("ru", currency).money(5_000_000)) == russian
    assert plain(Formats("en", currency).money(5_000_000)) == english


@pytest.mark.parametrize(
    ("shown", "russian", "english"),
    [
        (lambda f: f.share(0.14), "14_%", "14%"),
        (lambda f: f.share(0.1377, 1), "13,8_%", "13.8%"),
        (lambda f: f.share(None), "—", "—"),
        (lambda f: f.share_change(0.036), "+3,6_%", "+3.6%"),
        (lambda f: f.share_change(-0.018), "−1,8_%", "−1.8%"),
        (lambda f: f.share_change(0.0001), "0,0_%", "0.0%"),
        (lambda f: f.points(-0.003), "−0,3_п.п.", "−0.3_pp"),
        (lambda f: f.points(0.05, 0), "+5_п.п.", "+5_pp"),
        (lambda f: f.points(None), "—", "—"),
        (lambda f: f.days(6.2), "6,2_дн.", "6.2_d"),
        (lambda f: f.days(41.4), "41_дн.", "41_d"),
        (lambda f: f.days(None), "—", "—"),
        (lambda f: f.signed(3), "+3", "+3"),
        (lambda f: f.signed(-3), "−3", "−3"),
        (lambda f: f.range("349", "389"), "349–389", "349–389"),
        (lambda f: f.day(date(2026, 8, 12)), "12_авг.", "12_Aug"),
        (lambda f: f.day(date(2026, 8, 12), year=True), "12_авг._2026", "12_Aug_2026"),
        (lambda f: f.moment(datetime(2026, 8, 12, 6, 10), date(2026, 8, 12)), "06:10", "06:10"),
        (lambda f: f.moment(datetime(2026, 8, 12, 6, 10), date(2026, 8, 14)), "12_авг.", "12_Aug"),
        (lambda f: f.moment(datetime(2012, 3, 14), date(2026, 8, 14)), "14_мар._2012", "14_Mar_2012"),
    ],
)
def test_shares_times_and_days(shown: Any, russian: str, english: str) -> None:
    assert plain(shown(RU)) == russian
    assert plain(shown(EN)) == english


@pytest.mark.parametrize(
    ("token", "russian", "english"),
    [
        ("2026Q3", "III_кв._2026", "Q3_2026"),
        ("2026-03", "март_2026", "Mar_2026"),
        ("2026", "2026", "2026"),
        ("all", "Всё время", "All time"),
        ("2026-01-05..2026-02-01", "5_янв. – 31_янв._2026", "5_Jan – 31_Jan_2026"),
        ("2025-12-05..2026-02-01", "5_дек._2025 – 31_янв._2026", "5_Dec_2025 – 31_Jan_2026"),
        ("2026-01-05..2026-01-06", "5_янв._2026", "5_Jan_2026"),
        ("2026-01-05..", "с 5_янв._2026", "from 5_Jan_2026"),
        ("..2026-01-05", "по 4_янв._2026", "to 4_Jan_2026"),
    ],
)
def test_period(token: str, russian: str, english: str) -> None:
    period = Period.parse(token)
    assert plain(RU.period(period)) == russian
    assert plain(EN.period(period)) == english


@pytest.mark.parametrize(
    ("token", "long", "against"),
    [
        ("2026Q3", "III_квартал_2026", "III_квартала_2026"),
        ("2026-03", "март_2026", "марта_2026"),
        ("2026", "2026", "2026_года"),
    ],
)
def test_a_period_is_compared_in_the_right_case(token: str, long: str, against: str) -> None:
    period = Period.parse(token)
    assert plain(RU.period_long(period)) == long
    assert plain(RU.period_against(period)) == against
    assert EN.period_long(period) == EN.period_against(period)
