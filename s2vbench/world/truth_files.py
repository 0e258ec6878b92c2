"""Truth beside a drawn video, in the form that `--truth` reads (`docs/s2v.md`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from s2vbench.files import write_atomically
from s2vbench.video.rle import encode
from s2vbench.world.clip import Bools, boxes_of


def truth_document(masks_TKHW: Bools, names: Sequence[str]) -> dict[str, Any]:
    """Who is where in each frame; what is not seen is not listed.

    Args:
        masks_TKHW: what is seen of each part.
        names: the subject id that each part stands for; a name may come twice (a duplicate).
    """
    boxes_TK4 = boxes_of(masks_TKHW)
    frames: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for frame, (masks_KHW, boxes_K4) in enumerate(zip(masks_TKHW, boxes_TK4, strict=True)):
        here = frames.setdefault(str(frame), {})
        for name, mask_HW, box_4 in zip(names, masks_KHW, boxes_K4, strict=True):
            if mask_HW.any():
                mask = {"size": list(mask_HW.shape), "counts": encode(mask_HW).counts.tolist()}
                here.setdefault(name, []).append({"box": box_4.tolist(), "mask": mask})
    return {"schema_version": 1, "frames": frames}


def write_truth(path: Path, masks_TKHW: Bools, names: Sequence[str]) -> None:
    """Write `truth_document` as JSON."""
    write_atomically(path, json.dumps(truth_document(masks_TKHW, names), separators=(",", ":")) + "\n")
