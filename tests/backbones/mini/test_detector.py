"""The detector of profile mini: sizes, coordinates, phrases, and boxes where the maps have peaks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.mini.detector import MINI_DETECTOR, MOST_BOXES, STRIDE_PX, Maps, MiniDetector
from s2vbench.backbones.mini.detector_canvas import AREA_PX, LONGEST_PX, Fit, box_iou, peaks, without_repeats
from s2vbench.backbones.protocols import Detector
from s2vbench.backbones.weights import resolve
from s2vbench.errors import InputError
from s2vbench.types import FramesU8

SIZES = [(64, 112), (270, 480), (480, 270), (512, 512), (7, 300), (300, 7), (1, 500), (500, 1), (1, 1), (1201, 1777)]


@pytest.fixture(scope="module")
def detector() -> Detector:
    torch.set_num_threads(1)
    found: Detector = Bank(resolve([MINI_DETECTOR], "seeded:0", allow_unverified=False)).network("mini_detector")
    return found


def picture(height_px: int, width_px: int, seed: int = 0) -> FramesU8:
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (-(-height_px // 16), -(-width_px // 16), 3), np.uint8)
    return np.ascontiguousarray(coarse.repeat(16, axis=0).repeat(16, axis=1)[:height_px, :width_px])


@pytest.mark.parametrize(("height_px", "width_px"), SIZES)
def test_any_size_and_any_words_are_answered(detector: Detector, height_px: int, width_px: int) -> None:
    found = detector.detect([picture(height_px, width_px)], ["red-haired man", "zorblax", "!!!"])[0]
    count = len(found.scores_N)
    assert 0 < count <= MOST_BOXES
    assert found.boxes_N4.shape == (count, 4)
    assert found.phrase_scores_NP.shape == (count, 3)
    assert np.isfinite(found.boxes_N4).all()
    assert (found.boxes_N4[:, 2:] > found.boxes_N4[:, :2]).all()
    assert (np.diff(found.scores_N) <= 0).all()
    assert found.scores_N.min() > 0
    assert found.scores_N.max() < 1
    # Middles lie in the picture, what lies beside it on the canvas is nothing.
    middles = (found.boxes_N4[:, :2] + found.boxes_N4[:, 2:]) / 2
    reach = found.boxes_N4[:, 2:] - found.boxes_N4[:, :2]
    assert ((middles + reach / 2 > 0) & (middles - reach / 2 < [width_px, height_px])).all()


@pytest.mark.parametrize(("height_px", "width_px"), SIZES)
def test_canvases_have_one_area_and_boxes_come_back(height_px: int, width_px: int) -> None:
    fit = Fit.of(height_px, width_px)
    assert all(side % 16 == 0 and side <= LONGEST_PX for side in fit.canvas_px)
    if max(height_px, width_px) < 2 * min(height_px, width_px):
        assert 0.85 * AREA_PX < np.prod(fit.canvas_px) < 1.15 * AREA_PX
    assert all(1 <= part <= whole for part, whole in zip(fit.content_px, fit.canvas_px, strict=True))
    rows, columns = fit.content_px
    assert fit.back(np.array([[0, 0, columns, rows]], np.float32)).tolist() == [[0, 0, width_px, height_px]]
    canvas = fit.place(np.full((height_px, width_px, 3), 9, np.uint8))
    assert (canvas[:rows, :columns] == 9).all()
    assert (canvas[rows:] == 128).all()
    assert (canvas[:, columns:] == 128).all()


@pytest.mark.parametrize(("height_px", "width_px"), [(64, 112), (270, 480), (480, 270), (512, 512), (1201, 1777)])
def test_a_peak_on_the_map_is_a_box_in_the_picture(
    monkeypatch: pytest.MonkeyPatch, height_px: int, width_px: int
) -> None:
    network = MiniDetector().eval()
    fit = Fit.of(height_px, width_px)

    def maps(pictures: torch.Tensor) -> Maps:
        rows, columns = (side // STRIDE_PX for side in pictures.shape[2:])
        heat = torch.full((1, rows, columns), -9.0)
        heat[0, 10, 7] = 2.0
        # A second sight of the same thing, and something on the part of the canvas that shows no picture.
        heat[0, 10, 9] = 1.0
        heat[0, rows - 1, columns - 1] = 3.0
        edges = torch.tensor([6.0, 10.0, 14.0, 18.0]).view(1, 4, 1, 1).expand(1, 4, rows, columns).clone()
        edges[0, :, 10, 9] = torch.tensor([14.0, 10.0, 6.0, 18.0])
        return Maps(heat, edges, torch.zeros(1, 32, rows, columns), torch.zeros(1, 48, rows // 2, columns // 2))

    monkeypatch.setattr(network, "maps", maps)
    found = network.detect([picture(height_px, width_px)], ["cat"])[0]
    able = found.scores_N > 0.5
    reached = [
        -(-side // STRIDE_PX) == canvas // STRIDE_PX for side, canvas in zip(fit.content_px, fit.canvas_px, strict=True)
    ]
    assert able.sum() == 1 + all(reached)
    box = found.boxes_N4[able][-1]
    scale = np.array([fit.content_px[1] / width_px, fit.content_px[0] / height_px] * 2)
    assert np.allclose(box * scale, [24, 32, 44, 60], atol=1e-3)


def test_batches_and_neighbours_change_nothing(detector: Detector) -> None:
    pictures = [picture(64, 112, seed) for seed in range(18)] + [picture(100, 100, 3)]
    phrases = ["cat", "dog with a blue hat"]
    together = detector.detect(pictures, phrases)
    for at in (0, 17, 18):
        alone = detector.detect([pictures[at]], phrases)[0]
        assert np.allclose(alone.scores_N, together[at].scores_N, atol=1e-5)
        assert np.allclose(alone.boxes_N4, together[at].boxes_N4, atol=1e-3)
        assert np.allclose(alone.phrase_scores_NP, together[at].phrase_scores_NP, atol=1e-5)
    fewer = detector.detect(pictures[:1], phrases[1:])[0]
    assert np.allclose(fewer.phrase_scores_NP[:, 0], together[0].phrase_scores_NP[:, 1], atol=1e-5)
    assert not np.allclose(together[0].phrase_scores_NP[:, 0], together[0].phrase_scores_NP[:, 1], atol=1e-3)


def test_no_pictures_and_no_phrases(detector: Detector) -> None:
    assert detector.detect([], ["cat"]) == []
    with pytest.raises(InputError, match="at least one phrase"):
        detector.detect([picture(64, 112)], [])


def test_lower_precision_says_about_the_same() -> None:
    weights = resolve([MINI_DETECTOR], "seeded:0", allow_unverified=False)
    whole, half = (
        Bank(weights, precision=precision).detect("mini_detector", [picture(64, 112)], ["cat"])[0]
        for precision in ("fp32", "bf16")
    )
    assert abs(whole.scores_N[0] - half.scores_N[0]) < 0.05


def test_peaks_are_higher_than_their_neighbours() -> None:
    heat = torch.tensor([[0.1, 0.2, 0.0, 0.9], [0.0, 0.1, 0.0, 0.0], [0.5, 0.4, 0.0, 0.3]])
    values, places = peaks(heat, 24)
    assert places.tolist() == [3, 8, 11, 1]
    assert values.tolist() == pytest.approx([0.9, 0.5, 0.3, 0.2])
    assert peaks(heat, 2)[1].tolist() == [3, 8]


def test_repeats_go_and_neighbours_stay() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 10, 10], [8, 0, 18, 10], [30, 30, 30, 30]], np.float32)
    assert without_repeats(boxes, 0.65) == [0, 2, 3]
    assert without_repeats(boxes[:0], 0.65) == []
    assert box_iou(boxes, boxes)[0, 1] == pytest.approx(0.9)
