"""One drawn clip with everything that is known about it: what the small networks learn from.

Shape letters: T frames, K subjects, H height, W width, C red, green, blue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from s2vbench.mini.clips_framing import framed
from s2vbench.types import Floats, FramesU8, Staging
from s2vbench.world.acting import act
from s2vbench.world.backdrop import room_behind
from s2vbench.world.cast import TRAINING_SEEDS, Individual
from s2vbench.world.clip import Bools, film
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action, Expression, Pose
from s2vbench.world.improv import CAMERAS, Story, improvise
from s2vbench.world.places import PLACES
from s2vbench.world.portrait import portrait
from s2vbench.world.telling import Name, phrase_of, tell

NUM_FRAMES, HEIGHT_PX, WIDTH_PX, REFERENCE_PX = 9, 128, 224, 128
MOST_SUBJECTS, NUM_REFERENCES = 3, 2
HELD_OUT: Final = 10_000_000
"""Clips from this number on are for measures; their individuals and scenes are in no training."""

Casting = Literal["nobody", "alone", "pair", "twins", "three"]
_CASTINGS: Final[tuple[tuple[Casting, float], ...]] = (
    ("nobody", 0.05), ("alone", 0.35), ("pair", 0.25), ("twins", 0.15), ("three", 0.20),
)  # fmt: skip
_TRIES: Final = 64
"""So many stories are looked through for one with the casting; few have two of one class."""
_AS_ACTED, _NEAR = 0.35, 0.35
"""Shares of clips with the camera where the story puts it, and with subjects that fill the frame."""
_FULL: Final = 0.9
_SOFT: Final = 0.4
"""Share of clips whose scene is out of focus, as in the embedded model's videos."""
_YAWS: Final = ((-28.0, 28.0), (35.0, 75.0), (-78.0, -45.0))
"""Views of references are apart, as in the test set: near the front, to one side, to the other."""
_RESTING: Final[tuple[Action, ...]] = ("stand", "sit", "wave", "jump", "dance", "look", "bounce", "wobble")
_PLAIN_SHARE: Final = 0.3


@dataclass(frozen=True)
class ReferencePicture:
    """One subject in another pose and place than in its clip, as test sets show subjects."""

    picture_HWC: FramesU8
    mask_HW: Bools

    @property
    def rgba_HWC(self) -> FramesU8:
        """The subject alone: transparent where it is not."""
        return np.dstack([self.picture_HWC, np.where(self.mask_HW, 255, 0).astype(np.uint8)])


@dataclass(frozen=True)
class DrawnClip:
    """Frames and the truth about them."""

    frames_THWC: FramesU8
    masks_TKHW: Bools
    boxes_TK4: Floats
    """x0, y0, x1, y1 in pixels; NaN where nothing is seen."""
    visibility_TK: Floats
    """Share of the whole subject that is seen."""
    subjects: tuple[Individual, ...]
    phrases: tuple[str, ...]
    """How prompts may call each subject: its noun, often with adjectives and what it wears."""
    caption: str
    caption_short: str
    fps: float
    scene: str
    """Name of the place."""
    references: tuple[tuple[ReferencePicture, ...], ...]
    """Two of each subject."""


def draw_clip(number: int) -> DrawnClip:
    """The clip of a number, 0 or more: equal numbers, equal clips. Only `TRAINING_SEEDS` are drawn."""
    dice = Dice("mini clip", number)
    fps = dice.pick((8.0, 16.0))
    people, staging = cast_of(number)
    names = {key: _name(who, dice.child("name", key)) for key, who in people.items()}
    caption, caption_short = _captions(staging, names, dice.child("caption"))
    aspect = WIDTH_PX / HEIGHT_PX
    script = act(staging, people, num_frames=NUM_FRAMES, fps=fps, aspect=aspect, seed=number, caption=caption)
    # Always drawn, so that one share changes no other choice.
    near, between = dice.unit(), dice.between(0.5, 1.15)
    soft, blur = dice.unit(), dice.between(0.02, 0.1)
    if near >= _AS_ACTED:
        script = framed(script, aspect, _FULL if near < _AS_ACTED + _NEAR else between)
    if soft < _SOFT:
        script = replace(script, blur=blur / max(camera.zoom for camera in script.cameras))
    clip = film(script, WIDTH_PX, HEIGHT_PX)
    return DrawnClip(
        frames_THWC=clip.frames_THWC,
        masks_TKHW=clip.masks_TKHW,
        boxes_TK4=clip.boxes_TK4,
        visibility_TK=clip.visibility_TK,
        subjects=clip.identities,
        phrases=tuple(name.phrase for name in names.values()),
        caption=caption,
        caption_short=caption_short,
        fps=fps,
        scene=staging.scene,
        references=tuple(references_of(who, dice.child("references", key)) for key, who in people.items()),
    )


def cast_of(number: int) -> tuple[dict[str, Individual], Staging]:
    """Who is in the clip of a number, and what happens there."""
    dice = Dice("mini casting", number)
    wanted = _casting(dice.unit())
    if wanted == "nobody":
        seed = TRAINING_SEEDS.start + dice.whole(0, len(TRAINING_SEEDS) - 1)
        return {}, Staging(scene=dice.pick(tuple(PLACES)), scene_seed=seed, camera=dice.pick(CAMERAS))
    most = {"alone": 1, "pair": 2, "twins": 2, "three": 3}[wanted]
    stories = (improvise(number * _TRIES + attempt, most_subjects=most) for attempt in range(_TRIES))
    story = next((story for story in stories if _casting_of(story) == wanted), None)
    story = story or improvise(number * _TRIES, most_subjects=most)
    return story.people, story.staging


def _casting(chance: float) -> Casting:
    for casting, share in _CASTINGS:
        if chance < share:
            return casting
        chance -= share
    return _CASTINGS[-1][0]


def _casting_of(story: Story) -> Casting:
    nouns = [who.noun for who in story.people.values()]
    if len(nouns) == 2:
        return "twins" if nouns[0] == nouns[1] else "pair"
    return "three" if len(nouns) == 3 else "alone"


def _name(who: Individual, dice: Dice) -> Name:
    count = dice.pick((0, 0, 1, 1, 2))
    return Name(who.noun, phrase_of(who.noun, who.words()[:count]), who.kind != "object", who.words())


def _captions(staging: Staging, names: Mapping[str, Name], dice: Dice) -> tuple[str, str]:
    """A caption of some length, and a short one."""
    if not names:
        text = f"There is nobody {PLACES[staging.scene].phrase}."
        return text, text
    # The longest may not fit for three subjects.
    band = dice.pick(("short", "medium", "long"))
    return tell(staging, names, dice.child("text"), band).text, tell(staging, names, dice.child("short"), "short").text


def references_of(who: Individual, dice: Dice) -> tuple[ReferencePicture, ...]:
    """Pictures of a subject in views that are apart, drawn as those of test sets are."""
    side = 1 if dice.chance(0.5) else -1
    return tuple(_reference(who, yaws, side, dice.child(*map(str, yaws))) for yaws in dice.some(_YAWS, NUM_REFERENCES))


def _reference(who: Individual, yaws: tuple[float, float], side: int, dice: Dice) -> ReferencePicture:
    able = [action for action in _RESTING if action in who.species.actions]
    action: Action = "stand" if dice.chance(0.4) else dice.pick(able)
    expression: Expression = dice.pick(("neutral", "happy", "surprised"))
    pose = Pose(action, dice.unit(), side * dice.between(*yaws), expression)
    place, seed = dice.pick(tuple(PLACES)), TRAINING_SEEDS.start + dice.whole(0, len(TRAINING_SEEDS) - 1)
    background = None if dice.chance(_PLAIN_SHARE) else room_behind(place, seed)
    drawn = portrait(who, pose, REFERENCE_PX, fill=dice.between(0.66, 0.86), background=background)
    return ReferencePicture(drawn.picture_HWC, drawn.mask_HW)
