"""The detector's recipe: what it is shown, what it is trained to, that it learns, and what its measures say."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from s2vbench.backbones.mini.detector import STRIDE_PX, Maps, MiniDetector
from s2vbench.backbones.mini.phrases import PADDING
from s2vbench.backbones.protocols import Detections
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.mini import detector_measures as measures
from s2vbench.mini.clips import HELD_OUT, ClipBank, draw_shard
from s2vbench.mini.detector import PLAN, main, policy_of
from s2vbench.mini.detector_losses import centre_loss, edge_loss, generalised_iou, loss_of, meaning_loss, nearness
from s2vbench.mini.detector_samples import SHAPES, STRANGERS, draw_batch, draw_sample, nouns
from s2vbench.types import FramesU8

POLICY = SubjectPolicy(box_threshold=0.5, text_threshold=0.5)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> ClipBank:
    folder = tmp_path_factory.mktemp("bank")
    draw_shard(0, folder, 8)
    return ClipBank(folder)


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> ClipBank:
    folder = tmp_path_factory.mktemp("held-out")
    draw_shard(HELD_OUT, folder, 12)
    return ClipBank(folder, held_out=True)


def test_a_step_is_a_function_of_its_number(bank: ClipBank) -> None:
    again = [draw_batch(bank, 4, 0, 5) for _ in range(2)]
    assert all(torch.equal(a, b) for a, b in zip(*again, strict=True))
    assert not torch.equal(again[0][4], draw_batch(bank, 4, 0, 6)[4])
    pictures, boxes, kinds, regions, rows = again[0]
    assert pictures.shape[:2] == (4, 3)
    assert tuple(pictures.shape[2:]) in SHAPES
    assert boxes.shape == (4, 3, 4)
    assert regions.shape == (4, 4, 4)
    assert kinds.shape == (4, 3)
    assert len(rows) == len(nouns()) + STRANGERS
    assert (rows[:, 0] != PADDING).all()


def test_boxes_lie_in_the_picture_and_kinds_name_the_clip(bank: ClipBank) -> None:
    random, shape = np.random.default_rng(1), (112, 192)
    known = {nouns().index(who.noun) for clip in bank for who in clip.subjects}
    met = set()
    for _ in range(40):
        picture, boxes, kinds, regions = draw_sample(bank, shape, random)
        assert picture.shape == (*shape, 3)
        there = kinds != -1
        assert (boxes[there, 2:] > boxes[there, :2]).all()
        assert boxes.min() >= 0
        assert (boxes[:, 2:] <= [192, 112]).all()
        met |= set(kinds[kinds >= 0].tolist())
        # The last region is of nothing.
        assert measures.box_iou(regions[3:], boxes[kinds >= 0]).max(initial=0) < 0.16
    assert met
    assert met <= known


def perfect_maps(boxes_NK4: torch.Tensor, kinds_NK: torch.Tensor, size: tuple[int, int]) -> Maps:
    near = nearness(boxes_NK4, kinds_NK, size)
    owner = near.max(1).indices
    rows, columns = ((torch.arange(side) + 0.5) * STRIDE_PX for side in size)
    box = torch.stack([boxes_NK4[n][owner[n]] for n in range(len(boxes_NK4))])
    x, y = columns.expand(size), rows[:, None].expand(size)
    edges = torch.stack([x - box[..., 0], y - box[..., 1], box[..., 2] - x, box[..., 3] - y], 1)
    heat = torch.where(near.amax(1) == 1, 9.0, -9.0)
    return Maps(heat, edges, torch.zeros(1), torch.zeros(1))


def test_right_answers_cost_nothing_and_others_cost_more() -> None:
    boxes = torch.tensor([[[20.0, 12, 60, 92], [100, 30, 150, 70], [0, 0, 0, 0]]])
    kinds = torch.tensor([[3, 3, -1]])
    maps = perfect_maps(boxes, kinds, (28, 48))
    near = nearness(boxes, kinds, (28, 48))
    assert (near == 1).sum() == 2
    assert float(edge_loss(maps, near, boxes)) < 1e-5
    right = float(centre_loss(maps.heat_NHW, near, boxes, kinds))
    missed = float(centre_loss(torch.full_like(maps.heat_NHW, -9.0), near, boxes, kinds))
    extra = maps.heat_NHW.clone()
    extra[0, 25, 25] = 9.0
    assert right < 0.01
    assert missed > 5
    assert float(centre_loss(extra, near, boxes, kinds)) > 2
    # Where somebody is hardly seen, finding it is no mistake.
    boxes[0, 2], kinds[0, 2] = torch.tensor([96.0, 96, 108, 108]), -2
    assert float(centre_loss(extra, near, boxes, kinds)) < 0.01


def test_generalised_iou() -> None:
    a = torch.tensor([[0.0, 0, 2, 2], [0, 0, 1, 1], [0, 0, 4, 4]])
    b = torch.tensor([[0.0, 0, 2, 2], [3, 0, 4, 1], [0, 0, 2, 4]])
    assert generalised_iou(a, b).tolist() == pytest.approx([1, -0.5, 0.5])


def test_the_meant_phrase_is_cheap_and_background_means_none() -> None:
    kinds = torch.tensor([[1, -1, -2]])
    logits = torch.full((1, 4, 3), -9.0)
    logits[0, 0, 1] = 9.0
    assert float(meaning_loss(logits, kinds)) < 0.01
    # What nobody or hardly anybody is may look like anything; what is background may not.
    logits[0, 1:3] = 9.0
    assert float(meaning_loss(logits, kinds)) < 0.01
    logits[0, 3, 0] = 9.0
    assert float(meaning_loss(logits, kinds)) > 5


def test_it_learns(bank: ClipBank) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = MiniDetector(widths=(8, 16, 24, 32), blocks=(1, 1, 1), features=32).train()
    batch = draw_batch(bank, 8, 0, 1)
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


class Knowing:
    """A detector that reads the answers, and changes them."""

    def __init__(self, bank: ClipBank, *, repeats: int = 1, blind: bool = False, shift: int = 0) -> None:
        self.repeats, self.blind, self.shift = repeats, blind, shift
        self.answers = {}
        for index in range(len(bank)):
            clip = bank[index]
            boxes, there = clip.boxes_TK4[index % 9], np.isfinite(clip.boxes_TK4[index % 9]).all(axis=1)
            kinds = np.array([nouns().index(who.noun) for who in clip.subjects], np.int64)
            self.answers[clip.frames_THWC[index % 9].tobytes()] = boxes[there], kinds[there]

    def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        assert list(phrases) == list(nouns())
        found = []
        for image in images:
            boxes, kinds = self.answers.get(image.tobytes(), (np.zeros((0, 4), np.float32), np.zeros(0, np.int64)))
            boxes, kinds = np.repeat(boxes, self.repeats, 0), np.repeat(kinds, self.repeats)
            if self.blind:
                boxes, kinds = boxes[:0], kinds[:0]
            scores = np.eye(len(nouns()), dtype=np.float32)[(kinds + self.shift) % len(nouns())]
            found.append(Detections(boxes, np.full(len(boxes), 0.9, np.float32), scores))
        return found


def frames_of(detector: Knowing, bank: ClipBank) -> list[measures.Judged]:
    return list(measures.judged_frames(detector, bank, range(len(bank)), None))


def test_measures_of_one_who_knows(held_out: ClipBank) -> None:
    judged = frames_of(Knowing(held_out), held_out)
    assert measures.f1_of(judged, 0.5, 0.5) == 1
    assert measures.average_precision(judged)["value"] == pytest.approx(1)
    found = measures.frame_measures([*judged, *judged], POLICY)
    assert found["recall"]["value"] == found["precision"]["value"] == 1
    assert found["class of a found box among all"]["value"] == 1
    assert found["a class that is not there: seen nowhere"]["value"] == 1
    crowds = sum(found[f"subjects: {crowd}"]["recall"]["n"] for crowd in (1, 2, 3))
    framings = sum(found[f"framing: {framing}"]["recall"]["n"] for framing in ("far", "middle", "near"))
    assert crowds == framings == found["recall"]["n"]


def test_measures_of_one_who_sees_double_or_nothing_or_other_things(held_out: ClipBank) -> None:
    double = frames_of(Knowing(held_out, repeats=2), held_out)
    found = measures.frame_measures([*double, *double], POLICY)
    assert found["recall"]["value"] == 1
    assert found["precision"]["value"] == pytest.approx(0.5, abs=0.05)
    blind = frames_of(Knowing(held_out, blind=True), held_out)
    assert measures.f1_of(blind, 0.5, 0.5) == measures.average_precision(blind)["value"] == 0
    wrong = frames_of(Knowing(held_out, shift=1), held_out)
    assert measures.f1_of(wrong, 0.5, 0.5) < 0.2
    assert measures.average_precision(wrong)["value"] == pytest.approx(1)


def test_thresholds_are_chosen_below_the_scores_of_what_is_right(held_out: ClipBank) -> None:
    chosen = measures.choose(Knowing(held_out), held_out)
    assert 0 < chosen["box_threshold"] < 0.9
    # Blurred frames are unknown to it, so half of what is there is missed.
    assert chosen["f1"] == pytest.approx(2 / 3, abs=0.02)


def test_references_are_found_by_their_noun(held_out: ClipBank) -> None:
    class Whole:
        def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
            box = np.array([[12, 12, 116, 116], [0, 0, 9, 9]], np.float32)
            scores = np.array([[0.9] * len(phrases), [0.95] * len(phrases)], np.float32)
            return [Detections(box, np.array([0.9, 0.1], np.float32), scores) for _ in images]

    judged = list(measures.judged_references(Whole(), held_out, range(len(held_out))))
    found = measures.reference_measures(judged, POLICY)
    assert found["found"]["n"] == sum(bool(clip.subjects) for clip in held_out)
    assert found["found"]["value"] > 0.4
    assert found["box IoU where found"]["value"] > 0.5


def test_the_policy_is_the_profiles() -> None:
    assert policy_of("mini").min_side_px == 8
    assert PLAN.steps > 1000


def test_clips_for_thresholds_are_not_measured(held_out: ClipBank, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[range] = []
    monkeypatch.setattr(measures, "CHOOSING", 5)
    monkeypatch.setattr(measures, "judged_frames", lambda *given: seen.append(given[2]) or iter(()))
    monkeypatch.setattr(measures, "judged_references", lambda *_: iter(()))
    monkeypatch.setattr(measures, "frame_measures", lambda *_: {})
    monkeypatch.setattr(measures, "reference_measures", lambda *_: {})
    measures.measure(Knowing(held_out), held_out, 1000, POLICY)
    assert seen == [range(5, 12), range(5, 12)]


def test_the_commands_train_choose_and_measure(
    bank: ClipBank,
    held_out: ClipBank,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*arguments: object) -> None:
        monkeypatch.setattr(sys, "argv", ["detector", *map(str, arguments)])
        main()

    monkeypatch.setattr(measures, "CHOOSING", 2)
    report = tmp_path / "detector.json"
    run("train", bank.folder, tmp_path / "out", "--steps", 2, "--batch", 2, "--threads", 1)
    capsys.readouterr()
    run("choose", tmp_path / "out", held_out.folder)
    assert [line.split(" = ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "box_threshold", "text_threshold", "keep_threshold", "f1", "frames",
    ]  # fmt: skip
    run("measure", tmp_path / "out", held_out.folder, "--json", report)
    content = json.loads(report.read_text())
    assert content["network"] == "mini_detector"
    assert content["training"]["steps"] == "2"
    assert content["measures"]["sharp"]["recall"]["n"] > 5
