"""Writes imported rows: into a folder of their own, or among the files of the benchmark that they describe."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from s2vbench.errors import InputError
from s2vbench.files import sha256_of_file, write_atomically
from s2vbench.testsets.importers.placing import Placement
from s2vbench.testsets.importers.reading import read_json
from s2vbench.testsets.rows import CASES, IMAGES, MANIFEST, SUBJECTS
from s2vbench.testsets.schema import CaseRow, ImageRow, Manifest, SubjectRow
from s2vbench.testsets.writer import counts_of, licences_of, near_duplicates_of, row_text, write_testset

VERSION = "1"


@dataclass(frozen=True)
class Rows:
    """What a test set holds."""

    images: list[ImageRow]
    subjects: list[SubjectRow]
    cases: list[CaseRow]


def write_rows(placement: Placement, *, name: str, licence: str, generator: str, rows: Rows) -> None:
    """Write a test set into `placement.out`.

    Without a copy that folder holds other files too: then the manifest lists those that rows name.

    Raises:
        InputError: the folder holds a test set that no import made.
        OutputError: the folder cannot be written.
    """
    if placement.copy:
        write_testset(
            placement.out,
            name=name,
            version=VERSION,
            licence=licence,
            generator=generator,
            images=rows.images,
            subjects=rows.subjects,
            cases=rows.cases,
        )
        return
    _refuse_others(placement)
    texts = {
        name_of: "".join(f"{row_text(row)}\n" for row in found)
        for name_of, found in ((SUBJECTS, rows.subjects), (IMAGES, rows.images), (CASES, rows.cases))
    }
    manifest = Manifest(
        name=name,
        version=VERSION,
        licence=licence,
        generator=generator,
        counts=counts_of(rows.cases, rows.subjects, rows.images),
        licences=licences_of(rows.images),
        near_duplicates=near_duplicates_of(rows.images, rows.cases),
        files=_digests(placement, rows, texts),
    )
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False)
    # First: it says that an import wrote the rows, so that after an interruption the same command may replace them.
    write_atomically(placement.out / MANIFEST, f"{text}\n")
    for file, rows_text in texts.items():
        write_atomically(placement.out / file, rows_text)


def _refuse_others(placement: Placement) -> None:
    """A benchmark may have a cases.jsonl of its own: only what an import wrote is replaced."""
    present = [name for name in (CASES, IMAGES, SUBJECTS, MANIFEST) if (placement.out / name).exists()]
    if not present:
        return
    path = placement.out / MANIFEST
    value = read_json(path) if path.is_file() else None
    if not (isinstance(value, dict) and " testset import " in str(value.get("generator"))):
        raise InputError(
            f"{placement.out / present[0]}: is there already and no import wrote it; move it away, or make a private "
            "copy in another folder with --copy"
        )


def _digests(placement: Placement, rows: Rows, texts: dict[str, str]) -> dict[str, str]:
    known = {row.path: row.sha256 for row in rows.images if row.path}
    known |= {row.mask_path: row.mask_sha256 for row in rows.images if row.mask_path and row.mask_sha256}
    known |= {case.video: sha256_of_file(placement.out / case.video) for case in rows.cases if case.video}
    known |= {file: hashlib.sha256(text.encode()).hexdigest() for file, text in texts.items()}
    return dict(sorted(known.items()))
