"""The touchpoints page under every address: what it says, and that a strange address does no harm."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from data_access.scope import Role
from tests.http.conftest import call, place, token_header
from tests.web import OWN, Site

MAP, DETAIL, NEXT = (f"touchpoints-{name}.children" for name in ("map", "detail", "next"))
PERIOD = f"?e={OWN}&p=2026-01-01..2026-05-01"
Clients = Callable[[str | None], FlaskClient]


@pytest.fixture
def says(site: Site, signed_in: Clients) -> Callable[..., str]:
    """What a part of the page says under an address, as the text of the answer."""

    def ask(name: str, search: str = "", role: Role = Role.CONSULTANT) -> str:
        answer = call(signed_in(role), site, name, place(site, name, PERIOD + search))
        assert answer.status_code in (200, 204)
        text = answer.get_data(as_text=True).encode().decode("unicode_escape", "ignore")
        assert "state--error" not in text
        return text

    return ask


@pytest.mark.parametrize(
    "metric",
    ["progression", "loss", "touches", "customers", "share", "lift", "days", "exits", "revenue", "removal"],
)
def test_every_measure_that_the_data_hold_makes_a_map_and_a_panel(
    says: Callable[..., str], metric: str
) -> None:
    text = says(MAP, f"&metric={metric}")
    assert "heat__cell" in text
    assert "heat__cell--weakest" in text
    assert "card--detail" in says(DETAIL, f"&metric={metric}")


def test_what_the_data_do_not_hold_is_not_offered(says: Callable[..., str]) -> None:
    text = says(MAP, "&metric=score")
    assert "small figure: points to the stage" in text  # the first measure stands in
    for name in ("Score", "NPS", "Mood", "Cost"):
        assert f'"{name}"' not in text
    assert "metric=loss" in text


def test_a_channel_opens_its_touchpoints_and_the_rows_sort_by_loss(says: Callable[..., str]) -> None:
    assert "open=site" in says(MAP)
    assert "heat__point" not in says(MAP)
    assert "Hide its touchpoints" in says(MAP, "&open=site")
    assert "switch__choice--on" in says(MAP, "&rows=touchpoint&sort=loss")


def test_two_segments_against_each_other(says: Callable[..., str]) -> None:
    both = f"&s=Business&vs={quote('Newest model')}"
    text = says(MAP, both)
    assert "Touchpoints: Business minus Newest model" in text
    assert "metric=loss" not in text
    for strange in (
        "&vs=Business",
        "&s=Business&vs=Business",
        "&s=Business&vs=nobody",
        "&s=Business,Protection&vs=x",
    ):
        assert " minus " not in says(MAP, strange)


def test_the_panel_compares_with_the_period_before_and_closes(says: Callable[..., str]) -> None:
    text = says(DETAIL, "&c=prev&stage=active_evaluation&channel=site")
    assert "touchpoints-trend" in text
    assert "Before and after" not in says(DETAIL, "&c=none")
    later = says(DETAIL, "&c=2026-03-01:2026-05-01&stage=active_evaluation&channel=site")
    assert "Before and after" in later
    assert "card--detail" not in says(DETAIL, "&detail=none")
    assert "Fewer figures" in says(DETAIL, "&figures=1")


def test_people_and_scenario_show_to_those_who_may(says: Callable[..., str]) -> None:
    consultant = says(NEXT, "&stage=active_evaluation&channel=site")
    assert "/customers" in consultant
    assert "/funnel" in consultant
    display = says(NEXT, "&stage=active_evaluation&channel=site", Role.DISPLAY)
    assert "/customers" not in display
    assert "/whatif" not in display
    assert "/customers" not in says(DETAIL, "&stage=active_evaluation&channel=site", Role.EXECUTIVE)


def test_the_list_sorts_and_pages_by_address(says: Callable[..., str]) -> None:
    text = says(MAP, "&view=list&sort=touches")
    assert "sort=-touches" in text
    assert "descending" in text
    assert "ascending" in says(MAP, "&view=list&sort=-rate")
    assert "card--list" in says(MAP, "&view=list&sort=nonsense&page=99999999")


def test_a_strange_address_shows_the_plain_page(says: Callable[..., str]) -> None:
    strange = (
        "&metric=x&credit=y&rows=z&open=%3Cb%3E&sort=q&stage=no&channel=no&touchpoint=no&figures=2&page=-1"
    )
    assert "heat__cell" in says(MAP, strange)
    assert "card--detail" in says(DETAIL, strange)
    says(NEXT, strange)


def test_files_of_the_difference_and_the_list(signed_in: Clients) -> None:
    client = signed_in(Role.CONSULTANT)
    search = f"{PERIOD}&s=Business&vs={quote('Newest model')}"
    head = client.get(f"/export/touchpoints-difference.csv{search}", headers=token_header(client))
    text = head.get_data(as_text=True)
    assert "Business minus Newest model" in text
    assert "beyond chance" in text
    assert "Lift" in client.get(f"/export/touchpoints-map.csv{PERIOD}&metric=lift").get_data(as_text=True)
