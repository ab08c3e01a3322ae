"""A lever of the what-if in words."""

from __future__ import annotations

from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS, Lever, Unit
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.stages import StageModel

_AMOUNT_NAMES = {
    LEADS: msgid("Leads"),
    AVERAGE_CHECK: msgid("Average check"),
    DEALS_PER_BUYER: msgid("Deals per customer"),
}


def lever_name(words: Words, model: StageModel, target: str) -> str:
    """`Evaluate → Purchase`, or the name of L, P or Q."""
    if target in _AMOUNT_NAMES:
        return words(_AMOUNT_NAMES[target])
    return f" {ARROW} ".join(model.stage(key).short_name(words.language) for key in target.split(">"))


def lever_change(words: Words, formats: Formats, lever: Lever) -> str:
    """`+2 pp`, `+2 pp (+1 pp–+4 pp)`, `up to the best segment`."""
    match lever.unit:
        case Unit.BEST:
            return words("up to the best segment")
        case Unit.OWN:
            return words("up to its own best")
        case Unit.TARGET:
            return words("up to {rate}", rate=formats.share(lever.amount, 1))
    changed = formats.points if lever.unit is Unit.POINTS else formats.share_change
    if lever.low is None or lever.high is None:
        return changed(lever.amount, 2)
    return f"{changed(lever.amount, 2)} ({formats.range(changed(lever.low, 2), changed(lever.high, 2))})"
