"""Numbers as people write them, exactly."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import JourneyError
from data_access.ingest.currencies import currency_of
from data_access.ingest.numbers import (
    Writing,
    in_other_currency,
    money_of,
    numbers_of,
    product_of,
    scaled,
    text_of,
)
from tests.unit.data_access.ingest.imports import unhurried

amounts = st.decimals(
    min_value=Decimal("-99999999999999"), max_value=Decimal("99999999999999"), allow_nan=False, places=4
)


def money(*cells: str | None, **writing: object) -> list[Decimal | None]:
    text = pd.Series(list(cells), dtype="str")
    return money_of(numbers_of(text, Writing(**writing), "x"))[0].to_pylist()  # type: ignore[arg-type]


@unhurried
@given(st.lists(amounts, min_size=1, max_size=20))
def test_money_keeps_every_place(values: list[Decimal]) -> None:
    assert money(*map(str, values)) == values


@unhurried
@given(st.lists(amounts, min_size=1, max_size=10))
def test_a_decimal_comma_with_blanks_is_the_same_money(values: list[Decimal]) -> None:
    written = [f"{value:,}".replace(",", " ").replace(".", ",") for value in values]
    assert money(*written, decimal=",") == values


@unhurried
@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=10))
def test_floats_are_rounded_from_their_shortest_text(values: list[float]) -> None:
    expected = [Decimal(repr(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP) for value in values]
    assert money(*map(repr, values)) == expected


@unhurried
@given(st.lists(st.tuples(amounts, st.decimals(-999, 999, places=3)), min_size=1, max_size=10))
def test_a_product_is_exact(pairs: list[tuple[Decimal, Decimal]]) -> None:
    columns = [pd.Series([str(pair[side]) for pair in pairs], dtype="str") for side in (0, 1)]
    product = product_of([numbers_of(column, Writing(), "x") for column in columns])
    for result, bad, (price, count) in zip(product.values.to_pylist(), product.bad, pairs, strict=True):
        exact = price * count
        assert bad == (abs(exact) >= Decimal(10) ** 14)
        assert result == (None if bad else exact)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1 234,50", "12,5"), ("1234.5", "12.5")),
        (("1,234.50", "12"), ("1234.5", "12")),
        (("1.234.567", "5"), ("1234567", "5")),
        (("1.234,50",), ("1234.5",)),
        (("1\u2009234.5", "(12.5)", "\u22123"), ("1234.5", "-12.5", "-3")),
        (("100 ₽", "5 руб.", "7"), ("100", "5", "7")),
        (("1e-3", "1.5E2", "+7", ".5", "5."), ("0.001", "150", "7", "0.5", "5")),
    ],
)
def test_the_decimal_sign_is_found_in_the_column(cells: tuple[str, ...], expected: tuple[str, ...]) -> None:
    cleaned = [cell.replace("\u2009", " ") for cell in cells]  # as `clean_text` leaves them
    assert money(*cleaned) == [Decimal(text) for text in expected]


@pytest.mark.parametrize(
    "cell", ["x", "$5", "12 34", "1-2", "--1", "1,2,3x", "100000000000000", "NaN", "Infinity"]
)
def test_what_is_no_number_is_bad(cell: str) -> None:
    numbers = numbers_of(pd.Series(["5", cell, None], dtype="str"), Writing(), "x")
    assert numbers.bad.tolist() == [False, True, False]
    assert numbers.values.to_pylist()[1:] == [None, None]


def test_a_column_that_may_mean_two_things_is_asked_about() -> None:
    with pytest.raises(JourneyError, match="decimal_unclear"):
        money("1,234", "5")
    assert money("1,234", semicolons=True) == [Decimal("1.234")]
    assert money("1,234", decimal=".") == [Decimal(1234)]


def test_scale_and_offset_are_exact() -> None:
    numbers = numbers_of(pd.Series(["1", "3", None], dtype="str"), Writing(), "x")
    assert text_of(scaled(numbers, Decimal("0.01"), Decimal("-1")).values)[:2].tolist() == ["-0.99", "-0.97"]


@pytest.mark.parametrize(
    ("cell", "currency", "value", "foreign"),
    [
        ("1 000,50 Российский рубль", "RUB", Decimal("1000.5"), False),
        ("1000.50 RUR", "RUB", Decimal("1000.5"), False),
        ("7 рублей", "RUB", Decimal(7), False),
        ("7 Белорусский рубль", "RUB", None, True),
        ("7 Белорусских рублей", "BYN", Decimal(7), False),
        ("5 Доллар США", "RUB", None, True),
        ("$5", "USD", Decimal(5), False),
        ("5 тенге", "EUR", None, True),
        ("5 яблок", "RUB", None, False),
    ],
)
def test_currencies_beside_an_amount(cell: str, currency: str, value: Decimal | None, foreign: bool) -> None:
    text = pd.Series([cell], dtype="str")
    numbers = numbers_of(text, Writing(currency=currency), "x")
    assert numbers.values.to_pylist() == [value]
    assert in_other_currency(text, numbers.bad).tolist() == [foreign]


def test_the_currency_of_a_cell() -> None:
    words = [
        "RUB",
        "руб.",
        "350 000 ₽",
        "Российский рубль",
        "$1,200.00",
        "Белорусский рубль",
        "тг",
        "много",
        "12",
    ]
    assert [currency_of(word) for word in words] == [
        "RUB",
        "RUB",
        "RUB",
        "RUB",
        "USD",
        "BYN",
        "KZT",
        None,
        None,
    ]
