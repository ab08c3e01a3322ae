"""`make torture`: imports of every kind of export are killed at random points and moments; all or nothing each time.

    make torture ARGS="--rounds 20 --seed 7"

It prints its seed, so that what it has found can be found again.
"""

from __future__ import annotations

import argparse
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from dashboard.errors import JourneyError
from data_access.clock import utc_now
from data_access.points import POINTS
from data_access.state import imports
from tests.exports import SAMPLES
from tests.unit.data_access.importing import KEY, PATIENCE, Client, kill_all, start_check, start_import
from tests.unit.data_access.kills import (
    PARENTS,
    SMALL,
    VISIBLE,
    Origin,
    check,
    copied,
    done_here,
    kill_child,
    origin,
    seen,
)

NAMES = (*SAMPLES, SMALL)
_LONGER = 4.0  # a real import starts a process, which the measured one has not


def asked(about: str | None) -> argparse.Namespace:
    """How many rounds, and the seed."""
    options = argparse.ArgumentParser(description=about)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return options.parse_args()


def main() -> int:
    """Kill so many imports and say what was found; 1 where something was neither all nor nothing."""
    options = asked(__doc__)
    print(f"seed {options.seed}, {options.rounds} kills", flush=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        found = _torture(random.Random(options.seed), options.rounds, Path(folder))
    print(", ".join(f"{count} {what}" for what, count in sorted(found.items())), flush=True)
    return 1 if found["violations"] else 0


def _torture(choose: random.Random, rounds: int, folder: Path) -> Counter[str]:
    origins: dict[str, tuple[Origin, str]] = {}
    found: Counter[str] = Counter(violations=0)
    turn = list(NAMES)
    for number in range(1, rounds + 1):
        if (number - 1) % len(turn) == 0:
            choose.shuffle(turn)
        name = turn[(number - 1) % len(turn)]
        if name not in origins:
            origins[name] = _prepared(name, folder)
        made, after = origins[name]
        begun = time.monotonic()
        what, said = _round(choose, made, after, folder)
        found["violations" if said.startswith("VIOLATION") else said] += 1
        seconds = time.monotonic() - begun
        print(f"{number:>4}/{rounds} {name:<14} {what:<34} {said} ({seconds:.1f} s)", flush=True)
    return found


def _round(choose: random.Random, made: Origin, after: str, folder: Path) -> tuple[str, str]:
    """Kill one import of a copy of the client: what was killed, and what was found."""
    what, happened, kill = _kinds(choose, made.seconds)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        killed = copied(made, Path(place))
        try:
            kill(killed)
            visible, _ = check(killed, made.before, after, happened)
            _there_and_back(killed, made.before, after)
            return what, "had become visible" if visible else "nothing had happened"
        except (AssertionError, JourneyError) as error:
            return what, f"VIOLATION: {error}"
        finally:
            killed.state.dispose()


def _prepared(name: str, folder: Path) -> tuple[Origin, str]:
    """A client, and what a viewer reads after an import that nobody kills."""
    made = origin(name, folder / name)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        whole = copied(made, Path(place))
        with done_here():
            whole.run(whole.second)
        after = seen(whole)
        whole.state.dispose()
    return made, after


def _kinds(choose: random.Random, seconds: float) -> tuple[str, bool | None, Callable[[Client], None]]:
    """What is killed, whether the import must have become visible, and the deed."""
    moment = choose.uniform(0, seconds + _LONGER)
    point = choose.choice(POINTS)
    kind = choose.choices(("point", "child at point", "moment", "child", "check"), (50, 10, 25, 10, 5))[0]
    if kind == "child at point" and point in PARENTS:
        kind = "point"
    match kind:
        case "point":
            at = point if point in PARENTS else f"{point}!"
            return f"both at {point}", point in VISIBLE, lambda place: _at_point(place, at, -9)
        case "child at point":
            return f"importing process at {point}", False, lambda place: _at_point(place, point, 0)
        case "moment":
            return (
                f"both after {moment:.2f} s",
                None,
                lambda place: _after(place, moment, start_import, kill_all),
            )
        case "child":
            return (
                f"importing process after {moment:.2f} s",
                None,
                lambda place: _after(place, moment, start_import, kill_child),
            )
    return f"a check after {moment:.2f} s", False, lambda place: _after(place, moment, start_check, kill_all)


def _at_point(place: Client, kill_at: str, code: int) -> None:
    process = start_import(place.settings.data, place.second, kill_at)
    process.join(PATIENCE)
    assert process.exitcode == code, f"the import has ended with {process.exitcode}"
    kill_all(process)


def _after(
    place: Client,
    moment: float,
    start: Callable[[Path, Path], BaseProcess],
    kill: Callable[[BaseProcess], None],
) -> None:
    process = start(place.settings.data, place.second)
    time.sleep(moment)
    kill(process)


def _there_and_back(place: Client, before: str, after: str) -> None:
    """Undo and redo lead through the same two states, whatever was killed; no check has left a file."""
    imports.undo(place.state, KEY, "torture", utc_now())
    assert seen(place) == before, "undo leads to another state"
    imports.redo(place.state, KEY, "torture", utc_now())
    assert seen(place) == after, "redo leads to another state"
    checks = place.settings.data / "checks"
    assert not checks.exists() or not any(checks.iterdir()), "a check has left files"
