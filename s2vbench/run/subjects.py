"""The subjects of every case of a run: files, digests, known truth, and what is wanted about them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from s2vbench.backbones.captions import caption_of
from s2vbench.errors import InputError
from s2vbench.features.subjects.case_files import Box, CaseSubjects, FileDigests, case_subjects
from s2vbench.features.subjects.collect import SubjectWork
from s2vbench.features.subjects.instances import Arrays
from s2vbench.features.subjects.names import CANVAS, THUMBNAILS
from s2vbench.features.subjects.parts.faces import FaceFiles
from s2vbench.features.subjects.truth import CaseTruth, read_truth
from s2vbench.profiles import SubjectsEntry
from s2vbench.types import Case

log = logging.getLogger(__name__)


class SubjectPlans:
    """What metrics about subjects are given, case by case."""

    def __init__(
        self,
        entry: SubjectsEntry,
        folder: Path,
        all_cases: Sequence[Case],
        chosen: Iterable[tuple[Case, int]],
        *,
        truth: Path | None = None,
        faces: FaceFiles | None = None,
    ) -> None:
        """Check nouns, and truth about the chosen cases, before anything is computed.

        Args:
            entry: networks and choices.
            folder: the cases file's folder.
            all_cases: the whole test set: chance is measured on other cases' pictures, chosen or not.
            chosen: the cases and seeds whose videos will be scored; truth is read about these.
            truth: a truth file or a folder of them.
            faces: files of the face networks, where the user has them.

        Raises:
            InputError: a noun that no detector could look for; a truth file that is missing or wrong.
        """
        self.entry, self._folder, self._all = entry, folder, all_cases
        self._digests, self._faces = FileDigests(), faces
        self._truth_folder = truth
        # Masks of all frames of a whole test set take gigabytes: of each truth only its name is kept.
        self._truth: dict[tuple[str, int], str] = {}
        references: dict[str, Mapping[str, Sequence[Box]]] = {}
        self._known: dict[tuple[str, int], CaseSubjects] = {}
        self._known_views: dict[str, Arrays] = {}
        if truth is not None:
            for case, seed in chosen:
                found = read_truth(truth, case.id, seed)
                _check_names(truth, case, found)
                self._truth[case.id, seed] = found.digest()
                references.setdefault(case.id, found.references)
        else:
            # Chosen or not: other cases' pictures say what chance is, once their subjects are found and taken out.
            for case in all_cases:
                _check_nouns(case)
        if truth is not None:
            for case in all_cases:
                if case.id not in references and (known := _truth_if_any(truth, case)) is not None:
                    references[case.id] = known.references
        self._boxes = references

    def case(self, case: Case, seed: int) -> CaseSubjects:
        """Everything that a number about the case's subjects depends on."""
        key = case.id, seed
        if key not in self._known:
            self._known[key] = case_subjects(
                case,
                self._folder,
                self._all,
                self._digests,
                truth_sha256=self._truth.get(key, ""),
                truth_boxes=self._boxes,
            )
        return self._known[key]

    def work(self, case: Case, seed: int, features: Iterable[str]) -> SubjectWork:
        """What is computed for one video."""
        wanted = list(features)
        truth = None
        if self._truth_folder is not None and (case.id, seed) in self._truth:
            truth = read_truth(self._truth_folder, case.id, seed)
        return SubjectWork(
            self.case(case, seed),
            self.entry.policy,
            self.entry.backbones(),
            tuple(dict.fromkeys([*wanted, *([THUMBNAILS] if set(wanted) - {CANVAS} else [])])),
            truth=truth,
            faces=self._faces,
            known_views=self._known_views,
        )


def _check_names(truth: Path, case: Case, found: CaseTruth) -> None:
    """A misspelt name would count as a subject that is never there."""
    ids = [reference.id for reference in case.references]
    able = {*ids, *(reference.noun for reference in case.references)}
    for frame, named in found.frames.items():
        for name in named.keys() - able:
            where = f"{truth}, case {case.id!r}, frame {frame}"
            raise InputError(f"{where}: {name!r} is no subject's id or noun; it has {', '.join(ids)}")
    for name in found.references.keys() - set(ids):
        raise InputError(f"{truth}, case {case.id!r}, references: {name!r} is no subject's id; it has {', '.join(ids)}")


def _check_nouns(case: Case) -> None:
    nouns = [reference.noun for reference in case.references if reference.kind != "background"]
    if not nouns:
        return
    try:
        caption_of(nouns)
    except InputError as error:
        raise InputError(f"case {case.id!r}: {error}") from error


def _truth_if_any(truth: Path, case: Case) -> CaseTruth | None:
    try:
        return read_truth(truth, case.id, case.seeds[0])
    except InputError as error:
        log.debug("no truth about the references of %s: %s", case.id, error)
        return None
