"""Revenue by month as a plain dict that Plotly accepts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.analytics.lcpq_row import Lcpq
from dashboard.figures.lcpq import revenue_by_month_figure
from dashboard.i18n.formats import MINUS, Formats
from dashboard.i18n.words import Words

JULY = Lcpq(
    leads=100,
    leads_of_period=90,
    earlier_leads=5,
    direct=5,
    lead_buyers=10,
    buyers=20,
    deals=25,
    revenue=Decimal("34800000"),
    month="2026-07",
)
AUGUST = replace(JULY, month="2026-08", revenue=Decimal("12000000"), partial=True)
SEPTEMBER = replace(JULY, month="2026-09", leads=0, buyers=0, deals=0, revenue=Decimal(0), partial=True)
APRIL = replace(JULY, month="2026-04", revenue=Decimal("30000000"))


def drawn(*now: Lcpq, before: tuple[Lcpq, ...] = (), language: str = "ru", theme: str = "light") -> Any:
    figure = revenue_by_month_figure(now, before, Words(language), Formats(language), theme)
    return go.Figure(figure)  # refuses unknown names and values


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_plotly_accepts_the_figure(theme: str, language: str) -> None:
    figure = drawn(JULY, AUGUST, before=(APRIL,), language=language, theme=theme)
    assert [trace.type for trace in figure.data] == ["bar", "bar"]
    assert figure.layout.template.layout.showlegend is False


def test_bars_carry_revenue_and_ready_text() -> None:
    bars = drawn(JULY, AUGUST).data[0]
    assert list(bars.y) == [34_800_000, 12_000_000]
    assert list(bars.text) == ["34,8\u00a0млн\u00a0₽", "12,0\u00a0млн\u00a0₽"]
    assert bars.customdata[0] == "июль 2026: 34\u00a0800\u00a0000,00\u00a0₽"


def test_the_unfinished_month_is_dotted_and_says_so() -> None:
    bars = drawn(JULY, AUGUST, language="en").data[0]
    assert list(bars.marker.pattern.shape) == ["", "."]
    assert "not the whole month" in bars.customdata[1]


def test_a_month_without_data_yet_is_a_gap_not_a_zero() -> None:
    assert drawn(JULY, SEPTEMBER).data[0].y[1] is None


def test_each_month_names_the_month_it_is_compared_with() -> None:
    figure = drawn(JULY, before=(APRIL,), language="en")
    assert figure.layout.xaxis.ticktext[0] == "Jul<br>vs Apr 2026"


def test_long_spans_name_the_year_where_it_changes() -> None:
    months = [replace(JULY, month=f"2025-{month:02}") for month in range(10, 13)]
    months += [replace(JULY, month=f"2026-{month:02}") for month in range(1, 6)]
    ticks = drawn(*months, before=tuple(months), language="en").layout.xaxis.ticktext
    assert ticks[0] == "Oct<br>2025"
    assert ticks[1] == ticks[2] == ""  # every third month is named: a phone has room for four
    assert ticks[3] == "Jan<br>2026"


def test_the_scale_starts_at_zero_and_holds_the_largest_bar() -> None:
    axis = drawn(JULY, before=(APRIL,)).layout.yaxis
    assert axis.tickvals[0] == 0
    assert axis.tickvals[-1] >= 34_800_000
    assert axis.ticktext[1] == "10\u00a0млн\u00a0₽"


def test_refunds_without_sales_stand_below_zero() -> None:
    axis = drawn(JULY, replace(APRIL, month="2026-08", revenue=Decimal("-4000000"))).layout.yaxis
    assert axis.tickvals[0] <= -4_000_000
    assert axis.ticktext[0].startswith(MINUS)


def test_no_revenue_at_all_is_one_tick_at_zero() -> None:
    assert list(drawn(replace(JULY, revenue=Decimal(0))).layout.yaxis.tickvals) == [0]
