"""Test sets back from what `datasets_export` wrote, also after `datasets` has filtered or shuffled it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from s2vbench.errors import InputError, MissingError
from s2vbench.files import inside, is_there, write_atomically
from s2vbench.testsets.datasets_export import METADATA
from s2vbench.testsets.export import About
from s2vbench.testsets.fresh_folder import fresh_folder
from s2vbench.testsets.problems import raise_all
from s2vbench.testsets.records import PICTURES
from s2vbench.testsets.rows import parse_json, problems_of
from s2vbench.testsets.schema import CaseRow, ImageRow, SubjectRow
from s2vbench.testsets.writer import check_name, write_testset
from s2vbench.types import Row

RowT = TypeVar("RowT", bound=Row)
_NEEDED = ("id", "row", "subject_rows", "image_rows", "testset", "reference_ids")


@dataclass(frozen=True)
class Imported:
    """What came back."""

    num_cases: int
    num_images: int
    notes: tuple[str, ...]


@dataclass
class _Found:
    """Rows with their places, and where files go."""

    source: Path
    out: Path
    cases: dict[str, CaseRow] = field(default_factory=dict)
    subjects: dict[str, tuple[int, SubjectRow]] = field(default_factory=dict)
    images: dict[str, tuple[int, ImageRow]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    about: About | None = None

    def put(self, path: str | None, content: bytes | None, where: str) -> None:
        """Write one file, once."""
        if not path or path in self.written:
            return
        if content is None:
            raise InputError(
                f"{where}: holds a path instead of the bytes of {path!r}; export it again with its pictures"
            )
        write_atomically(inside(self.out, path, where=where), content)
        self.written.add(path)


def import_exported(source: Path, out: Path, format_name: str, *, name: str | None = None) -> Imported:
    """The test set of an export, written to a new or empty folder.

    Args:
        source: the folder, or the Parquet file (or a folder of them).
        out: where.
        format_name: "imagefolder" or "parquet".
        name: another name for it.

    Raises:
        InputError: the source is no such export, a row is wrong, a picture has another digest than its row states, or
            `out` is not empty.
        MissingError: parquet without the optional `datasets`.
    """
    if name is not None:
        check_name(name)
    if not is_there(source):
        raise InputError(f"{source}: does not exist; give an export of `s2vbench testset export`")
    with fresh_folder(out) as folder:
        return _import(source, folder, format_name, name)


def _import(source: Path, out: Path, format_name: str, name: str | None) -> Imported:
    found = _Found(source, out)
    records = _of_imagefolder(source) if format_name == "imagefolder" else _of_parquet(source)
    for number, record in enumerate(records, start=1):
        _take(found, record, f"{source}, row {number}")
    if found.about is None:
        raise InputError(f"{source}: holds no rows; give an export of `s2vbench testset export`")
    subjects, notes = _known_distractors([row for _, row in sorted(found.subjects.values(), key=_place)])
    write_testset(
        out,
        **vars(replace(found.about, name=name or found.about.name)),
        images=[row for _, row in sorted(found.images.values(), key=_place)],
        subjects=subjects,
        cases=found.cases.values(),
    )
    return Imported(len(found.cases), len(found.images), notes)


def _place(numbered: tuple[int, Row]) -> int:
    return numbered[0]


def _take(found: _Found, record: dict[str, Any], where: str) -> None:
    missing = [column for column in _NEEDED if column not in record]
    if missing:
        raise InputError(f"{where}: column {missing[0]!r} is missing; give an export of `s2vbench testset export`")
    case = _row(record["row"], CaseRow, where)
    if case.case_id in found.cases:
        raise InputError(f"{where}: case {case.case_id!r} comes twice; take one out")
    found.cases[case.case_id] = case
    for entry in record["subject_rows"] or ():
        subject = _row(entry["row"], SubjectRow, where)
        found.subjects.setdefault(subject.subject_id, (int(entry["at"]), subject))
    for entry in record["image_rows"] or ():
        image = _row(entry["row"], ImageRow, where)
        found.images.setdefault(image.image_id, (int(entry["at"]), image))
    _put_pictures(found, record, where)
    if case.video:
        found.put(case.video, record.get("video"), where)
    if found.about is None:
        found.about = _about(record["testset"], where)


def _put_pictures(found: _Found, record: dict[str, Any], where: str) -> None:
    for column, id_column in PICTURES.items():
        ids, contents = record.get(id_column) or (), record.get(column) or ()
        if len(ids) != len(contents):
            raise InputError(f"{where}: {len(ids)} {id_column} for {len(contents)} {column}; export it again")
        for image_id, content in zip(ids, contents, strict=True):
            if image_id not in found.images:
                raise InputError(f"{where}: {id_column} names {image_id!r}, which has no row; export it again")
            image = found.images[image_id][1]
            found.put(image.mask_path if column == "masks" else image.path, content, where)


def _row(text: Any, model: type[RowT], where: str) -> RowT:
    try:
        return model.model_validate(parse_json(str(text).encode()))
    except ValidationError as error:
        raise_all(Path(where), problems_of(error, model, "", None, ""))
        raise  # pydantic always names at least one problem
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: a row is not valid JSON ({error}); export it again") from error


def _about(text: Any, where: str) -> About:
    try:
        return About(**{key: str(value) for key, value in json.loads(str(text)).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{where}: column 'testset' is not as it was written ({error}); export it again") from error


def _known_distractors(rows: Sequence[SubjectRow]) -> tuple[list[SubjectRow], tuple[str, ...]]:
    """Without distractors that are not there: whoever filtered the rows may have taken out their cases."""
    known = {row.subject_id for row in rows}
    kept = [
        row.model_copy(update={"distractor_ids": tuple(name for name in row.distractor_ids if name in known)})
        for row in rows
    ]
    lost = sum(len(row.distractor_ids) for row in rows) - sum(len(row.distractor_ids) for row in kept)
    return kept, (f"{lost} distractors are not in these rows and were left out",) if lost else ()


def _of_imagefolder(source: Path) -> Iterator[dict[str, Any]]:
    path = source / METADATA
    if not path.is_file():
        raise InputError(f"{source}: holds no {METADATA}; give a folder of `testset export --format imagefolder`")
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            where = f"{path}, line {number}"
            try:
                record = parse_json(raw)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{where}: is not valid JSON ({error}); export it again") from error
            if not isinstance(record, dict):
                raise InputError(f"{where}: must be an object; export it again")
            for column in PICTURES:
                names = record.get(f"{column}_file_names") or ()
                record[column] = [_content(source, name, where) for name in names]
            if record.get("video"):
                record["video"] = _content(source, record["video"], where)
            yield record


def _content(source: Path, name: Any, where: str) -> bytes:
    path = inside(source, str(name), where=where)
    if not path.is_file():
        raise InputError(f"{where}: {name!r} is missing; put it back, or export again")
    return path.read_bytes()


def _of_parquet(source: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]
        from pyarrow import parquet
    except ImportError as error:
        raise MissingError("Parquet needs `datasets`: pip install 's2vbench[datasets]'") from error
    files = sorted(source.rglob("*.parquet")) if source.is_dir() else [source]
    if not files:
        raise InputError(f"{source}: holds no .parquet files; give a file of `testset export --format parquet`")
    for file in files:
        try:
            with parquet.ParquetFile(file) as opened:
                for batch in opened.iter_batches(batch_size=4):
                    yield from map(_bytes_alone, batch.to_pylist())
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{file}: cannot be read as Parquet ({' '.join(str(error).split()):.120})") from error


def _bytes_alone(record: dict[str, Any]) -> dict[str, Any]:
    """Pictures as bytes; None where there is a path alone."""
    for column in PICTURES:
        record[column] = [one["bytes"] if isinstance(one, dict) else None for one in record.get(column) or ()]
    if isinstance(record.get("video"), dict):
        record["video"] = record["video"]["bytes"]
    return record
