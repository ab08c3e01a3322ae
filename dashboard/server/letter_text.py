"""A letter as plain text."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.i18n.words import Words
from dashboard.journey.letter import Figure, Letter, Line, Section


def text_of(letter: Letter) -> str:
    """The letter for mail programs without pages, and for people who read it aloud."""
    words = Words(letter.language)
    parts = [f"{letter.engagement}\n{letter.title}: {letter.headline}"]
    parts += [_section(one) for one in letter.open_things]
    if letter.news:
        lines = "\n".join(_figure(words, one) for one in letter.news)
        parts.append(f"{words('What changed')}\n{lines}")
    if letter.bars:
        lines = "\n".join(f"  {one.name}: {one.text}" for one in letter.bars)
        parts.append(f"{words('Why revenue changed')}\n{lines}")
    parts += [_section(one) for one in letter.changed]
    parts += [letter.usual] if letter.usual else []
    parts.append(" ".join((*letter.notes, letter.why)))
    return "\n\n".join(parts)


def _section(one: Section) -> str:
    return "\n".join([one.title, *_lines(one.lines), *([f"  {one.note}"] if one.note else [])])


def _lines(lines: Iterable[Line]) -> list[str]:
    return [f"- {one.text}{f' ({one.detail})' if one.detail else ''}" for one in lines]


def _figure(words: Words, one: Figure) -> str:
    return f"- {one.title}: {one.value}, {one.change} ({words('before: {value}', value=one.was)})"
