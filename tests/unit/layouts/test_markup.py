"""What of an answer stays Dash's own, and what goes to the browser as a plain tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from layouts.components.markup import Markup, still

TEXTS = st.text(max_size=8) | st.integers(-5, 5) | st.none()


def sent(content: Any) -> Any:
    """As the browser gets it."""
    return json.loads(json.dumps(content, cls=PlotlyJSONEncoder))


def words(tree: Any) -> list[str]:
    """Texts in reading order, of Dash's components and of plain trees."""
    if isinstance(tree, dict):
        props = tree["props"]
        return words(props.get("tree", props.get("children")))
    if isinstance(tree, list):
        return [word for one in tree for word in words(one)]
    return [] if tree is None else [str(tree)]


@st.composite
def parts(draw: st.DrawFn, depth: int = 3) -> Any:
    """Elements within each other; some have an id, some are charts."""
    inside = draw(st.lists(parts(depth - 1) | TEXTS, max_size=3)) if depth else draw(TEXTS)
    kind = draw(st.sampled_from(("plain", "plain", "plain", "id", "chart")))
    if kind == "chart":
        return dcc.Graph(figure={})
    return html.Div(inside, id="own") if kind == "id" else html.Div(inside, className="row")


def test_elements_and_links_become_one_tree() -> None:
    card = html.Section(
        [html.H2("Stage"), dcc.Link("all", href="/funnel?e=acme"), " of ", 3], className="card"
    )
    found = still(card)
    assert isinstance(found, Markup)
    assert sent(found) == {
        "namespace": "journey",
        "type": "Markup",
        "props": {
            "tree": {
                "type": "Section",
                "props": {
                    "className": "card",
                    "children": [
                        {"type": "H2", "props": {"children": "Stage"}},
                        {"type": "Link", "props": {"href": "/funnel?e=acme", "children": "all"}},
                        " of ",
                        3,
                    ],
                },
            }
        },
    }


def test_what_has_an_id_or_is_more_than_an_element_stays() -> None:
    chart, store = dcc.Graph(figure={}), html.Div("filled later", id="place")
    card = html.Section([html.H2("Months"), html.P("two lines"), html.Figure(chart), store])
    found = still(card)
    assert isinstance(found, html.Section)
    heading, figure, place = vars(found)["children"]
    assert [tree["type"] for tree in heading.tree] == ["H2", "P"]
    assert figure.children is chart
    assert place is store


@pytest.mark.parametrize("text", ["saved", 7, None, ["a", "b"]])
def test_a_text_alone_stays_a_text(text: Any) -> None:
    assert still(text) == text


@given(parts())
def test_nothing_is_lost_and_nothing_moves(part: Any) -> None:
    before = words(sent(part))
    assert words(sent(still(part))) == before


@given(st.lists(parts(), max_size=4))
def test_no_tree_holds_what_dash_must_know(content: list[Any]) -> None:
    def trees(one: Any) -> Iterator[Any]:
        if isinstance(one, dict):
            if "tree" in one.get("props", {}):
                yield one["props"]["tree"]
            for value in one.values():
                yield from trees(value)
        elif isinstance(one, list):
            for value in one:
                yield from trees(value)

    for tree in trees(sent(still(content))):
        text = json.dumps(tree)
        assert '"id"' not in text
        assert "Graph" not in text
