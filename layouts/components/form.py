"""A form of native fields, which Dash does not have: assets/js/forms.js draws it and sends it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dash import html

from layouts.components.attributes import attributes


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        name: key in what is sent.
        kind: `text`, `password`, `select`, `check` (yes or no), `checks` (several of the choices).
        choices: value and words of each choice.
        value: what stands in it at first; of `checks` a list.
        autocomplete: what a browser may fill in.
        hint: one line below it.
        required: must be filled in.
    """

    name: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    value: Any = ""
    autocomplete: str = "off"
    hint: str = ""
    required: bool = True


def form(action: str, fields: Sequence[Field], submit: str, done: str, *, primary: bool = False) -> html.Div:
    """A form that posts its fields to a route of ours and says how it ended; cards of the page are asked again.

    Args:
        action: path of the route.
        submit: the button, a verb.
        done: what is said after success.
    """
    spec = {
        "action": action,
        "fields": [asdict(field) for field in fields],
        "submit": submit,
        "done": done,
        "primary": primary,
    }
    return html.Div(className="form", **attributes(data_form=json.dumps(spec, ensure_ascii=False)))


def post_button(
    text: str, action: str, body: Mapping[str, Any] | None = None, *, ask: str = "", primary: bool = False
) -> html.Button:
    """A button that posts at once, or after a yes to `ask`."""
    spec = {"action": action, "body": dict(body or {}), "ask": ask}
    look = "button button--primary" if primary else "button"
    return html.Button(
        text, type="button", className=look, **attributes(data_post=json.dumps(spec, ensure_ascii=False))
    )
