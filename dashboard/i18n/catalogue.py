"""The sentences of each language, read once from the .po files beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("ru", "en")
_HERE = Path(__file__).parent


@cache
def catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """Every translated sentence of a language: source text (or error code) -> its forms.

    A plain sentence has one form; one that counts has a form for each plural of the language, in gettext's
    order (Russian: 1 клиент, 2 клиента, 5 клиентов). English needs sentences for error codes alone.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((_HERE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    found[_source(message.id)] = _forms(message.string)
    return {source: forms for source, forms in found.items() if all(forms)}


def _source(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def _forms(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)
