"""What the filter bar says about the age of the data, and the periods it offers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.filter_fields import FilterView, fields
from layouts.filters import chip_text, freshness, local_end
from layouts.pages import PAGES
from tests.unit.journey.test_address import info

MOSCOW = {
    "zone": "Europe/Moscow",
    "data_end": datetime(2026, 10, 1, 3, 10),
    "data_end_day": date(2026, 10, 1),
}


def view(search: str = "e=acme", language: str = "en", **changes: Any) -> FilterView:
    generation, address = info(**changes), Address.parse(search)
    query, _ = address.query(generation)
    return FilterView(PAGES[0], address, query, generation, Words(language), Formats(language))


def text_of(part: Any) -> str:
    if part is None or isinstance(part, str | int):
        return str(part or "")
    children = part if isinstance(part, list) else getattr(part, "children", None)
    return "".join(map(text_of, children)) if isinstance(children, list) else text_of(children)


@pytest.mark.parametrize(
    ("changes", "now", "said", "stale"),
    [
        (MOSCOW, datetime(2026, 10, 1, 9), "Data as of 06:10", False),
        (MOSCOW, datetime(2026, 10, 2, 6, 10), "Data as of 1 Oct", False),
        (MOSCOW, datetime(2026, 10, 2, 6, 11), "Data as of 1 Oct", True),
        (MOSCOW, datetime(2027, 1, 2), "Data as of 1 Oct 2026", True),
        (MOSCOW | {"data_end_date_only": True}, datetime(2026, 10, 2, 23, 59), "Data as of 1 Oct", False),
        (MOSCOW | {"data_end_date_only": True}, datetime(2026, 10, 3, 0, 1), "Data as of 1 Oct", True),
        ({"data_end": None, "data_end_day": None}, datetime(2026, 10, 1), "No data", True),
    ],
)
def test_the_age_of_the_data(changes: dict[str, Any], now: datetime, said: str, stale: bool) -> None:
    tag = freshness(view(**changes), now)
    assert text_of(tag).replace("\u00a0", " ") == said
    assert ("pill--warn" in tag.to_plotly_json()["props"]["className"]) is stale


def test_the_end_of_the_data_stands_on_the_wall_clock_of_the_engagement() -> None:
    assert local_end(info(**MOSCOW)) == datetime(2026, 10, 1, 6, 10)
    assert local_end(info(**MOSCOW, data_end_date_only=True)) == datetime(2026, 10, 2)
    assert local_end(info(data_end=None)) is None


def test_what_is_chosen_stands_on_the_chips() -> None:
    chosen = [field.value for field in fields(view("e=acme&p=2026-03&c=none&s=gift", language="ru"))]
    assert [text.replace("\u00a0", " ") for text in chosen] == ["март 2026", "Ни с чем", "gift", "Все (2)"]
    assert chip_text(view(language="ru")).replace("\u00a0", " ") == "III кв. 2026 · все сегменты"
    assert chip_text(view("e=acme&s=gift,new")).replace("\u00a0", " ") == "Q3 2026 · 2 of 3"


def test_periods_on_offer_hold_data() -> None:
    offered = text_of(fields(view())[0].panel).replace("\u00a0", " ")
    assert "Q4 2026" in offered  # it has begun
    assert "Q1 2025" in offered
    assert "Q4 2024" not in offered
    young = text_of(fields(view(first_day=date(2026, 9, 5)))[0].panel).replace("\u00a0", " ")
    assert "Sep 2026" in young
    assert "Aug 2026" not in young
