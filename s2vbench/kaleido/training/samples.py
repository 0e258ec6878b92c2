"""Clips made while training: a contact sheet and a video each, so that one sees what the loss cannot say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from s2vbench.errors import InputError
from s2vbench.kaleido.autoencoder import decode_frames
from s2vbench.kaleido.data.encoder import load_vae
from s2vbench.kaleido.sampling import euler, guided, noise, sigmas
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.loop import Trainer
from s2vbench.kaleido.training.origin import Origin
from s2vbench.types import FramesU8
from s2vbench.video.encode import write_video

_FRAMES_ON_SHEET: Final = 6
_GAP_PX: Final = 2


@dataclass(frozen=True)
class Case:
    """What a clip is made of."""

    caption: str
    references: tuple[Tensor, ...]
    """Latents (C, 1, h, w)."""


class Sampler:
    """Makes the same clips, from the same noise, whenever it is called.

    Args:
        config: of the run.
        trainer: the model, its text encoder and its data.
        origin: where the VAE lies.
        folder: where clips go.

    Raises:
        InputError: there is no VAE to decode with.
    """

    def __init__(self, config: TrainConfig, trainer: Trainer, origin: Origin, folder: Path) -> None:
        if origin.vae is None:
            raise InputError(
                "log.samples_every needs [model] vae to decode clips; give its folder, or leave the key away"
            )
        self._log, self._seed, self._fps = config.log, config.seed, config.data.fps
        self._trainer, self._folder = trainer, folder
        self._vae = load_vae(origin.vae, device=str(trainer.parallel.device))
        self._cases, self._shape_CTHW = self._chosen(config)

    def _chosen(self, config: TrainConfig) -> tuple[list[Case], tuple[int, ...]]:
        """The prompts, then captions and references of the first samples of the data, the same on every process."""
        cases = [Case(prompt, ()) for prompt in config.log.sample_prompts]
        wanted = len(cases) + config.log.sample_cases
        first = self._trainer.batches.batch(0)
        for micro in range(config.training.batch_size // config.training.micro_batch_size):
            batch = self._trainer.batches.batch(0, micro)
            for k, caption in enumerate(batch.captions[: max(0, wanted - len(cases))]):
                cases.append(Case(caption, tuple(reference[k] for reference in batch.references)))
            if len(cases) == wanted:
                break
        return cases, tuple(first.latents_BCTHW.shape[1:])

    def __call__(self, step: int) -> FramesU8 | None:
        """Write clips and sheet after so many steps; the sheet, on the process that writes."""
        model = self._trainer.model
        ema = self._trainer.ema
        model.eval()
        rows = []
        with torch.no_grad(), ema.in_place(model) if ema else nullcontext():
            for number, case in enumerate(self._cases):
                latents_CTHW = self._sample(model, case, self._seed + number)
                if self._trainer.parallel.is_main:
                    rows.append(self._row(step, number, case, latents_CTHW))
        model.train()
        if not rows:
            return None
        sheet_HWC = stacked(rows)
        Image.fromarray(sheet_HWC).save(self._folder / f"step-{step:06d}.png")
        return sheet_HWC

    def _sample(self, model: Callable[..., Tensor], case: Case, seed: int) -> Tensor:
        parallel, contexts, scale = self._trainer.parallel, self._trainer.contexts, self._log.sample_guidance
        c, t, h, w = self._shape_CTHW
        with_text, without = (contexts.of([text]).to(parallel.device) for text in (case.caption, ""))
        references = [reference[None].to(parallel.device) for reference in case.references]

        def velocity(latents_BCTHW: Tensor, time: float) -> Tensor:
            times_B = torch.full((1,), time, device=parallel.device)
            with parallel.autocast():
                asked = model(latents_BCTHW, references, with_text, times_B).float()
                if scale == 1.0:
                    return asked
                return guided(model(latents_BCTHW, references, without, times_B).float(), asked, scale)

        levels = sigmas(self._log.sample_steps, self._log.sample_shift)
        return euler(velocity, noise([seed], (c, t, h, w)).to(parallel.device), levels)[0]

    def _row(self, step: int, number: int, case: Case, latents_CTHW: Tensor) -> FramesU8:
        frames_THWC = decode_frames(self._vae, latents_CTHW)
        write_video(self._folder / f"step-{step:06d}" / f"{number}.mp4", frames_THWC, self._fps)
        chosen = np.linspace(0, len(frames_THWC) - 1, min(len(frames_THWC), _FRAMES_ON_SHEET)).round().astype(int)
        pictures = [decode_frames(self._vae, reference)[0] for reference in case.references]
        return side_by_side([*pictures, *frames_THWC[chosen]])


def side_by_side(pictures: list[Any]) -> FramesU8:
    """Pictures (H, W, 3) in a row on white, upper edges level."""
    height = max(len(picture_HWC) for picture_HWC in pictures)
    padded = [np.pad(p, ((0, height - len(p)), (0, _GAP_PX), (0, 0)), constant_values=255) for p in pictures]
    return np.concatenate(padded, axis=1)


def stacked(rows: list[FramesU8]) -> FramesU8:
    """Rows of different widths below each other on white."""
    width = max(row_HWC.shape[1] for row_HWC in rows)
    padded = [np.pad(row, ((0, _GAP_PX), (0, width - row.shape[1]), (0, 0)), constant_values=255) for row in rows]
    return np.concatenate(padded, axis=0)
