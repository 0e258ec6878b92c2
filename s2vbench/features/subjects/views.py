"""Reference pictures: read once, masked once, encoded once, and kept by content for every case that shows them.

Shape letters: H height, W width, C channels, D feature width, P patches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from s2vbench.backbones.bank import Bank
from s2vbench.errors import PictureError
from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.case_files import ViewFile
from s2vbench.features.subjects.composite import dilated, has_background
from s2vbench.features.subjects.instances import Arrays
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.sources import InstanceSource, MaskSource, ViewMask, backbone_identity
from s2vbench.files import digest_of
from s2vbench.types import FramesU8
from s2vbench.video.pictures import Picture, read_mask, read_picture
from s2vbench.video.rle import Rle, decode, encode

Mask = npt.NDArray[np.bool_]
_KEPT_PICTURES = 4
"""Pictures of one video's case that are not decoded again for each feature that looks at them."""
_SOURCES: tuple[MaskSource, ...] = (
    "file",
    "alpha",
    "truth",
    "detected",
    "detected at second try",
    "whole picture",
)


@dataclass(frozen=True)
class LoadedView:
    """One reference picture with its mask."""

    rgb_HWC: FramesU8
    mask_HW: Mask
    source: MaskSource
    has_background: bool
    box: tuple[int, int, int, int]
    """Left, top, right, bottom: the detector's or the truth's box, else the mask's."""


class ViewBook:
    """Views of one video's case. What is kept of all is small, features and run lengths; of a few the picture, too."""

    def __init__(
        self,
        bank: Bank,
        cache: FeatureCache,
        source: InstanceSource,
        policy: SubjectPolicy,
        memory: dict[str, Arrays] | None = None,
    ) -> None:
        """Without a `memory` that is shared, every video of a run without a cache would ask the networks again."""
        self._bank, self._cache, self._source, self._policy = bank, cache, source, policy
        self._arrays: dict[str, Arrays] = {} if memory is None else memory
        self._picture = lru_cache(maxsize=_KEPT_PICTURES)(read_picture)

    def check(self, view: ViewFile) -> None:
        """See that the files of a view that nothing is known of can be read; no network is asked.

        Raises:
            PictureError: picture or mask file cannot be read.
        """
        key = self.identity(view)
        if digest_of(key) not in self._arrays and self._cache.get_arrays(key) is None:
            picture = self._picture(view.path)
            if view.mask_path is not None:
                _file_mask(view.mask_path, picture)

    def load(self, view: ViewFile) -> LoadedView:
        """The picture and its mask.

        Raises:
            PictureError: picture or mask file cannot be read.
        """
        picture = self._picture(view.path)
        arrays = self._known(self.identity(view), lambda: self._masked(view, picture))
        height_px, width_px, source, background, left, top, right, bottom = arrays["facts"].tolist()
        mask_HW = decode(Rle(height_px, width_px, arrays["runs"]))
        box = (left, top, right, bottom)
        return LoadedView(picture.rgb_HWC, mask_HW, _SOURCES[source], bool(background), box)

    def facts(self, view: ViewFile) -> tuple[MaskSource, bool]:
        """Who said where the subject is, and whether there is a background; the picture is read only at first."""
        arrays = self._known(self.identity(view), lambda: self._masked(view, self._picture(view.path)))
        return _SOURCES[int(arrays["facts"][2])], bool(arrays["facts"][3])

    def identity(self, view: ViewFile) -> dict[str, str]:
        """Everything that decides what is known of a view."""
        policy = self._policy
        thresholds = (policy.box_threshold, policy.text_threshold, policy.reference_retry_threshold)
        background = (policy.background_dilation, policy.min_background_area, policy.min_background_std)
        return {
            "feature": "view-v1",
            "source": digest_of(self._source.identity()),
            "thresholds": repr(thresholds),
            "background": repr(background),
            **view.content(),
        }

    def feature(
        self, view: ViewFile, name: str, backbone: str, compute: Callable[[LoadedView], npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float32]:
        """A feature of the view, computed once for its content, the backbone and `name` (recipe and version)."""
        identity = self.identity(view) | {"feature": name, "backbone": backbone_identity(self._bank, backbone)}
        return self._known(identity, lambda: {"feature": compute(self.load(view))})["feature"]

    def _known(self, identity: dict[str, str], compute: Callable[[], Arrays]) -> Arrays:
        key = digest_of(identity)
        if key not in self._arrays:
            found = self._cache.get_arrays(identity)
            if found is None:
                found = compute()
                self._cache.put_arrays(identity, found)
            self._arrays[key] = found
        return self._arrays[key]

    def _masked(self, view: ViewFile, picture: Picture) -> Arrays:
        found = self._mask_of(view, picture)
        policy = self._policy
        hole_HW = dilated(found.mask_HW, policy.background_dilation * min(found.mask_HW.shape))
        background = found.source != "whole picture" and has_background(
            picture.rgb_HWC, hole_HW, policy.min_background_area, policy.min_background_std
        )
        box = found.box or _edges(found.mask_HW)
        facts = [*found.mask_HW.shape, _SOURCES.index(found.source), int(background), *box]
        return {"facts": np.array(facts, dtype=np.int64), "runs": encode(found.mask_HW).counts}

    def _mask_of(self, view: ViewFile, picture: Picture) -> ViewMask:
        if view.mask_path is not None:
            return ViewMask(_file_mask(view.mask_path, picture), "file")
        if picture.opaque_HW is not None and picture.opaque_HW.any():
            return ViewMask(picture.opaque_HW, "alpha")
        return self._source.find_in_view(picture.rgb_HWC, view)


def _file_mask(path: Path, picture: Picture) -> Mask:
    mask_HW = read_mask(path, *picture.rgb_HWC.shape[:2])
    if not mask_HW.any():
        raise PictureError(f"{path}: the mask is empty; white marks the subject, black the rest")
    return mask_HW


def _edges(mask_HW: Mask) -> tuple[int, int, int, int]:
    rows, columns = (np.flatnonzero(mask_HW.any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
