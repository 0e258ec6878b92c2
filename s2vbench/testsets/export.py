"""Test sets in other forms: a folder of ours, or what Hugging Face `datasets` loads."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write, is_there, real_path
from s2vbench.testsets.check import row_problems
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.testsets.fresh_folder import fresh_folder
from s2vbench.testsets.paths import PathsBelow
from s2vbench.testsets.schema import ImageRow
from s2vbench.testsets.tables import Tables, named_files, tables_of
from s2vbench.testsets.writer import check_name, is_about, named_after, write_testset

FORMATS = ("folder", "imagefolder", "parquet")


@dataclass(frozen=True)
class Exported:
    """What was written."""

    path: Path
    num_cases: int
    num_images: int
    notes: tuple[str, ...] = ()
    """What a person should know about it."""


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
        return About(named_after(testset.name), "1", "unknown", f"s2vbench {version('s2vbench')} testset export")
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
        InputError: a name that cannot be one, a target inside the test set, wrong rows, a file that is missing or
            has another digest than its row states, or a target that
            holds something else.
        OutputError: the target cannot be written.
        MissingError: parquet without the optional `datasets`.
    """
    if name is not None:
        check_name(name)
    testset = load_testset(path_or_name, split=None)
    _refuse_inside(testset, to, is_folder=format_name == "folder")
    if name is not None:
        manifest = testset.manifest and testset.manifest.model_copy(update={"name": name})
        testset = replace(testset, name=name, manifest=manifest)
    tables = tables_of(testset)
    if format_name == "folder":
        _to_folder(testset, tables, to)
    elif format_name == "imagefolder":
        from s2vbench.testsets.datasets_export import write_imagefolder

        with fresh_folder(to) as folder:
            write_imagefolder(testset, tables, folder)
    else:
        from s2vbench.testsets.datasets_export import write_parquet

        if to.suffix != ".parquet" or (is_there(to) and to.is_dir()):
            raise InputError(f"{to}: a Parquet file ends in .parquet; give such a file with --to")
        write_parquet(testset, tables, to)
    return Exported(to, len(tables.cases), len(tables.images), tuple(_notes(testset, tables)))


def _refuse_inside(testset: TestSet, to: Path, *, is_folder: bool) -> None:
    """A copy inside what is copied would belong to it. Beside a cases file anything may lie."""
    own, target = real_path(testset.folder), real_path(to)
    if testset.file is None and target.is_relative_to(own) and not (is_folder and target == own):
        raise InputError(f"{to}: lies inside the test set {testset.folder}; give a place outside of it with --to")


def _notes(testset: TestSet, tables: Tables) -> Iterator[str]:
    """What `testset check` will say of the rows, in one line, and cases of a cases file that got another id."""
    if testset.file is None:
        errors = [problem for problem in row_problems(testset.folder) if problem.severity == "error"]
        if errors:
            first = errors[0].text(testset.folder)
            yield f"{len(errors)} errors in the rows; `s2vbench testset check` lists them, the first: {first}"
        return
    for case, row_id in zip(testset.cases, tables.cases, strict=True):
        if case.id != row_id:
            yield f"case {case.id!r} is called {row_id!r} there: ids of rows hold no spaces"


def _to_folder(testset: TestSet, tables: Tables, to: Path) -> None:
    paths = PathsBelow(testset.folder)
    images: Iterable[ImageRow] = tables.images.values()
    if testset.file is None and is_there(to) and real_path(to) == real_path(testset.folder):
        images = [_as_on_disk(row, paths) for row in images]
        _write_rows(testset, tables, to, images)
        return
    with fresh_folder(to) as folder:
        for relative in named_files(tables):
            copy_file(testset.folder / paths.name_of(relative), folder / relative)
        for path in testset.folder.iterdir() if testset.file is None else ():
            if path.is_file() and not path.is_symlink() and is_about(path.name):
                copy_file(path, folder / path.name)
        _write_rows(testset, tables, folder, images)


def _write_rows(testset: TestSet, tables: Tables, folder: Path, images: Iterable[ImageRow]) -> None:
    write_testset(
        folder,
        **vars(about(testset)),
        images=images,
        subjects=tables.subjects.values(),
        cases=tables.cases.values(),
    )


def _as_on_disk(row: ImageRow, paths: PathsBelow) -> ImageRow:
    mask = paths.name_of(row.mask_path) if row.mask_path else row.mask_path
    return row.model_copy(update={"path": paths.name_of(row.path) if row.path else "", "mask_path": mask})


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
