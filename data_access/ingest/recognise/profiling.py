"""Looking at a file before anybody has said what it means."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as parquet

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile
from data_access.ingest.mapping import Options
from data_access.ingest.readers import BLOCK_BYTES, read_sheet
from data_access.ingest.recognise.columns import ColumnCount
from data_access.ingest.recognise.heads import Head, head_of
from data_access.ingest.recognise.profile import FileProfile

MOST_ROWS = 200_000  # rows that are looked at one by one, more of a narrow file; of a longer one the rest is estimated
MOST_CELLS = 3_000_000


@dataclass(slots=True)
class _Looked:
    """What has been read so far."""

    broken: int = 0
    taken: int = 0  # bytes
    whole: bool = True


def profile_file(file: DataFile, options: Options = Options()) -> FileProfile:  # noqa: B008 - frozen
    """How a file is written and what its columns hold.

    The first `MOST_ROWS` rows are looked at, or more where there are few columns; `estimated` says that there are more.

    Args:
        options: what is known of the file already; all else is found out.

    Raises:
        JourneyError: what is wrong with the file, as `read_sheet` says it.
    """
    head = head_of(file, options)
    looked = _Looked()
    counts = [ColumnCount(name) for name in head.names]
    rows = 0
    for piece in _pieces(file, head, looked):
        rows += piece.num_rows
        for count, column in zip(counts, piece.columns, strict=True):
            count.add(column)
    filled = [count for count in counts if count.name.strip("#0123456789") or count.filled]
    estimated = rows if looked.whole else _estimate(file, rows, looked.taken)
    down = _merged(filled)
    return FileProfile(
        file=file.name,
        format=cast(Any, head.format),
        options=head.options.model_copy(update={"fill_down": down} if down else {}),
        rows=estimated,
        broken=looked.broken,
        columns=tuple(count.profile() for count in filled),
        sheets=head.sheets,
        estimated=not looked.whole,
    )


def _pieces(file: DataFile, head: Head, looked: _Looked) -> Iterator[pa.Table]:
    """The columns of the file in the order of its header, as many rows as are looked at."""
    match head.format:
        case "csv":
            pieces = _csv_pieces(file, head, looked)
        case "parquet":
            pieces = _parquet_pieces(file)
        case _:
            pieces = iter([read_sheet(file, head.format, head.options, head.names).table])
    left = max(MOST_ROWS, MOST_CELLS // max(1, len(head.names)))
    for piece in pieces:
        if left <= 0:
            looked.whole = False
            return
        if piece.num_rows > left:
            looked.whole = False
            piece = piece.slice(0, left)
        left -= piece.num_rows
        if piece.num_rows:
            yield piece


def _csv_pieces(file: DataFile, head: Head, looked: _Looked) -> Iterator[pa.Table]:
    def set_aside(_row: Any) -> str:
        looked.broken += 1
        return "skip"

    encoding = str(head.options.encoding)
    utf8 = encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")
    try:
        with file.open() as stream:
            reader = pa_csv.open_csv(
                pa.input_stream(_Measured(stream, looked)),
                pa_csv.ReadOptions(
                    use_threads=False,
                    encoding="utf8" if utf8 else encoding,
                    skip_rows=head.options.header_row - 1,
                    skip_rows_after_names=1,
                    column_names=[f"c{index}" for index in range(len(head.names))],
                    block_size=BLOCK_BYTES,
                ),
                pa_csv.ParseOptions(
                    delimiter=head.options.delimiter or ",",
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=set_aside,
                ),
                pa_csv.ConvertOptions(
                    column_types={f"c{index}": pa.string() for index in range(len(head.names))},
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                yield _without_blanks(pa.Table.from_batches([batch]))
    except (pa.ArrowInvalid, UnicodeError, LookupError, csv.Error) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error).splitlines()[0]) from error


def _without_blanks(table: pa.Table) -> pa.Table:
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not blank.any():
            return table
        blank &= column.to_pandas().to_numpy() == ""
    return table.filter(pa.array(~blank)) if blank.any() else table


class _Measured(io.RawIOBase):
    """A stream that tells how much of it was read."""

    def __init__(self, stream: Any, looked: _Looked) -> None:
        self._stream, self._looked = stream, looked

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._stream.readinto(buffer)
        self._looked.taken += count
        return count


def _parquet_pieces(file: DataFile) -> Iterator[pa.Table]:
    try:
        with file.open() as stream:
            place = pa.BufferReader(stream.read()) if file.wrapped else file.path
        with parquet.ParquetFile(place) as content:
            for batch in content.iter_batches(batch_size=65_536):
                yield pa.Table.from_batches([batch])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error).splitlines()[0]) from error


def _estimate(file: DataFile, rows: int, taken: int) -> int:
    """Rows of the whole file by the share of its bytes that was read."""
    if taken == 0:  # Parquet knows its rows
        with parquet.ParquetFile(file.path) as content:
            return content.metadata.num_rows
    size = sum(len(piece) for piece in file.chunks()) if file.wrapped else file.path.stat().st_size
    return max(rows, round(rows * size / taken))


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
