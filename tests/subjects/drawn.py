"""Clips drawn subject by subject, with cases files and truth files that say where everything is.

Subjects and backgrounds are textures whose pixels a lossless video keeps as they are, so that a subject in a frame and
the same subject in a reference picture are equal to the bit.
"""

from __future__ import annotations

import colorsys
import functools
import itertools
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

import s2vbench
from s2vbench.types import FramesU8, Score
from s2vbench.video.decode import open_video
from s2vbench.video.encode import write_video
from tests import tiny
from tests.video.drawn import outline, texture

Mask = npt.NDArray[np.bool_]
Seen = Mapping[str, Mask | Sequence[Mask]]
"""One frame: name -> where it is, or where each of several is."""

HEIGHT_PX, WIDTH_PX, SIDE_PX, FPS = 160, 256, 80, 8
SCENES, SUBJECTS = 12, 6

METRICS = [
    "s2v_consistency",
    "s2v_decoupling",
    "s2v_consistency_paper_literal",
    "s2v_decoupling_paper_literal",
    "s2v_decoupling_centered",
    "presence_recall",
    "all_present_rate",
    "bound_identity",
    "binding_margin",
    "collapse_rate",
    "duplication_rate",
    "extra_subject_rate",
    "copy_paste_angular",
    "copy_paste_geometric",
    "copy_paste_temporal",
    "background_leak",
    "identity_drift",
    "first_frame_flash",
    "scale_jump_rate",
    "subject_motion",
    "face_identity",
]
"""Every metric about subjects."""


def through_video(frames_THWC: FramesU8) -> FramesU8:
    """What a lossless video keeps of frames: RGB becomes YUV and back, which moves levels by up to 2."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_video(Path(folder) / "a.mp4", frames_THWC, fps=FPS, lossless=True)
        return np.concatenate(list(open_video(path).open_windows(8)))


def kept(pictures_NHWC: FramesU8) -> FramesU8:
    """The nearest pixels that a lossless video keeps as they are.

    Each pixel by itself: whatever is put together from kept pixels is kept too.
    """
    for _ in range(3):
        pictures_NHWC = through_video(pictures_NHWC)
    assert np.array_equal(through_video(pictures_NHWC), pictures_NHWC)
    return pictures_NHWC


@functools.cache
def _textures() -> FramesU8:
    scenes = [texture(HEIGHT_PX, WIDTH_PX, seed) for seed in range(SCENES)]
    # Finer, so that small subjects have keypoints enough.
    subjects = [texture(2 * HEIGHT_PX, 2 * WIDTH_PX, SCENES + number)[::2, ::2] for number in range(SUBJECTS)]
    return kept(np.stack(scenes + subjects))


@functools.cache
def wallpaper(hue: float) -> FramesU8:
    """A background of one fine pattern in one colour: all of its patches are alike."""
    colour = 255 * np.array(colorsys.hsv_to_rgb(hue, 0.5, 0.6))
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    checks = 40.0 * ((y // 4 + x // 4) % 2 * 2 - 1)
    return kept((colour + checks[..., None]).clip(0, 255).astype(np.uint8)[None])[0]


def scene(number: int) -> FramesU8:
    """A background."""
    assert 0 <= number < SCENES
    return _textures()[number]


@dataclass(frozen=True)
class Drawn:
    """A subject: pixels (S, S, 3) and where in them it is."""

    pixels_SSC: FramesU8
    mask_SS: Mask


def subject(number: int, side_px: int = SIDE_PX) -> Drawn:
    """A textured subject with an outline of its own."""
    assert 0 <= number < SUBJECTS
    return Drawn(_textures()[SCENES + number][:side_px, :side_px], outline(side_px, seed=number))


def pasted(scene_HWC: FramesU8, drawn: Drawn, x: int, y: int) -> tuple[FramesU8, Mask]:
    """The picture with the subject's corner at (x, y), pixel for pixel, and the subject's mask."""
    picture, mask = scene_HWC.copy(), np.zeros(scene_HWC.shape[:2], bool)
    height, width = drawn.mask_SS.shape
    mask[y : y + height, x : x + width] = drawn.mask_SS
    picture[y : y + height, x : x + width][drawn.mask_SS] = drawn.pixels_SSC[drawn.mask_SS]
    return picture, mask


def box_of(mask: Mask) -> list[int]:
    """x0, y0, x1, y1 of the pixels in a mask."""
    y, x = np.nonzero(mask)
    return [int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1]


def runs_of(mask: Mask) -> list[int]:
    """Run lengths of a mask row by row, pixels outside first."""
    runs = [(value, len(list(group))) for value, group in itertools.groupby(mask.ravel().tolist())]
    return ([0] if runs[0][0] else []) + [length for _, length in runs]


def truth_of(seen: Sequence[Seen] | Mapping[int, Seen]) -> dict[str, Any]:
    """The content of a truth file."""

    def instances(masks: Mask | Sequence[Mask]) -> list[dict[str, Any]]:
        several = [masks] if isinstance(masks, np.ndarray) else masks
        return [{"box": box_of(m), "mask": {"size": list(m.shape), "counts": runs_of(m)}} for m in several]

    frames = seen.items() if isinstance(seen, Mapping) else enumerate(seen)
    return {"frames": {str(t): {name: instances(masks) for name, masks in of.items()} for t, of in frames}}


View = tuple[FramesU8, Mask | None]
"""A reference picture, and where the subject is in it."""


@dataclass
class Testset:
    """A folder with clips, references, truth and one cases file."""

    folder: Path
    cases: list[dict[str, Any]] = field(default_factory=list)
    __test__ = False

    def add(
        self,
        case: str,
        frames: FramesU8 | Sequence[FramesU8],
        seen: Sequence[Seen] | Mapping[int, Seen],
        references: Sequence[dict[str, Any]],
        **more: Any,
    ) -> FramesU8:
        """Write the clip and its truth; the frames as they are read from the file."""
        path = write_video(self.folder / f"{case}.mp4", frames, fps=FPS, lossless=True)
        read = np.concatenate(list(open_video(path).open_windows(8)))
        assert np.array_equal(read, np.stack(list(frames))), "the video does not keep the drawn pixels"
        (self.folder / f"{case}.truth.json").write_text(json.dumps(truth_of(seen)))
        self.cases.append({"id": case, "prompt": "x", "video": path.name, "references": list(references)} | more)
        return read

    def reference(
        self,
        name: str,
        views: Sequence[View],
        *,
        heldout: Sequence[View] = (),
        distractors: Sequence[View] = (),
        noun: str = "",
        kind: str = "object",
        **more: Any,
    ) -> dict[str, Any]:
        """Write a reference's pictures: condition views with mask files, others cut out with transparency."""
        images = [self._picture(picture) for picture, _ in views]
        masks = ["" if mask is None else self._picture(mask.astype(np.uint8) * 255) for _, mask in views]
        return {
            "id": name,
            "noun": noun or name,
            "kind": kind,
            "images": images,
            "masks": masks,
            "heldout": [self._cut_out(view) for view in heldout],
            "distractors": [self._cut_out(view) for view in distractors],
        } | more

    def null_cases(self, backgrounds: Sequence[FramesU8]) -> list[View]:
        """Cases that are not scored; the backgrounds of their references, returned, say what chance looks like."""
        views = [pasted(background, subject(5), 8, 8) for background in backgrounds]
        for number, view in enumerate(views):
            case = {"id": f"null-{number}", "prompt": "x", "video": "none.mp4"}
            self.cases.append(case | {"references": [self.reference("thing", [view])]})
        return list(views)

    def _picture(self, picture: FramesU8) -> str:
        # Named by number: what a file is called says nothing.
        name = f"picture-{len(list(self.folder.glob('picture-*')))}.png"
        Image.fromarray(picture).save(self.folder / name)
        return name

    def _cut_out(self, view: View) -> str:
        picture, mask = view
        alpha = np.full(picture.shape[:2], 255, np.uint8) if mask is None else mask.astype(np.uint8) * 255
        return self._picture(np.dstack([picture, alpha]))

    def write(self) -> Path:
        """The cases file."""
        path = self.folder / "cases.json"
        path.write_text(json.dumps(self.cases, indent=1))
        return path

    def score(self, metrics: Sequence[str] = METRICS, **options: Any) -> Scores:
        """Every case but the null ones, through the truth files beside the clips."""
        only = [case["id"] for case in self.cases if not case["id"].startswith("null-")]
        return score(self.write(), metrics, **({"truth": self.folder, "only": only} | options))


@dataclass(frozen=True)
class Scores:
    """Records by case and metric."""

    rows: dict[tuple[str, str], Score]

    def __getitem__(self, case_and_metric: tuple[str, str]) -> Score:
        return self.rows[case_and_metric]

    def value(self, case: str, metric: str) -> float:
        """The number; the record must have one."""
        row = self.rows[case, metric]
        assert row.outcome == "ok", f"{case}, {metric}: {row.outcome}, {row.reason}"
        assert row.value is not None
        return row.value

    def values(self, case: str) -> dict[str, float | str | None]:
        """Metric -> number, or the reason why there is none."""
        return {
            name: row.reason if row.value is None else row.value
            for (id_, name), row in self.rows.items()
            if id_ == case
        }

    def reason(self, case: str, metric: str) -> str:
        """Why the metric does not apply."""
        row = self.rows[case, metric]
        assert row.outcome == "not_applicable", f"{case}, {metric}: {row.outcome}, {row.value}, {row.reason}"
        return str(row.reason)


def score(cases: Path, metrics: Sequence[str] = METRICS, *, cache: Path | None = None, **options: Any) -> Scores:
    """Score with the tiny networks, with a cache of this call's own where none is given."""
    defaults = {"profile": tiny.PROFILE, "weights": "seeded:1", "device": "cpu"}
    # Fixtures of a module run before those that give every test a home of its own.
    with tempfile.TemporaryDirectory() as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("S2VBENCH_CACHE", str(cache or own))
        patch.delenv("S2VBENCH_WEIGHTS", raising=False)
        records = s2vbench.score(cases=cases, metrics=list(metrics), **(defaults | options))
    return Scores({(record.case, record.metric): record for record in records})
