"""Kaleido's transformer as diffusers' users know one: plain forward, files, checkpointing, LoRA, 16 bits."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import WanTransformer3DModel
from peft import LoraConfig
from torch import Tensor

from s2vbench.kaleido.transformer import KaleidoTransformer, PreciseTimesteps
from tests.kaleido.released import TINY, random_state

Inputs = tuple[Tensor, list[Tensor], Tensor, Tensor]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def tiny(positions: str | dict[str, Any] = "shift_wh") -> KaleidoTransformer:
    return KaleidoTransformer.from_release(random_state(), num_heads=4, positions=positions)


def inputs(grids: tuple[tuple[int, int], ...] = ((8, 6), (4, 10)), batch: int = 2) -> Inputs:
    g = torch.Generator().manual_seed(1)
    latents_BCTHW = torch.randn(batch, 4, 3, 8, 6, generator=g)
    references = [torch.randn(batch, 4, 1, h, w, generator=g) for h, w in grids]
    timesteps_B = torch.linspace(900.25, 3.5, batch)
    return latents_BCTHW, references, torch.randn(batch, 5, 16, generator=g), timesteps_B


def outputs(model: KaleidoTransformer, given: Inputs) -> Tensor:
    with torch.no_grad():
        found: Tensor = model(*given)
    return found


class TestForward:
    def test_without_references_is_wans(self) -> None:
        model = tiny()
        wan = WanTransformer3DModel(**TINY.config(4)).eval()
        wan.load_state_dict(model.state_dict())
        latents_BCTHW, _, context_BLD, timesteps_B = inputs(())
        with torch.no_grad():
            theirs = wan(latents_BCTHW, timesteps_B, context_BLD, return_dict=False)[0]
            wan.condition_embedder.timesteps_proj = PreciseTimesteps(TINY.freq_dim)
            precise = wan(latents_BCTHW, timesteps_B, context_BLD, return_dict=False)[0]
        ours = outputs(model, inputs(()))
        torch.testing.assert_close(ours, precise, rtol=0, atol=1e-6)
        torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-4)

    def test_references_of_several_sizes_change_the_video_and_keep_its_shape(self) -> None:
        model = tiny()
        plain = outputs(model, inputs(()))
        for grids in [((8, 6),), ((2, 2), (4, 10)), ((8, 6), (2, 20), (12, 4), (2, 2))]:
            found = outputs(model, inputs(grids))
            assert found.shape == plain.shape
            assert (found - plain).abs().max() > 0.01

    def test_references_may_come_without_a_frame_axis(self) -> None:
        latents_BCTHW, references, context_BLD, timesteps_B = inputs()
        flat = (latents_BCTHW, [reference[:, :, 0] for reference in references], context_BLD, timesteps_B)
        assert torch.equal(outputs(tiny(), inputs()), outputs(tiny(), flat))

    def test_their_order_counts(self) -> None:
        latents_BCTHW, references, context_BLD, timesteps_B = inputs(((8, 6), (8, 6)))
        swapped = (latents_BCTHW, references[::-1], context_BLD, timesteps_B)
        difference = outputs(tiny(), inputs(((8, 6), (8, 6)))) - outputs(tiny(), swapped)
        assert difference.abs().max() > 1e-3

    def test_samples_of_a_batch_do_not_see_each_other(self) -> None:
        model, together = tiny(), inputs()
        apart = [
            outputs(
                model,
                (together[0][i : i + 1], [r[i : i + 1] for r in together[1]], *(x[i : i + 1] for x in together[2:])),
            )
            for i in range(2)
        ]
        torch.testing.assert_close(outputs(model, together), torch.cat(apart), rtol=0, atol=1e-5)

    @pytest.mark.parametrize("side", ["before", "after"])
    def test_counting_from_elsewhere_changes_nothing(self, side: str) -> None:
        """Adjacent references end before time 0; the tail begins where the video ends: no place is special."""
        names = {"before": "concat_adjacent", "after": "concat_tail"}
        model = tiny(names[side])
        expected = outputs(model, inputs())
        place = model.rope.positions

        def moved(*grids: Any) -> Any:
            found = place(*grids)
            shift = torch.tensor([5, 3, 7]).numpy()
            references = tuple(ids + shift for ids in found.references)
            return type(found)(references, found.video + shift, found.side)

        other = tiny(names[side])
        other.rope = type(model.rope)(model.rope.head_dim, moved)
        torch.testing.assert_close(outputs(other, inputs()), expected, rtol=0, atol=1e-5)

    def test_sizes_that_cannot_be_cut_are_named(self) -> None:
        with pytest.raises(ValueError, match=r"latents of \(3, 8, 5\) .+ patches of \(1, 2, 2\)"):
            tiny()(torch.zeros(1, 4, 3, 8, 5), [], torch.zeros(1, 5, 16), torch.zeros(1))
        with pytest.raises(ValueError, match=r"latents of \(1, 3, 4\)"):
            tiny()(torch.zeros(1, 4, 3, 8, 6), [torch.zeros(1, 4, 1, 3, 4)], torch.zeros(1, 5, 16), torch.zeros(1))


class TestFiles:
    @pytest.mark.parametrize(
        "positions", ["concat_tail", {"base": "video", "diagonal": True}, {"base": [12, 20]}], ids=str
    )
    def test_round_trip(self, tmp_path: Path, positions: str | dict[str, Any]) -> None:
        model = tiny(positions)
        model.save_pretrained(tmp_path / "transformer")
        again = KaleidoTransformer.from_pretrained(tmp_path / "transformer")
        assert again.config.positions == positions
        assert json.loads((tmp_path / "transformer/config.json").read_text())["_class_name"] == "KaleidoTransformer"
        assert torch.equal(outputs(model, inputs()), outputs(again, inputs()))

    def test_a_folder_of_wan_is_a_start_for_training(self, tmp_path: Path) -> None:
        wan = WanTransformer3DModel(**TINY.config(4))
        wan.save_pretrained(tmp_path)
        model = KaleidoTransformer.from_pretrained(tmp_path)
        assert model.config.positions == "shift_wh"
        assert torch.equal(model.proj_out.weight, wan.proj_out.weight)

    def test_a_copy_has_weights_of_its_own(self) -> None:
        model = tiny()
        twin = copy.deepcopy(model)
        with torch.no_grad():
            model.proj_out.bias.add_(1)
        difference = outputs(model, inputs()) - outputs(twin, inputs())
        torch.testing.assert_close(difference, torch.ones_like(difference), rtol=0, atol=1e-5)


class TestTraining:
    def test_checkpointed_gradients_are_the_same(self) -> None:
        found = []
        for checkpointed in (False, True):
            model = tiny().train()
            if checkpointed:
                model.enable_gradient_checkpointing()
            model(*inputs()).square().mean().backward()
            found.append({name: parameter.grad for name, parameter in model.named_parameters()})
        assert all(gradient is not None for gradient in found[0].values())
        assert all(torch.equal(gradient, found[1][name]) for name, gradient in found[0].items())

    def test_every_parameter_and_reference_gets_a_gradient(self) -> None:
        model, given = tiny(), inputs()
        for reference in given[1]:
            reference.requires_grad_()
        model(*given).square().mean().backward()
        assert all(p.grad is not None and p.grad.abs().max() > 0 for p in model.parameters())
        assert all(reference.grad is not None and reference.grad.abs().max() > 0 for reference in given[1])

    def test_lora_starts_as_the_model_and_trains_nothing_else(self) -> None:
        model, given = tiny(), inputs()
        before = outputs(model, given)
        model.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
        torch.testing.assert_close(outputs(model, given), before, rtol=0, atol=1e-6)
        trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
        assert trained
        assert all("lora_" in name for name in trained)
        frozen = {name: p.clone() for name, p in model.named_parameters() if not p.requires_grad}
        optimiser = torch.optim.SGD(trained.values(), lr=0.5)
        for _ in range(2):
            optimiser.zero_grad()
            model(*given).square().mean().backward()
            optimiser.step()
        now = dict(model.named_parameters())
        assert all(torch.equal(now[name], value) for name, value in frozen.items())
        assert (outputs(model, given) - before).abs().max() > 1e-4


def test_16_bits_stay_near_32(tmp_path: Path) -> None:
    tiny().save_pretrained(tmp_path)
    model = KaleidoTransformer.from_pretrained(tmp_path, torch_dtype=torch.bfloat16)
    assert model.blocks[0].attn1.to_q.weight.dtype == torch.bfloat16
    assert model.blocks[0].scale_shift_table.dtype == torch.float32
    latents_BCTHW, references, context_BLD, timesteps_B = inputs()
    found = outputs(
        model, (latents_BCTHW.bfloat16(), [r.bfloat16() for r in references], context_BLD.bfloat16(), timesteps_B)
    )
    assert found.dtype == torch.bfloat16
    expected = outputs(tiny(), inputs())
    assert (found.float() - expected).norm() < 0.05 * expected.norm()
