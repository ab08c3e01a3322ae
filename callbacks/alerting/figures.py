"""What an incident says of its last look: figures, what made the change, its money, where to look, what to do."""

from __future__ import annotations

from callbacks.alerting.series import rows_of
from callbacks.alerting.verdicts import Knowledge
from dashboard.analytics.alert_episodes import Walk
from dashboard.analytics.alert_explain import Explained, explained, money_of_factor
from dashboard.analytics.alert_judge import measured_from
from dashboard.analytics.alert_points import Point, parts_of, pooled
from dashboard.analytics.alert_states import latest_of, overdue, overdue_slices
from dashboard.analytics.bottleneck import step_value
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.errors import JourneyError
from dashboard.journey.address import Address, default_period
from dashboard.journey.alerts import SERIES_KINDS, AlertKind, AlertRule
from dashboard.journey.funnel_address import FunnelWords
from dashboard.journey.incidents import Episode, IncidentFigures, Slice
from dashboard.journey.measures import suggested
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery
from dashboard.journey.targets import Kpi
from data_access.state import measures


def plain_figures(rule: AlertRule, episode: Episode) -> IncidentFigures:
    """The figures of an episode's last period, before anything is asked about them."""
    last = episode.last
    return IncidentFigures(
        rule=rule.id,
        kind=rule.kind,
        kpi=rule.kpi,
        since=last.since,
        until=last.until,
        began=episode.opened.since,
        value=last.value,
        low=last.low,
        high=last.high,
        base=last.base,
        base_name=last.base_name,
        limit=last.limit,
        n=last.n,
        usual=last.base,
        severity=last.severity,
        told=last.severity,
    )


def full_figures(rule: AlertRule, found: Walk, figures: IncidentFigures, known: Knowledge) -> IncidentFigures:
    """The same with the parts of the change, its money, a link and a proposal."""
    linked = figures.with_(link=link_of(rule, figures, known))
    match rule.kind:
        case AlertKind.DATA:
            name, _ = latest_of(known.health.sources, rule.channel)
            return linked.with_(dimension="source", slices=(Slice(name, figures.value or 0.0, None),))
        case AlertKind.OVERDUE:
            late = overdue(rule, known.plan, known.today)
            return linked.with_(dimension="action", slices=overdue_slices(late))
        case AlertKind.PACE | AlertKind.FORECAST:
            money = figures.change if rule.kpi is Kpi.REVENUE else None
            return linked.with_(money=money)
    return _of_series(rule, found, linked, known)


def _of_series(rule: AlertRule, found: Walk, figures: IncidentFigures, known: Knowledge) -> IncidentFigures:
    number = next(place for place, one in enumerate(found.signals) if one.since == figures.since)
    base, scale = measured_from(rule, found.pasts[number], number)
    usual = figures.base if rule.kind is not AlertKind.ABSOLUTE else pooled(base)
    if usual is None or figures.value is None or not base:
        return figures.with_(usual=usual)
    change = figures.value - usual
    parts = known.series.parts(rule, figures.since, [one.since for one in base], scale)
    made: Explained = explained(change, parts)
    money = (
        _step_money(rule, figures, change, known) if rule.stage else _book_money(rule, figures, base, known)
    )
    return figures.with_(
        usual=usual,
        dimension=made.dimension,
        slices=made.slices,
        rest=made.rest,
        money=money,
        measure=_measure(rule, known) if change < 0 else "",
    )


def _step_money(rule: AlertRule, figures: IncidentFigures, change: float, known: Knowledge) -> float | None:
    """People more or fewer who went on, at what one is worth on the ripe funnel of the screens."""
    series = known.series
    if not series.info.has_transactions:
        return None
    mode = series.step_query(rule, Period()).mode
    plain = JourneyQuery(series.scope.engagement, default_period(series.info), mode=mode)
    query, _ = series.answers.ripe(series.scope, plain)
    try:
        priced = series.answers.priced(series.scope, query)
    except JourneyError:
        return None
    if rule.stage not in priced.steps[:-1]:
        return None
    step = priced.steps.index(rule.stage)
    chosen = priced.only((rule.segment,) if rule.segment else ()).segments
    worth = [(step_value(priced, one, step), one.counts[step + 1]) for one in chosen]
    told = [(value, count) for value, count in worth if value is not None]
    people = sum(count for _, count in told)
    return change * figures.n * sum(value * count for value, count in told) / people if people else None


def _book_money(
    rule: AlertRule, figures: IncidentFigures, base: tuple[Point, ...], known: Knowledge
) -> float | None:
    """Revenue that the figure's own change made: its bar of the bridge from the base's mean period."""
    if not known.series.info.has_transactions or rule.kpi is None:
        return None
    rows, every = known.series.rows(rule), rule.limits.every
    now = _factors(rows_of(rows, every, [figures.since]), 1)
    before = _factors(rows_of(rows, every, [one.since for one in base]), len(base))
    return None if now is None or before is None else money_of_factor(rule.kpi, before, now)


def _factors(rows: list[Lcpq], periods: int) -> tuple[float, float, float, float] | None:
    """L, C, P, Q of some periods, L of the mean one; None where one of them has no data."""
    found: list[float] = [parts_of(rows, Kpi.LEADS)[0] / periods]
    for kpi in (Kpi.CONVERSION, Kpi.AVERAGE_CHECK, Kpi.DEALS_PER_BUYER):
        top, bottom = parts_of(rows, kpi)
        if not bottom:
            return None
        found.append(top / bottom)
    leads, conversion, check, deals = found
    return leads, conversion, check, deals


def _measure(rule: AlertRule, known: Knowledge) -> str:
    """A measure of the library for the stage where people stop; "" where there is none."""
    model = known.series.info.model
    if not rule.stage:
        return ""
    library = measures.listed(known.state, known.who, known.engagement, model)
    return next((one.key for one in suggested(library, model, rule.stage)), "")


def link_of(rule: AlertRule, figures: IncidentFigures, known: Knowledge) -> str:
    """Path and search of the screen that shows this very figure."""
    segments = (rule.segment,) if rule.segment else ()
    channels = (rule.channel,) if rule.channel and rule.kind is not AlertKind.DATA else ()
    plain = Address(engagement=known.engagement, segments=segments)
    if rule.kind is AlertKind.DATA:
        return "/data" + Address(engagement=known.engagement).search()
    if rule.kind is AlertKind.OVERDUE:
        return "/plan" + Address(engagement=known.engagement).search()
    place = plain.with_(period=Period(figures.since, figures.until), channels=channels)
    if not rule.stage or rule.kind not in SERIES_KINDS:
        return "/overview" + place.search()
    query = known.series.step_query(rule, place.period or Period())
    place = place.with_(window_days=query.window_days, mature=True, funnel=FunnelWords(stages=query.stages))
    if query.mode_by_data:
        place = place.with_(horizon_days=query.horizon_days)
    return "/funnel" + place.search()
