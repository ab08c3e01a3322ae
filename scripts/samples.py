"""Rewrites the sample exports: `python scripts/samples.py examples/exports`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.exports import write_all  # noqa: E402 - found through the line above

if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "exports")
