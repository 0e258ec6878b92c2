"""Models with a known behaviour: one that is right, and twelve that each make one mistake.

A control acts out a case's staging with its own subjects (drawn ones anew, photographed ones as cut-outs), makes its
mistake, and writes the truth beside the video: a subject's id names the instance that stands in that subject's place.
"""

from __future__ import annotations

import difflib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from s2vbench.errors import InputError
from s2vbench.generators.base import GenerationError, GenerationJob, ModelFamily, VideoShape
from s2vbench.types import ActionOf, Case, FramesU8, Staging
from s2vbench.video.encode import write_video
from s2vbench.world import damage
from s2vbench.world.acting import act
from s2vbench.world.backdrop import Camera, check_frame
from s2vbench.world.cast import TEST_SEEDS, Individual
from s2vbench.world.clip import Bools, Clip, Moment, Part, Script, film
from s2vbench.world.cutouts import cutout
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Pose
from s2vbench.world.places import PLACES
from s2vbench.world.reference_pictures import canvas_frame, leaked_scene
from s2vbench.world.truth_files import write_truth

CONTROL_VERSION: Final = 1
"""Raised when a control's pixels change."""


@dataclass(frozen=True)
class Film:
    """A control video and what is known about it."""

    frames_THWC: FramesU8
    masks_TKHW: Bools
    names: tuple[str, ...]
    """Whose place each part stands in."""


@dataclass(frozen=True)
class Play:
    """One case about to be acted out."""

    job: GenerationJob
    shape: VideoShape

    @property
    def case(self) -> Case:
        """The case."""
        return self.job.case

    @cached_property
    def staging(self) -> Staging:
        """The case's own, or one made up from its id."""
        return self.case.staging or made_up_staging(self.case)

    @cached_property
    def people(self) -> dict[str, Individual]:
        """The subjects, by id; one that is asked for several times comes as often, with numbered keys."""
        found: dict[str, Individual] = {}
        for reference in self.case.references:
            if reference.kind == "background":
                continue
            drawn = reference.drawn
            who = Individual(drawn.species, drawn.seed) if drawn else cutout(reference, self.job.folder)
            for copy in range(reference.expected_count):
                found[reference.id + f"#{copy + 1}" * bool(copy)] = who
        if not found:
            raise GenerationError("the case has no subjects to draw")
        return found

    def script(self, people: Mapping[str, Individual] | None = None) -> Script:
        """The case acted out by its subjects, or by others in their places."""
        shape = self.shape
        return act(
            self.staging,
            people or self.people,
            num_frames=shape.num_frames,
            fps=shape.fps,
            aspect=shape.width_px / shape.height_px,
            seed=self.job.seed,
            caption=self.case.prompt,
        )

    def film(self, script: Script) -> Clip:
        """The script's frames."""
        return film(script, self.shape.width_px, self.shape.height_px)

    def shown(self, clip: Clip, names: tuple[str, ...] | None = None) -> Film:
        """A clip whose parts stand in the places of `names` (the subjects in order where None)."""
        places = names or tuple(self.people)
        return Film(clip.frames_THWC, clip.masks_TKHW, tuple(name.partition("#")[0] for name in places))

    def imposters(self) -> dict[str, Individual]:
        """Another individual of the same class for every subject."""
        others: dict[str, Individual] = {}
        by_id = {reference.id: reference for reference in self.case.references}
        for key, who in self.people.items():
            reference = by_id[key.partition("#")[0]]
            if reference.drawn is None:
                others[key] = cutout(reference, self.job.folder, recoloured=True)
            else:
                dice = Dice("imposter", who.noun, who.seed)
                others[key] = Individual(who.noun, TEST_SEEDS.start + dice.whole(1 << 29, (1 << 30) - 1))
        return others


def made_up_staging(case: Case) -> Staging:
    """A scene and actions for a case that says nothing of them: equal ids, equal staging."""
    dice = Dice("staging", case.id)
    actions = tuple(
        ActionOf(subject_id=reference.id, action=dice.pick(("walk", "jump", "look", "stand")))
        for reference in case.references
        if reference.kind != "background"
    )
    return Staging(scene=dice.pick(tuple(PLACES)), scene_seed=dice.whole(0, 1000) + TEST_SEEDS.start, actions=actions)


def oracle(play: Play) -> Film:
    """The right subjects in a new pose, in the right scene, doing the right thing."""
    return play.shown(play.film(play.script()))


def paste(play: Play) -> Film:
    """Each subject's reference picture, cut out, slides over the right scene."""
    script = play.script()
    by_id = {reference.id: reference for reference in play.case.references}
    parts = []
    for key, part in zip(play.people, script.parts, strict=True):
        sticker = cutout(by_id[key.partition("#")[0]], play.job.folder, rigid=True)
        first, height = part.moments[0], part.moments[0].height
        slide = 0.16 * (1 if first.x < play.shape.width_px / play.shape.height_px / 2 else -1)
        steps = np.linspace(0, slide, script.num_frames)
        moments = tuple(Moment(first.x + step, first.y, height, Pose()) for step in steps)
        parts.append(Part(sticker, moments))
    still = tuple(Camera() for _ in script.cameras)
    return play.shown(play.film(replace(script, parts=tuple(parts), cameras=still)))


def reference_canvas(play: Play) -> Film:
    """The first frame shows the references themselves; then the right video."""
    right = oracle(play)
    picture_HWC, masks_KHW = canvas_frame(play.case, play.job.folder, play.shape, right.names)
    frames_THWC, masks_TKHW = right.frames_THWC.copy(), right.masks_TKHW.copy()
    frames_THWC[0], masks_TKHW[0] = picture_HWC, masks_KHW
    return Film(frames_THWC, masks_TKHW, right.names)


def background_leak(play: Play) -> Film:
    """The right subjects and actions in front of the background of a reference picture."""
    return play.shown(
        play.film(replace(play.script(), scene=leaked_scene(play.case, play.job.folder, play.script().scene)))
    )


def swap(play: Play) -> Film:
    """Each subject in the place and with the action of the next; with one subject nothing can be swapped."""
    keys = list(play.people)
    others = {key: play.people[keys[(index + 1) % len(keys)]] for index, key in enumerate(keys)}
    return play.shown(play.film(play.script(others)))


def imposter(play: Play) -> Film:
    """Another individual of its class in every subject's place."""
    return play.shown(play.film(play.script(play.imposters())))


def missing(play: Play) -> Film:
    """The last subject never comes."""
    script = play.script()
    gone = len(script.parts) - 1
    parts = [
        part if index != gone else replace(part, moments=tuple(replace(m, there=False) for m in part.moments))
        for index, part in enumerate(script.parts)
    ]
    # What the missing one would have held hangs in the air without it: it stands on the ground instead.
    parts = [replace(part, held_by=None) if part.held_by == gone else part for part in parts]
    return play.shown(play.film(replace(script, parts=tuple(parts))))


def duplicate(play: Play) -> Film:
    """The first subject comes a second time, mirrored in place and time."""
    script = play.script()
    first = script.parts[0]
    aspect = play.shape.width_px / play.shape.height_px
    twin = tuple(
        replace(
            moment,
            x=_away_from(moment.x, aspect),
            y=moment.y - 0.03,
            pose=replace(moment.pose, yaw_deg=-moment.pose.yaw_deg),
        )
        for moment in first.moments
    )
    parts = (*script.parts, Part(first.who, twin))
    names = tuple(play.people)
    return play.shown(play.film(replace(script, parts=parts)), (*names, names[0]))


def _away_from(x: float, aspect: float) -> float:
    """The mirror image of a place, or the side of the frame where that would be the same place."""
    mirrored = aspect - x
    if abs(mirrored - x) > 0.3 * aspect:
        return mirrored
    return x + 0.38 * aspect if x < aspect / 2 else x - 0.38 * aspect


def drift(play: Play) -> Film:
    """Each subject turns into another individual of its class during the video."""
    right, wrong = oracle(play), play.film(play.script(play.imposters()))
    frames_THWC = damage.crossfade(right.frames_THWC, wrong.frames_THWC)
    late_T = np.arange(len(frames_THWC)) >= len(frames_THWC) / 2
    masks_TKHW = np.where(late_T[:, None, None, None], wrong.masks_TKHW, right.masks_TKHW)
    return Film(frames_THWC, masks_TKHW, right.names)


def static(play: Play) -> Film:
    """The right video's first frame for ever."""
    right = oracle(play)
    masks_TKHW = np.repeat(right.masks_TKHW[:1], len(right.masks_TKHW), axis=0)
    return Film(damage.static(right.frames_THWC), masks_TKHW, right.names)


def flicker(play: Play) -> Film:
    """The right video, every other frame darker."""
    right = oracle(play)
    return replace(right, frames_THWC=damage.flicker(right.frames_THWC))


def blur(play: Play) -> Film:
    """The right video, out of focus."""
    right = oracle(play)
    return replace(right, frames_THWC=damage.blur(right.frames_THWC))


def noise(play: Play) -> Film:
    """The right video under noise."""
    right = oracle(play)
    return replace(right, frames_THWC=damage.noise(right.frames_THWC, play.job.seed))


CONTROLS: Final[dict[str, Callable[[Play], Film]]] = {
    control.__name__: control
    for control in (
        oracle, paste, reference_canvas, background_leak, swap, imposter, missing, duplicate,
        static, flicker, blur, noise, drift,
    )
}  # fmt: skip


@dataclass(frozen=True)
class ControlModel:
    """A control as a generator."""

    name: str
    shape: VideoShape
    writes_truth: bool = True

    def identity(self) -> dict[str, str]:
        """Name and version; the pinned graphics library decides the last bits of pixels."""
        import skia

        return {
            "control": self.name,
            "version": str(CONTROL_VERSION),
            "s2vbench": importlib.metadata.version("s2vbench"),
            "skia": skia.__version__,
        }

    def generate(self, job: GenerationJob) -> None:
        """Draw the video of one case, and the truth beside it."""
        made = CONTROLS[self.name](Play(job, self.shape))
        # The truth first: a video that is there has its truth beside it.
        write_truth(job.video.with_suffix(".truth.json"), made.masks_TKHW, made.names)
        write_video(job.video, made.frames_THWC, self.shape.fps)


def control_model(variant: str, shape: VideoShape) -> ControlModel:
    """The control of a name, as `--model control:swap` asks for it.

    Raises:
        InputError: no such control; the nearest is suggested.
    """
    if variant not in CONTROLS:
        nearest = difflib.get_close_matches(variant, CONTROLS, n=1)
        hint = f"did you mean control:{nearest[0]}? " if nearest else ""
        raise InputError(f"--model control:{variant}: no such control; {hint}the controls are {', '.join(CONTROLS)}")
    check_frame(shape.width_px, shape.height_px)
    return ControlModel(variant, shape)


CONTROL_MODELS: Final = ModelFamily(
    summary="drawn videos with a known behaviour, for checks of metrics",
    build=control_model,
    variants={name: (control.__doc__ or "").splitlines()[0] for name, control in CONTROLS.items()},
)
