"""assets/js/formats.js writes every figure as dashboard/i18n/formats.py does."""

from __future__ import annotations

import random

import pytest

from dashboard.i18n.formats import Formats
from tests.js.scripts import Runner

EDGES = [
    0, 0.5, 1, 1.5, 2.5, 0.05, 0.15, 0.25, 0.0004, -0.0004, 12.345, 99.995, 99.5, 100, 999.5, 1_234.5, 26_381,
    999_949.99, 999_950, 999_999, 1_000_000, 1_050_000, 1_150_000, 34_849_999, 99_949_999, 99_950_000, 313_800_000,
    999_949_999, 999_950_000, 2_500_000_000, 1.05e12, 7e14, -0.5, -34_800_000, -1_234, None,
]  # fmt: skip

PYTHON = {
    "number": lambda formats, value: formats.number(value),
    "number1": lambda formats, value: formats.number(value, 1),
    "number2": lambda formats, value: formats.number(value, 2),
    "signed": lambda formats, value: formats.signed(value, 1),
    "money": lambda formats, value: formats.money(value),
    "moneyFull": lambda formats, value: formats.money_full(value),
    "moneySigned": lambda formats, value: formats.money_signed(value),
    "share": lambda formats, value: formats.share(value),
    "share1": lambda formats, value: formats.share(value, 1),
    "shareChange": lambda formats, value: formats.share_change(value),
    "points": lambda formats, value: formats.points(value),
}
JAVASCRIPT = """(given) => {
  const formats = JourneyFormats(given.language, given.symbol);
  const digits = (name) => (name === "signed" ? 1 : /\\d$/.test(name) ? Number(name.at(-1)) : undefined);
  return given.names.map((name) =>
    given.values.map((value) => formats[name.replace(/\\d$/, "")](value, digits(name))));
}"""


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("currency", ["RUB", "USD", "CHF"])
def test_every_format_equals_pythons(run: Runner, language: str, currency: str) -> None:
    chance = random.Random(7)
    values = EDGES + [chance.uniform(-1, 1) * 10 ** chance.randint(-3, 13) for _ in range(400)]
    formats = Formats(language, currency)
    given = {"language": language, "symbol": formats.symbol, "names": list(PYTHON), "values": values}
    written = run(JAVASCRIPT, given, "formats.js")
    for (name, python), figures in zip(PYTHON.items(), written, strict=True):
        assert figures == [python(formats, value) for value in values], name
