"""Workers killed at random points and moments while messages wait and rules fire: all of it once, nothing left open."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from data_access.points import WORKER_POINTS
from tests.mail_server import Mailbox, mail_server
from tests.torture.rounds import asked
from tests.worker_kills import House, house, kill

_ROW = 5  # kills one after the other in one installation, before a worker that nobody kills
_LONGEST = 2.5  # seconds


def main() -> int:
    """Kill half as many workers as imports and say what was found; 1 where something was lost or told twice."""
    options = asked(__doc__)
    choose, kills, found = random.Random(options.seed), options.rounds // 2, Counter(violations=0)
    print(f"seed {options.seed}, {kills} kills of workers", flush=True)
    for first in range(0, kills, _ROW):
        with tempfile.TemporaryDirectory(prefix="torture-worker-") as folder, mail_server() as box:
            found.update(_row(choose, range(first, min(first + _ROW, kills)), Path(folder), box))
    print(", ".join(f"{count} {what}" for what, count in sorted(found.items())), flush=True)
    return 1 if found["violations"] else 0


def _row(choose: random.Random, numbers: range, folder: Path, box: Mailbox) -> Counter[str]:
    made, found = house(folder, box), Counter[str]()
    for number in numbers:
        made.queue(choose.randrange(1, 6))
        for _ in range(choose.randrange(3)):
            made.cause(digest=choose.random() < 0.5)
        what = _killed(choose, made)
        print(f"{number + 1:>4} worker killed {what}", flush=True)
        found["kills"] += 1
    try:
        assert made.round() == 0, "a worker that nobody kills fails"
        made.check()
        assert made.repeats() <= len(numbers), "more repeats than kills"
    except AssertionError as error:
        print(f"VIOLATION: {error}", flush=True)
        found["violations"] += 1
    found["letters"] += len(box.letters)
    found["repeats under a known Message-ID"] += made.repeats()
    made.state.dispose()
    return found


def _killed(choose: random.Random, made: House) -> str:
    """Kill one worker: at a point, where it is reached, or after a while."""
    point, moment = choose.choice(WORKER_POINTS), choose.uniform(0, _LONGEST)
    if choose.random() < 0.5:
        process = made.start(point, once=False)
        process.join(_LONGEST)
        kill(process)
        return f"at {point}"
    process = made.start(once=False)
    time.sleep(moment)
    kill(process)
    return f"after {moment:.2f} s"
