"""Test sets onto disk: the same rows and pictures give the same bytes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write, inside, is_there, safe_file_name, sha256_of_file, write_atomically
from s2vbench.testsets.perceptual import NEAR_BITS, near_pairs
from s2vbench.testsets.rows import CASES, ID_OF, IMAGES, MANIFEST, SUBJECTS
from s2vbench.testsets.schema import LONGEST_NAME, CaseRow, ImageRow, Manifest, SubjectRow, plain_name
from s2vbench.types import Row

MOST_PAIRS_LOOKED_AT = 1_000_000
MOST_PAIRS_LISTED = 200
_OWN = {CASES, SUBJECTS, IMAGES, MANIFEST}
_FOLDERS = {"images", "masks", "videos"}
"""What a folder may hold that becomes a test set: pictures are put there before the rows are written."""
JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave behind."""


def write_testset(
    folder: Path,
    *,
    name: str,
    version: str,
    licence: str,
    generator: str,
    images: Iterable[ImageRow],
    subjects: Iterable[SubjectRow],
    cases: Iterable[CaseRow],
) -> Manifest:
    """Write `cases.jsonl`, `subjects.jsonl`, `images.jsonl` and `MANIFEST.json`; pictures must lie in `folder` already.

    Rows come in the order given, keys in the order of the schema, without those that have their default value.

    Args:
        folder: made where it is missing; a test set that is there is replaced (its pictures stay).
        name: of the test set.
        version: of its content.
        licence: of its rows, and of its pictures where they do not say otherwise.
        generator: what wrote it, with version and command.
        images: rows whose files exist and have the digests that the rows state.
        subjects: rows.
        cases: rows.

    Raises:
        InputError: a name that cannot be one, the folder holds something else, an id comes twice, or a file is
            missing or has another digest.
        OutputError: the folder cannot be written.
    """
    check_name(name)
    image_rows, subject_rows, case_rows = list(images), list(subjects), list(cases)
    rows: dict[str, Sequence[Row]] = {SUBJECTS: subject_rows, IMAGES: image_rows, CASES: case_rows}
    named = [path for row in image_rows for path in (row.path, row.mask_path)] + [row.video for row in case_rows]
    prepare_folder(folder, beside={path.partition("/")[0] for path in named if path})
    for found in rows.values():
        _refuse_twins(folder, found)
    _check_files(folder, image_rows)
    for file, found in rows.items():
        write_atomically(folder / file, "".join(f"{row_text(row)}\n" for row in found))
    manifest = Manifest(
        name=name,
        version=version,
        licence=licence,
        generator=generator,
        counts=counts_of(case_rows, subject_rows, image_rows),
        licences=licences_of(image_rows),
        near_duplicates=near_duplicates_of(image_rows, case_rows),
        files={path: sha256_of_file(folder / path) for path in files_in(folder) if path != MANIFEST},
    )
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_atomically(folder / MANIFEST, f"{text}\n")
    return manifest


def check_name(name: str) -> None:
    """Nothing where a test set may be called that.

    Raises:
        InputError: it is blank, too long, or holds a folder or a control character.
    """
    try:
        plain_name(name)
    except ValueError as error:
        raise InputError(f"name {name!r:.80} {error}; give another one with --name") from error


def named_after(text: str) -> str:
    """A name for a test set, made of the name of a file or folder.

    >>> named_after("my..set"), named_after("")
    ('my_set', 'testset')
    """
    return re.sub(r"\.\.+", "_", safe_file_name(text, "testset"))[:LONGEST_NAME]


def is_about(path: str) -> bool:
    """True for words about a test set that lie beside its rows.

    >>> is_about("README.md"), is_about("LICENSE"), is_about("images/a.txt")
    (True, True, False)
    """
    return "/" not in path and (path.endswith((".md", ".txt")) or path in {"LICENSE", "LICENCE", "NOTICE"})


def prepare_folder(folder: Path, beside: Container[str] = ()) -> None:
    """Make a folder for a test set, or accept one that is a test set or holds only what belongs into one.

    Args:
        folder: the folder.
        beside: further names that it may hold.

    Raises:
        InputError: it is a file, or a folder with something else in it.
        OutputError: it cannot be made.
    """
    if is_there(folder) and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give a folder for the test set")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    names = {path.name for path in folder.iterdir()}
    others = sorted(name for name in names - _OWN - _FOLDERS - JUNK if name not in beside and not is_about(name))
    if not {IMAGES, CASES} <= names and others:
        raise InputError(f"{folder}: holds {others[0]!r} and is no test set; choose an empty or new folder")


def row_text(row: Row) -> str:
    """A row as one line of JSON: keys in the order of the schema, defaults left out.

    >>> row_text(SubjectRow(subject_id="cat", category="animal", class_noun="cat", phrase=None))
    '{"subject_id": "cat", "category": "animal", "class_noun": "cat"}'
    """
    return json.dumps(row.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, allow_nan=False)


def files_in(folder: Path) -> list[str]:
    """Every file below a folder as a path with /, sorted; what file managers leave behind is none."""
    paths = (path for path in folder.rglob("*") if path.name not in JUNK and (path.is_symlink() or not path.is_dir()))
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def counts_of(cases: Sequence[CaseRow], subjects: Sequence[SubjectRow], images: Sequence[ImageRow]) -> dict[str, int]:
    """What `MANIFEST.json` counts: cases, subjects and images, also by category."""
    category_of = {row.subject_id: row.category for row in subjects}
    roles = Counter(row.role for row in images)
    by_subject = Counter(row.category for row in subjects)
    shown = Counter(category_of.get(row.subject_id or "", "background") for row in images if row.role == "condition")
    return {
        "cases": len(cases),
        "multi_subject_cases": sum(row.n_subjects > 1 for row in cases),
        "subjects": len(subjects),
        "condition_images": roles["condition"],
        "heldout_images": roles["heldout"],
        "background_images": roles["background"],
        **{f"subjects_{name}": by_subject[name] for name in sorted(by_subject)},
        **{f"condition_images_{name}": shown[name] for name in sorted(shown)},
    }


def licences_of(images: Iterable[ImageRow]) -> dict[str, int]:
    """Licence -> number of images, sorted; "unknown" where a row names none."""
    return dict(sorted(Counter(row.licence_spdx or "unknown" for row in images).items()))


def near_duplicates_of(images: Sequence[ImageRow], cases: Iterable[CaseRow]) -> dict[str, Any]:
    """The audit: pairs of images of different subjects, or shown and held out, that look alike."""
    found = list(islice(telling_pairs(images, cases), MOST_PAIRS_LOOKED_AT))
    listed = [[images[one].image_id, images[other].image_id, bits] for one, other, bits in found[:MOST_PAIRS_LISTED]]
    return {"threshold_bits": NEAR_BITS, "num_pairs": len(found), "pairs": listed}


def telling_pairs(images: Sequence[ImageRow], cases: Iterable[CaseRow]) -> Iterable[tuple[int, int, int]]:
    """Near pairs (index, later index, bits) that matter.

    Two views of one subject may look alike; not so two subjects, nor a view that models see and one they do not.
    """
    heldout = {name for case in cases for ref in case.refs for name in ref.heldout_ids}
    hashed = [place for place, row in enumerate(images) if row.phash64 is not None]
    for first, second, bits in near_pairs([images[place].phash64 or "" for place in hashed]):
        one, other = hashed[first], hashed[second]
        row, twin = images[one], images[other]
        is_hidden = [image.role == "heldout" or image.image_id in heldout for image in (row, twin)]
        if row.subject_id != twin.subject_id or row.subject_id is None or is_hidden[0] != is_hidden[1]:
            yield one, other, bits


def _refuse_twins(folder: Path, rows: Sequence[Row]) -> None:
    for kind, (what, key) in ID_OF.items():
        counts = Counter(getattr(row, key) for row in rows if type(row) is kind)
        twice = [row_id for row_id, count in counts.items() if count > 1]
        if twice:
            raise InputError(f"{folder}: {key} {twice[0]!r} comes {counts[twice[0]]} times; give each {what} its own")


def _check_files(folder: Path, images: Iterable[ImageRow]) -> None:
    for linked in (path for path in files_in(folder) if (folder / path).is_symlink()):
        raise InputError(f"{folder}: {linked!r} is a symbolic link; copy the file itself into the folder")
    for row in images:
        for path, stated in ((row.path, row.sha256), (row.mask_path, row.mask_sha256)):
            if not path:
                continue
            where = f"{folder}, image {row.image_id!r}"
            file = inside(folder, path, where=where)
            if not file.is_file():
                raise InputError(f"{where}: {path!r} is not there; put pictures into the folder before writing rows")
            actual = sha256_of_file(file)
            if actual != stated:
                raise InputError(f"{where}: {path!r} has SHA-256 {actual}, the row states {stated}")
