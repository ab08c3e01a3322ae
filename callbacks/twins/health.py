"""The twin of the data health page."""

from __future__ import annotations

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain
from dashboard.analytics.health import DOUBTS, SourceHealth
from data_access.scope import Scope


def health_parts(answers: Answers, scope: Scope) -> tuple[list[Json], Json]:
    """A row for each kind of facts of each source; `total` lists gaps, jumps, and unfinished months and weeks."""
    found = answers.health(scope)
    total: Json = {"gaps": [], "jumps": [], "unfinished": []}
    for one in found.sources:
        where = {"source": one.source, "kind": one.kind}
        total["gaps"] += [where | plain(gap) | {"days": gap.days} for gap in one.gaps]
        total["jumps"] += [where | plain(jump) for jump in one.jumps]
        total["unfinished"] += [where | plain(unit) for unit in one.unfinished]
    total |= {"events_until": plain(found.ends.get("event"))}
    total |= {"transactions_until": plain(found.ends.get("transaction")), "ends_apart": found.apart}
    return [_row(one) for one in found.sources], total


def _row(one: SourceHealth) -> Json:
    names = ("source", "kind", "rows", "amount", "first_day", "last_day", "behind")
    longest = one.longest_gap
    return {
        **{name: plain(getattr(one, name)) for name in names},
        **{name: one.doubts[name] for name in DOUBTS},
        "gap_count": len(one.gaps),
        "longest_gap_days": longest.days if longest else None,
        "jump_count": len(one.jumps),
    }
