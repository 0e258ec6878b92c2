"""What tells a reference picture shown as a frame from a frame of the video; and thumbnails for people.

Shape letters: T frames of the whole video, V views, D feature width, H height, W width, C channels, S side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.backbones.bank import FrameWindow
from s2vbench.features.subjects.composite import fitted
from s2vbench.features.subjects.even_sample import EvenSample
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.names import THUMBNAILS
from s2vbench.features.subjects.parts.base import FramePart, LookedAt, Setting, cosines
from s2vbench.features.subjects.sources import backbone_identity
from s2vbench.features.subjects.tracks import ReferenceCanvas, empty_similarity
from s2vbench.features.subjects.views import LoadedView
from s2vbench.types import Floats, FramesU8
from s2vbench.video.ssim import ssim

THUMBNAIL_PX = 64
SHEET_FRAMES = 6
SHEET_PX = 320
Grey = npt.NDArray[np.uint8]


class CanvasPart:
    """Whole frames beside whole reference pictures, every frame of the video."""

    name = "reference_canvas"

    def __init__(self, setting: Setting, backbone: str) -> None:
        self._setting, self._backbone = setting, backbone
        self._thumbnails: list[Grey] = []
        self._features: list[Floats] = []

    def identity(self) -> dict[str, str]:
        """Encoder and pictures."""
        encoder = backbone_identity(self._setting.bank, self._backbone)
        return {"encoder": encoder, "recipe": "canvas-v1", "case": self._setting.case.digest(with_null=False)}

    def every_frame(self, window: FrameWindow, first: int) -> None:  # noqa: ARG002 -- all frames count alike
        """Encode the frames (the encoder's answer is shared with other features of the window)."""
        self._features.append(self._setting.bank.encode_frames(self._backbone, window))
        self._thumbnails += [_grey_thumbnail(frame_HWC) for frame_HWC in window.frames_NHWC]

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Nothing: looked-at frames are among all frames."""

    def finish(self) -> Arrays:
        """Cosines (T, V), SSIM (T, V) and changes (T - 1,)."""
        num_views = len(self._setting.case.views)
        similarity_TV, ssim_TV = (empty_similarity(len(self._thumbnails), num_views) for _ in range(2))
        features_TD = np.concatenate(self._features)
        for place, view in self._setting.condition_views():
            feature = self._setting.book.feature(view, "whole picture", self._backbone, self._encoded)
            similarity_TV[:, place] = cosines(features_TD, feature[None])[:, 0]
            shown = _grey_thumbnail(self._setting.book.load(view).rgb_HWC)
            ssim_TV[:, place] = [ssim(thumbnail, shown) for thumbnail in self._thumbnails]
        pictures = np.stack(self._thumbnails).astype(np.float64)
        return {
            "similarity": similarity_TV,
            "ssim": ssim_TV,
            "change": np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2)),
        }

    def _encoded(self, view: LoadedView) -> Floats:
        bank = self._setting.bank
        encoded: Floats = bank.encode_frames(self._backbone, bank.window(view.rgb_HWC[None]))[0]
        return encoded

    def assemble(self, arrays: Arrays, table: InstanceTable) -> ReferenceCanvas:
        """The series."""
        assert len(arrays["similarity"]) == table.num_frames
        return ReferenceCanvas(arrays["similarity"], arrays["ssim"], arrays["change"])


class ThumbnailPart(FramePart):
    """A few looked-at frames and the references, small, for contact sheets."""

    name = THUMBNAILS

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._kept: EvenSample[FramesU8] = EvenSample(SHEET_FRAMES)

    def identity(self) -> dict[str, str]:
        """Their size, and the pictures."""
        case = self._setting.case.digest(with_null=False)
        return {"recipe": f"thumbnails-{SHEET_PX}-v1", "case": case, "policy": self._setting.policy.digest()}

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Shrink the frames that are kept."""
        for frame in looked_at:
            if self._kept.wants(frame.position):
                self._kept.add(frame.position, thumbnail(frame.rgb_HWC))

    def finish(self) -> Arrays:
        """`positions` of frames and their `pictures`; `view_<place>` and `mask_<place>` of each condition view."""
        kept = self._kept.items()
        found: Arrays = {
            "positions": np.array([position for position, _ in kept], dtype=np.int64),
            "pictures": np.stack([picture for _, picture in kept]),
        }
        for place, view in self._setting.condition_views():
            loaded = self._setting.book.load(view)
            found[f"view_{place}"] = thumbnail(loaded.rgb_HWC)
            found[f"mask_{place}"] = fitted(loaded.mask_HW, *found[f"view_{place}"].shape[:2]).astype(np.uint8)
        return found

    def assemble(self, arrays: Arrays, table: InstanceTable) -> Arrays:
        """The pictures."""
        assert len(arrays["positions"]) <= len(table.frames_F)
        return arrays


def thumbnail(picture_HWC: FramesU8, longer_px: int = SHEET_PX) -> FramesU8:
    """The picture with a longer side of at most so many pixels."""
    image = Image.fromarray(picture_HWC)
    image.thumbnail((longer_px, longer_px), Image.Resampling.BICUBIC)
    return np.asarray(image)


def _grey_thumbnail(picture_HWC: FramesU8) -> Grey:
    """64 x 64 grey levels, squashed: frames and pictures of any proportions can be compared."""
    small = Image.fromarray(picture_HWC).resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX)
    return np.asarray(small.convert("L"))
