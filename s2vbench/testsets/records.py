"""What an export for Hugging Face `datasets` holds: one record a case, with its pictures, and its rows as JSON.

The typed columns are for reading with `datasets`; the rows make the way back exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from s2vbench.testsets.export import about
from s2vbench.testsets.folder import TestSet
from s2vbench.testsets.schema import CaseRow, ImageRow
from s2vbench.testsets.tables import Tables
from s2vbench.testsets.writer import row_text

PICTURES = {"references": "reference_ids", "heldout": "heldout_ids", "masks": "mask_ids", "others": "other_ids"}
"""Columns of pictures, with the columns that say which images they are (whose masks, for masks)."""


@dataclass(frozen=True)
class Record:
    """One case."""

    values: dict[str, Any]
    """Columns without pictures."""
    pictures: dict[str, tuple[str, ...]]
    """Column of `PICTURES` -> paths below the test set's folder."""
    video: str | None


def records(testset: TestSet, tables: Tables) -> Iterator[Record]:
    """One record a case, in order; the first also holds subjects and pictures that no case shows ("others")."""
    import json

    facts = json.dumps(vars(about(testset)), ensure_ascii=False)
    places = _places(tables)
    used_images = {name for case in tables.cases.values() for ref in case.refs for name in _ids(ref)}
    used_subjects = {ref.subject_id for case in tables.cases.values() for ref in case.refs}
    others = [row for row in tables.images.values() if row.image_id not in used_images]
    other_subjects = [name for name in tables.subjects if name not in used_subjects]
    for number, case in enumerate(tables.cases.values()):
        yield _record(tables, places, case, ([], []) if number else (others, other_subjects), facts)


def _ids(ref: Any) -> tuple[str, ...]:
    return (*ref.image_ids, *ref.heldout_ids)


def _places(tables: Tables) -> dict[tuple[str, str], int]:
    """(kind, id) -> where the row stands in its file."""
    subjects = {("subject", name): place for place, name in enumerate(tables.subjects)}
    return subjects | {("image", name): place for place, name in enumerate(tables.images)}


def _record(
    tables: Tables,
    places: dict[tuple[str, str], int],
    case: CaseRow,
    others: tuple[list[ImageRow], list[str]],
    facts: str,
) -> Record:
    shown = [name for ref in case.refs for name in ref.image_ids]
    heldout = [name for ref in case.refs for name in ref.heldout_ids]
    other_images, other_subjects = others
    in_record = list(dict.fromkeys([*shown, *heldout, *(row.image_id for row in other_images)]))
    images = [tables.images[name] for name in in_record]
    masked = [row for row in images if row.mask_path]
    # A picture that may not be passed on has no file: its row goes along, without a picture.
    present = [row for row in other_images if row.path]
    owners = [row.subject_id for row in other_images if row.subject_id is not None]
    values = {
        "id": case.case_id,
        "prompt": case.prompt,
        "category": case.combo,
        "n_subjects": case.n_subjects,
        "splits": list(case.splits),
        "seeds": list(case.seeds),
        "tags": list(case.tags),
        "reference_ids": shown,
        "heldout_ids": heldout,
        "mask_ids": [row.image_id for row in masked],
        "other_ids": [row.image_id for row in present],
        "subjects": _subjects(tables, case),
        "row": row_text(case),
        "subject_rows": [
            {"at": places["subject", name], "row": row_text(tables.subjects[name])}
            for name in dict.fromkeys([*(ref.subject_id for ref in case.refs), *other_subjects, *owners])
        ],
        "image_rows": [{"at": places["image", row.image_id], "row": row_text(row)} for row in images],
        "testset": facts,
    }
    pictures = {
        "references": tuple(tables.images[name].path for name in shown),
        "heldout": tuple(tables.images[name].path for name in heldout),
        "masks": tuple(row.mask_path or "" for row in masked),
        "others": tuple(row.path for row in present),
    }
    return Record(values, pictures, case.video)


def _subjects(tables: Tables, case: CaseRow) -> list[dict[str, Any]]:
    """Who is in the case, with the places of their pictures in `references` and `heldout`."""
    found = []
    shown, heldout = 0, 0
    for ref in case.refs:
        row = tables.subjects[ref.subject_id]
        found.append(
            {
                "id": row.subject_id,
                "label": row.class_noun,
                "category": row.category,
                "reference_index": list(range(shown, shown + len(ref.image_ids))),
                "heldout_index": list(range(heldout, heldout + len(ref.heldout_ids))),
                "expected_count": ref.expected_count,
            }
        )
        shown += len(ref.image_ids)
        heldout += len(ref.heldout_ids)
    return found
