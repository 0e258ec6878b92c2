"""What the rows of a test set say about one another: cases name subjects and images, images name subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from s2vbench.errors import InputError
from s2vbench.testsets.paths import PathsBelow
from s2vbench.testsets.problems import Problem
from s2vbench.testsets.rows import CASES, IMAGES, SUBJECTS
from s2vbench.testsets.schema import CaseRow, Category, ImageRow, Ref, SubjectRow
from s2vbench.types import Case, Drawn, Reference


class KnownImage(NamedTuple):
    """What cases need of an image; a hundred thousand of these stay in memory, no whole rows."""

    line: int
    path: str
    mask_path: str | None
    role: str
    subject_id: str | None
    drawn: Drawn | None
    source_url: str | None


class KnownSubject(NamedTuple):
    """What cases need of a subject."""

    line: int
    category: Category
    class_noun: str
    distractor_ids: tuple[str, ...]


@dataclass
class Links:
    """Everything that cases may name, gathered line by line; lines that clash with earlier ones are problems."""

    paths: PathsBelow
    images: dict[str, KnownImage] = field(default_factory=dict)
    subjects: dict[str, KnownSubject] = field(default_factory=dict)
    condition_of: dict[str, list[str]] = field(default_factory=dict)
    """Subject -> its images that may be shown, in the file's order."""
    case_lines: dict[str, int] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Ids of subjects and images whose own rows are wrong: rows that name them are not reported for it."""
    _drawn: dict[tuple[str, int], Drawn] = field(default_factory=dict)

    def add_subject(self, line: int, row: SubjectRow) -> Iterator[Problem]:
        """Remember a subject."""
        item = f"subject {row.subject_id!r}"
        if row.subject_id in self.subjects:
            yield _twice(SUBJECTS, line, item, "subject_id", self.subjects[row.subject_id].line)
            return
        if row.subject_id in row.distractor_ids:
            yield Problem(SUBJECTS, line, item, "is its own distractor", "take it out of distractor_ids")
        self.subjects[row.subject_id] = KnownSubject(line, row.category, row.class_noun, row.distractor_ids)

    def add_image(self, line: int, row: ImageRow) -> Iterator[Problem]:
        """Remember an image; subjects must be known already."""
        item = f"image {row.image_id!r}"
        if row.image_id in self.images:
            yield _twice(IMAGES, line, item, "image_id", self.images[row.image_id].line)
            return
        if row.subject_id is not None and not self._known(row.subject_id, self.subjects):
            what = f"subject_id {row.subject_id!r} is not in {SUBJECTS}"
            yield Problem(IMAGES, line, item, what, "add the subject or correct the id")
        names: list[str | None] = []
        for relative in (row.path, row.mask_path):
            try:
                names.append(self.paths.name_of(relative) if relative else relative)
            except InputError as error:
                yield Problem(IMAGES, line, item, str(error).removeprefix(": "), "name a file below the folder")
                self.broken.add(row.image_id)
                return
        path, mask_path = names
        drawn = self._drawn_of(row)
        known = KnownImage(line, path or "", mask_path, row.role, row.subject_id, drawn, row.source_url)
        self.images[row.image_id] = known
        if row.role == "condition" and row.subject_id is not None:
            self.condition_of.setdefault(row.subject_id, []).append(row.image_id)

    def _drawn_of(self, row: ImageRow) -> Drawn | None:
        made = row.synthetic
        if made is None or made.species is None or made.seed is None or made.seed < 0:
            return None
        return self._drawn.setdefault((made.species, made.seed), Drawn(species=made.species, seed=made.seed))

    def wrong_distractors(self) -> Iterator[Problem]:
        """Distractors that are not there; asked when every subject is known."""
        for subject_id, subject in self.subjects.items():
            for other in subject.distractor_ids:
                if not self._known(other, self.subjects):
                    what = f"distractor {other!r} is not in {SUBJECTS}"
                    item = f"subject {subject_id!r}"
                    yield Problem(SUBJECTS, subject.line, item, what, "add the subject or take it out")

    def wrong_case(self, line: int, row: CaseRow) -> Iterator[Problem]:
        """Why a case cannot be used; subjects and images must be known already."""
        item = f"case {row.case_id!r}"
        if row.case_id in self.case_lines:
            yield _twice(CASES, line, item, "case_id", self.case_lines[row.case_id])
        self.case_lines.setdefault(row.case_id, line)
        if row.video:
            try:
                self.paths.name_of(row.video)
            except InputError as error:
                yield Problem(CASES, line, item, str(error).removeprefix(": "), "name a file below the folder")
        for subject_id, count in Counter(ref.subject_id for ref in row.refs).items():
            if count > 1:
                what = f"two refs have the subject {subject_id!r}"
                yield Problem(CASES, line, item, what, "put all its images into one ref")
        for ref in row.refs:
            for what, remedy in self._wrong_ref(ref):
                yield Problem(CASES, line, item, what, remedy)

    def _wrong_ref(self, ref: Ref) -> Iterator[tuple[str, str]]:
        if not self._known(ref.subject_id, self.subjects):
            yield f"subject {ref.subject_id!r} is not in {SUBJECTS}", "add the subject or correct the id"
        for image_id, is_heldout in [(name, False) for name in ref.image_ids] + [
            (name, True) for name in ref.heldout_ids
        ]:
            image = self.images.get(image_id)
            if image is None and image_id in self.broken:
                continue
            if image is None:
                yield f"image {image_id!r} is not in {IMAGES}", "add the image or correct the id"
                continue
            if image.subject_id not in {None, ref.subject_id}:
                what = f"image {image_id!r} shows subject {image.subject_id!r}, not {ref.subject_id!r}"
                yield what, "name an image of that subject"
            if image.role == "heldout" and not is_heldout:
                yield f"held-out image {image_id!r} would be shown to a model", "move it to heldout_ids"
            if not image.path:
                source = f" ({image.source_url})" if image.source_url else ""
                yield f"image {image_id!r} has no file here", f"get it from its source{source} and set its path"
        for image_id in set(ref.image_ids) & set(ref.heldout_ids):
            yield f"image {image_id!r} is both shown and held out", "take it out of one of them"

    def _known(self, row_id: str, where: Container[str]) -> bool:
        return row_id in where or row_id in self.broken

    def case(self, row: CaseRow) -> Case:
        """The case with everything that its rows name; only for rows without problems."""
        present = {ref.subject_id for ref in row.refs}
        return Case(
            id=row.case_id,
            prompt=row.prompt,
            references=tuple(self._reference(ref, present) for ref in row.refs),
            seeds=row.seeds,
            tags=row.tags,
            expected_extra=row.expected_extra,
            bg_overlap_expected=row.bg_overlap_expected,
            video=row.video,
            staging=row.staging,
            duration_s=row.duration_s,
            aspect=row.aspect,
        )

    def _reference(self, ref: Ref, present: set[str]) -> Reference:
        subject = self.subjects[ref.subject_id]
        shown = [self.images[image_id] for image_id in ref.image_ids]
        hidden = [self.images[image_id] for image_id in ref.heldout_ids]
        others = [name for name in subject.distractor_ids if name not in present]
        distractors = [self.images[image_id] for name in others for image_id in self.condition_of.get(name, ())]
        distractors = [image for image in distractors if image.path]
        return Reference(
            id=ref.subject_id,
            kind=subject.category,
            noun=subject.class_noun,
            images=tuple(image.path for image in shown),
            masks=_masks(shown),
            heldout=tuple(image.path for image in hidden),
            heldout_masks=_masks(hidden),
            distractors=tuple(image.path for image in distractors),
            distractor_masks=_masks(distractors),
            expected_count=ref.expected_count,
            drawn=next((image.drawn for image in shown if image.drawn is not None), None),
        )


def _masks(images: Sequence[KnownImage]) -> tuple[str, ...]:
    """One for each image, "" where there is none; nothing where no image has one."""
    return tuple(image.mask_path or "" for image in images) if any(image.mask_path for image in images) else ()


def _twice(file: str, line: int, item: str, key: str, first: int) -> Problem:
    return Problem(file, line, item, f"its {key} is used already in line {first}", "give it an id of its own")
