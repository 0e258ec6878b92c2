"""Gathers the rows of a test set while an importer reads, and writes them at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError, PictureError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.check_rows import UNNAMED_TAG, names
from s2vbench.testsets.facts import picture_facts
from s2vbench.testsets.ids import free_id, safe_id
from s2vbench.testsets.importers.base import ImportReport
from s2vbench.testsets.importers.nouns import spans_of
from s2vbench.testsets.importers.placing import Placement
from s2vbench.testsets.importers.writing import Rows, write_rows
from s2vbench.testsets.schema import CaseRow, Category, ImageRow, Ref, Role, SubjectRow


@dataclass(frozen=True)
class Provenance:
    """Where a picture comes from and what may be done with it; the same for many pictures."""

    source_dataset: str
    licence_spdx: str = ""
    licence_url: str | None = None
    source_url: str | None = None
    author: str | None = None
    attribution_text: str | None = None
    redistributable: bool = False
    modifications: str | None = None


@dataclass(frozen=True)
class Named:
    """What is known about who is in a picture."""

    noun: str
    kind: Category
    subject: str | None = None
    """Names the individual, where a source says which pictures show the same one."""


@dataclass(frozen=True)
class Shown:
    """One subject of a case while it is being imported."""

    subject_id: str
    image_ids: tuple[str, ...]
    heldout_ids: tuple[str, ...] = ()


@dataclass
class Collector:
    """The rows so far, and what was left out."""

    format_name: str
    placement: Placement
    images: dict[str, ImageRow] = field(default_factory=dict)
    subjects: dict[str, SubjectRow] = field(default_factory=dict)
    cases: dict[str, CaseRow] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _taken: dict[str, set[str]] = field(default_factory=lambda: {"image": set(), "subject": set(), "case": set()})
    """What a row is -> ids in small letters."""
    _num_views: Counter[str] = field(default_factory=Counter)
    _shown: dict[str, Shown] = field(default_factory=dict)
    """SHA-256 of a picture -> whom it shows."""
    _prompts: dict[str, dict[tuple[tuple[Ref, ...], str | None], str]] = field(default_factory=dict)

    def free_id(self, kind: str, wanted: str) -> str:
        """`wanted` as the id of an "image", "subject", "case" or "video", with a number where it is taken already."""
        taken = self._taken.setdefault(kind, set())
        found = free_id(wanted, taken)
        taken.add(found.casefold())
        return found

    def skip(self, what: str, why: str | Exception) -> None:
        """Leave something out and say so; the same reason is said once."""
        entry = (what, str(why).removeprefix(f"{what}: "))
        if entry not in self.skipped:
            self.skipped.append(entry)

    def note(self, text: str) -> None:
        """Say something about the result, once."""
        if text not in self.notes:
            self.notes.append(text)

    def add_image(
        self,
        file: Path,
        *,
        wanted_id: str,
        subject_id: str,
        origin: Provenance,
        role: Role = "condition",
        view_id: str = "front",
        **more: Any,
    ) -> str:
        """One picture of a subject; gives its id.

        Raises:
            InputError: it cannot be read as a picture, or lies where the test set does not reach.
        """
        image_id = self.free_id("image", wanted_id)
        suffix = file.suffix.lower() or ".img"
        try:
            facts = picture_facts(file)
        except PictureError as error:
            raise InputError(str(error)) from error
        self.images[image_id] = ImageRow(
            image_id=image_id,
            path=self.placement.place(file, f"images/{image_id}{suffix}"),
            **vars(facts),
            subject_id=subject_id,
            view_id=view_id,
            role=role,
            **{key: value for key, value in vars(origin).items() if value is not None},
            **more,
        )
        return image_id

    def place_video(self, file: Path, wanted_id: str) -> str:
        """The path of a case's video in the test set.

        Raises:
            InputError: it lies, or leads, where the test set does not reach.
        """
        name = self.free_id("video", wanted_id) if self.placement.copy else ""
        return self.placement.place(file, f"videos/{name}{file.suffix.lower()}")

    def add_subject(self, subject_id: str, category: Category, class_noun: str, phrase: str | None = None) -> str:
        """One subject; an id that is there already must be of the same class."""
        row = SubjectRow(subject_id=subject_id, category=category, class_noun=class_noun, phrase=phrase)
        assert self.subjects.setdefault(subject_id, row) == row
        return subject_id

    def one_picture(self, file: Path, wanted_id: str, named: Named, origin: Provenance) -> Shown:
        """A subject that one picture shows; the same picture under the same name is the same subject.

        Raises:
            InputError: as `add_image`, or the individual is known under another noun or kind.
        """
        digest = _digest_of(file)
        if digest in self._shown:
            return self._seen_again(self._shown[digest], file, named)
        subject_id = safe_id(named.subject) if named.subject else self.free_id("subject", wanted_id)
        known = self.subjects.get(subject_id)
        if known is not None and (known.class_noun, known.category) != (named.noun, named.kind):
            raise InputError(
                f"subject {named.subject!r} is called {known.class_noun!r} ({known.category}) elsewhere; "
                f"give all its pictures one noun and kind, not {named.noun!r} ({named.kind})"
            )
        image_id = self.add_image(
            file,
            wanted_id=wanted_id,
            subject_id=subject_id,
            origin=origin,
            role="background" if named.kind == "background" else "condition",
            view_id=f"view-{self._num_views[subject_id]}" if self._num_views[subject_id] else "front",
        )
        self._num_views[subject_id] += 1
        self._taken["subject"].add(subject_id.casefold())
        self.add_subject(subject_id, named.kind, named.noun)
        self._shown[digest] = Shown(subject_id, (image_id,))
        return self._shown[digest]

    def _seen_again(self, shown: Shown, file: Path, named: Named) -> Shown:
        """One picture shows one subject, whatever a second case calls it."""
        known = self.subjects[shown.subject_id]
        if named.subject is not None and safe_id(named.subject) != shown.subject_id:
            raise InputError(f"{file}: is the picture of subject {shown.subject_id!r} already")
        if known.class_noun.casefold() != named.noun.casefold():
            self.note(
                f"{file.name} is called {named.noun!r} in one case and {known.class_noun!r} in another; the latter"
            )
        return shown

    def add_case(
        self,
        wanted_id: str,
        prompt: str,
        shown: Sequence[Shown],
        *,
        source: str,
        tags: Iterable[str] = (),
        **more: Any,
    ) -> None:
        """One case; its combination, spans and flags follow from its subjects."""
        rows = [self.subjects[one.subject_id] for one in shown]
        people = [row for row in rows if row.category != "background"]
        missing = [row.class_noun for row in rows if not names(prompt, row.class_noun)]
        nouns = [row.class_noun.casefold() for row in people]
        case_id = self.free_id("case", wanted_id)
        case = CaseRow(
            case_id=case_id,
            combo="+".join(sorted(row.category for row in people)),
            n_subjects=len(people),
            refs=tuple(
                Ref(subject_id=one.subject_id, image_ids=one.image_ids, heldout_ids=one.heldout_ids) for one in shown
            ),
            prompt=prompt,
            subject_spans=spans_of([(row.subject_id, row.class_noun) for row in rows], prompt),
            same_class_pair=len(set(nouns)) < len(nouns),
            bg_from_prompt=len(people) == len(rows),
            bg_overlap_expected=len(people) < len(rows),
            tags=tuple(dict.fromkeys([*tags, *([UNNAMED_TAG] if missing else [])])),
            source=source,
            **more,
        )
        twin = self._prompts.setdefault(prompt, {}).setdefault((case.refs, case.video), case_id)
        if twin != case_id:
            self.skip(source, f"has the prompt and the pictures of case {twin}")
            return
        self.cases[case_id] = case
        if missing:
            self.note(f"case {case_id}: its prompt does not name {', '.join(map(repr, missing))}")

    def report(self) -> ImportReport:
        """What there is so far."""
        return ImportReport(len(self.cases), len(self.images), tuple(self.skipped), tuple(self.notes))

    def write(self, *, name: str, licence: str) -> None:
        """Write the test set; images and subjects that no case shows are left out.

        Raises:
            InputError: there is a test set already that no import made.
            OutputError: the folder cannot be written.
        """
        self.drop_unused()
        images = list(self.images.values())
        masks = [row.mask_path for row in images if row.mask_path]
        videos = [case.video for case in self.cases.values() if case.video]
        self.placement.copy_files([*(row.path for row in images), *masks, *videos])
        write_rows(
            self.placement,
            name=name,
            licence=licence,
            generator=f"s2vbench {version('s2vbench')} testset import {self.format_name}",
            rows=Rows(images, list(self.subjects.values()), list(self.cases.values())),
        )

    def drop_unused(self) -> None:
        """Forget images and subjects that no case names, and set each subject's distractors."""
        refs = [ref for case in self.cases.values() for ref in case.refs]
        used = {image_id for ref in refs for image_id in (*ref.image_ids, *ref.heldout_ids)}
        self.images = {key: row for key, row in self.images.items() if key in used}
        named = {ref.subject_id for ref in refs}
        self.subjects = {key: row for key, row in self.subjects.items() if key in named}


def _digest_of(file: Path) -> str:
    try:
        return sha256_of_file(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from error
