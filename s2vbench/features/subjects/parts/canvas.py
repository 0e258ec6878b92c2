"""What tells a reference picture shown as a frame from a frame of the video; and thumbnails for people.

Shape letters: T frames of the whole video, V views, D feature width, H height, W width, C channels, S side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.backbones.bank import Bank, FrameWindow
from s2vbench.errors import NotApplicable
from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.case_files import CaseSubjects
from s2vbench.features.subjects.composite import fitted
from s2vbench.features.subjects.even_sample import EvenSample
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.names import CANVAS, THUMBNAILS
from s2vbench.features.subjects.parts.base import LookedAt, Setting, cosines
from s2vbench.features.subjects.sources import backbone_identity
from s2vbench.features.subjects.tracks import ReferenceCanvas, empty_similarity
from s2vbench.files import digest_of
from s2vbench.types import Floats, FramesU8, Video
from s2vbench.video.pictures import read_picture
from s2vbench.video.ssim import ssim

THUMBNAIL_PX = 64
SHEET_FRAMES = 6
SHEET_PX = 320
Grey = npt.NDArray[np.uint8]


class CanvasCollector:
    """Whole frames beside whole reference pictures, every frame of the video; nobody has to look for subjects."""

    def __init__(self, case: CaseSubjects, video: Video, bank: Bank, cache: FeatureCache, backbone: str) -> None:
        """Look up what is known, and read the pictures.

        Raises:
            NotApplicable: the case has no subjects.
            PictureError: a reference picture cannot be read.
        """
        if not case.subjects:
            raise NotApplicable("the case has no subjects: it names no references")
        self._case, self._bank, self._cache, self._backbone = case, bank, cache, backbone
        self._identity = {
            "feature": CANVAS,
            "recipe": "canvas-v1",
            "video": video.sha256,
            "encoder": backbone_identity(bank, backbone),
            "pictures": digest_of([[view.role, view.sha256] for view in case.views]),
        }
        self._known = cache.get_arrays(self._identity)
        self._shown = {
            place: read_picture(view.path).rgb_HWC
            for place, view in enumerate(case.views)
            if view.role == "condition" and self._known is None
        }
        self._thumbnails: list[Grey] = []
        self._features: list[Floats] = []

    @property
    def needs_frames(self) -> bool:
        """True where something has to be computed from the video."""
        return self._known is None

    def add(self, window: FrameWindow) -> None:
        """Encode the frames (the encoder's answer is shared with other features of the window)."""
        self._features.append(self._bank.encode_frames(self._backbone, window))
        self._thumbnails += [_grey_thumbnail(frame_HWC) for frame_HWC in window.frames_NHWC]

    def finish(self) -> ReferenceCanvas:
        """The series."""
        if self._known is None:
            self._known = self._compared()
            self._cache.put_arrays(self._identity, self._known)
        return ReferenceCanvas(self._known["similarity"], self._known["ssim"], self._known["change"])

    def _compared(self) -> Arrays:
        similarity_TV, ssim_TV = (empty_similarity(len(self._thumbnails), len(self._case.views)) for _ in range(2))
        features_TD = np.concatenate(self._features)
        for place, picture_HWC in self._shown.items():
            feature_1D = self._bank.encode_frames(self._backbone, self._bank.window(picture_HWC[None]))
            similarity_TV[:, place] = cosines(features_TD, feature_1D)[:, 0]
            shown = _grey_thumbnail(picture_HWC)
            ssim_TV[:, place] = [ssim(thumbnail, shown) for thumbnail in self._thumbnails]
        pictures = np.stack(self._thumbnails).astype(np.float64)
        return {
            "similarity": similarity_TV,
            "ssim": ssim_TV,
            "change": np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2)),
        }


class ThumbnailPart:
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
