"""A scenario and a plan leave as documents: the figures of the screen, in both languages, for whom they are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pptx import Presentation

from data_access.scope import Role
from tests.http.conftest import token_header
from tests.office import cells, charts, live_parts, references
from tests.web import OWN, Site

Clients = Callable[[str | None], FlaskClient]
PLACE = f"?e={OWN}&p=2026-01-01..2026-05-01"
LEVERS = f"{PLACE}&dC.active_evaluation=2pp&dP=5"


MADE: dict[tuple[str, str], bytes] = {}


def paper(client: FlaskClient, name: str, place: str) -> bytes:
    """The file; made once for all tests here."""
    if (name, place) not in MADE:
        MADE[name, place] = _made(client, name, place)
    return MADE[name, place]


def _made(client: FlaskClient, name: str, place: str) -> bytes:
    answer = client.get(f"/export/{name}{place}")
    assert answer.status_code == 200
    assert f'filename="{OWN}-{name.partition(".")[0]}-' in answer.headers["Content-Disposition"]
    assert live_parts(answer.data) == []
    return answer.data


def card(client: FlaskClient, name: str, place: str) -> list[list[str]]:
    """The figures that the card itself gives."""
    text = client.get(f"/export/{name}.csv{place}").data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    return lines[lines.index([]) + 2 :]


def slides_of(body: bytes) -> dict[str, Any]:
    """Title -> chart of each slide that has one."""
    shown: Any = Presentation(io.BytesIO(body))
    return {
        slide.shapes.title.text_frame.text: shape.chart
        for slide in shown.slides
        for shape in slide.shapes
        if shape.has_chart
    }


def test_a_scenario_leaves_with_the_figures_of_its_cards(signed_in: Clients) -> None:
    client = signed_in(Role.EXECUTIVE)
    book = paper(client, "scenario.xlsx", LEVERS)
    sheets = cells(book)
    assert list(sheets) == ["Summary", "Bridge", "Segments", "Funnel steps", "Month by month", "Levers"]
    wanted = [(name, float(revenue)) for name, revenue in card(client, "whatif-scenario", LEVERS)]
    bridge = [row for row in sheets["Bridge"] if isinstance(row[1], float)]
    assert [(row[0], pytest.approx(row[1])) for row in bridge] == wanted[: len(bridge)]
    assert bridge[0][1] + sum(row[1] for row in bridge[1:-1]) == pytest.approx(bridge[-1][1])
    segments = card(client, "whatif-segments", LEVERS)
    found = [row for row in sheets["Segments"] if isinstance(row[1], float)]
    assert [row[0] for row in found] == [row[0] for row in segments]
    assert [row[11] for row in found] == pytest.approx([float(row[11]) for row in segments])
    summary = {row[0]: row[5] for row in sheets["Summary"] if len(row) > 5 and isinstance(row[5], float)}
    assert summary["Scenario"] - summary["Baseline"] == pytest.approx(summary["Change"])
    assert summary["Change, 80 % range from"] < summary["Change"] < summary["Change, 80 % range to"]
    steps = [row for row in sheets["Funnel steps"] if isinstance(row[1], float)]
    assert steps[0][1] == steps[0][2] == found[-1][1]
    assert (steps[2][4] - steps[2][3]) == pytest.approx(0.02)
    drawn = {one.sheet for chart in charts(book) for one in references(chart)}
    assert drawn == {"Bridge", "Segments", "Funnel steps", "Month by month"}
    months = [row[1:] for row in sheets["Month by month"] if isinstance(row[1], float)]
    wanted_months = [[float(cell) for cell in row[1:]] for row in card(client, "whatif-time", LEVERS)]
    assert [pytest.approx(row[: len(wanted_months[0])]) for row in months] == wanted_months


def test_slides_hold_the_same_figures_as_native_charts(signed_in: Clients) -> None:
    client = signed_in(Role.CONSULTANT)
    sheets = cells(paper(client, "scenario.xlsx", LEVERS))
    found = list(slides_of(paper(client, "scenario.pptx", LEVERS)).values())
    rows = [row for row in sheets["Bridge"] if isinstance(row[1], float)]
    assert [str(name) for name in found[0].plots[0].categories] == [row[0] for row in rows]
    ground, base, scenario, more, less = (list(series.values) for series in found[0].series)
    assert (base[0], scenario[-1]) == pytest.approx((rows[0][1], rows[-1][1]))
    for place, row in enumerate(rows[1:-1], 1):
        rise = (more[place] or 0) - (less[place] or 0)
        assert rise == pytest.approx(row[1])
        level = sum(one[1] for one in rows[:place])
        assert ground[place] == pytest.approx(min(level, level + row[1]))
    segments = [row for row in sheets["Segments"] if isinstance(row[1], float)][:-1]
    values = [pytest.approx(list(series.values)) for series in found[1].series]
    assert values == [[row[5] for row in segments], [row[10] for row in segments]]


def test_a_document_speaks_the_readers_language_and_tells_where_it_is_from(signed_in: Clients) -> None:
    client = signed_in(Role.CONSULTANT)
    shown: Any = Presentation(io.BytesIO(paper(client, "scenario.pptx", f"{LEVERS}&lang=ru")))
    titles = [slide.shapes.title.text_frame.text for slide in shown.slides]
    assert titles[0] == "Demo: «Electron» chain: что, если"
    assert re.fullmatch(
        r"Средний чек \+5,00\s%; Оценка → Сделка .* вместо .*; вероятно от .* до .*", titles[1]
    )
    notes = [slide.notes_slide.notes_text_frame.text for slide in shown.slides]
    assert all("Проект: acme" in one for one in notes)
    assert all("Какой станет выручка" in one and "Поколение данных 1." in one for one in notes[1:])
    assert list(cells(paper(client, "scenario.xlsx", f"{LEVERS}&lang=ru")))[:2] == ["Итог", "Мост"]


def test_a_lever_is_called_in_a_file_as_on_the_screen(signed_in: Clients) -> None:
    book = cells(paper(signed_in(Role.EXECUTIVE), "scenario.xlsx", f"{PLACE}&dC.active_evaluation=own&dL=3"))
    said = {row[0]: row[2] for row in book["Levers"]}
    assert said["Evaluate → Purchase"] == "up to its own best"
    assert said["Leads"] == "+3.00%"


def test_without_a_lever_the_document_says_so(signed_in: Clients) -> None:
    client = signed_in(Role.EXECUTIVE)
    sheets = cells(paper(client, "scenario.xlsx", PLACE))
    assert "no lever is moved" in sheets["Summary"][0][0]
    assert len(slides_of(paper(client, "scenario.pptx", PLACE))) == 3


@pytest.mark.parametrize("name", ["scenario.xlsx", "scenario.pptx"])
def test_documents_are_for_who_may_simulate(name: str, signed_in: Clients) -> None:
    assert signed_in(Role.DISPLAY).get(f"/export/{name}{PLACE}").status_code == 403
    assert signed_in(Role.CONSULTANT).get(f"/export/{name}?e=rival").status_code == 404
    assert signed_in(Role.CONSULTANT).get("/export/scenario.exe" + PLACE).status_code == 404


def test_a_guest_of_a_link_gets_no_document(site: Site, signed_in: Clients) -> None:
    client = signed_in(Role.CONSULTANT)
    wish = {"engagement": OWN, "path": "/overview", "search": PLACE, "days": "1"}
    link = client.post("/shares", json=wish, headers=token_header(client)).get_json()["secret"]
    guest = site.client()
    guest.get(urlsplit(link).path)
    assert guest.get(f"/overview{PLACE}").status_code == 200
    assert guest.get(f"/export/scenario.xlsx{PLACE}").status_code in (403, 404)
