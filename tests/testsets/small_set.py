"""A small test set in a folder: two cats that look apart, a mug, held-out views, masks, two cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from s2vbench.files import sha256_of_file
from s2vbench.testsets.facts import picture_facts
from s2vbench.testsets.schema import CaseRow, ImageRow, Manifest, SubjectRow
from s2vbench.testsets.writer import write_testset

SIDE_PX = 96
VIEWS = {
    "tom-front": ("tom", "condition"),
    "tom-side": ("tom", "condition"),
    "tom-away": ("tom", "heldout"),
    "kit-front": ("kit", "condition"),
    "kit-away": ("kit", "heldout"),
    "mug-front": ("mug", "condition"),
}
"""Image -> its subject and role."""


def picture(seed: int) -> Image.Image:
    """Blocks of colour that no other seed has."""
    blocks_HWC = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(blocks_HWC).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)


def mask() -> Image.Image:
    """A disc."""
    drawn = Image.new("L", (SIDE_PX, SIDE_PX), 0)
    ImageDraw.Draw(drawn).ellipse((20, 20, 75, 75), fill=255)
    return drawn


def image_row(folder: Path, image_id: str, **changes: Any) -> ImageRow:
    """The row of `images/<image_id>.png`, with its mask where there is one."""
    facts = picture_facts(folder / f"images/{image_id}.png")
    subject_id, role = VIEWS.get(image_id, (None, "condition"))
    mask_path = f"masks/{image_id}.png"
    has_mask = (folder / mask_path).is_file()
    values = {
        "image_id": image_id,
        "path": f"images/{image_id}.png",
        "sha256": facts.sha256,
        "phash64": facts.phash64,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "subject_id": subject_id,
        "role": role,
        "mask_path": mask_path if has_mask else None,
        "mask_sha256": sha256_of_file(folder / mask_path) if has_mask else None,
        "licence_spdx": "CC0-1.0",
        "redistributable": True,
        "person_consent": "n/a",
        "depicts_minor": False,
        "public_figure": False,
        "synthetic": {"generator": "test", "version": "1", "species": "cat", "seed": 7}
        if subject_id == "tom"
        else None,
    }
    return ImageRow.model_validate(values | changes)


def draw(folder: Path) -> list[ImageRow]:
    """Put pictures and masks into the folder and give their rows."""
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    for seed, image_id in enumerate(VIEWS):
        picture(seed).save(folder / f"images/{image_id}.png")
        if image_id.startswith("tom"):
            mask().save(folder / f"masks/{image_id}.png")
    return [image_row(folder, image_id) for image_id in VIEWS]


def subject_rows() -> list[SubjectRow]:
    """Two cats, each the other's distractor, and a mug."""
    return [
        SubjectRow(subject_id="tom", category="animal", class_noun="cat", phrase="tabby cat", distractor_ids=("kit",)),
        SubjectRow(subject_id="kit", category="animal", class_noun="cat", distractor_ids=("tom",)),
        SubjectRow(subject_id="mug", category="object", class_noun="mug", phrase="blue mug"),
    ]


def case_rows() -> list[CaseRow]:
    """One case of one subject and one of three."""
    alone = "A tabby cat sleeps on a mat."
    together = "A tabby cat, another cat and a blue mug stand on a table."
    return [
        CaseRow.model_validate(
            {
                "case_id": "alone",
                "combo": "animal",
                "n_subjects": 1,
                "refs": [{"subject_id": "tom", "image_ids": ["tom-front", "tom-side"], "heldout_ids": ["tom-away"]}],
                "prompt": alone,
                "subject_spans": [{"subject_id": "tom", "start": 2, "end": 11}],
                "seeds": [0, 1],
                "tags": ["easy"],
                "staging": {"scene": "kitchen", "actions": [{"subject_id": "tom", "action": "sleep"}]},
            }
        ),
        CaseRow.model_validate(
            {
                "case_id": "together",
                "splits": ["full", "small"],
                "combo": "animal+animal+object",
                "n_subjects": 3,
                "refs": [
                    {"subject_id": "tom", "image_ids": ["tom-front"], "expected_count": 1},
                    {"subject_id": "kit", "image_ids": ["kit-front"], "heldout_ids": ["kit-away"]},
                    {"subject_id": "mug", "image_ids": ["mug-front"]},
                ],
                "prompt": together,
                "same_class_pair": True,
                "duration_s": 2.5,
                "aspect": "16:9",
            }
        ),
    ]


def make(folder: Path) -> Manifest:
    """Write the whole test set."""
    return rewrite(folder, draw(folder))


def rewrite(
    folder: Path,
    images: list[ImageRow],
    subjects: list[SubjectRow] | None = None,
    cases: list[CaseRow] | None = None,
) -> Manifest:
    """Write rows beside pictures that are there."""
    return write_testset(
        folder,
        name="small",
        version="1.0",
        licence="CC0-1.0",
        generator="tests",
        images=images,
        subjects=subject_rows() if subjects is None else subjects,
        cases=case_rows() if cases is None else cases,
    )
