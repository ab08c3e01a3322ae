"""Native fields whose values are keys of the page's address: assets/js/address_fields.js draws them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dash import html

from layouts.components.attributes import attributes


@dataclass(frozen=True, slots=True)
class AddressField:
    """One field.

    Attributes:
        key: of the address; what is typed stands there as a plain date or number, and an empty field takes it out.
        kind: `date`, `number` or `select`.
        value: what stands in it: `2026-12-01`, or a number as people of the language write it.
        default: what the page takes where the key is missing, as it stands in an address.
        low, high: least and most.
        unit: behind the field.
        choices: of a select, value and words of each.
        hint: one line below it.
    """

    key: str
    label: str
    kind: str
    value: str = ""
    default: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""


def address_fields(fields: Sequence[AddressField], wrong: str) -> html.Div:
    """The fields in a row; a change shows once the hand rests.

    Args:
        wrong: what is said of a value that makes no sense.
    """
    spec = {"fields": [asdict(field) for field in fields], "wrong": wrong}
    return html.Div(
        className="address-fields", **attributes(data_fields=json.dumps(spec, ensure_ascii=False))
    )
