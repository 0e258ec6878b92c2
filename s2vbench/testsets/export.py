"""Test sets in other forms: a folder of ours, or what Hugging Face `datasets` loads."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.testsets.paths import PathsBelow
from s2vbench.testsets.schema import ImageRow
from s2vbench.testsets.tables import Tables, tables_of
from s2vbench.testsets.writer import JUNK, is_about, write_testset

FORMATS = ("folder", "imagefolder", "parquet")


@dataclass(frozen=True)
class Exported:
    """What was written."""

    path: Path
    num_cases: int
    num_images: int


@dataclass(frozen=True)
class About:
    """What a manifest says of a whole test set."""

    name: str
    version: str
    licence: str
    generator: str


def about(testset: TestSet) -> About:
    """From its manifest, where it has one."""
    manifest = testset.manifest
    if manifest is None:
        return About(testset.name, "1", "unknown", f"s2vbench {version('s2vbench')} testset export")
    return About(manifest.name, manifest.version, manifest.licence, manifest.generator)


def export_testset(
    path_or_name: str | Path | TestSet, to: Path, format_name: str, *, name: str | None = None
) -> Exported:
    """Write all cases, subjects and images of a test set to `to`.

    Args:
        path_or_name: a test set, or a cases file.
        to: an empty or new folder (a file ending in .parquet for parquet). With format "folder" it may be the test
            set's own: then rows and manifest are written again, with the digests that the files have now.
        format_name: one of `FORMATS`.
        name: another name for it.

    Raises:
        InputError: wrong rows, a file that is missing or has another digest than its row states, or a target that
            holds something else.
        OutputError: the target cannot be written.
        MissingError: parquet without the optional `datasets`.
    """
    testset = load_testset(path_or_name, split=None)
    if name is not None:
        manifest = testset.manifest and testset.manifest.model_copy(update={"name": name})
        testset = replace(testset, name=name, manifest=manifest)
    tables = tables_of(testset)
    if format_name == "folder":
        _to_folder(testset, tables, to)
    elif format_name == "imagefolder":
        from s2vbench.testsets.datasets_export import write_imagefolder

        refuse_full(to)
        write_imagefolder(testset, tables, to)
    else:
        from s2vbench.testsets.datasets_export import write_parquet

        if to.suffix != ".parquet" or to.is_dir():
            raise InputError(f"{to}: a Parquet file ends in .parquet; give such a file with --to")
        write_parquet(testset, tables, to)
    return Exported(to, len(tables.cases), len(tables.images))


def refuse_full(folder: Path) -> None:
    """Nothing where the folder is new or empty.

    Raises:
        InputError: it is a file, or holds something.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give a new or empty folder")
    if folder.is_dir() and (found := sorted(path.name for path in folder.iterdir() if path.name not in JUNK)):
        raise InputError(f"{folder}: holds {found[0]!r} already; give a new or empty folder")


def _to_folder(testset: TestSet, tables: Tables, to: Path) -> None:
    paths = PathsBelow(testset.folder)
    images: Iterable[ImageRow] = tables.images.values()
    if testset.file is None and to.is_dir() and to.resolve() == testset.folder.resolve():
        images = [_as_on_disk(row, paths) for row in images]
    else:
        refuse_full(to)
        for relative in named_files(tables):
            copy_file(testset.folder / paths.name_of(relative), to / relative)
        for path in testset.folder.iterdir() if testset.file is None else ():
            if path.is_file() and not path.is_symlink() and is_about(path.name):
                copy_file(path, to / path.name)
    write_testset(
        to,
        **vars(about(testset)),
        images=images,
        subjects=tables.subjects.values(),
        cases=tables.cases.values(),
    )


def _as_on_disk(row: ImageRow, paths: PathsBelow) -> ImageRow:
    mask = paths.name_of(row.mask_path) if row.mask_path else row.mask_path
    return row.model_copy(update={"path": paths.name_of(row.path) if row.path else "", "mask_path": mask})


def named_files(tables: Tables) -> list[str]:
    """Every file that rows name, once."""
    images = tables.images.values()
    named = [path for row in images for path in (row.path, row.mask_path) if path]
    return list(dict.fromkeys([*named, *(row.video for row in tables.cases.values() if row.video)]))


def copy_file(source: Path, target: Path) -> None:
    """Copy one file, its bytes alone.

    Raises:
        InputError: it is missing.
        OutputError: the copy cannot be written.
    """
    if not source.is_file():
        raise InputError(f"{source}: is missing; `s2vbench testset check` lists everything that is")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    except OSError as error:
        raise OutputError(cannot_write(target, error)) from error
