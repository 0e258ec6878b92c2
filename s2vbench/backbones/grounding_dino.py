"""Grounding DINO (arXiv 2303.05499), Swin-T trained on O365, GoldG and Cap4M: transformers' network.

Shape letters: N images, C channels, H height, W width, Q queries, T tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import BertConfig, GroundingDinoConfig, GroundingDinoForObjectDetection, SwinConfig

from s2vbench.backbones.captions import END, FULL_STOP, QUESTION_MARK, START, Caption
from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.backbones.grounding_dino_input import (
    Sizes,
    check_compute_dtype,
    check_weights_are_float32,
    detect_all,
)
from s2vbench.backbones.grounding_dino_keys import (
    first_of_repeats,
    hub_to_modules,
    modules_to_hub,
    read_published,
    to_hub,
    to_official,
)
from s2vbench.backbones.protocols import Detections
from s2vbench.types import FramesU8

WINDOW = 7
"""Height and width of an attention window of the Swin, in tokens."""
# A layer that transformers 5 makes at the end of its Swin and whose result Grounding DINO does not take.
_UNUSED = "model.backbone.conv_encoder.model.swin.layernorm."


class GroundingDino(nn.Module):
    """Boxes for phrases; takes the official file and the hub's."""

    def __init__(self, **sizes: Any) -> None:
        """Build the network; `sizes` replace fields of `Sizes` (tests build small ones)."""
        super().__init__()
        self.sizes = Sizes(**sizes)
        self.model = GroundingDinoForObjectDetection(_config(self.sizes))
        self.compute_dtype = torch.float32
        self.batch: int | None = None

    def published_shapes(self) -> dict[str, Tensor]:
        """Names and shapes of the official file without copies and tables of numbers, on the meta device."""
        modules = {name: tensor.to("meta") for name, tensor in self.model.state_dict().items()}
        hub = modules_to_hub({name: tensor for name, tensor in modules.items() if not name.startswith(_UNUSED)})
        shapes = to_official({first_of_repeats(name): tensor for name, tensor in hub.items()})
        width = self.sizes.text_width
        pooler = {"weight": (width, width), "bias": (width,)}
        return shapes | {
            f"bert.pooler.dense.{name}": torch.empty(shape, device="meta") for name, shape in pooler.items()
        }

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take a state dict with official or hub names; RuntimeError names what is missing or unexpected."""
        found = hub_to_modules(to_hub(read_published(state, self.published_shapes())))
        wanted = self.model.state_dict()
        complete = {name: found[first] for name in wanted if (first := first_of_repeats(name)) in found}
        complete |= {name: torch.zeros(wanted[name].shape) for name in wanted if name.startswith(_UNUSED)}
        self.model.load_state_dict(complete, strict=True, assign=True)
        _compute_tables(self.model)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run under autocast for bfloat16; weights stay float32, because cast weights give NaN boxes.

        Raises:
            ValueError: another type than float32 and bfloat16.
        """
        check_compute_dtype(dtype)
        self.compute_dtype = dtype
        # Autocast does not see into oneDNN's own product.
        target = FastLinear if dtype == torch.float32 else nn.Linear
        for module in self.modules():
            if type(module) in {nn.Linear, FastLinear}:
                module.__class__ = target

    @torch.inference_mode()
    def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        """Every query's box for each image (H, W, 3), best or worst; all phrases are read as one caption.

        Raises:
            InputError: phrases without a word, or of more than 256 tokens together.
            ValueError: the weights were cast, or the text encoder's attention was exchanged.
        """
        check_weights_are_float32(self)
        if (kind := self.model.model.text_backbone.config._attn_implementation) != "sdpa":  # noqa: SLF001
            # Eager attention adds the boolean mask, and the text features are silently others.
            raise ValueError(f"Grounding DINO's text encoder needs sdpa attention, not {kind}")
        return detect_all(self, images, phrases)

    def answer(self, pixels_NCHW: Tensor, caption: Caption) -> tuple[Tensor, Tensor]:
        """Logits (N, Q, T) and boxes (N, Q, 4), see `Network`."""
        device = pixels_NCHW.device
        ids_NT = torch.tensor([caption.token_ids] * len(pixels_NCHW), device=device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=self.compute_dtype == torch.bfloat16):
            answer = self.model(pixel_values=pixels_NCHW, input_ids=ids_NT)
        return cast("Tensor", answer.logits), cast("Tensor", answer.pred_boxes)


def _config(sizes: Sizes) -> GroundingDinoConfig:
    swin = SwinConfig(
        embed_dim=sizes.swin_width,
        depths=list(sizes.swin_depths),
        num_heads=list(sizes.swin_heads),
        window_size=WINDOW,
        out_indices=[2, 3, 4],
    )
    text = BertConfig(
        hidden_size=sizes.text_width,
        num_hidden_layers=sizes.text_layers,
        num_attention_heads=sizes.text_heads,
        intermediate_size=sizes.text_feed_forward,
        attn_implementation="sdpa",
    )
    return GroundingDinoConfig(
        backbone_config=swin,
        text_config=text,
        num_queries=sizes.queries,
        d_model=sizes.width,
        encoder_layers=sizes.encoder_layers,
        decoder_layers=sizes.decoder_layers,
        encoder_attention_heads=sizes.heads,
        decoder_attention_heads=sizes.heads,
        encoder_ffn_dim=sizes.feed_forward,
        decoder_ffn_dim=sizes.feed_forward,
        disable_custom_kernels=True,
    )


def _compute_tables(model: nn.Module) -> None:
    """Give values to the buffers that no file holds: what was built on the meta device has none."""
    for module in model.modules():
        for name, buffer in module.named_buffers(recurse=False):
            setattr(module, name, _TABLES[name](buffer))


def _window_index(_: Tensor) -> Tensor:
    """For each pair of places in a window the row of the bias table: rows of distances up and down, then sideways."""
    row_P, column_P = torch.arange(WINDOW).repeat_interleave(WINDOW), torch.arange(WINDOW).repeat(WINDOW)
    down_PP, right_PP = (place_P[:, None] - place_P + WINDOW - 1 for place_P in (row_P, column_P))
    return (down_PP * (2 * WINDOW - 1) + right_PP).flatten()


_TABLES: dict[str, Callable[[Tensor], Tensor]] = {
    "relative_position_index": _window_index,
    "special_tokens": lambda _: torch.tensor([START, END, FULL_STOP, QUESTION_MARK]),
    "position_ids": lambda ids_1T: torch.arange(ids_1T.shape[1])[None],
    "token_type_ids": lambda ids_1T: torch.zeros(ids_1T.shape, dtype=torch.long),
}
