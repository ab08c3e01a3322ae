"""The process in which files of clients are read, seen from the server: started, watched, answered for.

One process a task, told everything on stdin and answering on a pipe. It has no secrets; it ends with whoever
started it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from pydantic import BaseModel

from dashboard.errors import JourneyError

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
Task = Literal["import", "profile"]

BEAT_SECONDS = 0.5
WATCH_SECONDS = 0.25
ROWS_MB = 2048  # beside DuckDB's own memory: the rows on their way from the files
_ROOT = Path(__file__).resolve().parents[2]
_SECRETS = re.compile(r"JOURNEY_(SECRET_KEY|STATE_URL)(_FILE)?")


def run_child(task: Task, job: BaseModel, progress: Progress, beat: Callable[[], None]) -> dict[str, Any]:
    """Do a task in a process of its own and give its answer.

    Args:
        job: what the task is told; crosses the pipe as JSON.
        progress: called with the name of the part and the share done, 0..1.
        beat: called about twice a second while the process works; what it raises ends the process.

    Raises:
        JourneyError: what the task says of its input; `import_died`, `import_too_big`, `import_too_long`,
            `import_crashed`.
    """
    reading, writing = os.pipe()
    child = start(writing)
    os.close(writing)
    try:
        assert child.stdin is not None  # noqa: S101 - asked for above
        told = job.model_dump(mode="json")
        child.stdin.write(json.dumps({"task": task, "job": told}).encode() + b"\n")
        child.stdin.flush()
        watch = _memory_watch(child.pid, told["settings"]["import_memory_mb"])
        for kind, value in _answers(reading, beat, watch):
            if kind == "progress":
                progress(*value)
            elif kind == "done":
                child.wait()
                return value
            else:
                raise _error(kind, value)
        raise _death(child.wait())
    except BrokenPipeError:
        raise _death(child.wait()) from None
    finally:
        os.close(reading)
        child.kill()
        child.wait()
        if child.stdin is not None:
            child.stdin.close()


def start(answers: int) -> subprocess.Popen[bytes]:
    """The process, begun but not told anything yet: a new program, with nothing of this one but what it is handed.

    Args:
        answers: the end of a pipe that it writes to.
    """
    environment = {name: value for name, value in os.environ.items() if not _SECRETS.fullmatch(name)}
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(  # noqa: S603 - our own program and a number
        [sys.executable, "-P", "-m", "data_access.ingest.child", str(answers)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=(answers,),
        env=environment | {"PYTHONPATH": os.pathsep.join(paths), "MALLOC_ARENA_MAX": "2"},
    )


def _answers(pipe: int, beat: Callable[[], None], watch: Callable[[], None]) -> Iterator[tuple[str, Any]]:
    """What the process says, line by line, until it ends."""
    beaten, rest = monotonic(), b""
    watched = beaten
    while True:
        now = monotonic()
        if now - watched >= WATCH_SECONDS:
            watched = now
            watch()
        if now - beaten >= BEAT_SECONDS:
            beaten = now
            beat()
        if not select.select([pipe], [], [], WATCH_SECONDS)[0]:
            continue
        chunk = os.read(pipe, 65536)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield from json.loads(line).items()


def _memory_watch(process: int, duckdb_mb: int) -> Callable[[], None]:
    """What looks at the process's memory, and ends the task where it is too much.

    Memory that is held counts, not what is reserved: a limit of the system on addresses or data would count
    the room that DuckDB's answers reserve and never touch.
    """

    def watch() -> None:
        if resident_mb(process) > duckdb_mb + ROWS_MB:
            raise JourneyError("import_too_big", limit=duckdb_mb)

    return watch


def resident_mb(process: int) -> int:
    """Megabytes of memory that a process holds now (0 = it has ended)."""
    status = Path(f"/proc/{process}/status")
    if status.parents[1].joinpath("self").exists():
        try:
            held = re.search(rb"^VmRSS:\s+(\d+)", status.read_bytes(), re.MULTILINE)
        except OSError:
            return 0
        return int(held[1]) >> 10 if held else 0
    told = subprocess.run(  # noqa: S603 - where there is no /proc
        ["/bin/ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=False
    )
    return int(told.stdout.strip() or 0) >> 10


def _error(kind: str, value: Any) -> JourneyError:
    if kind == "error":
        return JourneyError(value["code"], status=value["status"], **value["facts"])
    log.error("import crashed\n%s", value)
    return JourneyError("import_crashed", status=500, reason=value.strip().splitlines()[-1])


def _death(code: int) -> JourneyError:
    if code == -signal.SIGXCPU:
        return JourneyError("import_too_long", status=500)
    return JourneyError("import_died", status=500, reason=signal.Signals(-code).name if code < 0 else code)
