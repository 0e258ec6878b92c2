"""The loop that a paper's authors write in an afternoon, for `vs_naive_s2v.py`: one frame, one box, one crop at a time.

groundingdino-py, segment-anything and open_clip as their packages compute them, on the same seeded weights as ours. The
definitions of docs/s2v.md are written out here once more, so that equal scores mean something. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import open_clip
import torch
from groundingdino.datasets import transforms
from PIL import Image

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.captions import caption_of
from s2vbench.backbones.clip import ClipImageEncoder
from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.weights import resolve
from s2vbench.plugins import load
from s2vbench.testsets.cases_file import load_cases
from s2vbench.video.decode import open_video

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class Networks:
    """The three packages."""

    def __init__(self, segmenter: str, seed: int, device: str) -> None:
        names = ["grounding_dino_swint_ogc_py", segmenter]
        specs = [load("backbones", name) for name in names]
        weights = resolve(specs, f"seeded:{seed}", allow_unverified=False)
        bank = Bank(weights, device=device)
        self.device = torch.device(device)
        self.detector = bank.network(specs[0].name).model
        self.predictor = bank.network(specs[1].name).predictor()
        self.clip = open_clip.create_model("ViT-B-32-quickgelu", pretrained=None, device=device).eval()
        spec = load("backbones", "clip_vit_b32")
        with torch.device("meta"):
            keys = ClipImageEncoder(**spec.options)
        state = {name: value.float() for name, value in seeded_state(keys, spec, seed).items()}
        self.clip.load_state_dict(state)
        self.clip_transform = open_clip.image_transform(224, is_train=False, mean=MEAN, std=STD)
        self.prepare = transforms.Compose(
            [
                transforms.RandomResize([800], max_size=1333),
                transforms.ToTensor(),
                transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            ]
        )

    def detect(self, image: np.ndarray[Any, Any], nouns: list[str]) -> tuple[Any, Any, Any]:
        """Boxes in pixels, box scores, noun scores."""
        caption = caption_of(nouns)
        pixels, _ = self.prepare(Image.fromarray(image), None)
        answer = self.detector(pixels[None].to(self.device), captions=[caption.text])
        probabilities = answer["pred_logits"][0].sigmoid().cpu().numpy()
        centre = answer["pred_boxes"][0].cpu().numpy()
        height, width = image.shape[:2]
        corners = np.concatenate([centre[:, :2] - centre[:, 2:] / 2, centre[:, :2] + centre[:, 2:] / 2], axis=1)
        spans = [caption.spans[place] for place in caption.index]
        by_noun = np.stack([probabilities[:, span].max(axis=1) for span in spans], axis=1)
        return corners * [width, height, width, height], probabilities.max(axis=1), by_noun

    def mask(self, box: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The mask of one box of the image that was set last."""
        masks, _, _ = self.predictor.predict(box=box, multimask_output=False)
        return np.asarray(masks[0])

    def embed(self, picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The unit feature of one 224 px picture."""
        pixels = (picture.astype(np.float32) / 255 - MEAN) / STD
        tensor = torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None].to(self.device)
        feature = self.clip.encode_image(tensor)[0].cpu().double().numpy()
        return np.asarray(feature / np.linalg.norm(feature))


def small(picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """224 x 224, bicubic."""
    return np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BICUBIC))


def crop(image: np.ndarray[Any, Any], mask: np.ndarray[Any, Any], box: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The box on white, squared."""
    left, top = np.maximum(np.floor(box[:2]), 0).astype(int)
    right, bottom = np.minimum(np.ceil(box[2:]), image.shape[1::-1]).astype(int)
    cut = np.where(mask[top:bottom, left:right, None], image[top:bottom, left:right], 255).astype(np.uint8)
    side = max(cut.shape[:2])
    square = np.full((side, side, 3), 255, np.uint8)
    y, x = (side - cut.shape[0]) // 2, (side - cut.shape[1]) // 2
    square[y : y + cut.shape[0], x : x + cut.shape[1]] = cut
    return small(square)


def background(image: np.ndarray[Any, Any], mask: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The picture without its subjects."""
    return small(np.where(hole_of(mask)[..., None], np.array([round(255 * value) for value in MEAN], np.uint8), image))


def hole_of(mask: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The mask grown by 1 % of the shorter side."""
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(distance <= 0.01 * min(mask.shape)) if mask.any() else mask


def shows_background(image: np.ndarray[Any, Any], mask: np.ndarray[Any, Any]) -> bool:
    """Enough background, and no plain one."""
    outside = ~hole_of(mask)
    return bool(outside.mean() >= 0.10 and (image[outside] @ np.array([0.299, 0.587, 0.114])).std() >= 8)


def literal(networks: Networks, image: np.ndarray[Any, Any], mask: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The background's feature as the paper's sentence reads: a black hole, CLIP's own transform."""
    pixels = networks.clip_transform(Image.fromarray(np.where(mask[..., None], 0, image).astype(np.uint8)))
    feature = networks.clip.encode_image(pixels[None].to(networks.device))[0].cpu().double().numpy()
    return np.asarray(feature / np.linalg.norm(feature))


def reference(networks: Networks, path: Path, noun: str) -> tuple[Any, Any, Any]:
    """Features of a reference's subject, of its background (None where it shows none), and of the literal one."""
    image = np.asarray(Image.open(path).convert("RGB"))
    boxes, scores, by_noun = networks.detect(image, [noun])
    for box_threshold, text_threshold in ((0.35, 0.25), (0.20, 0.20)):
        able = (scores >= box_threshold) & (by_noun[:, 0] >= text_threshold)
        if able.any():
            box = boxes[np.argmax(np.where(able, by_noun[:, 0], -1))]
            networks.predictor.set_image(image)
            mask = networks.mask(box)
            wall = networks.embed(background(image, mask)) if shows_background(image, mask) else None
            return networks.embed(crop(image, mask, box)), wall, literal(networks, image, mask)
    whole = np.ones(image.shape[:2], bool)
    box = np.array([0, 0, image.shape[1], image.shape[0]])
    return networks.embed(crop(image, whole, box)), None, literal(networks, image, whole)


def frame_scores(
    networks: Networks, image: np.ndarray[Any, Any], nouns: list[str], found: list[tuple[Any, Any, Any]]
) -> tuple[list[float | None], float | None, float]:
    """Similarity of each subject (None where missing); 1 - the background's similarity, ours and the literal one."""
    boxes, scores, by_noun = networks.detect(image, nouns)
    kept: set[int] = set()
    for place in range(len(nouns)):
        order = np.argsort(-by_noun[:, place], kind="stable")
        kept.update([i for i in order if scores[i] >= 0.20 and by_noun[i, place] >= 0.20][:8])
    networks.predictor.set_image(image)
    masks = {i: networks.mask(boxes[i]) for i in sorted(kept)}
    accepted = [i for i in sorted(kept) if scores[i] >= 0.35 and by_noun[i].max() >= 0.25]
    similarity: list[float | None] = []
    for place in range(len(nouns)):
        mine = [i for i in accepted if by_noun[i].argmax() == place]
        best = max(mine, key=lambda i: by_noun[i, place]) if mine else None
        similarity.append(
            None if best is None else float(networks.embed(crop(image, masks[best], boxes[best])) @ found[place][0])
        )
    mask = np.any([masks[i] for i in accepted], axis=0) if accepted else np.zeros(image.shape[:2], bool)
    plain = literal(networks, image, mask)
    as_written = 1 - max(float(plain @ reference[2]) for reference in found)
    walls = [reference[1] for reference in found if reference[1] is not None]
    if not accepted or not walls or (~hole_of(mask)).mean() < 0.10:
        return similarity, None, as_written
    wall = networks.embed(background(image, mask))
    return similarity, 1 - max(float(wall @ other) for other in walls), as_written


def main() -> None:
    """Score one case, print what came out and what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--case", required=True)
    parser.add_argument("--stride", type=int, required=True)
    parser.add_argument("--segmenter", default="sam_vit_b")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    case = next(case for case in load_cases(arguments.cases) if case.id == arguments.case)
    nouns = sorted(reference.noun for reference in case.references)
    assert len(set(nouns)) == len(nouns), "one best box a noun"
    networks = Networks(f"{arguments.segmenter}_official", arguments.seed, arguments.device)
    started = time.perf_counter()
    with torch.inference_mode():
        pictures = {entry.noun: arguments.cases.parent / entry.images[0] for entry in case.references}
        found = [reference(networks, pictures[noun], noun) for noun in nouns]
        references_s = time.perf_counter() - started
        frames = np.concatenate(list(open_video(arguments.cases.parent / str(case.video)).open_windows(8)))
        rows = [frame_scores(networks, frame, nouns, found) for frame in frames[:: arguments.stride]]
    never = {k for k in range(len(nouns)) if all(row[0][k] is None for row in rows)}
    consistency = [
        sum(value for value in row[0] if value is not None)
        / sum(value is not None or k in never for k, value in enumerate(row[0]))
        for row in rows
        if any(value is not None for value in row[0])
    ]
    decoupling = [row[1] for row in rows if row[1] is not None]
    answer = {
        "s2v_consistency": float(np.mean(consistency)) if consistency else 0.0,
        "s2v_decoupling": float(np.mean(decoupling)) if decoupling else None,
        "s2v_decoupling_paper_literal": float(np.mean([row[2] for row in rows])),
        "frames": len(rows),
        "seconds": time.perf_counter() - started,
        "reference_seconds": references_s,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if arguments.device != "cpu":
        answer["gpu_mib"] = torch.cuda.max_memory_allocated() // 2**20
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
