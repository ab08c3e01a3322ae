"""Attribution: to which contacts sales are credited, by eight models side by side (DOMAIN section 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.analytics.markov import Removal, Step, removal
from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.query import Attribution

DIRECT = "direct"  # the shipped channel of visits that nothing led to
_ENDS, _MIDDLE = 0.4, 0.2  # position model: first and last touch, all between them

Credit = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Path:
    """Equal journeys of several customers.

    Attributes:
        cells: the touches in order, each a cell's number.
        sales: customers whose first deal of the period it led to.
        revenue: money of every deal and refund behind it.
    """

    cells: tuple[int, ...]
    sales: float = 0.0
    revenue: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell's number stands for."""

    stage: str
    channel: str
    touchpoint: str | None


@dataclass(frozen=True, slots=True)
class CellCredit:
    """One cell under every model asked for.

    Attributes:
        place: the cell; None for deals that no touch came before ("no touch").
        sales, revenue: credit by model.
        removal: share of the sales that would be lost without the cell (Markov); None without sales.
    """

    place: Place | None
    sales: Mapping[Attribution, float]
    revenue: Mapping[Attribution, float]
    removal: float | None


@dataclass(frozen=True, slots=True)
class Attributed:
    """Every model over one period.

    Attributes:
        cells: cells that have a credit or are on a path, then "no touch" where a deal had none.
        sales: customers with a deal in the period.
        revenue: revenue of the period, net of refunds: what the credits of each model add up to.
        lost: touched customers who bought nothing.
    """

    cells: tuple[CellCredit, ...]
    sales: float
    revenue: float
    lost: float


def attribution(
    cells: pd.DataFrame,
    paths: pd.DataFrame,
    decay: pd.DataFrame | None,
    lost: pd.DataFrame,
    models: Collection[Attribution] = tuple(Attribution),
) -> Attributed:
    """Credit of every cell by every model asked for.

    Args:
        cells, paths, decay, lost: frames of `data_access.attribution` (`fetch_path_cells`, `fetch_paths`,
            `fetch_decay`, `fetch_lost_steps`); `decay` is read for its model alone.

    Without any path to a sale Markov has no credit to share: revenue of repeat deals then goes by the last touch.
    """
    places = {
        int(row["cell"]): Place(str(row["stage"]), str(row["channel"]), row.get("touchpoint"))
        for row in plain_rows(cells)
    }
    direct = {cell for cell, place in places.items() if place.channel == DIRECT}
    found = read_paths(paths)
    touched = [path for path in found if path.cells]
    bare = [path for path in found if not path.cells]
    steps = read_steps(lost)
    chain = removal([(path.cells, path.sales) for path in touched], steps)
    # Markov's revenue goes by the last touch where no path led to a sale
    wanted = {*models, Attribution.LAST} if Attribution.MARKOV in models else {*models}
    both = {model: credits(touched, model, direct) for model in RULES if model in wanted}
    sales = {model: found for model, (found, _) in both.items()}
    revenue = {model: found for model, (_, found) in both.items()}
    if decay is not None:
        sales[Attribution.TIME_DECAY] = _column(decay, "sales")
        revenue[Attribution.TIME_DECAY] = _column(decay, "revenue")
    if Attribution.MARKOV in models:
        sales[Attribution.MARKOV] = _shared(chain, sum(path.sales for path in touched))
        by_effect = _shared(chain, sum(path.revenue for path in touched))
        revenue[Attribution.MARKOV] = by_effect or revenue[Attribution.LAST]
    on_paths = sorted({cell for path in touched for cell in path.cells} | {step.cell for step in steps})
    rows = [_cell_credit(places[cell], cell, models, sales, revenue, chain) for cell in on_paths]
    if bare:
        alone = (sum(path.sales for path in bare), sum(path.revenue for path in bare))
        rows.append(CellCredit(None, dict.fromkeys(models, alone[0]), dict.fromkeys(models, alone[1]), None))
    return Attributed(
        tuple(rows),
        sales=sum(path.sales for path in found),
        revenue=sum(path.revenue for path in found),
        lost=sum(step.people for step in steps if step.begins),
    )


def read_paths(frame: pd.DataFrame) -> list[Path]:
    """Paths from the frame of `fetch_paths`: one for each different journey, whatever it ended in."""
    sums: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    columns = (frame[name] for name in ("outcome", "path", "people", "revenue"))
    for outcome, text, people, revenue in zip(*columns, strict=True):
        cells = tuple(map(int, text.split(","))) if isinstance(text, str) and text else ()
        total = sums[cells]
        if outcome == "first":
            total[0] += int(people)
        total[1] += float(revenue)
    return [Path(cells, *total) for cells, total in sums.items()]


def read_steps(frame: pd.DataFrame) -> list[Step]:
    """Steps of journeys without a sale from the frame of `fetch_lost_steps`."""
    columns = (frame[name] for name in ("cell", "target", "begins", "people"))
    return [
        Step(int(cell), None if pd.isna(target) else int(target), bool(begins), float(people))
        for cell, target, begins, people in zip(*columns, strict=True)
    ]


def credits(
    paths: Iterable[Path], model: Attribution, direct: Collection[int] = ()
) -> tuple[dict[int, float], dict[int, float]]:
    """Sales and revenue of each cell by a model that looks at one path at a time (see `RULES`).

    Args:
        direct: cells of the direct channel, which `last_non_direct` passes over.
    """
    rule = RULES[model]
    sales: dict[int, float] = defaultdict(float)
    revenue: dict[int, float] = defaultdict(float)
    for path in paths:
        if not path.cells:
            continue
        for cell, share in rule(path.cells, direct).items():
            sales[cell] += share * path.sales
            revenue[cell] += share * path.revenue
    return dict(sales), dict(revenue)


def _first(cells: Sequence[int], _: Collection[int]) -> Credit:
    return {cells[0]: 1.0}


def _last(cells: Sequence[int], _: Collection[int]) -> Credit:
    return {cells[-1]: 1.0}


def _last_non_direct(cells: Sequence[int], direct: Collection[int]) -> Credit:
    return {next((cell for cell in reversed(cells) if cell not in direct), cells[-1]): 1.0}


def _linear(cells: Sequence[int], _: Collection[int]) -> Credit:
    found: dict[int, float] = {}
    for cell in cells:
        found[cell] = found.get(cell, 0.0) + 1 / len(cells)
    return found


def _position(cells: Sequence[int], _: Collection[int]) -> Credit:
    """40 % first, 40 % last, 20 % over those between; two touches halve it, a single one has all."""
    if len(cells) <= 2:
        return _linear(cells, ())
    found = dict.fromkeys(cells, 0.0)
    share = _MIDDLE / (len(cells) - 2)
    for cell in cells[1:-1]:
        found[cell] += share
    found[cells[0]] += _ENDS
    found[cells[-1]] += _ENDS
    return found


def _shapley(cells: Sequence[int], _: Collection[int]) -> Credit:
    """With v(S) = sales of the paths within S, a path's sale belongs in equal parts to its different cells.

    v is a sum of games in which exactly the coalitions that hold a path's whole set win its sales, and Shapley's
    value of such a game is equal for every member.
    """
    members = set(cells)
    return dict.fromkeys(members, 1 / len(members))


RULES: Mapping[Attribution, Callable[[Sequence[int], Collection[int]], Credit]] = {
    Attribution.FIRST: _first,
    Attribution.LAST: _last,
    Attribution.LAST_NON_DIRECT: _last_non_direct,
    Attribution.LINEAR: _linear,
    Attribution.POSITION: _position,
    Attribution.SHAPLEY: _shapley,
}


def _column(frame: pd.DataFrame, name: str) -> dict[int, float]:
    return {int(cell): float(value) for cell, value in zip(frame["cell"], frame[name], strict=True)}


def _shared(chain: Removal, amount: float) -> dict[int, float]:
    """The amount in proportion to the removal effects."""
    whole = sum(chain.effects.values())
    return {cell: amount * effect / whole for cell, effect in chain.effects.items()} if whole else {}


def _cell_credit(
    place: Place,
    cell: int,
    models: Collection[Attribution],
    sales: Mapping[Attribution, Mapping[int, float]],
    revenue: Mapping[Attribution, Mapping[int, float]],
    chain: Removal,
) -> CellCredit:
    def of(credits: Mapping[Attribution, Mapping[int, Any]]) -> dict[Attribution, float]:
        return {model: credits[model].get(cell, 0.0) for model in models}

    return CellCredit(place, of(sales), of(revenue), chain.effects.get(cell))
