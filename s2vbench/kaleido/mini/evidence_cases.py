"""The cases of the evidence: held-out individuals, and for each another one of the same class to take its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from s2vbench.errors import InputError
from s2vbench.kaleido.mini.agreement import Subject
from s2vbench.testsets.folder import TestSet
from s2vbench.types import Case, Reference
from s2vbench.video.pictures import read_mask, read_picture

CONDITIONS: Final = ("right", "shuffled", "none")
"""Whose references a clip was made with: the case's, their partners', nobody's."""
SWAPPED: Final = "swapped"
"""The case's references in the other order; for two subjects only, and only told."""
COUNTS: Final = (1, 2)
"""Subjects of a case."""


@dataclass(frozen=True)
class EvidenceCase:
    """One case with the partners of its subjects."""

    case: Case
    partners: tuple[Reference, ...]
    """For each subject another individual: of the same class where the test set has one left, else of the kind."""
    folder: Path
    seed: int
    """Of the noise, the same in every condition."""

    @property
    def conditions(self) -> tuple[str, ...]:
        """What is made of it."""
        return (*CONDITIONS, SWAPPED) if len(self.case.references) == 2 else CONDITIONS

    def shown(self, condition: str) -> tuple[Reference, ...]:
        """Whose pictures the model is given."""
        right = self.case.references
        return {"right": right, "shuffled": self.partners, "none": (), SWAPPED: right[::-1]}[condition]

    def subjects(self) -> tuple[tuple[Subject, Subject], ...]:
        """Each subject with its partner, as pictures."""
        pairs = zip(self.case.references, self.partners, strict=True)
        return tuple((subject_of(right, self.folder), subject_of(wrong, self.folder)) for right, wrong in pairs)


def evidence_cases(testset: TestSet, limit: int | None = None, seed: int = 0) -> list[EvidenceCase]:
    """All cases with one or two subjects, or about `limit` of them, evenly spaced in each group.

    Args:
        testset: of drawn subjects with masks.
        limit: at most so many cases, shared between one and two subjects as in the whole.
        seed: of the choice of partners and of the noise.

    Raises:
        InputError: the test set has no such case, or a subject without a mask.
    """
    people = people_of(testset)
    groups = [[case for case in testset.cases if len(case.references) == count] for count in COUNTS]
    total = sum(len(group) for group in groups)
    if not total:
        raise InputError(f"test set {testset.name}: no case has one or two subjects; evidence needs them")
    chosen: list[Case] = []
    for group in groups:
        count = len(group) if limit is None else min(len(group), round(limit * len(group) / total))
        chosen += [group[index * len(group) // count] for index in range(count)]
    return [
        EvidenceCase(case, _partners(case, people, seed), testset.folder, int(_draw(f"{seed} {case.id}")[:8], 16))
        for case in chosen
    ]


def people_of(testset: TestSet) -> dict[str, Reference]:
    """Every subject of a test set, by id."""
    found = [reference for case in testset.cases for reference in case.references]
    return {reference.id: reference for reference in found if reference.kind != "background"}


def _partners(case: Case, people: dict[str, Reference], seed: int) -> tuple[Reference, ...]:
    taken = {reference.id for reference in case.references}
    partners: list[Reference] = []
    for right in case.references:
        others = [person for person in people.values() if person.id not in taken]
        same_class = [person for person in others if class_of(person) == class_of(right)]
        same_kind = [person for person in others if person.kind == right.kind]
        if not same_kind:
            raise InputError(f"case {case.id}: the test set has no other {right.kind} to take {right.id}'s place")
        partner = min(same_class or same_kind, key=lambda person: _draw(f"{seed} {case.id} {right.id} {person.id}"))
        taken.add(partner.id)
        partners.append(partner)
    return tuple(partners)


def class_of(reference: Reference) -> str:
    """The class of an individual."""
    return reference.drawn.species if reference.drawn else reference.noun


def _draw(text: str) -> str:
    """A number drawn for a text, the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=64)
def subject_of(reference: Reference, folder: Path) -> Subject:
    """The first conditioning picture of a subject, the one that the model is given.

    Raises:
        InputError: it has none, or no mask.
    """
    if not reference.images or not reference.masks:
        raise InputError(f"{folder}: {reference.id} has no picture with a mask; evidence needs both")
    picture_HWC = read_picture(folder / reference.images[0]).rgb_HWC
    return Subject(picture_HWC, read_mask(folder / reference.masks[0], *picture_HWC.shape[:2]))
