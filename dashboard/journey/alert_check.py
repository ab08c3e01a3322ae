"""A rule as somebody wants it: what may stand in each of its fields, and how its limits are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite
from typing import Any

from dashboard.errors import JourneyError
from dashboard.journey.alerts import (
    FIELDS,
    KPIS,
    SERIES_KINDS,
    AlertKind,
    AlertRule,
    Base,
    Every,
    LimitField,
    Limits,
    Side,
)
from dashboard.journey.alerts import Unit as FieldUnit
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.targets import UNITS, Kpi, Unit

LONGEST_NAME = 120
_WORDS: Mapping[str, Any] = {"every": Every, "side": Side, "base": Base}


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What a person says of a rule; see `AlertRule`.

    Attributes:
        kind, kpi: as typed; "" for no figure.
        limits: field of `FIELDS` -> value; what is left out has its default.
    """

    name: str
    kind: str
    kpi: str = ""
    stage: str = ""
    segment: str = ""
    channel: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    users: tuple[int, ...] = ()
    endpoints: tuple[int, ...] = ()


def watched_steps(info: GenerationInfo) -> dict[str, str]:
    """Every stage that a step leads away from -> the next stage that has data."""
    known = [key for key in info.model.keys if key not in info.stages_without_data]
    return dict(pairwise(known))


def watched_sources(info: GenerationInfo) -> tuple[str, ...]:
    """Sources of events and transactions, whose lateness makes every figure late."""
    return tuple(dict.fromkeys(one.source for one in info.sources))


def checked(draft: RuleDraft, info: GenerationInfo) -> RuleDraft:
    """The draft, tidied, where such a rule can be: every limit of its kind is there, and nothing else.

    Raises:
        JourneyError: `alert_name`, `alert_kind`, `alert_kpi`, `alert_place` (names the field), `alert_limit` (names
            the field, its least and most).
    """
    name = " ".join(draft.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise JourneyError("alert_name", limit=LONGEST_NAME)
    if draft.kind not in list(AlertKind):
        raise JourneyError("alert_kind")
    kind = AlertKind(draft.kind)
    if draft.kpi not in (KPIS[kind] or ("",)):
        raise JourneyError("alert_kpi")
    _check_place(draft, kind, info)
    limits = limits_of(kind, draft.limits, Kpi(draft.kpi) if draft.kpi else None)
    return replace(draft, name=name, limits=limits_json(kind, limits))


def drafted(draft: RuleDraft, engagement: str, info: GenerationInfo) -> AlertRule:
    """The rule that a draft would be, for a back-test: nothing is kept.

    Raises:
        JourneyError: as `checked`.
    """
    known = checked(draft, info)
    kind, kpi = AlertKind(known.kind), Kpi(known.kpi) if known.kpi else None
    return AlertRule(
        id=0,
        engagement=engagement,
        name=known.name,
        kind=kind,
        kpi=kpi,
        stage=known.stage,
        segment=known.segment,
        channel=known.channel,
        limits=limits_of(kind, known.limits, kpi),
    )


def _check_place(draft: RuleDraft, kind: AlertKind, info: GenerationInfo) -> None:
    if draft.kpi == Kpi.CONVERSION and kind in SERIES_KINDS:
        stages = set(watched_steps(info))
    else:
        stages = set(info.model.keys) if kind is AlertKind.OVERDUE else set()
    channels = set(watched_sources(info)) if kind is AlertKind.DATA else set(info.channels)
    if kind in (AlertKind.PACE, AlertKind.FORECAST, AlertKind.OVERDUE):
        channels = set()
    segments = set(info.segments) if kind is not AlertKind.DATA else set()
    known = {"stage": stages, "segment": segments, "channel": channels}
    for part, allowed in known.items():
        value = getattr(draft, part)
        if value and value not in allowed:
            raise JourneyError("alert_place", field=part, value=value[:60])


def limits_of(kind: AlertKind, said: Mapping[str, Any], kpi: Kpi | None = None) -> Limits:
    """The limits of a rule from what was kept or typed.

    Raises:
        JourneyError: `alert_limit`.
    """
    return Limits(**{one.name: _value(one, said.get(one.name, one.default), kpi) for one in FIELDS[kind]})


def limits_json(kind: AlertKind, limits: Limits) -> dict[str, Any]:
    """The fields of the kind alone, as they are kept."""
    return {one.name: getattr(limits, one.name) for one in FIELDS[kind]}


def _value(one: LimitField, said: Any, kpi: Kpi | None) -> Any:
    if one.unit is FieldUnit.WORD:
        if said not in one.choices:
            raise JourneyError("alert_limit", field=one.name, least="", most=", ".join(one.choices))
        return _WORDS[one.name](said)
    most = 1.0 if one.unit is FieldUnit.OF_KPI and kpi and UNITS[kpi] is Unit.SHARE else one.most
    whole = one.unit in (FieldUnit.COUNT, FieldUnit.DAYS)
    number = isinstance(said, int | float) and not isinstance(said, bool) and isfinite(said)
    if not number or not one.least <= said <= most or (whole and said != int(said)):
        raise JourneyError("alert_limit", field=one.name, least=f"{one.least:g}", most=f"{most:g}")
    return int(said) if whole else float(said)
