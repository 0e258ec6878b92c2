"""What kind of thing a noun names: human, animal, cartoon, place, or else an object."""

from __future__ import annotations

from s2vbench.testsets.importers.nouns import other_numbers
from s2vbench.testsets.schema import Category

_HUMANS = """
actor actress athlete baby ballerina boy bride chef child couple cowboy dancer doctor face farmer female fisherman
gentleman girl groom guy human kid lady male man musician nurse performer person player reporter runner singer soldier
speaker student surfer teacher teenager toddler woman worker
"""
_ANIMALS = """
alpaca animal ant bear bee bird buffalo bull bunny butterfly calf camel cat cheetah chick chicken chiken corgi cow crab
crocodile deer dog dolphin donkey dragonfly duck duckling eagle elephant ferret fish flamingo fox frog gecko giraffe
goat goldfish goose gorilla hamster hare hedgehog hen hippo horse husky kangaroo kitten koala lamb leopard lion lizard
llama lynx mare monkey moose mouse octopus ostrich otter owl panda parrot peacock penguin pig pigeon pony poodle
puppy rabbit raccoon rat rhino rooster schnauzer seal shark sheep shrimp snail snake sparrow spider squid squirrel swan
tiger tortoise turkey turtle whale wolf yak zebra
"""
_CARTOONS = "anime cartoon caricature character mascot"
_PLACES = """
airport alley attic background barn bathroom beach bedroom bridge canyon castle church city classroom coast corridor
courtyard desert field forest garden gym hall hill house island jungle kitchen lake landscape lawn library livingroom
market meadow mountain museum ocean office park playground plaza pool restaurant river road room school sea seaside
shore snow square stadium street studio sky square temple town valley village waterfall grassland
"""
_TABLE: dict[str, Category] = {
    **dict.fromkeys(_PLACES.split(), "background"),
    **dict.fromkeys(_ANIMALS.split(), "animal"),
    **dict.fromkeys(_CARTOONS.split(), "cartoon"),
    **dict.fromkeys(_HUMANS.split(), "human"),
}
_MADE_UP = {"plush", "plushie", "stuffed", "toy", "figurine", "doll", "teddy", "statue", "sculpture", "figure", "house"}
"""A cat of plush or a bird house is no cat and no bird."""
CATEGORIES: tuple[Category, ...] = ("human", "animal", "cartoon", "object", "background")


def kind_of(noun: str) -> Category:
    """The kind of what a noun names, by its last word; an object where nobody knows.

    >>> kind_of("Living room"), kind_of("two cats"), kind_of("plush dog"), kind_of("fox character"), kind_of("Cup")
    ('background', 'animal', 'object', 'cartoon', 'object')
    """
    words = noun.casefold().replace("-", " ").replace("_", " ").split()
    if not words:
        return "object"
    if len(words) > 1 and _MADE_UP & set(words):
        return "object"
    last = words[-1]
    return next((_TABLE[form] for form in (last, *other_numbers(last)) if form in _TABLE), "object")


def is_category(value: object) -> bool:
    """True for a category that subjects may have."""
    return value in CATEGORIES
