"""Small stagings for tests."""

from __future__ import annotations

from s2vbench.types import ActionOf, Anchor, Relation, Staging
from s2vbench.world.acting import act
from s2vbench.world.cast import Individual
from s2vbench.world.clip import Clip, Script, film

WOMAN, DOG, BALL, MUG, ROBOT = (
    Individual(noun, seed) for noun, seed in (("woman", 1), ("dog", 2), ("ball", 3), ("mug", 4), ("robot", 5))
)


def staging(
    *,
    actions: dict[str, str] | None = None,
    relations: tuple[tuple[str, str, str], ...] = (),
    anchors: dict[str, str] | None = None,
    **rest: object,
) -> Staging:
    """A staging in a meadow."""
    facts = {"scene": "meadow", "scene_seed": 5} | rest
    return Staging(
        actions=tuple(ActionOf(subject_id=key, action=action) for key, action in (actions or {}).items()),
        relations=tuple(Relation(agent_id=a, verb=v, patient_id=p) for a, v, p in relations),  # type: ignore[arg-type]
        anchors=tuple(Anchor(subject_id=key, place=place) for key, place in (anchors or {}).items()),  # type: ignore[arg-type]
        **facts,  # type: ignore[arg-type]
    )


def script(wanted: Staging, people: dict[str, Individual], num_frames: int = 33, seed: int = 0) -> Script:
    """Acted out at 16 frames a second in 16:9."""
    return act(wanted, people, num_frames=num_frames, fps=16.0, aspect=16 / 9, seed=seed)


def clip(wanted: Staging, people: dict[str, Individual], num_frames: int = 5, height_px: int = 72) -> Clip:
    """Filmed small."""
    return film(script(wanted, people, num_frames), height_px * 16 // 9, height_px)
