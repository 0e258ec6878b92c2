"""All rows of a test set by id; those of a cases file are made from its references."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from s2vbench.errors import InputError, PictureError
from s2vbench.files import canonical_json, sha256_of_file
from s2vbench.testsets.facts import picture_facts
from s2vbench.testsets.folder import TestSet
from s2vbench.testsets.ids import may_stand_in_id
from s2vbench.testsets.schema import CaseRow, ImageRow, Ref, Role, Span, SubjectRow
from s2vbench.types import Case, Reference


@dataclass(frozen=True)
class Tables:
    """Rows by id, in their files' order."""

    cases: dict[str, CaseRow]
    subjects: dict[str, SubjectRow]
    images: dict[str, ImageRow]


def tables_of(testset: TestSet) -> Tables:
    """Every row of a test set, of all splits.

    Raises:
        InputError: a row is wrong, or a picture that a cases file names cannot be read.
    """
    if testset.file is not None:
        return _of_cases(testset)
    return Tables(
        {row.case_id: row for row in testset.case_rows()},
        {row.subject_id: row for row in testset.subject_rows()},
        {row.image_id: row for row in testset.image_rows()},
    )


def named_files(tables: Tables) -> list[str]:
    """Every file that rows name, once."""
    images = tables.images.values()
    named = [path for row in images for path in (row.path, row.mask_path) if path]
    return list(dict.fromkeys([*named, *(row.video for row in tables.cases.values() if row.video)]))


def _of_cases(testset: TestSet) -> Tables:
    made = _Made(testset)
    for case in testset.cases:
        made.add_case(case)
    made.add_distractors()
    return made.tables


@dataclass
class _Made:
    """Rows made from the references of a cases file."""

    testset: TestSet
    tables: Tables = field(default_factory=lambda: Tables({}, {}, {}))
    _subject_of: dict[str, str] = field(default_factory=dict)
    """What a reference says -> its subject: the same in two cases is one subject."""
    _owner_of: dict[str, str] = field(default_factory=dict)
    """Path of a picture -> its subject."""
    _distractors: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Subject -> paths of pictures of others."""

    def add_case(self, case: Case) -> None:
        """The case, and those of its subjects that are new."""
        where = f"{self.testset.file}, case {case.id!r}"
        if not case.prompt.strip():
            raise InputError(f"{where}: its prompt is empty; a test set in a folder needs one")
        refs = []
        for reference in case.references:
            if not reference.images:
                raise InputError(
                    f"{where}, reference {reference.id!r}: has no images; a test set in a folder needs a view of each"
                )
            subject_id = self._subject(reference)
            views = {row.image_id: row.role for row in self.tables.images.values() if row.subject_id == subject_id}
            refs.append(
                Ref(
                    subject_id=subject_id,
                    image_ids=tuple(name for name, role in views.items() if role == "condition"),
                    heldout_ids=tuple(name for name, role in views.items() if role == "heldout"),
                    expected_count=reference.expected_count,
                )
            )
        row = self._case_row(case, tuple(refs))
        self.tables.cases[row.case_id] = row

    def _subject(self, reference: Reference) -> str:
        content = canonical_json(reference.model_dump(mode="json", exclude={"id", "expected_count", "drawn"}))
        if content in self._subject_of:
            return self._subject_of[content]
        subject_id = _free_id(reference.id, self.tables.subjects)
        self._subject_of[content] = subject_id
        self._distractors[subject_id] = _with_masks(reference.distractors, reference.distractor_masks)
        self.tables.subjects[subject_id] = SubjectRow(
            subject_id=subject_id, category=reference.kind, class_noun=reference.noun
        )
        for path, mask in _with_masks(reference.images, reference.masks):
            self._image(subject_id, path, "condition", mask)
        for path, mask in _with_masks(reference.heldout, reference.heldout_masks):
            self._image(subject_id, path, "heldout", mask)
        return subject_id

    def add_distractors(self) -> None:
        """Pictures of others: subjects of the file where it has the same picture, else subjects of their own."""
        for subject_id, pictures in self._distractors.items():
            row = self.tables.subjects[subject_id]
            others = []
            for path, mask in pictures:
                if path not in self._owner_of:
                    other = _free_id(f"other-{row.class_noun}", self.tables.subjects)
                    self.tables.subjects[other] = row.model_copy(update={"subject_id": other})
                    self._image(other, path, "condition", mask)
                others.append(self._owner_of[path])
            distractors = tuple(name for name in dict.fromkeys(others) if name != subject_id)
            self.tables.subjects[subject_id] = row.model_copy(update={"distractor_ids": distractors})

    def _image(self, subject_id: str, path: str, role: Role, mask: str = "") -> None:
        folder = self.testset.folder
        try:
            facts = picture_facts(folder / path)
            mask_sha256 = sha256_of_file(folder / mask) if mask else None
        except (PictureError, OSError) as error:
            raise InputError(f"{self.testset.file}: a picture cannot be read: {error}; correct its path") from error
        view = "heldout" if role == "heldout" else "view"
        image_id = _free_id(f"{subject_id}-{view}-1", self.tables.images)
        self._owner_of.setdefault(path, subject_id)
        self.tables.images[image_id] = ImageRow(
            image_id=image_id,
            path=Path(path).as_posix(),
            subject_id=subject_id,
            view_id=image_id.removeprefix(f"{subject_id}-"),
            role=role,
            mask_path=Path(mask).as_posix() if mask else None,
            mask_sha256=mask_sha256,
            **vars(facts),
        )

    def _case_row(self, case: Case, refs: tuple[Ref, ...]) -> CaseRow:
        people = [reference for reference in case.references if reference.kind != "background"]
        nouns = [reference.noun.casefold() for reference in people]
        return CaseRow(
            case_id=_free_id(case.id, self.tables.cases),
            combo="+".join(sorted(reference.kind for reference in people)),
            n_subjects=len(people),
            refs=refs,
            prompt=case.prompt,
            subject_spans=spans_of(
                [(ref.subject_id, self.tables.subjects[ref.subject_id].class_noun) for ref in refs], case.prompt
            ),
            same_class_pair=len(set(nouns)) < len(nouns),
            expected_extra=case.expected_extra,
            bg_overlap_expected=case.bg_overlap_expected,
            seeds=case.seeds,
            tags=case.tags,
            video=case.video,
        )


def spans_of(nouns: Sequence[tuple[str, str]], prompt: str) -> tuple[Span, ...]:
    """Where a prompt names each (subject, noun); the second subject of one noun gets its second mention.

    >>> [(span.subject_id, span.start) for span in spans_of([("a", "cat"), ("b", "cat")], "A cat and a cat")]
    [('a', 2), ('b', 12)]
    """
    spans = []
    mentions: dict[str, int] = {}
    for subject_id, noun in nouns:
        found = list(re.finditer(rf"(?<![^\W_]){re.escape(noun)}", prompt, re.IGNORECASE))
        at = mentions.get(noun.casefold(), 0)
        mentions[noun.casefold()] = at + 1
        if at < len(found):
            spans.append(Span(subject_id=subject_id, start=found[at].start(), end=found[at].end()))
    return tuple(spans)


def _free_id(wanted: str, taken: Container[str]) -> str:
    """An id of rows from any text; one that is taken counts its last number up, or gets one.

    >>> _free_id("my dog", {"my_dog"}), _free_id("view-1", {"view-1", "view-2"})
    ('my_dog-2', 'view-3')
    """
    plain = "".join(letter if may_stand_in_id(letter) else "_" for letter in unicodedata.normalize("NFC", wanted))
    base = plain.lstrip(".").encode()[:100].decode(errors="ignore") or "_"
    found = re.fullmatch(r"(.*)-(\d+)", base)
    stem, number = (found[1], int(found[2])) if found else (base, 1)
    while base in taken:
        number += 1
        base = f"{stem}-{number}"
    return base


def _with_masks(paths: Sequence[str], masks: Sequence[str]) -> list[tuple[str, str]]:
    """Each picture with its mask, "" where there is none."""
    return list(zip(paths, masks or ("",) * len(paths), strict=True))
