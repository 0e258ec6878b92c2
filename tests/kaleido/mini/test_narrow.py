"""Cutting an autoencoder's latents down to principal components."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKLWan

from s2vbench.kaleido.mini import bank, narrow
from s2vbench.kaleido.mini.autoencoder import CONFIG, FIRST_LOGVAR
from s2vbench.kaleido.mini.bank import save_chunk
from s2vbench.kaleido.mini.narrow import components_of, narrowed


@pytest.fixture(scope="module")
def vae() -> AutoencoderKLWan:
    torch.manual_seed(0)
    vae = AutoencoderKLWan(**CONFIG | {"base_dim": 8, "z_dim": 6})
    # Fresh biases are small; these make a mistake in one of them show.
    for layer in (vae.quant_conv, vae.post_quant_conv, vae.encoder.conv_out, vae.decoder.conv_in):
        torch.nn.init.uniform_(layer.bias, -1, 1)
    return vae.eval()


@pytest.fixture(scope="module")
def clip_BCTHW() -> torch.Tensor:
    return torch.rand(2, 3, 5, 32, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1


def latents(vae: AutoencoderKLWan, clip_BCTHW: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        mode: torch.Tensor = vae.encode(clip_BCTHW).latent_dist.mode()
    return mode


def rows(latents_BCTHW: torch.Tensor) -> torch.Tensor:
    return latents_BCTHW.movedim(1, -1).flatten(0, -2)


def test_components_are_those_of_the_covariance() -> None:
    spread = torch.tensor([3.0, 2.0, 0.5])
    drawn = torch.randn(20_000, 3, generator=torch.Generator().manual_seed(0)) * spread + torch.tensor([1.0, 0.0, -4.0])
    parts = components_of(drawn, 2)
    assert parts.mean_C == pytest.approx([1.0, 0.0, -4.0], abs=0.1)
    assert parts.axes_CK.abs() == pytest.approx(torch.eye(3)[:, :2], abs=0.02)
    assert parts.scale == pytest.approx((13 / 2) ** 0.5, rel=0.02)
    assert parts.share == pytest.approx(13 / 13.25, abs=0.002)


@pytest.mark.parametrize("channels", [0, 4])
def test_more_components_than_channels_are_refused(channels: int) -> None:
    with pytest.raises(ValueError, match=f"{channels} components of 3 channels; ask for 1 to 3"):
        components_of(torch.zeros(9, 3), channels)


def test_new_latents_are_the_projected_old_ones(vae: AutoencoderKLWan, clip_BCTHW: torch.Tensor) -> None:
    old = latents(vae, clip_BCTHW)
    parts = components_of(rows(old), 4)
    small = narrowed(vae, parts)
    wanted = (rows(old) - parts.mean_C) @ parts.axes_CK / parts.scale
    assert small.config.z_dim == 4
    assert rows(latents(small, clip_BCTHW)) == pytest.approx(wanted, abs=1e-4)
    with torch.no_grad():
        logvar = small.encode(clip_BCTHW).latent_dist.logvar
    assert logvar == pytest.approx(torch.full_like(logvar, FIRST_LOGVAR))


def test_with_all_components_the_inside_of_a_picture_is_decoded_as_before(vae: AutoencoderKLWan) -> None:
    clip_BCTHW = torch.rand(1, 3, 1, 128, 128, generator=torch.Generator().manual_seed(2)) * 2 - 1
    old = latents(vae, clip_BCTHW)
    small = narrowed(vae, components_of(rows(old), 6))
    with torch.no_grad():
        hidden = [v.decoder.conv_in(v.post_quant_conv(latents(v, clip_BCTHW))) for v in (vae, small)]
    assert hidden[1].shape == hidden[0].shape
    # The first frame's past is zeros, too; the bias of a whole kernel is right only where the kernel sees no border.
    now = [h[..., 1:-1, 1:-1] for h in hidden]
    past = vae.decoder.conv_in.weight[:, :, :2].sum((2, 3, 4)) @ (
        vae.post_quant_conv.weight[:, :, 0, 0, 0] @ rows(old).mean(0) + vae.post_quant_conv.bias
    )
    assert now[1] == pytest.approx(now[0] + past.detach()[None, :, None, None, None], abs=1e-3)


def test_the_command_writes_an_autoencoder(
    vae: AutoencoderKLWan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = bank.draw_chunk(0, size=4)
    monkeypatch.setattr(bank, "draw_chunk", lambda _: small)
    (tmp_path / "bank").mkdir()
    save_chunk(0, tmp_path / "bank")
    vae.save_pretrained(tmp_path / "vae")
    arguments = ["narrow", *(str(tmp_path / name) for name in ("bank", "vae", "out")), "--channels", "3"]
    monkeypatch.setattr("sys.argv", [*arguments, "--batches", "1"])
    narrow.main()
    assert "3 components keep" in capsys.readouterr().out
    assert AutoencoderKLWan.from_pretrained(tmp_path / "out").config.z_dim == 3
