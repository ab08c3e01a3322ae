"""What an import did: every row of every file is accepted, rejected, known or left out, with the reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dashboard.i18n.words import Words, msgid

LISTED_ROWS = 20  # examples of each reason that a report keeps; the file of rejected rows has all

REASONS = {
    "wrong_cell_count": msgid("more or fewer cells than the header"),
    "cell_too_long": msgid("a cell is longer than 32 KB"),
    "no_row_id": msgid("no row id"),
    "row_id_repeats": msgid("the row id stands in the file already"),
    "no_time": msgid("no time"),
    "not_a_time": msgid("not a time"),
    "no_amount": msgid("no amount"),
    "not_a_number": msgid("not a number"),
    "number_too_large": msgid("number too large"),
    "out_of_range": msgid("outside the range"),
    "not_whole": msgid("not a whole number"),
    "not_yes_or_no": msgid("neither yes nor no"),
    "no_metric": msgid("no metric"),
    "amount_differs": msgid("another amount than the rest of its deal"),
    "other_currency": msgid("another currency"),
}
LEFT_OUT = {
    "where": msgid("a condition of the mapping does not hold"),
    "nothing": msgid("the row gives no fact"),
    "only_known": msgid("nobody has this identity"),
}


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


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did, source by source."""

    engagement: str
    import_id: int
    currency: str
    sources: tuple[SourceReport, ...]

    @property
    def accepted(self) -> int:
        """Rows that are new."""
        return sum(source.accepted for source in self.sources)

    @property
    def changed(self) -> bool:
        """The import changes something: rows are new, or rows of a snapshot ceased to give facts."""
        return self.accepted > 0 or any(source.removed for source in self.sources)

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


def render(report: ImportReport, words: Words | None = None) -> RenderableType:
    """The report for the console: a table of sources, then whatever needs a look."""
    words = words or Words("en")
    title = words("Import into {engagement}", engagement=report.engagement)
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(words("source"), overflow="fold")
    for head in (msgid("rows"), msgid("accepted"), msgid("known"), msgid("left out"), msgid("rejected")):
        table.add_column(words(head), justify="right", no_wrap=True)
    table.add_column(words("money accepted"), justify="right", no_wrap=True)
    for source in report.sources:
        figures = (source.rows, source.accepted, source.known, sum(source.left_out.values()), source.rejected)
        money = sum((month.amount_accepted for month in source.months), Decimal(0))
        shown = [words.formats.number(figure) for figure in figures]
        table.add_row(source.source, *shown, words.formats.number(money, 2) if money else "")
    return Group(table, *(line for source in report.sources for line in _remarks(source, words)))


def _remarks(source: SourceReport, words: Words) -> list[Text]:
    lines = []
    for item in source.rejections:
        first = item.examples[0]
        sentence = words(
            "{source}: {rows} rejected: {reason} (first: {file}, row {row}, column {column}: {value})",
            source=source.source,
            rows=item.rows,
            reason=words(REASONS.get(item.reason, item.reason)),
            file=first.file,
            row=str(first.row),
            column=first.column,
            value=first.value or "",
        )
        lines.append(Text(sentence, style="red"))
    for reason, count in source.left_out.items():
        what = words(LEFT_OUT[reason])
        lines.append(
            Text(words("{source}: {rows} left out: {reason}", source=source.source, rows=count, reason=what))
        )
    for rows, sentence in (
        (source.replaced, msgid("{source}: {rows} rows tell something new; they replace the older facts")),
        (source.removed, msgid("{source}: {rows} rows give no fact any more; the older facts are gone")),
    ):
        if rows:
            lines.append(Text(words(sentence, source=source.source, rows=rows)))
    if source.rows_without_customer:
        lines.append(
            Text(
                words(
                    "{source}: {rows} rows without a customer, kept apart: {money}",
                    source=source.source,
                    rows=source.rows_without_customer,
                    money=source.amount_without_customer,
                ),
                style="yellow",
            )
        )
    lines += [_unmapped(source, item, words) for item in source.unmapped[:LISTED_ROWS]]
    for item in source.look_alikes:
        listed = ", ".join(item.labels)
        lines.append(
            Text(
                words(
                    "{source}: labels that look alike in {field}: {labels}",
                    source=source.source,
                    field=item.field,
                    labels=listed,
                ),
                style="yellow",
            )
        )
    return lines


def _unmapped(source: SourceReport, item: LabelCount, words: Words) -> Text:
    label = item.label if item.label is not None else words("(empty)")
    sentence = words(
        "{source}: {field} “{label}” is not mapped: {rows} rows",
        source=source.source,
        field=item.field,
        label=label,
        rows=item.rows,
    )
    return Text(sentence, style="yellow")
