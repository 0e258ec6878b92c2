"""What all cartoon classes share: an individual's traits, and the order in which its parts are put together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import skia

from s2vbench.world.cartoons.brushes import Style, brush_of
from s2vbench.world.cartoons.coats import Coat, coat_words, paint_coat
from s2vbench.world.cartoons.faces import Face, draw_face
from s2vbench.world.cartoons.hats import Hat, draw_hat, hat_words
from s2vbench.world.cartoons.motion import ACTIONS, Motion, motion_of
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.wear import Wear, draw_wear, wear_words
from s2vbench.world.dice import Dice
from s2vbench.world.english import in_full
from s2vbench.world.figure import Action, Anchors, Kind, Pose
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen
from s2vbench.world.turn import Turn


@dataclass(frozen=True)
class Toon:
    """Everything that tells a cartoon character from others."""

    height_m: float
    body: Solid
    limbs: Limbs
    coat: Coat
    face: Face
    limb_colour: Colour
    hand_colour: Colour
    foot_colour: Colour
    foot_name: str
    """Colour name of its shoes; empty where feet are not worth a word."""
    head: Solid | None = None
    """None where the face is on the body."""
    neck: Form = field(default_factory=lambda: Form(-0.5, 0.1, 0.02, 0.1))
    """The ring that scarves go around."""
    hat: Hat = field(default_factory=Hat)
    wear: Wear = field(default_factory=Wear)
    own: Any = None
    """What only this class has: a frozen dataclass of its own."""
    leg_colour: Colour | None = None
    """That of the arms where None."""


class Cartoon(ABC):
    """A class of cartoon characters; a subclass designs individuals and adds what only it has."""

    kind: Kind = "cartoon"
    noun: str
    height_m: tuple[float, float] = (0.5, 0.9)
    actions: tuple[Action, ...] = ACTIONS
    style: ClassVar[Style]

    @abstractmethod
    def design(self, dice: Dice) -> Toon:
        """An individual."""

    def moves(self, pose: Pose) -> Motion:
        """What the body does."""
        return motion_of(pose)

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Phrases for what only this class has, most telling first."""
        del toon
        return ()

    def colour_words(self, toon: Toon) -> tuple[str, ...]:
        """Colour and markings."""
        return coat_words(toon.coat)

    def words(self, traits: Toon) -> tuple[str, ...]:
        """Two to four phrases, most telling first."""
        telling = list(self.colour_words(traits))
        if traits.face.eyes in {1, 3}:
            telling.append({1: "one-eyed", 3: "three-eyed"}[traits.face.eyes])
        own = self.own_words(traits)
        telling += [*own[:1], *hat_words(traits.hat), *wear_words(traits.wear), *own[1:]]
        if traits.face.glasses:
            telling.append(f"with {traits.face.glasses} glasses")
        if traits.foot_name:
            telling.append(f"with {traits.foot_name} shoes")
        if len(telling) < 2:
            telling.append({"smile": "with a friendly smile"}.get(traits.face.mouth, "with a round face"))
        return in_full(telling[:4])

    def seat_y(self, toon: Toon) -> float:
        """Height of what it sits on, while it stands."""
        return toon.body.y + toon.body.ry

    def draw(self, pen: Pen, traits: Toon, pose: Pose) -> Anchors:
        """Draw an individual in a pose."""
        motion = self.moves(pose)
        rig = Rig(pen, brush_of(self.style, pen), pose, motion, traits.limbs.hip[1], self.seat_y(traits))
        rig.lid_colour = traits.coat.colour
        with rig.frame():
            self.assemble(rig, traits)
            rig.parts.draw()
        return rig.anchors(traits.limbs, traits.body)

    def assemble(self, rig: Rig, toon: Toon) -> None:
        """Add every part."""
        if toon.limbs.legs:
            rig.legs(toon.limbs, toon.leg_colour or toon.limb_colour, toon.foot_colour)
        self.body(rig, toon)
        rig.arms(toon.limbs, toon.body, toon.limb_colour, toon.hand_colour)
        draw_wear(rig, toon.body, toon.neck, toon.wear)
        self.add_to_body(rig, toon)
        if toon.head is None:
            self.add_to_head(rig, toon, toon.body)
            draw_hat(rig, toon.body, toon.hat, rig.turn)
            return
        with rig.head_frame((toon.neck.x, toon.neck.y, toon.neck.z)):
            self.head(rig, toon, toon.head)
            self.add_to_head(rig, toon, toon.head)
            draw_hat(rig, toon.head, toon.hat, rig.turn)

    def body(self, rig: Rig, toon: Toon) -> None:
        """The body with its markings, and the face where there is no head."""
        turn, path = rig.turn, toon.body.outline(rig.turn)

        def marks() -> None:
            self.mark_body(rig, toon, path)
            if toon.head is None:
                self.features(rig, toon, toon.body, turn)

        rig.solid(toon.body, toon.coat.colour, 0.0, marks)

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """The body's markings."""
        low, high = toon.face.mouth_v - 0.16, toon.face.eye_v + 0.26
        paint_coat(rig, toon.body, toon.coat, rig.turn, path, face=(low, high) if toon.head is None else None)

    def head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """The head with its face."""
        turn = rig.turn
        depth = 0.05 + 0.3 * rig.seen((head.x, head.y, head.z))[2]
        rig.solid(head, toon.coat.colour, depth, lambda: self.features(rig, toon, head, turn))

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
        """The face."""
        draw_face(rig, solid, toon.face, turn)

    def add_to_body(self, rig: Rig, toon: Toon) -> None:  # noqa: B027 -- most classes add nothing
        """Parts of this class on its body: tails, wings, plates."""

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:  # noqa: B027 -- most add nothing
        """Parts of this class on its head: horns, ears, antennae. Called inside the head's frame."""


def neck_between(body: Solid, head: Solid, share: float = 0.62) -> Form:
    """The ring where a head meets its body."""
    y = max(head.y + 0.86 * head.ry, body.y - body.ry * 0.98)
    half = share * min(head.rx, body.rx)
    return Form(y, half, 0.03, half * body.rz / body.rx)


def ring_on(body: Solid, v: float, out: float = 1.0) -> Form:
    """A ring around a body at height v."""
    width = body.width_at(v) * out
    return Form(body.y - v * body.ry, body.rx * width, 0.03, body.rz * width)
