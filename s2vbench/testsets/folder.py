"""Test sets as folders: `cases.jsonl`, `subjects.jsonl`, `images.jsonl`, `MANIFEST.json`, `images/`, `masks/`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from s2vbench import plugins
from s2vbench.errors import InputError, MissingError
from s2vbench.files import inside, is_there, sha256_of_file
from s2vbench.resources import data_folder
from s2vbench.testsets.cases_file import load_cases
from s2vbench.testsets.links import Links
from s2vbench.testsets.paths import PathsBelow
from s2vbench.testsets.problems import Problem, raise_all
from s2vbench.testsets.rows import (
    CASES,
    IMAGES,
    MANIFEST,
    SUBJECTS,
    Line,
    json_kind,
    parse_json,
    problems_of,
    read_lines,
)
from s2vbench.testsets.schema import CaseRow, ImageRow, Manifest, SubjectRow
from s2vbench.types import Case, Row

RowT = TypeVar("RowT", bound=Row)

S2V400 = data_folder("testset") / "s2v400"
"""The shipped test set."""
FULL = "full"
NEITHER = "is neither a folder nor a plain file"
_SUFFIXES = (".json", ".jsonl")


@dataclass(frozen=True)
class TestSet:
    """What models are asked to make, checked and ready for use; whole rows are read again when they are asked for."""

    __test__ = False  # pytest takes classes called Test... for tests

    name: str
    folder: Path
    """What the paths in `cases` are relative to."""
    manifest: Manifest | None
    cases: list[Case]
    file: Path | None = None
    """The cases file, where the test set is one; such a test set has no rows."""

    def case_rows(self) -> Iterator[CaseRow]:
        """Every line of `cases.jsonl`, of all splits."""
        return self._rows(CASES, CaseRow)

    def subject_rows(self) -> Iterator[SubjectRow]:
        """Every line of `subjects.jsonl`."""
        return self._rows(SUBJECTS, SubjectRow)

    def image_rows(self) -> Iterator[ImageRow]:
        """Every line of `images.jsonl`."""
        return self._rows(IMAGES, ImageRow)

    @cached_property
    def sha256(self) -> str:
        """Names the content: changes with any row, and through the rows' digests with any picture."""
        if self.file is not None:
            return sha256_of_file(self.file)
        digests = [sha256_of_file(self.folder / name) for name in (CASES, SUBJECTS, IMAGES)]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def _rows(self, name: str, model: type[RowT]) -> Iterator[RowT]:
        if self.file is not None:
            return
        for line in read_lines(self.folder / name, model):
            raise_all(self.folder, line.problems)
            assert line.row is not None, "a line has a row or problems"
            yield line.row


def load_testset(path_or_name: str | Path | TestSet, split: str | None = FULL) -> TestSet:
    """The test set at a path, of a name that `s2vbench ls testsets` lists, or of a `module:attribute`.

    Args:
        path_or_name: a folder, a cases file (`.json`, `.jsonl`), a name, or what `module:attribute` gave.
        split: which cases: those whose `splits` name it, or all of them with None. A cases file has one split, "full".

    Raises:
        InputError: no such test set or split, or rows that are wrong: every one of them in a line of its own.
        MissingError: a shipped test set was not built yet.
    """
    found = locate(path_or_name)
    if isinstance(found, TestSet):
        return found
    root = root_of(found)
    if root.is_dir():
        return _of_folder(root, split)
    if root.suffix not in _SUFFIXES:
        raise InputError(f"{root}: neither a folder nor a cases file; a cases file ends in .json or .jsonl")
    return _of_cases_file(root, split)


def locate(path_or_name: str | Path | TestSet) -> Path | TestSet:
    """Where a test set lies.

    Raises:
        InputError: no such path or name.
        MissingError: a shipped test set was not built yet.
    """
    if isinstance(path_or_name, TestSet):
        return path_or_name
    path = Path(path_or_name)
    if is_there(path):
        return path
    text = str(path_or_name)
    if isinstance(path_or_name, Path) or "/" in text or text.endswith(_SUFFIXES) or text.startswith("."):
        raise InputError(f"{path}: no such test set; give a folder, a cases file, or a name of `s2vbench ls testsets`")
    found = plugins.load("testsets", text)
    if isinstance(found, TestSet):
        return found
    if not isinstance(found, str | Path):
        raise InputError(f"testset {text!r} is a {type(found).__name__}; it must be a path or a TestSet")
    if not is_there(Path(found)):
        if text in plugins.BUILT_IN["testsets"]:
            raise MissingError(f"test set {text!r} is not at {found}; `s2vbench testset build {text}` makes it")
        raise InputError(f"testset {text!r} names {str(found)!r}, which does not exist; correct the path that it gives")
    return Path(found)


def built_in_folder(name: str) -> Path:
    """The folder that a shipped test set has, or will have when it was built.

    Raises:
        InputError: no such name, or it stands for something else than a folder.
    """
    found = plugins.load("testsets", name)
    if not isinstance(found, Path):
        raise InputError(f"test set {name!r} has no folder of its own; give one with --out")
    return found


def root_of(path: Path) -> Path:
    """The folder or cases file that a path means: the `cases.jsonl` of a folder means the folder."""
    is_inside = path.name == CASES and path.is_file() and (path.parent / IMAGES).is_file()
    return path.parent if is_inside else path


def _of_cases_file(path: Path, split: str | None) -> TestSet:
    if split not in {FULL, None}:
        raise InputError(f"{path}: unknown split {split!r}; a cases file has one split, {FULL}")
    if not path.is_file():
        raise InputError(f"{path}: {NEITHER}; give the folder of a test set, or a cases file")
    return TestSet(path.stem, path.parent, None, load_cases(path), file=path)


def _of_folder(folder: Path, split: str | None) -> TestSet:
    if not is_testset(folder):
        raise InputError(f"{folder}: not a test set; it holds none of {CASES}, {SUBJECTS}, {IMAGES}, {MANIFEST}")
    manifest, problems = read_manifest(folder)
    links = Links(PathsBelow(folder))
    cases: list[Case] = []
    splits: dict[str, None] = {}
    problems += gather(folder, links)
    for line in lines_of(folder, CASES, CaseRow):
        problems += line.problems
        if line.row is None:
            continue
        splits.update(dict.fromkeys(line.row.splits))
        problems += links.wrong_case(line.number, line.row)
        if not problems and (split is None or split in line.row.splits):
            cases.append(links.case(line.row))
    raise_all(folder, problems)
    if not splits:
        raise InputError(f"{folder}: {CASES} holds no cases; add a line for each video to be made")
    if not cases:
        raise InputError(f"{folder}: unknown split {split!r}; its splits are {', '.join(splits)}")
    return TestSet(manifest.name if manifest else folder.resolve().name, folder, manifest, cases)


def is_testset(folder: Path) -> bool:
    """True where a folder holds at least one of the files of a test set."""
    return any((folder / name).exists() for name in (CASES, SUBJECTS, IMAGES, MANIFEST))


def gather(folder: Path, links: Links, keep: Callable[[int, Row], None] = lambda _line, _row: None) -> list[Problem]:
    """Read subjects and images into `links` and give each row to `keep`; what is wrong with them."""
    problems: list[Problem] = []
    for subject in lines_of(folder, SUBJECTS, SubjectRow):
        problems += subject.problems
        if subject.row is not None:
            problems += links.add_subject(subject.number, subject.row)
            keep(subject.number, subject.row)
        links.broken.update([subject.row_id] if subject.row_id is not None else [])
    for image in lines_of(folder, IMAGES, ImageRow):
        problems += image.problems
        if image.row is not None:
            problems += links.add_image(image.number, image.row)
            keep(image.number, image.row)
        links.broken.update([image.row_id] if image.row_id is not None else [])
    return [*problems, *links.wrong_distractors()]


def lines_of(folder: Path, name: str, model: type[RowT]) -> Iterator[Line[RowT]]:
    """The lines of one file of a test set; a file that is a link out of the folder is a problem."""
    try:
        path = inside(folder, name, where=name)
    except InputError as error:
        yield Line(0, None, (Problem(name, None, "", str(error), "put the file itself there"),))
        return
    yield from read_lines(path, model)


def read_manifest(folder: Path) -> tuple[Manifest | None, list[Problem]]:
    """`MANIFEST.json`, or None where there is none, and what is wrong with it."""
    try:
        path = inside(folder, MANIFEST, where=MANIFEST)
        value = parse_json(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(value, dict):
            what = f"must be a JSON object, not {json_kind(value)}"
            return None, [Problem(MANIFEST, None, "", what, "write the test set again, or remove the file")]
        return Manifest.model_validate(value), []
    except FileNotFoundError:
        return None, []
    except ValidationError as error:
        return None, list(problems_of(error, Manifest, MANIFEST, None, ""))
    except (OSError, ValueError, RecursionError, InputError) as error:
        what = f"cannot be read as JSON ({error})"
        return None, [Problem(MANIFEST, None, "", what, "write the test set again, or remove the file")]
