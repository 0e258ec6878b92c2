"""The segmenter of profile mini: squares around boxes, and masks at the picture's own pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.mini.segmenter import MINI_SEGMENTER, SIDE_PX, MiniSegmenter, Window
from s2vbench.backbones.protocols import Segmenter
from s2vbench.backbones.weights import resolve
from s2vbench.types import Floats, FramesU8


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    torch.set_num_threads(1)
    found: Segmenter = Bank(resolve([MINI_SEGMENTER], "seeded:0", allow_unverified=False)).network("mini_segmenter")
    return found


def picture(height_px: int, width_px: int, seed: int = 0) -> FramesU8:
    return np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 3), np.uint8)


def rows(*boxes: tuple[float, float, float, float]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("height_px", "width_px"), [(64, 112), (1, 500), (500, 1), (1, 1), (33, 47), (900, 1201), (480, 270)]
)
def test_any_size_and_any_box(segmenter: Segmenter, height_px: int, width_px: int) -> None:
    boxes = rows((0, 0, 1, 1), (-50, -60, 5000, 6000), (1e5, 1e5, 2e5, 2e5), (0.2, 0.3, 0.4, 0.5), (-9, -9, -5, -5))
    found = segmenter.segment([picture(height_px, width_px)], [boxes])[0]
    assert found.masks_NHW.shape == (5, height_px, width_px)
    assert found.masks_NHW.dtype == np.bool_
    assert ((found.quality_N >= 0) & (found.quality_N <= 1)).all()


def test_pictures_without_boxes(segmenter: Segmenter) -> None:
    images = [picture(20, 30), picture(40, 30, 1), picture(20, 30, 2)]
    found = segmenter.segment(images, [rows(), rows((1, 2, 20, 30), (5, 5, 9, 9)), rows()])
    assert [segments.masks_NHW.shape for segments in found] == [(0, 20, 30), (2, 40, 30), (0, 20, 30)]
    assert segmenter.segment([], []) == []


def test_batches_change_nothing(segmenter: Segmenter) -> None:
    images = [picture(64, 112, seed) for seed in range(20)]
    boxes = [rows((10, 5, 60, 60), (50, 20, 100, 60)) for _ in images]
    together = segmenter.segment(images, boxes)
    alone = segmenter.segment(images[19:], boxes[19:])[0]
    assert np.allclose(alone.quality_N, together[19].quality_N, atol=1e-5)
    assert (alone.masks_NHW != together[19].masks_NHW).mean() < 1e-3


@pytest.mark.parametrize("seed", range(25))
def test_what_is_cut_out_goes_back_to_its_place(seed: int) -> None:
    random = np.random.default_rng(seed)
    height_px, width_px = (int(side) for side in random.integers(16, 400, 2))
    x0, y0 = int(random.integers(0, width_px - 10)), int(random.integers(0, height_px - 10))
    x1, y1 = int(random.integers(x0 + 8, width_px + 1)), int(random.integers(y0 + 8, height_px + 1))
    mask_HW = np.zeros((height_px, width_px), np.uint8)
    mask_HW[y0:y1, x0:x1] = 255
    window = Window.around([x0, y0, x1, y1], height_px, width_px)
    cut = window.cut(mask_HW, beyond=0)
    assert cut.shape == (SIDE_PX, SIDE_PX)
    back_HW = window.paste(cut.astype(np.float32) - 127.5, height_px, width_px)
    assert (back_HW & (mask_HW > 0)).sum() / (back_HW | (mask_HW > 0)).sum() > 0.85
    # The channel says the same as the cut-out; enlarging blurs the latter's edges.
    if window.side_px >= SIDE_PX:
        assert np.abs(window.box_channel().astype(int) - cut).mean() < 5


def test_positive_logits_of_the_box_are_a_mask_of_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    network = MiniSegmenter().eval()

    def draws_the_box(squares_NCHW: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return squares_NCHW[:, 3].float() - 127.5, torch.ones(len(squares_NCHW))

    monkeypatch.setattr(network, "forward", draws_the_box)
    box = (20.0, 30.0, 120.0, 90.0)
    mask_HW = network.segment([picture(128, 224)], [rows(box)])[0].masks_NHW[0]
    expected_HW = np.zeros((128, 224), np.bool_)
    expected_HW[30:90, 20:120] = True
    assert (mask_HW & expected_HW).sum() / (mask_HW | expected_HW).sum() > 0.96
