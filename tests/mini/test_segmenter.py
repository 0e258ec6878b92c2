"""The segmenter's recipe: what it is shown, that it learns, and what its measures say."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from s2vbench.backbones.mini.detector import MiniDetector
from s2vbench.backbones.mini.segmenter import SIDE_PX, MiniSegmenter
from s2vbench.backbones.protocols import Detections, Segments
from s2vbench.mini import segmenter_measures as measures
from s2vbench.mini.clips import HELD_OUT, ClipBank, draw_shard
from s2vbench.mini.segmenter import loss_of, main
from s2vbench.mini.segmenter_samples import draw_batch
from s2vbench.types import Floats, FramesU8


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> ClipBank:
    folder = tmp_path_factory.mktemp("bank")
    draw_shard(0, folder, 8)
    return ClipBank(folder)


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> ClipBank:
    folder = tmp_path_factory.mktemp("held-out")
    draw_shard(HELD_OUT, folder, 8)
    return ClipBank(folder, held_out=True)


def test_a_step_is_a_function_of_its_number(bank: ClipBank) -> None:
    again = [draw_batch(bank, 6, 0, 5) for _ in range(2)]
    assert all(torch.equal(a, b) for a, b in zip(*again, strict=True))
    squares, outlines = again[0]
    assert squares.shape == (6, 4, SIDE_PX, SIDE_PX)
    assert outlines.shape == (6, SIDE_PX, SIDE_PX)
    assert not torch.equal(squares, draw_batch(bank, 6, 0, 6)[0])


def test_outlines_lie_mostly_in_their_boxes(bank: ClipBank) -> None:
    squares, outlines = draw_batch(bank, 40, 0, 1)
    inside, outline = squares[:, 3] > 127, outlines > 127
    share = (inside & outline).sum((1, 2)) / outline.sum((1, 2)).clamp(min=1)
    assert share.mean() > 0.93
    assert (outline.sum((1, 2)) > 0).all()


def test_it_learns(bank: ClipBank) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = MiniSegmenter(widths=(8, 16, 16, 24)).train()
    batch = draw_batch(bank, 8, 0, 1)
    optimiser = torch.optim.AdamW(network.parameters(), lr=6e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


class TrueBoxes:
    """Boxes of the clip's own truth, wherever the picture is known; of a class no matter which."""

    def __init__(self, bank: ClipBank) -> None:
        self.boxes = {clip.frames_THWC[i % 9].tobytes(): clip.boxes_TK4[i % 9] for i, clip in enumerate(bank)}

    def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        found = []
        for image in images:
            boxes = self.boxes.get(image.tobytes(), np.zeros((0, 4), np.float32))
            boxes = boxes[np.isfinite(boxes).all(axis=1)]
            scores = np.ones((len(boxes), len(phrases)), np.float32)
            found.append(Detections(boxes, np.ones(len(boxes), np.float32), scores))
        return found


class Filling:
    """A segmenter that fills the box, and says how much of it it believes in."""

    def segment(self, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        found = []
        for image, boxes_N4 in zip(images, boxes, strict=True):
            masks = np.zeros((len(boxes_N4), *image.shape[:2]), np.bool_)
            for mask, (x0, y0, x1, y1) in zip(masks, boxes_N4.astype(int), strict=True):
                mask[y0:y1, x0:x1] = True
            found.append(Segments(masks, boxes_N4[:, 0] / 1000))
        return found


def test_measures_of_boxes_instead_of_masks(held_out: ClipBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "CHOOSING", 0)
    found = measures.measure(Filling(), TrueBoxes(held_out), held_out, 8)
    sharp = found["sharp"]
    expected = []
    for index, clip in enumerate(held_out):
        frame = index % 9
        boxes, visible = clip.boxes_TK4[frame], clip.visibility_TK[frame]
        for k in np.flatnonzero((visible >= 0.35) & ((boxes[:, 2:] - boxes[:, :2]).min(axis=1) >= 8)):
            x0, y0, x1, y1 = boxes[k].astype(int)
            expected.append(clip.masks_TKHW[frame, k].sum() / ((x1 - x0) * (y1 - y0)))
    assert sharp["mask IoU in true boxes"]["n"] == len(expected)
    assert sharp["mask IoU in true boxes"]["value"] == pytest.approx(np.mean(expected))
    # Blurred pictures are unknown to it.
    assert found["blurred to 64 px"]["mask IoU in detected boxes"] == {"value": None, "n": 0}
    assert sharp["mask IoU in detected boxes"]["value"] == pytest.approx(np.mean(expected), abs=1e-6)


def test_mask_iou() -> None:
    a, b = np.zeros((2, 4), np.bool_), np.zeros((2, 4), np.bool_)
    assert measures.mask_iou(a, b) == 1
    a[0, :3] = b[0, 1:] = True
    assert measures.mask_iou(a, b) == 0.5


def test_the_commands_train_and_measure(
    bank: ClipBank, held_out: ClipBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: object) -> None:
        monkeypatch.setattr(sys, "argv", ["segmenter", *map(str, arguments)])
        main()

    monkeypatch.setattr(measures, "CHOOSING", 2)
    save_file(MiniDetector().state_dict(), tmp_path / "detector.safetensors")
    report = tmp_path / "segmenter.json"
    run("train", bank.folder, tmp_path / "out", "--steps", 2, "--batch", 4, "--threads", 1)
    run("measure", tmp_path / "out", held_out.folder, "--detector", tmp_path / "detector.safetensors", "--json", report)
    content = json.loads(report.read_text())
    assert content["network"] == "mini_segmenter"
    assert 0 <= content["measures"]["sharp"]["mask IoU in true boxes"]["value"] < 1
