"""How people type a target, and which months a period is made of."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import JourneyError
from dashboard.i18n.formats import Formats
from dashboard.journey.period import Period
from dashboard.journey.stages import preset
from dashboard.journey.targets import Kpi, TargetKey, Unit, figures_of, months_of, read_value, step_targets

MONEY, COUNT, SHARE, RATIO = Unit.MONEY, Unit.COUNT, Unit.SHARE, Unit.RATIO


@pytest.mark.parametrize(
    ("text", "unit", "language", "value"),
    [
        ("1\u00a0234,50\u00a0₽", MONEY, "ru", "1234.50"),
        ("1 234 567", MONEY, "ru", "1234567"),
        ("$1,234.50", MONEY, "en", "1234.50"),
        ("€1.234.567,8", MONEY, "ru", "1234567.8"),
        ("1,234", MONEY, "en", "1234"),
        ("1,234,567", COUNT, "ru", "1234567"),
        ("RUB 5000", MONEY, "en", "5000"),
        ("5000 руб.", MONEY, "ru", "5000"),
        ("4891.234", MONEY, "en", "4891.234"),
        ("12'000", COUNT, "en", "12000"),
        ("12,5 %", SHARE, "ru", "0.125"),
        ("12.5", SHARE, "en", "0.125"),
        ("0,5%", SHARE, "ru", "0.005"),
        ("0", SHARE, "ru", "0"),
        ("1,234", RATIO, "en", "1.234"),
        ("1.30", RATIO, "ru", "1.30"),
    ],
)
def test_a_number_as_people_and_excel_write_it(text: str, unit: Unit, language: str, value: str) -> None:
    assert read_value(text, unit, language) == Decimal(value)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "—", "-"])
def test_an_empty_cell_is_no_number(text: str) -> None:
    assert read_value(text, MONEY, "ru") is None


@pytest.mark.parametrize(
    ("text", "unit", "language", "code"),
    [
        ("abc", MONEY, "en", "target_no_number"),
        ("=1+1", MONEY, "en", "target_no_number"),
        ("-5", MONEY, "en", "target_no_number"),
        ("1e9", MONEY, "en", "target_no_number"),
        ("12,34,5", MONEY, "en", "target_no_number"),
        ("1.2.3", RATIO, "en", "target_no_number"),
        ("9" * 40, MONEY, "en", "target_no_number"),
        ("1,234", MONEY, "ru", "target_number_unclear"),
        ("1.234", COUNT, "en", "target_number_unclear"),
        ("0,125", SHARE, "ru", "target_percent_unclear"),
        ("1", SHARE, "ru", "target_percent_unclear"),
        ("5%", MONEY, "ru", "target_percent_strange"),
    ],
)
def test_what_may_be_misread_is_asked_back(text: str, unit: Unit, language: str, code: str) -> None:
    with pytest.raises(JourneyError, match=code):
        read_value(text, unit, language)


@given(value=st.decimals(0, 10**12, places=2), language=st.sampled_from(["ru", "en"]))
def test_money_as_our_screens_write_it_is_read_back(value: Decimal, language: str) -> None:
    assert read_value(Formats(language).money_full(value), MONEY, language) == value


@given(text=st.text(max_size=30), unit=st.sampled_from(Unit), language=st.sampled_from(["ru", "en"]))
def test_no_text_breaks_the_reader(text: str, unit: Unit, language: str) -> None:
    with suppress(JourneyError):
        value = read_value(text, unit, language)
        assert value is None or value >= 0


def test_months_of_a_period() -> None:
    assert months_of(Period.parse("2026Q1")) == ("2026-01", "2026-02", "2026-03")
    assert months_of(Period.parse("2025-12")) == ("2025-12",)
    assert months_of(Period(date(2025, 12, 1), date(2026, 2, 1))) == ("2025-12", "2026-01")
    for token in ("2026-01-02..2026-02-01", "2026-01-01..2026-01-31", "all", "2026-01-01.."):
        assert months_of(Period.parse(token)) == ()


def test_the_last_month_of_the_period_that_has_a_target_counts() -> None:
    def key(stage: str, segment: str, month: str) -> TargetKey:
        return TargetKey(Kpi.CONVERSION, stage, segment, month)

    model = preset("loop6")
    assert figures_of(model)[5:] == tuple((Kpi.CONVERSION, stage) for stage in model.keys[1:])
    stored = {
        key("purchase", "", "2026-01"): Decimal("0.2"),
        key("purchase", "", "2026-02"): Decimal("0.25"),
        key("purchase", "Gift", "2026-01"): Decimal("0.3"),
        key("active_evaluation", "", "2026-04"): Decimal("0.9"),
        key("", "", "2026-03"): Decimal("0.1"),
    }
    step = "active_evaluation>purchase"

    def found(period: str, steps: tuple[str, ...] = model.keys, silent: tuple[str, ...] = ()) -> object:
        return step_targets(stored, steps, silent, model, Period.parse(period))

    assert found("2026Q1") == {("", step): 0.25, ("Gift", step): 0.3}
    assert found("2026-01") == {("", step): 0.2, ("Gift", step): 0.3}
    # a span in the middle of two months has the target of the second
    assert found("2026-01-20..2026-02-03") == {("", step): 0.25, ("Gift", step): 0.3}
    assert found("2025") == {}
    # a longer way has no target, unless the stage that it leaps over has no data
    leap = ("initial_consideration", "purchase")
    assert found("2026-02", leap) == {}
    assert found("2026-02", leap, ("active_evaluation",)) == {("", "initial_consideration>purchase"): 0.25}
