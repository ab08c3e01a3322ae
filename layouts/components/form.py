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
        kind: `text`, `textarea`, `number`, `date`, `password`, `select`, `check` (yes or no), `checks` (several of
            the choices).
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


def form(
    action: str,
    fields: Sequence[Field],
    submit: str,
    done: str,
    *,
    primary: bool = False,
    body: Mapping[str, Any] | None = None,
) -> html.Div:
    """A form that posts its fields to a route of ours and says how it ended; cards of the page are asked again.

    Args:
        action: path of the route.
        submit: the button, a verb.
        done: what is said after success.
        body: what is sent beside the fields. Where it holds `seen`, the fields as they are now, what somebody is
            typing survives that others change the same thing meanwhile.
    """
    spec = {
        "action": action,
        "fields": [asdict(field) for field in fields],
        "submit": submit,
        "done": done,
        "primary": primary,
        "body": dict(body or {}),
    }
    return html.Div(className="form", **attributes(data_form=json.dumps(spec, ensure_ascii=False)))


def post_button(
    text: Any,
    action: str,
    body: Mapping[str, Any] | None = None,
    *,
    ask: str = "",
    primary: bool = False,
    name: str = "",
    pressed: bool | None = None,
) -> html.Button:
    """A button that posts at once, or after a yes to `ask`.

    Args:
        name: of a button that is a sign alone, for readers and on hover.
        pressed: of a button that is on or off.
    """
    spec = {"action": action, "body": dict(body or {}), "ask": ask}
    look = "button button--primary" if primary else "button"
    more: dict[str, Any] = attributes(data_post=json.dumps(spec, ensure_ascii=False))
    if name:
        look = "button button--icon button--small"
        more |= {"title": name, **attributes(aria_label=name)}
    if pressed is not None:
        more |= attributes(aria_pressed="true" if pressed else "false")
    return html.Button(text, type="button", className=look, **more)
