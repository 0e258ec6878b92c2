"""Segment Anything (arXiv 2304.02643) as transformers implements it: masks for boxes.

Shape letters: N boxes or images, H height, W width, C channels, D embedding width, R and S rows and columns of patches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from transformers import SamConfig, SamModel

from s2vbench.backbones.attention import each_alone
from s2vbench.backbones.fast_blocks import speed_up
from s2vbench.backbones.precision import cast_blocks
from s2vbench.backbones.protocols import Segments
from s2vbench.backbones.sam_attention import speed_up_encoder
from s2vbench.backbones.sam_keys import require_keys, to_official, to_transformers
from s2vbench.backbones.sam_sizes import SamSizes, input_size, sizes_of
from s2vbench.types import Floats, FramesU8

# What the published networks were trained with, in units of uint8 levels.
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)
MASK_THRESHOLD = 0.0
IMAGES_AT_ONCE = 4
BOXES_AT_ONCE = 16


class Sam(nn.Module):
    """`SamModel` asked for one mask a box."""

    def __init__(self, architecture: str = "vit_h", **changes: object) -> None:
        """Build "vit_b", "vit_l" or "vit_h"; `changes` replace entries of its `SamSizes` (tests build small ones)."""
        super().__init__()
        self.sizes = sizes_of(architecture, **changes)
        self.network = SamModel(_config(self.sizes))

    def published_shapes(self) -> dict[str, Tensor]:
        """Keys and shapes of the published file, on the meta device."""
        return {key: value.to("meta") for key, value in to_official(self.network.state_dict()).items()}

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take the published state dict, or one in SamModel's names, strictly; a mismatch raises RuntimeError."""
        official = to_official(state)
        require_keys(official, self.published_shapes())
        self.network.load_state_dict(to_transformers(official), strict=True, assign=True)
        speed_up(self.network)
        speed_up_encoder(self.network.vision_encoder)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the products of the image encoder's blocks in `dtype`; everything else stays float32."""
        cast_blocks(self.network.vision_encoder.layers, dtype)

    @torch.inference_mode()
    def segment(self, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        """Masks for the boxes (N, 4) of each uint8 image (H, W, 3), both of the image's own size.

        The image encoder runs once for an image with boxes and not at all for one without.
        """
        segments = [no_segments(image) for image in images]
        wanted = [index for index, boxes_N4 in zip(range(len(images)), boxes, strict=True) if len(boxes_N4)]
        for start in range(0, len(wanted), IMAGES_AT_ONCE):
            some = wanted[start : start + IMAGES_AT_ONCE]
            embeddings_NDRS = self.encode([images[index] for index in some])
            for index, embedding_DRS in zip(some, embeddings_NDRS, strict=True):
                segments[index] = self._decode(embedding_DRS[None], images[index].shape[:2], boxes[index])
        return segments

    def encode(self, images: Sequence[FramesU8]) -> Tensor:
        """Embeddings (N, D, R, S) of uint8 images (H, W, 3) of any sizes."""
        device = self.network.device
        pixels_NCHW = torch.stack([network_input(image, self.sizes.image_px, device) for image in images])
        return each_alone(lambda batch: self.network.vision_encoder(batch).last_hidden_state, pixels_NCHW)

    def _decode(self, embedding_1DRS: Tensor, size: tuple[int, ...], boxes_N4: Floats) -> Segments:
        height, width = size
        scaled_N4 = torch.from_numpy(scaled_boxes(boxes_N4, height, width, self.sizes.image_px))
        masks, quality = [], []
        for some_N4 in torch.split(scaled_N4.to(embedding_1DRS.device), BOXES_AT_ONCE):
            answer = self.network(image_embeddings=embedding_1DRS, input_boxes=some_N4[None], multimask_output=False)
            logits_N1HW = upsampled(answer.pred_masks[0], height, width, self.sizes.image_px)
            masks.append((logits_N1HW[:, 0] > MASK_THRESHOLD).cpu())
            quality.append(answer.iou_scores[0, :, 0].cpu())
        return Segments(torch.cat(masks).numpy(), torch.cat(quality).numpy())


def _config(sizes: SamSizes) -> SamConfig:
    frame = {"image_size": sizes.image_px, "patch_size": sizes.patch_px}
    return SamConfig(
        vision_config={
            **frame,
            "hidden_size": sizes.width,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "global_attn_indexes": list(sizes.global_layers),
            "window_size": sizes.window,
            "output_channels": sizes.prompt_width,
            "num_pos_feats": sizes.prompt_width // 2,
        },
        prompt_encoder_config={**frame, "hidden_size": sizes.prompt_width},
        mask_decoder_config={
            "hidden_size": sizes.prompt_width,
            "mlp_dim": sizes.decoder_mlp,
            "num_attention_heads": sizes.decoder_heads,
            "iou_head_hidden_dim": sizes.quality_width,
            # PyTorch's default, which the official decoder keeps; transformers' own default here is 1e-6.
            "layer_norm_eps": 1e-5,
        },
        attn_implementation="sdpa",
    )


def no_segments(image_HWC: FramesU8) -> Segments:
    """The answer for an image without boxes."""
    return Segments(np.zeros((0, *image_HWC.shape[:2]), dtype=np.bool_), np.zeros(0, dtype=np.float32))


def network_input(image_HWC: FramesU8, side_px: int, device: torch.device | str = "cpu") -> Tensor:
    """Normalised float32 (3, side, side): the uint8 image with this long side, then zeros below or to the right.

    Pillow resizes, so that the levels are those that segment-anything feeds its network.
    """
    height, width = input_size(image_HWC.shape[0], image_HWC.shape[1], side_px)
    resized = Image.fromarray(image_HWC).resize((width, height), Image.Resampling.BILINEAR)
    levels_CHW = torch.from_numpy(np.array(resized)).to(device).permute(2, 0, 1)
    mean, std = (torch.tensor(values, device=device).view(3, 1, 1) for values in (PIXEL_MEAN, PIXEL_STD))
    return functional.pad((levels_CHW - mean) / std, (0, side_px - width, 0, side_px - height))


def scaled_boxes(boxes_N4: Floats, height_px: int, width_px: int, side_px: int) -> Floats:
    """Boxes in pixels of an image -> boxes in pixels of the network's input."""
    new_height, new_width = input_size(height_px, width_px, side_px)
    scale = np.array([new_width / width_px, new_height / height_px] * 2)
    return cast("Floats", (np.asarray(boxes_N4, dtype=np.float64).reshape(-1, 4) * scale).astype(np.float32))


def upsampled(logits_N1HW: Tensor, height_px: int, width_px: int, side_px: int) -> Tensor:
    """Logits of the padded square at the network's resolution -> logits (N, 1, height, width) of the image alone."""
    square = functional.interpolate(logits_N1HW, (side_px, side_px), mode="bilinear", align_corners=False)
    height, width = input_size(height_px, width_px, side_px)
    inside = square[..., :height, :width]
    return functional.interpolate(inside, (height_px, width_px), mode="bilinear", align_corners=False)
