"""Segment Anything at its published sizes: both implementations on one drawn frame."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import torch

from s2vbench.backbones import published_sam
from s2vbench.backbones.bank import Bank
from s2vbench.backbones.protocols import Segments
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import resolve
from s2vbench.types import Floats
from tests.clips import moving_square

FRAME = moving_square(1, 512, 896)[0]
BOXES = np.array([[100, 120, 400, 400], [500, 60, 800, 480]], np.float32)


def answer(spec: BackboneSpec) -> tuple[Floats, Segments]:
    segmenter = Bank(resolve([spec], "seeded:3", allow_unverified=False)).network(spec.name)
    embeddings: list[torch.Tensor] = []
    inner = segmenter.network
    encoder = inner.vision_encoder if hasattr(inner, "vision_encoder") else inner.image_encoder
    encoder.register_forward_hook(lambda *call: embeddings.append(call[-1]))
    (segments,) = segmenter.segment([FRAME], [BOXES])
    (embedding,) = embeddings
    found = embedding if isinstance(embedding, torch.Tensor) else embedding.last_hidden_state
    return found.numpy(), segments


@pytest.mark.parity
@pytest.mark.parametrize("size", ["B", "H"])
def test_both_implementations_agree_at_full_width(size: str) -> None:
    ours, segments = answer(getattr(published_sam, f"SAM_VIT_{size}"))
    gc.collect()
    theirs, expected = answer(getattr(published_sam, f"SAM_VIT_{size}_OFFICIAL"))
    assert ours.shape == theirs.shape == (1, 256, 64, 64)
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()
    assert np.abs(segments.quality_N - expected.quality_N).max() <= 1e-5
    shares = segments.masks_NHW.mean(axis=(1, 2))
    assert segments.masks_NHW.shape == (2, 512, 896)
    assert (shares > 0.01).all()
    assert (shares < 0.99).all()
    assert (segments.masks_NHW != expected.masks_NHW).mean() <= 1e-4
