"""The lines of a test set's `.jsonl` files, one at a time: a file of any length needs the memory of one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from s2vbench.testsets.problems import Problem
from s2vbench.testsets.schema import (
    ASPECT_PATTERN,
    ID_PATTERN,
    PHASH_PATTERN,
    SHA256_PATTERN,
    CaseRow,
    ImageRow,
    SubjectRow,
)
from s2vbench.types import Row

RowT = TypeVar("RowT", bound=Row)

CASES, SUBJECTS, IMAGES, MANIFEST = "cases.jsonl", "subjects.jsonl", "images.jsonl", "MANIFEST.json"
ID_OF: dict[type[Row], tuple[str, str]] = {
    CaseRow: ("case", "case_id"),
    SubjectRow: ("subject", "subject_id"),
    ImageRow: ("image", "image_id"),
}
"""What a row is called, and the field that names it."""
LONGEST_LINE_BYTES = 1 << 24
_BOM = b"\xef\xbb\xbf"
_IN_WORDS = {
    ID_PATTERN: "an id consists of letters, digits and . _ - @ + (no spaces), and does not begin with a dot",
    SHA256_PATTERN: "must be a SHA-256: 64 hexadecimal digits in small letters",
    PHASH_PATTERN: "must be 16 hexadecimal digits in small letters",
    ASPECT_PATTERN: 'must be width to height in whole numbers, like "16:9"',
}
"""What a pattern of the schema means."""
_KINDS = {"NoneType": "null", "bool": "true or false", "str": "a text", "list": "a list", "int": "a number"}


@dataclass(frozen=True, slots=True)
class Line(Generic[RowT]):
    """One row with the line it stands in, or what is wrong with that line."""

    number: int
    row: RowT | None
    problems: tuple[Problem, ...] = ()
    row_id: str | None = None
    """What a wrong row calls itself, so that rows that name it need not be wrong as well."""


def read_lines(path: Path, model: type[RowT]) -> Iterator[Line[RowT]]:
    """Each line that is not blank as a row of `model`; a file that cannot be read is one line of problems.

    Line ends of Windows, a byte order mark, and a last line without an end are all right.
    """
    try:
        if path.exists() and not path.is_file():
            yield _wrong(path, None, "is not a file", "it must be a file of one object a line")
            return
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(LONGEST_LINE_BYTES + 1):
                number += 1
                if len(raw) > LONGEST_LINE_BYTES:
                    yield _wrong(path, number, f"is longer than {LONGEST_LINE_BYTES >> 20} MiB", "no row is that long")
                    return
                raw = (raw.removeprefix(_BOM) if number == 1 else raw).strip()
                if raw:
                    yield _line(path, number, raw, model)
    except FileNotFoundError:
        yield _wrong(path, None, "does not exist", "a test set holds cases.jsonl, subjects.jsonl and images.jsonl")
    except OSError as error:
        yield _wrong(path, None, f"cannot be read ({error.strerror or error})", "it must be a readable file")


def _wrong(path: Path, number: int | None, what: str, remedy: str) -> Line[RowT]:
    return Line(number or 0, None, (Problem(path.name, number, "", what, remedy),))


def _line(path: Path, number: int, raw: bytes, model: type[RowT]) -> Line[RowT]:
    try:
        value = parse_json(raw)
    except UnicodeDecodeError as error:
        return _wrong(path, number, f"is not UTF-8 text ({error.reason} at byte {error.start})", "save it as UTF-8")
    except json.JSONDecodeError as error:
        return _wrong(path, number, f"is not valid JSON ({error.msg}, column {error.colno})", "one object a line")
    except (ValueError, RecursionError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else f"is not valid JSON ({error})"
        return _wrong(path, number, what, "correct the line")
    if not isinstance(value, dict):
        return _wrong(path, number, f"must be an object, not {json_kind(value)}", "one object a line")
    kind, id_field = ID_OF[model]
    row_id = value.get(id_field)
    item = f"{kind} {row_id!r}" if isinstance(row_id, str) else ""
    try:
        return Line(number, model.model_validate(value))
    except ValidationError as error:
        problems = tuple(problems_of(error, model, path.name, number, item))
        return Line(number, None, problems, row_id if isinstance(row_id, str) else None)


def parse_json(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8, where NaN, Infinity and a key that comes twice are errors.

    Raises:
        UnicodeDecodeError: not UTF-8.
        ValueError: not JSON (`json.JSONDecodeError`), NaN, Infinity, or a key twice.
    """
    return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant)


def json_kind(value: Any) -> str:
    """What JSON calls a value that is no object.

    >>> json_kind(None), json_kind([1])
    ('null', 'a list')
    """
    name = type(value).__name__
    return _KINDS.get(name, "a number" if name == "float" else name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} comes twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def problems_of(
    error: ValidationError, model: type[BaseModel], file: str, line: int | None, item: str
) -> Iterator[Problem]:
    """One problem for each thing that pydantic found wrong with a row of `model`."""
    for found in error.errors(include_url=False):
        place = ".".join(str(part) for part in found["loc"])
        if found["type"] == "extra_forbidden":
            known = ", ".join(sorted(_model_at(model, found["loc"][:-1]).model_fields))
            yield Problem(file, line, item, f"unknown key {place!r}", f"known keys are {known}")
        elif found["type"] == "missing":
            yield Problem(file, line, item, f"{place!r} is missing", "add it")
        elif not place:
            yield Problem(file, line, item, f"must be a JSON object, not {json_kind(found['input'])}", "correct it")
        else:
            why = _IN_WORDS.get(str(found.get("ctx", {}).get("pattern")), found["msg"].removeprefix("Value error, "))
            yield Problem(file, line, item, f"{place} = {found['input']!r:.80}: {why}", "correct the value")


def _model_at(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel]:
    """The model of the object at `place` below a row of `model`."""
    for part in place:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        inner = next(_models_in(field.annotation), None) if field is not None else None
        model = inner or model
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)
