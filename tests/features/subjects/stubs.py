"""A detector and a segmenter that answer what a test tells them, and remember what they were asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from s2vbench.backbones.protocols import Detections, Segments
from s2vbench.features.subjects.case_files import ViewFile
from s2vbench.features.subjects.composite import whole_pixels
from s2vbench.features.subjects.instances import box_mask
from s2vbench.features.subjects.sources import ViewMask
from s2vbench.files import sha256_of_file
from s2vbench.types import Floats, FramesU8

Row = tuple[tuple[float, float, float, float], float, dict[str, float]]
"""A box, its score, and its score for each phrase that it is not 0 for."""


def detections(rows: Sequence[Row], phrases: Sequence[str]) -> Detections:
    """What a detector would say."""
    return Detections(
        np.array([box for box, _, _ in rows], np.float32).reshape(-1, 4),
        np.array([score for _, score, _ in rows], np.float32),
        np.array([[by_phrase.get(phrase, 0.0) for phrase in phrases] for *_, by_phrase in rows], np.float32).reshape(
            -1, len(phrases)
        ),
    )


@dataclass
class StubBank:
    """Answers `rows` for every image; masks are the boxes, or what `mask` draws."""

    rows: list[Row]
    mask: Callable[[FramesU8, Floats], np.ndarray[Any, np.dtype[np.bool_]]] | None = None
    precision: str = "fp32"
    options: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """Images and phrases of each call of the detector."""
    drawn: list[list[list[list[float]]]] = field(default_factory=list)
    """Boxes of each image of each call of the segmenter."""

    def __post_init__(self) -> None:
        known = SimpleNamespace(
            spec=SimpleNamespace(build="build", options=self.options), record=SimpleNamespace(sha256="sha256")
        )
        self.weights = {"detector": known, "segmenter": known, "encoder": known}

    def network(self, name: str) -> None:
        assert name in self.weights

    def detect(self, _: str, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        self.asked.append((len(images), tuple(phrases)))
        return [detections(self.rows, phrases) for _ in images]

    def segment(self, _: str, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        self.drawn.append([boxes_N4.tolist() for boxes_N4 in boxes])
        found = []
        for image, boxes_N4 in zip(images, boxes, strict=True):
            masks = [self._draw(image, box_4) for box_4 in boxes_N4]
            masks_NHW = np.array(masks, dtype=np.bool_).reshape(-1, *image.shape[:2])
            found.append(Segments(masks_NHW, np.ones(len(masks_NHW), np.float32)))
        return found

    def _draw(self, image: FramesU8, box_4: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if self.mask is not None:
            return self.mask(image, box_4)
        box = whole_pixels(box_4, *image.shape[:2])
        return box_mask(box, *image.shape[:2]) if box else np.zeros(image.shape[:2], np.bool_)


class StubSource:
    """Finds the subject in the left half of every picture."""

    def __init__(self, name: str = "stub", source: str = "detected") -> None:
        self.name, self.source, self.seen = name, source, 0

    def identity(self) -> dict[str, str]:
        return {"source": self.name}

    def find_in_view(self, picture_HWC: FramesU8, _: ViewFile) -> ViewMask:
        self.seen += 1
        mask_HW = np.zeros(picture_HWC.shape[:2], np.bool_)
        mask_HW[:, : picture_HWC.shape[1] // 2] = True
        return ViewMask(mask_HW, self.source)  # type: ignore[arg-type]


def view_of(path: Path, picture: FramesU8, mask: np.ndarray[Any, Any] | None = None, noun: str = "dog") -> ViewFile:
    """A view whose files are written."""
    Image.fromarray(picture).save(path)
    mask_path = None
    if mask is not None:
        mask_path = path.with_name(f"mask-{path.name}")
        Image.fromarray(mask).save(mask_path)
    return ViewFile(
        0,
        "condition",
        path,
        sha256_of_file(path),
        noun,
        mask_path=mask_path,
        mask_sha256=sha256_of_file(mask_path) if mask_path else "",
    )
