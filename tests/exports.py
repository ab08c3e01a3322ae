"""Sample files of every known export, made by us: `write_all(folder)`, and what each import has to give.

No row is of a real person: the phones have an area code that nobody has, the addresses stand at example.com.
`python scripts/samples.py` rewrites those of examples/exports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tests.exporting.amocrm import amocrm_csv, amocrm_later, amocrm_xlsx, kommo_csv
from tests.exporting.crm import bitrix24_xls, hubspot_csv, salesforce
from tests.exporting.plain import events_txt, orders_csv, survey_xlsx
from tests.exporting.truth import Expected, Sample
from tests.exporting.web import ga4_csv, metrica_tsv

__all__ = ["SAMPLES", "Expected", "Sample", "amocrm_later", "sample", "write", "write_all"]

SAMPLES: Mapping[str, Callable[[], Sample]] = {
    "amocrm_csv": amocrm_csv,
    "amocrm_xlsx": amocrm_xlsx,
    "kommo_csv": kommo_csv,
    "bitrix24_xls": bitrix24_xls,
    "hubspot_csv": hubspot_csv,
    "salesforce": salesforce,
    "ga4_csv": ga4_csv,
    "metrica_tsv": metrica_tsv,
    "orders_csv": orders_csv,
    "events_txt": events_txt,
    "survey_xlsx": survey_xlsx,
}


@cache
def sample(name: str) -> Sample:
    """One sample by its name, made once."""
    return SAMPLES[name]()


def write(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the files of one sample."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / file for file in sample(name).files)
    for path in paths:
        path.write_bytes(sample(name).files[path.name])
    return paths


def write_all(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Write every sample: its name -> its files."""
    return {name: write(name, folder) for name in SAMPLES}
