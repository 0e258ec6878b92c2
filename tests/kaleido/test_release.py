"""Released state dicts: names, shapes, refusals, and outputs against a plain reading of the released code."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import torch
from torch import Tensor

from s2vbench.errors import InputError
from s2vbench.kaleido.positions import scheme
from s2vbench.kaleido.release import PREFIX, Sizes, _symbols, names_of_release, plan_release
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.released import TINY, NaiveTransformer, Switches, prefixed_state, random_state

RELEASED_14B = Sizes(40, 5120, 13824, 4096, 256, 16, 16, (1, 2, 2))
HEAD_128 = dataclasses.replace(TINY, layers=1, dim=256)


class TestOutputs:
    @pytest.mark.parametrize(
        ("switches", "positions"),
        [
            (Switches(), "shift_wh"),
            (Switches(shift_w=False), "shift_h"),
            (Switches(shift_h=False), "shift_w"),
            (Switches(shift_h=False, shift_w=False), "concat"),
            (Switches(shift_h=False, shift_w=False, first_t=-3), "concat_adjacent"),
            (Switches(shift_h=False, shift_w=False, end_concat=True), "concat_tail"),
            (Switches(rope_continue=True), {"base": "video"}),
            (Switches(overloop=False, max_h=12, max_w=20), {"diagonal": True, "base": [12, 20]}),
            (Switches(overloop=False, rope_continue=True), {"diagonal": True, "base": "video"}),
            (Switches(end_concat=True), {"side": "after"}),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("grids", [[(8, 8)] * 3, [(8, 8), (4, 12), (10, 6)], [(2, 4), (4, 2), (2, 2)]], ids=str)
    def test_equal_a_plain_reading_of_the_released_code(
        self, switches: Switches, positions: Any, grids: list[tuple[int, int]]
    ) -> None:
        state = random_state()
        assert _difference(state, 4, switches, positions, grids) < 1e-5

    def test_with_heads_of_128(self) -> None:
        state = random_state(HEAD_128, seed=3)
        assert _difference(state, 2, Switches(), "shift_wh", [(8, 8)]) < 1e-5

    def test_without_references(self) -> None:
        assert _difference(random_state(), 4, Switches(), "shift_wh", []) < 1e-5

    def test_heads_matter(self) -> None:
        state = random_state()
        inputs = _inputs([(8, 8)])
        one, other = (KaleidoTransformer.from_release(state, num_heads=n)(*inputs) for n in (4, 2))
        assert (one - other).abs().max() > 0.01


def _inputs(grids: list[tuple[int, int]]) -> tuple[Tensor, list[Tensor], Tensor, Tensor]:
    torch.set_num_threads(1)
    g = torch.Generator().manual_seed(5)
    latents_BCTHW = torch.randn(2, 4, 3, 8, 6, generator=g)
    references = [torch.randn(2, 4, h, w, generator=g) for h, w in grids]
    return latents_BCTHW, references, torch.randn(2, 5, 16, generator=g), torch.tensor([12.5, 937.0])


def _difference(
    state: dict[str, Tensor], heads: int, switches: Switches, positions: Any, grids: list[tuple[int, int]]
) -> float:
    latents_BCTHW, references, context_BLD, timesteps_B = _inputs(grids)
    naive = NaiveTransformer(state, heads, switches)
    model = KaleidoTransformer.from_release(state, num_heads=heads, positions=positions)
    with torch.no_grad():
        found = model(latents_BCTHW, references, context_BLD, timesteps_B)
    expected = naive(latents_BCTHW.transpose(1, 2), references, context_BLD, timesteps_B).transpose(1, 2)
    assert expected.abs().max() > 1
    return float((found - expected).abs().max())


class TestNames:
    def test_they_fill_every_parameter_of_the_model_once(self) -> None:
        with torch.device("meta"):
            model = KaleidoTransformer(**TINY.config(4))
        targets = [target for found, _ in names_of_release(TINY.layers).values() for target in found]
        assert sorted(targets) == sorted(model.state_dict())

    def test_the_14b_release_has_the_sizes_of_wan(self) -> None:
        with torch.device("meta"):
            state = _meta_state(RELEASED_14B)
            sizes = plan_release(state).sizes
            model = KaleidoTransformer(**sizes.config(40))
        assert sizes == RELEASED_14B
        assert sum(parameter.numel() for parameter in model.parameters()) == 14_288_491_584
        assert model.config.attention_head_dim == 128

    def test_sizes_come_from_the_tensors(self) -> None:
        odd = Sizes(3, 36, 20, 10, 8, 5, 7, (1, 1, 3))
        assert plan_release(prefixed_state(odd)).sizes == odd


def _meta_state(sizes: Sizes) -> dict[str, Tensor]:
    """Released shapes without memory."""
    symbols = _symbols(sizes)
    shapes = {}
    for name, (targets, symbolic) in names_of_release(sizes.layers).items():
        first, *rest = (symbols[key] for key in symbolic)
        shapes[PREFIX + name] = torch.empty(first * len(targets), *rest, device="meta", dtype=torch.bfloat16)
    return shapes


def _without(*names: str) -> dict[str, Tensor]:
    return {name: value for name, value in prefixed_state().items() if name.removeprefix(PREFIX) not in names}


def _with(**replaced: Any) -> dict[str, Tensor]:
    state = prefixed_state()
    return state | {PREFIX + name: value for name, value in replaced.items()}


LAYER_1 = [name for name in names_of_release(2) if ".layers.1." in name]


class TestRefusals:
    @pytest.mark.parametrize(
        ("state", "message"),
        [
            (_without("time_embed.2.bias"), r"misses 1 key \(time_embed.2.bias\)$"),
            (_without(*LAYER_1), r"misses 16 keys \(transformer.layers.1.+ and 11 more\)$"),
            (_with(extra=torch.zeros(1)), r"has unexpected 1 key \(extra\)$"),
            (
                {PREFIX + "a": torch.zeros(1)} | _without("text_embedding.0.bias"),
                r"misses 1 key \(text_embedding.0.bias\); has unexpected 1 key \(a\)$",
            ),
            ({}, "holds no released Kaleido transformer, but nothing"),
            ({"encoder.conv1.weight": torch.zeros(1)}, "but encoder.conv1.weight$"),
            ({"patch_embedding.weight": torch.zeros(1)}, "Wan's or diffusers' layout"),
            (
                _with(**{"time_embed.2.bias": torch.zeros(47)}),
                r"shapes do not fit .+ width 48 .+: time_embed.2.bias is 47 instead of 48$",
            ),
            (
                _with(**{"transformer.layers.1.attention.query_key_value.weight": torch.zeros(96, 48)}),
                "query_key_value.weight is 96x48 instead of 144x48",
            ),
            (_with(**{"text_embedding.0.weight": torch.zeros(48)}), "has the shape 48 instead of 2 numbers"),
            (_with(**{"mixins.final_layer.linear.weight": torch.zeros(15, 48)}), "no multiple of the 4 of a 1x2x2"),
            (
                _with(**{"time_embed.2.bias": torch.zeros(48, dtype=torch.int8)}),
                r"time_embed.2.bias \(int8\)\): integer or quantised",
            ),
            (
                _with(**{"time_embed.2.bias": torch.zeros(48).to(torch.float8_e4m3fn)}),
                r"time_embed.2.bias \(float8_e4m3fn\)",
            ),
            (_with(**{"time_embed.2.bias": "text"}), r"time_embed.2.bias \(str\)\): not tensors"),
        ],
    )
    def test_say_what_is_wrong(self, state: dict[str, Tensor], message: str) -> None:
        with pytest.raises(InputError, match=message) as caught:
            KaleidoTransformer.from_release(state, num_heads=4)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 600

    @pytest.mark.parametrize(
        ("heads", "message"),
        [
            (5, "num_heads 5 does not divide the transformer's width 48; 2, 3, 4, 6, 8 would"),
            (0, "does not divide"),
            (-2, "does not divide"),
            (48, "heads of 1 numbers"),
            (16, "heads of 3 numbers"),
        ],
    )
    def test_of_numbers_of_heads(self, heads: int, message: str) -> None:
        with pytest.raises(InputError, match=message):
            KaleidoTransformer.from_release(random_state(), num_heads=heads)

    def test_of_unknown_positions(self) -> None:
        with pytest.raises(InputError, match="did you mean 'shift_h'"):
            KaleidoTransformer.from_release(random_state(), num_heads=4, positions="shift_hh")

    def test_foreign_keys_without_prefix_are_unexpected(self) -> None:
        with pytest.raises(InputError, match=r"1 key \(conditioner.weight\)"):
            plan_release(random_state() | {"conditioner.weight": torch.zeros(1)})


class TestWeights:
    def test_of_16_bits_stay_so_but_where_diffusers_computes_with_32(self) -> None:
        state = {name: value.bfloat16() for name, value in random_state().items()}
        model = KaleidoTransformer.from_release(state, num_heads=4)
        kinds = {name: parameter.dtype for name, parameter in model.named_parameters()}
        assert kinds["blocks.0.attn1.to_q.weight"] == torch.bfloat16
        assert kinds["blocks.0.scale_shift_table"] == kinds["blocks.1.norm2.weight"] == torch.float32
        assert torch.equal(model.blocks[0].scale_shift_table, state["mixins.adaln_layer.adaLN_modulations.0"].float())

    def test_fused_ones_are_copied_so_that_training_leaves_the_state_alone(self) -> None:
        state = random_state()
        fused = state["transformer.layers.0.attention.query_key_value.weight"].clone()
        model = KaleidoTransformer.from_release(state, num_heads=4)
        with torch.no_grad():
            model.blocks[0].attn1.to_k.weight.add_(1)
        assert torch.equal(state["transformer.layers.0.attention.query_key_value.weight"], fused)
        assert all(parameter.requires_grad for parameter in model.parameters())
        assert not model.training

    def test_positions_are_part_of_the_configuration(self) -> None:
        settings = {"base": "video", "diagonal": True}
        model = KaleidoTransformer.from_release(random_state(), num_heads=4, positions=settings)
        assert model.config.positions == settings
        grids = [(2, 2)], (1, 3, 3)
        assert (model.rope.positions(*grids).sequence == scheme(settings)(*grids).sequence).all()
