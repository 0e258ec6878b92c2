"""Training examples without end from the rendered world: new individuals, scenes and stories for every number.

All is drawn from `TRAINING_SEEDS`; no test set and no control video is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from s2vbench.kaleido.data.framing import close_up
from s2vbench.kaleido.data.sample import Sample
from s2vbench.types import FramesU8
from s2vbench.world.backdrop import room_behind
from s2vbench.world.cast import TRAINING_SEEDS, Individual
from s2vbench.world.clip import Clip, Script, Stage, film
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action, Expression, Pose
from s2vbench.world.improv import improvised_script
from s2vbench.world.places import PLACES
from s2vbench.world.portrait import portrait

PORTRAIT_PX: Final = 128
PLAIN_SHARE: Final = 0.3
"""How many cross-paired references have a plain background; as in the test set."""
_MOST_SUBJECTS: Final = (1, 2, 2, 3, 3)
"""Drawn from, so that about half of the clips have one subject, a third two, an eighth three."""
_RESTING: Final[tuple[Action, ...]] = ("stand", "sit", "wave", "jump", "dance", "look", "bounce", "wobble")
_MARGIN: Final = 0.15
_FINER: Final = 3


@dataclass(frozen=True)
class WorldSamples:
    """Drawn training examples, each a pure function of its number.

    Args:
        num_frames: of each clip.
        height_px: of each clip.
        width_px: of each clip.
        fps: frames a second.
        cross_paired: references show the subject elsewhere, in another pose and view (the paper's cross-paired data);
            otherwise they are cut from the clip itself.
        most_references: at most so many subjects in a clip, 1 to 3.
        close_up: subjects side by side, the camera near them, all else out of focus, for videos of a few dozen pixels.
        offset: added to every number: other offsets, other clips.
    """

    num_frames: int
    height_px: int
    width_px: int
    fps: float
    cross_paired: bool = True
    most_references: int = 3
    close_up: bool = False
    offset: int = 0

    def sample(self, number: int) -> Sample:
        """The example of a number, 0 or more."""
        number += self.offset
        dice = Dice("kaleido", number)
        script = improvised_script(
            number,
            num_frames=self.num_frames,
            fps=self.fps,
            aspect=self.width_px / self.height_px,
            most_subjects=min(subjects_most(number), self.most_references),
        )
        if self.close_up:
            script = close_up(script, self.width_px / self.height_px)
        clip = film(script, self.width_px, self.height_px)
        return Sample(f"world-{number}", script.caption, clip.frames_THWC, self._references(script, clip, dice))

    def _references(self, script: Script, clip: Clip, dice: Dice) -> tuple[FramesU8, ...]:
        if self.cross_paired:
            return tuple(_elsewhere(part.who, dice.child("view", k)) for k, part in enumerate(script.parts))
        finer = Stage(script, _FINER * self.width_px, _FINER * self.height_px)
        return tuple(_cut_out(finer, clip, k) for k in range(len(script.parts)))


def subjects_most(number: int) -> int:
    """At most so many subjects are in the clip of a number: 1 to 3."""
    return Dice("kaleido", number).pick(_MOST_SUBJECTS)


def _elsewhere(who: Individual, dice: Dice) -> FramesU8:
    """A portrait of a subject in a view, pose and place of its own."""
    able = [action for action in _RESTING if action in who.species.actions]
    action: Action = "stand" if dice.chance(0.4) else dice.pick(able)
    expression: Expression = dice.pick(("neutral", "happy", "surprised"))
    pose = Pose(action, dice.unit(), dice.between(-75.0, 75.0), expression)
    place, seed = dice.pick(tuple(PLACES)), TRAINING_SEEDS.start + dice.whole(0, len(TRAINING_SEEDS) - 1)
    background = None if dice.chance(PLAIN_SHARE) else room_behind(place, seed)
    return portrait(who, pose, PORTRAIT_PX, fill=dice.between(0.66, 0.86), background=background).picture_HWC


def _cut_out(finer: Stage, clip: Clip, k: int) -> FramesU8:
    """The subject in the frame that shows most of it, cut out along its box with a margin; a whole frame if never."""
    frame = int(np.argmax(clip.visibility_TK[:, k]))
    picture_HWC = finer.shoot(frame).frame_HWC
    x0, y0, x1, y1 = (_FINER * value for value in clip.boxes_TK4[frame, k])
    if not np.isfinite(x0):
        return picture_HWC
    margin = _MARGIN * max(x1 - x0, y1 - y0)
    top, left = max(int(y0 - margin), 0), max(int(x0 - margin), 0)
    return np.ascontiguousarray(picture_HWC[top : int(y1 + margin) + 1, left : int(x1 + margin) + 1])
