"""The pictures of the test set: views of each subject, with masks, as files."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from s2vbench.errors import OutputError
from s2vbench.files import cannot_write
from s2vbench.testsets.perceptual import NEAR_BITS, distance_bits, phash64
from s2vbench.testsets.schema import ImageRow, Synthetic
from s2vbench.types import FramesU8
from s2vbench.world.backdrop import room_behind
from s2vbench.world.cast import TEST_SEEDS
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action, Expression, Pose
from s2vbench.world.places import PLACES
from s2vbench.world.portrait import Portrait, portrait
from s2vbench.world.testset.people import Member
from s2vbench.world.testset.recipe import NAME, SIZE_PX, WEBP_QUALITY, WORLD_VERSION

PLAIN_SHARE = 0.3
_YAWS = {"c1": (-28.0, 28.0), "c2": (35.0, 75.0), "h1": (-78.0, -45.0)}
"""Views are apart: near the front, turned to one side, turned to the other; never so far that flat things vanish."""
_RESTING: tuple[Action, ...] = ("stand", "sit", "wave", "jump", "dance", "look", "bounce", "wobble")


@dataclass(frozen=True)
class View:
    """What one picture shows."""

    image_id: str
    pose: Pose
    place: str | None
    """None for a plain background."""
    place_seed: int
    fill: float


def view_of(member: Member, view_id: str, attempt: int = 0) -> View:
    """What the picture of a view shows; another attempt, another picture."""
    dice = Dice(NAME, "view", member.id, view_id, attempt)
    # One side for all views of a subject, or the held-out view could face where a shown one does.
    side = 1 if Dice(NAME, "side", member.id).chance(0.5) else -1
    able = [action for action in _RESTING if action in member.who.species.actions]
    action: Action = "stand" if view_id == "c1" and dice.chance(0.6) else dice.pick(able)
    expression: Expression = dice.pick(("neutral", "happy", "surprised"))
    plain = dice.chance(PLAIN_SHARE)
    return View(
        f"{member.id}-{view_id}",
        Pose(action, dice.unit(), side * dice.between(*_YAWS[view_id]), expression),
        None if plain else dice.pick(tuple(PLACES)),
        TEST_SEEDS.start + dice.whole(0, (1 << 29) - 1),
        dice.between(0.66, 0.86),
    )


def draw(member: Member, view: View) -> Portrait:
    """The picture of a view, with the subject's mask."""
    background = None if view.place is None else room_behind(view.place, view.place_seed)
    return portrait(member.who, view.pose, SIZE_PX, fill=view.fill, background=background)


def paint_member(member: Member, folder: Path, hashes: list[str]) -> tuple[list[ImageRow], set[str]]:
    """Draw and save every view of a subject; rows, and the places seen in them.

    Args:
        member: the subject.
        folder: of the test set.
        hashes: perceptual hashes of all pictures so far; the new ones are added. A picture that looks like another
            one is drawn differently.

    Raises:
        OutputError: a file cannot be written.
    """
    view_ids = [f"c{number + 1}" for number in range(member.num_images)] + ["h1"] * member.has_heldout
    rows, places = [], set()
    for view_id in view_ids:
        view, drawn, phash = _unlike_others(member, view_id, hashes)
        hashes.append(phash)
        places.update([view.place] if view.place else [])
        rows.append(_save(member, view_id, view, drawn, phash=phash, folder=folder))
    return rows, places


def _unlike_others(member: Member, view_id: str, hashes: list[str]) -> tuple[View, Portrait, str]:
    for attempt in range(40):
        view = view_of(member, view_id, attempt)
        drawn = draw(member, view)
        phash = phash64(_as_saved(drawn.picture_HWC))
        if all(distance_bits(phash, other) > NEAR_BITS for other in hashes):
            return view, drawn, phash
    raise AssertionError(f"{member.id}, view {view_id}: 40 pictures, and each looks like another one of the set")


def webp_bytes(picture_HWC: FramesU8) -> bytes:
    """A picture as WebP: lossy, the same bytes for the same pixels."""
    buffer = io.BytesIO()
    Image.fromarray(picture_HWC).save(buffer, "WEBP", quality=WEBP_QUALITY, method=6)
    return buffer.getvalue()


def _as_saved(picture_HWC: FramesU8) -> FramesU8:
    """What a reader of the file will see."""
    with Image.open(io.BytesIO(webp_bytes(picture_HWC))) as image:
        return np.asarray(image.convert("RGB"))


def _mask_bytes(drawn: Portrait) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.where(drawn.mask_HW, 255, 0).astype(np.uint8)).convert("1").save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _save(member: Member, view_id: str, view: View, drawn: Portrait, *, phash: str, folder: Path) -> ImageRow:
    picture, mask = webp_bytes(drawn.picture_HWC), _mask_bytes(drawn)
    path, mask_path = f"images/{view.image_id}.webp", f"masks/{view.image_id}.png"
    for name, content in ((path, picture), (mask_path, mask)):
        try:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        except OSError as error:
            raise OutputError(cannot_write(folder / name, error)) from error
    x0, y0, x1, y1 = drawn.box
    pose = view.pose
    return ImageRow(
        image_id=view.image_id,
        path=path,
        sha256=hashlib.sha256(picture).hexdigest(),
        phash64=phash,
        width_px=SIZE_PX,
        height_px=SIZE_PX,
        subject_id=member.id,
        view_id=view_id,
        role="heldout" if view_id.startswith("h") else "condition",
        box=(x0, y0, x1, y1),
        mask_path=mask_path,
        mask_sha256=hashlib.sha256(mask).hexdigest(),
        bg_kind="plain" if view.place is None else "natural",
        text_in_image=False,
        source_dataset=NAME,
        author="The s2vbench developers",
        licence_spdx="CC0-1.0",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        redistributable=True,
        synthetic=Synthetic(
            generator="s2vbench.world",
            version=WORLD_VERSION,
            licence="Apache-2.0",
            species=member.noun,
            seed=member.who.seed,
            view={
                "action": pose.action,
                "phase": round(pose.phase, 4),
                "yaw_deg": round(pose.yaw_deg, 1),
                "expression": pose.expression,
                "place": view.place,
                "place_seed": view.place_seed,
            },
        ),
        person_consent="synthetic" if member.kind == "human" else "n/a",
        depicts_minor=False,
        public_figure=False,
    )
