"""Test sets for Hugging Face `datasets`: an ImageFolder, or one Parquet file with the pictures' bytes in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from s2vbench.errors import InputError, MissingError, OutputError
from s2vbench.files import cannot_write, sha256_of_file, write_atomically
from s2vbench.testsets.export import copy_file
from s2vbench.testsets.folder import TestSet
from s2vbench.testsets.paths import PathsBelow
from s2vbench.testsets.records import PICTURES, Record, records
from s2vbench.testsets.tables import Tables
from s2vbench.testsets.writer import is_about

METADATA = "metadata.jsonl"
CASES_IN_GROUP = 16
"""Cases whose pictures are in memory at once."""
_README = """# {name}

A test set of s2vbench for Hugging Face `datasets`: one row a case.

```python
from datasets import load_dataset
cases = load_dataset("imagefolder", data_dir="path/of/this/folder", split="train")
cases[0]["prompt"], cases[0]["references"]
```

`references` are the pictures that a model is shown, `heldout` views that it is not, `masks` where subjects are;
`subjects` says whose each is. `row`, `subject_rows` and `image_rows` hold the rows of the test set with licences and
sources: `s2vbench testset import imagefolder` makes the test set of them again.

Licence: {licence}
"""


def write_imagefolder(testset: TestSet, tables: Tables, to: Path) -> None:
    """A folder with `metadata.jsonl` and pictures under names that `datasets` does not take for splits.

    Raises:
        InputError: a file is missing or has another digest than its row states.
        OutputError: the folder cannot be written.
    """
    found = list(records(testset, tables))
    files = _Files(testset, tables)
    names: dict[str, str] = {}
    for record in found:
        for path in (*(path for column in record.pictures.values() for path in column), record.video):
            if path and path not in names:
                names[path] = files.plain_name(path)
                copy_file(files.file(path), to / names[path])
    # A column that is empty in every row would have no type.
    columns = [column for column in PICTURES if any(record.pictures[column] for record in found)]
    has_video = any(record.video for record in found)
    lines = []
    for record in found:
        pictures = {f"{column}_file_names": [names[path] for path in record.pictures[column]] for column in columns}
        video = {"video": names[record.video] if record.video else None} if has_video else {}
        lines.append(json.dumps(record.values | pictures | video, ensure_ascii=False, allow_nan=False))
    write_atomically(to / METADATA, "".join(f"{line}\n" for line in lines))
    for beside in testset.folder.iterdir() if testset.file is None else ():
        if is_about(beside.name) and beside.is_file() and not beside.is_symlink() and beside.name != "README.md":
            copy_file(beside, to / beside.name)
    facts = json.loads(found[0].values["testset"])
    write_atomically(to / "README.md", _README.format(name=facts["name"], licence=facts["licence"]))


class _Files:
    """The files that rows name, with the digests that rows state."""

    def __init__(self, testset: TestSet, tables: Tables) -> None:
        self._paths = PathsBelow(testset.folder)
        images = tables.images.values()
        self._stated: dict[str | None, str | None] = {row.path: row.sha256 for row in images}
        self._stated |= {row.mask_path: row.mask_sha256 for row in images}
        self._videos = {row.video for row in tables.cases.values() if row.video}

    def file(self, path: str) -> Path:
        """Where it lies.

        Raises:
            InputError: it is missing.
        """
        file = self._paths.folder / self._paths.name_of(path)
        if not file.is_file():
            raise InputError(f"{file}: is missing; `s2vbench testset check` lists everything that is")
        return file

    def digest(self, path: str) -> str:
        """Its SHA-256.

        Raises:
            InputError: a row states another.
        """
        file = self.file(path)
        digest = sha256_of_file(file)
        if self._stated.get(path, digest) != digest:
            raise InputError(
                f"{file}: has SHA-256 {digest}, its row states {self._stated[path]}; put the right file back"
            )
        return digest

    def plain_name(self, path: str) -> str:
        """Where it goes: named by its digest, for a name with "test" or "val" in it would become a split."""
        file, digest = self.file(path), self.digest(path)
        suffix = file.suffix.lower()
        if path in self._videos:
            return f"videos/{digest[:16]}{suffix}"
        if suffix not in Image.registered_extensions():
            with Image.open(file) as image:
                suffix = f".{(image.format or 'png').lower()}"
        return f"images/{digest[:16]}{suffix}"

    def content(self, path: str) -> dict[str, Any]:
        """Its bytes as `datasets` stores a picture or video."""
        self.digest(path)
        return {"bytes": self.file(path).read_bytes(), "path": Path(path).name}


def write_parquet(testset: TestSet, tables: Tables, to: Path) -> None:
    """One Parquet file with every picture's bytes as they are in its file.

    `Dataset.to_parquet` would write paths of this machine instead, so rows are built from the bytes.

    Raises:
        InputError: a file is missing or has another digest than its row states.
        OutputError: the file cannot be written.
        MissingError: `datasets` is not installed.
    """
    has_video = any(row.video for row in tables.cases.values())
    schema = _features(has_video=has_video).arrow_schema
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    temporary = to.with_name(f".{to.name}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with parquet.ParquetWriter(temporary, schema) as writer:
            for group in _groups(testset, tables, has_video=has_video):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))
        os.replace(temporary, to)  # noqa: PTH105 -- as in files.py
    except OSError as error:
        raise OutputError(cannot_write(to, error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _groups(testset: TestSet, tables: Tables, *, has_video: bool) -> Iterator[list[dict[str, Any]]]:
    files = _Files(testset, tables)
    group: list[dict[str, Any]] = []
    for record in records(testset, tables):
        group.append(_with_pictures(record, files, has_video=has_video))
        if len(group) == CASES_IN_GROUP:
            yield group
            group = []
    if group:
        yield group


def _with_pictures(record: Record, files: _Files, *, has_video: bool) -> dict[str, Any]:
    pictures = {column: [files.content(path) for path in record.pictures[column]] for column in PICTURES}
    video = {"video": files.content(record.video) if record.video else None} if has_video else {}
    return record.values | pictures | video


def _features(*, has_video: bool) -> Any:
    """The columns' types as `datasets` knows them; they travel in the Parquet file."""
    try:
        from datasets import Features, Image, List, Value, Video
    except ImportError as error:
        raise MissingError("export to Parquet needs `datasets`: pip install 's2vbench[datasets]'") from error
    text, number = Value("string"), Value("int32")
    placed = List({"at": number, "row": text})
    types: dict[str, Any] = {
        "id": text,
        "prompt": text,
        "category": text,
        "n_subjects": number,
        "splits": List(text),
        "seeds": List(Value("int64")),
        "tags": List(text),
        **{ids: List(text) for ids in PICTURES.values()},
        "subjects": List(
            {
                "id": text,
                "label": text,
                "category": text,
                "reference_index": List(number),
                "heldout_index": List(number),
                "expected_count": number,
            }
        ),
        "row": text,
        "subject_rows": placed,
        "image_rows": placed,
        "testset": text,
        **{column: List(Image()) for column in PICTURES},
    }
    # Decoding videos needs torchcodec; the bytes are enough for whoever decodes them otherwise.
    return Features(types | ({"video": Video(decode=False)} if has_video else {}))
