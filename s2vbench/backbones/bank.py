"""The networks of one run: loaded at first use, asked with uint8 frames, answering with numpy arrays.

Shape letters: N frames or pairs, H height, W width, C channels, D feature width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from s2vbench.backbones.precision import DTYPES, Precision
from s2vbench.backbones.preprocess import normalise, resize, to_tensor
from s2vbench.backbones.protocols import Detections, Detector, ImageEncoder, Interpolator, Segmenter, Segments
from s2vbench.backbones.weights import Weights, load_network
from s2vbench.types import Floats, FramesU8
from s2vbench.video.recipes import ResizeRecipe

ENCODER_BATCH = 32


class FrameWindow:
    """A few consecutive frames; each resize that several networks share is done once."""

    def __init__(self, frames_NHWC: FramesU8, device: torch.device) -> None:
        self.frames_NHWC = frames_NHWC
        self._device = device
        self._resized: dict[object, Tensor] = {}
        self.encoded: dict[str, Floats] = {}
        """What image encoders made of these frames, for those who ask again."""

    def resized(self, recipe: ResizeRecipe) -> Tensor:
        """Float32 (N, C, H, W) in about 0..255, before rounding and normalisation."""
        geometry = (recipe.side, recipe.side_px, recipe.shrink_only, recipe.filter, recipe.crop_px)
        if geometry not in self._resized:
            self._resized[geometry] = resize(to_tensor(self.frames_NHWC, self._device), recipe)
        return self._resized[geometry]


class Bank:
    """Backbones by name, on one device at one precision."""

    def __init__(self, weights: Mapping[str, Weights], *, device: str = "cpu", precision: Precision = "fp32") -> None:
        self.weights = weights
        self.device = torch.device(device)
        self.precision = precision
        self._networks: dict[str, nn.Module] = {}

    def network(self, name: str) -> Any:
        """The network called `name`, ready to answer."""
        if name not in self._networks:
            self._networks[name] = load_network(self.weights[name], self.device, DTYPES[self.precision])
        return self._networks[name]

    def recipe(self, name: str) -> ResizeRecipe:
        """The input recipe of a backbone that takes frames."""
        recipe = self.weights[name].spec.recipe
        assert recipe is not None, f"{name} takes no frames"
        return recipe

    def window(self, frames_NHWC: FramesU8) -> FrameWindow:
        """Wrap uint8 frames for the calls below."""
        return FrameWindow(frames_NHWC, self.device)

    def encode_frames(self, name: str, window: FrameWindow) -> Floats:
        """Features (N, D) of a frame encoder, or scores (N,) of a frame scorer."""
        if name not in window.encoded:
            recipe = self.recipe(name)
            with torch.inference_mode():
                encoder: ImageEncoder = self.network(name)
                window.encoded[name] = _array(encoder(normalise(window.resized(recipe), recipe)))
        return window.encoded[name]

    def encode_pictures(self, name: str, pictures_NHWC: FramesU8) -> Floats:
        """Features (N, D) of pictures of the network's own input size, in batches of 32."""
        parts = [
            self.encode_frames(name, self.window(pictures_NHWC[start : start + ENCODER_BATCH]))
            for start in range(0, len(pictures_NHWC), ENCODER_BATCH)
        ]
        return np.concatenate(parts)

    def encode_patches(self, name: str, frames_NHWC: FramesU8) -> Floats:
        """Features (N, rows, columns, D) of the patches of frames, each of length 1."""
        recipe = self.recipe(name)
        with torch.inference_mode():
            inputs = normalise(self.window(frames_NHWC).resized(recipe), recipe)
            return _array(self.network(name).patches(inputs))

    def patched_area(self, name: str, picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The part of a picture (H, W, ...) that `encode_patches` looks at: whole patches, from the upper left."""
        patch_px: int = self.network(name).patch_px
        size_px = self.recipe(name).size_px(*picture.shape[:2])
        seen = [
            round(side * (new // patch_px * patch_px) / new)
            for side, new in zip(picture.shape[:2], size_px, strict=True)
        ]
        return picture[: seen[0], : seen[1]]

    def detect(self, name: str, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        """Boxes of a detector for each image (H, W, C)."""
        detector: Detector = self.network(name)
        with torch.inference_mode():
            return detector.detect(images, phrases)

    def segment(self, name: str, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        """Masks of a segmenter for the boxes (N, 4) of each image (H, W, C)."""
        segmenter: Segmenter = self.network(name)
        with torch.inference_mode():
            return segmenter.segment(images, boxes)

    def apply_head(self, name: str, features_ND: Floats) -> Floats:
        """Scores (N,) of a head on another network's features."""
        with torch.inference_mode():
            return _array(self.network(name)(torch.from_numpy(features_ND).to(self.device)))

    def middle_frames(self, name: str, first_NHWC: FramesU8, last_NHWC: FramesU8) -> FramesU8:
        """The uint8 frame that an interpolator puts between each pair.

        Raises:
            NotApplicable: the frames are too small for the network.
        """
        interpolator: Interpolator = self.network(name)
        first, last = (torch.from_numpy(np.ascontiguousarray(f)).to(self.device) for f in (first_NHWC, last_NHWC))
        with torch.inference_mode():
            return cast("FramesU8", interpolator.middle_frames_u8(first, last).cpu().numpy())

    def thumbnails(self, name: str, window: FrameWindow) -> FramesU8:
        """The uint8 frames (N, C, H, W) that a video-text network takes, before normalisation."""
        with torch.inference_mode():
            resized = window.resized(self.recipe(name))
            return cast("FramesU8", resized.clamp(0, 255).round().to(torch.uint8).cpu().numpy())

    def encode_video(self, name: str, thumbnails_NCHW: FramesU8) -> Floats:
        """Feature (D,) of one clip of a video-text network."""
        with torch.inference_mode():
            frames = torch.from_numpy(thumbnails_NCHW).to(self.device).float()
            return _array(self.network(name).encode_video(normalise(frames, self.recipe(name))[None])[0])

    def encode_text(self, name: str, text: str) -> Floats:
        """Feature (D,) of one text of a video-text network."""
        network = self.network(name)
        with torch.inference_mode():
            return _array(network.encode_text(network.tokenize([text]).to(self.device))[0])


def _array(tensor: Tensor) -> Floats:
    return cast("Floats", tensor.float().cpu().numpy())


def use_device(device: str) -> str:
    """Check a device name; "auto" is a GPU where there is one.

    float32 means float32: TensorFloat-32, which PyTorch allows in convolutions by default, is switched off.

    Raises:
        InputError: unknown or absent.
    """
    from s2vbench.errors import InputError

    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device.partition(":")[0] not in {"cpu", "cuda"} or (device.startswith("cuda") and not torch.cuda.is_available()):
        raise InputError(f"--device {device}: not available here; choose auto, cpu or cuda")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    return device
