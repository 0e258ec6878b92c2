"""From a staging (who does what where) to a script (who is where in every frame)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from s2vbench.errors import InputError
from s2vbench.types import Staging
from s2vbench.world.backdrop import Camera
from s2vbench.world.cast import Individual
from s2vbench.world.clip import Part, Script
from s2vbench.world.dice import Dice
from s2vbench.world.moves import Spot, Time
from s2vbench.world.places import build_place
from s2vbench.world.relations import ACT_OUT, Ways
from s2vbench.world.sizes import fitted_height, span
from s2vbench.world.solo import Rehearsal, alone

PAN: Final = 0.12
"""How far a pan goes to either side, in frame heights."""
_ORDER: Final = {"left": -1, "middle": 0, "right": 1}


def act(
    staging: Staging,
    people: Mapping[str, Individual],
    *,
    num_frames: int,
    fps: float,
    aspect: float,
    seed: int = 0,
    caption: str = "",
) -> Script:
    """A script of a staging; equal arguments, equal script.

    Args:
        staging: scene, actions, relations, places and camera.
        people: who is meant, by the ids that the staging uses.
        num_frames: length, 1 or more.
        fps: frames a second.
        aspect: width over height of the frame.
        seed: of everything that the staging leaves open.
        caption: the prompt, kept with the clip.

    Raises:
        InputError: the staging names somebody who is not there, or a scene that does not exist.
    """
    _check(staging, people)
    scene = build_place(staging.scene, staging.scene_seed)
    here = Rehearsal(staging, scene, Time.of(staging, num_frames, fps), aspect, Dice("acting", staging.scene, seed))
    held = {relation.patient_id: relation.agent_id for relation in staging.relations if relation.verb == "holds"}
    spots = _spots(here, {key: who for key, who in people.items() if key not in held})
    for patient, agent in held.items():
        small = min(fitted_height(people[patient], aspect, len(people)), 0.42 * spots[agent].height)
        spots[patient] = Spot(spots[agent].x, spots[agent].y, small / max(1.0, span(people[patient])[0]))
    moments = _moments(here, people, spots)
    positions = {key: index for index, key in enumerate(people)}
    parts = [Part(who, moments[key], positions[held[key]] if key in held else None) for key, who in people.items()]
    cameras = camera_path(staging.camera, here.time, here.dice.child("camera"))
    return Script(scene, tuple(parts), cameras, fps, caption, weather_key=staging.scene_seed % 10_000)


def _check(staging: Staging, people: Mapping[str, Individual]) -> None:
    named = [action.subject_id for action in staging.actions] + [anchor.subject_id for anchor in staging.anchors]
    named += [name for relation in staging.relations for name in (relation.agent_id, relation.patient_id)]
    for name in named:
        if name not in people:
            raise InputError(f"the staging in {staging.scene!r} names {name!r}, who is not in the case")


def _spots(here: Rehearsal, people: Mapping[str, Individual]) -> dict[str, Spot]:
    """Places side by side, in the order that the anchors ask for."""
    anchors = {anchor.subject_id: anchor.place for anchor in here.staging.anchors}
    dice = here.dice.child("spots")
    shuffled = dice.some(list(people), len(people))
    ordered = sorted(shuffled, key=lambda key: _ORDER.get(anchors.get(key, "middle"), 0))
    heights = {key: fitted_height(who, here.aspect, len(people)) for key, who in people.items()}
    widths = [2 * span(people[key])[0] * heights[key] for key in ordered]
    # What a pan shows from first to last is narrower than the frame.
    room = here.aspect - (2 * PAN if here.staging.camera.startswith("pan") else 0.0)
    gap = max((room - sum(widths)) / (len(ordered) + 1), -0.08)
    left = (here.aspect - sum(widths) - gap * (len(ordered) - 1)) / 2
    far, near = here.scene.ground
    spots = {}
    for key, width in zip(ordered, widths, strict=True):
        depth = {"front": 0.95, "back": 0.1}.get(anchors.get(key, ""), dice.between(0.35, 0.8))
        x = left + width / 2 + dice.between(-0.25, 0.25) * max(gap, 0.0)
        if len(ordered) == 1:
            x += {"left": -0.2, "right": 0.2}.get(anchors.get(key, ""), 0.0) * here.aspect
        # What stands farther back is a little smaller, as the ground's perspective asks.
        size = heights[key] * (0.9 + 0.1 * depth)
        spots[key] = Spot(x, far + (near - far) * depth, size)
        left += width + gap
    return spots


def _moments(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot]) -> Ways:
    """Relations first, since two of them move together; then what each of the others does by itself."""
    actions = {action.subject_id: action.action for action in here.staging.actions}
    found: Ways = {}
    for relation in here.staging.relations:
        pair = ACT_OUT[relation.verb](here, people, spots, relation)
        found = pair | found
    for key, who in people.items():
        if key not in found:
            found[key] = alone(here, who, spots[key], actions.get(key, "stand"), here.dice.child("alone", key))
    return found


def camera_path(kind: str, time: Time, dice: Dice) -> tuple[Camera, ...]:
    """The camera in every frame: eased, so that it starts and stops softly."""
    shake = [dice.between(0, 2 * math.pi) for _ in range(6)]
    cameras = []
    for frame in range(time.num_frames):
        share = frame / max(time.num_frames - 1, 1)
        eased = share * share * (3 - 2 * share)
        x, y, zoom, roll = 0.0, 0.0, 1.0, 0.0
        if kind in {"pan left", "pan right"}:
            x = (PAN - 2 * PAN * eased) * (1 if kind == "pan left" else -1)
        elif kind in {"zoom in", "zoom out"}:
            zoom = 1.0 + 0.28 * (eased if kind == "zoom in" else 1 - eased)
        elif kind == "handheld":
            t = frame / time.fps
            x = 0.012 * math.sin(5.1 * t + shake[0]) + 0.008 * math.sin(9.7 * t + shake[1])
            y = 0.010 * math.sin(6.3 * t + shake[2]) + 0.006 * math.sin(11.9 * t + shake[3])
            roll = 0.7 * math.sin(4.3 * t + shake[4]) + 0.3 * math.sin(8.9 * t + shake[5])
            zoom = 1.05
        cameras.append(Camera(x=x, y=y, zoom=zoom, roll_deg=roll))
    return tuple(cameras)
