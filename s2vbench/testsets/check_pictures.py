"""What is wrong with the pictures of a test set: every one is decoded."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from s2vbench.errors import PictureError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.check_rows import Rows
from s2vbench.testsets.facts import picture_facts, upright_size
from s2vbench.testsets.paths import PathsBelow, unsafe_reason
from s2vbench.testsets.perceptual import NEAR_BITS, distance_bits
from s2vbench.testsets.problems import Problem
from s2vbench.testsets.rows import IMAGES
from s2vbench.testsets.schema import CaseRow, ImageRow
from s2vbench.testsets.writer import telling_pairs
from s2vbench.video.pictures import LONGEST_SIDE_PX, read_mask, read_picture

HASH_NOISE_BITS = 2
"""Versions of Pillow resize slightly differently; so many bits may differ for the same picture."""
MOST_PAIRS = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Looked:
    """What one image's files say."""

    wrong: tuple[tuple[str, str], ...]
    phash64: str | None
    digests: tuple[tuple[str, str], ...]
    """(path, SHA-256) of what could be read."""


def look_at_pictures(rows: Rows, paths: PathsBelow, progress: Progress) -> tuple[list[Problem], dict[str, str]]:
    """What is wrong with each image and mask, and among them; and the digests of the files by path."""
    problems: list[Problem] = []
    digests: dict[str, str] = {}
    hashes: list[str | None] = []
    # Reading a picture silences warnings, which Python keeps for the whole process: threads that overlap would leave
    # them silenced without this.
    with warnings.catch_warnings(), ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        warnings.simplefilter("ignore")
        looked = pool.map(lambda numbered: _look(numbered[1], paths), rows.images)
        for done, ((line, row), found) in enumerate(zip(rows.images, looked, strict=True), start=1):
            item = f"image {row.image_id!r}"
            problems += [Problem(IMAGES, line, item, what, remedy) for what, remedy in found.wrong]
            digests.update(found.digests)
            hashes.append(found.phash64)
            progress(done, len(rows.images))
    problems += _large(rows)
    problems += _same_bytes(rows)
    problems += _look_alike(rows, hashes)
    return problems, digests


def _look(row: ImageRow, paths: PathsBelow) -> Looked:
    wrong: list[tuple[str, str]] = []
    digests: list[tuple[str, str]] = []
    phash64 = None
    if row.path and unsafe_reason(paths, row.path) is None:
        file = paths.folder / paths.name_of(row.path)
        try:
            facts = picture_facts(file)
        except PictureError as error:
            wrong.append(_unreadable(row.path, file, error))
        else:
            phash64 = facts.phash64
            digests.append((row.path, facts.sha256))
            if facts.sha256 != row.sha256:
                wrong.append(
                    (f"{row.path!r} has SHA-256 {facts.sha256[:12]}..., its row says {row.sha256[:12]}...", _NEW)
                )
            if (facts.width_px, facts.height_px) != (row.width_px, row.height_px):
                size = f"{facts.width_px}x{facts.height_px} px, its row says {row.width_px}x{row.height_px} px"
                wrong.append((f"{row.path!r} is {size}", "correct width_px and height_px"))
            if row.phash64 is not None and (bits := distance_bits(row.phash64, phash64)) > HASH_NOISE_BITS:
                wrong.append((f"phash64 differs from the picture's, {phash64}, in {bits} bits", "correct phash64"))
    if row.mask_path and unsafe_reason(paths, row.mask_path) is None:
        wrong += _look_at_mask(row, row.mask_path, paths, digests)
    return Looked(tuple(wrong), phash64, tuple(digests))


_NEW = "the file was changed: put the right one back, or correct the row"


def _unreadable(path: str, file: Path, error: PictureError) -> tuple[str, str]:
    if not file.exists():
        return f"{path!r} is missing", "put the file there, or take the row out"
    if file.is_dir():
        return f"{path!r} is a folder", "put the file there, or take the row out"
    why = str(error).removeprefix(f"{file}: ")
    return f"{path!r} cannot be read: {why}", "replace the file"


def _look_at_mask(
    row: ImageRow, mask_path: str, paths: PathsBelow, digests: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    file = paths.folder / paths.name_of(mask_path)
    try:
        read_picture(file)
        size = upright_size(file)
        if size != (row.width_px, row.height_px):
            what = f"mask {mask_path!r} is {size[0]}x{size[1]} px, the picture {row.width_px}x{row.height_px} px"
            yield what, "make the mask as large as its picture"
        mask_HW = read_mask(file, size[1], size[0])
        digest = sha256_of_file(file)
    except (PictureError, OSError) as error:
        what, remedy = _unreadable(mask_path, file, PictureError(str(error)))
        yield f"mask {what}", remedy
        return
    digests.append((mask_path, digest))
    if row.mask_sha256 is not None and digest != row.mask_sha256:
        yield f"mask {mask_path!r} has SHA-256 {digest[:12]}..., its row says {row.mask_sha256[:12]}...", _NEW
    if not mask_HW.any():
        yield f"mask {mask_path!r} is empty: the subject is nowhere", "make it white where the subject is"
    elif mask_HW.all():
        yield f"mask {mask_path!r} is full: the subject is everywhere", "make it black where the subject is not"


def _large(rows: Rows) -> Iterator[Problem]:
    for line, row in rows.images:
        if max(row.width_px, row.height_px) > LONGEST_SIDE_PX:
            what = f"is {row.width_px}x{row.height_px} px; more than {LONGEST_SIDE_PX} px are shrunk when read"
            yield Problem(IMAGES, line, f"image {row.image_id!r}", what, "shrink it to save room", "warning")


def _same_bytes(rows: Rows) -> Iterator[Problem]:
    first: dict[str, ImageRow] = {}
    for line, row in rows.images:
        twin = first.setdefault(row.sha256, row)
        if twin is row:
            continue
        views = twin.subject_id == row.subject_id and twin.role == row.role
        what = f"is the same picture as image {twin.image_id!r}"
        remedy = "take one out" if views else "no picture can show two subjects, or be both shown and held out"
        yield Problem(IMAGES, line, f"image {row.image_id!r}", what, remedy)


def _look_alike(rows: Rows, hashes: list[str | None]) -> Iterator[Problem]:
    images = [
        row.model_copy(update={"phash64": phash64}) if phash64 is not None else row
        for (_, row), phash64 in zip(rows.images, hashes, strict=True)
    ]
    cases: list[CaseRow] = [row for _, row in rows.cases]
    for one, other, bits in islice(telling_pairs(images, cases), MOST_PAIRS):
        if images[one].sha256 != images[other].sha256:
            line, row = rows.images[other]
            what = f"looks like image {images[one].image_id!r} ({bits} of 64 bits differ; at most {NEAR_BITS} is alike)"
            remedy = "look at both with `s2vbench testset show`; replace one"
            yield Problem(IMAGES, line, f"image {row.image_id!r}", what, remedy, "warning")
