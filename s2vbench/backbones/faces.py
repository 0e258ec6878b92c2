"""Whose face it is: OpenCV's YuNet finds faces, its SFace describes them.

Optional: the two files of OpenCV Zoo lie in the weights folder, or face identity is not measured.

| file | what | licence | SHA-256 |
|---|---|---|---|
| face_detection_yunet_2023mar.onnx | YuNet (doi 10.1007/s11633-023-1423-y), 0.2 MB | MIT | 8f2383e4...ed2552fa4 |
| face_recognition_sface_2021dec.onnx | SFace (arXiv 2205.12010), 39 MB | Apache-2.0 | 0ba9fbfa...87c34e79 |

Shape letters: N boxes, H height, W width, C channels, D feature width, K numbers of one detection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from s2vbench.errors import InputError
from s2vbench.types import Floats, FramesU8

DETECTOR_FILE = "face_detection_yunet_2023mar.onnx"
DETECTOR_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
RECOGNISER_FILE = "face_recognition_sface_2021dec.onnx"
RECOGNISER_SHA256 = "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79"

# The one input size that the published detector declares; OpenCV 4 takes any other, ONNX Runtime in OpenCV 5 refuses.
DETECTOR_PX = 640
RECOGNISER_PX = 112
FEATURE_WIDTH = 128
# OpenCV Zoo's settings for this detector.
SCORE_THRESHOLD = 0.9
OVERLAP_THRESHOLD = 0.3
CANDIDATES = 5000
SMALLEST_ASSESSABLE_PX = 60


@dataclass(frozen=True)
class Face:
    """One face in an image."""

    box: Floats
    """(4,): x0, y0, x1, y1 in pixels of the image; it may reach beyond it."""
    score: float
    """The detector's confidence, 0..1."""
    feature_D: Floats | None
    """(128,), of length 1; None for a face that is not assessable."""
    side_px: float
    """Shorter side of the box."""


class FaceIdentity:
    """The two networks together."""

    def __init__(self, detector_onnx: Path, recogniser_onnx: Path) -> None:
        """Read both files and try them on a blank image.

        Raises:
            InputError: a file is absent, damaged, or another network.
        """
        import cv2

        with _named_errors(detector_onnx):
            size = (DETECTOR_PX, DETECTOR_PX)
            self._detector = cv2.FaceDetectorYN.create(
                str(detector_onnx), "", size, SCORE_THRESHOLD, OVERLAP_THRESHOLD, CANDIDATES
            )
            self._detections(np.zeros((*size, 3), dtype=np.uint8))
        with _named_errors(recogniser_onnx):
            self._recogniser = cv2.FaceRecognizerSF.create(str(recogniser_onnx), "")
            blank_HWC = np.zeros((RECOGNISER_PX, RECOGNISER_PX, 3), dtype=np.uint8)
            width = self._recogniser.feature(blank_HWC).size
        if width != FEATURE_WIDTH:
            raise InputError(f"{recogniser_onnx}: answers with {width} numbers for a face, SFace with {FEATURE_WIDTH}")

    def embed(self, image_HWC: FramesU8, boxes_N4: Floats | None = None) -> list[Face]:
        """Faces of an RGB image of any size, the most certain first; faces under 60 px get no feature.

        Args:
            image_HWC: uint8, red, green, blue.
            boxes_N4: where given, only faces whose centre lies in one of these boxes (x0, y0, x1, y1 in pixels).
        """
        image_bgr_HWC = np.ascontiguousarray(image_HWC[..., ::-1])
        detections_NK = self._detections(image_bgr_HWC)
        order = np.argsort(-detections_NK[:, -1], kind="stable")
        return [
            self._face(image_bgr_HWC, detection_K)
            for detection_K in detections_NK[order]
            if boxes_N4 is None or _centre_in(detection_K[:4], boxes_N4)
        ]

    def _detections(self, image_bgr_HWC: FramesU8) -> Floats:
        """(N, 15): x, y, width, height, five landmarks x and y, score; in pixels of the image."""
        import cv2

        height, width = image_bgr_HWC.shape[:2]
        scale = min(1.0, DETECTOR_PX / max(height, width))
        new_height, new_width = (max(1, round(side * scale)) for side in (height, width))
        resized = cv2.resize(image_bgr_HWC, (new_width, new_height), interpolation=cv2.INTER_AREA)
        beyond = (0, DETECTOR_PX - new_height, 0, DETECTOR_PX - new_width)
        square = cv2.copyMakeBorder(resized, *beyond, cv2.BORDER_CONSTANT, value=(0, 0, 0))
        _, found = self._detector.detect(square)
        if found is None:
            return np.zeros((0, 15), dtype=np.float32)
        detections_NK = cast("Floats", found.copy())
        detections_NK[:, :14] *= np.tile(np.array([width / new_width, height / new_height], dtype=np.float32), 7)
        return detections_NK

    def _face(self, image_bgr_HWC: FramesU8, detection_K: Floats) -> Face:
        x, y, width, height = detection_K[:4]
        side_px = float(min(width, height))
        feature_D = None
        if side_px >= SMALLEST_ASSESSABLE_PX:
            aligned_HWC = self._recogniser.alignCrop(image_bgr_HWC, detection_K)
            feature_D = _unit(self._recogniser.feature(aligned_HWC).reshape(-1))
        box = np.array([x, y, x + width, y + height], dtype=np.float32)
        return Face(box, float(detection_K[-1]), feature_D, side_px)


def find_faces(folder: Path | None) -> FaceIdentity | None:
    """Face identity from the two files in `folder`; None where one is absent.

    Raises:
        InputError: a file is damaged or another network.
    """
    if folder is None:
        return None
    detector, recogniser = folder / DETECTOR_FILE, folder / RECOGNISER_FILE
    if not (detector.is_file() and recogniser.is_file()):
        return None
    return FaceIdentity(detector, recogniser)


def _unit(feature_D: Floats) -> Floats | None:
    length = float(np.linalg.norm(feature_D))
    return feature_D / np.float32(length) if np.isfinite(length) and length > 0 else None


def _centre_in(box_xywh: Floats, boxes_N4: Floats) -> bool:
    x, y = box_xywh[:2] + box_xywh[2:] / 2
    x0, y0, x1, y1 = np.asarray(boxes_N4).reshape(-1, 4).T
    return bool(((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).any())


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    """OpenCV's errors as one line that names the file; its remark that it ignores the target is not printed."""
    import cv2

    logging: Any = cv2.utils.logging
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_ERROR)
    try:
        yield
    except cv2.error as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable face network, perhaps cut off ({reason:.160})") from error
    finally:
        logging.setLogLevel(level)
