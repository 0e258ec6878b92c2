"""What a person needs to see why a video got its numbers: `evidence/<case>-<seed>.safetensors` in the run folder.

Small on purpose (JPEG frames of 320 px, masks of the same size): reports show it without video, references or cache.

Shape letters: H height, W width, C channels, N instances of a frame.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import FeatureFailedError, Features
from s2vbench.features.subjects.collect import SubjectWork
from s2vbench.features.subjects.composite import fitted
from s2vbench.features.subjects.names import THUMBNAILS, TRACKS
from s2vbench.features.subjects.rle import decode
from s2vbench.features.subjects.tracks import LeakMaps, Tracks
from s2vbench.files import canonical_json, write_atomically
from s2vbench.metrics.subjects import bind
from s2vbench.types import Case, FramesU8

log = logging.getLogger(__name__)

FOLDER = "evidence"
_JPEG_QUALITY = 85
Arrays = dict[str, npt.NDArray[Any]]


def evidence_path(run: Path, case: str, seed: int) -> Path:
    """Where the evidence about one video lies."""
    return run / FOLDER / f"{case}-{seed}.safetensors"


def write_evidence(run: Path, work: SubjectWork, case: Case, seed: int, features: Features) -> None:
    """Write what is known about the subjects of one video; nothing where there are no tracks.

    Raises:
        OutputError: the run folder cannot be written.
    """
    from safetensors.numpy import save

    try:
        tracks, pictures = features[TRACKS], features[THUMBNAILS]
    except (NotApplicable, FeatureFailedError) as error:
        log.info("no evidence about %s: %s", case.id, error)
        return
    arrays: Arrays = {}
    frames = [
        _frame(tracks, _assigned(features, tracks), int(position), picture_HWC, arrays)
        for position, picture_HWC in zip(pictures["positions"], pictures["pictures"], strict=True)
    ]
    views = []
    for place, view in enumerate(tracks.views):
        if view.role == "condition":
            arrays[f"view_{place}"] = _jpeg(pictures[f"view_{place}"])
            arrays[f"view_mask_{place}"] = _png(pictures[f"mask_{place}"].astype(bool))
            views.append({"subject": view.subject, "place": place, "mask_source": view.mask_source})
    leak_frames = _leak(features, arrays) if "leak" in work.features else []
    about = {
        "case": case.id,
        "seed": seed,
        "prompt": case.prompt,
        "fps": tracks.fps,
        "frames_F": tracks.frames_F.tolist(),
        "subjects": [{"id": s.id, "noun": s.noun, "missing_reason": s.missing_reason} for s in tracks.subjects],
        "frames": frames,
        "views": views,
        "leak_frames": leak_frames,
    }
    write_atomically(evidence_path(run, case.id, seed), save(arrays, metadata={"about": canonical_json(about)}))


def _assigned(features: Features, tracks: Tracks) -> dict[int, int]:
    """Instance -> subject that it stands for, where the strict family was wanted."""
    try:
        binding = bind(features)
    except (NotApplicable, FeatureFailedError, KeyError):
        return {}
    subject_of_slot = [binding.judged_J[place] for place in binding.slot_subject_S]
    found = {
        int(row): subject
        for slots in binding.assigned_FS
        for row, subject in zip(slots, subject_of_slot, strict=True)
        if row >= 0
    }
    assert all(row < len(tracks.frame_M) for row in found)
    return found


def _frame(
    tracks: Tracks, assigned: dict[int, int], position: int, picture_HWC: FramesU8, arrays: Arrays
) -> dict[str, Any]:
    arrays[f"frame_{position}"] = _jpeg(picture_HWC)
    accepted_M = tracks.accepted_M()
    instances = []
    scale = picture_HWC.shape[1] / tracks.width_px
    for row in np.flatnonzero((tracks.frame_M == position) & accepted_M).tolist():
        mask_HW = fitted(decode(tracks.masks[row]), *picture_HWC.shape[:2])
        arrays[f"mask_{row}"] = _png(mask_HW)
        instances.append(
            {
                "row": row,
                "box": (tracks.boxes_M4[row] * scale).round(2).tolist(),
                "score": float(tracks.scores_M[row]),
                "subject": assigned.get(row),
            }
        )
    return {"position": position, "frame": int(tracks.frames_F[position]), "instances": instances}


def _leak(features: Features, arrays: Arrays) -> list[int]:
    try:
        leak: LeakMaps = features["leak"]
    except (NotApplicable, FeatureFailedError):
        return []
    arrays["leak_z"] = leak.z_LRC.astype(np.float32)
    return [int(position) for position in leak.frames_L]


def _jpeg(picture_HWC: FramesU8) -> npt.NDArray[np.uint8]:
    buffer = io.BytesIO()
    Image.fromarray(picture_HWC).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)


def _png(mask_HW: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    buffer = io.BytesIO()
    Image.fromarray(mask_HW).save(buffer, "PNG", optimize=True)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)
