"""The report of an import in words, for the console."""

from __future__ import annotations

from decimal import Decimal

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dashboard.i18n.words import Words, msgid
from dashboard.journey.row_reasons import LEFT_OUT, REASONS
from data_access.ingest.report import LISTED_ROWS, ImportReport, LabelCount, Merges, SourceReport


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
    remarks = [line for source in report.sources for line in _remarks(source, words)]
    return Group(table, *remarks, *(_merges(report.merges, words) if report.merges else ()))


def _merges(merges: Merges, words: Words) -> list[Text]:
    """The merge log: the first values that make customers one, and those that are on too many."""
    lines = []
    if merges.people:
        head = msgid("{keys} customers are {people} people: they share an identity value")
        lines.append(Text(words(head, keys=merges.keys, people=merges.people)))
    lines += [Text(f"  {item.kind} {item.value}: {', '.join(item.keys)}") for item in merges.values]
    for count, head, listed in (
        (
            merges.differing_people,
            msgid("{count} people are to look at: their customers differ in another identity"),
            merges.differing,
        ),
        (
            merges.too_wide_values,
            msgid("{count} identity values are on more than 5 customers and merge nobody"),
            merges.too_wide,
        ),
        (
            merges.placeholder_values,
            msgid("{count} identity values stand for nobody and merge nobody"),
            merges.placeholders,
        ),
    ):
        if count:
            lines.append(Text(words(head, count=count), style="yellow"))
        for item in listed:
            what = f"{item.customers} ({item.differs})" if item.differs else str(item.customers)
            lines.append(Text(f"  {item.kind} {item.value}: {what}"))
    return lines


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
