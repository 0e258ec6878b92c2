"""ViCLIP: equal to the official network on the same weights, and the invariants of a joint space-time encoder."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones import attention, fast_blocks, viclip
from s2vbench.backbones.attention import attend
from s2vbench.backbones.fast_blocks import quick_gelu
from s2vbench.backbones.viclip import ViCLIP


def miniature(seed: int = 0) -> ViCLIP:
    """A real network, small; tables large enough that every part of it moves the embedding."""
    torch.manual_seed(seed)
    network = ViCLIP(
        width=24,
        layers=2,
        heads=3,
        text_width=16,
        text_layers=2,
        text_heads=2,
        embedding=12,
        size=28,
        frames=4,
        context=10,
        vocabulary=50,
    ).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "embedding" in name or "bias" in name:
                parameter.copy_(0.5 * torch.randn_like(parameter))
    return network


def clips(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def texts(*rows: list[int]) -> Tensor:
    """Token numbers padded with 0; 49 is the miniature's end token."""
    return torch.tensor([row + [0] * (10 - len(row)) for row in rows])


def relative(result: Tensor, reference: Tensor) -> float:
    return float((result - reference).abs().max() / reference.abs().max())


def test_embeddings_equal_the_official_ones_and_bfloat16_moves_the_score_little(
    seeded: ModuleType, shared: Path
) -> None:
    with torch.device("meta"):
        network = ViCLIP().eval()
    network.load_state_dict(seeded.seeded_state(seeded.load_layout("viclip"), 20261120), assign=True)
    with np.load(shared / "parity" / "backbones" / "viclip.npz") as npz, torch.inference_mode():
        clip_1FCHW = seeded.case_input(npz, "clip")[None]
        ids_NL = network.tokenize(json.loads(str(npz["meta"]))["texts"])
        assert np.array_equal(ids_NL, npz["text_ids"])
        video_1E, text_NE = network.encode_video(clip_1FCHW), network.encode_text(ids_NL)
        assert relative(video_1E, torch.from_numpy(npz["out_clip"])) < 3e-6
        assert relative(text_NE, torch.from_numpy(npz["out_text"])) < 3e-6
        cosine_N = functional.cosine_similarity(video_1E, text_NE)
        assert np.abs(cosine_N.numpy() - npz["out_cosine"][0]).max() < 1e-6
        network.set_compute_dtype(torch.bfloat16)
        rounded_N = functional.cosine_similarity(network.encode_video(clip_1FCHW), network.encode_text(ids_NL))
        assert 0 < (rounded_N - cosine_N).abs().max() <= 2e-3


def test_keys_and_shapes_are_the_published_ones(seeded: ModuleType) -> None:
    layout = seeded.load_layout("viclip")
    with torch.device("meta"):
        state = ViCLIP().state_dict()
    assert {key: list(value.shape) for key, value in state.items()} == {
        key: entry["shape"] for key, entry in layout.items() if key != "_file"
    }
    assert len(state) == 447


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_embeddings_do_not_depend_on_the_batch(dtype: torch.dtype) -> None:
    network, batch_NFCHW = miniature(), clips(3, 4, 3, 28, 28)
    ids_NL = texts([48, 3, 49], [48, 7, 7, 9, 49], [48, 1, 2, 3, 4, 5, 6, 7, 8, 49])
    network.set_compute_dtype(dtype)
    with torch.inference_mode():
        for encode, batch in ((network.encode_video, batch_NFCHW), (network.encode_text, ids_NL)):
            alone_NE = torch.cat([encode(item[None]) for item in batch])
            assert relative(encode(batch), alone_NE) < 1e-6
            assert alone_NE.dtype == torch.float32
            assert alone_NE.shape == (3, 12)
            assert not torch.equal(alone_NE[0], alone_NE[1])


def test_inference_equals_the_differentiable_path() -> None:
    network, batch_NFCHW, ids_NL = miniature(), clips(2, 4, 3, 28, 28), texts([48, 3, 49])
    video_NE, text_NE = network.encode_video(batch_NFCHW), network.encode_text(ids_NL)
    torch.autograd.backward(video_NE.sum() + text_NE.sum())
    assert [name for name, parameter in network.named_parameters() if parameter.grad is None] == ["temp"]
    with torch.inference_mode():
        assert relative(network.encode_video(batch_NFCHW), video_NE.detach()) < 1e-6
        assert relative(network.encode_text(ids_NL), text_NE.detach()) < 1e-6


@pytest.mark.parametrize(("queries", "keys"), [(7, 7), (1, 33), (600, 20), (513, 513)])
def test_attention_by_products_equals_the_fused_one(queries: int, keys: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "FEW_TOKENS", 0)
    shapes = ((2, queries, 3, 8), (2, keys, 3, 8), (2, keys, 3, 8))
    q_NHQD, k_NHSD, v_NHSD = (2 * clips(*shape, seed=seed).transpose(1, 2) for seed, shape in enumerate(shapes))
    expected_NHQD = functional.scaled_dot_product_attention(q_NHQD.double(), k_NHSD.double(), v_NHSD.double())
    with torch.inference_mode():
        mixed_NQC = attend(q_NHQD, k_NHSD, v_NHSD)
    assert relative(mixed_NQC, expected_NHQD.transpose(1, 2).flatten(2)) < 2e-6


def test_the_last_block_loses_nothing_by_computing_one_row() -> None:
    block, x_NSC = miniature().vision_encoder.transformer.resblocks[0], clips(2, 9, 24)
    with torch.inference_mode():
        assert relative(block(x_NSC, queries=1), block(x_NSC)[:, :1]) < 1e-6


def test_dense_layers_do_not_depend_on_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    network, batch_NFCHW = miniature(), clips(1, 4, 3, 28, 28)
    with torch.inference_mode():
        whole_NE = network.encode_video(batch_NFCHW)
        for module in (attention, fast_blocks):
            monkeypatch.setattr(module, "ROWS_PER_CHUNK", 5)
        monkeypatch.setattr(attention, "FEW_TOKENS", 0)
        assert relative(network.encode_video(batch_NFCHW), whole_NE) < 1e-6


def test_a_single_frame_stands_at_the_mean_of_all_times() -> None:
    network, frame_NFCHW = miniature(), clips(2, 1, 3, 28, 28)
    encoder = network.vision_encoder
    with torch.inference_mode():
        single_NE = network.encode_video(frame_NFCHW)
        mean_11C = encoder.temporal_positional_embedding.mean(dim=1, keepdim=True)
        encoder.temporal_positional_embedding.copy_(mean_11C)
        patches_NSC = encoder.embed(frame_NFCHW.expand(-1, 4, -1, -1, -1))[:, 1 : 1 + 4]
        assert torch.equal(encoder.embed(frame_NFCHW)[:, 1:], patches_NSC)
        assert relative(network.encode_video(frame_NFCHW), single_NE) < 1e-6


def test_only_the_temporal_table_knows_the_order_of_frames() -> None:
    network, batch_NFCHW = miniature(), clips(1, 4, 3, 28, 28)
    with torch.inference_mode():
        forward_1E, backward_1E = network.encode_video(batch_NFCHW), network.encode_video(batch_NFCHW.flip(1))
        assert relative(backward_1E, forward_1E) > 1e-3
        network.vision_encoder.temporal_positional_embedding.zero_()
        forward_1E, backward_1E = network.encode_video(batch_NFCHW), network.encode_video(batch_NFCHW.flip(1))
        assert relative(backward_1E, forward_1E) < 1e-5


def test_the_class_token_has_no_place_in_time() -> None:
    network, batch_NFCHW = miniature(), clips(1, 4, 3, 28, 28)
    encoder = network.vision_encoder
    with torch.inference_mode():
        tokens_1SC = encoder.embed(batch_NFCHW)
        assert torch.equal(tokens_1SC[0, 0], encoder.class_embedding + encoder.positional_embedding[0])
        assert tokens_1SC.shape == (1, 1 + 4 * 4, 24)


def test_patch_embedding_equals_a_convolution() -> None:
    network, batch_NFCHW = miniature(), clips(2, 4, 3, 28, 28)
    encoder = network.vision_encoder
    with torch.inference_mode():
        y_NCFHW = encoder.conv1(batch_NFCHW.transpose(1, 2))
        y_NFPC = y_NCFHW.flatten(3).permute(0, 2, 3, 1)
        place_FPC = encoder.positional_embedding[1:] + encoder.temporal_positional_embedding[0][:, None]
        assert relative(encoder.embed(batch_NFCHW)[:, 1:], (y_NFPC + place_FPC).flatten(1, 2)) < 1e-6


def test_a_text_ends_at_its_end_token() -> None:
    network = miniature()
    with torch.inference_mode():
        ended_1E = network.encode_text(texts([48, 3, 4, 49]))
        assert relative(network.encode_text(texts([48, 3, 4, 49, 7, 8])), ended_1E) < 1e-6
        assert relative(network.encode_text(texts([48, 4, 3, 49])), ended_1E) > 1e-3


def test_tokens_are_lower_cased_padded_and_end_with_the_end_token_when_cut() -> None:
    start, end = 49406, 49407
    with torch.device("meta"):
        network = ViCLIP(layers=1, text_layers=1)
    ids_NL = viclip._tokenizer(network.context)(["A White CAT", "a white cat", "", "cat " * 40])
    assert ids_NL.shape == (4, 32)
    assert ids_NL[0].tolist() == ids_NL[1].tolist() == [start, 320, 1579, 2368, end] + [0] * 27
    assert ids_NL[2].tolist() == [start, end] + [0] * 30
    assert ids_NL[3].tolist() == [start] + [2368] * 30 + [end]


def test_quick_gelu_is_the_published_formula() -> None:
    x = torch.linspace(-6, 6, 101, dtype=torch.float64)
    assert torch.allclose(quick_gelu(x), x / (1 + torch.exp(-1.702 * x)), atol=1e-14)


@pytest.mark.parametrize("shape", [(1, 3, 3, 28, 28), (1, 4, 3, 28, 42), (4, 3, 28, 28), (1, 4, 1, 28, 28)])
def test_clips_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"want clips \(N, 4 or 1, 3, 28, 28\), got"):
        miniature().encode_video(torch.zeros(shape))


def test_texts_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"want token numbers \(N, 10\), got \(1, 9\)"):
        miniature().encode_text(torch.zeros(1, 9, dtype=torch.int64))


def test_strict_loading_names_missing_and_unexpected_keys() -> None:
    network = miniature()
    state = network.state_dict()
    state["text_encoder.projection"] = state.pop("text_encoder.text_projection")
    with pytest.raises(RuntimeError, match=r"(?s)text_encoder\.text_projection.*text_encoder\.projection"):
        network.load_state_dict(state)


def test_a_narrow_type_keeps_the_keys_and_cannot_be_widened() -> None:
    network = miniature()
    keys = list(network.state_dict())
    network.set_compute_dtype(torch.bfloat16)
    assert list(network.state_dict()) == keys
    assert network.vision_encoder.proj.dtype == network.vision_encoder.ln_pre.weight.dtype == torch.float32
    with pytest.raises(ValueError, match=r"load them again for torch\.float32"):
        network.set_compute_dtype(torch.float32)
