"""With diffusers' own VAE class, at small size."""

from __future__ import annotations

import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from s2vbench.errors import InputError, MissingError
from s2vbench.kaleido.autoencoder import encode_frames, encode_reference
from s2vbench.kaleido.data.encoder import LatentEncoder, device_named, load_vae, vae_facts
from s2vbench.kaleido.data.sources import Shown
from tests.kaleido.data.tiny_sources import noise


@lru_cache
def wan() -> Any:
    from diffusers import AutoencoderKLWan

    torch.manual_seed(0)
    vae = AutoencoderKLWan(
        base_dim=8,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        temperal_downsample=[True, True],
        in_channels=12,
        out_channels=12,
        patch_size=2,
    )
    return vae.requires_grad_(False).eval()


def test_alone_is_as_in_a_batch() -> None:
    encoder = LatentEncoder(wan(), pictures_at_once=2)
    clips = [noise((5, 32, 48, 3), seed) for seed in range(3)]
    together = encoder.clips(clips)
    assert together.shape == (3, 16, 2, 4, 6)
    for number, clip in enumerate(clips):
        torch.testing.assert_close(encoder.clips([clip])[0], together[number], atol=1e-5, rtol=1e-5)
    # Pictures of several sizes, more than go through at once, come back in their order.
    pictures = [noise((32, 48 if seed % 2 else 32, 3), seed) for seed in range(5)]
    for picture_HWC, latents_CHW in zip(pictures, encoder.pictures(pictures), strict=True):
        assert latents_CHW.shape == (16, 4, picture_HWC.shape[1] // 8)
        torch.testing.assert_close(encoder.pictures([picture_HWC])[0], latents_CHW, atol=1e-5, rtol=1e-5)


def test_sampling_and_training_see_the_same_latents() -> None:
    vae, clip, picture_HWC = wan(), noise((5, 32, 48, 3), 0), noise((32, 48, 3), 1)
    encoder = LatentEncoder(vae)
    torch.testing.assert_close(encoder.clips([clip])[0], encode_frames(vae, clip))
    torch.testing.assert_close(encoder.pictures([picture_HWC])[0], encode_reference(vae, picture_HWC, 32, 48)[:, 0])


def test_each_reference_is_encoded_alone_and_stacking_them_loses_all_but_the_first() -> None:
    encoder = LatentEncoder(wan())
    first, second, third = (noise((32, 48, 3), seed) for seed in range(3))
    shown = Shown("s", "c", noise((5, 32, 48, 3), 9), {"given": (first, second)})
    alone = encoder.encoded(shown, "given").references
    changed = encoder.pictures([first, third])
    torch.testing.assert_close(changed[0], alone[0], atol=1e-5, rtol=1e-5)
    assert float((changed[1] - alone[1]).abs().mean()) > 0.01

    # As the released trainer does: two pictures as a clip of two frames are one latent frame, of the first alone.
    stacked = encoder.clips([np.stack([first, second])])
    assert stacked.shape[2] == 1
    torch.testing.assert_close(stacked, encoder.clips([np.stack([first, third])]), atol=0, rtol=0)
    torch.testing.assert_close(stacked[0, :, 0], alone[0], atol=1e-5, rtol=1e-5)


def test_latents_are_normalised_and_repeatable() -> None:
    vae, clip = wan(), noise((5, 32, 48, 3), 3)
    encoder = LatentEncoder(vae)
    pixels_BCTHW = torch.from_numpy(clip).permute(3, 0, 1, 2)[None].float() / 127.5 - 1.0
    mean = vae.encode(pixels_BCTHW).latent_dist.mean
    wanted = [(mean[0, c] - vae.config.latents_mean[c]) / vae.config.latents_std[c] for c in range(16)]
    torch.testing.assert_close(encoder.clips([clip])[0], torch.stack(wanted), atol=1e-4, rtol=1e-4)
    assert torch.equal(encoder.clips([clip]), encoder.clips([clip]))
    assert not encoder.clips([clip]).is_inference()


def test_a_vae_in_bf16_is_the_same_vae(tmp_path: Path) -> None:
    wan().save_pretrained(tmp_path / "vae")
    assert (
        vae_facts(load_vae(tmp_path / "vae", precision="bf16")).digest == vae_facts(load_vae(tmp_path / "vae")).digest
    )


def test_the_digest_is_of_what_encodes() -> None:
    vae = wan()
    facts = vae_facts(vae)
    assert (facts.channels, len(facts.mean), len(facts.std)) == (16, 16, 16)
    weights = vae.decoder.conv_in.bias
    before = weights.data.clone()
    weights.data += 1.0
    assert vae_facts(vae) == facts
    weights.data = before
    weights = vae.encoder.conv_in.bias
    before = weights.data.clone()
    weights.data += 0.01
    assert vae_facts(vae).digest != facts.digest
    weights.data = before
    assert vae_facts(vae) == facts


def test_a_vae_is_found_in_a_model_or_by_itself(tmp_path: Path) -> None:
    wan().save_pretrained(tmp_path / "model" / "vae")
    facts = vae_facts(wan())
    for place in (tmp_path / "model", tmp_path / "model" / "vae"):
        assert vae_facts(load_vae(place)) == facts
    (tmp_path / "other").mkdir()
    part = {"source": "../model", "subfolder": "vae"}
    (tmp_path / "other" / "kaleido.json").write_text(json.dumps({"parts": {"vae": part}}))
    assert vae_facts(load_vae(tmp_path / "other")) == facts
    halved = LatentEncoder(load_vae(tmp_path / "model", precision="bf16"))
    assert halved.precision == "bfloat16"
    clip = noise((5, 32, 48, 3), 3)
    difference = halved.clips([clip]) - LatentEncoder(wan()).clips([clip])
    assert halved.clips([clip]).dtype == torch.float32
    assert 0 < float(difference.abs().mean()) < 0.05


def test_places_without_a_vae(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_vae(tmp_path / "nothing")
    with pytest.raises(MissingError, match="no VAE"):
        load_vae(tmp_path)
    place = tmp_path / "vae"
    place.mkdir()
    (place / "config.json").write_text("{")
    with pytest.raises(InputError, match="not a network's configuration"):
        load_vae(place)
    (place / "config.json").write_text('{"_class_name": "UMT5EncoderModel"}')
    with pytest.raises(InputError, match="holds the network UMT5EncoderModel, not an AutoencoderKLWan"):
        load_vae(place)
    wan().save_pretrained(place)
    weights = place / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"cut off or no safetensors \(1,000 bytes\)"):
        load_vae(tmp_path)
    shutil.rmtree(place)
    (tmp_path / "Wan2.1_VAE.pth").write_bytes(b"junk")
    with pytest.raises(InputError, match=r"Wan2.1_VAE.pth: not a readable checkpoint"):
        load_vae(tmp_path)


def test_devices() -> None:
    assert device_named("cpu") == "cpu"
    assert device_named("auto") in {"cpu", "cuda"}
    with pytest.raises(InputError, match="--device abacus"):
        device_named("abacus")
    with pytest.raises(InputError, match="--device meta"):
        device_named("meta")
