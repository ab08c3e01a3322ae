"""Looking at a file before anybody has said what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from data_access.ingest.files import DataFile
from data_access.ingest.mapping import Options
from data_access.ingest.readers import open_table
from data_access.ingest.recognise.columns import ColumnCount
from data_access.ingest.recognise.heads import Head, head_of
from data_access.ingest.recognise.profile import FileProfile
from data_access.ingest.sheet import Sheet

MOST_ROWS = 200_000  # rows that are looked at one by one, more of a narrow file; of a longer one the rest is estimated
MOST_CELLS = 3_000_000


def profile_file(file: DataFile, options: Options = Options()) -> FileProfile:  # noqa: B008 - frozen
    """How a file is written and what its columns hold.

    The first `MOST_ROWS` rows are looked at, or more where there are few columns; `estimated` says that there are more.

    Args:
        options: what is known of the file already; all else is found out.

    Raises:
        JourneyError: what is wrong with the file, as `read_sheet` says it.
    """
    head = head_of(file, options)
    counts = [ColumnCount(name) for name in head.names]
    rows = broken = 0
    share = 1.0
    for sheet, looked_at in _sheets(file, head):
        share = looked_at
        rows, broken = rows + sheet.table.num_rows, broken + len(sheet.broken)
        if sheet.table.num_rows:
            for count, column in zip(counts, sheet.table.columns, strict=False):
                count.add(column)
    named = [count for count in counts if count.name.strip("#0123456789") or count.filled]
    down = _merged(named)
    return FileProfile(
        file=file.name,
        format=head.format,
        options=head.options.model_copy(update={"fill_down": down} if down else {}),
        rows=rows if share == 1 else round(rows / max(share, 0.001)),
        broken=broken,
        columns=tuple(count.profile(head.options.delimiter == ";") for count in named),
        sheets=head.sheets,
        estimated=share < 1,
    )


def _sheets(file: DataFile, head: Head) -> Iterator[tuple[Sheet, float]]:
    """The columns of the file in the order of its header; and how much of the file they are so far, if not all."""
    left = max(MOST_ROWS, MOST_CELLS // max(1, len(head.names)))
    share = 1.0
    for sheet in open_table(file, head.format, head.options, head.names).pieces():
        if left <= 0:
            yield replace(sheet, table=sheet.table.slice(0, 0), broken=()), share
            return
        count = sheet.table.num_rows
        share = file.share_read * min(left, count) / max(count, 1)
        yield replace(sheet, table=sheet.table.slice(0, left)), 1.0 if count <= left else share
        if count > left:
            return
        left -= count


def _merged(counts: list[ColumnCount]) -> tuple[str, ...]:
    """Columns of merged cells: the first column and all that are filled in its rows alone, and in each of them.

    They can be filled down without a doubt: a value is missing only where the row goes on with the one above.
    """
    if not counts or not counts[0].rows:
        return ()
    masks = [np.concatenate(count.filled_rows) for count in counts]
    first = masks[0]
    goes_on = ~first & np.logical_or.reduce(masks)
    if not first[0] or not goes_on.any() or counts[0].repeats:
        return ()
    same = tuple(count.name for count, mask in zip(counts, masks, strict=True) if (mask == first).all())
    return same if len(same) > 1 else ()
