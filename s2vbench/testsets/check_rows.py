"""What rows of a test set say that cannot be, or should not: each row by itself, and rows against one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from s2vbench.testsets.links import Links
from s2vbench.testsets.problems import Problem
from s2vbench.testsets.rows import CASES, IMAGES, SUBJECTS
from s2vbench.testsets.schema import CaseRow, ImageRow, SubjectRow
from s2vbench.testsets.spdx import wrong_licence
from s2vbench.types import Row

UNNAMED_TAG = "noun-not-in-prompt"
"""Tag of imported cases that are known not to name a subject."""


@dataclass
class Rows:
    """Every row that could be read, with its line."""

    cases: list[tuple[int, CaseRow]] = field(default_factory=list)
    subjects: list[tuple[int, SubjectRow]] = field(default_factory=list)
    images: list[tuple[int, ImageRow]] = field(default_factory=list)

    def keep(self, line: int, row: Row) -> None:
        """Put a row where it belongs."""
        if isinstance(row, CaseRow):
            self.cases.append((line, row))
        elif isinstance(row, SubjectRow):
            self.subjects.append((line, row))
        elif isinstance(row, ImageRow):
            self.images.append((line, row))


def wrong_rows(rows: Rows, links: Links) -> Iterator[Problem]:
    """Everything that can be said without looking at a picture, beyond what `Links` says."""
    category_of = {row.subject_id: row.category for _, row in rows.subjects}
    for line, image in rows.images:
        item = f"image {image.image_id!r}"
        yield from (
            Problem(IMAGES, line, item, what, remedy) for what, remedy in (*_wrong_image(image), *_wrong_licence(image))
        )
        yield from (
            Problem(IMAGES, line, item, what, remedy, "warning")
            for what, remedy in _doubtful_image(image, category_of.get(image.subject_id or ""))
        )
    yield from _not_to_pass_on(rows)
    yield from _wrong_individuals(rows)
    yield from _wrong_subjects(rows, links)
    for line, case in rows.cases:
        yield from _wrong_case(line, case, links)
    yield from _shown_and_held_out(rows)
    yield from _repeated_prompts(rows)


def _wrong_image(row: ImageRow) -> Iterator[tuple[str, str]]:
    if row.subject_id is None and row.role != "background":
        yield f"has role {row.role} but no subject_id", "name its subject, or give it the role background"
    if row.box is not None:
        x0, y0, x1, y1 = row.box
        if not (0 <= x0 < x1 <= row.width_px and 0 <= y0 < y1 <= row.height_px):
            yield (
                f"box {list(row.box)} is not inside {row.width_px}x{row.height_px} px",
                "give x0, y0, x1, y1 in pixels",
            )
    if row.mask_path and row.mask_sha256 is None:
        yield "has a mask but no mask_sha256", "add the SHA-256 of the mask"
    if row.depicts_minor:
        yield "depicts a minor", "take the image out"
    if row.public_figure:
        yield "depicts a public figure", "take the image out"


def _wrong_licence(row: ImageRow) -> Iterator[tuple[str, str]]:
    if not row.licence_spdx:
        if row.redistributable:
            yield "is redistributable but names no licence", "set licence_spdx, or redistributable to false"
    elif (wrong := wrong_licence(row.licence_spdx)) is not None:
        yield wrong
    elif "LicenseRef-" in row.licence_spdx and not row.licence_url:
        yield f"licence {row.licence_spdx} is not on SPDX's list and has no licence_url", "add licence_url"


def _doubtful_image(row: ImageRow, category: str | None) -> Iterator[tuple[str, str]]:
    if not row.licence_spdx and not row.redistributable:
        yield "names no licence", "set licence_spdx, if anybody knows it"
    if row.licence_spdx.startswith("CC-BY") and not (row.attribution_text or row.author):
        yield f"its licence {row.licence_spdx} asks for the author's name", "add author or attribution_text"
    if category == "human" and row.person_consent == "unknown":
        yield "shows a person, and whether they agreed is unknown", "set person_consent"


def _not_to_pass_on(rows: Rows) -> Iterator[Problem]:
    """One line for all of them: imported test sets have hundreds."""
    present = [(line, row) for line, row in rows.images if row.path and not row.redistributable]
    if present:
        line, first = present[0]
        what = f"{len(present)} images may not be passed on but lie here (this is the first)"
        yield Problem(
            IMAGES, line, f"image {first.image_id!r}", what, "do not publish this folder with its pictures", "warning"
        )


def _wrong_individuals(rows: Rows) -> Iterator[Problem]:
    drawn: dict[tuple[str, int], str] = {}
    individual: dict[str, tuple[str, int]] = {}
    for line, image in rows.images:
        made, owner = image.synthetic, image.subject_id
        if made is None or made.species is None or made.seed is None or owner is None:
            continue
        who = (made.species, made.seed)
        item = f"image {image.image_id!r}"
        if individual.setdefault(owner, who) != who:
            what = f"is drawn as {who}, other images of {owner!r} as {individual[owner]}"
            yield Problem(IMAGES, line, item, what, "one subject has one species and seed")
        elif drawn.setdefault(who, owner) != owner:
            what = f"species {who[0]!r} with seed {who[1]} is subject {drawn[who]!r} already"
            yield Problem(IMAGES, line, item, what, "draw each subject from a seed of its own")


def _wrong_subjects(rows: Rows, links: Links) -> Iterator[Problem]:
    shown = {ref.subject_id for _, case in rows.cases for ref in case.refs}
    used = shown.union(*(subject.distractor_ids for _, subject in rows.subjects if subject.subject_id in shown))
    for line, subject in rows.subjects:
        item = f"subject {subject.subject_id!r}"
        if subject.phrase is not None and _plain(subject.class_noun) not in _plain(subject.phrase):
            what = f"phrase {subject.phrase!r} does not hold class_noun {subject.class_noun!r}"
            yield Problem(SUBJECTS, line, item, what, "name the class in the phrase")
        if not subject.class_noun.strip():
            yield Problem(SUBJECTS, line, item, "class_noun is blank", "a detector looks for it; name the class")
        for other in subject.distractor_ids:
            noun = links.subjects[other].class_noun if other in links.subjects else subject.class_noun
            if _plain(noun) != _plain(subject.class_noun):
                what = f"distractor {other!r} is a {noun}, not a {subject.class_noun}"
                yield Problem(SUBJECTS, line, item, what, "distractors are of the same class", "warning")
        if subject.subject_id not in used:
            yield Problem(SUBJECTS, line, item, "no case shows it", "take it out, or use it", "warning")


def _wrong_case(line: int, row: CaseRow, links: Links) -> Iterator[Problem]:
    item = f"case {row.case_id!r}"
    refs = [(ref, links.subjects.get(ref.subject_id)) for ref in row.refs]
    for what, remedy in (*_wrong_facts(row, links), *_wrong_spans(row), *_wrong_staging(row)):
        yield Problem(CASES, line, item, what, remedy)
    for ref, subject in refs:
        if subject is not None and subject.category != "background" and not names(row.prompt, subject.class_noun):
            what = f"its prompt does not name {subject.class_noun!r} (subject {ref.subject_id!r})"
            remedy = "write the noun into the prompt, or change class_noun"
            yield Problem(CASES, line, item, what, remedy, "warning" if UNNAMED_TAG in row.tags else "error")


def names(prompt: str, noun: str) -> bool:
    """True where a prompt holds a noun as whole words; the noun may have a plural ending there.

    >>> names("Two cats and a red  mug", "cat"), names("Two cats and a red  mug", "red mug")
    (True, True)
    >>> names("A catalogue", "cat")
    False
    """
    plain, sought = _plain(prompt), _plain(noun)
    if not sought.isascii():
        return sought in plain
    return re.search(rf"(?<![^\W_]){re.escape(sought)}(?:e?s)?(?![^\W_])", plain) is not None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _wrong_facts(row: CaseRow, links: Links) -> Iterator[tuple[str, str]]:
    known = [links.subjects[ref.subject_id] for ref in row.refs if ref.subject_id in links.subjects]
    people = [subject for subject in known if subject.category != "background"]
    if not row.prompt.strip():
        yield "its prompt is blank", "say what the video should show"
    repeated = [seed for seed, count in Counter(row.seeds).items() if count > 1]
    if repeated:
        yield f"seed {repeated[0]} is repeated", "give each video a seed of its own"
    if len(known) < len(row.refs):
        return
    if row.n_subjects != len(people):
        yield (
            f"n_subjects is {row.n_subjects}, its refs show {len(people)} (backgrounds are none)",
            "correct n_subjects",
        )
    combos = ["+".join(sorted(subject.category for subject in found)) for found in (people, known)]
    if row.combo and row.combo not in combos:
        yield f"combo {row.combo!r} is not that of its subjects, {combos[0]!r}", "correct combo"
    nouns = Counter(_plain(subject.class_noun) for subject in people)
    has_pair = max(nouns.values(), default=0) > 1
    if row.same_class_pair != has_pair:
        yield f"same_class_pair is {str(row.same_class_pair).lower()}, its nouns say otherwise", "correct it"


def _wrong_spans(row: CaseRow) -> Iterator[tuple[str, str]]:
    present = {ref.subject_id for ref in row.refs}
    for span in row.subject_spans:
        if span.subject_id not in present:
            yield f"a span names {span.subject_id!r}, which is in none of its refs", "correct the span"
        if not span.start < span.end <= len(row.prompt):
            what = f"span {span.start} to {span.end} is not within the prompt's {len(row.prompt)} characters"
            yield what, "count from 0, the end is not included"


def wrong_phrases(rows: Rows) -> Iterator[Problem]:
    """Spans whose words are not how their subject is called."""
    subjects = {row.subject_id: row for _, row in rows.subjects}
    for line, case in rows.cases:
        for span in case.subject_spans:
            subject = subjects.get(span.subject_id)
            if subject is None or not span.start < span.end <= len(case.prompt):
                continue
            words = case.prompt[span.start : span.end]
            wanted = subject.phrase or subject.class_noun
            fits = _plain(words) == _plain(wanted) if subject.phrase else _plain(wanted) in _plain(words)
            if not fits:
                what = f"span {span.start} to {span.end} is {words!r}, subject {span.subject_id!r} is {wanted!r}"
                yield Problem(CASES, line, f"case {case.case_id!r}", what, "correct the span or the phrase")


def _wrong_staging(row: CaseRow) -> Iterator[tuple[str, str]]:
    if row.staging is None:
        return
    present = {ref.subject_id for ref in row.refs}
    staged = [
        *(action.subject_id for action in row.staging.actions),
        *(name for relation in row.staging.relations for name in (relation.agent_id, relation.patient_id)),
        *(anchor.subject_id for anchor in row.staging.anchors),
    ]
    for name in dict.fromkeys(staged):
        if name not in present:
            yield f"its staging names {name!r}, which is in none of its refs", "correct the staging"


def _shown_and_held_out(rows: Rows) -> Iterator[Problem]:
    shown = {name: case.case_id for _, case in rows.cases for ref in case.refs for name in ref.image_ids}
    role_of = {row.image_id: row.role for _, row in rows.images}
    for line, case in rows.cases:
        item = f"case {case.case_id!r}"
        for ref in case.refs:
            for name in ref.heldout_ids:
                if name in shown and shown[name] != case.case_id:
                    what = f"held-out image {name!r} is shown to models in case {shown[name]!r}"
                    yield Problem(CASES, line, item, what, "hold out an image that no case shows")
                elif role_of.get(name, "heldout") != "heldout":
                    what = f"held-out image {name!r} has the role {role_of[name]}"
                    yield Problem(CASES, line, item, what, "give it the role heldout")


def _repeated_prompts(rows: Rows) -> Iterator[Problem]:
    first: dict[str, CaseRow] = {}
    for line, case in rows.cases:
        other = first.setdefault(_plain(case.prompt), case)
        if other is not case:
            is_same = case.refs == other.refs and case.video == other.video
            what = f"has the prompt{' and the subjects' if is_same else ''} of case {other.case_id!r}"
            remedy = "take one out" if is_same else "models are asked the same twice; vary the prompt"
            yield Problem(CASES, line, f"case {case.case_id!r}", what, remedy, "error" if is_same else "warning")
