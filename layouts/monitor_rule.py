"""The editor of an alert rule: what it watches and where it begins to speak, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.i18n.words import msgid
from dashboard.journey.alerts import (
    FIELDS,
    KPIS,
    SERIES_KINDS,
    AlertKind,
    AlertRule,
    Base,
    Every,
    LimitField,
    Side,
    Unit,
)
from dashboard.journey.targets import UNITS, Kpi
from dashboard.journey.targets import Unit as KpiUnit
from layouts.alert_words import EVERY_NAMES, KIND_NAMES
from layouts.components.address_fields import AddressField, address_fields
from layouts.components.attributes import attributes
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_name
from layouts.monitor import PATH
from layouts.monitor_alert_view import ANY, NEW, AlertView, is_share, takes_place
from layouts.targets import NAMES as KPI_NAMES

KIND_MEANINGS: Mapping[AlertKind, str] = {
    AlertKind.LIMITS: msgid(
        "A figure moves further from its own past than chance explains. No number to choose."
    ),
    AlertKind.RELATIVE: msgid("A figure falls or rises by a share of a base that you name."),
    AlertKind.ABSOLUTE: msgid("A figure crosses a level that you name."),
    AlertKind.PACE: msgid("The month runs behind the pace to its target."),
    AlertKind.FORECAST: msgid("The forecast to the end of the month misses the target."),
    AlertKind.DATA: msgid("A source has brought nothing new for some days."),
    AlertKind.OVERDUE: msgid("Actions of the plan are past their day."),
}
_FIELD_NAMES: Mapping[str, str] = {
    "every": msgid("Look at it"),
    "side": msgid("Speak when it"),
    "threshold": msgid("Level"),
    "change": msgid("By how much"),
    "base": msgid("Against"),
    "periods": msgid("Periods of the mean"),
    "tolerance": msgid("May be missing"),
    "days": msgid("Days allowed"),
    "least": msgid("At least customers"),
    "window": msgid("Time for the step"),
}
_HINTS: Mapping[str, str] = {
    "every": msgid("Each period counts once it is closed."),
    "side": msgid("Which way is worth an alert."),
    "threshold": msgid("Beyond it the rule speaks."),
    "change": msgid("A smaller change stays unsaid."),
    "base": msgid("Every message names it."),
    "periods": msgid("Used for the mean alone."),
    "tolerance": msgid("So much of the target may lack before it speaks."),
    "days": msgid("From the day after them on it speaks."),
    "least": msgid("With fewer a period says nothing."),
    "window": msgid("A period counts once its last customer had so long."),
}
_SIDES: Mapping[Side, str] = {
    Side.BELOW: msgid("falls"),
    Side.ABOVE: msgid("rises"),
    Side.BOTH: msgid("moves either way"),
}
_BASES: Mapping[Base, str] = {
    Base.PREVIOUS: msgid("the period before it"),
    Base.YEAR_AGO: msgid("the same time a year ago"),
    Base.MEAN: msgid("the mean of the last periods"),
}


def kinds(view: AlertView, rule: AlertRule) -> html.Nav:
    """What a new rule may be, each kind with its meaning; a choice takes the fields of the other kinds out."""
    words = view.words
    links = [
        page_link(
            [html.B(words(name)), html.Span(words(KIND_MEANINGS[kind]))],
            PATH,
            view.rule(NEW, kind=None if kind is AlertKind.LIMITS else kind),
            "alert-kind" + (" alert-kind--on" if kind is rule.kind else ""),
        )
        for kind, name in KIND_NAMES.items()
    ]
    return html.Nav(links, className="alert-kinds", **attributes(aria_label=words("Kind of the rule")))


def where_fields(view: AlertView, rule: AlertRule, kept: AlertRule) -> html.Div:
    """What the rule watches: figure, step, segment, channel; those that its kind knows."""
    words = view.words
    fields = []
    if KPIS[rule.kind]:
        figures = [(str(kpi), words(KPI_NAMES[kpi])) for kpi in KPIS[rule.kind]]
        usual = kept.kpi if kept.kpi in KPIS[rule.kind] else None
        default = usual or (Kpi.CONVERSION if Kpi.CONVERSION in KPIS[rule.kind] else KPIS[rule.kind][0])
        fields.append(_select("kpi", words("Figure"), figures, rule.kpi or "", default))
    fields += _stage(view, rule, kept)
    by_segment, by_channel = takes_place(rule.kind)
    if by_segment:
        known = [(key, segment_name(words, key)) for key in view.order]
        fields.append(
            _place("seg", words("Segment"), words("All segments"), known, rule.segment, kept.segment)
        )
    if rule.kind is AlertKind.DATA:
        known = [(name, name) for name in view.sources]
        fields.append(
            _place("channel", words("Source"), words("Any source"), known, rule.channel, kept.channel)
        )
    elif by_channel:
        known = [(key, channel_title(words, key)) for key in view.channels]
        fields.append(
            _place("channel", words("Channel"), words("All channels"), known, rule.channel, kept.channel)
        )
    return address_fields(fields, "")


def limit_fields(view: AlertView, rule: AlertRule, kept: AlertRule) -> html.Div:
    """Where the rule begins to speak."""
    asked = [one for one in FIELDS[rule.kind] if not one.of_step or rule.stage]
    wrong = view.words("This number is outside what the field takes: the last one that fits holds.")
    return address_fields([_limit(view, rule, kept, one) for one in asked], wrong)


def _stage(view: AlertView, rule: AlertRule, kept: AlertRule) -> list[AddressField]:
    words, names = view.words, view.names
    if rule.kind in SERIES_KINDS and rule.kpi is Kpi.CONVERSION:
        known = [(key, names.step(key)) for key in view.steps]
        return [
            _place(
                "step", words("Which step"), words("The whole way to the deal"), known, rule.stage, kept.stage
            )
        ]
    if rule.kind is AlertKind.OVERDUE:
        known = [(key, names.stage(key)) for key in view.model.keys]
        return [_place("step", words("Stage"), words("All stages"), known, rule.stage, kept.stage)]
    return []


def _place(
    key: str, label: str, everywhere: str, known: Sequence[tuple[str, str]], value: str, kept: str
) -> AddressField:
    gone = [(value, value)] if value and value not in dict(known) else []
    return _select(key, label, [(ANY, everywhere), *known, *gone], value or ANY, kept or ANY)


def _select(
    key: str, label: str, choices: Sequence[tuple[str, str]], value: str, default: str, hint: str = ""
) -> AddressField:
    return AddressField(key, label, "select", str(value), str(default), choices=choices, hint=hint)


def _limit(view: AlertView, rule: AlertRule, kept: AlertRule, field: LimitField) -> AddressField:
    words, name = view.words, field.name
    value, default = getattr(rule.limits, name), getattr(kept.limits, name)
    label, hint = words(_FIELD_NAMES[name]), words(_HINTS[name])
    if field.unit is Unit.WORD:
        default = default if default in field.choices else field.default
        return _select(name, label, _choices(view, field), value, default, hint)
    size = 100 if is_share(field, rule.kpi) else 1
    low, high = _plain(field.least * size), _plain(min(field.most, _most(field, rule.kpi)) * size)
    shown = "" if value is None else view.formats.number(value * size, _digits(value * size))
    default = "" if default is None else _plain(default * size)
    return AddressField(name, label, "number", shown, default, low, high, _unit(view, rule, field), hint=hint)


def _choices(view: AlertView, field: LimitField) -> list[tuple[str, str]]:
    told: dict[str, Mapping[Any, str]] = {"every": EVERY_NAMES, "side": _SIDES, "base": _BASES}
    kinds: dict[str, Any] = {"every": Every, "side": Side, "base": Base}
    name = field.name
    return [(str(one), view.words(told[name][kinds[name](one)])) for one in field.choices]


def _most(field: LimitField, kpi: Kpi | None) -> float:
    """Shares end at one, whatever a field of another figure takes."""
    return 1.0 if field.unit is Unit.OF_KPI and is_share(field, kpi) else field.most


def _unit(view: AlertView, rule: AlertRule, field: LimitField) -> str:
    if is_share(field, rule.kpi):
        return "%"
    if field.unit is Unit.DAYS:
        return view.words("d.")
    money = field.unit is Unit.OF_KPI and rule.kpi is not None and UNITS[rule.kpi] is KpiUnit.MONEY
    return view.formats.symbol if money else ""


def _digits(value: float) -> int:
    """Places that a number needs, as many as an address takes."""
    text = _plain(value)
    return len(text.partition(".")[2])


def _plain(value: float) -> str:
    """A number as it stands in an address."""
    return f"{round(value, 4):.4f}".rstrip("0").rstrip(".")
