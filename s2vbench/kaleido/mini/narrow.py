"""Fewer channels for the embedded model's autoencoder: the first principal components of its latents.

python -m s2vbench.kaleido.mini.narrow BANK VAE OUT --channels 8
python -m s2vbench.kaleido.mini.autoencoder BANK OUT2 --init OUT --steps 1500

A small transformer spends its time on the channels that carry little. The components are folded into the last
convolution of the encoder and the first of the decoder; they keep their own spread, divided by one number for all, so
the noise of sampling drowns the least of them first. The few steps of training after it win back what was cut.

Shape letters: C channels, K kept components, B batch, T frames, H height, W width, D the decoder's channels.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan
from torch import Tensor

from s2vbench.kaleido.mini.autoencoder import FIRST_LOGVAR, Pictures


@dataclass(frozen=True)
class Components:
    """Principal components of a set of latents."""

    mean_C: Tensor
    axes_CK: Tensor
    """Orthonormal, the strongest first."""
    scale: float
    """Root mean square of the kept components' deviations: what they are divided by."""
    share: float
    """Of the latents' variance that is kept."""


def components_of(latents_NC: Tensor, channels: int) -> Components:
    """The first principal components of latents, one a row.

    Raises:
        ValueError: there are fewer channels than components asked for.
    """
    if not 1 <= channels <= latents_NC.shape[1]:
        raise ValueError(f"{channels} components of {latents_NC.shape[1]} channels; ask for 1 to {latents_NC.shape[1]}")
    latents = latents_NC.double()
    mean = latents.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(latents.T))
    values, vectors = values.flip(0), vectors.flip(1)
    kept = values[:channels]
    return Components(
        mean.float(), vectors[:, :channels].float(), float(kept.mean().sqrt()), float(kept.sum() / values.sum())
    )


@torch.no_grad()
def narrowed(vae: AutoencoderKLWan, parts: Components) -> AutoencoderKLWan:
    """The same network with as many latent channels as there are components.

    Its mean latents are (old - mean) @ axes / scale exactly. Decoding agrees with decoding the projected old latents
    but at the border, where convolutions see zeros in place of the mean.
    """
    z, k = parts.axes_CK.shape
    config = {**vae.config, "z_dim": k, "latents_mean": [0.0] * k, "latents_std": [1.0] * k}
    small = AutoencoderKLWan.from_config(config)
    state = {key: value for key, value in vae.state_dict().items() if value.shape == _shape(small, key)}
    small.load_state_dict(state, strict=False)
    to_K = parts.axes_CK.T / parts.scale @ vae.quant_conv.weight[:z, :, 0, 0, 0]
    last, first = vae.encoder.conv_out, vae.decoder.conv_in
    small.encoder.conv_out.weight[:k] = torch.einsum("ko,oithw->kithw", to_K, last.weight)
    small.encoder.conv_out.bias[:k] = to_K @ last.bias + parts.axes_CK.T @ (vae.quant_conv.bias[:z] - parts.mean_C) / (
        parts.scale
    )
    small.encoder.conv_out.weight[k:] = 0.0
    small.encoder.conv_out.bias[k:] = FIRST_LOGVAR
    post = vae.post_quant_conv.weight[:, :, 0, 0, 0]
    small.decoder.conv_in.weight.copy_(
        torch.einsum("dcthw,ck->dkthw", first.weight, post @ parts.axes_CK * parts.scale)
    )
    constant = post @ parts.mean_C + vae.post_quant_conv.bias
    small.decoder.conv_in.bias.copy_(first.bias + first.weight.sum((2, 3, 4)) @ constant)
    for layer in (small.quant_conv, small.post_quant_conv):
        layer.weight.copy_(torch.eye(len(layer.weight))[:, :, None, None, None])
        layer.bias.zero_()
    return small


def _shape(vae: AutoencoderKLWan, key: str) -> torch.Size | None:
    parameter = vae.state_dict().get(key)
    return None if parameter is None else parameter.shape


def gather(vae: AutoencoderKLWan, pictures: Pictures, batches: int) -> Tensor:
    """Latents of clips and references, one position a row. Shape (N, C)."""
    rows = []
    for _ in range(batches):
        with torch.no_grad():
            latents = vae.encode(pictures.batch(8, whole=True)).latent_dist.mode()
        rows.append(latents.movedim(1, -1).flatten(0, -2))
    return torch.cat(rows)


def main() -> None:
    """Cut the latents of an autoencoder down to their first principal components."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path, help="folder written by s2vbench.kaleido.mini.bank")
    parser.add_argument("vae", type=Path, help="folder of the autoencoder")
    parser.add_argument("out", type=Path)
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--batches", type=int, default=40, help="of 8 clips or 16 references")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    vae = AutoencoderKLWan.from_pretrained(options.vae)
    parts = components_of(gather(vae, Pictures(options.bank, options.seed), options.batches), options.channels)
    narrowed(vae, parts).save_pretrained(options.out)
    print(f"{options.channels} components keep {parts.share:.1%} of the latents' variance")  # noqa: T201


if __name__ == "__main__":
    main()
