"""What a label of a client's file most likely means: a stage of the journey, the end of a deal, a channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from dashboard.journey.channels import CHANNELS, channel_key
from dashboard.journey.stages import UNMAPPED, Phase, Stage, StageModel
from data_access.ingest.recognise.label_words import DEAL, LEAD, LOST, MEDIA, OPEN, PLACES, REPEAT, WON

_OWN, _SURE, _LIKELY, _MAYBE = 1.0, 0.9, 0.7, 0.5
_NUMBER = re.compile(r"^\s*\d{1,2}\s*[.)/:–—-]\s*(?=\D)")
_PIPELINE = re.compile(r"\s*\([^()]*\)\s*$")
_PARTS = re.compile(r"\s*(?:[/|,;>]|\s[–—-]\s)\s*")
_NOT = {"не", "нет", "без", "not", "no", "non"}
_UNSAID = {"", "not set", "none", "null", "n a", "unknown", "неизвестно", "нет", "не указан", "не указано"}


def stage_of(label: str, model: StageModel) -> tuple[str, float]:
    """The stage that a status means, and how sure that is.

    The model's own keys and names come first, in either language; then the usual words of CRMs by their
    place on the way: "Первичный контакт" is an early step before the deal, "КП отправлено" a late one.
    Several labels may mean one stage.

    Returns:
        Key of the stage, or `unmapped`, and 0..1. A label that says that the deal was lost is no stage: that is
        as sure as a stage would be; 0 means that nothing is known of the label.
    """
    bare = _without_decoration(label)
    for text in (label, bare):
        if found := _own_names(model).get(_letters(text)):
            return found, _OWN
    outcome = outcome_of(label)
    if outcome == "lost":
        return UNMAPPED, _SURE
    words = _words(bare)
    before, after = _longest(words, LEAD) or "", _longest(words, REPEAT) or ""
    repeats = [stage for stage in model.stages if stage.phase is Phase.REPEAT]
    if repeats and len(after) > len(before):
        return _at(repeats, REPEAT[after])
    if outcome == "won":
        return model.deal.key, _SURE
    if before:
        return _at([stage for stage in model.stages if stage.phase is Phase.LEAD], LEAD[before])
    return (model.deal.key, _MAYBE) if _longest(words, DEAL) else (UNMAPPED, 0.0)


def outcome_of(label: str) -> Literal["won", "lost"] | None:
    """How a deal of this status has ended; None while it goes on, and where the label does not say."""
    words = _words(_without_decoration(label))
    if _longest(words, LOST):
        return "lost"
    if not _NOT.isdisjoint(words):
        return None
    return "won" if _longest(words, WON) and not _longest(words, OPEN) else None


def ending_of(label: str, model: StageModel) -> Literal["won", "lost"] | None:
    """As `outcome_of`; a label that is the model's own name for the deal has won too."""
    stage, sure = stage_of(label, model)
    return outcome_of(label) or ("won" if stage == model.deal.key and sure >= _SURE else None)


def channel_of(label: str) -> str | None:
    """The shipped channel that a source means; None where nothing is known of it.

    A composed label ("google / cpc") is judged by how somebody came (cpc) before where from (google).
    """
    if (own := channel_key(label)) in CHANNELS:
        return own
    parts = [words for part in _PARTS.split(label) if (words := _words(part.replace("_", " ")))]
    said = [words for words in parts if " ".join(words) not in _UNSAID]
    if not said:
        return "direct" if any("none" in words for words in parts) else None
    for table in (MEDIA, PLACES):
        for words in (*reversed(said), _words(label)):  # "source / medium": the medium stands last
            if found := _longest(words, table):
                return table[found]
    return None


@cache
def _own_names(model: StageModel) -> Mapping[str, str]:
    """Keys and names of the stages without case, blanks and signs."""
    names: dict[str, str] = {}
    for stage in model.stages:
        for text in (stage.key, *stage.names.values(), *stage.short_names.values()):
            names.setdefault(_letters(text), stage.key)
    return names


def _at(stages: list[Stage], place: float) -> tuple[str, float]:
    """The stage at this share of the way."""
    if not stages:
        return UNMAPPED, 0.0
    return stages[min(int(place * len(stages)), len(stages) - 1)].key, _LIKELY


def _without_decoration(label: str) -> str:
    """Without "3. " in front, and without the pipeline in brackets behind."""
    return _PIPELINE.sub("", _NUMBER.sub("", label)) or label


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def _letters(text: str) -> str:
    return "".join(sign for sign in _folded(text) if sign.isalnum())


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", _folded(text)))


def _longest(words: tuple[str, ...], phrases: Iterable[str]) -> str | None:
    """The longest phrase whose beginnings of words stand in the label, in their order."""
    return max((phrase for phrase in phrases if _holds(words, phrase)), key=len, default=None)


def _holds(words: tuple[str, ...], phrase: str) -> bool:
    left = iter(words)
    return all(any(_begins(word, start) for word in left) for start in phrase.split())


def _begins(word: str, start: str) -> bool:
    """A short beginning ("кп", "ad") has to be the whole word."""
    return word == start if len(start) < 4 else word.startswith(start)
