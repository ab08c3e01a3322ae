"""Looks into the files of spreadsheets and presentations as the programs do that open them: zip and XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CELL = re.compile(r"'?(?P<sheet>[^'!]+)'?!\$(?P<column>[A-Z]+)\$(?P<row>\d+)(?::\$[A-Z]+\$(?P<last>\d+))?")


@dataclass(frozen=True)
class Reference:
    """What a part of a chart refers to, and what the chart remembers of it."""

    sheet: str
    column: int
    rows: range
    cached: dict[int, str]


def parts(body: bytes) -> dict[str, bytes]:
    """Every file inside, workbooks inside of charts opened too: `chart.xlsx!xl/workbook.xml`."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        for name in file.namelist():
            found[name] = file.read(name)
            if name.endswith(".xlsx"):
                found |= {f"{name}!{inner}": text for inner, text in parts(found[name]).items()}
    return found


def live_parts(body: bytes) -> list[str]:
    """What could run or reach out: formulas in cells, links and sources outside the file, macros."""
    found = []
    for name, text in parts(body).items():
        if re.search(rb'TargetMode="External"|vbaProject|oleObject|activeX', text) or "externalLink" in name:
            found.append(name)
        if re.search(r"worksheets/[^/]+\.xml$", name) and re.search(rb"<f[ >]|<hyperlink", text):
            found.append(name)
    return found


def charts(body: bytes) -> list[ElementTree.Element]:
    """The charts of a file, in their order."""
    names = sorted(
        (name for name in parts(body) if re.search(r"charts/chart\d+\.xml$", name)),
        key=lambda name: int(re.findall(r"\d+", name)[-1]),
    )
    return [ElementTree.fromstring(parts(body)[name]) for name in names]


def references(chart: ElementTree.Element) -> Iterator[Reference]:
    """Titles, names, categories and values of a chart."""
    for holder in (*chart.iter(f"{_C}strRef"), *chart.iter(f"{_C}numRef")):
        said = _CELL.fullmatch(holder.findtext(f"{_C}f", ""))
        assert said is not None
        points = {int(one.get("idx", "")): one.findtext(f"{_C}v", "") for one in holder.iter(f"{_C}pt")}
        first = int(said["row"]) - 1
        rows = range(first, int(said["last"] or said["row"]))
        yield Reference(said["sheet"], _column(said["column"]), rows, points)


def cells(body: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1
