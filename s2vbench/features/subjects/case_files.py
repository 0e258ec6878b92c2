"""Which pictures a case's subjects are compared with: files and digests, nothing read yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from s2vbench.features.subjects.tracks import ViewRole
from s2vbench.files import digest_of, sha256_of_file
from s2vbench.types import Case, Reference

Box = tuple[float, float, float, float]
TruthBoxes = Mapping[str, Mapping[str, Sequence[Box]]]

NULL_CANDIDATES = 64
"""How many of other cases' pictures are tried for the few with a background that chance is measured on."""


@dataclass(frozen=True)
class ViewFile:
    """One picture of a subject."""

    subject: int
    role: ViewRole
    path: Path
    sha256: str
    """Of the file's bytes; empty where it cannot be read."""
    noun: str
    mask_path: Path | None = None
    mask_sha256: str = ""
    truth_box: Box | None = None
    """Where a truth file says that the subject is."""

    def content(self) -> dict[str, str]:
        """What decides where the subject is in the picture, the files' names aside."""
        return {
            "picture": self.sha256,
            "mask": self.mask_sha256,
            "noun": self.noun,
            "truth": repr(self.truth_box or ""),
        }


@dataclass(frozen=True)
class SubjectEntry:
    """One subject as the cases file names it."""

    id: str
    noun: str
    kind: str
    expected_count: int


@dataclass(frozen=True)
class CaseSubjects:
    """Everything about a case that a number about its subjects depends on."""

    subjects: tuple[SubjectEntry, ...]
    views: tuple[ViewFile, ...]
    null: tuple[ViewFile, ...]
    """Other cases' condition views, in the order in which they are tried; none is a picture of this case."""
    expected_extra: int
    bg_overlap_expected: bool
    truth_sha256: str = ""

    def digest(self, *, with_null: bool) -> str:
        """A name for all of it, by content: files may be renamed or moved."""
        return digest_of(
            {
                "subjects": [[entry.id, entry.noun, entry.kind, entry.expected_count] for entry in self.subjects],
                "views": [[view.subject, view.role, view.content()] for view in self.views],
                "null": [view.content() for view in self.null] if with_null else [],
                "expected_extra": self.expected_extra,
                "bg_overlap_expected": self.bg_overlap_expected,
                "truth": self.truth_sha256,
            }
        )


def case_subjects(
    case: Case,
    folder: Path,
    others: Sequence[Case],
    digests: FileDigests,
    *,
    truth_sha256: str = "",
    truth_boxes: TruthBoxes | None = None,
) -> CaseSubjects:
    """The subjects of `case`, and the pictures of other cases that say what chance looks like.

    Args:
        case: the case.
        folder: the folder that picture paths are relative to.
        others: every case of the test set, `case` may be among them.
        digests: file digests, shared by all cases of a run.
        truth_sha256: digest of the case's truth, where there is one.
        truth_boxes: case -> subject -> its box in each condition view, where truth files give them.
    """
    boxes = truth_boxes or {}
    references = [reference for reference in case.references if reference.kind != "background"]
    subjects = tuple(SubjectEntry(r.id, r.noun, r.kind, r.expected_count) for r in references)
    views = tuple(
        view
        for k, reference in enumerate(references)
        for view in _views(k, reference, folder, digests, boxes.get(case.id, {}))
    )
    own = {view.sha256 for view in views}
    own |= {digests.of(folder / name) for reference in case.references for name in reference.images}
    pool: dict[str, list[ViewFile]] = {}
    for other in others:
        if other.id == case.id:
            continue
        for reference in other.references:
            if reference.kind == "background":
                continue
            for view in _condition_views(-1, reference, folder, digests, boxes.get(other.id, {})):
                if view.sha256 and view.sha256 not in own:
                    pool.setdefault(view.sha256, []).append(view)
    # By digests and not by position: the same few for a case, looked at alike, whatever the order of the file.
    once = [min(alike, key=lambda view: digest_of(view.content())) for alike in pool.values()]
    null = sorted(once, key=lambda view: digest_of([case.id, view.sha256]))[:NULL_CANDIDATES]
    return CaseSubjects(
        subjects, views, tuple(null), case.expected_extra, case.bg_overlap_expected, truth_sha256=truth_sha256
    )


class FileDigests:
    """SHA-256 of files, each read once."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """The digest; empty where the file cannot be read."""
        if path not in self._known:
            try:
                self._known[path] = sha256_of_file(path)
            except OSError:
                self._known[path] = ""
        return self._known[path]


def _views(
    subject: int, reference: Reference, folder: Path, digests: FileDigests, boxes: Mapping[str, Sequence[Box]]
) -> list[ViewFile]:
    found = _condition_views(subject, reference, folder, digests, boxes)
    unseen: list[tuple[ViewRole, tuple[str, ...], tuple[str, ...]]] = [
        ("heldout", reference.heldout, reference.heldout_masks),
        ("distractor", reference.distractors, reference.distractor_masks),
    ]
    more = [
        (role, name, masks[index] if index < len(masks) else "")
        for role, names, masks in unseen
        for index, name in enumerate(names)
    ]
    for role, name, mask_name in more:
        path, mask = folder / name, folder / mask_name if mask_name else None
        found.append(
            ViewFile(
                subject,
                role,
                path,
                digests.of(path),
                reference.noun,
                mask_path=mask,
                mask_sha256=(digests.of(mask) or "unreadable") if mask else "",
            )
        )
    return found


def _condition_views(
    subject: int, reference: Reference, folder: Path, digests: FileDigests, boxes: Mapping[str, Sequence[Box]]
) -> list[ViewFile]:
    known = boxes.get(reference.id, ())
    found = []
    for index, name in enumerate(reference.images):
        path = folder / name
        mask = folder / reference.masks[index] if index < len(reference.masks) and reference.masks[index] else None
        found.append(
            ViewFile(
                subject,
                "condition",
                path,
                digests.of(path),
                reference.noun,
                mask_path=mask,
                mask_sha256=(digests.of(mask) or "unreadable") if mask else "",
                truth_box=known[index] if index < len(known) else None,
            )
        )
    return found
