"""A screen's address: what the query string says, and the question that it asks.

`/funnel?e=acme&p=2026Q3&c=year&s=new,gift&ch=site&cell=active_evaluation` reproduces a screen for everybody who
may see the engagement. Defaults are left out. Whatever cannot be understood is ignored and named in `problems`.

Keys: `e` engagement, `p` period, `c` comparison (`prev`, `year`, `none`, `SINCE:UNTIL`), `s` segments, `ch`
channels, `mode`, `entry`, `w` window [days], `hz` horizon [days], `inc` strictly later steps (`1`), `mt` mature
entries alone (`1`), `qm` model of repeat purchases in the what-if (`loop`), the options of `funnel_address`, `lang`
and `theme` for this view. Every other key belongs to the page (`extras`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qsl, quote

from dashboard.errors import JourneyError
from dashboard.journey.funnel_address import FunnelWords
from dashboard.journey.funnel_steps import settled
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, comparison, last_full_quarter
from dashboard.journey.query import DEFAULT_WINDOW_DAYS, Entry, JourneyQuery, Mode, RepeatModel

MAX_LENGTH = 6000
MAX_VALUES = 200
_YEARS = range(1900, 2201)
NO_COMPARISON = "none"
_COMPARISONS = {"prev": "previous", "year": "year_ago", NO_COMPARISON: None}
_EXTRA_KEY = re.compile(r"^[A-Za-z][\w.>\-]{0,80}$")
_PART = re.compile(r"(?:\\.|[^\\,])+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_READABLE = ",:.>()-_"


@dataclass(frozen=True, slots=True)
class Address:
    """What a query string says, before the engagement's data are known.

    Attributes:
        engagement: key; None where the address names none.
        period: None = the latest full quarter of the data.
        compare: `prev`, `year`, `none` or `SINCE:UNTIL`; None = the period before, where there is one.
        segments, channels: labels to keep; empty = all.
        mode, window_days: None = nobody chose one: the data do (`settled`).
        extras: keys of the page itself, such as the open cell.
        language, theme: for this view alone; None = as the person has chosen.
        problems: what was ignored, as sentences for a notice.
    """

    engagement: str | None = None
    period: Period | None = None
    compare: str | None = None
    segments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    mode: Mode | None = None
    entry: Entry = Entry.BEST
    window_days: int | None = None
    horizon_days: int | None = None
    increasing: bool = False
    mature: bool = False
    model: RepeatModel = RepeatModel.LINEAR
    funnel: FunnelWords = field(default_factory=FunnelWords)
    extras: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    theme: str | None = None
    problems: tuple[JourneyError, ...] = ()

    @classmethod
    def parse(cls, search: str) -> Self:
        """Read a query string (with or without `?`); never raises."""
        reader = _Reader(search)
        return cls(
            engagement=reader.text("e"),
            period=reader.period(),
            compare=reader.compare(),
            segments=reader.labels("s"),
            channels=reader.labels("ch"),
            mode=reader.choice("mode", Mode, None),
            entry=reader.choice("entry", Entry, Entry.BEST),
            window_days=reader.days("w", None),
            horizon_days=reader.days("hz", None),
            increasing=reader.choice("inc", {"1": True, "0": False}, False),
            funnel=FunnelWords.read(reader.labels),
            mature=reader.choice("mt", {"1": True, "0": False}, False),
            model=reader.choice("qm", RepeatModel, RepeatModel.LINEAR),
            language=reader.choice("lang", {"ru": "ru", "en": "en"}, None),
            theme=reader.choice("theme", {"light": "light", "dark": "dark"}, None),
            extras=reader.rest(),
            problems=tuple(reader.problems),
        )

    def search(self) -> str:
        """The query string with `?`, defaults left out, keys in a fixed order; empty where nothing is said."""
        said = {
            "e": self.engagement,
            "p": self.period.token() if self.period else None,
            "c": self.compare,
            "s": _joined(self.segments),
            "ch": _joined(self.channels),
            "mode": self.mode,
            "entry": self.entry if self.entry is not Entry.BEST else None,
            "w": None if self.window_days is None else str(self.window_days),
            "hz": None if self.horizon_days is None else str(self.horizon_days),
            "inc": "1" if self.increasing else None,
            "mt": "1" if self.mature else None,
            "qm": self.model if self.model is not RepeatModel.LINEAR else None,
            **self.funnel.said(_joined),
            **dict(sorted(self.extras.items())),
            "lang": self.language,
            "theme": self.theme,
        }
        pairs = (f"{quote(key, _READABLE)}={quote(value, _READABLE)}" for key, value in said.items() if value)
        query = "&".join(pairs)
        return "?" + query if query else ""

    def with_(self, **changes: Any) -> Self:
        """The same address with some fields changed."""
        return replace(self, **changes)

    def with_extras(self, **extras: str | None) -> Self:
        """The same address with page keys set, or removed by None."""
        merged = {**self.extras, **extras}
        return replace(self, extras={key: value for key, value in merged.items() if value})

    def for_page(self) -> Self:
        """The address without the keys of a page: what a link to another page keeps."""
        return replace(self, extras={}, problems=())

    def for_engagement(self, key: str) -> Self:
        """The bare address of another engagement: its periods and labels are its own."""
        return type(self)(engagement=key, language=self.language, theme=self.theme)

    def query(self, info: GenerationInfo) -> tuple[JourneyQuery, tuple[JourneyError, ...]]:
        """The question, with the data's defaults filled in, and everything that had to be ignored."""
        segments, strange = _known("s", self.segments, info.segments)
        channels, stranger = _known("ch", self.channels, info.channels)
        period = self.period or default_period(info)
        compare, incomparable = self._comparison(period, info)
        question = JourneyQuery(
            engagement=info.engagement,
            period=period,
            compare=compare,
            segments=segments,
            channels=channels,
            mode=self.mode or Mode.ORDERED,
            entry=self.entry,
            window_days=DEFAULT_WINDOW_DAYS if self.window_days is None else self.window_days,
            horizon_days=self.horizon_days,
            increasing=self.increasing,
            mature=self.mature,
            model=self.model,
        )
        question, unfit = self.funnel.apply(question, info)
        said = {"mode_given": self.mode is not None, "window_given": self.window_days is not None}
        question = settled(question, info, **said)
        return question, (*self.problems, *strange, *stranger, *incomparable, *unfit)

    def _comparison(
        self, period: Period, info: GenerationInfo
    ) -> tuple[str | None, tuple[JourneyError, ...]]:
        word = self.compare or ("prev" if period.bounded else NO_COMPARISON)
        compare = _COMPARISONS.get(word, word)
        try:
            if compare:
                comparison(period, compare, info.data_end_day)
        except JourneyError as error:
            return None, (error,)
        return compare, ()


def default_period(info: GenerationInfo) -> Period:
    """What a screen opens on: the latest full quarter that has facts, else everything."""
    if info.data_end_day is None:
        return Period()
    quarter = last_full_quarter(info.data_end_day)
    has_facts = info.first_day is not None and quarter.until is not None and info.first_day < quarter.until
    return quarter if has_facts else Period()


class _Reader:
    """Takes one key after the other out of a query string and notes what it could not use."""

    def __init__(self, search: str) -> None:
        self.problems: list[JourneyError] = []
        if len(search) > MAX_LENGTH:
            self.problems.append(JourneyError("address_too_long"))
            search = ""
        self._said: dict[str, str] = {}
        for key, value in parse_qsl(search.removeprefix("?"), max_num_fields=None):
            self._said.setdefault(key, value)

    def text(self, key: str) -> str | None:
        return self._said.pop(key, None)

    def period(self) -> Period | None:
        text = self.text("p")
        try:
            return _plausible(Period.parse(text)) if text else None
        except JourneyError as error:
            self.problems.append(error)
            return None

    def compare(self) -> str | None:
        text = self.text("c")
        if text is None or text in _COMPARISONS:
            return text
        since, separator, until = text.partition(":")
        try:
            if not separator or not _plausible(Period.parse(f"{since}..{until}")).bounded:
                raise JourneyError("bad_compare", value=text)
        except JourneyError:
            self.problems.append(JourneyError("bad_compare", value=text))
            return None
        return text

    def labels(self, key: str) -> tuple[str, ...]:
        return _split(self.text(key) or "")[:MAX_VALUES]

    def choice(self, key: str, known: Any, default: Any) -> Any:
        text = self.text(key)
        if text is None:
            return default
        try:
            return known[text] if isinstance(known, Mapping) else known(text)
        except (KeyError, ValueError):
            self._ignore(key, text)
            return default

    def days(self, key: str, default: Any) -> Any:
        text = self.text(key)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= 3660:
            return int(text)
        self._ignore(key, text)
        return default

    def rest(self) -> dict[str, str]:
        return {key: value for key, value in self._said.items() if _EXTRA_KEY.match(key)}

    def _ignore(self, key: str, value: str) -> None:
        self.problems.append(JourneyError("address_value_ignored", key=key, value=value[:60]))


def _plausible(period: Period) -> Period:
    """The period, unless its comparison would leave the calendar."""
    for day in (period.since, period.until):
        if day and day.year not in _YEARS:
            raise JourneyError("bad_period", value=period.token())
    return period


def _joined(labels: Iterable[str]) -> str:
    """Labels with commas between them; a comma inside a label is escaped, so that any re-encoding keeps them."""
    return ",".join(label.replace("\\", "\\\\").replace(",", "\\,") for label in labels)


def _split(text: str) -> tuple[str, ...]:
    parts = (_ESCAPED.sub(r"\1", part) for part in _PART.findall(text))
    return tuple(dict.fromkeys(parts))


def _known(
    key: str, asked: tuple[str, ...], known: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[JourneyError, ...]]:
    """The asked labels that exist, in the engagement's order; asking for every one is asking for all."""
    kept = tuple(label for label in known if label in asked)
    strange = [label for label in asked if label not in known]
    problems = tuple(
        JourneyError("address_value_ignored", key=key, value=label[:60]) for label in strange[:5]
    )
    return (() if len(kept) == len(known) else kept), problems
