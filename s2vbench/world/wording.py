"""The words of captions: verbs for actions and relations, sentences about camera, light and style.

Everything here is true whatever the dice say: a sentence about rain is used where it rains.
"""

from __future__ import annotations

from typing import Final

LIVING: Final[dict[str, tuple[str, ...]]] = {
    "stand": ("stands still", "stands quietly", "waits patiently", "stays in one place", "stands there calmly"),
    "walk": ("walks by", "walks back and forth", "strolls along", "takes a slow walk", "wanders along at an easy pace"),
    "run": ("runs past", "runs back and forth", "hurries along", "dashes across the scene", "runs as fast as possible"),
    "wave": ("waves at the viewer", "waves hello", "keeps waving", "waves cheerfully", "greets the viewer with a wave"),
    "sit": ("sits on the ground", "sits comfortably", "sits and rests", "sits there quietly", "takes a rest, sitting"),
    "jump": ("jumps up and down", "jumps for joy", "keeps jumping", "leaps into the air again and again"),
    "dance": ("dances happily", "dances on the spot", "dances to a silent beat", "does a little dance"),
    "look": ("looks around curiously", "looks from side to side", "looks left and right", "looks about attentively"),
    "enter": ("comes into view from the side", "enters the frame", "arrives from the edge of the picture"),
    "leave": ("leaves the frame", "moves out of view", "goes away past the edge of the picture"),
    "hold": ("holds something",),
    "push": ("pushes something",),
    "roll": ("rolls along",),
    "bounce": ("bounces up and down",),
    "wobble": ("sways from side to side",),
    "spin": ("spins on the spot",),
}
THINGS: Final[dict[str, tuple[str, ...]]] = {
    "stand": ("stands still", "rests quietly in its place", "stands there untouched", "stays where it is"),
    "roll": ("rolls along", "rolls back and forth", "rolls across the ground", "keeps rolling"),
    "bounce": ("bounces up and down", "keeps bouncing", "bounces on the spot", "hops up and down by itself"),
    "wobble": (
        "rocks gently from side to side",
        "wobbles in place",
        "sways from side to side",
        "keeps tilting to and fro",
    ),
    "spin": ("spins slowly on the spot", "turns slowly around itself", "keeps turning around", "rotates in place"),
    "enter": ("comes into view from the side", "enters the frame", "glides into the picture"),
    "leave": ("leaves the frame", "moves out of view", "glides out of the picture"),
}
RELATIONS: Final[dict[str, tuple[str, ...]]] = {
    "holds": ("holds", "is holding", "holds up", "keeps hold of"),
    "pushes": ("pushes", "is pushing", "pushes along", "is busy pushing"),
    "approaches": ("approaches", "comes closer to", "moves towards", "is on the way to"),
    "follows": ("follows", "goes after", "moves along behind", "keeps following"),
    "watches": ("watches", "looks at", "keeps an eye on", "is watching"),
    "circles": ("circles", "moves in a circle around", "goes around", "keeps circling"),
    "leans on": ("leans against", "is leaning against", "stands pressed against"),
}
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "left": ("on the left", "on the left side of the picture"),
    "right": ("on the right", "on the right side of the picture"),
    "middle": ("in the middle", "in the centre of the picture"),
    "front": ("in the foreground", "close to the viewer"),
    "back": ("in the background", "farther back"),
}
CAMERA: Final[dict[str, tuple[str, ...]]] = {
    "still": ("The camera does not move.", "The shot is static.", "The camera stays fixed."),
    "pan left": ("The camera pans slowly to the left.", "The view glides to the left.", "A slow pan leads left."),
    "pan right": (
        "The camera pans slowly to the right.", "The view glides to the right.", "A slow pan leads to the right.",
    ),
    "zoom in": ("The camera slowly zooms in.", "The view moves gently closer.", "A slow zoom brings all nearer."),
    "zoom out": ("The camera slowly zooms out.", "The view slowly widens.", "A slow zoom out shows more."),
    "handheld": (
        "The camera is handheld and shakes slightly.", "The shot is handheld, with a slight tremble.",
        "A handheld camera films it all.",
    ),
}  # fmt: skip
TIME: Final[dict[str, tuple[str, ...]]] = {
    "day": (
        "The light is clear and even.",
        "It is daytime, and everything is easy to see.",
        "Soft daylight fills the scene.",
    ),
    "dusk": ("The light is low and warm.", "Evening is near, and the colours are warm.", "It is the hour before dark."),
    "night": (
        "It is night, and the light is dim.",
        "Night has fallen over the scene.",
        "The hour is late and the air is still.",
    ),
}
WEATHER: Final[dict[str, tuple[str, ...]]] = {
    "clear": (),
    "rain": ("Rain keeps falling.", "Fine streaks of rain come down all the time.", "It does not stop raining."),
    "snow": ("Snowflakes drift down.", "Snow falls softly all the while.", "Light snow is falling."),
    "leaves": ("Leaves drift through the air.", "Now and then a leaf sails down.", "Dry leaves are falling."),
    "fireflies": (
        "Tiny lights float through the air.",
        "Glowing specks drift about.",
        "Little lights glimmer here and there.",
    ),
    "bubbles": ("Bubbles rise slowly.", "Small bubbles float upwards.", "Round bubbles drift through the scene."),
}
STYLE: Final = (
    "The picture has the look of a storybook illustration.", "Everything is drawn with simple shapes and soft shading.",
    "It looks like a page of a picture book that has come to life.", "Outlines are clean and the colours are clear.",
    "The style is that of a gentle animated film.", "Shapes are round and friendly, with a soft shadow on the ground.",
)  # fmt: skip
MOTION: Final = (
    "All movements are smooth and easy to follow.", "The motion is fluid from the first frame to the last.",
    "Nothing jumps or flickers.", "The action goes on without a cut.", "It is one continuous take.",
)  # fmt: skip
MOOD: Final = (
    "The mood is calm and cheerful.", "There is a quiet, friendly mood.", "The whole scene feels peaceful.",
    "It is a small, happy moment.", "One could watch it for a long time.",
)  # fmt: skip
OPENINGS: Final = (
    "{core}", "{core}", "{core}", "In this short clip, {core}", "The video shows how {core}", "Here, {core}",
    "Watch how {core}", "We see how {core}",
)  # fmt: skip
