"""The library of measures of an engagement: ours, reworded or left out, and its people's own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dashboard.errors import JourneyError
from dashboard.journey.channels import CHANNELS
from dashboard.journey.measures import LANGUAGES, Measure, shipped
from dashboard.journey.stages import Phase, StageModel
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import writing
from data_access.state.schema import measure

MOST_MEASURES = 500  # of one engagement
LONGEST_NAME, LONGEST_PROBLEM = 200, 120


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person writes about a measure.

    Attributes:
        stage: key of a stage; empty = any stage of the phase.
        channel: a key of `CHANNELS`; empty = anywhere.
        problem, name: in both languages.
    """

    phase: str
    stage: str
    channel: str
    problem: Mapping[str, str]
    name: Mapping[str, str]


def listed(engine: sa.Engine, who: UserRecord, engagement: str, model: StageModel) -> tuple[Measure, ...]:
    """The library, in the order of the journey; what is left out here stands in it as `hidden`.

    Args:
        model: the engagement's stages; a measure of a stage that it no longer has is of any stage of the phase.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(measure).where(measure.c.engagement == engagement)).all()
    found = {one.key: one for one in shipped(model)}
    for row in sorted(rows, key=lambda row: row.id):
        found[row.key] = _measure(row, model, own=row.key not in found)
    order = [*model.keys, ""]
    phases = list(Phase)
    return tuple(
        sorted(found.values(), key=lambda one: (phases.index(one.phase), order.index(one.stage), one.own))
    )


def add(engine: sa.Engine, who: UserRecord, engagement: str, model: StageModel, wording: Wording) -> str:
    """Put an own measure into the library.

    Returns:
        Its key.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `too_many_measures` and those of a wording:
            `measure_words_missing`, `measure_words_long`, `unknown_stage`, `measure_place_unknown`.
    """
    _authorize(who, engagement, Action.PLAN)
    values = _checked(model, wording)
    key = f"own-{secrets.token_hex(6)}"
    with writing(engine) as connection:
        _insert(connection, who, engagement, key, values)
        audit.note(connection, who.login, "measure.add", engagement, measure=key)
    return key


def change(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    model: StageModel,
    key: str,
    version: int,
    wording: Wording,
) -> None:
    """Reword a measure, ours or an own one.

    Args:
        version: that the person has seen.

    Raises:
        JourneyError: `unknown_measure` (404), `measure_changed` (409) where somebody else was faster, and those of
            `add`.
    """
    _authorize(who, engagement, Action.PLAN)
    values = _checked(model, wording)
    _keep(engine, who, engagement, _known(engine, who, engagement, model, key), version, values)


def hide(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    model: StageModel,
    key: str,
    version: int,
    *,
    hidden: bool,
) -> None:
    """Propose a measure no longer, or again.

    Raises:
        JourneyError: `unknown_measure` (404), `measure_changed` (409), `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.PLAN)
    known = _known(engine, who, engagement, model, key)
    _keep(engine, who, engagement, known, version, {"hidden": hidden})


def _known(engine: sa.Engine, who: UserRecord, engagement: str, model: StageModel, key: str) -> Measure:
    found = next((one for one in listed(engine, who, engagement, model) if one.key == key), None)
    if found is None:
        raise JourneyError("unknown_measure", status=404)
    return found


def _keep(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    known: Measure,
    version: int,
    values: Mapping[str, Any],
) -> None:
    """Write what changes; the first change of a measure of ours makes its row."""
    with writing(engine) as connection:
        if version == 0:
            _insert(connection, who, engagement, known.key, {**_columns(known), **values})
        else:
            same = (measure.c.engagement == engagement, measure.c.key == known.key)
            told = {**values, "version": version + 1, "changed_by": who.id, "changed_at": utc_now()}
            update = sa.update(measure).where(*same, measure.c.version == version).values(told)
            if connection.execute(update).rowcount == 0:
                raise JourneyError("measure_changed", status=409)
        audit.note(connection, who.login, "measure.change", engagement, measure=known.key)


def _insert(
    connection: sa.Connection, who: UserRecord, engagement: str, key: str, values: Mapping[str, Any]
) -> None:
    mine = sa.select(measure.c.key).where(measure.c.engagement == engagement)
    keys = set(connection.scalars(mine))
    if key in keys:
        raise JourneyError("measure_changed", status=409)
    if len(keys) >= MOST_MEASURES:
        raise JourneyError("too_many_measures", limit=MOST_MEASURES)
    row = {**values, "engagement": engagement, "key": key, "version": 1}
    row |= {"changed_by": who.id, "changed_at": utc_now()}
    try:
        connection.execute(sa.insert(measure).values(row))
    except IntegrityError as error:  # two first changes at one moment
        raise JourneyError("measure_changed", status=409) from error


def _authorize(who: UserRecord, engagement: str, right: Action) -> None:
    authorize(who, engagement, right)
    refuse_guest(who, right)


def _checked(model: StageModel, wording: Wording) -> dict[str, Any]:
    if wording.phase not in list(Phase) or (wording.channel and wording.channel not in CHANNELS):
        raise JourneyError("measure_place_unknown")
    if wording.stage and model.stage(wording.stage).phase != wording.phase:
        raise JourneyError("measure_place_unknown")
    return {
        "phase": wording.phase,
        "stage": wording.stage,
        "channel": wording.channel,
        "problem": _words(wording.problem, LONGEST_PROBLEM),
        "name": _words(wording.name, LONGEST_NAME),
    }


def _words(texts: Mapping[str, str], longest: int) -> dict[str, str]:
    """The text in both languages, on one line each."""
    cleaned = {language: " ".join(texts.get(language, "").split()) for language in LANGUAGES}
    if not all(text and text.isprintable() for text in cleaned.values()):
        raise JourneyError("measure_words_missing")
    if any(len(text) > longest for text in cleaned.values()):
        raise JourneyError("measure_words_long", limit=longest)
    return cleaned


def _columns(known: Measure) -> dict[str, Any]:
    return {
        "phase": str(known.phase),
        "stage": known.stage,
        "channel": known.channel,
        "problem": dict(known.problem),
        "name": dict(known.name),
        "hidden": known.hidden,
    }


def _measure(row: sa.Row[Any], model: StageModel, *, own: bool) -> Measure:
    found = Measure(
        row.key,
        Phase(row.phase),
        row.stage,
        row.channel,
        row.problem,
        row.name,
        own=own,
        hidden=row.hidden,
        version=row.version,
    )
    known = found.stage in model.keys and model.stage(found.stage).phase is found.phase
    return found if known or not found.stage else replace(found, stage="")
