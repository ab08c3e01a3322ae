"""The Sankey of paths: a column for each visit, the ends of journeys beside the places that they follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.analytics.paths import BOUGHT, OPEN, STOPPED, PathLink, Paths
from dashboard.analytics.transitions import OTHER
from dashboard.figures.theme import PALETTES, Figure, Palette, template
from dashboard.i18n.formats import NBSP, Formats
from dashboard.i18n.words import Words

HEIGHT = 560  # of the drawing [px]
_PAD = 19  # between the nodes of a column [px]: a label of one line
_TALL = 36  # a node from this height on carries two lines [px]
_THICK = 13
_LAST_GAP = 0.6  # of a column's width
_MARGIN = 10
_WIDTH, _SIGN = 1080, 6.9  # of the drawing at 1440 px, and of a sign in a label [px]: longer names are cut
_TOLD = 0.005  # a smaller share would read 0 %
RETURN = "\u21a9"  # before the name of a place where most came back to

Named = Callable[[str], str]
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Node:
    column: int
    place: str
    customers: int
    returned: int
    y: float
    height: float


def paths_figure(
    paths: Paths,
    order: Sequence[str],
    name: Named,
    words: Words,
    formats: Formats,
    theme: str,
) -> Figure:
    """Journeys from left to right, as wide as they are many.

    Args:
        order: places from top to bottom.
        name: what screens call a place or an end.
        theme: `light` or `dark`; the colours of both go along in `layout.meta.paint`.

    The height of the drawing is HEIGHT. Flows are muted; those to an end without a deal and those back to a place
    that was met before are vermilion, the latter deeper.
    """
    nodes = _nodes(paths, order)
    at = {(node.column, node.place): number for number, node in enumerate(nodes)}
    columns = max(node.column for node in nodes)
    paint = {key: _paint(palette, nodes, paths.links) for key, palette in PALETTES.items()}
    room = int((_WIDTH / (columns - 1 + _LAST_GAP) - 2 * _THICK) / _SIGN)
    labels = [_label(node, paths, name, formats, room) for node in nodes]
    trace = {
        "type": "sankey",
        "arrangement": "fixed",
        "domain": {"x": [0, 1], "y": [0, 1]},
        "node": {
            "x": [_inside(_across(node.column, columns)) for node in nodes],
            "y": [_inside(node.y) for node in nodes],
            "label": labels,
            "customdata": [[node.place, _hover(node, paths, name, words, formats)] for node in nodes],
            "hovertemplate": "%{customdata[1]}<extra></extra>",
            "color": paint[theme]["node.color"],
            "thickness": _THICK,
            "pad": _PAD,
            "line": {"width": 0},
        },
        "link": {
            "source": [at[link.position, link.start] for link in paths.links],
            "target": [at[link.position + 1, link.finish] for link in paths.links],
            "value": [link.customers for link in paths.links],
            "color": paint[theme]["link.color"],
            "customdata": [_link_hover(link, paths, name, words, formats) for link in paths.links],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    }
    layout = {
        "template": template(theme, formats.language),
        "margin": {"l": 4, "r": 4, "t": _MARGIN, "b": _MARGIN},
        "meta": {"paint": paint},
    }
    return {"data": [trace], "layout": layout}


def _nodes(paths: Paths, order: Sequence[str]) -> list[_Node]:
    """Every place and end with its column and its place in the column, from top to bottom."""
    counted: dict[Key, int] = {(node.position, node.place): node.customers for node in paths.nodes}
    returned: dict[Key, int] = defaultdict(int)
    for link in paths.links:
        target = (link.position + 1, link.finish)
        if link.ends:
            counted[target] = counted.get(target, 0) + link.customers
        if link.returned:
            returned[target] += link.customers
    columns: dict[int, list[str]] = defaultdict(list)
    for column, place in sorted(counted, key=lambda key: (key[0], _rank(key[1], order))):
        columns[column].append(place)
    room = HEIGHT - 2 * _MARGIN
    scale = min(
        (room - _PAD * (len(places) - 1)) / sum(counted[column, place] for place in places)
        for column, places in columns.items()
    )
    nodes = []
    for column, places in columns.items():
        top = 0.0
        for place in places:
            customers = counted[column, place]
            height = customers * scale
            middle = (top + height / 2) / room
            nodes.append(_Node(column, place, customers, returned[column, place], middle, height))
            top += height + _PAD
    return nodes


def _rank(place: str, order: Sequence[str]) -> tuple[int, int]:
    """Bought on top, then places in order, the others, and below them who is under way and who stopped."""
    if place in (BOUGHT, OTHER, OPEN, STOPPED):
        return {BOUGHT: 0, OTHER: 2, OPEN: 3, STOPPED: 4}[place], 0
    return 1, order.index(place) if place in order else len(order)


def _across(column: int, columns: int) -> float:
    """Columns at equal distances; the last one further off, since its labels stand on its left."""
    return 1.0 if column == columns else (column - 1) / (columns - 1 + _LAST_GAP)


def _inside(share: float) -> float:
    """Plotly takes 0 for "not given" and draws nothing beyond 1."""
    return min(max(share, 0.001), 0.999)


def _paint(palette: Palette, nodes: Sequence[_Node], links: Sequence[PathLink]) -> dict[str, list[str]]:
    ends = {BOUGHT: palette.good, STOPPED: palette.bad, OPEN: palette.previous, OTHER: palette.text_3}
    return {
        "node.color": [ends.get(node.place, palette.actual) for node in nodes],
        "link.color": [_flow(palette, link) for link in links],
    }


def _flow(palette: Palette, link: PathLink) -> str:
    if link.returned:
        return _faded(palette.bad, 0.5)
    if link.finish == STOPPED:
        return _faded(palette.bad, 0.2)
    return _faded(palette.good, 0.32) if link.finish == BOUGHT else _faded(palette.text_3, 0.24)


def _faded(color: str, share: float) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _label(node: _Node, paths: Paths, name: Named, formats: Formats, room: int) -> str:
    """Name, journeys and their share of all; in one line where the node is low, `room` signs in a line."""
    sign = RETURN + NBSP if 2 * node.returned > node.customers else ""
    figures = formats.number(node.customers)
    if node.customers >= _TOLD * paths.customers:
        figures += f" · {formats.share(node.customers / paths.customers)}"
    tall = node.height >= _TALL
    longest = room - len(sign) - (0 if tall else len(figures) + 1)
    text = name(node.place)
    text = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    return f"{sign}{_plain(text)}{'<br>' if tall else ' '}{figures}"


def _plain(text: str) -> str:
    """A name from data is text: what Plotly would read as a tag or a link stays what it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _hover(node: _Node, paths: Paths, name: Named, words: Words, formats: Formats) -> str:
    figures = f"{formats.number(node.customers)} · {formats.share(node.customers / paths.customers, 1)}"
    lines = [f"<b>{_plain(name(node.place))}</b>", figures]
    if node.returned:
        lines.append(words("came back: {n}", n=formats.number(node.returned)))
    return "<br>".join(lines)


def _link_hover(link: PathLink, paths: Paths, name: Named, words: Words, formats: Formats) -> str:
    way = f"{_plain(name(link.start))} → {_plain(name(link.finish))}"
    figures = f"{formats.number(link.customers)} · {formats.share(link.customers / paths.customers, 1)}"
    return f"{way}<br>{figures}" + (f"<br>{words('return')}" if link.returned else "")
