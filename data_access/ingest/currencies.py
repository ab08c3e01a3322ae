"""Signs and words of currencies beside an amount, as files of clients write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "RUB": r"₽|[Рр]оссийски[йх] рубл(?:ь|я|ей)|[Рр]убл(?:ь|я|ей)|[Рр]уб\.?|р\.|RUB|RUR",
    "USD": r"\$|[Дд]оллар(?:ов|а)? США|US [Dd]ollars?|USD",
    "EUR": r"€|[Ее]вро|[Ee]uros?|EUR",
    "KZT": r"₸|[Тт]енге|тг\.?|KZT",
    "BYN": r"[Бб]елорусски[йх] рубл(?:ь|я|ей)|BYN|Br",
    "UAH": r"₴|[Гг]ривн[аы]|грн\.?|UAH",
    "GBP": r"£|GBP",
    "TRY": r"₺|TRY",
    "CNY": r"¥|[Юю]ан(?:ь|я|ей)|CNY",
}
"""Currency -> pattern of what may stand before or behind an amount in it."""

OTHER = "|".join(words for words in (WORDS["BYN"], *WORDS.values(), "[A-Z]{3}"))
"""Pattern of any currency at all."""


def words_of(currency: str) -> str:
    """Pattern of the signs and words of a currency."""
    return WORDS.get(currency, re.escape(currency))


def currency_of(text: str) -> str | None:
    """The currency that a cell names, alone or beside its amount; None where it names none that is known."""
    bare = re.sub(r"^[\d\s.,()+−-]+|[\d\s.,()+−-]+$", "", text) if re.search(r"\d", text) else text.strip()
    found = (
        code for code, words in WORDS.items() if re.fullmatch(words, bare) or re.fullmatch(words, f"{bare}.")
    )
    return next(found, None)
