"""Rules of the screens that no type checker sees: ids, links, charts, styles."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

import callbacks
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from data_access.scope import RIGHTS, Action, Role
from layouts.components import icon, link
from layouts.pages import FILTERS, HOME, PAGES, address_store
from layouts.person import Viewer
from layouts.shell import shell
from tests.web import ManyFacts, make_site

ROOT = Path(__file__).parents[2]
SCREENS = sorted((*(ROOT / "layouts").rglob("*.py"), *(ROOT / "callbacks").rglob("*.py")))
STYLES = sorted((ROOT / "assets" / "css").glob("*.css"))
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")


def ids_in(part: Any) -> Iterator[str]:
    """Ids of every component in a layout, dict ids as Dash writes them."""
    tree = json.loads(json.dumps(part, cls=PlotlyJSONEncoder))
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if "props" in node and "id" in node["props"]:
                yield node["props"]["id"] if isinstance(node["props"]["id"], str) else "{}"
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)


def placed_later() -> set[str]:
    """Ids that a layout's function puts into a callback's answer: `id=Ids.X` in its code."""
    found = set()
    for path in (ROOT / "layouts").glob("*.py"):
        ids = getattr(import_module(f"layouts.{path.stem}"), "Ids", None) if path.stem != "__init__" else None
        for call in calls(path):
            for keyword in call.keywords:
                match keyword:
                    case ast.keyword(arg="id", value=ast.Attribute(value=ast.Name(id="Ids"), attr=name)):
                        found.add(str(getattr(ids, name)))
    return found


def page_keys(path: Path) -> Iterator[str]:
    """Keys of the address that a screen takes for its own."""
    for call in calls(path):
        match call:
            case ast.Call(func=ast.Attribute(attr="with_extras"), keywords=keywords):
                yield from (keyword.arg for keyword in keywords if keyword.arg)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="extras"), attr="get"),
                args=[ast.Constant(value=str(key)), *_],
            ):
                yield key


def test_no_key_of_a_page_is_one_of_the_question() -> None:
    found = {(key, path.name) for path in SCREENS for key in page_keys(path)}
    assert ("vs", "view.py") in found
    assert [one for one in sorted(found) if not Address.parse(f"?{one[0]}=x").extras] == []


@pytest.fixture(scope="module")
def laid_out() -> set[str]:
    """Every fixed id: of the shell, of the pages before their figures, and of parts that an answer brings."""
    words = Words("en")
    found = set(ids_in(shell(words, Viewer("A B", "admin"), PAGES)))
    for page in PAGES:
        found |= {address_store(page), *ids_in(list(page.layout(words)))}
    return found | placed_later()


def test_every_id_of_a_callback_stands_in_a_layout(laid_out: set[str], tmp_path: Path) -> None:
    app = make_site(tmp_path, ManyFacts({})).app
    for name, spec in app.callback_map.items():
        outputs = [part.rpartition(".")[0] for part in name.strip(".").split("...")]
        inputs = [str(one["id"]) for one in (*spec["inputs"], *spec["state"])]
        for identifier in (*outputs, *inputs):
            assert identifier.startswith("{") or identifier in laid_out, f"{identifier} of {name}"


def test_no_id_is_laid_out_twice() -> None:
    words = Words("en")
    frame = list(ids_in(shell(words, Viewer("A B", "admin"), PAGES)))
    for page in PAGES:
        together = [one for one in (*frame, *ids_in(page.layout(words))) if one != "{}"]
        assert len(together) == len(set(together))


def test_the_table_of_pages_agrees_with_rights_links_and_features() -> None:
    assert {page.path for page in PAGES} == link.PAGE_PATHS
    assert set(HOME) == {str(role) for role in Role}
    features = set(callbacks.FEATURES)
    by_key = {page.key: page for page in PAGES}
    for page in PAGES:
        assert Action(page.action) in Action
        assert page.key in features
        assert page.icon in icon.NAMES
        assert set(page.ignores) <= set(FILTERS)
    for role, key in HOME.items():
        assert Action(by_key[key].action) in RIGHTS[Role(role)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_lays_out_in_every_language(language: str) -> None:
    for page in PAGES:
        parts = page.layout(Words(language))
        assert all(isinstance(part, Component) for part in parts)


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r"\.icon--([\w-]+) \{", (ROOT / "assets/css/15-icons.css").read_text()))
    assert drawn == {name.replace("_", "-") for name in icon.NAMES}


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_one_helper_makes_every_chart() -> None:
    makers = {path.name for path in SCREENS for call in calls(path) if called(call) in ("dcc.Graph", "Graph")}
    assert makers <= {"chart.py"}


def test_links_come_from_the_link_builder() -> None:
    """A `dbc` component never gets a href; `html.A` only a fixed one; `dcc.Link` stands in two files."""
    for path in SCREENS:
        for call in calls(path):
            href = next((keyword.value for keyword in call.keywords if keyword.arg == "href"), None)
            assert not (called(call).startswith("dbc.") and href is not None), path.name
            if called(call) == "html.A" and href is not None and path.name != "link.py":
                assert isinstance(href, ast.Constant), f"{path.name}: {ast.unparse(call)[:80]}"
            if called(call) == "dcc.Link":
                assert path.name in ("link.py", "navigation.py")


def test_no_markup_is_made_from_data() -> None:
    banned = {"dcc.Markdown", "DangerouslySetInnerHTML", "html.Script"}
    assert not {called(call) for path in SCREENS for call in calls(path)} & banned


def test_the_only_frame_runs_no_script_and_is_of_no_origin() -> None:
    """The preview of a letter: its page is ours and escaped, and the frame could do nothing if it were not."""
    frames = [(path.name, call) for path in SCREENS for call in calls(path) if called(call) == "html.Iframe"]
    assert [name for name, _ in frames] == ["monitor_digests.py"]
    said = {key.arg: key.value for key in frames[0][1].keywords}
    assert isinstance(said["sandbox"], ast.Constant)
    assert isinstance(said["sandbox"].value, str)
    allowed = set(said["sandbox"].value.split())
    assert allowed <= {"allow-popups", "allow-popups-to-escape-sandbox"}
    assert "src" not in said


def test_callbacks_are_made_by_services_alone() -> None:
    """`app.callback` would name no right, `dash.callback` no app."""
    makers = {path.name for path in SCREENS for call in calls(path) if called(call).endswith("app.callback")}
    assert makers == {"services.py"}
    for path in SCREENS:
        assert not re.search(r"from dash import [^\n]*\bcallback\b|dash\.callback\(", path.read_text("utf-8"))


@pytest.mark.parametrize("style", STYLES[1:], ids=lambda path: path.name)
def test_colours_are_named_in_the_tokens_alone(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/|url\(\"data:[^\"]*\"\)", "", style.read_text("utf-8"), flags=re.DOTALL)
    assert not COLOUR.findall(text)


def test_every_token_that_is_used_exists() -> None:
    texts = {path: path.read_text("utf-8") for path in STYLES}
    named = set(re.findall(r"(--[\w-]+)\s*:", "".join(texts.values())))
    for path, text in texts.items():
        used = set(re.findall(r"var\((--[\w-]+)\s*\)", text))
        assert used <= named, f"{path.name}: {sorted(used - named)}"


def test_dark_names_every_colour_that_light_names() -> None:
    text = (ROOT / "assets/css/00-tokens.css").read_text("utf-8")
    light, dark = (
        set(re.findall(r"(--[\w-]+): #", block)) for block in text.split('[data-bs-theme="dark"] {', 1)
    )
    assert light == dark


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_borders_stand_out(theme: int) -> None:
    text = (ROOT / "assets/css/00-tokens.css").read_text("utf-8")
    block = text.split('[data-bs-theme="dark"] {', 1)[theme]
    token = dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", block))
    for ground in ("bg", "surface", "surface-2"):
        for name in ("text-1", "text-2", "text-3"):
            assert contrast(token[name], token[ground]) >= 4.5, (name, ground)
    assert contrast(token["line-strong"], token["surface"]) >= 3
    assert contrast(token["on-accent"], token["accent"]) >= 4.5
    for name in ("good", "bad", "warn", "accent"):
        assert contrast(token[name], token[f"{name}-weak"]) >= 4.5, name
    for step in range(1, 8):
        assert contrast(token[f"div-{step}"], token[f"div-{step}-text"]) >= 4.5, step
