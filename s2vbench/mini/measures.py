"""Held-out measures as data: a value with its interval and count, and files of them that the documentation reads."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import safe_open
from torch import nn

from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import fill
from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.mini.ship import half_state, network_file, shipped_bytes

Measure = dict[str, Any]
_Z = 1.959964


def mean_of(values: Iterable[float] | npt.NDArray[Any]) -> Measure:
    """Mean of independent values with its 95 % interval (normal approximation) and their number.

    >>> mean_of([1.0, 2.0, 3.0])["value"], mean_of([1.0, 2.0, 3.0])["n"]
    (2.0, 3)
    """
    found = np.asarray(list(values), dtype=np.float64)
    if len(found) < 2:
        raise InputError(f"a measure from {len(found)} values; draw more held-out clips")
    half = _Z * found.std(ddof=1) / math.sqrt(len(found))
    mean = float(found.mean())
    return {"value": mean, "low": mean - half, "high": mean + half, "n": len(found)}


def rank_correlation(a_N: npt.NDArray[Any], b_N: npt.NDArray[Any]) -> Measure:
    """Spearman's correlation of N pairs, with its 95 % interval (Fisher's z with the variance of Bonett and Wright).

    >>> round(rank_correlation(np.arange(9), np.arange(9) ** 3)["value"], 6)
    1.0
    """
    rho, n = spearman(a_N, b_N), len(a_N)
    if n < 5:
        raise InputError(f"a rank correlation of {n} pairs; draw more held-out clips")
    z = math.atanh(min(max(rho, -1 + 1e-12), 1 - 1e-12))
    half = _Z * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return {"value": rho, "low": math.tanh(z - half), "high": math.tanh(z + half), "n": n}


def spearman(a_N: npt.NDArray[Any], b_N: npt.NDArray[Any]) -> float:
    """Spearman's rank correlation; 0 where one side is constant.

    >>> spearman(np.array([1, 2, 2]), np.array([5, 7, 7]))
    1.0
    """
    from scipy.stats import rankdata

    ranks_a, ranks_b = rankdata(a_N), rankdata(b_N)
    if np.ptp(ranks_a) == 0 or np.ptp(ranks_b) == 0:
        return 0.0
    return round(float(np.corrcoef(ranks_a, ranks_b)[0, 1]), 12)


def load_trained(spec: BackboneSpec, trained: Path) -> nn.Module:
    """The network that a training left in its folder, with weights rounded to half precision, as it will be shipped.

    Args:
        spec: which network.
        trained: the folder, or the file in it.

    Raises:
        InputError: there is none, or it is another network's.
    """
    from s2vbench.plugins import load

    path = network_file(trained)
    with torch.device("meta"):
        network: nn.Module = load("backbones", spec.build)(**spec.options)
    state = {key: value.float() if value.is_floating_point() else value for key, value in half_state(path).items()}
    fill(network, state, name=str(path))
    return network.requires_grad_(False).eval()


def write_measures(path: Path, spec: BackboneSpec, trained: Path, measures: Mapping[str, Any]) -> None:
    """Write what was measured, and of what: the network, the digest of its file once shipped, how it was trained.

    Args:
        path: a JSON file.
        spec: which network.
        trained: its training's folder, or the weights file.
        measures: name -> measure, or name -> such a mapping.

    Raises:
        OutputError: it cannot be written.
    """
    file = network_file(trained)
    with safe_open(file, "pt") as content:
        training = content.metadata() or {}
    row = {
        "network": spec.name,
        "sha256": hashlib.sha256(shipped_bytes(file)).hexdigest(),
        "training": training,
        "measures": measures,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(row, indent=1, ensure_ascii=False) + "\n")
