"""What a contact sheet of a test set shows: subjects with all their views by category, and cases with prompts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.files import is_there, real_path
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.testsets.paths import PathsBelow, unsafe_reason
from s2vbench.testsets.rows import CASES, IMAGES, MANIFEST, SUBJECTS
from s2vbench.testsets.schema import CaseRow, SubjectRow
from s2vbench.testsets.tables import Tables, named_files, tables_of
from s2vbench.testsets.views import Thumbnail, thumbnail
from s2vbench.types import Staging

CATEGORIES = ("human", "animal", "cartoon", "object", "background")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ShownView:
    """One picture of a subject."""

    image_id: str
    about: str
    """Which view, and what it is for."""
    is_heldout: bool
    thumbnail: Thumbnail


@dataclass(frozen=True)
class ShownSubject:
    """A subject with its pictures."""

    row: SubjectRow
    views: tuple[ShownView, ...]


@dataclass(frozen=True)
class Piece:
    """A part of a prompt: plain, or how it names a subject."""

    text: str
    subject: int | None = None
    """Which of the case's subjects, counted from 0."""


@dataclass(frozen=True)
class ShownCase:
    """A case with the pictures that a model is shown."""

    row: CaseRow
    prompt: tuple[Piece, ...]
    subjects: tuple[ShownSubject, ...]
    facts: tuple[str, ...]
    """Seeds, tags, staging, each in a few words."""


@dataclass(frozen=True)
class Sheet:
    """Everything that a contact sheet shows."""

    name: str
    facts: tuple[str, ...]
    groups: tuple[tuple[str, tuple[ShownSubject, ...]], ...]
    """(category, its subjects)."""
    cases: tuple[ShownCase, ...]
    own_files: frozenset[Path] = frozenset()
    """Files that the test set consists of, links followed: no sheet may take their place."""


@dataclass(frozen=True)
class Wanted:
    """Which part of a test set to show; None for all."""

    cases: tuple[str, ...] = ()
    split: str | None = None
    category: str | None = None


def collect_sheet(
    path_or_name: str | Path | TestSet, wanted: Wanted, progress: Progress = lambda _done, _total: None
) -> Sheet:
    """The chosen cases and their subjects; without a choice of cases or split also subjects that no case shows.

    Raises:
        InputError: no such test set, case, split or category, or rows that are wrong.
    """
    testset = load_testset(path_or_name, wanted.split)
    tables = tables_of(testset)
    cases = _chosen(tables, testset, wanted)
    shown = {ref.subject_id for case in cases for ref in case.refs}
    is_all = not wanted.cases and wanted.split is None
    subjects = [
        row
        for row in tables.subjects.values()
        if (is_all or row.subject_id in shown) and wanted.category in {None, row.category}
    ]
    pictures = _Pictures(tables, PathsBelow(testset.folder), progress)
    drawn = {row.subject_id: pictures.subject(row) for row in pictures.counted(subjects, cases)}
    ordered = sorted(subjects, key=lambda row: CATEGORIES.index(row.category))
    groups = tuple(
        (category, tuple(drawn[row.subject_id] for row in rows))
        for category, rows in groupby(ordered, key=lambda row: row.category)
    )
    facts = (f"{len(cases)} cases", f"{len(subjects)} subjects", f"{pictures.total} pictures")
    shown_cases = tuple(_shown_case(case, drawn) for case in cases)
    return Sheet(testset.name, facts, groups, shown_cases, _own_files(testset, tables))


def _own_files(testset: TestSet, tables: Tables) -> frozenset[Path]:
    paths, own = PathsBelow(testset.folder), [MANIFEST, CASES, SUBJECTS, IMAGES]
    others = {*own, *named_files(tables), *((testset.manifest and testset.manifest.files) or ())}
    safe = [paths.name_of(name) for name in others if unsafe_reason(paths, name) is None]
    return frozenset(real_path(testset.folder / name) for name in safe)


def sheet_target(out: Path, *, as_picture: bool) -> None:
    """Nothing where a sheet may be written to `out`.

    Raises:
        InputError: its name is that of another kind of file, or it is a folder.
    """
    suffixes = {".png"} if as_picture else {".html", ".htm"}
    if out.suffix.lower() not in suffixes:
        what = "a picture ends in .png" if as_picture else "a page ends in .html (and a picture, with --png, in .png)"
        raise InputError(f"{out}: {what}; give such a name with --out")
    if is_there(out) and out.is_dir():
        raise InputError(f"{out}: is a folder; give the name of a file with --out")


def _chosen(tables: Tables, testset: TestSet, wanted: Wanted) -> list[CaseRow]:
    for name in wanted.cases:
        if name not in tables.cases:
            raise InputError(f"{testset.folder}: no case {name!r}; `s2vbench testset show` without --case shows all")
    if wanted.category is not None and wanted.category not in CATEGORIES:
        raise InputError(f"unknown category {wanted.category!r}; choose {', '.join(CATEGORIES)}")
    category_of = {row.subject_id: row.category for row in tables.subjects.values()}
    return [
        row
        for row in tables.cases.values()
        if (not wanted.cases or row.case_id in wanted.cases)
        and (wanted.split is None or wanted.split in row.splits)
        and (wanted.category is None or wanted.category in {category_of[ref.subject_id] for ref in row.refs})
    ]


@dataclass
class _Pictures:
    """Makes each thumbnail once."""

    tables: Tables
    paths: PathsBelow
    progress: Progress
    done: int = 0
    total: int = 0
    _views: dict[str, list[str]] = field(default_factory=dict)

    def counted(self, subjects: list[SubjectRow], cases: list[CaseRow]) -> list[SubjectRow]:
        """All subjects that are drawn, after counting their pictures for progress."""
        for image in self.tables.images.values():
            self._views.setdefault(image.subject_id or "", []).append(image.image_id)
        ids = dict.fromkeys(
            [row.subject_id for row in subjects] + [ref.subject_id for case in cases for ref in case.refs]
        )
        self.total = sum(len(self._views.get(name, ())) for name in ids)
        return [self.tables.subjects[name] for name in ids]

    def subject(self, row: SubjectRow) -> ShownSubject:
        """A subject with all its pictures, held-out ones last."""
        images = [self.tables.images[name] for name in self._views.get(row.subject_id, ())]
        views = []
        for image in sorted(images, key=lambda image: image.role == "heldout"):
            small = thumbnail(self.paths, image.path, image.mask_path)
            is_heldout = image.role == "heldout"
            about = f"{image.view_id}, held out" if is_heldout else image.view_id
            views.append(ShownView(image.image_id, about, is_heldout, small))
            self.done += 1
            self.progress(self.done, self.total)
        return ShownSubject(row, tuple(views))


def _shown_case(row: CaseRow, drawn: dict[str, ShownSubject]) -> ShownCase:
    subjects = []
    for ref in row.refs:
        subject = drawn[ref.subject_id]
        views = tuple(view for view in subject.views if view.image_id in {*ref.image_ids, *ref.heldout_ids})
        subjects.append(ShownSubject(subject.row, views))
    facts = [f"seeds {', '.join(map(str, row.seeds))}"]
    facts += [f"splits {', '.join(row.splits)}"]
    facts += [f"tags {', '.join(row.tags)}"] if row.tags else []
    facts += [f"interaction {row.interaction}"] if row.interaction != "none" else []
    facts += staging_facts(row.staging) if row.staging is not None else []
    return ShownCase(row, prompt_pieces(row), tuple(subjects), tuple(facts))


def prompt_pieces(row: CaseRow) -> tuple[Piece, ...]:
    """The prompt cut at its subjects' spans; where two overlap the first one counts.

    >>> row = CaseRow.model_validate({"case_id": "c", "n_subjects": 1, "prompt": "A cat sits.",
    ...     "refs": [{"subject_id": "tom", "image_ids": ["a"]}],
    ...     "subject_spans": [{"subject_id": "tom", "start": 2, "end": 5}]})
    >>> [(piece.text, piece.subject) for piece in prompt_pieces(row)]
    [('A ', None), ('cat', 0), (' sits.', None)]
    """
    place = {ref.subject_id: at for at, ref in enumerate(row.refs)}
    pieces: list[Piece] = []
    end = 0
    for span in sorted(row.subject_spans, key=lambda span: span.start):
        if end <= span.start < span.end <= len(row.prompt):
            pieces += [Piece(row.prompt[end : span.start])] if span.start > end else []
            pieces.append(Piece(row.prompt[span.start : span.end], place.get(span.subject_id)))
            end = span.end
    return (*pieces, *([Piece(row.prompt[end:])] if end < len(row.prompt) else []))


def staging_facts(staging: Staging) -> list[str]:
    """Scene, camera, and who does what where, each in a few words."""
    facts = [f"scene {staging.scene}", f"camera {staging.camera}", f"motion {staging.motion_level}"]
    facts += [f"{action.subject_id}: {action.action}" for action in staging.actions]
    facts += [f"{relation.agent_id} {relation.verb} {relation.patient_id}" for relation in staging.relations]
    return facts + [f"{anchor.subject_id} {anchor.place}" for anchor in staging.anchors]
