"""Parts of an answer that Dash need not know: drawn as one component, however many elements they have.

Every component of Dash looks at the store on each of its changes, so a page of two thousand elements took seconds
to appear. Nothing ever calls back to most of them: they are read, or are links and buttons that our scripts hear by
their attributes. These go to the browser as one plain tree, and assets/js/markup.js hands it to React as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, ClassVar

from dash.development.base_component import Component

_ELEMENTS, _LINK = "dash_html_components", "Link"
_OF_DASH = {"children", "n_clicks", "n_clicks_timestamp", "disable_n_clicks"}  # these are no attributes


class Markup(Component):
    """Elements that no callback hears or changes one by one.

    Args:
        tree: texts, and elements as `{"type", "props"}` in the shape of Dash's own components.
    """

    _namespace = "journey"
    _type = "Markup"
    _base_nodes: ClassVar[list[str]] = []  # no property of it holds components

    def __init__(self, tree: Any) -> None:
        self._prop_names = ["tree"]
        self._valid_wildcard_attributes = []
        self.available_properties = ["tree"]
        self.available_wildcard_properties = []
        super().__init__(tree=tree)


def still(content: Any) -> Any:
    """Content as a callback may return it, with everything that stands still as `Markup`.

    A component stays Dash's own where it has an id, where it is more than an element or a link of the product, and
    where such a one stands inside it.
    """
    parts = list(content) if isinstance(content, (list, tuple)) else [content]
    found = list(_runs(parts))
    return found if isinstance(content, (list, tuple)) or len(found) != 1 else found[0]


def _runs(parts: list[Any]) -> Iterator[Any]:
    """Neighbours that stand still become one tree."""
    for moves, run in groupby(((part, _drawn(part)) for part in parts), key=lambda pair: pair[1] is None):
        pairs = list(run)
        if moves:
            yield from (_opened(part) for part, _ in pairs)
        elif all(isinstance(part, (str, int, float)) or part is None for part, _ in pairs):
            yield from (part for part, _ in pairs)
        else:
            trees = [tree for _, tree in pairs]
            yield Markup(trees[0] if len(trees) == 1 else trees)


def _opened(part: Any) -> Any:
    """Something of Dash's own, or around it: what stands still inside is drawn."""
    if isinstance(part, (list, tuple)):
        return still(part)
    if hasattr(part, "children"):
        part.children = still(part.children)
    return part


def _drawn(part: Any) -> Any:
    """The part as a plain tree, nothing as an empty list; None where something in it is Dash's own."""
    if part is None:
        return []
    if isinstance(part, (list, tuple)):
        inside = [_drawn(one) for one in part]
        return None if None in inside else inside
    if not isinstance(part, Component):
        return part
    said = vars(part)
    if "id" in said or not (part._namespace == _ELEMENTS or part._type == _LINK):
        return None
    inside = _drawn(said.get("children"))
    if inside is None:
        return None
    props = _props(part, said)
    return {"type": part._type, "props": props if inside == [] else {**props, "children": inside}}


def _props(part: Component, said: dict[str, Any]) -> dict[str, Any]:
    """The attributes as `to_plotly_json` gives them: of hundreds of elements in a card, its own way takes a third."""
    props = {name: said[name] for name in part._prop_names if name in said and name not in _OF_DASH}
    free = tuple(part._valid_wildcard_attributes)
    return props | {name: value for name, value in said.items() if name.startswith(free)}
