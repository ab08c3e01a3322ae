"""The middle of a letter: what changed beyond its usual range, why, and how the targets stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from callbacks.letters.writer import Writer
from callbacks.progress import equation_progress, stored_targets
from dashboard.analytics.alert_limits import xmr
from dashboard.analytics.bridge import AVERAGE_CHECK, DEALS, LEADS, Bridge
from dashboard.analytics.lcpq_change import Change, compare
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.mature_span import MatureSpan
from dashboard.analytics.targets import Status
from dashboard.errors import JourneyError
from dashboard.i18n.formats import UNKNOWN
from dashboard.i18n.words import msgid
from dashboard.journey.letter import Bar, Figure, Line, Rhythm, Section, Tone
from dashboard.journey.period import Period, add_months
from dashboard.journey.query import Mode, Split
from dashboard.journey.targets import UNITS, Kpi, Unit
from layouts.components.link import page_href
from layouts.components.pill import segment_name
from layouts.overview_bridge import factor_names, step_title
from layouts.targets import NAMES
from layouts.targets_status import status_word, why

PERIODS = 12  # of the past, by which the usual range is known
CAUSES = 3
LETTERS = {Kpi.LEADS: "L", Kpi.CONVERSION: "C", Kpi.AVERAGE_CHECK: "P", Kpi.DEALS_PER_BUYER: "Q"}
_LEAST_EFFECT = 0.005  # half a kopeck


@dataclass(frozen=True, slots=True)
class Book:
    """The equation of the period, of the one before and of those before it."""

    now: Lcpq
    before: Lcpq | None
    changes: Mapping[str, Change]
    past: tuple[Lcpq, ...]


def book_of(writer: Writer) -> Book:
    """The figures of the overview, asked as the overview asks."""
    ask, answers, other = writer.ask, writer.services.answers, writer.other
    now = answers.lcpq(ask.scope, ask.query.with_(by=(Split.SEGMENT,))).total
    if other is None:
        return Book(now, None, {}, ())
    before = answers.lcpq(ask.scope, ask.query.with_(period=other, compare=None, by=(Split.SEGMENT,))).total
    return Book(now, before, compare(now, before, ask.query.period, other, ask.info), _past(writer))


def _past(writer: Writer) -> tuple[Lcpq, ...]:
    """The whole periods before this one that the data hold."""
    since, first = writer.ask.query.period.since, writer.ask.info.first_day
    if since is None or first is None:
        return ()
    start = Period(since, writer.ask.query.period.until)
    earlier = start.earlier(PERIODS, first)
    if not earlier:
        return ()
    split = Split.WEEK if writer.every is Rhythm.WEEK else Split.MONTH
    query = writer.ask.query.with_(period=Period(earlier[-1].since, since), compare=None, by=(split,))
    return tuple(one for one in writer.services.answers.lcpq(writer.ask.scope, query).rows if not one.partial)


def figures_of(writer: Writer, book: Book) -> tuple[Figure, ...]:
    """Revenue, L, C, P, Q; `news` where one left the range of the periods before."""
    return tuple(_figure(writer, book, kpi) for kpi in Kpi)


def _figure(writer: Writer, book: Book, kpi: Kpi) -> Figure:
    words, name = writer.words, str(kpi)
    now = getattr(book.now, name)
    before = getattr(book.before, name) if book.before is not None else None
    change = book.changes.get(name)
    moved = change.absolute if change is not None else None
    value = _written(writer, kpi, now)
    if now is None:
        value = words("no data: {reason}", reason=why(words, book.now.reasons.get(name)) or UNKNOWN)
    tone = Tone.PLAIN if not moved else Tone.GOOD if moved > 0 else Tone.BAD
    return Figure(
        name,
        LETTERS.get(kpi, ""),
        words(NAMES[kpi]),
        now,
        before,
        value,
        _written(writer, kpi, before),
        _moved(writer, kpi, change),
        writer.href("/overview"),
        tone,
        _news(kpi, book, now),
    )


def _news(kpi: Kpi, book: Book, now: float | Decimal | None) -> bool:
    """True beyond the usual range; where under eight periods are known, any change is told."""
    past = [getattr(one, str(kpi)) for one in book.past]
    known = [float(one) for one in past if one is not None]
    if now is None:
        return bool(known) and known[-1] != 0
    usual = xmr(known)
    value = float(now)
    if usual is None:
        before = getattr(book.before, str(kpi)) if book.before is not None else None
        return before is None or float(before) != value
    return not usual.low <= value <= usual.high


def _written(writer: Writer, kpi: Kpi, value: float | Decimal | None) -> str:
    formats = writer.formats
    if value is None:
        return UNKNOWN
    number = float(value)
    match UNITS[kpi]:
        case Unit.MONEY:
            return formats.money(number)
        case Unit.SHARE:
            return formats.share(number, 1)
        case Unit.RATIO:
            return formats.number(number, 2)
    return formats.number(number)


def _moved(writer: Writer, kpi: Kpi, change: Change | None) -> str:
    formats = writer.formats
    if change is None or change.absolute is None:
        return UNKNOWN
    if UNITS[kpi] is Unit.SHARE:
        return formats.points(change.absolute)
    if change.relative is None:
        return formats.signed(change.absolute)
    return formats.share_change(change.relative)


def bridge_of(writer: Writer) -> tuple[tuple[Bar, ...], tuple[Line, ...]]:
    """Why revenue changed: L, C, P, Q, which add up to the change, and the three largest causes."""
    ask = writer.ask
    if writer.other is None or not ask.info.has_transactions:
        return (), ()
    try:
        found = writer.services.answers.bridge(ask.scope, ask.query)
    except JourneyError:
        return (), ()
    return _bars(writer, found), _causes(writer, found)


def _bars(writer: Writer, found: Bridge) -> tuple[Bar, ...]:
    names = factor_names(writer.place)
    effects = {LEADS: 0.0, "conversion": 0.0, AVERAGE_CHECK: 0.0, DEALS: 0.0}
    for row in found.total:
        key = row.factor if row.factor in names else "conversion"
        effects[key] = effects.get(key, 0.0) + row.effect
    signs = {LEADS: "L · ", "conversion": "C · ", AVERAGE_CHECK: "P · ", DEALS: "Q · "}
    return tuple(
        Bar(f"{signs.get(key, '')}{names[key]}", effect, writer.formats.money_signed(effect))
        for key, effect in effects.items()
    )


def _causes(writer: Writer, found: Bridge) -> tuple[Line, ...]:
    """Segment and factor, a step where conversion is one."""
    names, words = factor_names(writer.place), writer.words
    rows = sorted(found.segments, key=lambda row: -abs(row.effect))
    lines = []
    for row in rows[:CAUSES]:
        if abs(row.effect) < _LEAST_EFFECT:
            continue
        name = names.get(row.factor) or step_title(writer.place, row.factor)
        segments = (row.segment,) if row.segment in writer.ask.info.segments else writer.address.segments
        lines.append(
            Line(
                f"{segment_name(words, row.segment)}: {name}",
                writer.formats.money_signed(row.effect),
                page_href("/overview", writer.address.with_(segments=segments)),
                Tone.GOOD if row.effect > 0 else Tone.BAD,
            )
        )
    return tuple(lines)


def steps_of(writer: Writer) -> Section | None:
    """Steps whose conversion moved beyond chance, of ripe entries alone."""
    ask, answers, words, formats = writer.ask, writer.services.answers, writer.words, writer.formats
    if ask.query.mode is Mode.ANY:
        return None
    query, span = answers.ripe(ask.scope, ask.query)
    other = answers.compared(ask.scope, query.with_(compare="previous")) if query.period.bounded else None
    first = ask.info.first_day
    if other is None or other.since is None or first is None or other.since < first:
        return None
    asked = query.with_(by=(Split.SEGMENT,), attributes=(), mature=True, compare=None)
    found = answers.funnel_changes(ask.scope, asked, other)
    stages = list(answers.funnel(ask.scope, asked).stages)
    lines = []
    for (group, stage), one in sorted(found.items(), key=lambda item: -abs(item[1].change)):
        if not one.significant or one.low_n or stage not in stages[1:]:
            continue
        start, segment = stages[stages.index(stage) - 1], str(group[0]) if group else ""
        whose = segment_name(words, segment) if segment else words("All segments")
        low, high = formats.signed(one.low * 100, 1), formats.points(one.high)
        detail = f"{formats.points(one.change)} ({formats.range(low, high)})"
        extras = {"step": start, **({"seg": segment} if segment else {})}
        place = writer.address.for_page().with_(period=query.period).with_extras(**extras)
        tone = Tone.GOOD if one.change > 0 else Tone.BAD
        name = f"{whose}: {writer.place.steps_name(start, stage)}"
        lines.append(Line(name, detail, page_href("/funnel", place), tone))
    return Section(
        words("Steps that moved beyond chance"), tuple(lines[:5]), _ripe(writer, query.period, span)
    )


def _ripe(writer: Writer, period: Period, span: MatureSpan | None) -> str:
    if span is None:
        return ""
    text = msgid(
        "Entries of {period}; those of the letter's own period are not ripe yet: they may still go on."
    )
    return writer.words(text, period=writer.formats.period(period))


def targets_of(writer: Writer) -> Section | None:
    """Figures of the month that are ahead of their target or behind it."""
    ask, words, formats = writer.ask, writer.words, writer.formats
    until = ask.query.period.until
    targets = stored_targets(writer.services.state(), ask.user, ask.scope.engagement)
    if until is None or not targets:
        return None
    month = ask.query.period
    if writer.every is Rhythm.WEEK:
        first = add_months(until.replace(day=1), -1) if until.day == 1 else until.replace(day=1)
        month = Period.of_months(first, 1)
    found = equation_progress(
        writer.services.answers, ask.scope, ask.query.with_(period=month, compare=None), targets
    )
    lines = []
    for kpi, one in found.items():
        at = one.progress
        if at is None or at.status not in (Status.AHEAD, Status.BEHIND):
            continue
        detail = words(
            "{actual} of {target}, {status}",
            actual=_written(writer, kpi, at.actual),
            target=_written(writer, kpi, at.target),
            status=status_word(words, at.status),
        )
        link = page_href("/overview", writer.address.with_(period=month))
        tone = Tone.GOOD if at.status is Status.AHEAD else Tone.BAD
        lines.append(Line(words(NAMES[kpi]), detail, link, tone))
    return Section(words("Targets of {month}", month=formats.period_long(month)), tuple(lines))
