"""Every sample export through the import page, with nothing but "next": the totals are those that were counted."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from data_access.state import imports
from tests.exports import SAMPLES, sample
from tests.http.hand import Hand
from tests.web import OWN, importing_site


def main() -> int:
    """Import each into an engagement of its own; an assertion ends it where a total differs."""
    for name in SAMPLES:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sample-") as folder:
            _by_page(name, Path(folder))
        print(f"{name}: by page as counted ({time.monotonic() - begun:.1f} s)", flush=True)
    return 0


def _by_page(name: str, folder: Path) -> None:
    site, export = importing_site(folder), sample(name)
    hand = Hand(site)
    hand.begin()
    for file, content in export.files.items():
        assert hand.upload(f"export {file}", content).status_code == 200
    for verb in ("look", "check", "import"):
        assert hand.work(verb)["status"] == "done", verb
    report, expected = imports.journal(site.state, OWN)[0].report, export.expected
    assert report
    accepted = [month for source in report["sources"] for month in source["months"]]
    assert sum(source["rejected"] for source in report["sources"]) == expected.rejected
    months = {month: float(money) for month, money in expected.revenue.items() if money}
    found: dict[str, float] = {}
    for line in accepted:
        if line["amount_accepted"]:
            found[line["month"]] = round(found.get(line["month"], 0.0) + line["amount_accepted"], 2)
    assert found == months, (found, months)
