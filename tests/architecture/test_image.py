"""Rehearses the Dockerfile in an empty folder: its copies, its installs, its command and its health check.

There is no container engine where the tests run. Absolute paths of the image (`/app`, `/opt/journey`, `/data`,
`/tmp/...`) lie below a temporary folder instead; accounts are not created, the command runs as `nobody` where it can.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.postgres import free_port
from tests.source import ROOT
from tests.thorough import thorough

_IMAGE_PATHS = re.compile(r"(?<![\w./])/(?=(?:app|opt|data|tmp)\b)")


@dataclass
class Stage:
    """One `FROM` and what follows it."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [rest for word, rest in self.steps if word == instruction]

    def last(self, instruction: str) -> str:
        return self.all(instruction)[-1]


def stages() -> list[Stage]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, rest = line.split(maxsplit=1)
        if word == "FROM":
            base, *alias = rest.split()
            found.append(Stage(alias[-1] if alias else "", base))
        else:
            found[-1].steps.append((word, " ".join(rest.split())))
    return found


BUILD, FINAL = stages()


def context(folder: Path) -> None:
    """What `COPY .` takes: the exceptions of .dockerignore, since its first rule leaves everything out."""
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    for rule in rules:
        if rule.startswith("!"):
            source, target = ROOT / rule[1:], folder / rule[1:]
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)


def interpreter() -> str:
    """A Python that other accounts may run too, if there is one."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        path = Path(candidate).resolve()
        open_to_all = path.exists() and all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
        if (
            open_to_all
            and subprocess.run([path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).returncode
            == 0
        ):
            return str(path)
    return sys.executable


@dataclass(frozen=True)
class Image:
    """The rehearsed image below `root`."""

    root: Path

    def placed(self, command: str) -> str:
        return _IMAGE_PATHS.sub(f"{self.root}/", command)

    def environment(self, port: int) -> dict[str, str]:
        plain = {"HOME": "/nonexistent", "JOURNEY_PORT": str(port), "JOURNEY_WORKERS": "1"}
        for line in FINAL.all("ENV"):
            for pair in shlex.split(self.placed(line)):
                name, value = pair.split("=", 1)
                plain[name] = value.replace("$PATH", "/usr/bin:/bin")
        return plain | {"JOURNEY_HOST": "127.0.0.1"}

    def account(self) -> dict:
        """`nobody` where this run may become it and Python is open to all."""
        python = (self.root / "opt/journey/bin/python").resolve()
        if os.geteuid() != 0 or any(not folder.stat().st_mode & stat.S_IXOTH for folder in python.parents):
            return {}
        return {"user": "nobody", "group": "nogroup", "extra_groups": []}


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The build stage carried out, and the copies of the final one checked."""
    root = Path(tempfile.mkdtemp(prefix="journey-image-"))
    root.chmod(0o755)
    rehearsed = Image(root)
    try:
        for folder in ("app", "opt", "tmp", "data"):
            (root / folder).mkdir()
        for word, rest in BUILD.steps:
            {"COPY": copy, "RUN": run}[word](rehearsed, rest)
        warmed(rehearsed)
        (root / "data").chmod(0o700)
        if account := rehearsed.account():
            shutil.chown(root / "data", account["user"], account["group"])
        yield rehearsed
    finally:
        shutil.rmtree(root, ignore_errors=True)


def copy(image: Image, rest: str) -> None:
    source, target = rest.split()
    if source == ".":
        context(Path(image.placed(target)))
    else:
        shutil.copy(ROOT / source, image.placed(target))


def run(image: Image, command: str) -> None:
    """A RUN of the build stage; uv does pip's part where it is at hand. Both take files from their cache, with the same
    hashes, and leave the compiling to `warmed`: most modules of the libraries are never imported."""
    venv = image.placed("/opt/journey")
    placed = image.placed(command).replace("python -m venv", f"{interpreter()} -m venv", 1)
    if shutil.which("uv"):
        placed = placed.replace(f"{interpreter()} -m venv", f"uv venv --quiet --python {interpreter()}")
        placed = placed.replace(
            f"{venv}/bin/pip install --no-cache-dir", f"uv pip install --quiet --python {venv}"
        )
    placed = placed.replace("pip install --no-cache-dir", "pip install --no-compile")
    done = subprocess.run(placed, shell=True, cwd=image.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{placed}\n{done.stderr}"


def warmed(image: Image) -> None:
    """Compile what the server imports of the libraries; the product's own modules come as git holds them."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    python = [image.placed("/opt/journey/bin/python"), "-c", "import app, commands.main"]
    subprocess.run(python, cwd=image.placed("/app"), env=environment, check=True)
    for folder in list(Path(image.placed("/app")).rglob("__pycache__")):
        shutil.rmtree(folder)


def test_two_stages_and_only_the_first_builds() -> None:
    assert BUILD.name == "build"
    assert [line.split()[1] for line in FINAL.all("COPY")] == ["/opt/journey", "/app"]
    assert "pip" not in "".join(FINAL.all("RUN"))
    assert BUILD.base == FINAL.base


def test_it_runs_as_an_account_without_rights() -> None:
    created = re.search(r"useradd .*--uid (\d+) .*?(\w+)(?: &&|$)", FINAL.last("RUN"))
    assert created is not None
    assert int(created[1]) >= 10000
    assert FINAL.last("USER") == created[2]


@thorough
def test_everything_is_installed_by_hash(image: Image) -> None:
    installs = [line for line in BUILD.all("RUN") if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    assert all((image.root / line.split()[1].lstrip("/")).exists() for line in FINAL.all("COPY"))
    assert (image.root / "opt/journey/bin/journey").exists()


@thorough
def test_command_serves_and_writes_nothing_but_data(image: Image) -> None:
    port = free_port()
    environment = image.environment(port)
    before = set((image.root / "app").rglob("*"))
    process = subprocess.Popen(
        json.loads(image.placed(FINAL.last("CMD"))),
        cwd=image.placed(FINAL.last("WORKDIR")),
        env=environment,
        **image.account(),
    )
    try:
        assert answers(f"http://127.0.0.1:{port}/healthz", process)
        assert healthy(image, environment, port) == 0
        assert set((image.root / "app").rglob("*")) == before
        assert (image.root / "data" / "secret.key").exists()
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert healthy(image, environment, port) != 0


def answers(address: str, process: subprocess.Popen) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=2) as answer:
                return answer.status == 200
        except (URLError, OSError):
            time.sleep(0.2)
    return False


def healthy(image: Image, environment: dict[str, str], port: int) -> int:
    """Exit code of the image's own health check."""
    command = json.loads(FINAL.last("HEALTHCHECK").split("CMD", 1)[1])
    there = [part.replace("8050", str(port)) for part in command]
    return subprocess.run(there, env=environment, cwd=image.root / "app", capture_output=True).returncode
