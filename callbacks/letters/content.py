"""A whole letter: what waits, what changed, and one line for everything else."""

from __future__ import annotations

from datetime import datetime

from callbacks.letters.changes import Book, book_of, bridge_of, figures_of, steps_of, targets_of
from callbacks.letters.waiting import open_things
from callbacks.letters.writer import Wanted, Writer
from callbacks.services import Services
from dashboard.i18n.words import msgid
from dashboard.journey.letter import Figure, Letter, Rhythm, Section
from dashboard.journey.period import Period
from data_access.state import engagements
from layouts.components.pill import channel_title, segment_name


def letter_of(services: Services, wanted: Wanted, now: datetime, period: Period | None = None) -> Letter:
    """The letter of a reader about a closed period, with exactly what their own screens show.

    Args:
        now: naive UTC; decides which actions are late.
        period: None = the last one that is closed.

    Raises:
        JourneyError: `unknown_engagement`, `no_right` for a reader without it, `no_data_yet`.
    """
    with services.facts.pinned():
        writer = Writer.of(services, wanted, now, period)
        name = engagements.get(services.state(), wanted.engagement).name
        known = _known(writer)
        book = book_of(writer)
        figures = figures_of(writer, book) if known else ()
        news = any(one.news for one in figures)
        bars, causes = bridge_of(writer) if news else ((), ())
        words = writer.words
        sections = (
            Section(words("Largest causes"), causes),
            steps_of(writer) if known else None,
            targets_of(writer),
        )
        changed = tuple(one for one in sections if one is not None and one.lines)
        when = writer.formats.period_long(writer.ask.query.period)
        told = words("Week {period}", period=when) if wanted.every is Rhythm.WEEK else when
        return Letter(
            language=wanted.language,
            engagement=name,
            subject=words("{name}: {headline}", name=name, headline=_headline(writer, figures, book)),
            title=told[:1].upper() + told[1:],
            period=writer.ask.query.period,
            headline=_headline(writer, figures, book),
            open_things=open_things(writer),
            figures=figures,
            bars=bars,
            changed=changed,
            usual=_usual(writer, figures, changed),
            notes=_notes(writer),
            why=_why(writer, wanted, name),
            link=writer.href("/overview"),
            unsubscribe=wanted.leave,
            facts=_facts(wanted, writer, figures),
        )


def _known(writer: Writer) -> bool:
    """False where the data end before the period begins: nothing is no figure."""
    end, since = writer.ask.info.data_end_day, writer.ask.query.period.since
    return end is not None and since is not None and end >= since


def _headline(writer: Writer, figures: tuple[Figure, ...], book: Book) -> str:
    """The one sentence: revenue where it moved, else that all is as usual."""
    words = writer.words
    if not figures:
        return words("the data do not reach this period yet")
    revenue = figures[0]
    if not book.now.leads and not book.now.deals:
        return words("no leads and no deals in this period")
    if revenue.news and revenue.before is not None and book.changes["revenue"].absolute is not None:
        return words("revenue {value}, {change}", value=revenue.value, change=revenue.change)
    news = [one for one in figures if one.news]
    if news:
        moved = ", ".join(f"{one.title.lower()} {one.change}" for one in news[:2])
        return words("revenue as usual, {moved}", moved=moved) if not revenue.news else moved
    return words("everything within its usual range")


def _usual(writer: Writer, figures: tuple[Figure, ...], changed: tuple[Section, ...]) -> str:
    quiet = [one for one in figures if not one.news]
    if not quiet:
        return ""
    names = ", ".join(f"{one.title.lower()} {one.value}" for one in quiet)
    if len(quiet) < len(figures) or changed:
        return writer.words("Within the usual range: {names}.", names=names)
    return writer.words("Nothing has changed beyond its usual range: {names}.", names=names)


def _notes(writer: Writer) -> tuple[str, ...]:
    """What to know before believing the figures."""
    words, formats, info = writer.words, writer.formats, writer.ask.info
    notes = []
    if writer.other is not None and _known(writer):
        notes.append(words("Compared with {period}.", period=formats.period(writer.other)))
    if info.data_end_day is not None:
        notes.append(words("Data up to {day}.", day=formats.day(info.data_end_day, year=True)))
        if _known(writer) and not writer.ask.query.period.finished(info.data_end_day):
            notes.append(words("The period is not whole in the data yet: as many days are compared."))
    chosen = [segment_name(words, one) for one in writer.ask.query.segments]
    chosen += [channel_title(words, one) for one in writer.ask.query.channels]
    if chosen:
        notes.append(words("Only {filters}.", filters=", ".join(chosen)))
    return tuple(notes)


def _why(writer: Writer, wanted: Wanted, name: str) -> str:
    words = writer.words
    if wanted.every is Rhythm.WEEK:
        return words(
            "You get this letter every Monday as {who}, for {name}.", who=wanted.reader.name, name=name
        )
    text = msgid("You get this letter on the first of each month as {who}, for {name}.")
    return words(text, who=wanted.reader.name, name=name)


def _facts(wanted: Wanted, writer: Writer, figures: tuple[Figure, ...]) -> dict[str, object]:
    return {
        "engagement": wanted.engagement,
        "period": writer.ask.query.period.token(),
        "figures": {one.key: None if one.now is None else str(one.now) for one in figures},
        "changed": [one.key for one in figures if one.news],
    }
