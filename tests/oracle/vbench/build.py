"""Build the environment in which the official vbench package runs.

Usage: ``python build.py`` prints the path of the environment's Python on stdout;
progress goes to stderr. Standard library only.

The environment lies under `oracle_home` and is keyed by a digest of
requirements.txt and of the Python version, so that a changed pin set never reuses
an old folder. A stamp file is written last: a folder without it is half built and
is built again from nothing. (Building aside and renaming would not do: a virtual
environment's scripts hold its own path.)
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PYTHON_SERIES = "3.11"
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
STAMP = "complete.json"


class BuildError(RuntimeError):
    """The environment could not be built; the message is one line."""


def oracle_home() -> Path:
    """Return the folder that holds everything the oracle keeps between runs.

    Returns:
        ``$S2VBENCH_ORACLE_HOME``, else ``s2vbench/oracle`` in the user's cache.
    """
    chosen = os.environ.get("S2VBENCH_ORACLE_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "s2vbench" / "oracle"


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes; the kernel frees it on any exit.

    Args:
        path: The lock file, created when absent and left in place.

    Yields:
        Nothing; the lock is held inside the block.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Print one line of progress on stderr."""
    print(f"oracle: {text}", file=sys.stderr, flush=True)


def python_version(python: str) -> str | None:
    """Return the version of an interpreter, or None when it does not run."""
    command = [python, "-c", "import platform; print(platform.python_version())"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def find_python() -> tuple[str, str]:
    """Find an interpreter of the needed series.

    Returns:
        Its path and its full version.

    Raises:
        BuildError: None was found.
    """
    named = os.environ.get("S2VBENCH_ORACLE_PYTHON")
    candidates = [named] if named else [sys.executable, f"python{PYTHON_SERIES}"]
    for candidate in candidates:
        path = shutil.which(candidate)
        version = python_version(path) if path else None
        if path and version and version.startswith(PYTHON_SERIES + "."):
            return path, version
    raise BuildError(
        f"vbench needs Python {PYTHON_SERIES}, found none "
        f"(tried {', '.join(candidates)}); name one in $S2VBENCH_ORACLE_PYTHON"
    )


def environment_key(version: str) -> str:
    """Return the digest that names the environment's folder.

    Args:
        version: The full version of the Python it is built with.
    """
    digest = hashlib.sha256(version.encode() + b"\0" + REQUIREMENTS.read_bytes())
    return digest.hexdigest()[:16]


def run_logged(command: list[str], log: Path) -> None:
    """Run one build step, its output appended to the log.

    Args:
        command: The program and its arguments.
        log: The file that takes stdout and stderr.

    Raises:
        BuildError: The step failed.
    """
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    with log.open("a") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, env=env)
    if done.returncode != 0:
        step = " ".join(command[1:4])
        raise BuildError(f"{step} failed with status {done.returncode}, see {log}")


def install(folder: Path, python: str, log: Path) -> None:
    """Fill an absent folder with the virtual environment and check its package."""
    log.write_text("")
    say(f"creating {folder}")
    run_logged([python, "-m", "venv", str(folder)], log)
    inner = str(folder / "bin" / "python")
    say(f"installing vbench and its pins, some 6.6 GB; log: {log}")
    pip = [inner, "-m", "pip", "install", "--no-input", "--no-deps"]
    run_logged([*pip, "-r", str(REQUIREMENTS)], log)
    run_logged([inner, "-m", "pip", "check"], log)
    say("checking that vbench imports")
    run_logged([inner, "-c", "import clip, decord, vbench.utils"], log)


def build_environment() -> Path:
    """Build the environment unless it stands complete already.

    Two processes that start at once are served one after the other.

    Returns:
        The path of its Python.

    Raises:
        BuildError: It could not be built.
    """
    base, version = find_python()
    home = oracle_home()
    folder = home / f"vbench-{environment_key(version)}"
    python = folder / "bin" / "python"
    if (folder / STAMP).is_file():
        return python
    with file_lock(home / f"{folder.name}.lock"):
        if (folder / STAMP).is_file():
            return python
        if folder.exists():
            say(f"removing the half-built {folder}")
            shutil.rmtree(folder)
        started = time.monotonic()
        install(folder, base, home / f"{folder.name}.log")
        build_s = round(time.monotonic() - started, 1)
        stamp = {"python": version, "build_s": build_s}
        (folder / "stamp.partial").write_text(json.dumps(stamp) + "\n")
        (folder / "stamp.partial").replace(folder / STAMP)
        say(f"built in {build_s} s")
    return python


def main() -> int:
    """Build and print the Python's path; one line on stderr when it fails."""
    try:
        print(build_environment())
    except (BuildError, OSError) as error:
        say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
