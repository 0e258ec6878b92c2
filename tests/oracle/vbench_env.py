"""Ask the official vbench package, which lives in an environment of its own.

For tests and benchmarks that run in the project's environment; standard library only.
Every question is a subprocess of the oracle's Python, see README.md.

    scores = official_scores(["imaging_quality"], cases, weights_dir(), ["case_2"])
    scores["dims"]["imaging_quality"]["videos"]["case_2"]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .vbench import build

HERE = Path(__file__).resolve().parent
ANSWER = HERE / "vbench" / "answer.py"
DEFAULT_SEED = 20261120  # of the stored parity data
LAST_LINES = 20


class OracleError(RuntimeError):
    """The oracle gave no answer; the message ends in its last lines of stderr."""


def oracle_home() -> Path:
    """Return the folder that holds the environment, seeded weights and caches."""
    return build.oracle_home()


def shared_dir() -> Path | None:
    """Return the folder with the parity data and the clips.

    Returns:
        ``$S2VBENCH_SHARED``, else ``shared`` beside the repository; None where that
        folder does not have the parity data.
    """
    named = os.environ.get("S2VBENCH_SHARED")
    folder = Path(named) if named else HERE.parents[2] / "shared"
    return folder if (folder / "parity" / "seeded_weights.py").is_file() else None


def ensure_environment() -> Path:
    """Build the oracle's environment if needed (about two minutes, 6.6 GB).

    Returns:
        The path of its Python.

    Raises:
        OracleError: It could not be built.
    """
    try:
        return build.build_environment()
    except (build.BuildError, OSError) as error:
        raise OracleError(f"no vbench environment: {error}") from error


def _run(
    command: Sequence[str | Path],
    timeout_s: float,
    extra_env: Mapping[str, str] | None = None,
) -> None:
    """Run a program to its end; its output is shown only when it fails."""
    drop = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "VBENCH_CACHE_DIR", "TORCH_HOME")
    env = {name: value for name, value in os.environ.items() if name not in drop}
    # A reference that could fetch what it misses would not be the same everywhere.
    env |= {"PYTHONNOUSERSITE": "1", "HF_HUB_OFFLINE": "1", **(extra_env or {})}
    words = [str(word) for word in command]
    title = " ".join(Path(word).name for word in words[1:3])
    with tempfile.TemporaryFile("w+", errors="replace") as stderr:
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                timeout=timeout_s,
                check=False,
                env=env,
            )
            end = f"status {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            end = f"no answer in {timeout_s} s"
        if end:
            stderr.seek(0)
            lines = stderr.read().splitlines()[-LAST_LINES:]
            raise OracleError("\n".join([f"{title}: {end}", *lines]))


def _ask(
    arguments: Sequence[str | Path],
    timeout_s: float,
    extra_env: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run one command of answer.py and return what it wrote."""
    python = ensure_environment()
    with tempfile.TemporaryDirectory(prefix="oracle-answer-") as folder:
        out = Path(folder) / "answer.json"
        command = [python, ANSWER, *arguments, "--out", out]
        _run(command, timeout_s, extra_env)
        result: dict[str, Any] = json.loads(out.read_text())
    return result


def official_scores(
    dims: Sequence[str],
    cases_json: Path,
    weights: Path,
    ids: Sequence[str] = (),
    *,
    threads: int = 2,
    grad: bool = False,
    device: str = "cpu",
    dino_repo: Path | None = None,
    cache_dir: Path | None = None,
    timeout_s: float = 3600.0,
    extra_env: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Score videos with the official package, all dimensions in one process.

    Args:
        dims: The dimensions, by vbench's names.
        cases_json: A JSON list of {"id", "video", "prompt"}, videos relative to it.
        weights: The folder with the checkpoints under their published names.
        ids: The cases to score; all of them when empty.
        threads: The number of CPU threads.
        grad: Leave autograd on as vbench does: the same scores for more memory.
        device: The torch device.
        dino_repo: Genuine DINO code; default $S2VBENCH_DINO_REPO, else the stand-in.
        cache_dir: The folder for converted checkpoints; default in `oracle_home`.
        timeout_s: The time after which the process is ended.
        extra_env: Environment variables to add, an allocator's settings for example.

    Returns:
        {"versions", "threads", "grad", "device", "dims": {dim: {"score", "videos":
        {id: value}, "import_s", "load_s", "eval_s", "peak_rss_mib"}}}.

    Raises:
        OracleError: There is no environment, or vbench failed.
    """
    arguments: list[str | Path] = ["scores", "--cases", cases_json.resolve()]
    for dim in dims:
        arguments += ["--dim", dim]
    arguments += ["--weights", weights.resolve(), "--threads", str(threads)]
    arguments += ["--cache", (cache_dir or oracle_home() / "caches").resolve()]
    arguments += ["--ids", ",".join(ids), "--device", device]
    if not grad:
        arguments.append("--no-grad")
    if dino_repo is not None:
        arguments += ["--dino-repo", dino_repo.resolve()]
    return _ask(arguments, timeout_s, extra_env)


def official_frames(video: Path, *, timeout_s: float = 600.0) -> dict[str, Any]:
    """Return digests of a video's RGB frames as vbench's decoders see them.

    Args:
        video: The video; .gif and .png are read by Pillow, others by decord and cv2.
        timeout_s: The time after which the process is ended.

    Returns:
        {"decord": ..., "cv2": ...} or {"pil": ...}, each {"sha256", "shape": [T, H, W,
        3], "frame_sha256": [...]}, or {"error"} where that decoder cannot read it. The
        digests are of the uint8 bytes in (T, H, W, 3) order.

    Raises:
        OracleError: There is no environment, or no such video.
    """
    return _ask(["frames", "--video", video.resolve()], timeout_s)


def dino_check(parity: Path, dino_repo: Path | None = None) -> dict[str, Any]:
    """Compare the DINO code in use with stored outputs of the published code.

    Args:
        parity: The shared parity folder.
        dino_repo: As in `official_scores`.

    Returns:
        {"relative_difference": {input: value}, "worst", "tolerance", "equal"}.

    Raises:
        OracleError: There is no environment, or the check could not run.
    """
    arguments: list[str | Path] = ["dino-check", "--parity", parity.resolve()]
    if dino_repo is not None:
        arguments += ["--dino-repo", dino_repo.resolve()]
    return _ask(arguments, timeout_s=600.0)


def weights_dir(seed: int = DEFAULT_SEED) -> Path:
    """Write the seven seeded checkpoints once (3.4 GB) and return their folder.

    It needs the shared parity data and torch in the calling environment, but not the
    oracle's environment.

    Args:
        seed: The seed of the random weights.

    Returns:
        The folder with the checkpoints under their published names.

    Raises:
        OracleError: The parity data is absent, or writing failed.
    """
    folder = oracle_home() / f"weights-{seed}"
    stamp = folder / "complete.json"
    if stamp.is_file():
        return folder
    shared = shared_dir()
    if shared is None:
        raise OracleError("no parity data: set S2VBENCH_SHARED")
    writer = shared / "parity" / "seeded_weights.py"
    with build.file_lock(oracle_home() / f"{folder.name}.lock"):
        if not stamp.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            # A process of its own gives the generator's memory back.
            _run([sys.executable, writer, folder, "--seed", str(seed)], 1800.0)
            sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
            partial = stamp.with_suffix(".partial")
            partial.write_text(json.dumps({"seed": seed, "bytes": sizes}) + "\n")
            partial.replace(stamp)
    return folder
