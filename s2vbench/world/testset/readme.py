"""The test set's own README and licence notice."""

from __future__ import annotations

from collections.abc import Sequence

from s2vbench.testsets.schema import CaseRow
from s2vbench.world.cast import KINDS
from s2vbench.world.testset import recipe
from s2vbench.world.testset.people import Member

LICENCE = """The pictures, masks, prompts and rows in this folder were drawn and written by the rendered world of
s2vbench. To the extent possible under law, the s2vbench developers have waived all copyright and related or
neighbouring rights to them under CC0 1.0 Universal: https://creativecommons.org/publicdomain/zero/1.0/
"""

_README = """# {name}

A test set for subject-to-video models, drawn by the rendered world of s2vbench. No photograph, no real person, no
brand: everything here is CC0-1.0.

| kind | subjects | conditioning images | held-out views | classes |
| --- | --- | --- | --- | --- |
{table}

{cases} cases: {one} with one subject, {two} with two, {three} with three, {crowds} with four or five; {twins} with two
subjects of one class. Of the cases with several subjects {contact} ask for contact and {anchors} for places. Prompts
have {shortest} to {longest} words, and no two are alike. Splits: `full`, and `smoke` ({smoke} cases).

Every subject has a mask in every picture. Held-out views are never shown to a model: metrics calibrate with them.
`s2vbench testset show` makes a page to look at, `s2vbench testset check` verifies every digest, and
`s2vbench testset build {name}` draws it again, byte for byte.

Results here are about drawn subjects and say nothing about photographs of people, animals or things.
"""


def readme(everybody: Sequence[Member], cases: Sequence[CaseRow]) -> str:
    """`README.md` of the folder; its numbers are counted, not written."""
    sizes = [row.n_subjects for row in cases]
    words = [len(row.prompt.split()) for row in cases]
    return _README.format(
        name=recipe.NAME,
        table="\n".join(_line(kind, [member for member in everybody if member.kind == kind]) for kind in KINDS),
        cases=len(cases),
        one=sizes.count(1),
        two=sizes.count(2),
        three=sizes.count(3),
        crowds=sum(size > 3 for size in sizes),
        twins=sum(row.same_class_pair for row in cases),
        contact=sum(row.interaction == "contact" for row in cases),
        anchors=sum("anchor" in row.tags for row in cases),
        shortest=min(words),
        longest=max(words),
        smoke=sum(recipe.SMOKE in row.splits for row in cases),
    )


def _line(kind: str, own: Sequence[Member]) -> str:
    nouns = list(dict.fromkeys(member.noun for member in own))
    images, hidden = sum(member.num_images for member in own), sum(member.has_heldout for member in own)
    return f"| {kind} | {len(own)} | {images} | {hidden} | {', '.join(nouns)} |"
