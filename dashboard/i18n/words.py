"""Words of the product in the reader's language.

    words = Words("ru")
    words("Data as of {moment}", moment="06:10")
    words.plural("{n} customer", "{n} customers", 1891)
    words.rich("{step} of {segment}", step=html.B("..."), segment=html.B("..."))

The English text is the key; Russian stands in `ru/<feature>.po`. A sentence kept in a table, far from the call
that says it, is marked with `msgid("...")`, so that the test which looks for missing translations sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale

from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import catalogue
from dashboard.i18n.formats import NBSP, Formats

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FORM = {  # CLDR plural -> place of the form in a .po file; a fraction ("1,5 клиента") goes like "few"
    "ru": {"one": 0, "few": 1, "many": 2, "other": 1},
    "en": {"one": 0, "other": 1},
}


def msgid(text: str) -> str:
    """Mark a sentence of a table as one to translate; the table's reader passes it to `Words`."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of one language; a sentence without a translation appears in English.

    Attributes:
        language: `ru` or `en`.
    """

    language: str

    def __call__(self, text: str, /, **facts: Any) -> str:
        """The sentence with its facts; numbers are grouped, dates written out."""
        return self._filled(self._form(text), facts)

    def plural(self, one: str, many: str, n: float, /, **facts: Any) -> str:
        """The sentence in the form that the count demands; `{n}` is the count and clings to its noun."""
        rule = Locale.parse(self.language).plural_form(n)
        forms = catalogue(self.language).get(one) or (one, many)
        place = min(_FORM[self.language][rule], len(forms) - 1)
        return self._filled(forms[place].replace("{n} ", "{n}" + NBSP), {"n": n, **facts})

    def rich(self, text: str, /, **parts: Any) -> list[Any]:
        """The sentence in pieces, so that a fact may be a component (bold, a link) in any word order."""
        return [piece for piece in self._pieces(self._form(text), parts) if piece != ""]

    def error(self, error: JourneyError) -> str:
        """What went wrong and how to mend it, for people."""
        forms = catalogue(self.language).get(error.code)
        return self._filled(forms[0], error.facts) if forms else str(error)

    @property
    def formats(self) -> Formats:
        """Numbers and dates of the language, without a currency of an engagement."""
        return Formats(self.language)

    def _form(self, text: str) -> str:
        return (catalogue(self.language).get(text) or (text,))[0]

    def _filled(self, form: str, facts: dict[str, Any]) -> str:
        return _PLACEHOLDER.sub(lambda found: self._shown(facts.get(found[1], found[0])), form)

    def _pieces(self, form: str, parts: dict[str, Any]) -> Iterator[Any]:
        end = 0
        for found in _PLACEHOLDER.finditer(form):
            yield form[end : found.start()]
            part = parts.get(found[1], found[0])
            yield self._shown(part) if isinstance(part, int | float | Decimal | date) else part
            end = found.end()
        yield form[end:]

    def _shown(self, value: Any) -> str:
        if isinstance(value, bool | str):
            return str(value)
        if isinstance(value, int | float | Decimal):
            return self.formats.number(value, 0 if value == int(value) else 2)
        if isinstance(value, date):
            return self.formats.day(value, year=True)
        return str(value)
