"""The file format of `evidence/<case>-<seed>.safetensors`: what a contact sheet shows, small.

JPEG frames of 320 px and PNG masks of the same size as arrays of bytes; everything else as JSON in the metadata.

Shape letters: H height, W width, C channels or columns of patches, R rows of patches, F looked-at frames, L frames with
leak maps.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.files import canonical_json, write_atomically
from s2vbench.types import Floats, FramesU8

FOLDER = "evidence"
_JPEG_QUALITY = 85
Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Arrays = dict[str, npt.NDArray[Any]]
AssignedBy = Literal["bound_identity", "s2v_consistency"]


@dataclass(frozen=True)
class EvidenceSubject:
    """One subject of the case."""

    id: str
    noun: str
    missing_reason: str | None = None
    """Why it cannot be judged; None where it can."""


@dataclass(frozen=True)
class EvidenceInstance:
    """One accepted instance in one frame."""

    mask_HW: Mask
    box: tuple[float, ...]
    """x0, y0, x1, y1 in pixels of the small picture."""
    score: float
    subject: int | None
    """Which subject it stands for; None where none."""


@dataclass(frozen=True)
class EvidenceFrame:
    """One looked-at frame."""

    position: int
    """Row of the looked-at frames."""
    frame: int
    """Number in the video."""
    picture_HWC: FramesU8
    instances: tuple[EvidenceInstance, ...]


@dataclass(frozen=True)
class EvidenceView:
    """One picture of a subject that the model was given."""

    subject: int
    mask_source: str
    picture_HWC: FramesU8
    mask_HW: Mask


@dataclass(frozen=True)
class Evidence:
    """What was seen in one video, for a person."""

    case: str
    seed: int
    prompt: str
    fps: float | None
    frames_F: tuple[int, ...]
    """Numbers of the looked-at frames."""
    subjects: tuple[EvidenceSubject, ...]
    frames: tuple[EvidenceFrame, ...]
    views: tuple[EvidenceView, ...]
    assigned_by: AssignedBy | None
    """Whose choice of instances `EvidenceInstance.subject` is; None where no metric chose."""
    leak_frames_L: tuple[int, ...] = ()
    """Rows of `frames_F` that have a leak map."""
    leak_z_LRC: Floats | None = None
    """z-scores of patches, NaN where a subject is."""


def evidence_path(run: Path, case: str, seed: int) -> Path:
    """Where the evidence about one video lies."""
    return run / FOLDER / f"{case}-{seed}.safetensors"


def save_evidence(run: Path, evidence: Evidence) -> Path:
    """Write the file and say where.

    Raises:
        OutputError: the run folder cannot be written.
    """
    from safetensors.numpy import save

    arrays: Arrays = {}
    about: dict[str, Any] = {
        name: getattr(evidence, name) for name in ("case", "seed", "prompt", "fps", "frames_F", "assigned_by")
    }
    about["subjects"] = [vars(subject) for subject in evidence.subjects]
    about["frames"] = [_pack_frame(frame, arrays) for frame in evidence.frames]
    about["views"] = []
    for place, view in enumerate(evidence.views):
        arrays[f"view_{place}"], arrays[f"view_mask_{place}"] = _jpeg(view.picture_HWC), _png(view.mask_HW)
        about["views"].append({"subject": view.subject, "mask_source": view.mask_source})
    about["leak_frames_L"] = evidence.leak_frames_L
    if evidence.leak_z_LRC is not None:
        arrays["leak_z"] = np.ascontiguousarray(evidence.leak_z_LRC, dtype=np.float32)
    path = evidence_path(run, evidence.case, evidence.seed)
    write_atomically(path, save(arrays, metadata={"about": canonical_json(about)}))
    return path


def load_evidence(path: Path) -> Evidence:
    """Read a file that `save_evidence` wrote.

    Raises:
        InputError: no such file, or a damaged one.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            about = json.loads(file.metadata()["about"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- the file is no dict
        return _unpack(about, arrays)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such evidence; score the case with a metric about subjects") from error
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(
            f"{path}: damaged, or of another version ({type(error).__name__}: {error}); score the case again "
            "with another --out"
        ) from error


def as_stored(picture_HWC: FramesU8) -> FramesU8:
    """The picture after JPEG has lost what it loses."""
    return _picture(_jpeg(picture_HWC), "RGB")


def _pack_frame(frame: EvidenceFrame, arrays: Arrays) -> dict[str, Any]:
    arrays[f"frame_{frame.position}"] = _jpeg(frame.picture_HWC)
    instances = []
    for place, instance in enumerate(frame.instances):
        arrays[f"mask_{frame.position}_{place}"] = _png(instance.mask_HW)
        instances.append({"box": instance.box, "score": instance.score, "subject": instance.subject})
    return {"position": frame.position, "frame": frame.frame, "instances": instances}


def _unpack(about: dict[str, Any], arrays: Arrays) -> Evidence:
    frames = [
        EvidenceFrame(
            entry["position"],
            entry["frame"],
            _picture(arrays[f"frame_{entry['position']}"], "RGB"),
            tuple(
                EvidenceInstance(
                    _picture(arrays[f"mask_{entry['position']}_{place}"], "1"),
                    tuple(instance["box"]),
                    instance["score"],
                    instance["subject"],
                )
                for place, instance in enumerate(entry["instances"])
            ),
        )
        for entry in about["frames"]
    ]
    views = [
        EvidenceView(
            entry["subject"],
            entry["mask_source"],
            _picture(arrays[f"view_{place}"], "RGB"),
            _picture(arrays[f"view_mask_{place}"], "1"),
        )
        for place, entry in enumerate(about["views"])
    ]
    return Evidence(
        **{name: about[name] for name in ("case", "seed", "prompt", "fps", "assigned_by")},
        frames_F=tuple(about["frames_F"]),
        subjects=tuple(EvidenceSubject(**subject) for subject in about["subjects"]),
        frames=tuple(frames),
        views=tuple(views),
        leak_frames_L=tuple(about["leak_frames_L"]),
        leak_z_LRC=arrays.get("leak_z"),
    )


def _picture(data: Bytes, mode: str) -> npt.NDArray[Any]:
    return np.array(Image.open(io.BytesIO(data.tobytes())).convert(mode))


def _jpeg(picture_HWC: FramesU8) -> Bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture_HWC).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)


def _png(mask_HW: Mask) -> Bytes:
    buffer = io.BytesIO()
    Image.fromarray(mask_HW).save(buffer, "PNG", optimize=True)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)
