"""Numbers, money, shares, dates and periods as people of each language write them.

One home for every figure on a screen: NBSP inside a figure, U+2212 for minus, an en dash for a range, `—` for
unknown. Percentages change in points, never in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Protocol

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
UNKNOWN = "\u2014"
ARROW = "\u2192"

Number = float | Decimal

_SCALES = ((1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"))
_SHORT = {
    "ru": {"trillion": "трлн", "billion": "млрд", "million": "млн"},
    "en": {"trillion": "T", "billion": "B", "million": "M"},
}
_UNITS = {
    "ru": {"points": "п.п.", "days": "дн.", "all": "Всё время", "from": "с {}", "to": "по {}"},
    "en": {"points": "pp", "days": "d", "all": "All time", "from": "from {}", "to": "to {}"},
}
_ROMAN = ("I", "II", "III", "IV")
_OWN_SYMBOLS = {"RUB": "₽"}  # CLDR prints RUB in English


class Span(Protocol):
    """What a period title needs; `dashboard.journey.period.Period` is one."""

    @property
    def since(self) -> date | None:
        """First day."""
        ...

    @property
    def until(self) -> date | None:
        """First day after."""
        ...

    @property
    def unit(self) -> str | None:
        """`month`, `quarter`, `year` or None."""
        ...


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader sees figures of one engagement.

    Attributes:
        language: `ru` or `en`.
        currency: ISO code of the engagement's money.
    """

    language: str
    currency: str = "RUB"

    def number(self, value: Number | None, digits: int = 0) -> str:
        """`1 234,5` / `1,234.5`; None is unknown: `—`."""
        if value is None or value != value:  # NaN
            return UNKNOWN
        return _number(value, digits, self.language)

    def signed(self, value: Number | None, digits: int = 0) -> str:
        """`+3,6` or `−1,8`; a change that rounds to nothing is `0` without a sign."""
        return _plus(self.number(value, digits), value)

    def money(self, value: Number | None, decimals: int | None = None) -> str:
        """Short money for screens: `34,8 млн ₽` / `₽34.8M`, `26 381 ₽` under a million.

        Args:
            decimals: digits after the mark of a shortened amount; by default three significant digits at most.
        """
        if value is None or value != value:
            return UNKNOWN
        for size, name in _SCALES:
            if abs(value) >= size * Decimal("0.99995"):
                scaled = Decimal(str(value)) / size
                places = decimals if decimals is not None else int(abs(scaled) < 100) + int(abs(scaled) < 10)
                return self._with_symbol(self.number(scaled, places), _SHORT[self.language][name])
        return self._with_symbol(self.number(value, 0 if abs(value) >= 100 or value == 0 else 2))

    def money_full(self, value: Number | None) -> str:
        """Money to the kopeck for hovers and exports: `1 234,50 ₽` / `₽1,234.50`."""
        return UNKNOWN if value is None or value != value else self._with_symbol(self.number(value, 2))

    def money_signed(self, value: Number | None, decimals: int | None = None) -> str:
        """Short money with its sign: `+4,1 млн ₽` / `+₽4.1M`."""
        return _plus(self.money(value, decimals), value)

    def share(self, value: Number | None, digits: int = 0) -> str:
        """A share 0..1 as per cent: `14 %` / `14%`."""
        if value is None or value != value:
            return UNKNOWN
        return self.number(value * 100, digits) + self._percent

    def share_change(self, value: Number | None, digits: int = 1) -> str:
        """A relative change of an amount (0.036 -> `+3,6 %`)."""
        return _plus(self.share(value, digits), value)

    def points(self, value: Number | None, digits: int = 1) -> str:
        """A change of a share (−0.003 -> `−0,3 п.п.` / `−0.3 pp`)."""
        if value is None or value != value:
            return UNKNOWN
        return self.signed(value * 100, digits) + NBSP + self._unit("points")

    def days(self, value: Number | None) -> str:
        """A time in days: `6,2 дн.` under ten, `41 дн.` from there on."""
        if value is None or value != value:
            return UNKNOWN
        return self.number(value, int(abs(value) < 10)) + NBSP + self._unit("days")

    def range(self, low: str, high: str) -> str:
        """Two formatted figures as a range: `349–389`."""
        return f"{low}{DASH}{high}"

    def day(self, value: date, *, year: bool = False) -> str:
        """`12 авг.` / `12 Aug`, with the year where it is asked for."""
        return _day(value, "d MMM y" if year else "d MMM", self.language)

    def moment(self, value: datetime, today: date) -> str:
        """A local moment as briefly as it stays clear: the hour today, the day before that."""
        if value.date() == today:
            return format_datetime(value, "HH:mm", locale=self.language)
        return self.day(value.date(), year=value.year != today.year)

    def period(self, span: Span) -> str:
        """Short title: `III кв. 2026`, `март 2026`, `2026`, `5 янв. 2026 – 1 февр. 2026`, `Всё время`."""
        return self._aligned(span, "{roman} кв. {year}", "LLL y") or self._open_or_days(span)

    def period_long(self, span: Span) -> str:
        """Title for a heading: `III квартал 2026`, `March 2026`."""
        return self._aligned(span, "{roman} квартал {year}", "LLLL y") or self._open_or_days(span)

    def period_against(self, span: Span) -> str:
        """The long title after "against": Russian has a case for it (`против II квартала 2026`)."""
        if self.language == "ru" and span.unit == "year":
            return f"{self.period_long(span)}{NBSP}года"
        return self._aligned(span, "{roman} квартала {year}", "MMMM y") or self._open_or_days(span)

    def _aligned(self, span: Span, russian_quarter: str, month: str) -> str | None:
        if span.since is None or span.unit is None:
            return None
        if span.unit == "year":
            return str(span.since.year)
        if span.unit == "month":
            return _day(span.since, month, self.language)
        quarter = (span.since.month - 1) // 3
        if self.language == "ru":
            title = russian_quarter.format(roman=_ROMAN[quarter], year=span.since.year)
            return title.replace(" ", NBSP)
        return f"Q{quarter + 1}{NBSP}{span.since.year}"

    def _open_or_days(self, span: Span) -> str:
        last = span.until - timedelta(days=1) if span.until else None
        if span.since and last:
            whole = span.since.year != last.year
            first = self.day(span.since, year=whole)
            return (
                f"{first} {DASH} {self.day(last, year=True)}"
                if span.since != last
                else self.day(last, year=True)
            )
        if span.since:
            return self._unit("from").format(self.day(span.since, year=True))
        return self._unit("to").format(self.day(last, year=True)) if last else self._unit("all")

    @property
    def symbol(self) -> str:
        """Sign of the engagement's money."""
        return _OWN_SYMBOLS.get(self.currency) or _symbol(self.currency, self.language)

    @property
    def _percent(self) -> str:
        return NBSP + "%" if self.language == "ru" else "%"

    def _unit(self, name: str) -> str:
        return _UNITS[self.language][name]

    def _with_symbol(self, figure: str, scale: str = "") -> str:
        if self.language == "ru":
            return NBSP.join(part for part in (figure, scale, self.symbol) if part)
        sign = MINUS if figure.startswith(MINUS) else ""
        symbol = self.symbol + (NBSP if len(self.symbol) > 1 else "")
        return f"{sign}{symbol}{figure.removeprefix(MINUS)}{scale}"


# a page writes the same figures and days again and again: each is written once


@lru_cache(20_000, typed=True)
def _number(value: Number, digits: int, language: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(value, format=pattern, locale=_locale(language))
    return text.replace("-", "" if _zero(text) else MINUS)


@lru_cache(4_000)
def _day(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, locale=_locale(language)).replace(" ", NBSP)


@cache
def _symbol(currency: str, language: str) -> str:
    return get_currency_symbol(currency, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _zero(text: str) -> bool:
    return not any(character in "123456789" for character in text)


def _plus(text: str, value: Number | None) -> str:
    return "+" + text if value is not None and value > 0 and not _zero(text) else text
