"""A rule as an address says it: the editor's fields are keys of the address, so Back and a pasted link work."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from callbacks.services import Ask
from dashboard.journey.alert_check import watched_sources, watched_steps
from dashboard.journey.alerts import (
    FIELDS,
    KPIS,
    SERIES_KINDS,
    AlertKind,
    AlertRule,
    LimitField,
    Limits,
    Unit,
)
from dashboard.journey.targets import Kpi
from layouts.monitor_alert_view import ANY, is_share, takes_place

KIND, KPI, STEP, SEGMENT, CHANNEL = "kind", "kpi", "step", "seg", "channel"


def blank(engagement: str) -> AlertRule:
    """What the editor of a new rule begins with: nothing has to be chosen."""
    limits = Limits()
    return AlertRule(0, engagement, "", AlertKind.LIMITS, Kpi.CONVERSION, "", "", "", limits)


def asked_rule(ask: Ask, kept: AlertRule) -> AlertRule:
    """The rule with what the address changes of it; what makes no sense is left as it is.

    Args:
        kept: the rule as it is stored, or a blank one, whose kind may still be chosen.
    """
    said = ask.extras
    kind = kept.kind if kept.id else _one(said.get(KIND), AlertKind, kept.kind)
    kpis = KPIS[kind]
    usual = kept.kpi if kept.kpi in kpis else next(iter(_usual(kpis)), None)
    kpi = _one(said.get(KPI), kpis, usual)
    stage = _known(said.get(STEP), _stages(ask, kind, kpi), kept.stage)
    by_segment, by_channel = takes_place(kind)
    channels = watched_sources(ask.info) if kind is AlertKind.DATA else ask.info.channels
    return replace(
        kept,
        kind=kind,
        kpi=kpi,
        stage=stage,
        segment=_known(said.get(SEGMENT), ask.info.segments if by_segment else (), kept.segment),
        channel=_known(said.get(CHANNEL), channels if by_channel else (), kept.channel),
        limits=_limits(said, kind, kpi, stage, kept.limits),
    )


def _usual(kpis: Collection[Kpi]) -> list[Kpi]:
    """The figures of a kind, the conversion first where it is one."""
    return sorted(kpis, key=lambda kpi: kpi is not Kpi.CONVERSION)


def _stages(ask: Ask, kind: AlertKind, kpi: Kpi | None) -> tuple[str, ...]:
    """Where a rule of this kind may be: at a step of a conversion, or at a stage of the plan."""
    if kind in SERIES_KINDS and kpi is Kpi.CONVERSION:
        return tuple(watched_steps(ask.info))
    return ask.info.model.keys if kind is AlertKind.OVERDUE else ()


def _known(said: str | None, known: Collection[str], kept: str) -> str:
    """A value of the engagement, or everywhere; what is kept stays where it is no choice any more."""
    if not known:
        return ""
    if said == ANY:
        return ""
    return said if said and said in known else kept


def _one(said: str | None, known: Any, usual: Any) -> Any:
    return next((one for one in known if one == said), usual)


def _limits(said: Mapping[str, str], kind: AlertKind, kpi: Kpi | None, stage: str, kept: Limits) -> Limits:
    """The fields of the kind from the address; the others as they are kept."""
    found = {
        field.name: value
        for field in FIELDS[kind]
        if (stage or not field.of_step) and (value := _field(field, kpi, said.get(field.name))) is not None
    }
    return replace(kept, **found)


def _field(field: LimitField, kpi: Kpi | None, said: str | None) -> Any:
    """One value as it is stored; None where the address says nothing of sense."""
    if not said:
        return None
    if field.unit is Unit.WORD:
        kind = type(field.default)
        return kind(said) if said in field.choices else None
    try:
        value = float(said) / (100 if is_share(field, kpi) else 1)
    except ValueError:
        return None
    if not field.least <= value <= field.most:  # also what is no number at all
        return None
    return int(value) if field.unit in (Unit.COUNT, Unit.DAYS) else value
