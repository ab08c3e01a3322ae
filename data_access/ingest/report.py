"""What an import did: every row of every file is accepted, rejected, known or left out, with the reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

LISTED_ROWS = 20  # examples of each reason that a report keeps; the file of rejected rows has all


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One rejected row: where it stands and the value that is wrong."""

    file: str
    row: int
    column: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Rows of one reason: their number, and the first of them."""

    reason: str
    rows: int
    examples: tuple[RejectedRow, ...]


@dataclass(frozen=True, slots=True)
class LabelCount:
    """A label that the mapping does not know; `label` is None where the cell is empty."""

    field: str
    label: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Labels of one field that differ by case, blanks or signs alone; reported, not merged."""

    field: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ControlSum:
    """Rows and money of one month (None: rows without a date) by what became of them.

    Rows count under the month of their earliest fact, money under the month of its own day.
    """

    month: str | None
    rows_accepted: int
    rows_rejected: int
    rows_known: int
    rows_left_out: int
    amount_accepted: Decimal
    amount_rejected: Decimal
    amount_known: Decimal
    amount_left_out: Decimal

    @property
    def rows(self) -> int:
        """Rows in the file."""
        return self.rows_accepted + self.rows_rejected + self.rows_known + self.rows_left_out

    @property
    def amount(self) -> Decimal:
        """Money in the file."""
        return self.amount_accepted + self.amount_rejected + self.amount_known + self.amount_left_out


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows and money of one month that the file holds and the accepted rows do not, for one reason.

    Attributes:
        outcome: `rejected` or `left_out`; the sums of each are those of the month's `ControlSum`.
        examples: the first of these rows.
    """

    month: str | None
    outcome: str
    reason: str
    rows: int
    amount: Decimal
    examples: tuple[RejectedRow, ...]


@dataclass(frozen=True, slots=True)
class FileCount:
    """A file of the source and its rows."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of the rows of one source.

    Attributes:
        left_out: rows by `where`, `nothing`, `only_known`.
        rows_without_customer, amount_without_customer: accepted events and money that belong to nobody.
        written: facts by raw table.
        differences: why months of the file and of the accepted rows differ.
        replaced: accepted rows of a snapshot whose older facts gave way.
        removed: rows of a snapshot whose newest version gives no fact: the older facts are gone.
    """

    source: str
    files: tuple[FileCount, ...]
    rows: int
    accepted: int
    known: int
    left_out: dict[str, int]
    rejected: int
    rejections: tuple[Rejection, ...]
    rows_without_customer: int
    amount_without_customer: Decimal
    unmapped: tuple[LabelCount, ...]
    look_alikes: tuple[LookAlike, ...]
    months: tuple[ControlSum, ...]
    written: dict[str, int]
    replaced: int = 0
    removed: int = 0
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedValue:
    """An identity value on several customers.

    Attributes:
        keys: the customers, where it makes them one.
        differs: another kind of identity, in which the person's customers have different values.
    """

    kind: str
    value: str
    customers: int
    keys: tuple[str, ...] = ()
    differs: str | None = None


@dataclass(frozen=True, slots=True)
class Merges:
    """The merge log: who is one person in the whole engagement.

    Attributes:
        people: people who stand under several customer keys.
        keys: those keys.
        values: the first of the values that merge.
        too_wide: the first of the values on more than five customers: they merge nobody.
        too_wide_values: how many such values there are.
        placeholders: the first of the values that stand for nobody ("0", "нет") on two to five customers.
        placeholder_values: how many such values there are.
        apart_values: values that somebody has told to keep apart.
        differing: the first of the values that make people of customers who differ in another identity.
        differing_people: how many such people there are: to look at.
    """

    people: int
    keys: int
    values: tuple[SharedValue, ...]
    too_wide: tuple[SharedValue, ...]
    too_wide_values: int
    placeholders: tuple[SharedValue, ...] = ()
    placeholder_values: int = 0
    apart_values: int = 0
    differing: tuple[SharedValue, ...] = ()
    differing_people: int = 0


@dataclass(frozen=True, slots=True)
class Separated:
    """An identity value that makes nobody one person from now on, or does so again (`apart` False)."""

    kind: str
    value: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Remapped:
    """What a new stage model did to the events that were in already.

    Attributes:
        stages: events by stage of the new model; `unmapped`: outside it.
        unmapped: the most frequent labels that the new model has no stage for.
    """

    stages: dict[str, int]
    unmapped: tuple[LabelCount, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a viewer reads once an import is done.

    Attributes:
        customers: people with at least one contact or deal that counts.
        events: contacts, the touches of the heatmap.
        revenue: net of refunds.
        since, until: first and last local day with data (ISO); None: no data.
        stages: customers by the stage that they have reached.
    """

    customers: int
    events: int
    deals: int
    revenue: Decimal
    since: str | None
    until: str | None
    stages: dict[str, int]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did, source by source; of a check: what it would do.

    Attributes:
        outlook: of a check: what a viewer would read; None: no data.
        new: of a check: the difference to what a viewer reads now.
    """

    engagement: str
    import_id: int
    currency: str
    sources: tuple[SourceReport, ...]
    merges: Merges | None = None
    remapped: Remapped | None = None
    separated: Separated | None = None
    remade: bool = False  # the generation before was written by an older version of the product
    outlook: Outlook | None = None
    new: Outlook | None = None

    @property
    def accepted(self) -> int:
        """Rows that are new."""
        return sum(source.accepted for source in self.sources)

    @property
    def changed(self) -> bool:
        """Rows are new or ceased to give facts, or stages, identities or the version of the product are others."""
        gone = any(source.removed for source in self.sources)
        told = self.remapped is not None or self.separated is not None
        return self.accepted > 0 or gone or self.remade or told

    @property
    def rejected(self) -> int:
        """Rows that could not be used."""
        return sum(source.rejected for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        """Plain form: money is a number, months carry the sums of the file beside those of each outcome."""
        plain = _plain(asdict(self))
        for source, given in zip(plain["sources"], self.sources, strict=True):
            for line, month in zip(source["months"], given.months, strict=True):
                line |= {"rows": month.rows, "amount": float(month.amount)}
        sums = {"accepted": self.accepted, "rejected": self.rejected, "changed": self.changed}
        return plain | sums


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Decimal():
            return float(value)
    return value
