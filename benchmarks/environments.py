"""Each peer in an environment of its own, under build/bench/envs: its versions are pinned, and none of them is ours."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
ENVIRONMENTS = Path(__file__).parents[1] / "build" / "bench" / "envs"


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment; made anew where its pins have changed."""
    wanted = PEERS / f"{peer}.txt"
    stamp = hashlib.sha256(wanted.read_bytes()).hexdigest()
    folder = ENVIRONMENTS / peer
    python, done = folder / "bin" / "python", folder / ".installed"
    if done.is_file() and done.read_text() == stamp:
        return python
    print(f"Installing {peer} into {folder} ...", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    base = str(Path(sys.base_prefix) / "bin" / "python3")
    subprocess.run([base, "-m", "venv", str(folder)], check=True)
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        str(wanted),
    ]
    subprocess.run(install, check=True)
    done.write_text(stamp)
    return python
