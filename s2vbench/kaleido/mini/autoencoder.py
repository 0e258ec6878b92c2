"""Training of the embedded model's autoencoder: `AutoencoderKLWan` at small size, on drawn clips.

python -m s2vbench.kaleido.mini.autoencoder BANK OUT --steps 5000

Shape letters: B batch, C channels, T frames, H height, W width.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify
from torch import Tensor
from torch.nn.functional import l1_loss

from s2vbench.kaleido.mini.bank import Chunk, load_chunk, size_of

CONFIG: Final[dict[str, Any]] = {
    "base_dim": 16,
    "z_dim": 16,
    "dim_mult": [1, 2, 2],
    "num_res_blocks": 1,
    "attn_scales": [],
    "temperal_downsample": [True, True],
    "in_channels": 12,
    "out_channels": 12,
    "patch_size": 2,
    "is_residual": True,
}
"""Two by two pixels are folded first and blocks have shortcuts, as in Wan 2.2. 8x in all, 4x in time, 16 channels."""
KL_WEIGHT: Final = 3e-5
FIRST_LOGVAR: Final = -4.0
EDGE_WEIGHT: Final = 0.5
CROP_PX: Final = (48, 64)
CROP_FRAMES: Final = 5
WHOLE_SHARE: Final = 0.15
"""Last share of the steps, on whole clips: the middle layer's attention sees the whole picture, not a crop."""


class Pictures:
    """Batches of clips and of references from a bank, the same for the same seed.

    Args:
        bank: its folder.
        seed: of every choice.
    """

    def __init__(self, bank: Path, seed: int) -> None:
        self._bank = bank
        self._dice = np.random.default_rng(seed)
        self._chunks: list[Chunk] = []
        self._next = 0

    def batch(self, size: int, *, whole: bool) -> Tensor:
        """Clips or references in [-1, 1]. Shape (B, C, T, H, W), cropped unless `whole`."""
        if self._next % 200 == 0:
            self._refill()
        self._next += 1
        chunk = self._chunks[self._dice.integers(len(self._chunks))]
        rows = self._dice.integers(len(chunk.captions), size=2 * size)
        if self._next % 4 == 0:
            picks = [chunk.references_NKHWC[row, self._dice.integers(chunk.counts_N[row])] for row in rows]
            return _tensor(np.stack(picks)[:, None])
        if whole:
            return _tensor(chunk.frames_NTHWC[rows[:size]])
        start = int(self._dice.integers(chunk.frames_NTHWC.shape[1] - CROP_FRAMES + 1))
        clips = chunk.frames_NTHWC[rows[:size], start : start + CROP_FRAMES]
        room = (clips.shape[2] - CROP_PX[0], clips.shape[3] - CROP_PX[1])
        corners = [[self._dice.integers(side + 1) for side in room] for _ in clips]
        return _tensor(
            np.stack(
                [clip[:, y : y + CROP_PX[0], x : x + CROP_PX[1]] for clip, (y, x) in zip(clips, corners, strict=True)]
            )
        )

    def _refill(self) -> None:
        """Four chunks at a time are in memory."""
        count = size_of(self._bank)
        picked = self._dice.choice(count, size=min(4, count), replace=False)
        self._chunks = [load_chunk(self._bank, int(index)) for index in picked]


def _tensor(pixels_BTHWC: np.ndarray[Any, Any]) -> Tensor:
    return torch.from_numpy(pixels_BTHWC).permute(0, 4, 1, 2, 3).float() / 127.5 - 1.0


def loss_of(vae: AutoencoderKLWan, pixels_BCTHW: Tensor, noise: torch.Generator) -> dict[str, Tensor]:
    """Mean absolute error of pixels and of their differences along rows and columns, and the latents' divergence."""
    posterior = vae.encode(pixels_BCTHW).latent_dist
    mean, logvar = posterior.mean.float(), posterior.logvar.float()
    drawn = mean + torch.exp(0.5 * logvar) * torch.randn(mean.shape, generator=noise)
    decoded = decode_open(vae, drawn)
    edges = sum(l1_loss(torch.diff(decoded, dim=axis), torch.diff(pixels_BCTHW, dim=axis)) for axis in (3, 4))
    kl = 0.5 * (mean**2 + logvar.exp() - 1.0 - logvar).mean()
    error = l1_loss(decoded, pixels_BCTHW)
    return {"loss": error + EDGE_WEIGHT * edges + KL_WEIGHT * kl, "error": error, "kl": kl}


def decode_open(vae: AutoencoderKLWan, latents_BCTHW: Tensor) -> Tensor:
    """What `vae.decode` gives, not clipped to [-1, 1]: a clipped pixel has no gradient, however wrong it is."""
    vae.clear_cache()
    hidden = vae.post_quant_conv(latents_BCTHW)
    frames = []
    for t in range(hidden.shape[2]):
        vae._conv_idx = [0]  # noqa: SLF001 (diffusers keeps its place in the cache there)
        frames.append(
            vae.decoder(hidden[:, :, t : t + 1], feat_cache=vae._feat_map, feat_idx=vae._conv_idx, first_chunk=t == 0)  # noqa: SLF001
        )
    vae.clear_cache()
    pixels: Tensor = unpatchify(torch.cat(frames, dim=2), vae.config.patch_size).float()
    return pixels


@torch.no_grad()
def calibrate(vae: AutoencoderKLWan, pixels_BCTHW: Tensor) -> None:
    """Give fresh weights latents of mean 0 and standard deviation 1, drawn with little noise.

    Fresh latents are a tenth of that, and noise of deviation 1 drowns them: hundreds of steps teach nothing.
    """
    z = vae.config.z_dim
    mean = vae.encode(pixels_BCTHW).latent_dist.mean
    centre, spread = mean.mean((0, 2, 3, 4)), mean.std((0, 2, 3, 4))
    vae.quant_conv.weight[:z] /= spread[:, None, None, None, None]
    vae.quant_conv.bias[:z] = (vae.quant_conv.bias[:z] - centre) / spread
    vae.quant_conv.weight[z:] *= 0.1
    vae.quant_conv.bias[z:] = FIRST_LOGVAR


def measure_latents(vae: AutoencoderKLWan, pictures: Pictures, batches: int = 40) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of each latent channel over clips and references."""
    sums = torch.zeros(3, vae.config.z_dim, dtype=torch.float64)
    for _ in range(batches):
        with torch.no_grad():
            latents = vae.encode(pictures.batch(8, whole=True)).latent_dist.mode().double()
        flat = latents.transpose(0, 1).flatten(1)
        sums += torch.stack([torch.full((len(flat),), flat.shape[1]).double(), flat.sum(1), (flat**2).sum(1)])
    mean = sums[1] / sums[0]
    std = (sums[2] / sums[0] - mean**2).sqrt()
    return [round(v, 4) for v in mean.tolist()], [round(v, 4) for v in std.tolist()]


def train(options: argparse.Namespace) -> None:
    """Train, measure the latents' scale, and save as diffusers does; a line of log every 50 steps."""
    torch.manual_seed(options.seed)
    noise = torch.Generator().manual_seed(options.seed)
    vae = AutoencoderKLWan.from_pretrained(options.init) if options.init else AutoencoderKLWan(**CONFIG)
    optimiser = torch.optim.AdamW(vae.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    pictures = Pictures(options.bank, options.seed)
    if not options.init:
        calibrate(vae, pictures.batch(options.batch_size, whole=False))
    options.out.mkdir(parents=True, exist_ok=True)
    start, whole_from = time.time(), round((1 - WHOLE_SHARE) * options.steps)
    for step in range(options.steps):
        warm = min(1.0, (step + 1) / 100)
        rate = options.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / options.steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        whole = step >= whole_from
        batch = pictures.batch(options.batch_size // 3 if whole else options.batch_size, whole=whole)
        with torch.autocast("cpu", torch.bfloat16):
            losses = loss_of(vae, batch, noise)
        optimiser.zero_grad(set_to_none=True)
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        if step % 50 == 0 or step == options.steps - 1:
            line = {key: round(float(value.detach()), 5) for key, value in losses.items()}
            record = {"step": step, **line, "norm": round(float(norm), 4), "rate": rate, "time_s": time.time() - start}
            with (options.out / "log.jsonl").open("a") as file:
                file.write(json.dumps(record) + "\n")
        if step % 500 == 499:
            vae.save_pretrained(options.out / "vae")
    mean, std = measure_latents(vae, pictures)
    if options.one_scale:
        std = [round(math.sqrt(sum(v**2 for v in std) / len(std)), 4)] * len(std)
    vae.register_to_config(latents_mean=mean, latents_std=std)
    vae.save_pretrained(options.out / "vae")


def main() -> None:
    """Train the embedded model's autoencoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path, help="folder written by s2vbench.kaleido.mini.bank")
    parser.add_argument("out", type=Path)
    parser.add_argument("--init", type=Path, help="folder of an autoencoder to go on from")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--batch-size", type=int, default=18)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--one-scale", action="store_true", help="one latents_std for all channels, not one each")
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
