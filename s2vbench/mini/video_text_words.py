"""The words that the text halves of `mini_image_text` and `mini_video_text` know, gathered from what the world can say.

python -m s2vbench.mini.video_text_words FILE

Writes every word of the captions, long and short, and of all adjectives of the casts of many numbers. The shipped file
is `s2vbench/backbones/mini/words.txt`; another one needs new trainings.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from s2vbench.backbones.mini.words import split_words
from s2vbench.files import write_atomically
from s2vbench.mini.clips_drawn import cast_of
from s2vbench.world.cast import Individual, all_species
from s2vbench.world.dice import Dice
from s2vbench.world.places import PLACES
from s2vbench.world.telling import BANDS, Name, phrase_of, tell

_CASTS: Final = 3000
_INDIVIDUALS: Final = 60
_LEAST: Final = 2
"""A word met once in all of that is as good as unknown."""


def texts() -> Iterator[str]:
    """What the world says: captions of casts, individuals of every class, places."""
    for number in range(_CASTS):
        people, staging = cast_of(number)
        if people:
            names = {
                key: Name(who.noun, phrase_of(who.noun, who.words()[:1]), who.kind != "object", who.words())
                for key, who in people.items()
            }
            dice = Dice("mini words", number)
            yield tell(staging, names, dice, dice.pick([band for band in BANDS if band != "very long"])).text
    for noun in all_species():
        for seed in range(_INDIVIDUALS):
            yield " ".join((noun, *Individual(noun, seed).words()))
    for place in PLACES.values():
        yield f"There is nobody {place.phrase}."
        yield f"There is nobody {place.phrase}."


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    counts = Counter(word for text in texts() for word in split_words(text))
    kept = sorted(word for word, count in counts.items() if count >= _LEAST and word.isascii())
    write_atomically(parser.parse_args().file, "\n".join(kept) + "\n")


if __name__ == "__main__":
    main()
