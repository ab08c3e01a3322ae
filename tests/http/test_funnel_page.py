"""The funnel page by its callbacks: every view of the address, figures equal to the answers, rights, bad addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from callbacks.answers import Answers
from dashboard.i18n.formats import Formats
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Split
from data_access.scope import Action, Role, Scope
from tests.http.conftest import call, place
from tests.web import OWN, ManyFacts, Site

Clients = Callable[[str | None], FlaskClient]
STEPS, DRILL, HEAD = (
    "funnel-steps.children",
    "funnel-drill.children",
    "..funnel-subtitle.children...funnel-tabs.children..",
)
PERIOD = "2026-03-01..2026-06-01"
QUERY = JourneyQuery(OWN, Period.parse(PERIOD), mature=True)
SCOPE = Scope(OWN, Action.READ, 0)
FORMATS = Formats("en", "RUB")


def shown(client: FlaskClient, site: Site, card: str, search: str = "") -> Any:
    answer = call(client, site, card, place(site, card, f"?e={OWN}&p={PERIOD}&lang=en{search}"))
    assert answer.status_code == 200
    return answer.get_json()


def nodes(found: Any) -> Iterator[dict[str, Any]]:
    """Every component of an answer."""
    if isinstance(found, dict):
        if "props" in found:
            yield found["props"]
        for value in found.values():
            yield from nodes(value)
    elif isinstance(found, list):
        for value in found:
            yield from nodes(value)


def classes(found: Any, name: str) -> list[dict[str, Any]]:
    return [one for one in nodes(found) if name in str(one.get("className", "")).split()]


def text(found: Any) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, dict):
        props = found.get("props", found)
        return text(props.get("tree", props.get("children", "")))
    return "".join(text(one) for one in found) if isinstance(found, list) else ""


@pytest.fixture
def client(signed_in: Clients) -> FlaskClient:
    return signed_in(Role.CONSULTANT)


@pytest.fixture
def answers(facts: ManyFacts) -> Answers:
    return Answers(facts)


@pytest.mark.parametrize(
    ("search", "split"),
    [
        ("", Split.SEGMENT),
        ("&by=channel", Split.CHANNEL),
        ("&by=period", Split.MONTH),
        ("&by=nonsense", Split.SEGMENT),
    ],
)
def test_rows_are_segments_channels_or_periods(
    client: FlaskClient, site: Site, answers: Answers, search: str, split: Split
) -> None:
    found = answers.funnel(SCOPE, QUERY.with_(by=(split,)))
    answer = shown(client, site, STEPS, search)
    rows = classes(answer, "funnel__row")
    assert len(rows) == len(found.groups)
    counts = [[text(one) for one in classes(row["children"], "funnel__count")] for row in rows]
    groups = (
        sorted(found.segments, key=lambda group: list(group.values.values()))
        if split is Split.MONTH
        else found.segments
    )
    expected = [
        [f"{FORMATS.number(step.customers)}{FORMATS.share(step.from_first)}" for step in group.steps]
        for group in (found.total, *groups)
    ]
    assert counts == expected
    if split is Split.MONTH:
        assert [text(one["children"]) for one in classes(answer, "funnel__name")][1:] == [
            "Mar\u00a02026",
            "Apr\u00a02026",
            "May\u00a02026",
        ]


def test_pills_tell_the_change_against_the_other_period(
    client: FlaskClient, site: Site, answers: Answers
) -> None:
    other = Period.parse("2026-04-01..2026-05-01")
    asked = QUERY.with_(period=Period.parse("2026-05"), by=(Split.SEGMENT,))
    moved = answers.funnel_changes(SCOPE, asked, other)
    told = [one for one in moved.values() if not one.low_n]
    answer = call(client, site, STEPS, place(site, STEPS, f"?e={OWN}&p=2026-05&lang=en")).get_json()
    marks = [text(one["children"]) for one in classes(answer, "step-change")]
    assert told
    assert len(marks) == 2 * len(told)  # in the grid, and in the list of phones
    for one in told:
        assert any(FORMATS.signed(100 * one.change, 1) in mark for mark in marks)
    names = [str(one.get("title")) for one in classes(answer, "step-pill")]
    assert sum("chance" in name for name in names) == 2 * len(told)
    without = call(client, site, STEPS, place(site, STEPS, f"?e={OWN}&p=2026-05&c=none&lang=en")).get_json()
    assert classes(without, "step-change") == classes(without, "funnel__earlier") == []


def test_without_data_of_the_other_period_the_grid_says_why_it_compares_nothing(
    client: FlaskClient, site: Site
) -> None:
    answer = shown(client, site, STEPS, "&c=year")
    assert "No comparison" in json.dumps(answer)
    assert classes(answer, "step-change") == []


def test_bars_may_stand_against_the_stage_before(client: FlaskClient, site: Site, answers: Answers) -> None:
    total = answers.funnel(SCOPE, QUERY).total
    for search, expected in (
        ("", total.steps[2].from_first),
        ("&bars=previous", total.steps[2].from_previous),
    ):
        bars = classes(shown(client, site, STEPS, search), "funnel__bar")
        assert bars[2]["style"]["height"] == f"{100 * (expected or 0):.2f}%"


@pytest.mark.parametrize("within", ["channel", "touchpoint", "segment"])
@pytest.mark.parametrize(
    "row", ["&seg=*", "&seg=Protection", "&by=channel&seg=site", "&by=period&seg=2026-04"]
)
def test_a_step_taken_apart_adds_up_to_the_step(
    client: FlaskClient, site: Site, row: str, within: str
) -> None:
    answer = shown(client, site, DRILL, f"{row}&step=initial_consideration&within={within}")
    facts = {
        text(one["children"][0]): text(one["children"][1])
        for one in nodes(answer)
        if isinstance(one.get("children"), list)
        and len(one["children"]) == 2
        and "Dt" in json.dumps(one["children"][0])[:60]
    }
    whole = [int(re.sub(r"\D", "", facts[name])) for name in ("Entered", "Went on", "Stopped")]
    body = json.dumps(answer)
    assert whole[0] == whole[1] + whole[2] > 0
    cells = [[text(cell) for cell in one["children"]] for one in nodes(answer) if len(_cells(one)) > 5]
    rows = [line for line in cells if line[1].isdigit()]
    assert [sum(int(line[column]) for line in rows) for column in (1, 2)] == whole[:2]
    assert "error" not in body


def _cells(one: dict[str, Any]) -> list[Any]:
    children = one.get("children")
    return children if isinstance(children, list) and all(isinstance(cell, dict) for cell in children) else []


def test_one_number_in_the_grid_the_panel_the_file_and_the_answer(
    client: FlaskClient, site: Site, answers: Answers
) -> None:
    worst = next(row for row in answers.bottlenecks(SCOPE, QUERY) if row.recoverable and not row.low_n)
    title = FORMATS.money_full(-(worst.recoverable or 0))
    grid = [str(one.get("title")) for one in nodes(shown(client, site, STEPS)) if one.get("title")]
    assert title in grid
    panel = shown(client, site, DRILL, f"&seg={worst.segment}&step={worst.from_stage}")
    assert [one["title"] for one in classes(panel, "step__stake")] == [title]
    file = client.get(f"/export/funnel-steps.csv?e={OWN}&p={PERIOD}&lang=en").get_data(as_text=True)
    assert str(-(worst.recoverable or 0)) in file


def test_figures_lead_to_their_people_for_who_may_see_them(site: Site, signed_in: Clients) -> None:
    search = "&seg=Protection&step=initial_consideration"
    links = [
        str(one["href"])
        for one in nodes(shown(signed_in(Role.MARKETER), site, DRILL, search))
        if "link--people" in str(one.get("className"))
    ]
    assert len(links) == 3 + 1  # entered, went on, stopped; stopped of the one channel
    asked = [Address.parse(unescape(link).partition("?")[2]) for link in links]
    assert {tuple(sorted(one.extras.items())) for one in asked[:3]} == {
        (("seg", "Protection"), ("step", "initial_consideration")),
        (("seg", "Protection"), ("step", "initial_consideration"), ("went", "on")),
        (("seg", "Protection"), ("step", "initial_consideration"), ("went", "stopped")),
    }
    assert (asked[3].segments, asked[3].funnel.value_at, asked[3].extras["by"]) == (
        ("Protection",),
        ("initial_consideration",),
        "channel",
    )
    assert "link--people" not in json.dumps(shown(signed_in(Role.EXECUTIVE), site, DRILL, search))


@pytest.mark.parametrize("lines", ["", "&lines=segment", "&lines=channel", "&lines=nonsense"])
def test_over_time_names_its_way_and_its_young_part(client: FlaskClient, site: Site, lines: str) -> None:
    answer = call(
        client, site, STEPS, place(site, STEPS, f"?e={OWN}&p=2026-05-01..2026-09-27&view=time&lang=en{lines}")
    ).get_json()
    said = json.dumps(answer, ensure_ascii=False)
    assert "Conversion by month of entry: Consider → Purchase" in said
    assert "not ripe yet" in said
    assert '"dash": "dot"' in said
    step = shown(client, site, STEPS, "&view=time&step=active_evaluation")
    assert "entry: Evaluate → Purchase" in json.dumps(step, ensure_ascii=False)
    assert shown(client, site, DRILL, "&view=time") == {
        "response": {"funnel-drill": {"children": None}},
        "multi": True,
    }


@pytest.mark.parametrize(
    "search",
    [
        "&by=%00&seg=%27&step=purchase&within=x&bars=1&rows=2&lines=3&view=4",
        "&seg=nobody&step=nothing",
        "&view=time&step=loyalty&lines=%00",
        "&view=time&p=2020Q1",
        "&view=table&by=period&p=all",
        "&by=channel&seg=Protection&step=loyalty",
        "&by=period&seg=2026-13&step=purchase",
        "&p=2020Q1",
        "&mode=any",
        "&mode=strict&by=channel",
        "&st=initial_consideration,active_evaluation&by=period",
    ],
)
def test_a_strange_address_shows_the_page_all_the_same(client: FlaskClient, site: Site, search: str) -> None:
    for card in (STEPS, DRILL, HEAD):
        assert "state--error" not in json.dumps(shown(client, site, card, search))
