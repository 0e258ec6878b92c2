"""The words of captions: verbs for actions and relations, sentences about camera, light and style.

Everything here is true whatever the dice say: a sentence about rain is used where it rains.
"""

from __future__ import annotations

from typing import Final

LIVING: Final[dict[str, tuple[str, ...]]] = {
    "stand": ("stands still", "stands quietly", "waits patiently", "stands in place", "stands there calmly"),
    "walk": ("walks by", "walks back and forth", "strolls along", "takes a slow walk", "wanders along at an easy pace"),
    "run": ("runs past", "runs back and forth", "hurries along", "dashes across the scene", "runs as fast as possible"),
    "wave": ("waves at the viewer", "waves hello", "keeps waving", "waves cheerfully", "greets the viewer with a wave"),
    "sit": ("sits quietly", "sits comfortably", "sits and rests", "sits there peacefully", "is sitting down"),
    "jump": ("jumps up and down", "jumps for joy", "keeps jumping", "leaps into the air again and again"),
    "dance": ("dances happily", "dances on the spot", "sways and dances", "does a little dance"),
    "look": ("looks around curiously", "looks from side to side", "looks left and right", "looks around attentively"),
    "enter": ("comes into view from the side", "enters the frame", "enters from the side"),
    "leave": ("leaves the frame", "moves out of view", "walks off to the side"),
    "hold": ("holds something",),
    "push": ("pushes something",),
    "roll": ("rolls along",),
    "bounce": ("bounces up and down",),
    "wobble": ("sways from side to side",),
    "spin": ("spins on the spot",),
}
THINGS: Final[dict[str, tuple[str, ...]]] = {
    "stand": ("stands still", "rests quietly in its place", "stands motionless", "stays where it is"),
    "roll": ("rolls along", "rolls back and forth", "rolls this way and that", "keeps rolling"),
    "bounce": ("bounces up and down", "keeps bouncing", "bounces on the spot", "hops up and down by itself"),
    "wobble": (
        "rocks gently from side to side",
        "wobbles in place",
        "sways from side to side",
        "keeps tilting back and forth",
    ),
    "spin": ("spins slowly on the spot", "turns slowly on its own axis", "keeps spinning", "rotates in place"),
    "enter": ("comes into view from the side", "enters the frame", "glides into the picture"),
    "leave": ("leaves the frame", "moves out of view", "glides out of the picture"),
}
RELATIONS: Final[dict[str, tuple[str, ...]]] = {
    "holds": ("holds", "is holding", "is holding on to"),
    "pushes": ("pushes", "is pushing", "is busy pushing"),
    "approaches": ("approaches", "comes closer to", "moves towards", "is heading for"),
    "follows": ("follows", "is following", "moves along behind", "keeps following"),
    "watches": ("watches", "looks at", "is watching"),
    "circles": ("circles", "moves in a circle around", "moves around", "keeps circling"),
    "leans on": ("leans against", "is leaning against", "rests against"),
}
ON_FOOT: Final[dict[str, tuple[str, ...]]] = {
    "approaches": ("walks up to",),
    "follows": ("walks behind",),
    "circles": ("walks around",),
}
"""What only those who walk may also be said to do."""
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "left": ("on the left", "on the left side of the picture"),
    "right": ("on the right", "on the right side of the picture"),
    "middle": ("in the middle", "in the centre of the picture"),
    "front": ("in the foreground", "close to the camera"),
    "back": ("in the background", "at the back"),
}
CAMERA: Final[dict[str, tuple[str, ...]]] = {
    "still": ("The camera does not move.", "The shot is static.", "The camera stays fixed."),
    "pan left": (
        "The camera pans slowly to the left.", "The view glides to the left.", "A slow pan moves to the left.",
    ),
    "pan right": (
        "The camera pans slowly to the right.", "The view glides to the right.", "A slow pan moves to the right.",
    ),
    "zoom in": (
        "The camera slowly zooms in.", "The view moves gently closer.", "A slow zoom brings everything closer.",
    ),
    "zoom out": (
        "The camera slowly zooms out.", "The view slowly widens.", "A slow zoom-out reveals more of the scene.",
    ),
    "handheld": (
        "The camera is handheld and shakes slightly.", "The shot is handheld, with a slight tremble.",
        "The scene is filmed with a handheld camera.",
    ),
}  # fmt: skip
DAYLIGHT: Final = (
    "The light is clear and even.",
    "It is daytime, and everything is easy to see.",
    "Soft daylight fills the scene.",
)
"""Only of day: the phrase of a place at dusk or night says so, and of stages and the moon neither would be true."""
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
    "The style is that of a gentle animated film.", "Shapes are round and friendly, with soft shadows.",
)  # fmt: skip
SMOOTH: Final = (
    "All movements are smooth and easy to follow.", "The motion is fluid from the first frame to the last.",
    "The picture is steady, without flicker.",
)  # fmt: skip
"""Not of a camera that shakes."""
ONE_TAKE: Final = ("The action goes on without a cut.", "It is one continuous take.", "There is no cut.")
LIVELY_ACTIONS: Final = frozenset({"run", "jump", "dance", "bounce", "roll", "spin"})
CALM: Final = (
    "The mood is calm and cheerful.", "The mood is quiet and friendly.", "The whole scene feels peaceful.",
    "It is a small, happy moment.", "It is pleasant to watch.",
)  # fmt: skip
LIVELY: Final = (
    "The mood is light and cheerful.", "The mood is lively and friendly.", "The whole scene is full of energy.",
    "It is a small, happy moment.", "It is fun to watch.",
)  # fmt: skip
OPENINGS: Final = (
    "{core}", "{core}", "{core}", "In this short clip, {core}", "In the video, {core}", "Here, {core}",
    "Watch as {core}", "In this shot, {core}",
)  # fmt: skip
GLUE: Final = ("", "", "meanwhile, ", "at the same time, ", "nearby, ")
"""How a later sentence may begin."""
