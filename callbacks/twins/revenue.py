"""Twins about the change of revenue: the bridge, the what-if and the tornado."""

from __future__ import annotations

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain, reason, reasons_of
from dashboard.analytics.bridge import BridgeRow, compared_segment
from dashboard.analytics.goal_seek import GoalSeek
from dashboard.analytics.levers import parse_lever
from dashboard.analytics.whatif import REPEAT_SHARE, Figures
from dashboard.journey.query import JourneyQuery, Split
from data_access.scope import Scope

_SIDE = ("leads", "conversion", "average_check", "deals_per_buyer", "revenue", "outside")
_TORNADO = (
    "lever",
    "value",
    "one_point",
    "ten_percent",
    "low",
    "high",
    "gain_at_low",
    "gain_at_high",
    "periods",
)
_BAR = ("segment", "factor", "before", "after", "effect")


def bridge_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[list[Json], list[Json], Json]:
    """Bars of everybody (`segment` null), then of each segment with `--by segment`; reasons; what it is between."""
    found = answers.bridge(scope, query)
    bars: tuple[BridgeRow, ...] = found.total
    if Split.SEGMENT in query.by:
        bars += found.segments
    rows = [{name: plain(getattr(bar, name)) for name in _BAR} for bar in bars]
    reasons = reasons_of(((bar.segment, bar.factor), bar.reasons) for bar in bars)
    if not query.period.finished(answers.info(scope).data_end_day):
        reasons.append(reason("unfinished_period", None, None))
    other = None if compared_segment(query) else answers.compared(scope, query)
    between = {
        "revenue": {"before": found.before, "after": found.after, "change": found.after - found.before},
        "compared": None if other is None else {"since": plain(other.since), "until": plain(other.until)},
    }
    return rows, reasons, between


def whatif_parts(answers: Answers, scope: Scope, query: JourneyQuery, levers: tuple[str, ...]) -> Json:
    """Both sides of the scenario, the gain, and why something is missing or stops at a bound.

    With a goal the scenario is the one that goal seek found, and `goal` says how.
    """
    chosen = [parse_lever(text) for text in levers]
    sought = None if query.goal is None else answers.goal_seek(scope, query, chosen, query.goal)
    if sought is not None:
        chosen = list(sought.levers)
    found, likely = answers.whatif(scope, query, chosen), answers.gain_range(scope, query, chosen)
    reasons = [reason(item.code, item.target, {"segment": item.segment}) for item in found.reasons]
    reasons += [
        reason(
            "capped_repeat" if cap.target == REPEAT_SHARE else "capped",
            cap.target,
            {"segment": cap.segment, "limit": cap.limit},
        )
        for cap in found.caps
    ]
    for side, figures in (("baseline", found.baseline), ("scenario", found.scenario)):
        empty = (name for name in _SIDE if getattr(figures, name) is None)
        reasons += [
            reason("no_deals" if name != "conversion" else "no_leads", name, {"side": side}) for name in empty
        ]
    return {
        "baseline": _side(found.baseline),
        "scenario": _side(found.scenario),
        "gain": plain(found.gain),
        "gain_low": likely.low,
        "gain_high": likely.high,
        "gain_low_95": likely.low_95,
        "gain_high_95": likely.high_95,
        "gain_middle": likely.middle,
        "reasons": reasons,
    } | ({} if sought is None else {"goal": _goal(sought)})


def tornado_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> tuple[list[Json], list[Json]]:
    """A row for each lever, the longest bar first; reasons."""
    bars = answers.tornado(scope, query)
    rows = [{name: plain(getattr(bar, name)) for name in _TORNADO} for bar in bars]
    return rows, reasons_of((bar.lever, bar.reasons) for bar in bars)


def _goal(sought: GoalSeek) -> Json:
    return {
        "revenue": sought.goal,
        "reachable": sought.reachable,
        "share_of_headroom": sought.share,
        "steps": [plain(step) for step in sought.steps],
        "alone": dict(sought.alone),
        "missing_leads": sought.missing_leads,
        "missing_average_check": sought.missing_average_check,
    }


def _side(figures: Figures) -> Json:
    return {name: plain(getattr(figures, name)) for name in _SIDE}
