"""A native select that sends its choice at once; assets/js/choice.js draws it, and the page's cards are asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from layouts.components.attributes import attributes


def choices(name: str, options: Sequence[tuple[str, str]]) -> html.Div:
    """Options that many selects of a page share, written once.

    Args:
        name: what the selects call them by.
        options: value and words of each.
    """
    told = json.dumps([list(option) for option in options], ensure_ascii=False)
    return html.Div(className="choices", hidden=True, **attributes(data_choices=name, data_options=told))


def choice(
    label: str, options: str, value: str, action: str, body: Mapping[str, Any], name: str, more: str = ""
) -> html.Div:
    """One select.

    Args:
        label: what is chosen, for readers.
        options: name of the shared options.
        action: route that takes `body` with the choice under `name`.
        more: words of a value that is none of the options.
    """
    spec = {
        "label": label,
        "options": options,
        "value": value,
        "action": action,
        "body": dict(body),
        "name": name,
        "more": more,
    }
    return html.Div(className="choice", **attributes(data_choice=json.dumps(spec, ensure_ascii=False)))
