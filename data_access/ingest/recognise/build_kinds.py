"""One source of the mapping, by what one row of its file is."""

from __future__ import annotations

from typing import Any

from dashboard.journey.stages import StageModel
from data_access.ingest.recognise.build_lists import listed_sales, writes_lists
from data_access.ingest.recognise.build_parts import Parts
from data_access.ingest.recognise.draft import Draft, SourceDraft
from data_access.ingest.recognise.roles import PERSON


def source_of(source: SourceDraft, draft: Draft, model: StageModel) -> dict[str, Any]:
    """The source as the mapping file writes it."""
    kinds = {
        "deals": _deals,
        "history": _history,
        "events": _events,
        "orders": _orders,
        "visits": _visits,
        "survey": _survey,
        "costs": _costs,
    }
    parts = Parts(source, model)
    head: dict[str, Any] = {"name": source.name, "file": source.file}
    if options := parts.options():
        head["options"] = options
    told = kinds[source.kind](parts, draft)
    return {**head, **{key: value for key, value in told.items() if value not in (None, {}, [])}}


# ------------------------------------------------------------------------------------------ deals


def _deals(parts: Parts, draft: Draft) -> dict[str, Any]:
    """One status a deal: where it entered, where it stands now, how and for how much it ended.

    An open deal stands where it stands since its last change at the latest; one that has ended, since its end. A
    lost deal has left the journey: it gives its outcome and no step, unless somebody has given it a stage.
    """
    source, linked = parts.source, _history_of(draft) is not None
    touch = parts.values("channel", "touchpoint", "manager", "product") | parts.pipeline_amount()
    entry = (
        [{"stage": parts.first_stage, "at": parts.time("created"), **touch}]
        if source.column("created")
        else []
    )
    steps = [] if linked else _steps(parts, touch)
    return {
        "mode": "snapshot",
        **parts.row("deal"),
        "where": parts.first_rows(),
        "customer": parts.customer("deal"),
        "identities": parts.identities() | ({"deal": source.column("deal")} if linked else {}),
        "segment": parts.value("segment"),
        "attributes": parts.attributes(),
        "deal": parts.value("deal"),
        "outcome": parts.outcome(("closed", "changed", "created")),
        "events": entry + steps,
        "transactions": _won(parts, ("closed", "changed", "created")),
    }


def _steps(parts: Parts, touch: dict[str, Any]) -> list[dict[str, Any]]:
    source = parts.source
    status, left_out = source.column("status"), parts.lost_without_stage()
    ended = [label for label in (*source.won, *source.lost) if label not in left_out]
    if not (ended and source.column("closed")):
        times = ("changed", "created", "closed")
        condition = {"column": status, "not_in": left_out} if left_out else None
        return [{"stage": parts.stage(), "at": parts.time(*times), **touch, **parts.where(condition)}]
    is_open = {"column": status, "not_in": [*ended, *left_out]}
    has_ended = {"column": status, "in": ended}
    return [
        {"stage": parts.stage(), "at": parts.time(*times), **touch, **parts.where(condition)}
        for condition, times in (
            (is_open, ("changed", "created", "closed")),
            (has_ended, ("closed", "changed", "created")),
        )
    ]


def _won(parts: Parts, times: tuple[str, ...]) -> list[dict[str, Any]]:
    """A won deal is a sale; one whose budget nobody has filled in is a sale of 0, as its CRM counts it."""
    source = parts.source
    if not source.won or not parts.has_money:
        return []
    won = {"column": source.column("status"), "in": list(source.won)}
    sale = {"id": source.column("deal"), "at": parts.time(*times), **parts.money(once=source.lines)}
    if counted := not source.lines and source.column("amount") is not None:
        sale["amount"] = parts.or_else(sale["amount"], "0")
    sale |= parts.values("product", "quantity", "channel", "manager")
    return [{**sale, **parts.where(won, None if counted else parts.with_money())}]


# ---------------------------------------------------------------------------------------- history


def _history(parts: Parts, draft: Draft) -> dict[str, Any]:
    """Changes of status; whose deal it is says the file of deals, where there is one."""
    source = parts.source
    deals = _deals_of(draft)
    left_out = parts.lost_without_stage()
    touch = parts.values("channel", "touchpoint", "manager")
    step = {"stage": parts.stage(), "at": parts.time("at"), **touch}
    skipped = {"column": source.column("status"), "not_in": left_out} if left_out else None
    alone = deals is None
    return {
        "customer": parts.customer("deal")
        if alone
        else {"column": source.column("deal"), "identity": "deal"},
        "identities": parts.identities(),
        "segment": parts.value("segment"),
        "attributes": parts.attributes(),
        "deal": parts.value("deal"),
        "outcome": parts.outcome(("at",)) if alone else None,
        "events": [{**step, **parts.where(skipped)}],
        "transactions": _won(parts, ("at",)) if alone else [],
    }


def _history_of(draft: Draft) -> SourceDraft | None:
    return next((source for source in draft.sources if source.kind == "history"), None)


def _deals_of(draft: Draft) -> SourceDraft | None:
    return next((source for source in draft.sources if source.kind == "deals"), None)


# ----------------------------------------------------------------------------- events, orders, visits


def _events(parts: Parts, _draft: Draft) -> dict[str, Any]:
    source = parts.source
    touch = parts.values("channel", "touchpoint", "manager", "product", "sentiment") | parts.amount_as(
        "cost", "cost"
    )
    return {
        "customer": parts.customer(),
        "identities": parts.identities(),
        "segment": parts.value("segment"),
        "attributes": parts.attributes(),
        "visit": parts.value("visit"),
        "events": [{"stage": parts.stage(), "at": parts.time("at"), **touch}],
        "transactions": _sales(parts, parts.paid_statuses()) if source.column("amount") else [],
    }


def _orders(parts: Parts, _draft: Draft) -> dict[str, Any]:
    """Lines of orders; what is paid back is negative. Orders whose status changes are told anew by each export."""
    source = parts.source
    changes = bool(source.column("status") and source.column("order"))
    statuses = None
    if source.column("status") and source.won:
        statuses = {"column": source.column("status"), "in": list(source.won)}
    elif source.column("status") and source.lost:
        statuses = {"column": source.column("status"), "not_in": list(source.lost)}
    return {
        "mode": "snapshot" if changes else None,
        **(parts.row("order") if changes else {}),
        "customer": parts.customer(),
        "identities": parts.identities(),
        "segment": parts.value("segment"),
        "attributes": parts.attributes(),
        "transactions": _sales(parts, statuses),
    }


def _sales(parts: Parts, statuses: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What was paid: rows with an amount, of the statuses that mean a sale."""
    sale = {"id": parts.value("order"), "at": parts.time("at"), **parts.money()}
    sale |= parts.values("product", "quantity", "channel", "manager", "refund_of") | parts.amount_as(
        "cogs", "cogs"
    )
    sale |= parts.where(statuses, parts.with_money())
    return [{key: value for key, value in sale.items() if value is not None}]


def _visits(parts: Parts, _draft: Draft) -> dict[str, Any]:
    source = parts.source
    stage = parts.stage() if source.column("status") else parts.first_stage
    return {
        "customer": parts.customer("visit"),
        "identities": parts.identities(),
        "segment": parts.value("segment"),
        "attributes": parts.attributes(),
        "visit": parts.value("visit"),
        "events": [{"stage": stage, "at": parts.time("at"), **parts.values("channel", "touchpoint")}],
        "transactions": _visit_sales(parts) if source.column("amount") else [],
    }


def _visit_sales(parts: Parts) -> list[dict[str, Any]]:
    return listed_sales(parts) if writes_lists(parts) else _sales(parts, None)


# ---------------------------------------------------------------------------------- survey, costs


def _survey(parts: Parts, _draft: Draft) -> dict[str, Any]:
    source = parts.source
    answer = {
        "respondent": parts.value("respondent"),
        "at": parts.time("at"),
        "metric": parts.metric(),
        "stage": parts.stage() if source.column("status") else None,
    }
    answer |= parts.values("channel", "touchpoint", "segment", "text")
    answer |= {name: parts.number(name) for name in ("score", "weight", "importance", "satisfaction")}
    known = any(source.column(role) for role in PERSON)
    return {
        "customer": parts.customer() if known else None,
        "identities": parts.identities() if known else None,
        "surveys": [{key: value for key, value in answer.items() if value is not None}],
    }


def _costs(parts: Parts, _draft: Draft) -> dict[str, Any]:
    cost = {"day": parts.time("at"), **parts.money(), **parts.values("channel", "segment")}
    if parts.source.column("status"):
        cost["stage"] = parts.stage()
    return {"costs": [{**cost, **parts.where(parts.with_money())}]}
