"""Everything that is wrong with a test set, at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from s2vbench.errors import InputError, PictureError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.cases_file import load_cases
from s2vbench.testsets.check_pictures import Progress, look_at_pictures
from s2vbench.testsets.check_rows import Rows, wrong_phrases, wrong_rows
from s2vbench.testsets.folder import NEITHER, gather, is_testset, lines_of, read_manifest, root_of
from s2vbench.testsets.links import Links
from s2vbench.testsets.paths import PathsBelow, unsafe_reason
from s2vbench.testsets.problems import Problem
from s2vbench.testsets.rows import CASES, IMAGES, MANIFEST, SUBJECTS
from s2vbench.testsets.schema import SCHEMA_VERSION, CaseRow, Manifest
from s2vbench.testsets.writer import counts_of, files_in, is_about, licences_of
from s2vbench.video.pictures import read_picture

_ORDER = {name: place for place, name in enumerate(("", CASES, SUBJECTS, IMAGES, MANIFEST))}
"""The manifest after the rows: what is wrong with them makes it wrong as well."""
_UNNAMED_SHOWN = 20
AGAIN = "`s2vbench testset export PATH --to PATH --format folder`"
_IN_CASES_FILE = re.compile(r"(?:, line (\d+))?(?:, column \d+)?(?:, ([^:]+))?: (.*)")


def check_testset(path: Path, progress: Progress = lambda _done, _total: None) -> list[Problem]:
    """What is wrong with the test set at `path`, in the order of its files and lines; empty where it is in order.

    Args:
        path: a folder, or a cases file.
        progress: called with the number of images that were looked at, and of all.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        return [Problem("", None, "", NEITHER, "give the folder of a test set, or a cases file")]
    folder = root_of(path)
    if folder.is_file():
        return _check_cases_file(folder)
    if not folder.is_dir():
        return [Problem("", None, "", "does not exist", "give the folder of a test set, or a cases file")]
    if not is_testset(folder):
        is_empty = not any(folder.iterdir())
        what = "is empty" if is_empty else f"holds none of {CASES}, {SUBJECTS}, {IMAGES}"
        return [Problem("", None, "", what, "`s2vbench testset build` or `import` makes a test set")]
    problems = _check_folder(folder, progress)
    return sorted(problems, key=lambda found: (_ORDER.get(found.file, len(_ORDER)), found.file, found.line or 0))


def row_problems(folder: Path) -> list[Problem]:
    """What is wrong with the rows of the test set in a folder; no picture is looked at."""
    problems, _ = _read_rows(folder, PathsBelow(folder))
    return problems


def _read_rows(folder: Path, paths: PathsBelow) -> tuple[list[Problem], Rows]:
    rows = Rows()
    links = Links(paths)
    problems = gather(folder, links, rows.keep)
    for line in lines_of(folder, CASES, CaseRow):
        problems += line.problems
        if line.row is not None:
            rows.keep(line.number, line.row)
            problems += links.wrong_case(line.number, line.row)
            problems += _missing_video(paths, line.number, line.row)
    if not rows.cases and (folder / CASES).is_file() and not any(found.file == CASES for found in problems):
        problems.append(Problem(CASES, None, "", "holds no cases", "add a line for each video to be made"))
    problems += wrong_rows(rows, links)
    problems += wrong_phrases(rows)
    return problems, rows


def _check_folder(folder: Path, progress: Progress) -> list[Problem]:
    paths = PathsBelow(folder)
    problems, rows = _read_rows(folder, paths)
    found, digests = look_at_pictures(rows, paths, progress)
    manifest, wrong = read_manifest(folder)
    problems += [*found, *wrong, *_unnamed(folder, rows, paths)]
    if manifest is not None:
        problems += _wrong_manifest(folder, manifest, rows, digests)
    elif not wrong:
        remedy = f"{AGAIN} writes one"
        problems.append(
            Problem(MANIFEST, None, "", "does not exist: nothing says whether files changed", remedy, "warning")
        )
    return problems


def _missing_video(paths: PathsBelow, line: int, row: CaseRow) -> Iterator[Problem]:
    if (
        row.video
        and unsafe_reason(paths, row.video) is None
        and not (paths.folder / paths.name_of(row.video)).is_file()
    ):
        yield Problem(CASES, line, f"case {row.case_id!r}", f"video {row.video!r} is missing", "put the file there")


def _unnamed(folder: Path, rows: Rows, paths: PathsBelow) -> Iterator[Problem]:
    """Files that no row names; of a folder full of them one line."""
    named = {CASES, SUBJECTS, IMAGES, MANIFEST}
    for relative in (
        *(path for _, row in rows.images for path in (row.path, row.mask_path)),
        *(row.video for _, row in rows.cases),
    ):
        if relative:
            is_safe = unsafe_reason(paths, relative) is None
            named.add(Path(paths.name_of(relative) if is_safe else relative).as_posix())
    strangers: dict[str, list[str]] = defaultdict(list)
    for path in files_in(folder):
        if path not in named and not is_about(path):
            strangers[path.rpartition("/")[0]].append(path)
    for parent, found in strangers.items():
        for path in found[:_UNNAMED_SHOWN]:
            yield Problem(path, None, "", "no row names this file", "remove it, or add its row", "warning")
        if len(found) > _UNNAMED_SHOWN:
            what = f"no row names {len(found) - _UNNAMED_SHOWN} more files in this folder"
            yield Problem(parent, None, "", what, "remove them, or add their rows", "warning")


def _wrong_manifest(folder: Path, manifest: Manifest, rows: Rows, digests: dict[str, str]) -> Iterator[Problem]:
    again = f"write rows and manifest again ({AGAIN})"
    if manifest.schema_version > SCHEMA_VERSION:
        what = f"schema_version {manifest.schema_version} is newer than {SCHEMA_VERSION}, which this version knows"
        yield Problem(MANIFEST, None, "", what, "upgrade s2vbench")
    paths = PathsBelow(folder)
    for path, stated in manifest.files.items():
        reason = unsafe_reason(paths, path)
        if reason is not None:
            yield Problem(MANIFEST, None, "", reason, again)
            continue
        file = folder / paths.name_of(path)
        if not file.is_file():
            yield Problem(MANIFEST, None, "", f"names {path!r}, which is missing", f"put the file back, or {again}")
        elif (digests.get(path) or sha256_of_file(file)) != stated:
            yield Problem(MANIFEST, None, "", f"states another SHA-256 for {path!r}", f"put the file back, or {again}")
    images = [row for _, row in rows.images]
    unlisted = [row.path for row in images if row.path and row.path not in manifest.files]
    if unlisted:
        what = f"does not list {len(unlisted)} pictures that rows name, first {unlisted[0]!r}"
        yield Problem(MANIFEST, None, "", what, again)
    counts = counts_of([row for _, row in rows.cases], [row for _, row in rows.subjects], images)
    for stated_by_name, actual_by_name, what in (
        (manifest.counts, counts, "counts"),
        (manifest.licences, licences_of(images), "licences"),
    ):
        for name in sorted(stated_by_name.keys() | actual_by_name.keys()):
            stated_count, actual_count = stated_by_name.get(name, 0), actual_by_name.get(name, 0)
            if stated_count != actual_count:
                yield Problem(MANIFEST, None, "", f"{what}: {name} is {stated_count}, there are {actual_count}", again)


def _check_cases_file(path: Path) -> list[Problem]:
    try:
        cases = load_cases(path)
    except InputError as error:
        return [_of_message(path, line) for line in str(error).splitlines()]
    problems = []
    for case in cases:
        for reference in case.references:
            every_mask = (*reference.masks, *reference.heldout_masks, *reference.distractor_masks)
            masks = [mask for mask in every_mask if mask]
            for relative in (*reference.images, *masks, *reference.heldout, *reference.distractors):
                try:
                    read_picture(path.parent / relative)
                except PictureError as error:
                    item = f"case {case.id!r}, reference {reference.id!r}"
                    problems.append(Problem("", None, item, str(error), "correct the path, or replace the file"))
    return problems


def _of_message(path: Path, message: str) -> Problem:
    found = _IN_CASES_FILE.fullmatch(message.removeprefix(str(path)))
    if found is None:
        return Problem("", None, "", message, "correct the file")
    line, item, what = found.groups()
    return Problem("", int(line) if line else None, item or "", what, "correct the file")
