"""Run dimensions of the official vbench package through its own entry points.

Runs inside the oracle's environment. Only `compute_<dimension>` of vbench computes
anything here; this module prepares its inputs, measures it and collects its output.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cache_layout import TORCH_HOME_PLACE, lay_out

# The function below compute_<dimension> that evaluates, once the model is loaded.
EVALUATORS = {
    "subject_consistency": "subject_consistency",
    "background_consistency": "background_consistency",
    "motion_smoothness": "motion_smoothness",
    "aesthetic_quality": "laion_aesthetic",
    "imaging_quality": "technical_quality",
    "overall_consistency": "overall_consistency",
}
PACKAGES = ("vbench", "torch", "torchvision", "numpy", "opencv-python", "decord")


@dataclass(frozen=True)
class Request:
    """What to score, and how.

    Attributes:
        dims: The dimensions, in the order in which they run.
        cases: A JSON list of {"id", "video", "prompt"}; videos relative to the file.
        ids: The cases to use, all of them when empty.
        weights: The folder with the checkpoints under their published names.
        cache: The folder for layouts and converted checkpoints.
        dino_repo: The folder with DINO's hubconf.py.
        threads: The number of CPU threads for torch.
        grad: Leave autograd on, as vbench does; it costs memory, not accuracy.
        device: The torch device.
    """

    dims: list[str]
    cases: Path
    ids: list[str]
    weights: Path
    cache: Path
    dino_repo: Path
    threads: int
    grad: bool
    device: str


def plain(value: Any) -> Any:
    """Turn arrays' and tensors' scalars into what json can write, in full precision."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value if isinstance(value, (str, int)) else float(value)


def reset_peak_rss() -> None:
    """Start a new memory peak, so that each dimension has its own, where Linux can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return  # the peaks are then those of the process so far


def peak_rss_mib() -> float:
    """Return the peak resident memory in MiB.

    VmHWM rather than ru_maxrss: the latter is inherited from the process that started
    this one, so a large benchmark would show up in its children's figures.
    """
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def selected_cases(request: Request) -> dict[str, dict[str, str]]:
    """Return id -> absolute video path and prompt of the asked cases.

    Raises:
        ValueError: An id is unknown, or two cases share a video (vbench reports by
            path, so they could not be told apart).
    """
    folder = request.cases.resolve().parent
    known = {case["id"]: case for case in json.loads(request.cases.read_text())}
    unknown = [i for i in request.ids if i not in known]
    if unknown:
        raise ValueError(f"{request.cases} has no case {', '.join(unknown)}")
    chosen = {}
    for i in request.ids or list(known):
        video = str(folder / known[i]["video"])
        chosen[i] = {"video": video, "prompt": known[i]["prompt"]}
    if len({case["video"] for case in chosen.values()}) < len(chosen):
        raise ValueError(f"{request.cases}: two of the cases share a video")
    return chosen


def timed_parts(module: Any, dim: str) -> dict[str, float]:
    """Make a dimension's module record when its model was loaded and how long it ran.

    Args:
        module: The dimension's module in vbench.
        dim: The dimension.

    Returns:
        A dictionary that has "load_s" and "eval_s" once the dimension has run; the
        loading time counts from this call.
    """
    parts: dict[str, float] = {}
    evaluate: Callable[..., Any] = getattr(module, EVALUATORS[dim])
    started_s = time.perf_counter()

    def timed(*args: Any, **kwargs: Any) -> Any:
        parts["load_s"] = time.perf_counter() - started_s
        evaluation_started_s = time.perf_counter()
        result = evaluate(*args, **kwargs)
        parts["eval_s"] = time.perf_counter() - evaluation_started_s
        return result

    setattr(module, EVALUATORS[dim], timed)
    return parts


def score_dimension(dim: str, cases: dict[str, dict[str, str]], device: Any, scratch: Path) -> dict[str, Any]:
    """Score one dimension and return its values, times and memory.

    Args:
        dim: The dimension.
        cases: Case id -> video path and prompt.
        device: The torch device object that vbench is given.
        scratch: A folder for vbench's input file.
    """
    info = [{"prompt_en": c["prompt"], "dimension": [dim], "video_list": [c["video"]]} for c in cases.values()]
    info_file = scratch / f"{dim}.json"
    info_file.write_text(json.dumps(info))
    reset_peak_rss()
    started_s = time.perf_counter()
    utils = importlib.import_module("vbench.utils")
    module = importlib.import_module(f"vbench.{dim}")
    import_s = time.perf_counter() - started_s
    compute = getattr(module, f"compute_{dim}")
    submodules = utils.init_submodules([dim], local=True)[dim]
    parts = timed_parts(module, dim)
    score, videos = compute(str(info_file), device, submodules)[:2]
    ids = {case["video"]: i for i, case in cases.items()}
    return {
        "score": plain(score),
        "videos": {ids[v["video_path"]]: plain(v["video_results"]) for v in videos},
        "import_s": import_s,
        **parts,
        "peak_rss_mib": peak_rss_mib(),
    }


def score(request: Request) -> dict[str, Any]:
    """Score the asked dimensions one after the other in this process.

    Args:
        request: What to score, and how.

    Returns:
        The settings, the versions and, under "dims", each dimension's result.
    """
    cases = selected_cases(request)
    layout = lay_out(request.dims, request.weights, request.cache, request.dino_repo)
    # vbench reads its folder once, while it is imported.
    os.environ["VBENCH_CACHE_DIR"] = str(layout)
    os.environ["TORCH_HOME"] = str(layout / TORCH_HOME_PLACE)
    import torch

    torch.set_num_threads(request.threads)
    torch.set_grad_enabled(request.grad)
    results = {}
    with tempfile.TemporaryDirectory(prefix="oracle-") as scratch:
        for dim in request.dims:
            torch.manual_seed(0)
            device = torch.device(request.device)
            results[dim] = score_dimension(dim, cases, device, Path(scratch))
    return {
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "threads": request.threads,
        "grad": request.grad,
        "device": request.device,
        "dims": results,
    }
