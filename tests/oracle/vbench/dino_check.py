"""Compare the DINO code that the oracle uses with stored outputs of the published one.

Runs inside the oracle's environment. The stored outputs belong to seeded random
weights, which are made again here; so the check covers the code, not trained weights.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

NET = "dino_vitb16"
RELATIVE_TOLERANCE = 3e-6


def load_seeded_weights(parity: Path) -> ModuleType:
    """Import seeded_weights.py of the parity folder by its path."""
    path = parity / "seeded_weights.py"
    spec = importlib.util.spec_from_file_location("seeded_weights", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"cannot import {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_dino(parity: Path, dino_repo: Path, threads: int) -> dict[str, Any]:
    """Run the DINO code on the stored inputs.

    Args:
        parity: The folder with seeded_weights.py, layouts and backbones.
        dino_repo: The folder with DINO's hubconf.py, loaded as vbench loads it.
        threads: The number of CPU threads for torch.

    Returns:
        Per input the greatest difference relative to the greatest stored value, the
        worst of them, the tolerance and whether it is met.
    """
    import numpy as np
    import torch

    torch.set_num_threads(threads)
    seeded = load_seeded_weights(parity)
    stored = np.load(parity / "backbones" / f"{NET}.npz")
    meta = json.loads(str(stored["meta"]))
    hub: Any = torch.hub  # untyped in torch
    model = hub.load(str(dino_repo), NET, source="local", pretrained=False)
    state = seeded.seeded_state(seeded.load_layout(NET), meta["weights_seed"])
    model.load_state_dict(state, strict=True)
    relative = {}
    with torch.no_grad():
        for key in meta["inputs"]:
            wanted = torch.from_numpy(stored[f"out_{key}"])
            worst = (model(seeded.case_input(stored, key)) - wanted).abs().max()
            relative[key] = float(worst / wanted.abs().max())
    return {
        "relative_difference": relative,
        "worst": max(relative.values()),
        "tolerance": RELATIVE_TOLERANCE,
        "equal": max(relative.values()) <= RELATIVE_TOLERANCE,
    }
